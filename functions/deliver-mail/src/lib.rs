//! Delivers mails off the table's stream: those that no call delivers itself (requirement L11).

use lambda_http::Error;
use serde::Deserialize;
use shared::app::App;
use shared::domain::id::MailId;
use shared::mail;

/// What the stream reports: the keys of items that were written.
#[derive(Debug, Deserialize)]
pub struct StreamEvent {
    /// One a write.
    #[serde(rename = "Records")]
    pub records: Vec<StreamRecord>,
}

/// One write.
#[derive(Debug, Deserialize)]
pub struct StreamRecord {
    /// What was written.
    pub dynamodb: StreamChange,
}

/// What was written.
#[derive(Debug, Deserialize)]
pub struct StreamChange {
    /// Its key.
    #[serde(rename = "Keys")]
    pub keys: StreamKeys,
}

/// A key.
#[derive(Debug, Deserialize)]
pub struct StreamKeys {
    /// The partition key.
    pub pk: StreamText,
}

/// A text attribute.
#[derive(Debug, Deserialize)]
pub struct StreamText {
    /// The text.
    #[serde(rename = "S")]
    pub text: String,
}

impl StreamEvent {
    /// The mails among what was written.
    pub fn mails(&self) -> impl Iterator<Item = MailId> {
        self.records.iter().filter_map(|record| record.dynamodb.keys.pk.text.strip_prefix("MAIL#")?.parse().ok())
    }
}

/// Delivers each. One that can't go now is the sweep's, so an event never fails for it and is never repeated.
///
/// # Errors
/// None.
pub async fn handle(app: App, event: StreamEvent) -> Result<(), Error> {
    for id in event.mails() {
        if let Err(error) = mail::deliver(&app, id).await {
            tracing::warn!(event = "mail_left_to_sweep", mail = %id, cause = %error);
        }
    }
    Ok(())
}
