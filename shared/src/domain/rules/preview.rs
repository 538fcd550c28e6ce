//! Staff see the portal as somebody else's access does (requirement A8).

use jiff::Timestamp;

use super::super::account::Account;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{Change, Ref};
use super::super::contact::Contact;
use super::super::fault::Refusal;
use super::super::id::SiteId;
use super::super::organization::Organization;
use super::super::role::{AccountType, permission};
use super::super::session::{Previewer, Session};
use super::super::settings::Settings;
use super::super::user::User;
use super::roles::outranks_access;
use super::sign_in::{SignedIn, begin};

/// Begins a preview of an access: a session of its own kind, that changes nothing and notes nothing with the person. `site` is
/// where it is looked at, if at one of them.
///
/// # Errors
/// Not allowed, one of the staff's, or an access that can't be used now.
pub fn preview(
    account: &Account,
    session: &Session,
    site: Option<SiteId>,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<(SignedIn, Change), Refusal> {
    actor.needs(permission::PREVIEW)?;
    let (Some(access), Some(user)) = (account.access(), account.user.as_ref()) else {
        return Err(Refusal::conflict("no_access", "This contact has no access to be seen."));
    };
    actor.must_reach(&account.organization.value)?;
    if !actor.is_staff() || access.account_type == AccountType::Staff {
        return Err(Refusal::forbidden("forbidden", "Staff see the portal as customers, partners and vendors do."));
    }
    outranks_access(actor, access, at)?;
    let place = account.place();
    if place.access(user.value.id, site, at.settings).is_none() {
        return Err(Refusal::conflict(
            "access_unusable",
            "This access can't be used now, or not at this site: there is nothing to be seen.",
        ));
    }
    let (token, begun) = begin(&user.value, &place, access, site, at);
    let previewer =
        Previewer { user: actor.user, contact: actor.contact, organization: actor.organization, session: session.id };
    let begun = Session { preview: Some(previewer), ..begun };
    let mut change = Change::none();
    change.check(Ref::Contact(account.contact.value.id), account.contact.rev);
    change.create(begun.clone());
    change.audit(Entry::about(account, Action::PreviewStarted, By::Actor(actor), at));
    Ok((SignedIn { token, session: begun, user: user.value.clone(), place }, change))
}

/// Whoever looks on, as they are now: their session, user, contact and organization.
#[derive(Debug)]
pub struct Looking {
    /// Their own session.
    pub session: Session,
    /// Who they are.
    pub user: User,
    /// With which access.
    pub contact: Contact,
    /// Where.
    pub organization: Organization,
}

/// Whether whoever began a preview may still look on: their own session, and what their access permits now, let them.
pub fn goes_on(own: &Looking, settings: &Settings, now: Timestamp) -> bool {
    let Looking { session, user, contact, organization } = own;
    let actor = contact.access.as_ref().map(|access| Actor::new(contact.id, organization.id, access, settings));
    session.is_good(user, contact, organization, settings, now)
        && !user.must_change_password
        && actor.is_some_and(|actor| actor.may(permission::PREVIEW))
}
