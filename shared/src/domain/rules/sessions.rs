//! Ending sessions (requirement P7).

use super::super::access::Access;
use super::super::account::Account;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry, Subject};
use super::super::change::{Change, Ref};
use super::super::fault::Refusal;
use super::super::id::SessionId;
use super::super::role::permission;
use super::roles::outranks_access;

/// A person ends one of their own sessions.
pub fn end_own(session: SessionId, actor: &Actor, at: &Moment<'_>) -> Change {
    let mut change = Change::none();
    change.delete(Ref::Session(actor.user, session));
    let subject = Subject::Contact(actor.contact);
    change.audit(Entry::new(Action::SignedOut, By::Actor(actor), subject, Some(actor.organization), at));
    change
}

/// Ends every session of one access.
///
/// # Errors
/// Not allowed, or there is no access.
pub fn end_all(account: &Account, actor: &Actor, at: &Moment<'_>) -> Result<Change, Refusal> {
    actor.needs(permission::LOGINS_TOGGLE)?;
    actor.must_reach(&account.organization.value)?;
    let Some(before) = account.access() else {
        return Err(Refusal::conflict("no_access", "This contact has no login."));
    };
    outranks_access(actor, before, at)?;
    let mut after: Access = before.clone();
    after.end_sessions();
    let mut contact = account.contact.value.clone();
    contact.access = Some(after);
    let mut change = Change::none();
    change.audit(Entry::about(account, Action::SessionsEnded, By::Actor(actor), at));
    change.update(&account.contact, contact);
    Ok(change)
}
