//! Giving a contact its login: to somebody new, or to somebody who has one already (requirements U2, U4, O4, O8).

use std::collections::BTreeSet;

use super::super::access::{Access, Standing};
use super::super::actor::{Actor, Moment};
use super::super::change::{Change, Record, Stored};
use super::super::contact::Contact;
use super::super::email::{Email, LoginKey, UserId};
use super::super::fault::Refusal;
use super::super::id::{ContactId, SiteId, UserKey};
use super::super::link::{Purpose, State};
use super::super::mail::{Deliverer, Template};
use super::super::organization::Organization;
use super::super::password::PasswordHash;
use super::super::role::{AccountType, RoleName};
use super::super::tally::{Seats, recount};
use super::super::user::{Login, User};
use super::links;
use super::logins::{here, must_choose_anew, must_have_room, update_logins};
use super::passwords::may_choose_passwords;
use super::roles::Handout;

/// Which person.
#[derive(Debug, Clone)]
pub enum Person {
    /// Somebody with this email.
    Email(Email),
    /// Somebody who has a login already.
    Known(UserKey),
}

/// How the person gets in for the first time (requirement U4).
#[derive(Debug, Clone)]
pub enum Credential {
    /// By an emailed link.
    Link,
    /// With a password that staff chose.
    Password {
        /// Its hash.
        hash: PasswordHash,
        /// Whether it must be changed at the first sign-in.
        must_change: bool,
    },
}

/// A login to be given.
#[derive(Debug, Clone)]
pub struct NewLogin {
    /// What the user is to the business.
    pub account_type: AccountType,
    /// Who.
    pub person: Person,
    /// A name for signing in besides the email.
    pub user_id: Option<UserId>,
    /// The roles.
    pub roles: BTreeSet<RoleName>,
    /// The one site; none: every site of the group.
    pub site: Option<SiteId>,
    /// May add users.
    pub can_create_users: bool,
    /// Claims need authorization first.
    pub claim_authorization_required: bool,
    /// How they get in first.
    pub credential: Credential,
    /// Whether the person is told by mail where no link goes out.
    pub notify: bool,
}

/// Who there is already.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Who holds the email, or is the known person.
    pub holder: Option<Stored<User>>,
    /// The owners of the holder's login names, in their order.
    pub holder_logins: Vec<Stored<Login>>,
    /// Whether the user ID is taken.
    pub user_id_taken: bool,
    /// The seats of the account type, where it has a limit.
    pub seats: Option<Seats>,
}

impl NewLogin {
    /// Refuses what does not fit, or is above the granter's own.
    pub(super) fn check(
        &self,
        known: &Known,
        actor: &Actor,
        organization: &Organization,
        at: &Moment<'_>,
    ) -> Result<(), Refusal> {
        let handout = Handout {
            account_type: self.account_type,
            roles: &self.roles,
            site: self.site,
            can_create_users: self.can_create_users,
            claim_authorization_required: self.claim_authorization_required,
        };
        handout.check(actor, organization, at.settings)?;
        if matches!(self.credential, Credential::Password { .. }) {
            may_choose_passwords(at)?;
        }
        if known.user_id_taken {
            return Err(Refusal::conflict("user_id_taken", "That user ID is not available."));
        }
        Ok(())
    }

    /// The email that signs in.
    pub(super) fn email(&self, known: &Known) -> Result<Email, Refusal> {
        match (&self.person, &known.holder) {
            (Person::Email(email), _) => Ok(email.clone()),
            (Person::Known(_), Some(holder)) => Ok(holder.value.login_email.clone()),
            (Person::Known(_), None) => Err(Refusal::NotFound),
        }
    }
}

/// Gives a contact without access its login. What can be refused by the login alone was: [`NewLogin::check`].
///
/// # Errors
/// The person is known, and to be named as such, or not at all.
pub(super) fn give_login(
    change: &mut Change,
    asked: &NewLogin,
    known: &Known,
    contact: &mut Contact,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<(), Refusal> {
    let offered = known.holder.as_ref().is_some_and(|holder| is_offered(&holder.value, actor));
    contact.access = Some(Access {
        user: known.holder.as_ref().map_or(contact.id.alias(), |holder| holder.value.id),
        account_type: asked.account_type,
        roles: asked.roles.clone(),
        site: asked.site,
        can_create_users: asked.can_create_users,
        claim_authorization_required: asked.claim_authorization_required,
        standing: if offered { Standing::Offered } else { Standing::Granted },
        login_enabled: true,
        user_id: asked.user_id.clone(),
        login_email: Some(asked.email(known)?),
        epoch: 0,
    });
    match &known.holder {
        None => new_person(change, asked, contact, asked.email(known)?, at),
        Some(holder) => known_person(change, asked, holder, &known.holder_logins, contact, actor, at)?,
    }
    contact.creation_mail = change.mails().next();
    recount(change, contact.id, None, contact.access.as_ref(), known.seats.as_ref(), at.settings)
}

fn new_person(change: &mut Change, asked: &NewLogin, contact: &mut Contact, login_email: Email, at: &Moment<'_>) {
    let mut user = User {
        id: contact.id.alias(),
        login_email,
        user_id: asked.user_id.clone(),
        password: None,
        must_change_password: false,
        password_is_staffs: false,
        epoch: 0,
        accesses: contact.access.iter().map(|access| here(contact, access)).collect(),
        offers: Vec::new(),
        links: [].into(),
        created_at: at.now,
    };
    let keys: Vec<LoginKey> = user.login_keys().collect();
    for key in keys {
        change.create(Record::Login(key, Login::of(&user)));
    }
    match &asked.credential {
        Credential::Link => links::send(change, &mut user, contact, Purpose::Invite, Deliverer::Caller, at),
        Credential::Password { hash, must_change } => {
            user.be_given_password(hash.clone(), *must_change);
            if asked.notify {
                links::tell(change, &user, contact, Template::AccessGranted, Deliverer::Caller, at);
            }
        }
    }
    change.create(user);
}

/// Somebody who has a login: staff give them an access here and they are told by mail; to a delegated
/// administrator they are a new person, and the access becomes theirs when they accept it (requirement O8).
fn known_person(
    change: &mut Change,
    asked: &NewLogin,
    holder: &Stored<User>,
    logins: &[Stored<Login>],
    contact: &mut Contact,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<(), Refusal> {
    let held_here = holder.value.is_known_at(contact.organization);
    let by_email = matches!(asked.person, Person::Email(_));
    if by_email && (actor.is_staff() || held_here) {
        let all = holder.value.accesses.iter().chain(&holder.value.offers);
        let mut contacts: Vec<ContactId> =
            all.filter(|it| actor.is_staff() || it.organization == contact.organization).map(|it| it.contact).collect();
        // The first contact, whose ULID the user has, holds the email still where every access was revoked.
        if contacts.is_empty() {
            contacts.push(holder.value.id.alias());
        }
        return Err(Refusal::EmailTaken { user: holder.value.id, contacts });
    }
    if !by_email && !actor.is_staff() {
        return Err(Refusal::NotFound);
    }
    if held_here {
        return Err(Refusal::conflict("access_exists", "This person has an access at this organization already."));
    }
    let mut user = holder.value.clone();
    if is_offered(&user, actor) {
        // A user ID that was asked for is kept for this access alone, and from everybody else, as a new person's is.
        if let Some(user_id) = &asked.user_id {
            change.create(Record::Login(user_id.into(), Login::kept_for(contact.id, user.id)));
        }
        offer(change, &mut user, contact, Deliverer::Caller, at);
    } else {
        must_have_room(&user)?;
        must_choose_anew(change, &mut user, asked.account_type);
        user.accesses.extend(contact.access.iter().map(|access| here(contact, access)));
        if user.password.is_some() {
            links::tell(change, &user, contact, Template::AccessGranted, Deliverer::Caller, at);
        } else {
            links::send(change, &mut user, contact, Purpose::Invite, Deliverer::Caller, at);
        }
        update_logins(change, logins, &user);
    }
    change.update(holder, user);
    Ok(())
}

/// Whether an access is this person's only once they take it up: somebody other than the business gives it, and the
/// person signs in elsewhere (requirement O8). Where every access was revoked there is nothing to sign in with.
pub(super) fn is_offered(user: &User, actor: &Actor) -> bool {
    !actor.is_staff() && !user.accesses.is_empty()
}

/// Offers the access by a link of the contact's own, in place of an older one: the user's other links are left alone.
pub(super) fn offer(change: &mut Change, user: &mut User, contact: &mut Contact, by: Deliverer, at: &Moment<'_>) {
    if let Some(last) = contact.link.filter(|last| last.purpose == Purpose::Accept) {
        change.end_link(last.id, State::Replaced);
    }
    let mut apart = User { links: [].into(), ..user.clone() };
    links::send(change, &mut apart, contact, Purpose::Accept, by, at);
    if let Some(access) = &contact.access {
        user.offer(here(contact, access));
    }
}
