//! Redeeming a link: a password is set, and the link is used up by nothing else (requirement L4).

use jiff::Timestamp;

use super::super::access::Standing;
use super::super::account::Account;
use super::super::actor::{By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{AttemptsKey, Change, Record, Ref, Stored};
use super::super::fault::Refusal;
use super::super::link::{Link, Purpose, State};
use super::super::mail::{Deliverer, Template};
use super::super::password::PasswordHash;
use super::super::user::{Login, User};
use super::accept::take_up;
use super::links;

/// What a link is good for now: what it says of itself, and void where its access can't be used.
pub fn state(link: &Link, account: Option<&Account>, now: Timestamp) -> State {
    match link.state(now) {
        State::Valid if !account.is_some_and(|account| is_usable(link.purpose, account) && !account.voids(link)) => {
            State::Void
        }
        state => state,
    }
}

/// Whether the access can be used for what a link is for.
pub(super) fn is_usable(purpose: Purpose, account: &Account) -> bool {
    account.is_active()
        && account.access().is_some_and(|access| match purpose {
            Purpose::Accept => access.login_enabled && access.standing == Standing::Offered,
            Purpose::Invite | Purpose::Reset | Purpose::EmailChange => access.is_usable(),
        })
}

/// Whether a link sets a password: every one does but a new email's, and an offer to somebody who has a password to sign in
/// with. Who has lost every other access has none left, and takes the offer up by setting one (requirements O8, A5).
pub fn sets_password(purpose: Purpose, account: &Account) -> bool {
    match purpose {
        Purpose::Invite | Purpose::Reset => true,
        Purpose::EmailChange => false,
        Purpose::Accept => account.user.as_ref().is_some_and(|user| user.value.password.is_none()),
    }
}

/// Sets the password. Every session ends, every other link dies, a lockout is lifted.
///
/// # Errors
/// The link is over, or is not one that sets a password (`409`).
pub fn redeem(
    link: &Stored<Link>,
    account: &Account,
    logins: &[Stored<Login>],
    kept: Option<&Stored<Login>>,
    hash: PasswordHash,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    let state = state(&link.value, Some(account), at.now);
    let Some(user) = account.user.as_ref().filter(|_| state == State::Valid) else {
        return Err(Refusal::LinkOver(if state == State::Valid { State::Void } else { state }));
    };
    if !sets_password(link.value.purpose, account) {
        return Err(sign_in_to_accept());
    }
    let mut change = Change::none();
    let first = user.value.password.is_none();
    let mut person = User { epoch: user.value.epoch + 1, ..user.value.clone() };
    person.choose_password(hash);
    person.links.retain(|_, live| live.id != link.value.id);
    links::end(&mut change, &mut person, |_| true);
    change.update(link, Link { ended: Some(State::Used), ..link.value.clone() });
    if let Some(attempts) = &account.attempts {
        change.update(attempts, Record::Attempts(AttemptsKey::User(person.id), attempts.value.lifted()));
    }
    if !first {
        links::tell(&mut change, &person, &account.contact.value, Template::PasswordChanged, Deliverer::Stream, at);
    }
    if link.value.purpose == Purpose::Accept {
        take_up(&mut change, account, &mut person, logins, kept, at)?;
    } else {
        change.check(Ref::Contact(account.contact.value.id), account.contact.rev);
        change.check(Ref::Organization(account.organization.value.id), account.organization.rev);
    }
    change.audit(Entry::about(account, Action::PasswordSet, By::Link, at).telling(
        "purpose",
        None,
        Some(link.value.purpose.as_str().to_owned()),
    ));
    change.update(user, person);
    Ok(change)
}

/// The refusal to take up by signing in what sets a password.
pub fn set_password_to_redeem() -> Refusal {
    Refusal::conflict("set_password_to_redeem", "This link sets a password.")
}

/// The refusal for a link that sets no password.
pub fn sign_in_to_accept() -> Refusal {
    Refusal::conflict("sign_in_to_accept", "This link is taken up by signing in.")
}
