//! Who asks, and the moment of asking.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::access::Access;
use super::fault::Refusal;
use super::id::{ContactId, OrganizationId, SiteId, UserKey};
use super::organization::Organization;
use super::role::{AccountType, Permission, permission};
use super::settings::Settings;

/// Somebody signed in, as their access stands now. Scope comes from here, never from a request (requirement A7).
#[derive(Debug, Clone)]
pub struct Actor {
    /// The person.
    pub user: UserKey,
    /// The access they act with.
    pub contact: ContactId,
    /// Where.
    pub organization: OrganizationId,
    /// What they are to the business.
    pub account_type: AccountType,
    /// The one site of their access; none: every site of the organization's group.
    pub site: Option<SiteId>,
    /// What their roles and flags permit.
    pub permissions: BTreeSet<Permission>,
}

impl Actor {
    /// The holder of this access.
    pub fn new(contact: ContactId, organization: OrganizationId, access: &Access, settings: &Settings) -> Self {
        let mut permissions = settings.permissions(access.account_type, &access.roles);
        if access.can_create_users {
            permissions.insert(permission::USERS_CREATE);
        }
        Self {
            user: access.user,
            contact,
            organization,
            account_type: access.account_type,
            site: access.site,
            permissions,
        }
    }

    /// Whether they work for the business itself.
    pub fn is_staff(&self) -> bool {
        self.account_type == AccountType::Staff
    }

    /// Whether they may do this at all, in their scope.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }

    /// Refuses who may not do this at all.
    ///
    /// # Errors
    /// `403 forbidden`.
    pub fn needs(&self, permission: Permission) -> Result<(), Refusal> {
        if self.may(permission) {
            Ok(())
        } else {
            Err(Refusal::forbidden("forbidden", format!("This needs the permission {permission}.")))
        }
    }

    /// Whether an organization is in their scope: staff's is every one, others' their own, a partner's also its customers.
    pub fn reaches(&self, organization: &Organization) -> bool {
        self.is_staff()
            || organization.id == self.organization
            || (self.account_type == AccountType::Partner && organization.partner == Some(self.organization))
    }

    /// Refuses to tell that an organization out of scope exists.
    ///
    /// # Errors
    /// `404 not_found`.
    pub fn must_reach(&self, organization: &Organization) -> Result<(), Refusal> {
        if self.reaches(organization) { Ok(()) } else { Err(Refusal::NotFound) }
    }

    /// Refuses to touch accounts that only administrators of the business look after: staff's and vendors' (requirement U1).
    ///
    /// # Errors
    /// `403 forbidden`.
    pub fn must_manage(&self, account_type: AccountType) -> Result<(), Refusal> {
        match account_type {
            AccountType::Staff | AccountType::Vendor => self.needs(permission::STAFF_MANAGE),
            AccountType::Customer | AccountType::Partner => Ok(()),
        }
    }
}

/// On whose word a change is made (requirement S2).
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// Somebody signed in.
    Actor(&'a Actor),
    /// Whoever holds a link.
    Link,
    /// Anybody.
    Public,
    /// The sweep.
    Sweep,
    /// SES, by what it reports of a mail.
    Ses,
    /// The one who runs the deployment.
    Operator,
}

/// The moment of asking and what holds in it.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// When.
    pub now: Timestamp,
    /// What the business has set.
    pub settings: &'a Settings,
    /// The version of the key that new links are made with.
    pub key: u32,
    /// The address that asks, where somebody does.
    pub source: &'a str,
    /// The request's id.
    pub request: &'a str,
}
