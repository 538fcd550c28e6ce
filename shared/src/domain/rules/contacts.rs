//! Making and editing contacts; making them inactive and active again (requirements O2, O6, O7, O9).

use super::super::access::Access;
use super::super::account::Account;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry, Subject};
use super::super::change::{Change, Ref, Stored};
use super::super::contact::Contact;
use super::super::details::Details;
use super::super::email::Email;
use super::super::fault::Refusal;
use super::super::id::ContactId;
use super::super::organization::Organization;
use super::super::role::permission;
use super::super::text::PersonName;
use super::links;
use super::logins::adjust_administrators;
use super::roles::outranks_access;

/// What a contact is to be, but for its access.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// The contact's email.
    pub email: Email,
    /// Whether the portal may send notifications.
    pub notifications: bool,
    /// Everything else.
    pub details: Details,
}

impl Profile {
    /// The profile of a contact as it is.
    pub fn of(contact: &Contact) -> Self {
        Self {
            first_name: contact.first_name.clone(),
            last_name: contact.last_name.clone(),
            email: contact.email.clone(),
            notifications: contact.notifications,
            details: contact.details.clone(),
        }
    }

    /// Tells in an entry what of it is otherwise than before.
    pub(super) fn tell(&self, entry: Entry, before: Option<&Self>) -> Entry {
        let after = self.told();
        let before = before.map(Self::told);
        after.into_iter().enumerate().fold(entry, |entry, (at, (name, value))| {
            entry.telling(name, before.as_ref().and_then(|before| before[at].1.clone()), value)
        })
    }

    /// Every field with what an audit entry tells of it.
    fn told(&self) -> [(&'static str, Option<String>); 9] {
        fn text(value: Option<&impl ToString>) -> Option<String> {
            value.map(ToString::to_string)
        }
        let details = &self.details;
        [
            ("first_name", text(Some(&self.first_name))),
            ("last_name", text(Some(&self.last_name))),
            ("email", text(Some(&self.email))),
            ("notifications", text(Some(&self.notifications))),
            ("title", text(details.title.as_ref())),
            ("language", text(details.language.as_ref())),
            ("time_zone", text(details.time_zone.as_ref())),
            ("business_phone", text(details.business_phone.as_ref())),
            ("mobile_phone", text(details.mobile_phone.as_ref())),
        ]
    }
}

/// Makes a contact without access.
///
/// # Errors
/// Not allowed, out of scope, or the organization is inactive.
pub fn create_contact(
    profile: Profile,
    organization: &Stored<Organization>,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<(ContactId, Change), Refusal> {
    may_write(&organization.value, actor)?;
    if !organization.value.active {
        return Err(Refusal::conflict("organization_inactive", "The organization is inactive."));
    }
    let mut change = Change::none();
    let id = ContactId::new(at.now);
    let subject = Subject::Contact(id);
    let entry = Entry::new(Action::ContactCreated, By::Actor(actor), subject, Some(organization.value.id), at);
    change.audit(profile.tell(entry, None));
    change.check(Ref::Organization(organization.value.id), organization.rev);
    change.create(Contact {
        id,
        organization: organization.value.id,
        first_name: profile.first_name,
        last_name: profile.last_name,
        email: profile.email,
        notifications: profile.notifications,
        details: profile.details,
        active: true,
        access: None,
        link: None,
        creation_mail: None,
        version: 1,
        created_at: at.now,
    });
    Ok((id, change))
}

/// Edits a contact; the login stays as it is (requirement O4). What is so already changes nothing.
///
/// # Errors
/// Not allowed, or out of scope.
pub fn edit_contact(profile: Profile, account: &Account, actor: &Actor, at: &Moment<'_>) -> Result<Change, Refusal> {
    may_write(&account.organization.value, actor)?;
    let mut contact = account.contact.value.clone();
    let before = Profile::of(&contact);
    if profile == before {
        return Ok(Change::none());
    }
    let mut change = Change::none();
    change.audit(profile.tell(Entry::about(account, Action::ContactEdited, By::Actor(actor), at), Some(&before)));
    Profile {
        first_name: contact.first_name,
        last_name: contact.last_name,
        email: contact.email,
        notifications: contact.notifications,
        details: contact.details,
    } = profile;
    contact.version += 1;
    change.update(&account.contact, contact);
    Ok(change)
}

/// Makes a contact inactive: no sign-in, sessions end, links die, the access stays as it was; or active again
/// (requirement O7).
///
/// # Errors
/// Not allowed, out of scope, one's own, an organization's last administrator, or so already.
pub fn set_active(active: bool, account: &Account, actor: &Actor, at: &Moment<'_>) -> Result<Change, Refusal> {
    may_write(&account.organization.value, actor)?;
    let mut contact = account.contact.value.clone();
    if let Some(access) = account.access() {
        outranks_access(actor, access, at)?;
    }
    if contact.id == actor.contact {
        return Err(Refusal::forbidden("own_contact", "Nobody makes themselves inactive."));
    }
    if contact.active == active {
        let (code, detail) = if active {
            ("already_active", "The contact is active already.")
        } else {
            ("already_inactive", "The contact is inactive already.")
        };
        return Err(Refusal::conflict(code, detail));
    }
    let mut change = Change::none();
    let counts = account.access().is_some_and(Access::administers);
    adjust_administrators(&mut change, &account.organization, contact.active && counts, active && counts)?;
    if !active && let (Some(access), Some(user)) = (&mut contact.access, &account.user) {
        let mut person = user.value.clone();
        Access::end_sessions(access);
        links::end_offer(&mut change, account);
        links::end(&mut change, &mut person, |live| live.contact == account.contact.value.id);
        change.update(user, person);
    }
    contact.active = active;
    contact.version += 1;
    let action = if active { Action::ContactReactivated } else { Action::ContactInactivated };
    change.audit(Entry::about(account, action, By::Actor(actor), at));
    change.update(&account.contact, contact);
    Ok(change)
}

fn may_write(organization: &Organization, actor: &Actor) -> Result<(), Refusal> {
    actor.needs(permission::CONTACTS_WRITE)?;
    actor.must_reach(organization)?;
    actor.must_manage(organization.kind.into())
}
