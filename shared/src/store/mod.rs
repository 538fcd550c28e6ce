//! The table: keys in one file, one method per question, one door for writes (`docs/table.md`).

mod attention;
mod audit;
mod commit;
mod due;
mod find;
mod item;
mod keys;
mod listing;
mod questions;
mod sweeps;
mod table;

use aws_sdk_dynamodb::Client;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

pub use attention::{Attended, AttentionAt, AttentionPosition};
pub use audit::{AuditPage, published};
pub use due::{Due, DuePlace};
pub use keys::DUE_SHARDS;
pub use listing::{Listed, Page, Position};
pub use questions::{Holder, MOST_LISTED, Sending};
pub use table::create_table;

use crate::domain::id::MailId;

/// The one table, through the SDK's client.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
    watcher: Option<UnboundedSender<MailId>>,
}

/// Why the table did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Something was not as it was read; read again and decide again.
    #[error("the table changed under the decision")]
    Conflict,
    /// It could not be reached, refused or timed out. Whether a write took effect is not known.
    #[error("the table is unavailable: {0}")]
    Unavailable(String),
    /// An item is not what was written.
    #[error("an item can't be read: {0}")]
    Malformed(String),
}

impl Store {
    /// The table of this name.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table, watcher: None }
    }

    /// The same table, telling of each mail that is left to `deliver-mail`: the stream of a process that has no other.
    #[must_use]
    pub fn watched(mut self) -> (Self, UnboundedReceiver<MailId>) {
        let (watcher, watch) = unbounded_channel();
        self.watcher = Some(watcher);
        (self, watch)
    }
}

/// What the SDK says of a failure, without what was sent.
fn unavailable<E, R>(error: &aws_sdk_dynamodb::error::SdkError<E, R>) -> StoreError
where
    E: aws_sdk_dynamodb::error::ProvideErrorMetadata,
{
    use aws_sdk_dynamodb::error::SdkError;
    StoreError::Unavailable(match error {
        SdkError::ServiceError(service) => service.err().code().unwrap_or("service error").to_owned(),
        SdkError::TimeoutError(_) => "timed out".to_owned(),
        SdkError::DispatchFailure(_) => "not reached".to_owned(),
        _ => "no usable answer".to_owned(),
    })
}
