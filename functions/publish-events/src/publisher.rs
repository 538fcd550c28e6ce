//! EventBridge's one call.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::error::ProvideErrorMetadata as _;
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_types::SdkConfig;
use shared::app::StartError;

use crate::event::{Event, SOURCE};

/// Most events of one call.
const MOST: usize = 10;
/// Most bytes of one call.
const MOST_BYTES: usize = 256 * 1024;

/// One event bus.
#[derive(Debug, Clone)]
pub struct Publisher {
    client: Client,
    bus: String,
}

impl Publisher {
    /// The bus of this name.
    pub fn new(config: &SdkConfig, bus: String) -> Self {
        Self { client: Client::new(config), bus }
    }

    /// The bus that `LATCHKEY_EVENT_BUS` names.
    ///
    /// # Errors
    /// It is not set.
    pub fn from_environment(config: &SdkConfig) -> Result<Self, StartError> {
        let bus = std::env::var("LATCHKEY_EVENT_BUS").map_err(|_| StartError::Missing("LATCHKEY_EVENT_BUS"))?;
        Ok(Self::new(config, bus))
    }

    /// Publishes them in their order, and says how many at the front EventBridge took. What comes after the first that it did
    /// not take may have been taken too: all of that is to be published again.
    pub(crate) async fn publish(&self, events: &[Event]) -> usize {
        let mut done = 0;
        for batch in batches(events) {
            let taken = self.put(batch).await;
            done += taken;
            if taken < batch.len() {
                break;
            }
        }
        done
    }

    /// How many at the front were taken.
    async fn put(&self, events: &[Event]) -> usize {
        let entry = |event: &Event| {
            PutEventsRequestEntry::builder()
                .source(SOURCE)
                .detail_type(&event.detail_type)
                .detail(&event.detail)
                .time(DateTime::from_millis(event.at.as_millisecond()))
                .event_bus_name(&self.bus)
                .build()
        };
        let sent = self.client.put_events().set_entries(Some(events.iter().map(entry).collect())).send().await;
        let (taken, cause) = match &sent {
            Ok(answer) if answer.entries().len() == events.len() => {
                let refused = answer.entries().iter().enumerate().find_map(|(at, it)| Some((at, it.error_code()?)));
                refused.unwrap_or((events.len(), ""))
            }
            Ok(_) => (0, "no usable answer"),
            Err(error) => (0, error.code().unwrap_or("not reached")),
        };
        if taken < events.len() {
            tracing::warn!(event = "events_refused", taken, of = events.len(), cause);
        }
        taken
    }
}

/// Cut in their order into calls that EventBridge takes. One that is too large by itself is a call of its own.
fn batches(events: &[Event]) -> Vec<&[Event]> {
    let mut batches = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (at, event) in events.iter().enumerate() {
        if at > start && (at - start == MOST || bytes + event.size() > MOST_BYTES) {
            batches.push(&events[start..at]);
            (start, bytes) = (at, 0);
        }
        bytes += event.size();
    }
    batches.extend((start < events.len()).then(|| &events[start..]));
    batches
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn sizes(of: &[usize]) -> Vec<usize> {
        let event =
            |bytes: &usize| Event { detail_type: String::new(), at: Timestamp::UNIX_EPOCH, detail: "x".repeat(*bytes) };
        let events: Vec<Event> = of.iter().map(event).collect();
        batches(&events).into_iter().map(<[Event]>::len).collect()
    }

    #[test]
    fn no_call_takes_more_than_ten_events() {
        assert_eq!(sizes(&[]), [0; 0]);
        assert_eq!(sizes(&[1; 10]), [10]);
        assert_eq!(sizes(&[1; 25]), [10, 10, 5]);
    }

    #[test]
    fn no_call_takes_more_bytes_than_eventbridge_does() {
        let half = MOST_BYTES / 2;
        assert_eq!(sizes(&[half, half, 1]), [1, 2]);
        assert_eq!(sizes(&[1, MOST_BYTES, 1]), [1, 1, 1]);
    }
}
