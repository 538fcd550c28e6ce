//! Setting somebody's password, and changing one's own (requirements P1, P7).

use super::super::access::Standing;
use super::super::account::Account;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{AttemptsKey, Change, Record, Ref, Stored};
use super::super::fault::Refusal;
use super::super::lockout::Attempts;
use super::super::mail::{Deliverer, Template};
use super::super::password::PasswordHash;
use super::super::role::permission;
use super::super::session::Session;
use super::super::user::User;
use super::links;
use super::logins::outranks_person;

/// An administrator sets a password: sessions end, links die, a disabled login stays disabled.
///
/// # Errors
/// Not allowed, or there is no access to set it for.
pub fn set_password(
    account: &Account,
    hash: PasswordHash,
    must_change: bool,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    actor.needs(permission::PASSWORDS_SET)?;
    may_choose_passwords(at)?;
    actor.must_reach(&account.organization.value)?;
    let (Some(access), Some(user)) = (account.access(), account.user.as_ref()) else {
        return Err(Refusal::conflict("no_access", "This contact has no login."));
    };
    match access.standing {
        Standing::Revoked => return Err(Refusal::conflict("revoked", "The access is revoked. Grant it again first.")),
        Standing::Offered => {
            return Err(Refusal::conflict("not_accepted", "The person has not accepted this access yet."));
        }
        Standing::Granted => outranks_person(actor, &user.value)?,
    }
    if account.contact.value.id == actor.contact {
        return Err(Refusal::forbidden("own_access", "Change your own password on your account's page."));
    }
    let mut change = Change::none();
    let first = user.value.password.is_none();
    let mut person = User { epoch: user.value.epoch + 1, ..user.value.clone() };
    person.be_given_password(hash, must_change);
    links::end(&mut change, &mut person, |_| true);
    if !first {
        links::tell(&mut change, &person, &account.contact.value, Template::PasswordChanged, Deliverer::Caller, at);
    }
    change.check(Ref::Contact(account.contact.value.id), account.contact.rev);
    change.audit(Entry::about(account, Action::PasswordSet, By::Actor(actor), at).telling(
        "must_change_password",
        Some(user.value.must_change_password.to_string()),
        Some(must_change.to_string()),
    ));
    change.update(user, person);
    Ok(change)
}

/// Refuses to choose somebody's password where the business has people choose their own (requirement U4).
///
/// # Errors
/// `403 manual_passwords_off`.
pub fn may_choose_passwords(at: &Moment<'_>) -> Result<(), Refusal> {
    if at.settings.manual_passwords {
        Ok(())
    } else {
        Err(Refusal::forbidden("manual_passwords_off", "Passwords are not chosen for others here: send a link."))
    }
}

/// A person changes their own password, having shown the present one: other sessions end, links die.
pub fn change_password(
    account: &Account,
    user: &Stored<User>,
    session: &Stored<Session>,
    guesses: Option<&Stored<Attempts>>,
    hash: PasswordHash,
    actor: &Actor,
    at: &Moment<'_>,
) -> Change {
    let mut change = Change::none();
    let mut person = User { epoch: user.value.epoch + 1, ..user.value.clone() };
    person.choose_password(hash);
    links::end(&mut change, &mut person, |_| true);
    change.update(session, Session { user_epoch: person.epoch, used_at: at.now, ..session.value.clone() });
    if let Some(attempts) = &account.attempts {
        change.update(attempts, Record::Attempts(AttemptsKey::User(person.id), attempts.value.lifted()));
    }
    if let Some(guesses) = guesses {
        change.update(guesses, Record::Attempts(guesses_key(&session.value), guesses.value.lifted()));
    }
    links::tell(&mut change, &person, &account.contact.value, Template::PasswordChanged, Deliverer::Stream, at);
    change.check(Ref::Contact(account.contact.value.id), account.contact.rev);
    change.audit(Entry::about(account, Action::PasswordChanged, By::Actor(actor), at));
    change.update(user, person);
    change
}

/// Where wrong guesses at the present password are counted: by session, as a device's are, so that a stranger who locks
/// the account keeps no one who is signed in from changing their password (requirement P8).
pub fn guesses_key(session: &Session) -> AttemptsKey {
    AttemptsKey::Device(session.user, session.id.to_bytes())
}

/// The present password was wrong: counted as a failure to sign in is (`security.md` PW-11).
pub fn wrong_password(
    account: &Account,
    session: &Session,
    guesses: Option<&Stored<Attempts>>,
    actor: &Actor,
    at: &Moment<'_>,
) -> Change {
    let mut change = Change::none();
    let counted = guesses.map_or_else(Attempts::default, |guesses| guesses.value.clone());
    change.put(guesses, Record::Attempts(guesses_key(session), counted.failed(at.settings.lockout, at.now)));
    change.audit(Entry::about(account, Action::SignInFailed, By::Actor(actor), at));
    change
}
