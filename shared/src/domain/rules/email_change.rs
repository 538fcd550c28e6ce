//! A person changes the email that signs in: asked for with the password, confirmed by signing in with a link that goes to
//! the new one (requirements L5, L13).

use jiff::Timestamp;

use super::super::account::Account;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{Change, Ref, Stored, Write};
use super::super::counter::{Counter, CounterKind, Origin};
use super::super::email::{Email, LoginKey};
use super::super::fault::Refusal;
use super::super::id::UserKey;
use super::super::link::{Link, Purpose, State};
use super::super::mail::{Deliverer, Mail, Template};
use super::super::user::User;
use super::links;
use super::redeem::{is_usable, state};
use super::rename::{Owners, move_names, tell_accesses};
use super::request_link::count;

/// Changes of email that one person may ask for, and mails of them to one address, within
/// [`WINDOW_MINUTES`](super::request_link::WINDOW_MINUTES).
pub const EMAIL_CHANGES: u32 = 5;

/// The counter of changes that one person asks for.
pub fn by_user(user: UserKey, now: Timestamp) -> Counter {
    Counter::at(now, CounterKind::EmailChanges, user.to_bytes())
}

/// The counter of changes to one address: not that of requests for links, which are its owner's.
pub fn to_address(email: &Email, now: Timestamp) -> Counter {
    Counter::of_login(now, CounterKind::AddressConfirmations, LoginKey::from(email))
}

/// Asks for another email; whoever calls has verified the person's password, and refused who asks too often. Whether somebody
/// has it already is told to nobody but the one who then shows that it is theirs. `requests` is how many there were for this
/// address in this window so far: past the limit nothing is mailed.
///
/// # Errors
/// It is the one that there is, or the access can't be used any more.
pub fn ask(
    email: &Email,
    account: &Account,
    user: &Stored<User>,
    requests: u32,
    origin: Origin,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    if LoginKey::from(email) == LoginKey::from(&user.value.login_email) {
        return Err(Refusal::field("email", "unchanged", "You sign in with this email already."));
    }
    if !is_usable(Purpose::EmailChange, account) {
        return Err(Refusal::conflict("access_unusable", "This access can't be used now."));
    }
    let mut change = Change::none();
    change.writes.push(Write::Count(by_user(user.value.id, at.now), 1));
    change.writes.push(Write::Count(to_address(email, at.now), 1));
    count(&mut change, origin, at);
    if requests >= EMAIL_CHANGES {
        return Ok(change);
    }
    let (mut person, mut contact) = (user.value.clone(), account.contact.value.clone());
    links::send_to(&mut change, &mut person, &mut contact, Purpose::EmailChange, email, Deliverer::Stream, at);
    change.check(Ref::Contact(contact.id), account.contact.rev);
    let entry = Entry::about(account, Action::EmailChangeRequested, By::Actor(actor), at);
    change.audit(entry.telling("login_email", Some(user.value.login_email.to_string()), Some(email.to_string())));
    change.update(user, person);
    Ok(change)
}

/// Writes the mail of such a link once more, or of a new one where its time is over: for whoever holds the newest.
/// `requests` is how many there were for this address in this window so far.
pub fn ask_again(
    link: &Stored<Link>,
    account: &Account,
    user: &Stored<User>,
    requests: u32,
    origin: Origin,
    at: &Moment<'_>,
) -> Change {
    let mut change = Change::none();
    change.writes.push(Write::Count(to_address(&link.value.to, at.now), 1));
    count(&mut change, origin, at);
    let newest = user.value.links.get(&Purpose::EmailChange).is_some_and(|live| live.id == link.value.id);
    if requests < EMAIL_CHANGES && newest && is_usable(Purpose::EmailChange, account) && !account.voids(&link.value) {
        let (mut person, mut contact) = (user.value.clone(), account.contact.value.clone());
        if link.value.state(at.now) == State::Valid {
            links::mail(&mut change, &mut contact, &link.value, true, Deliverer::Stream, at);
            change.check(Ref::Link(link.value.id), link.rev);
        } else {
            let (to, purpose) = (&link.value.to, Purpose::EmailChange);
            links::send_to(&mut change, &mut person, &mut contact, purpose, to, Deliverer::Stream, at);
        }
        change.check(Ref::Contact(contact.id), account.contact.rev);
        change.audit(Entry::about(account, Action::EmailChangeRequested, By::Link, at));
        change.update(user, person);
    }
    change
}

/// Makes the new email the one that signs in. Whoever calls has verified the person's password. Every other link dies, both
/// addresses are told, the password stays.
///
/// # Errors
/// The link is over, or somebody else has the email by now.
pub fn confirm(link: &Stored<Link>, account: &Account, owners: &Owners, at: &Moment<'_>) -> Result<Change, Refusal> {
    let state = state(&link.value, Some(account), at.now);
    let (Some(user), State::Valid, Purpose::EmailChange) = (account.user.as_ref(), state, link.value.purpose) else {
        return Err(Refusal::LinkOver(if state == State::Valid { State::Void } else { state }));
    };
    let before = &user.value;
    let mut person = User { login_email: link.value.to.clone(), ..before.clone() };
    let mut change = Change::none();
    move_names(&mut change, owners, account, before, &person)?;
    change.update(link, Link { ended: Some(State::Used), ..link.value.clone() });
    person.links.retain(|_, live| live.id != link.value.id);
    links::end(&mut change, &mut person, |_| true);
    for to in [&before.login_email, &person.login_email] {
        let contact = account.contact.value.id;
        change.create(Mail::new(Template::EmailChanged, to.clone(), contact, None, Deliverer::Stream, at.now));
    }
    let mut contact = account.contact.value.clone();
    if let Some(access) = contact.access.as_mut() {
        access.login_email = Some(person.login_email.clone());
    }
    contact.version += 1;
    let entry = Entry::about(account, Action::EmailChanged, By::Link, at);
    change.audit(entry.telling(
        "login_email",
        Some(before.login_email.to_string()),
        Some(person.login_email.to_string()),
    ));
    change.check(Ref::Organization(account.organization.value.id), account.organization.rev);
    tell_accesses(&mut change, &person, &owners.others);
    change.update(user, person);
    change.update(&account.contact, contact);
    Ok(change)
}
