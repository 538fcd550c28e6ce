//! Contacts: people at an organization, with or without a login.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::access::Access;
use super::details::Details;
use super::email::Email;
use super::id::{ContactId, MailId, OrganizationId};
use super::link::{LinkId, Purpose};
use super::text::PersonName;

/// The link that was last sent to a contact, and the mail that took it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastLink {
    /// The link.
    pub id: LinkId,
    /// What it is for.
    pub purpose: Purpose,
    /// The newest mail with it.
    pub mail: MailId,
}

/// A person at an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// Where the person is.
    pub organization: OrganizationId,
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// The contact's email; the login email may differ (requirement O4).
    pub email: Email,
    /// Whether the portal may send notifications; security mail always goes out (requirement O6).
    pub notifications: bool,
    /// Everything else that is known.
    #[serde(default)]
    pub details: Details,
    /// An inactive contact can't sign in whatever else is set (requirement O7).
    pub active: bool,
    /// The access, once one was granted; a revoked one stays (requirement A5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// The link last sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LastLink>,
    /// The mail of the creation, for the notice of 16 hours (requirement L9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creation_mail: Option<MailId>,
    /// Moves with each edit, not with sign-ins or mails (requirement O9).
    pub version: u32,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Contact {
    /// Whether this access, which it has or is to have, counts as one of its organization's administrators
    /// (requirement A7).
    pub fn administers(&self, access: &Access) -> bool {
        self.active && access.administers()
    }
}
