//! Publishes what was changed, off the table's stream to EventBridge: at least once (`docs/events.md`).

mod event;
mod publisher;

use lambda_http::Error;
use serde::{Deserialize, Serialize};
use shared::store::published;

pub use event::Event;
pub use publisher::Publisher;

/// What the stream reports.
#[derive(Debug, Deserialize)]
pub struct StreamEvent {
    /// One a write.
    #[serde(rename = "Records")]
    pub records: Vec<StreamRecord>,
}

/// One write.
#[derive(Debug, Deserialize)]
pub struct StreamRecord {
    /// `INSERT`, `MODIFY` or `REMOVE`.
    #[serde(rename = "eventName")]
    pub name: String,
    /// What was written.
    pub dynamodb: StreamChange,
}

/// What was written.
#[derive(Debug, Deserialize)]
pub struct StreamChange {
    /// Where it stands in the stream.
    #[serde(rename = "SequenceNumber")]
    pub sequence: String,
    /// The item as it is now; none where it is gone.
    #[serde(rename = "NewImage", default)]
    pub image: Option<serde_dynamo::Item>,
}

/// Where in the batch the stream is to go on: at the first of these, and all that came after it comes again.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The first that was not published, alone; empty where all were.
    #[serde(rename = "batchItemFailures")]
    pub failures: Vec<Failure>,
}

/// A write that was not published.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Where it stands in the stream.
    #[serde(rename = "itemIdentifier")]
    pub sequence: String,
}

/// Publishes the audit entries among what was written, in their order, up to the first that can't be.
///
/// # Errors
/// None: what was not published is told in the answer, so that what came before it is not repeated.
pub async fn handle(publisher: Publisher, event: StreamEvent) -> Result<Answer, Error> {
    let mut events = Vec::new();
    let mut failed = None;
    for StreamRecord { name, dynamodb } in event.records {
        let Some(image) = dynamodb.image.filter(|_| name == "INSERT") else { continue };
        match published(image) {
            Ok(Some(entry)) => events.push((dynamodb.sequence, Event::of(&entry))),
            Ok(None) => {}
            Err(error) => {
                tracing::error!(event = "event_unreadable", at = %dynamodb.sequence, cause = %error);
                failed = Some(dynamodb.sequence);
                break;
            }
        }
    }
    let (sequences, events): (Vec<_>, Vec<_>) = events.into_iter().unzip();
    let done = publisher.publish(&events).await;
    let failed = sequences.into_iter().nth(done).or(failed);
    Ok(Answer { failures: failed.map(|sequence| Failure { sequence }).into_iter().collect() })
}
