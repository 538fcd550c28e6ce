//! Changing a login's names: its user ID, and the email that signs in (requirements O4, O6, O8, L13).

use super::super::access::{Access, Standing};
use super::super::account::Account;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{Change, Record, Ref, Stored};
use super::super::contact::Contact;
use super::super::email::{Email, LoginKey, UserId};
use super::super::fault::Refusal;
use super::super::link::Purpose;
use super::super::mail::{Deliverer, Mail, Template};
use super::super::role::permission;
use super::super::user::{Login, User};
use super::links;
use super::logins::outranks_person;
use super::roles::outranks_access;

/// What is to be otherwise; what is not said stays.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// The user ID; none within: none any more.
    pub user_id: Option<Option<UserId>>,
    /// The email that signs in.
    pub login_email: Option<Email>,
}

/// Who has the names that are asked for, and who owns those that there are.
#[derive(Debug, Clone, Default)]
pub struct Owners {
    /// Of the user's names, in their order.
    pub logins: Vec<Stored<Login>>,
    /// Of the user ID that is kept for this access.
    pub kept: Option<Stored<Login>>,
    /// Of the user ID that is asked for.
    pub user_id: Option<Stored<Login>>,
    /// Of the email that is asked for.
    pub email: Option<Stored<Login>>,
    /// The contacts of the person's other accesses, where the email is to be another.
    pub others: Vec<Stored<Contact>>,
}

/// Changes a login's names. To whoever is not staff, the user ID of a login that is shared is this access's own
/// (requirement O8). An email is changed by staff: open links die and both addresses are told; where no password is set
/// yet, a new invitation goes out instead (requirement O4).
///
/// # Errors
/// Not allowed, or taken.
pub fn rename(
    asked: &Names,
    owners: &Owners,
    account: &Account,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    actor.needs(permission::LOGINS_TOGGLE)?;
    actor.must_reach(&account.organization.value)?;
    let (Some(access), Some(user)) = (account.access(), account.user.as_ref()) else {
        return Err(Refusal::conflict("no_access", "This contact has no login."));
    };
    outranks_access(actor, access, at)?;
    if access.standing == Standing::Revoked {
        return Err(Refusal::conflict("revoked", "The access is revoked. Grant it again first."));
    }
    if !actor.is_staff() && account.is_shared() {
        return rename_here(asked, owners, account, access, actor, at);
    }
    outranks_person(actor, &user.value)?;
    if asked.login_email.is_some() {
        may_move(user.value.password.is_some(), account, actor)?;
    }
    let (before, mut person) = (&user.value, user.value.clone());
    let mut entry = Entry::about(account, Action::LoginRenamed, By::Actor(actor), at);
    let text = |id: Option<&UserId>| id.map(ToString::to_string);
    if let Some(user_id) = &asked.user_id {
        entry = entry.telling("user_id", text(before.user_id.as_ref()), text(user_id.as_ref()));
        person.user_id.clone_from(user_id);
    }
    if let Some(email) = &asked.login_email {
        entry = entry.telling("login_email", Some(before.login_email.to_string()), Some(email.to_string()));
        person.login_email.clone_from(email);
    }
    if person == *before {
        return Ok(Change::none());
    }
    let mut change = Change::none();
    move_names(&mut change, owners, account, before, &person)?;
    let mut contact = account.contact.value.clone();
    if person.login_email != before.login_email {
        links::end(&mut change, &mut person, |_| true);
        tell_accesses(&mut change, &person, &owners.others);
        if person.password.is_some() {
            for to in [&before.login_email, &person.login_email] {
                let mail = Mail::new(Template::EmailChanged, to.clone(), contact.id, None, Deliverer::Caller, at.now);
                change.create(mail);
            }
        } else if account.is_active() && access.is_usable() {
            links::send(&mut change, &mut person, &mut contact, Purpose::Invite, Deliverer::Caller, at);
        }
    }
    if let Some(access) = contact.access.as_mut() {
        access.login_email = Some(person.login_email.clone());
        if asked.user_id.is_some() {
            access.user_id.clone_from(&person.user_id);
        }
    }
    contact.version += 1;
    change.audit(entry);
    change.update(user, person);
    change.update(&account.contact, contact);
    Ok(change)
}

/// Whoever reads the new address can have the password sent there: where one is set, changing the email is for those who
/// may set passwords (requirement P1).
fn may_move(has_password: bool, account: &Account, actor: &Actor) -> Result<(), Refusal> {
    if !actor.is_staff() {
        return Err(Refusal::forbidden("forbidden", "Only staff change the email that signs in."));
    }
    if account.contact.value.id == actor.contact {
        return Err(Refusal::forbidden("own_access", "Nobody changes their own email in this way."));
    }
    if has_password { actor.needs(permission::PASSWORDS_SET) } else { Ok(()) }
}

/// Tells a person's other accesses the email that they sign in with now: what others than staff read of the login there.
pub(super) fn tell_accesses(change: &mut Change, person: &User, others: &[Stored<Contact>]) {
    for other in others {
        let mut contact = other.value.clone();
        let access = contact.access.as_mut().filter(|it| it.user == person.id && it.standing == Standing::Granted);
        if let Some(access) = access {
            access.login_email = Some(person.login_email.clone());
            change.update(other, contact);
        }
    }
}

/// Gives the owners' records the names that a user has now. A user ID that was kept for this access alone is the user's now, or
/// is free again.
pub(super) fn move_names(
    change: &mut Change,
    owners: &Owners,
    account: &Account,
    before: &User,
    after: &User,
) -> Result<(), Refusal> {
    let is_kept_here = |login: &&Stored<Login>| login.value.kept_for == Some(account.contact.value.id);
    let (old, new): (Vec<LoginKey>, Vec<LoginKey>) = (before.login_keys().collect(), after.login_keys().collect());
    let email = LoginKey::from(&after.login_email);
    for key in new.iter().filter(|key| !old.contains(key)) {
        let (owner, code, detail) = if *key == email {
            (&owners.email, "email_taken", "Somebody has a login with this email.")
        } else {
            (&owners.user_id, "user_id_taken", "That user ID is not available.")
        };
        match owner {
            None => change.create(Record::Login(*key, Login::of(after))),
            Some(kept) if is_kept_here(&kept) => change.update(kept, Record::Login(*key, Login::of(after))),
            Some(_) => return Err(Refusal::conflict(code, detail)),
        }
    }
    let own = account.access().and_then(|access| access.user_id.as_ref()).map(LoginKey::from);
    let moved = before.user_id != after.user_id;
    if let (Some(kept), Some(key)) = (owners.kept.as_ref().filter(is_kept_here), own.filter(|key| !new.contains(key)))
        && moved
    {
        change.delete_as_read(Ref::Login(key), kept.rev);
    }
    for (key, login) in old.iter().zip(&owners.logins).filter(|(key, _)| !new.contains(key)) {
        change.delete_as_read(Ref::Login(*key), login.rev);
    }
    Ok(())
}

/// What somebody other than the business calls a login that is shared.
fn rename_here(
    asked: &Names,
    owners: &Owners,
    account: &Account,
    access: &Access,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    if asked.login_email.is_some() {
        return Err(Refusal::forbidden("forbidden", "Only staff change the email that signs in."));
    }
    let Some(user_id) = asked.user_id.as_ref().filter(|user_id| **user_id != access.user_id) else {
        return Ok(Change::none());
    };
    let mut change = Change::none();
    let contact = &account.contact.value;
    let key = |id: &UserId| LoginKey::from(id);
    let same = user_id.as_ref().map(key) == access.user_id.as_ref().map(key);
    if !same {
        if let Some(user_id) = user_id {
            if owners.user_id.is_some() {
                return Err(Refusal::conflict("user_id_taken", "That user ID is not available."));
            }
            change.create(Record::Login(key(user_id), Login::kept_for(contact.id, access.user)));
        }
        let kept = owners.kept.as_ref().filter(|kept| kept.value.kept_for == Some(contact.id));
        if let (Some(kept), Some(old)) = (kept, &access.user_id) {
            change.delete_as_read(Ref::Login(key(old)), kept.rev);
        }
    }
    let text = |id: Option<&UserId>| id.map(ToString::to_string);
    let entry = Entry::about(account, Action::LoginRenamed, By::Actor(actor), at);
    change.audit(entry.telling("user_id", text(access.user_id.as_ref()), text(user_id.as_ref())));
    let mut contact = contact.clone();
    contact.access = Some(Access { user_id: user_id.clone(), ..access.clone() });
    contact.version += 1;
    change.update(&account.contact, contact);
    Ok(change)
}
