//! A person known already takes up an access that was offered, by signing in (requirement O8).

use super::super::access::{Access, Standing};
use super::super::account::Account;
use super::super::actor::{By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{Change, Record, Stored};
use super::super::fault::Refusal;
use super::super::link::{Link, Purpose, State};
use super::super::user::{Login, User};
use super::logins::{adjust_administrators, here, must_have_room, update_logins};
use super::redeem::state;

/// Takes up the access. Whoever calls has verified the person's password.
///
/// # Errors
/// The link is over, or is not one of this kind.
pub fn accept(
    link: &Stored<Link>,
    account: &Account,
    logins: &[Stored<Login>],
    kept: Option<&Stored<Login>>,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    let state = state(&link.value, Some(account), at.now);
    let (Some(user), State::Valid, Purpose::Accept) = (account.user.as_ref(), state, link.value.purpose) else {
        return Err(Refusal::LinkOver(if state == State::Valid { State::Void } else { state }));
    };
    let mut change = Change::none();
    let mut person: User = user.value.clone();
    change.update(link, Link { ended: Some(State::Used), ..link.value.clone() });
    take_up(&mut change, account, &mut person, logins, kept, at)?;
    change.update(user, person);
    Ok(change)
}

/// Makes the access that was offered the person's.
pub(super) fn take_up(
    change: &mut Change,
    account: &Account,
    person: &mut User,
    logins: &[Stored<Login>],
    kept: Option<&Stored<Login>>,
    at: &Moment<'_>,
) -> Result<(), Refusal> {
    let Some(before) = account.access() else { return Err(Refusal::LinkOver(State::Void)) };
    let contact = &account.contact.value;
    must_have_room(person)?;
    if person.accesses.iter().any(|it| it.organization == contact.organization) {
        return Err(Refusal::conflict("access_exists", "You have an access at this organization already."));
    }
    person.forget_offer(contact.id);
    person.accesses.push(here(contact, before));
    let after = Access { standing: Standing::Granted, ..before.clone() };
    adjust_administrators(change, &account.organization, contact.administers(before), contact.administers(&after))?;
    change.audit(super::grant::tell_access(
        Entry::about(account, Action::AccessAccepted, By::Link, at),
        Some(before),
        Some(&after),
    ));
    update_logins(change, logins, person);
    // The user ID that was kept for this access becomes the person's, where they have none.
    let kept = kept.filter(|kept| kept.value.kept_for == Some(contact.id));
    if let (None, Some(user_id), Some(kept)) = (&person.user_id, &before.user_id, kept) {
        person.user_id = Some(user_id.clone());
        change.update(kept, Record::Login(user_id.into(), Login::of(person)));
    }
    let mut contact = contact.clone();
    contact.access = Some(after);
    change.update(&account.contact, contact);
    Ok(())
}
