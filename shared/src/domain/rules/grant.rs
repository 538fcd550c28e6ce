//! Granting, changing and granting again (requirements A1, A3, A5).

use std::collections::BTreeSet;

use super::super::access::{Access, Standing};
use super::super::account::Account;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{Change, Stored};
use super::super::email::{Email, UserId};
use super::super::fault::Refusal;
use super::super::id::{SiteId, UserKey};
use super::super::link::Purpose;
use super::super::mail::{Deliverer, Template};
use super::super::role::{RoleName, permission};
use super::super::tally::{Seats, recount};
use super::super::user::{Login, User};
use super::give_login::{Credential, Known, NewLogin, Person, give_login, is_offered, offer};
use super::links;
use super::logins::{adjust_administrators, here, must_choose_anew, must_have_room, outranks_person, update_logins};
use super::passwords::may_choose_passwords;
use super::roles::{Handout, outranks_access};

/// What is asked for: it replaces what was, what is left out goes to its default.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The roles.
    pub roles: BTreeSet<RoleName>,
    /// The one site; none: every site of the group.
    pub site: Option<SiteId>,
    /// May add users.
    pub can_create_users: bool,
    /// Claims need authorization first.
    pub claim_authorization_required: bool,
    /// For where there is no password yet.
    pub credential: Credential,
    /// Whether the person is told by mail where no link goes out.
    pub notify: bool,
    /// For a contact that has no login yet.
    pub first: FirstLogin,
}

/// What a contact's first login is made of, besides what every grant says.
#[derive(Debug, Clone, Default)]
pub struct FirstLogin {
    /// Somebody who has a login already.
    pub user: Option<UserKey>,
    /// The email that signs in; the contact's where none is named (requirement O4).
    pub login_email: Option<Email>,
    /// A name for signing in besides the email.
    pub user_id: Option<UserId>,
}

impl FirstLogin {
    fn is_asked(&self) -> bool {
        self.user.is_some() || self.login_email.is_some() || self.user_id.is_some()
    }
}

impl Grant {
    /// The login that it gives a contact which has none.
    pub fn login(&self, account: &Account) -> NewLogin {
        let email = || self.first.login_email.clone().unwrap_or_else(|| account.contact.value.email.clone());
        NewLogin {
            account_type: account.organization.value.kind.into(),
            person: self.first.user.map_or_else(|| Person::Email(email()), Person::Known),
            user_id: self.first.user_id.clone(),
            roles: self.roles.clone(),
            site: self.site,
            can_create_users: self.can_create_users,
            claim_authorization_required: self.claim_authorization_required,
            credential: self.credential.clone(),
            notify: self.notify,
        }
    }
}

/// Grants access, changes it, or grants it again. What is granted already changes and mails nothing.
///
/// # Errors
/// Not allowed, above the granter's own, the last administrator's, or a password is set already.
pub fn grant(
    asked: &Grant,
    account: &Account,
    logins: &[Stored<Login>],
    known: &Known,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    actor.needs(permission::ACCESS_GRANT)?;
    actor.must_reach(&account.organization.value)?;
    if matches!(asked.credential, Credential::Password { .. }) {
        actor.needs(permission::PASSWORDS_FIRST)?;
        may_choose_passwords(at)?;
    }
    let (Some(before), Some(user)) = (account.access(), account.user.as_ref()) else {
        return grant_first(asked, account, known, actor, at);
    };
    if asked.first.is_asked() {
        return Err(Refusal::conflict("login_exists", "This contact has a login already."));
    }
    let handout = Handout {
        account_type: before.account_type,
        roles: &asked.roles,
        site: asked.site,
        can_create_users: asked.can_create_users,
        claim_authorization_required: asked.claim_authorization_required,
    };
    handout.check(actor, &account.organization.value, at.settings)?;
    if before.standing != Standing::Revoked {
        outranks_access(actor, before, at)?;
    }
    let mut after = Access {
        roles: asked.roles.clone(),
        site: asked.site,
        can_create_users: asked.can_create_users,
        claim_authorization_required: asked.claim_authorization_required,
        ..before.clone()
    };
    if account.contact.value.id == actor.contact && after != *before {
        return Err(Refusal::forbidden("own_access", "Nobody changes their own access."));
    }
    if before.standing == Standing::Revoked {
        after.standing = Standing::Granted;
        after.login_enabled = true;
        return grant_again(asked, account, user, logins, known.seats.as_ref(), before, after, actor, at);
    }
    if matches!(asked.credential, Credential::Password { .. }) {
        outranks_person(actor, &user.value)?;
    }
    let sets_first = match &asked.credential {
        Credential::Link => None,
        Credential::Password { .. } if user.value.password.is_some() || before.standing == Standing::Offered => {
            return Err(password_already_set());
        }
        Credential::Password { hash, must_change } => Some((hash.clone(), *must_change)),
    };
    if after == *before && sets_first.is_none() {
        return Ok(Change::none());
    }

    let mut change = Change::none();
    let mut contact = account.contact.value.clone();
    change.audit(tell_access(
        Entry::about(account, Action::AccessChanged, By::Actor(actor), at),
        Some(before),
        Some(&after),
    ));
    adjust_administrators(
        &mut change,
        &account.organization,
        contact.administers(before),
        contact.administers(&after),
    )?;
    recount(&mut change, contact.id, Some(before), Some(&after), None, at.settings)?;
    if let Some((hash, must_change)) = sets_first {
        let mut person: User = user.value.clone();
        person.be_given_password(hash, must_change);
        links::end(&mut change, &mut person, |_| true);
        if asked.notify {
            links::tell(&mut change, &person, &contact, Template::AccessGranted, Deliverer::Caller, at);
        }
        change.audit(Entry::about(account, Action::PasswordSet, By::Actor(actor), at));
        change.update(user, person);
    }
    contact.access = Some(after);
    contact.version += 1;
    change.update(&account.contact, contact);
    Ok(change)
}

/// A contact that never had access gets its login (requirement O2).
fn grant_first(
    asked: &Grant,
    account: &Account,
    known: &Known,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    let login = asked.login(account);
    actor.must_manage(login.account_type)?;
    login.check(known, actor, &account.organization.value, at)?;
    if !account.is_active() {
        return Err(inactive());
    }
    if matches!(asked.credential, Credential::Link) && !asked.notify {
        return Err(link_needs_mail());
    }
    let mut change = Change::none();
    let mut contact = account.contact.value.clone();
    give_login(&mut change, &login, known, &mut contact, actor, at)?;
    let Some(access) = contact.access.clone() else { return Err(Refusal::NotFound) };
    adjust_administrators(&mut change, &account.organization, false, contact.administers(&access))?;
    let entry = Entry::about(account, Action::AccessGranted, By::Actor(actor), at);
    change.audit(tell_access(entry, None, Some(&access)));
    contact.version += 1;
    change.update(&account.contact, contact);
    Ok(change)
}

fn inactive() -> Refusal {
    Refusal::conflict("inactive", "The contact or its organization is inactive.")
}

fn link_needs_mail() -> Refusal {
    Refusal::field("notify", "link_needs_mail", "A link goes out by mail: it can't be sent without notice.")
}

fn password_already_set() -> Refusal {
    Refusal::conflict("password_already_set", "This person has a password already.")
}

/// A revoked access comes back: with a fresh link, for an old password does not come back by itself (requirement A5).
#[expect(clippy::too_many_arguments, reason = "one step of `grant`, cut off for its length")]
fn grant_again(
    asked: &Grant,
    account: &Account,
    user: &Stored<User>,
    logins: &[Stored<Login>],
    seats: Option<&Seats>,
    before: &Access,
    mut after: Access,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    if !account.is_active() {
        return Err(inactive());
    }
    let mut change = Change::none();
    let mut contact = account.contact.value.clone();
    let mut person = user.value.clone();
    let here = here(&contact, before);
    if person.is_known_besides(contact.id, here.organization) {
        return Err(Refusal::conflict("access_exists", "This person has an access at this organization already."));
    }
    if matches!(asked.credential, Credential::Password { .. }) {
        outranks_person(actor, &person)?;
    }
    must_choose_anew(&mut change, &mut person, before.account_type);
    after.standing = if is_offered(&person, actor) { Standing::Offered } else { Standing::Granted };
    let sends_link = after.standing == Standing::Offered
        || (person.password.is_none() && matches!(asked.credential, Credential::Link));
    if sends_link && !asked.notify {
        return Err(link_needs_mail());
    }
    if after.standing == Standing::Offered {
        offer(&mut change, &mut person, &mut contact, Deliverer::Caller, at);
    } else {
        must_have_room(&person)?;
        person.accesses.push(here);
        update_logins(&mut change, logins, &person);
        match &asked.credential {
            Credential::Password { .. } if person.password.is_some() => return Err(password_already_set()),
            Credential::Password { hash, must_change } => {
                person.be_given_password(hash.clone(), *must_change);
                links::end(&mut change, &mut person, |_| true);
                if asked.notify {
                    links::tell(&mut change, &person, &contact, Template::AccessGranted, Deliverer::Caller, at);
                }
            }
            Credential::Link if person.password.is_none() => {
                links::send(&mut change, &mut person, &mut contact, Purpose::Invite, Deliverer::Caller, at);
            }
            Credential::Link if asked.notify => {
                links::tell(&mut change, &person, &contact, Template::AccessGranted, Deliverer::Caller, at);
            }
            Credential::Link => {}
        }
    }
    change.update(user, person);
    adjust_administrators(
        &mut change,
        &account.organization,
        contact.administers(before),
        contact.administers(&after),
    )?;
    change.audit(tell_access(
        Entry::about(account, Action::AccessGranted, By::Actor(actor), at),
        Some(before),
        Some(&after),
    ));
    recount(&mut change, contact.id, None, Some(&after), seats, at.settings)?;
    contact.creation_mail = None;
    contact.access = Some(after);
    contact.version += 1;
    change.update(&account.contact, contact);
    Ok(change)
}

/// Tells an access's change in an audit entry.
pub(super) fn tell_access(entry: Entry, before: Option<&Access>, after: Option<&Access>) -> Entry {
    let roles = |access: &Access| access.roles.iter().map(RoleName::as_str).collect::<Vec<_>>().join(" ");
    let standing = |access: &Access| format!("{:?}", access.standing).to_lowercase();
    entry
        .telling("roles", before.map(roles), after.map(roles))
        .telling("standing", before.map(standing), after.map(standing))
        .telling(
            "site",
            before.and_then(|it| it.site).map(|it| it.to_string()),
            after.and_then(|it| it.site).map(|it| it.to_string()),
        )
        .telling(
            "can_create_users",
            before.map(|it| it.can_create_users.to_string()),
            after.map(|it| it.can_create_users.to_string()),
        )
        .telling(
            "claim_authorization_required",
            before.map(|it| it.claim_authorization_required.to_string()),
            after.map(|it| it.claim_authorization_required.to_string()),
        )
}
