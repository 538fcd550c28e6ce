//! Access: what one user may do at one organization.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::email::{Email, UserId};
use super::id::{SiteId, UserKey};
use super::role::{self, AccountType, RoleName};

/// Whether an access is there to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Granted to a person known already, who has yet to accept it by signing in (requirement O8).
    Offered,
    /// Granted.
    Granted,
    /// Taken away (requirement A5).
    Revoked,
}

/// What one user may do at one organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Access {
    /// Whose it is.
    pub user: UserKey,
    /// What the user is to the business here.
    pub account_type: AccountType,
    /// Never empty (requirement A3).
    pub roles: BTreeSet<RoleName>,
    /// The one site it is valid in; none: every site of the organization's group (requirement U8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    /// May add users (requirement U5).
    pub can_create_users: bool,
    /// A partner's user whose claims need authorization first (requirement U6).
    pub claim_authorization_required: bool,
    /// Whether it is there to be used.
    pub standing: Standing,
    /// Off: no sign-in with it, whatever else is set (requirement T1).
    pub login_enabled: bool,
    /// The user ID that was asked for with this access, or has been given here since: what others than staff read of the
    /// login, whatever the person's names are by now (requirement O8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The email that was asked for as the one that signs in: what others than staff are told of a login that is shared
    /// (requirement O8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_email: Option<Email>,
    /// Sessions begun under an earlier epoch are over.
    pub epoch: u32,
}

impl Access {
    /// Whether signing in with it is possible, as far as the access itself tells.
    pub fn is_usable(&self) -> bool {
        self.standing == Standing::Granted && self.login_enabled
    }

    /// Whether it counts as one of its organization's administrators (requirement A7).
    pub fn administers(&self) -> bool {
        self.is_usable() && role::administers(&self.roles)
    }

    /// Ends every session begun with it.
    pub fn end_sessions(&mut self) {
        self.epoch += 1;
    }
}
