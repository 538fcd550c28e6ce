//! Who may hand out which roles, flags and sites (requirements A2, A3, A7).

use std::collections::BTreeSet;

use super::super::access::Access;
use super::super::actor::{Actor, Moment};
use super::super::fault::{Fault, Refusal};
use super::super::id::SiteId;
use super::super::organization::Organization;
use super::super::role::{AccountType, RoleName, permission};
use super::super::settings::Settings;

/// Most roles of one access.
pub const MOST_ROLES: usize = 20;

/// Reads the names of roles.
///
/// # Errors
/// None at all, too many, or a name that no role has (`400 unknown_role`).
pub fn parse_roles(field: &str, names: &[String], settings: &Settings) -> Result<BTreeSet<RoleName>, Vec<Fault>> {
    if names.is_empty() {
        return Err(vec![Fault::new(field, "required", "An access holds at least one role.")]);
    }
    if names.len() > MOST_ROLES {
        return Err(vec![Fault::new(field, "too_many", "An access holds at most 20 roles.")]);
    }
    let roles: BTreeSet<RoleName> = names.iter().map(|name| RoleName::from(name.as_str())).collect();
    let unknown: Vec<_> = roles
        .iter()
        .filter(|name| settings.role(name).is_none())
        .map(|name| Fault::new(field, "unknown_role", format!("There is no role {}.", name.as_str())))
        .collect();
    if unknown.is_empty() { Ok(roles) } else { Err(unknown) }
}

/// What is to be handed out.
#[derive(Debug, Clone)]
pub(super) struct Handout<'a> {
    pub account_type: AccountType,
    pub roles: &'a BTreeSet<RoleName>,
    pub site: Option<SiteId>,
    pub can_create_users: bool,
    pub claim_authorization_required: bool,
}

impl Handout<'_> {
    /// Refuses what does not fit the account type or the organization, or is above the granter's own.
    pub(super) fn check(&self, actor: &Actor, organization: &Organization, settings: &Settings) -> Result<(), Refusal> {
        let mut faults = Vec::new();
        if self.claim_authorization_required && self.account_type != AccountType::Partner {
            faults.push(Fault::new(
                "claim_authorization_required",
                "not_for_account_type",
                "This is for partners' users only.",
            ));
        }
        if self.can_create_users && !matches!(self.account_type, AccountType::Customer | AccountType::Partner) {
            faults.push(Fault::new(
                "can_create_users",
                "not_for_account_type",
                "This is for customers' and partners' users only.",
            ));
        }
        if self.site.is_some_and(|site| !settings.is_valid_in(site, None, organization)) {
            faults.push(Fault::new("site", "unknown_site", "There is no such site in the organization's site group."));
        }
        if !faults.is_empty() {
            return Err(Refusal::Invalid(faults));
        }
        if let Some(name) = self
            .roles
            .iter()
            .find(|name| !settings.role(name).is_some_and(|role| role.account_types.contains(&self.account_type)))
        {
            let detail = format!("A {} user can't hold the role {}.", self.account_type.as_str(), name.as_str());
            return Err(Refusal::forbidden("role_not_for_account_type", detail));
        }
        if !actor.is_staff() && actor.site.is_some() && actor.site != self.site {
            return Err(Refusal::forbidden(
                "above_own_role",
                "Your own access is for one site: give access to that one.",
            ));
        }
        outranks(actor, self.account_type, self.roles, self.can_create_users, settings)
    }
}

/// Refuses to hand out, change or take away what is above the actor's own (requirement A3): staff look after
/// customers and partners whole, and administrators alone after staff and vendors; everybody else must hold
/// each permission themselves.
pub(crate) fn outranks(
    actor: &Actor,
    account_type: AccountType,
    roles: &BTreeSet<RoleName>,
    can_create_users: bool,
    settings: &Settings,
) -> Result<(), Refusal> {
    actor.must_manage(account_type)?;
    if actor.is_staff() {
        return Ok(());
    }
    let flag = can_create_users.then_some(permission::USERS_CREATE);
    let above =
        settings.permissions(account_type, roles).into_iter().chain(flag).find(|permission| !actor.may(permission));
    match above {
        Some(permission) => Err(Refusal::forbidden(
            "above_own_role",
            format!("This includes the permission {permission}, which you do not hold."),
        )),
        None => Ok(()),
    }
}

/// [`outranks`] for an access as it stands.
pub(super) fn outranks_access(actor: &Actor, access: &Access, at: &Moment<'_>) -> Result<(), Refusal> {
    outranks(actor, access.account_type, &access.roles, access.can_create_users, at.settings)
}
