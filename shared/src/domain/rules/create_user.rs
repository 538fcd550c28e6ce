//! Creating a user (requirements U1–U10, O2, O3, O8).

use std::collections::BTreeSet;

use super::super::access::{Access, Standing};
use super::super::account::Account;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{Change, Record, Stored};
use super::super::contact::Contact;
use super::super::email::{Email, LoginKey, UserId};
use super::super::fault::Refusal;
use super::super::id::{ContactId, Id, OrganizationId, SiteId, UserKey};
use super::super::link::{Purpose, State};
use super::super::mail::{Deliverer, Template};
use super::super::organization::{Organization, OrganizationType};
use super::super::password::PasswordHash;
use super::super::role::{AccountType, RoleName, permission};
use super::super::settings::DEFAULT_GROUP;
use super::super::text::{Name, Number, PersonName};
use super::super::user::{AccessRef, Login, MOST_ACCESSES, User};
use super::links;
use super::logins::{adjust_administrators, here, must_choose_anew, update_logins};
use super::roles::Handout;

/// Which organization.
#[derive(Debug, Clone)]
pub enum Organizations {
    /// One that is there.
    Existing(OrganizationId),
    /// The one of the account type's kind with this number, made where there is none.
    Numbered(Number, Name),
}

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

/// What is asked for.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What the user is to the business.
    pub account_type: AccountType,
    /// Where.
    pub organization: Organizations,
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
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
}

/// What is there already.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The organization that was named.
    pub organization: Option<Stored<Organization>>,
    /// Who holds the email, or is the known person.
    pub holder: Option<Stored<User>>,
    /// The owners of the holder's login names, in their order.
    pub holder_logins: Vec<Stored<Login>>,
    /// Whether the user ID is taken.
    pub user_id_taken: bool,
}

/// Refuses what can be refused before anything is hashed or read: the function itself.
///
/// # Errors
/// `403` for who may not create such users.
pub fn may_ask(actor: &Actor, account_type: AccountType, with_password: bool) -> Result<(), Refusal> {
    actor.needs(permission::USERS_CREATE)?;
    actor.must_manage(account_type)?;
    if with_password {
        actor.needs(permission::PASSWORDS_FIRST)?;
    }
    Ok(())
}

/// Creates the user, or gives somebody known an access here as well.
///
/// # Errors
/// Not allowed, out of scope, or taken.
pub fn create_user(
    asked: &NewUser,
    found: &Found,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<(ContactId, Change), Refusal> {
    may_ask(actor, asked.account_type, matches!(asked.credential, Credential::Password { .. }))?;
    let mut change = Change::none();
    let organization = place(asked, found, actor, at)?;
    let handout = Handout {
        account_type: asked.account_type,
        roles: &asked.roles,
        site: asked.site,
        can_create_users: asked.can_create_users,
        claim_authorization_required: asked.claim_authorization_required,
    };
    handout.check(actor, organization.value(), at.settings)?;
    if found.user_id_taken {
        return Err(Refusal::conflict("user_id_taken", "That user ID is not available."));
    }

    let id = ContactId::new(at.now);
    let here = AccessRef { contact: id, organization: organization.value().id, account_type: asked.account_type };
    let offered = found.holder.as_ref().filter(|holder| is_offered(&holder.value, actor));
    let access = Access {
        user: found.holder.as_ref().map_or(id.alias(), |holder| holder.value.id),
        account_type: asked.account_type,
        roles: asked.roles.clone(),
        site: asked.site,
        can_create_users: asked.can_create_users,
        claim_authorization_required: asked.claim_authorization_required,
        standing: if offered.is_some() { Standing::Offered } else { Standing::Granted },
        login_enabled: true,
        epoch: 0,
    };
    let email = match (&asked.person, &found.holder) {
        (Person::Email(email), _) => email.clone(),
        (Person::Known(_), Some(holder)) => holder.value.login_email.clone(),
        (Person::Known(_), None) => return Err(Refusal::NotFound),
    };
    let mut contact = Contact {
        id,
        organization: here.organization,
        first_name: asked.first_name.clone(),
        last_name: asked.last_name.clone(),
        email: email.clone(),
        notifications: true,
        active: true,
        access: Some(access),
        link: None,
        creation_mail: None,
        version: 1,
        created_at: at.now,
    };
    match &found.holder {
        None => new_person(&mut change, asked, &mut contact, here, email, at),
        Some(holder) => known_person(&mut change, asked, holder, &found.holder_logins, &mut contact, actor, at)?,
    }
    contact.creation_mail = change.mails().next();

    match organization {
        Place::Existing(stored) => adjust_administrators(&mut change, stored, None, contact.access.as_ref())?,
        Place::New(mut made) => {
            made.administrators = u32::from(contact.access.as_ref().is_some_and(Access::administers));
            change.create(Record::Number(made.kind, made.number.clone(), made.id));
            change.create(*made);
        }
    }
    let action = if offered.is_some() { Action::AccessOffered } else { Action::UserCreated };
    change.audit(describe(action, &contact, actor, at));
    change.create(contact);
    Ok((id, change))
}

fn describe(action: Action, contact: &Contact, actor: &Actor, at: &Moment<'_>) -> Entry {
    let subject = super::super::audit::Subject::Contact(contact.id);
    let entry = Entry::new(action, By::Actor(actor), subject, Some(contact.organization), at).telling(
        "email",
        None,
        Some(contact.email.to_string()),
    );
    super::grant::tell_access(entry, None, contact.access.as_ref())
}

enum Place<'a> {
    Existing(&'a Stored<Organization>),
    New(Box<Organization>),
}

impl Place<'_> {
    fn value(&self) -> &Organization {
        match self {
            Self::Existing(stored) => &stored.value,
            Self::New(made) => made,
        }
    }
}

/// The organization that was named, or a new one of that number.
fn place<'a>(asked: &NewUser, found: &'a Found, actor: &Actor, at: &Moment<'_>) -> Result<Place<'a>, Refusal> {
    let kind = asked.account_type.organization_type();
    if let Some(stored) = &found.organization {
        actor.must_reach(&stored.value)?;
        if stored.value.kind != kind {
            let message =
                format!("An organization of {} users is of the kind {}.", asked.account_type.as_str(), kind.as_str());
            return Err(Refusal::field("organization", "wrong_kind", message));
        }
        if !stored.value.active {
            return Err(Refusal::conflict("organization_inactive", "The organization is inactive."));
        }
        return Ok(Place::Existing(stored));
    }
    let Organizations::Numbered(number, name) = &asked.organization else {
        return Err(Refusal::NotFound);
    };
    let partner = match (actor.account_type, kind) {
        (AccountType::Staff, OrganizationType::Internal) => {
            return Err(Refusal::conflict(
                "one_internal_organization",
                "There is one internal organization, and it has another number.",
            ));
        }
        (AccountType::Staff, _) => None,
        // A partner's user may register new customers of that partner (requirement U5).
        (AccountType::Partner, OrganizationType::Customer) => Some(actor.organization),
        _ => return Err(Refusal::NotFound),
    };
    Ok(Place::New(Box::new(Organization {
        id: Id::new(at.now),
        kind,
        number: number.clone(),
        name: name.clone(),
        partner,
        site_group: DEFAULT_GROUP.to_owned(),
        active: true,
        administrators: 0,
        version: 1,
        created_at: at.now,
    })))
}

fn new_person(
    change: &mut Change,
    asked: &NewUser,
    contact: &mut Contact,
    here: AccessRef,
    login_email: Email,
    at: &Moment<'_>,
) {
    let (password, must_change_password) = match &asked.credential {
        Credential::Link => (None, false),
        Credential::Password { hash, must_change } => (Some(hash.clone()), *must_change),
    };
    let invited = password.is_none();
    let mut user = User {
        id: contact.id.alias(),
        login_email,
        user_id: asked.user_id.clone(),
        password,
        must_change_password,
        password_is_staffs: !invited,
        epoch: 0,
        accesses: vec![here],
        offers: Vec::new(),
        links: [].into(),
        created_at: at.now,
    };
    let keys: Vec<LoginKey> = user.login_keys().collect();
    for key in keys {
        change.create(Record::Login(key, Login { user: user.id, accesses: user.accesses.clone() }));
    }
    if invited {
        links::send(change, &mut user, contact, Purpose::Invite, Deliverer::Caller, at);
    } else {
        links::tell(change, &user, contact, Template::AccessGranted, Deliverer::Caller, at);
    }
    change.create(user);
}

/// Somebody who has a login: staff give them an access here and they are told by mail; to a delegated
/// administrator they are a new person, and the access becomes theirs when they accept it (requirement O8).
fn known_person(
    change: &mut Change,
    asked: &NewUser,
    holder: &Stored<User>,
    logins: &[Stored<Login>],
    contact: &mut Contact,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<(), Refusal> {
    let here = AccessRef { contact: contact.id, organization: contact.organization, account_type: asked.account_type };
    let held_here = holder.value.is_known_at(here.organization);
    let by_email = matches!(asked.person, Person::Email(_));
    if by_email && (actor.is_staff() || held_here) {
        let all = holder.value.accesses.iter().chain(&holder.value.offers);
        let mut contacts: Vec<ContactId> =
            all.filter(|it| actor.is_staff() || it.organization == here.organization).map(|it| it.contact).collect();
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
        offer(change, &mut user, contact, Deliverer::Caller, at);
    } else {
        if user.accesses.len() >= MOST_ACCESSES {
            return Err(Refusal::conflict(
                "too_many_accesses",
                format!("One person has at most {MOST_ACCESSES} accesses."),
            ));
        }
        must_choose_anew(change, &mut user, asked.account_type);
        user.accesses.push(here);
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

/// The contacts that a refusal for a taken email may show.
pub fn holder_of<'a>(accounts: &'a [Account], actor: &Actor) -> Vec<&'a Account> {
    accounts.iter().filter(|account| actor.reaches(&account.organization.value)).collect()
}
