//! Login off and on (requirements T1–T3).

use super::super::access::{Access, Standing};
use super::super::account::Account;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::Change;
use super::super::fault::Refusal;
use super::super::mail::{Deliverer, Template};
use super::super::role::permission;
use super::links;
use super::logins::adjust_administrators;
use super::roles::outranks_access;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// Off: no sign-in, sessions end, links die; the password stays.
    Disable,
    /// On: as before, but what died stays dead.
    Enable,
}

/// Switches the login of one access off or on, and tells the person by mail (requirement L13).
///
/// # Errors
/// Not allowed, one's own, an organization's last administrator, or not fitting the state.
pub fn toggle(switch: Switch, account: &Account, actor: &Actor, at: &Moment<'_>) -> Result<Change, Refusal> {
    actor.needs(permission::LOGINS_TOGGLE)?;
    actor.must_reach(&account.organization.value)?;
    let (Some(before), Some(user)) = (account.access(), account.user.as_ref()) else {
        return Err(Refusal::conflict("no_access", "This contact has no login."));
    };
    outranks_access(actor, before, at)?;
    if account.contact.value.id == actor.contact {
        return Err(Refusal::forbidden("own_access", "Nobody switches their own login."));
    }
    if before.standing == Standing::Revoked {
        return Err(Refusal::conflict("revoked", "The access is revoked. Grant it again first."));
    }
    let (enabled, action, template) = match switch {
        Switch::Disable => (false, Action::LoginDisabled, Template::LoginDisabled),
        Switch::Enable => (true, Action::LoginEnabled, Template::LoginEnabled),
    };
    if before.login_enabled == enabled {
        let (code, detail) = match switch {
            Switch::Disable => ("already_disabled", "The login is disabled already."),
            Switch::Enable => ("already_enabled", "The login is enabled already."),
        };
        return Err(Refusal::conflict(code, detail));
    }

    let mut change = Change::none();
    let mut contact = account.contact.value.clone();
    let mut after = Access { login_enabled: enabled, ..before.clone() };
    let mut person = user.value.clone();
    if switch == Switch::Disable {
        after.end_sessions();
        links::end_offer(&mut change, account);
        links::end(&mut change, &mut person, |live| live.contact == contact.id);
    }
    // Also where it is only offered: to whoever switches it, that person is a new one (requirement O8).
    links::tell(&mut change, &person, &contact, template, Deliverer::Caller, at);
    let (was, is) = (contact.administers(before), contact.administers(&after));
    adjust_administrators(&mut change, &account.organization, was, is)?;
    change.audit(Entry::about(account, action, By::Actor(actor), at).telling(
        "login_enabled",
        Some(before.login_enabled.to_string()),
        Some(enabled.to_string()),
    ));
    change.update(user, person);
    contact.access = Some(after);
    contact.version += 1;
    change.update(&account.contact, contact);
    Ok(change)
}
