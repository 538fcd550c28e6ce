//! Ending sessions (requirement P7).

use super::super::access::{Access, Standing};
use super::super::account::Account;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry, Subject, Via};
use super::super::change::{Change, Ref, Stored};
use super::super::contact::Contact;
use super::super::fault::Refusal;
use super::super::place::Place;
use super::super::role::permission;
use super::super::session::{Previewer, Session};
use super::super::user::User;
use super::roles::outranks_access;
use super::sign_in::{SignedIn, begin};

/// A person ends one of their own sessions.
pub fn end_own(session: &Session, actor: &Actor, at: &Moment<'_>) -> Change {
    let mut change = Change::none();
    change.delete(Ref::Session(session.user, session.id));
    let subject = Subject::Contact(session.contact);
    change.audit(Entry::new(Action::SignedOut, By::Actor(actor), subject, Some(session.organization), at));
    change
}

/// Whoever looks on in a preview of the contact's access ends it.
pub fn end_preview(
    session: &Session,
    previewer: &Previewer,
    contact: &Stored<Contact>,
    actor: &Actor,
    at: &Moment<'_>,
) -> Change {
    let mut change = Change::none();
    change.check(Ref::Contact(contact.value.id), contact.rev);
    change.delete(Ref::Session(session.user, session.id));
    change.audit(Entry {
        via: Via::Staff,
        actor: Some(previewer.user),
        actor_contact: Some(previewer.contact),
        actor_organization: Some(previewer.organization),
        ..Entry::of(&contact.value, Action::PreviewEnded, By::Actor(actor), at)
    });
    change
}

/// The session that proved who somebody is, for a link that is over by now, ends: nobody was given it.
pub fn end_proof(session: &Session, at: &Moment<'_>) -> Change {
    let mut change = Change::none();
    change.delete(Ref::Session(session.user, session.id));
    let subject = Subject::Contact(session.contact);
    change.audit(Entry::new(Action::SignedOut, By::Link, subject, Some(session.organization), at));
    change
}

/// A person goes on with another of their accesses: a session of that access takes the place of the one they have, and
/// ends no later than it would have (requirements O5, P7).
///
/// # Errors
/// It is none of theirs, or can't be used now.
pub fn switch(
    user: &User,
    session: &Stored<Session>,
    place: &Place,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<(SignedIn, Change), Refusal> {
    if !user.accesses.iter().any(|it| it.contact == place.contact.value.id) || place.contact.value.id == actor.contact {
        return Err(Refusal::NotFound);
    }
    let began = session.value.created_at;
    let access = place.access(user.id, None, at.settings).filter(|_| !place.organization.value.voids(began));
    let Some(access) = access else {
        return Err(Refusal::conflict("access_unusable", "This access can't be used now."));
    };
    let site = session.value.site.filter(|site| place.access(user.id, Some(*site), at.settings).is_some());
    let (token, begun) = begin(user, place, access, site, at);
    let begun = Session { created_at: session.value.created_at, ..begun };
    let mut change = Change::none();
    change.check(Ref::Contact(place.contact.value.id), place.contact.rev);
    change.delete_as_read(Ref::Session(session.value.user, session.value.id), session.rev);
    change.create(begun.clone());
    let subject = Subject::Contact(place.contact.value.id);
    let organization = Some(place.organization.value.id);
    change.audit(Entry::new(Action::SessionSwitched, By::Actor(actor), subject, organization, at));
    Ok((SignedIn { token, session: begun, user: user.clone(), place: place.clone() }, change))
}

/// Ends one session of an access.
///
/// # Errors
/// Not allowed, or the session is none of this access.
pub fn end_one(
    account: &Account,
    session: &Stored<Session>,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    actor.needs(permission::LOGINS_TOGGLE)?;
    actor.must_reach(&account.organization.value)?;
    let access = account.access().filter(|_| session.value.contact == account.contact.value.id);
    outranks_access(actor, access.ok_or(Refusal::NotFound)?, at)?;
    let mut change = Change::none();
    change.check(Ref::Contact(account.contact.value.id), account.contact.rev);
    change.delete(Ref::Session(session.value.user, session.value.id));
    change.audit(Entry::about(account, Action::SessionEnded, By::Actor(actor), at));
    Ok(change)
}

/// Ends every session of one access.
///
/// # Errors
/// Not allowed, or there is no access, or none any more.
pub fn end_all(account: &Account, actor: &Actor, at: &Moment<'_>) -> Result<Change, Refusal> {
    actor.needs(permission::LOGINS_TOGGLE)?;
    actor.must_reach(&account.organization.value)?;
    let Some(before) = account.access() else {
        return Err(Refusal::conflict("no_access", "This contact has no login."));
    };
    outranks_access(actor, before, at)?;
    if before.standing == Standing::Revoked {
        return Err(Refusal::conflict("revoked", "The access is revoked: its sessions are over."));
    }
    let mut after: Access = before.clone();
    after.end_sessions();
    let mut contact = account.contact.value.clone();
    contact.access = Some(after);
    let mut change = Change::none();
    change.audit(Entry::about(account, Action::SessionsEnded, By::Actor(actor), at));
    change.update(&account.contact, contact);
    Ok(change)
}
