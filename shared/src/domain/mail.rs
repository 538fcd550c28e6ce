//! Mail intents: what is to be sent, written with the change that asks for it (requirement L11).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::email::Email;
use super::id::{ContactId, MailId, SiteId};
use super::link::LinkId;
use super::wording::MailLanguage;

/// How long a claim on an intent keeps other deliverers away, in seconds.
pub const CLAIM_SECONDS: i64 = 90;
/// How long an intent is left to its first deliverer before the sweep takes it up, in seconds.
pub const GRACE_SECONDS: i64 = 20;
/// After so many tries a mail has failed, visibly: with the backoff, after about a day.
pub const MOST_TRIES: u32 = 14;
/// After so many hours the next try is a mail's last, and made even while SES takes no more.
pub const MOST_WAIT_HOURS: i64 = 24;
/// How long the notice of a creation is shown, in hours (requirement L9).
pub const NOTICE_HOURS: i64 = 16;

/// From when on a mail has waited for so long that it is tried once more at most.
fn overdue_at(mail: MailId) -> Timestamp {
    mail.made_at() + SignedDuration::from_hours(MOST_WAIT_HOURS)
}

/// Whether it has.
pub fn is_overdue(mail: MailId, now: Timestamp) -> bool {
    now >= overdue_at(mail)
}

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
    /// That an invitation, of either kind, ends soon; with its link (requirement S1).
    Reminder,
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

impl Template {
    /// Every mail there is.
    pub const ALL: [Self; 10] = [
        Self::Invite,
        Self::Accept,
        Self::Reminder,
        Self::AccessGranted,
        Self::Reset,
        Self::PasswordChanged,
        Self::EmailConfirm,
        Self::EmailChanged,
        Self::LoginDisabled,
        Self::LoginEnabled,
    ];

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Accept => "accept",
            Self::Reminder => "reminder",
            Self::AccessGranted => "access_granted",
            Self::Reset => "reset",
            Self::PasswordChanged => "password_changed",
            Self::EmailConfirm => "email_confirm",
            Self::EmailChanged => "email_changed",
            Self::LoginDisabled => "login_disabled",
            Self::LoginEnabled => "login_enabled",
        }
    }

    /// Reads the name on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }

    /// Whether it takes a link along.
    pub fn takes_link(self) -> bool {
        matches!(self, Self::Invite | Self::Accept | Self::Reminder | Self::Reset | Self::EmailConfirm)
    }

    /// Whether it is the mail that hands out access, and so tells how to sign in (requirement L1).
    pub fn hands_out_access(self) -> bool {
        matches!(self, Self::Invite | Self::Accept | Self::AccessGranted)
    }
}

/// What became of a mail (requirement L10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Written down, not yet accepted by SES.
    Queued,
    /// Accepted by SES.
    Sent,
    /// Taken by the recipient's server.
    Delivered,
    /// Sent back.
    Bounced,
    /// Delivered, and marked as spam by who got it.
    Complained,
    /// Not sent: nothing goes to its address.
    Suppressed,
    /// Given up, with the reason kept.
    Failed,
}

impl Fate {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
            Self::Suppressed => "suppressed",
            Self::Failed => "failed",
        }
    }

    /// Whether it went out and, as far as is known, arrived.
    pub fn went(self) -> bool {
        matches!(self, Self::Sent | Self::Delivered | Self::Complained)
    }
}

/// What SES reports of a mail that it took. Events come late, twice and in any order: the one that stands last here stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// SES found something harmful in it.
    Rejected,
    /// Sent back for what may pass: a full mailbox, or somebody who is away; where it was delivered too, it arrived.
    Returned,
    /// The recipient's server took it.
    Delivered,
    /// Sent back for good: there is no such address.
    Bounced,
    /// SES did not send it: a mail to the address came back before.
    Suppressed,
    /// SES did not send it: a mail to the address was marked as spam before.
    Unwanted,
    /// Who got it marked it as spam.
    Complained,
}

impl Report {
    /// What became of the mail by this.
    pub fn fate(self) -> Fate {
        match self {
            Self::Delivered => Fate::Delivered,
            Self::Rejected => Fate::Failed,
            Self::Returned | Self::Bounced => Fate::Bounced,
            Self::Suppressed | Self::Unwanted => Fate::Suppressed,
            Self::Complained => Fate::Complained,
        }
    }

    /// Why it did not arrive: a stable code.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::Delivered | Self::Complained => None,
            Self::Rejected => Some("rejected"),
            Self::Returned => Some("returned"),
            Self::Bounced => Some("bounced"),
            Self::Suppressed | Self::Unwanted => Some("address_suppressed"),
        }
    }

    /// Why nothing more goes to the address after it; none where more may go.
    pub fn suppresses(self) -> Option<Reason> {
        match self {
            Self::Bounced | Self::Suppressed => Some(Reason::Bounced),
            Self::Unwanted | Self::Complained => Some(Reason::Complained),
            Self::Delivered | Self::Rejected | Self::Returned => None,
        }
    }
}

/// A report, and when what it reports was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// What.
    pub report: Report,
    /// When.
    pub at: Timestamp,
}

/// Why nothing goes to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A mail came back for good.
    Bounced,
    /// A mail was marked as spam.
    Complained,
}

impl Reason {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bounced => "bounced",
            Self::Complained => "complained",
        }
    }
}

/// Nothing goes to an address until staff lift it (requirement L10). It is named by the address's hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// Why.
    pub reason: Reason,
    /// By which mail that showed.
    pub mail: MailId,
    /// Since when.
    pub since: Timestamp,
    /// When staff lifted it: what SES reports of before does not bring it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted_at: Option<Timestamp>,
}

impl Suppression {
    /// Whether it holds.
    pub fn is_on(&self) -> bool {
        self.lifted_at.is_none()
    }
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

/// Which wording of its template a mail tries out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// Of which site.
    pub site: SiteId,
    /// In which language.
    pub language: MailLanguage,
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
    /// The wording that it tries out, with words made up (requirement L12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial: Option<Trial>,
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
    /// The gravest that SES reported of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported: Option<Reported>,
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
            trial: None,
            fate: Fate::Queued,
            tries: 0,
            retry_at: now + SignedDuration::from_secs(GRACE_SECONDS),
            sent_at: None,
            message_id: None,
            failure: None,
            reported: None,
            created_at: now,
        }
    }

    /// Whether it took a link along that did not arrive, and nobody but staff can help.
    pub fn is_stuck(&self) -> bool {
        let lost = match self.fate {
            Fate::Bounced | Fate::Suppressed => true,
            // A link that was over was not to be sent any more.
            Fate::Failed => !matches!(self.failure.as_deref(), Some("link_over" | "link_expired_unsent")),
            Fate::Queued | Fate::Sent | Fate::Delivered | Fate::Complained => false,
        };
        lost && self.link.is_some() && self.template != Template::EmailConfirm
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

    /// Goes in place of one whose link was over before any mail took it: at once, and with the tries that were made. After
    /// [`MOST_WAIT_HOURS`] one is left.
    #[must_use]
    pub fn in_place_of(self, other: &Self, now: Timestamp) -> Self {
        let tries = if is_overdue(other.id, now) { MOST_TRIES - 1 } else { other.tries };
        Self { tries, retry_at: now, ..self }
    }

    /// Accepted by SES.
    #[must_use]
    pub fn accepted(&self, message_id: String, now: Timestamp) -> Self {
        Self { fate: Fate::Sent, sent_at: Some(now), message_id: Some(message_id), failure: None, ..self.clone() }
    }

    /// As SES reports it to be. A mail that was thought queued or failed was sent all the same: its answer was not heard.
    #[must_use]
    pub fn reported(&self, told: Reported, message_id: &str, sent_at: Timestamp) -> Self {
        if self.reported.is_some_and(|before| before.report >= told.report) {
            return self.clone();
        }
        Self {
            fate: told.report.fate(),
            sent_at: self.sent_at.or(Some(sent_at)),
            message_id: self.message_id.clone().or_else(|| Some(message_id.to_owned())),
            failure: told.report.reason().map(str::to_owned),
            reported: Some(told),
            ..self.clone()
        }
    }

    /// Not sent, for nothing goes to its address.
    #[must_use]
    pub fn suppressed(&self) -> Self {
        Self { fate: Fate::Suppressed, failure: Report::Suppressed.reason().map(str::to_owned), ..self.clone() }
    }

    /// A try failed in a way that may pass: again later, after 30 seconds doubled by each try, three hours at most, and no later than it is overdue;
    /// after [`MOST_TRIES`], or once it [is overdue](is_overdue), it has failed.
    #[must_use]
    pub fn deferred(&self, reason: &str, now: Timestamp) -> Self {
        if self.tries >= MOST_TRIES || is_overdue(self.id, now) {
            return self.failed(reason);
        }
        let wait = SignedDuration::from_secs(30 << self.tries.min(12)).min(SignedDuration::from_hours(3));
        Self { retry_at: overdue_at(self.id).min(now + wait), failure: Some(reason.to_owned()), ..self.clone() }
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

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Report; 7] = [
        Report::Rejected,
        Report::Returned,
        Report::Delivered,
        Report::Bounced,
        Report::Suppressed,
        Report::Unwanted,
        Report::Complained,
    ];

    fn mail() -> Mail {
        let to = Email::parse("ada@example.com").expect("an email");
        let now = Timestamp::UNIX_EPOCH;
        Mail::new(Template::Invite, to, ContactId::new(now), None, Deliverer::Caller, now)
    }

    fn told(mail: &Mail, reports: &[Report]) -> Mail {
        reports.iter().fold(mail.clone(), |mail, report| {
            let at = Timestamp::UNIX_EPOCH;
            mail.reported(Reported { report: *report, at }, "ses", at)
        })
    }

    #[test]
    fn whatever_order_reports_come_in_and_however_often_the_gravest_stands() {
        let mail = mail();
        for one in ALL {
            for other in ALL {
                let stands = told(&mail, &[one.max(other)]);
                assert_eq!(told(&mail, &[one, other]).fate, stands.fate, "{one:?} {other:?}");
                assert_eq!(told(&mail, &[other, one, other, one]).fate, stands.fate, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_mail_that_ses_reports_was_sent_whatever_was_thought_of_it() {
        for mail in [mail(), mail().failed("timed_out")] {
            let sent = told(&mail, &[Report::Delivered]);
            assert_eq!((sent.fate, sent.failure.as_deref()), (Fate::Delivered, None));
            assert!(sent.sent_at.is_some() && !sent.is_free(Timestamp::MAX));
        }
    }
}
