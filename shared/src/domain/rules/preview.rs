//! Staff see the portal as somebody else's access does (requirement A8).

use super::super::account::Account;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{Change, Ref, Stored};
use super::super::contact::Contact;
use super::super::fault::Refusal;
use super::super::organization::Organization;
use super::super::role::{AccountType, permission};
use super::super::session::{Previewer, Session};
use super::super::settings::Settings;
use super::super::user::User;
use super::roles::outranks_access;
use super::sign_in::{SignedIn, begin};

/// Begins a preview of an access: a session of its own kind, that changes nothing and notes nothing with the person.
///
/// # Errors
/// Not allowed, one of the staff's, or an access that can't be used now.
pub fn preview(
    account: &Account,
    session: &Session,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<(SignedIn, Change), Refusal> {
    let (Some(access), Some(user)) = (account.access(), account.user.as_ref()) else {
        actor.needs(permission::PREVIEW)?;
        return Err(Refusal::conflict("no_access", "This contact has no access to be seen."));
    };
    may_preview(account, actor, at)?;
    let place = account.place();
    if place.access(user.value.id, None, at.settings).is_none() {
        return Err(Refusal::conflict(
            "access_unusable",
            "This access can't be used now: there is nothing to be seen.",
        ));
    }
    let (token, begun) = begin(&user.value, &place, access, None, at);
    let previewer = Previewer {
        user: actor.user,
        contact: actor.contact,
        organization: actor.organization,
        user_epoch: session.user_epoch,
        access_epoch: session.access_epoch,
    };
    let begun = Session { preview: Some(previewer), ..begun };
    let mut change = Change::none();
    change.check(Ref::Contact(account.contact.value.id), account.contact.rev);
    change.create(begun.clone());
    change.audit(Entry::about(account, Action::PreviewStarted, By::Actor(actor), at));
    Ok((SignedIn { token, session: begun, user: user.value.clone(), place }, change))
}

fn may_preview(account: &Account, actor: &Actor, at: &Moment<'_>) -> Result<(), Refusal> {
    actor.needs(permission::PREVIEW)?;
    actor.must_reach(&account.organization.value)?;
    let Some(access) = account.access() else { return Ok(()) };
    if !actor.is_staff() || access.account_type == AccountType::Staff {
        return Err(Refusal::forbidden("forbidden", "Staff see the portal as customers, partners and vendors do."));
    }
    outranks_access(actor, access, at)
}

/// Whether whoever began a preview may still look on: their own access as it is now is what lets them.
pub fn goes_on(
    previewer: &Previewer,
    user: &Stored<User>,
    contact: &Stored<Contact>,
    organization: &Stored<Organization>,
    settings: &Settings,
) -> bool {
    let access = contact.value.access.as_ref();
    user.value.epoch == previewer.user_epoch
        && contact.value.active
        && organization.value.active
        && access.is_some_and(|access| {
            access.user == previewer.user
                && access.is_usable()
                && access.epoch == previewer.access_epoch
                && Actor::new(contact.value.id, organization.value.id, access, settings).may(permission::PREVIEW)
        })
}
