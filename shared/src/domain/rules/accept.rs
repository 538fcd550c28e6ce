//! A person known already takes up an access that was offered, by signing in (requirement O8).

use super::super::access::{Access, Standing};
use super::super::account::Account;
use super::super::actor::{By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{Change, Stored};
use super::super::fault::Refusal;
use super::super::link::{Link, Purpose, State};
use super::super::user::{AccessRef, Login, MOST_ACCESSES, User};
use super::logins::{adjust_administrators, update_logins};
use super::redeem::state;

/// Takes up the access. Whoever calls has verified the person's password.
///
/// # Errors
/// The link is over, or is not one of this kind.
pub fn accept(
    link: &Stored<Link>,
    account: &Account,
    logins: &[Stored<Login>],
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    let state = state(&link.value, Some(account), at);
    let (Some(before), Some(user), State::Valid, Purpose::Accept) =
        (account.access(), account.user.as_ref(), state, link.value.purpose)
    else {
        return Err(Refusal::LinkOver(if state == State::Valid { State::Void } else { state }));
    };
    let contact = &account.contact.value;
    let mut person: User = user.value.clone();
    if person.accesses.len() >= MOST_ACCESSES {
        return Err(Refusal::conflict(
            "too_many_accesses",
            format!("One person has at most {MOST_ACCESSES} accesses."),
        ));
    }
    if person.accesses.iter().any(|it| it.organization == contact.organization) {
        return Err(Refusal::conflict("access_exists", "You have an access at this organization already."));
    }
    person.forget_offer(contact.id);
    person.accesses.push(AccessRef { contact: contact.id, organization: contact.organization });
    let after = Access { standing: Standing::Granted, ..before.clone() };
    let mut change = Change::none();
    change.update(link, Link { ended: Some(State::Used), ..link.value.clone() });
    adjust_administrators(&mut change, &account.organization, Some(before), Some(&after))?;
    change.audit(super::grant::tell_access(
        Entry::about(account, Action::AccessAccepted, By::Link, at),
        Some(before),
        Some(&after),
    ));
    update_logins(&mut change, logins, &person);
    change.update(user, person);
    let mut contact = contact.clone();
    contact.access = Some(after);
    contact.version += 1;
    change.update(&account.contact, contact);
    Ok(change)
}
