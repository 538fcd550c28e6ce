//! What SES publishes.

use jiff::Timestamp;
use mail_events::Event;
use serde_json::{Value, json};

/// An event as EventBridge brings it: of this source and kind, about a mail to this address.
pub fn event_json(source: &str, kind: &str, mail: &str, to: &str) -> Value {
    json!({ "source": source, "time": Timestamp::now(), "detail": {
        "eventType": kind, "bounce": { "bounceType": "Permanent", "bounceSubType": "General" },
        "mail": { "timestamp": Timestamp::now(), "messageId": "ses", "destination": [to],
            "tags": { "mail": [mail], "ses:configuration-set": ["latchkey"] } } } })
}

/// The same, read.
pub fn event(source: &str, kind: &str, mail: &str, to: &str) -> Event {
    serde_json::from_value(event_json(source, kind, mail, to)).expect("an event")
}
