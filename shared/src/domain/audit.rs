//! Audit: every change writes its entry in the same transaction (requirement S2).

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::de::IntoDeserializer;
use serde::{Deserialize, Serialize};

use super::account::Account;
use super::actor::{By, Moment};
use super::contact::Contact;
use super::email::LoginKey;
use super::id::{AuditId, ContactId, OrganizationId, UserKey};

macro_rules! actions {
    ($($name:ident,)*) => {
        /// What was done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[expect(missing_docs, reason = "each says what it is")]
        pub enum Action {
            $($name,)*
        }

        impl Action {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

actions! {
    Bootstrapped,
    SettingsEdited,
    SiteCreated,
    SiteEdited,
    RoleCreated,
    RoleEdited,
    RoleDeleted,
    WordingEdited,
    WordingPutBack,
    WordingTried,
    OrganizationCreated,
    OrganizationEdited,
    OrganizationInactivated,
    OrganizationReactivated,
    ContactCreated,
    ContactEdited,
    ContactInactivated,
    ContactReactivated,
    UserCreated,
    AccessGranted,
    AccessChanged,
    AccessAccepted,
    AccessRevoked,
    LinkSent,
    LinkRequested,
    LinkExpired,
    LinkReminded,
    PasswordSet,
    PasswordChanged,
    LoginDisabled,
    LoginEnabled,
    LoginUnlocked,
    LoginRenamed,
    PasswordChangeRequired,
    EmailChangeRequested,
    EmailChanged,
    PreviewStarted,
    PreviewEnded,
    SessionSwitched,
    SessionEnded,
    SessionsEnded,
    SignedIn,
    SignInFailed,
    SignedOut,
    AddressSuppressed,
    AddressReleased,
}

impl Action {
    /// Reads the name on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        let read: Result<Self, serde::de::value::Error> = Self::deserialize(text.into_deserializer());
        read.ok()
    }

    /// Whether it is one of those that the public writes, and most entries are of.
    pub fn is_coming_and_going(self) -> bool {
        matches!(
            self,
            Self::SignedIn | Self::SignInFailed | Self::SignedOut | Self::SessionSwitched | Self::LinkRequested
        )
    }
}

/// As on the wire.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// On whose word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// A customer's, partner's or vendor's user.
    User,
    /// An employee of the business.
    Staff,
    /// Whoever holds a link.
    Link,
    /// Anybody.
    Public,
    /// The sweep.
    Sweep,
    /// SES, by what it reports of a mail.
    Mail,
    /// The one who runs the deployment.
    Operator,
}

/// A field before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delta {
    /// Before; none where it was not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// After; none where it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Who or what an entry is about; its entries lie together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A contact.
    Contact(ContactId),
    /// The business's settings.
    Business,
    /// An organization itself.
    Organization(OrganizationId),
    /// A login name that nobody has, by its key's first bytes: what was typed is not kept.
    UnknownLogin(u64),
}

impl Subject {
    /// The subject for a login name that nobody has.
    pub fn unknown(key: LoginKey) -> Self {
        Self::UnknownLogin(key.as_bytes().first_chunk().copied().map_or(0, u64::from_be_bytes))
    }
}

/// One entry. Holds no secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id; entries of one subject are ordered by it.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub action: Action,
    /// On whose word.
    pub via: Via,
    /// Who did it, where somebody signed in did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<UserKey>,
    /// The access they did it with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_contact: Option<ContactId>,
    /// Where that access is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_organization: Option<OrganizationId>,
    /// For whom.
    pub subject: Subject,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrganizationId>,
    /// What changed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub changes: BTreeMap<String, Delta>,
    /// By what its event is ordered among those of its subject: the revision of the subject's record after the change. None
    /// where it is not published (`docs/events.md`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// In an event about a contact: the user of its access after the change, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserKey>,
    /// In an event about a contact: whether the portal may send it notifications after the change (requirement O6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notifications: Option<bool>,
    /// From which address.
    pub source: String,
    /// In which request.
    pub request: String,
}

impl Entry {
    /// An entry about `subject`.
    pub fn new(
        action: Action,
        by: By<'_>,
        subject: Subject,
        organization: Option<OrganizationId>,
        at: &Moment<'_>,
    ) -> Self {
        let (via, actor) = match by {
            By::Actor(actor) if actor.is_staff() => (Via::Staff, Some(actor)),
            By::Actor(actor) => (Via::User, Some(actor)),
            By::Link => (Via::Link, None),
            By::Public => (Via::Public, None),
            By::Sweep => (Via::Sweep, None),
            By::Ses => (Via::Mail, None),
            By::Operator => (Via::Operator, None),
        };
        Self {
            id: AuditId::new(at.now),
            at: at.now,
            action,
            via,
            actor: actor.map(|actor| actor.user),
            actor_contact: actor.map(|actor| actor.contact),
            actor_organization: actor.map(|actor| actor.organization),
            subject,
            organization,
            changes: BTreeMap::new(),
            number: None,
            user: None,
            notifications: None,
            source: at.source.to_owned(),
            request: at.request.to_owned(),
        }
    }

    /// An entry about an account.
    pub fn about(account: &Account, action: Action, by: By<'_>, at: &Moment<'_>) -> Self {
        Self::of(&account.contact.value, action, by, at)
    }

    /// An entry about a contact.
    pub fn of(contact: &Contact, action: Action, by: By<'_>, at: &Moment<'_>) -> Self {
        let mut entry = Self::new(action, by, Subject::Contact(contact.id), Some(contact.organization), at);
        entry.note(contact);
        entry
    }

    /// Whether it goes out as an event. What is not kept together with a record of its subject can't be numbered.
    pub fn is_published(&self) -> bool {
        !self.action.is_coming_and_going() && !matches!(self.subject, Subject::UnknownLogin(_))
    }

    /// Notes what its event says of the contact as it is.
    pub(super) fn note(&mut self, contact: &Contact) {
        if self.is_published() {
            self.user = contact.access.as_ref().map(|access| access.user);
            self.notifications = Some(contact.notifications);
        }
    }

    /// Tells a field's change; equal values are left out.
    #[must_use]
    pub fn telling(mut self, field: &str, before: Option<String>, after: Option<String>) -> Self {
        if before != after {
            self.changes.insert(field.to_owned(), Delta { before, after });
        }
        self
    }
}

/// What of the audit is asked for: every part that is given must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Whom it is about.
    pub contact: Option<ContactId>,
    /// Where.
    pub organization: Option<OrganizationId>,
    /// Who did it.
    pub actor: Option<UserKey>,
    /// What was done.
    pub action: Option<Action>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
}

impl Filter {
    /// Whether an entry fits.
    pub fn admits(&self, entry: &Entry) -> bool {
        self.contact.is_none_or(|contact| entry.subject == Subject::Contact(contact))
            && self.organization.is_none_or(|organization| entry.organization == Some(organization))
            && self.actor.is_none_or(|actor| entry.actor == Some(actor))
            && self.action.is_none_or(|action| entry.action == action)
            && self.from.is_none_or(|from| entry.at >= from)
            && self.to.is_none_or(|to| entry.at < to)
    }
}
