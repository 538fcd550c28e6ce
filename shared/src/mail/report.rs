//! What SES reports of a mail, written down with it (requirement L10).

use jiff::Timestamp;

use crate::app::App;
use crate::domain::id::MailId;
use crate::domain::mail::Reported;
use crate::domain::rules::report as rule;
use crate::store::StoreError;

/// What an event of SES tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Of which mail.
    pub mail: MailId,
    /// What became of it, and when.
    pub reported: Reported,
    /// SES's name for the message.
    pub message_id: String,
    /// To whom it was.
    pub to: Vec<String>,
    /// When SES took it.
    pub sent_at: Timestamp,
}

/// Writes down what SES reports: once, however often it comes. Of a mail that is not known, or that was to somebody else,
/// nothing.
///
/// # Errors
/// The table is unavailable.
pub async fn report(app: &App, told: &Told) -> Result<(), StoreError> {
    let settings = app.settings().await?;
    crate::decide!(app, {
        let Some(mail) = app.store.mail(told.mail).await? else { return Ok(()) };
        if !told.to.iter().any(|to| to.eq_ignore_ascii_case(mail.value.to.as_str())) {
            return Ok(());
        }
        let suppressed = app.store.suppression(&mail.value.to).await?;
        let contacts = app.store.contacts(&[mail.value.contact]).await?;
        let after = mail.value.reported(told.reported, &told.message_id, told.sent_at);
        ((), rule::report(&mail, after, suppressed.as_ref(), contacts.first(), &app.moment(&settings)))
    });
    Ok(())
}
