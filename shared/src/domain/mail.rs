//! Mail intents: what is to be sent, written with the change that asks for it (requirement L11).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::email::Email;
use super::id::{ContactId, MailId};
use super::link::LinkId;

/// How long a claim on an intent keeps other deliverers away, in seconds.
pub const CLAIM_SECONDS: i64 = 90;
/// How long an intent is left to its first deliverer before the sweep takes it up, in seconds.
pub const GRACE_SECONDS: i64 = 20;
/// After so many tries a mail has failed, visibly: with the backoff, after about a day.
pub const MOST_TRIES: u32 = 14;
/// How long the notice of a creation is shown, in hours (requirement L9).
pub const NOTICE_HOURS: i64 = 16;

/// Which mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// Access, with a link to set the first password (requirement L1).
    Invite,
    /// Access, without a link: a password is set already.
    AccessGranted,
    /// Access offered to a person known already, with a link to accept it.
    Accept,
    /// A link to set a new password.
    Reset,
    /// The password was changed (requirement L13).
    PasswordChanged,
    /// A link to confirm a new email.
    EmailConfirm,
    /// The email that signs in was changed, told to both (requirement L13).
    EmailChanged,
    /// The login was disabled (requirement L13).
    LoginDisabled,
    /// The login was enabled (requirement L13).
    LoginEnabled,
}

/// What became of a mail (requirement L10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Written down, not yet accepted by SES.
    Queued,
    /// Accepted by SES.
    Sent,
    /// Given up, with the reason kept.
    Failed,
}

/// Who delivers a mail first. What they can't, the sweep does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deliverer {
    /// The call that wrote it, before it answers: staff's.
    Caller,
    /// `deliver-mail`, off the table's stream: so that a public call's time tells nothing.
    Stream,
}

/// A mail that is to be sent, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Its id.
    pub id: MailId,
    /// Which mail.
    pub template: Template,
    /// The one recipient (`security.md` ML-03).
    pub to: Email,
    /// Whose mail it is.
    pub contact: ContactId,
    /// The link it takes along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkId>,
    /// Who delivers it first.
    pub deliverer: Deliverer,
    /// Sets the link's time anew (requirement L5).
    pub renews_link: bool,
    /// What became of it.
    pub fate: Fate,
    /// How often sending was begun.
    pub tries: u32,
    /// When it is next due, while queued.
    pub retry_at: Timestamp,
    /// When SES accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// SES's name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// Why the last try failed: a stable code, never SES's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// When it was written down.
    pub created_at: Timestamp,
}

impl Mail {
    /// A mail to be sent now.
    pub fn new(
        template: Template,
        to: Email,
        contact: ContactId,
        link: Option<LinkId>,
        deliverer: Deliverer,
        now: Timestamp,
    ) -> Self {
        Self {
            id: MailId::new(now),
            template,
            to,
            contact,
            link,
            deliverer,
            renews_link: false,
            fate: Fate::Queued,
            tries: 0,
            retry_at: now + SignedDuration::from_secs(GRACE_SECONDS),
            sent_at: None,
            message_id: None,
            failure: None,
            created_at: now,
        }
    }

    /// Whether a deliverer may take it up: queued, and claimed by nobody else.
    pub fn is_free(&self, now: Timestamp) -> bool {
        self.fate == Fate::Queued && (self.tries == 0 || self.retry_at <= now)
    }

    /// Taken up by one deliverer; others keep away until the claim runs out.
    #[must_use]
    pub fn claimed(&self, now: Timestamp) -> Self {
        Self { tries: self.tries + 1, retry_at: now + SignedDuration::from_secs(CLAIM_SECONDS), ..self.clone() }
    }

    /// Accepted by SES.
    #[must_use]
    pub fn accepted(&self, message_id: String, now: Timestamp) -> Self {
        Self { fate: Fate::Sent, sent_at: Some(now), message_id: Some(message_id), failure: None, ..self.clone() }
    }

    /// A try failed in a way that may pass: again later, after 30 seconds doubled by each try, three hours at most;
    /// after [`MOST_TRIES`] it has failed.
    #[must_use]
    pub fn deferred(&self, reason: &str, now: Timestamp) -> Self {
        if self.tries >= MOST_TRIES {
            return self.failed(reason);
        }
        let wait = SignedDuration::from_secs(30 << self.tries.min(12)).min(SignedDuration::from_hours(3));
        Self { retry_at: now + wait, failure: Some(reason.to_owned()), ..self.clone() }
    }

    /// Given up.
    #[must_use]
    pub fn failed(&self, reason: &str) -> Self {
        Self { fate: Fate::Failed, failure: Some(reason.to_owned()), ..self.clone() }
    }

    /// Until when "created, mail sent" is shown; none before SES accepted it.
    pub fn notice_until(&self) -> Option<Timestamp> {
        self.sent_at.map(|sent| sent + SignedDuration::from_hours(NOTICE_HOURS))
    }
}
