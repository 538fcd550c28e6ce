//! Users: people who can sign in, one per login email, whatever the number of organizations.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::email::{Email, LoginKey, UserId};
use super::id::{ContactId, OrganizationId, UserKey};
use super::link::{LinkId, Purpose};
use super::password::PasswordHash;
use super::role::AccountType;

/// Most accesses that one user may have: what one transaction can revoke.
pub const MOST_ACCESSES: usize = 20;

/// Most open offers that are remembered of one user; an older one can still be taken up.
pub const MOST_OFFERS: usize = 40;

/// Where one of a user's accesses is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRef {
    /// The contact that holds it.
    pub contact: ContactId,
    /// The contact's organization.
    pub organization: OrganizationId,
    /// What the user is to the business there.
    pub account_type: AccountType,
}

/// A live link of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveLink {
    /// The link.
    pub id: LinkId,
    /// The contact through whose access it was sent; it dies with that access.
    pub contact: ContactId,
}

/// A person who can sign in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Its id.
    pub id: UserKey,
    /// The email that signs in, and to which links go.
    pub login_email: Email,
    /// A name for signing in besides the email.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// None until the first one is set, and after the last access was revoked (requirement A5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<PasswordHash>,
    /// Can sign in only to change the password (requirement P2).
    pub must_change_password: bool,
    /// Staff chose the password, and the person has not chosen another since.
    pub password_is_staffs: bool,
    /// Sessions begun under an earlier epoch are over.
    pub epoch: u32,
    /// The accesses that are granted.
    pub accesses: Vec<AccessRef>,
    /// Those that were offered and wait to be taken up (requirement O8).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<AccessRef>,
    /// At most one live link per purpose (`security.md` section 2).
    #[serde(default)]
    pub links: BTreeMap<Purpose, LiveLink>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl User {
    /// Sets a password that the person chose.
    pub fn choose_password(&mut self, hash: PasswordHash) {
        self.password = Some(hash);
        self.must_change_password = false;
        self.password_is_staffs = false;
    }

    /// Sets a password that staff chose.
    pub fn be_given_password(&mut self, hash: PasswordHash, must_change: bool) {
        self.password = Some(hash);
        self.must_change_password = must_change;
        self.password_is_staffs = true;
    }

    /// Takes the password away, and with it every session.
    pub fn lose_password(&mut self) {
        self.password = None;
        self.must_change_password = false;
        self.password_is_staffs = false;
        self.epoch += 1;
    }

    /// Whether the user has, or is offered, an access at this organization.
    pub fn is_known_at(&self, organization: OrganizationId) -> bool {
        self.accesses.iter().chain(&self.offers).any(|it| it.organization == organization)
    }

    /// Whether the user has, or is offered, an access at this organization by another contact than this one.
    pub fn is_known_besides(&self, contact: ContactId, organization: OrganizationId) -> bool {
        let others = self.accesses.iter().chain(&self.offers).filter(|it| it.contact != contact);
        others.into_iter().any(|it| it.organization == organization)
    }

    /// The contacts of the user's other accesses than this one.
    pub fn elsewhere(&self, contact: ContactId) -> Vec<ContactId> {
        self.accesses.iter().map(|it| it.contact).filter(|it| *it != contact).collect()
    }

    /// Remembers an offer.
    pub fn offer(&mut self, here: AccessRef) {
        self.forget_offer(here.contact);
        if self.offers.len() >= MOST_OFFERS {
            self.offers.remove(0);
        }
        self.offers.push(here);
    }

    /// Forgets an offer that was taken up or taken back.
    pub fn forget_offer(&mut self, contact: ContactId) {
        self.offers.retain(|it| it.contact != contact);
    }

    /// The keys under which this user's login names are owned.
    pub fn login_keys(&self) -> impl Iterator<Item = LoginKey> {
        [Some(LoginKey::from(&self.login_email)), self.user_id.as_ref().map(LoginKey::from)].into_iter().flatten()
    }
}

/// Who owns a login name, and where their accesses are: what sign-in reads first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Login {
    /// The owner.
    pub user: UserKey,
    /// The owner's accesses, kept equal to [`User::accesses`].
    pub accesses: Vec<AccessRef>,
    /// Signs nobody in: kept for the access of this contact, which is offered to the owner (requirement O8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_for: Option<ContactId>,
}

impl Login {
    /// A login name of this user.
    pub fn of(user: &User) -> Self {
        Self { user: user.id, accesses: user.accesses.clone(), kept_for: None }
    }

    /// A user ID that signs nobody in yet.
    pub fn kept_for(contact: ContactId, user: UserKey) -> Self {
        Self { user, accesses: Vec::new(), kept_for: Some(contact) }
    }
}
