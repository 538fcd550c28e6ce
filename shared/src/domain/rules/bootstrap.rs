//! The first start: what the business is called, its sites, and one administrator (`security.md` AU-10).

use super::super::access::{Access, Standing};
use super::super::actor::{By, Moment};
use super::super::audit::{Action, Entry, Subject};
use super::super::change::{Change, Record};
use super::super::contact::Contact;
use super::super::details::Details;
use super::super::email::Email;
use super::super::id::{ContactId, Id};
use super::super::link::Purpose;
use super::super::mail::Deliverer;
use super::super::organization::{Organization, OrganizationType};
use super::super::role::{AccountType, RoleName};
use super::super::settings::DEFAULT_GROUP;
use super::super::tally::Tally;
use super::super::text::{Number, PersonName};
use super::super::user::{AccessRef, Login, User};
use super::links;

/// Writes the settings of `at`, the internal organization and its first administrator, who gets a link by mail.
pub fn bootstrap(
    email: &Email,
    number: Number,
    first_name: PersonName,
    last_name: PersonName,
    at: &Moment<'_>,
) -> Change {
    let mut change = Change::none();
    let organization = Organization {
        id: Id::new(at.now),
        kind: OrganizationType::Internal,
        number,
        name: at.settings.business.clone(),
        partner: None,
        site_group: DEFAULT_GROUP.to_owned(),
        active: true,
        void_before: None,
        administrators: 1,
        version: 1,
        created_at: at.now,
    };
    let id = ContactId::new(at.now);
    let access = Access {
        user: id.alias(),
        account_type: AccountType::Staff,
        roles: [RoleName::from("administrator")].into(),
        site: None,
        can_create_users: false,
        claim_authorization_required: false,
        standing: Standing::Granted,
        login_enabled: true,
        user_id: None,
        login_email: None,
        epoch: 0,
    };
    let mut contact = Contact {
        id,
        organization: organization.id,
        first_name,
        last_name,
        email: email.clone(),
        notifications: true,
        details: Details::default(),
        active: true,
        access: Some(access),
        link: None,
        creation_mail: None,
        version: 1,
        created_at: at.now,
    };
    let mut user = User {
        id: id.alias(),
        login_email: email.clone(),
        user_id: None,
        password: None,
        must_change_password: false,
        password_is_staffs: false,
        epoch: 0,
        accesses: vec![AccessRef { contact: id, organization: organization.id, account_type: AccountType::Staff }],
        offers: Vec::new(),
        links: [].into(),
        created_at: at.now,
    };
    links::send(&mut change, &mut user, &mut contact, Purpose::Invite, Deliverer::Stream, at);
    contact.creation_mail = change.mails().next();
    change.audit(Entry::new(Action::Bootstrapped, By::Operator, Subject::Contact(id), Some(organization.id), at));
    change.create(Record::Login((&user.login_email).into(), Login::of(&user)));
    change.create(Record::Number(organization.kind, organization.number.clone(), organization.id));
    change.tally(Tally::Seats(AccountType::Staff, 0), 1);
    change.create(at.settings.clone());
    change.create(organization);
    change.create(contact);
    change.create(user);
    change
}
