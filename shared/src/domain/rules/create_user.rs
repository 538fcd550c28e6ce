//! Creating a user (requirements U1–U10, O2, O3, O8).

use super::super::access::Access;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{Change, Stored};
use super::super::contact::Contact;
use super::super::details::Details;
use super::super::fault::Refusal;
use super::super::id::{ContactId, Id, OrganizationId};
use super::super::organization::Organization;
use super::super::role::{AccountType, permission};
use super::super::settings::DEFAULT_GROUP;
use super::super::text::{Name, Number, PersonName};
use super::contacts::Profile;
use super::give_login::{Credential, Known, NewLogin, give_login};
use super::logins::adjust_administrators;
use super::organizations::{make, partner_of};

/// Which organization.
#[derive(Debug, Clone)]
pub enum Organizations {
    /// One that is there.
    Existing(OrganizationId),
    /// The one of the account type's kind with this number, made where there is none.
    Numbered(Number, Name),
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Where.
    pub organization: Organizations,
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// The login.
    pub login: NewLogin,
}

/// What is there already.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The organization that was named.
    pub organization: Option<Stored<Organization>>,
    /// Who there is.
    pub known: Known,
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
    let with_password = matches!(asked.login.credential, Credential::Password { .. });
    may_ask(actor, asked.login.account_type, with_password)?;
    let mut change = Change::none();
    let organization = place(asked, found, actor, at)?;
    asked.login.check(&found.known, actor, organization.value(), at)?;
    let id = ContactId::new(at.now);
    let mut contact = Contact {
        id,
        organization: organization.value().id,
        first_name: asked.first_name.clone(),
        last_name: asked.last_name.clone(),
        email: asked.login.email(&found.known)?,
        notifications: true,
        details: Details::default(),
        active: true,
        access: None,
        link: None,
        creation_mail: None,
        version: 1,
        created_at: at.now,
    };
    give_login(&mut change, &asked.login, &found.known, &mut contact, actor, at)?;
    let access = contact.access.as_ref();
    match organization {
        Place::Existing(stored) => {
            let is = access.is_some_and(|access| contact.administers(access));
            adjust_administrators(&mut change, stored, false, is)?;
        }
        Place::New(mut made) => {
            made.administrators = u32::from(access.is_some_and(Access::administers));
            make(&mut change, *made, actor, at);
        }
    }
    change.audit(describe(&contact, actor, at));
    change.create(contact);
    Ok((id, change))
}

fn describe(contact: &Contact, actor: &Actor, at: &Moment<'_>) -> Entry {
    let entry = Profile::of(contact).tell(Entry::of(contact, Action::UserCreated, By::Actor(actor), at), None);
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
    let kind = asked.login.account_type.organization_type();
    if let Some(stored) = &found.organization {
        actor.must_reach(&stored.value)?;
        if stored.value.kind != kind {
            let message = format!(
                "An organization of {} users is of the kind {}.",
                asked.login.account_type.as_str(),
                kind.as_str()
            );
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
    let partner = partner_of(kind, None, actor)?;
    Ok(Place::New(Box::new(Organization {
        id: Id::new(at.now),
        kind,
        number: number.clone(),
        name: name.clone(),
        partner,
        site_group: DEFAULT_GROUP.to_owned(),
        active: true,
        void_before: None,
        administrators: 0,
        version: 1,
        created_at: at.now,
    })))
}
