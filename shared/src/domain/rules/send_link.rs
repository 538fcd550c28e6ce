//! Staff and delegated administrators send a link (requirements L5, L7, L8).

use super::super::access::Standing;
use super::super::account::Account;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{Change, Ref};
use super::super::fault::Refusal;
use super::super::link::Purpose;
use super::super::mail::Deliverer;
use super::super::role::permission;
use super::give_login::offer;
use super::links;
use super::roles::outranks_access;

/// Sends a reset, or to an invited person a new invitation; the older of its purpose is replaced.
///
/// # Errors
/// Not allowed, or the access is disabled, revoked or inactive (`409`).
pub fn send_link(account: &Account, actor: &Actor, at: &Moment<'_>) -> Result<Change, Refusal> {
    actor.needs(permission::LINKS_SEND)?;
    actor.must_reach(&account.organization.value)?;
    let (Some(access), Some(user)) = (account.access(), account.user.as_ref()) else {
        return Err(Refusal::conflict("no_access", "This contact has no login."));
    };
    outranks_access(actor, access, at)?;
    if access.standing == Standing::Revoked {
        return Err(Refusal::conflict("revoked", "The access is revoked. Grant it again first."));
    }
    if !access.login_enabled {
        return Err(Refusal::conflict("login_disabled", "The login is disabled. Enable it first."));
    }
    if !account.is_active() {
        return Err(Refusal::conflict("inactive", "The contact or its organization is inactive."));
    }

    let mut change = Change::none();
    let mut contact = account.contact.value.clone();
    let mut person = user.value.clone();
    let purpose = match (access.standing, &person.password) {
        (Standing::Offered, _) => Purpose::Accept,
        (_, Some(_)) => Purpose::Reset,
        (_, None) => Purpose::Invite,
    };
    if purpose == Purpose::Accept {
        offer(&mut change, &mut person, &mut contact, Deliverer::Caller, at);
    } else {
        links::send(&mut change, &mut person, &mut contact, purpose, Deliverer::Caller, at);
    }
    change.update(user, person);
    change.check(Ref::Organization(account.organization.value.id), account.organization.rev);
    change.audit(Entry::about(account, Action::LinkSent, By::Actor(actor), at).telling(
        "purpose",
        None,
        Some(purpose.as_str().to_owned()),
    ));
    change.update(&account.contact, contact);
    Ok(change)
}
