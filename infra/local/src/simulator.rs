//! SES's mailbox simulator: addresses that bounce, complain or take what comes, by which both can be tried on one machine as
//! on AWS. What is sent to any other address lies in the inbox, and nothing is known of its delivery.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::inbox::Sent;

const DOMAIN: &str = "simulator.amazonses.com";

/// The events, as EventBridge brings them, that SES publishes of a message by its tags; none of one to a real address.
pub(crate) fn events(sent: &Sent, tags: &Value) -> Vec<Value> {
    let to = sent.to.first().map(String::as_str).unwrap_or_default();
    let (mailbox, domain) = to.split_once('@').unwrap_or_default();
    if domain != DOMAIN {
        return Vec::new();
    }
    // Each may carry a label, so that several people have one each.
    let mailbox = mailbox.split('+').next().unwrap_or_default();
    let now = Timestamp::now();
    let bounce = |kind: &str, sub: &str| {
        let bounce = json!({ "bounceType": kind, "bounceSubType": sub, "timestamp": now,
            "bouncedRecipients": [{ "emailAddress": to }] });
        ("Email Bounced", "Bounce", json!({ "bounce": bounce }))
    };
    let delivery = ("Email Delivered", "Delivery", json!({ "delivery": { "timestamp": now, "recipients": [to] } }));
    let complaint = json!({ "complaint": { "timestamp": now, "complainedRecipients": [{ "emailAddress": to }] } });
    let outcomes = match mailbox {
        "bounce" => vec![bounce("Permanent", "General")],
        "ooto" => vec![delivery, bounce("Transient", "General")],
        "suppressionlist" => vec![bounce("Permanent", "Suppressed")],
        "complaint" => vec![delivery, ("Email Complaint Received", "Complaint", complaint)],
        _ => vec![delivery],
    };
    let event = |(detail_type, event_type, mut detail): (&str, &str, Value)| {
        detail["eventType"] = json!(event_type);
        detail["mail"] = json!({ "timestamp": sent.sent_at, "messageId": sent.id, "source": sent.from,
            "destination": sent.to, "tags": tags });
        json!({ "version": "0", "id": sent.id, "source": "aws.ses", "detail-type": detail_type,
            "time": sent.sent_at, "detail": detail })
    };
    outcomes.into_iter().map(event).collect()
}
