//! Lifting a lock (requirement P8), and requiring that a password be changed (requirements P1, P2).

use super::super::access::Standing;
use super::super::account::Account;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{AttemptsKey, Change, Record, Ref};
use super::super::fault::Refusal;
use super::super::role::permission;
use super::super::user::User;
use super::logins::outranks_person;
use super::roles::outranks_access;

/// Lifts a lock before its time. A login that is shared is another's to unlock too, and shows no lock (requirement O8).
///
/// # Errors
/// Not allowed, or not locked.
pub fn unlock(account: &Account, actor: &Actor, at: &Moment<'_>) -> Result<Change, Refusal> {
    actor.needs(permission::LOGINS_TOGGLE)?;
    actor.must_reach(&account.organization.value)?;
    let (Some(access), Some(user)) = (account.access(), account.user.as_ref()) else {
        return Err(Refusal::conflict("no_access", "This contact has no login."));
    };
    outranks_access(actor, access, at)?;
    let locked =
        account.attempts.as_ref().filter(|_| account.locked_until_to(actor, at.settings.lockout, at.now).is_some());
    let Some(attempts) = locked else {
        return Err(Refusal::conflict("not_locked", "The login is not locked."));
    };
    let mut change = Change::none();
    change.check(Ref::Contact(account.contact.value.id), account.contact.rev);
    change.update(attempts, Record::Attempts(AttemptsKey::User(user.value.id), attempts.value.lifted()));
    change.audit(Entry::about(account, Action::LoginUnlocked, By::Actor(actor), at));
    Ok(change)
}

/// Requires that the password be changed: the person can sign in to do that, and to do nothing else.
///
/// # Errors
/// Not allowed, no password to be changed, or required already.
pub fn require_password_change(account: &Account, actor: &Actor, at: &Moment<'_>) -> Result<Change, Refusal> {
    actor.needs(permission::PASSWORDS_SET)?;
    actor.must_reach(&account.organization.value)?;
    let granted = account.access().filter(|access| access.standing == Standing::Granted);
    let user = account.user.as_ref().filter(|user| granted.is_some() && user.value.password.is_some());
    let Some(user) = user else {
        return Err(Refusal::conflict("no_password", "There is no password to be changed."));
    };
    outranks_person(actor, &user.value)?;
    if account.contact.value.id == actor.contact {
        return Err(Refusal::forbidden("own_access", "Change your own password on your account's page."));
    }
    if user.value.must_change_password {
        return Err(Refusal::conflict("already_required", "The password has to be changed already."));
    }
    let mut change = Change::none();
    change.check(Ref::Contact(account.contact.value.id), account.contact.rev);
    change.audit(Entry::about(account, Action::PasswordChangeRequired, By::Actor(actor), at));
    change.update(user, User { must_change_password: true, ..user.value.clone() });
    Ok(change)
}
