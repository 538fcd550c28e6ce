//! What can be told of a state, whoever tells it: the records or the model. Lists are compared without their order.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use shared::domain::access::Standing;
use shared::domain::account::Account;
use shared::domain::change::{AttemptsKey, Record, Ref};
use shared::domain::id::ContactId;
use shared::domain::link::Purpose;
use shared::domain::mail::Template;
use shared::domain::organization::OrganizationType;
use shared::domain::role::{AccountType, RoleName};
use shared::domain::user::User;

use super::command::{Name, PEOPLE};
use super::decide::{called, key, password};
use super::world::World;

/// An organization's kind and number.
pub(crate) type Called = (OrganizationType, u8);

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fact {
    Organization {
        called: Called,
        partner: Option<Called>,
        administrators: u32,
    },
    Person {
        person: u8,
        user_id: Option<String>,
        password: Option<u32>,
        must_change: bool,
        failures: [u32; 2],
        locked: [bool; 2],
    },
    Access {
        person: u8,
        at: Called,
        kind: AccountType,
        roles: BTreeSet<RoleName>,
        site: Option<u8>,
        can_create_users: bool,
        claims: bool,
        standing: &'static str,
        enabled: bool,
        state: &'static str,
    },
    Link {
        person: u8,
        at: Called,
        purpose: Purpose,
        state: &'static str,
        sent_at: Option<Timestamp>,
    },
    Session {
        person: u8,
        at: Called,
        begun: Timestamp,
        good: bool,
        /// Wrong guesses at the present password, when changing it.
        guesses: u32,
    },
    Mail {
        person: u8,
        at: Called,
        template: Template,
        link: Option<(Purpose, &'static str)>,
        fate: &'static str,
        tries: u32,
        retry_at: Timestamp,
    },
}

/// A standing's name.
pub(crate) fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Offered => "offered",
        Standing::Granted => "granted",
        Standing::Revoked => "revoked",
    }
}

/// The facts of one side that the other has not, both ways; none where they agree.
pub(crate) fn differences(mut world: Vec<Fact>, mut model: Vec<Fact>) -> Option<String> {
    // They are mostly in one order, and to sort takes time.
    if world == model {
        return None;
    }
    world.sort();
    model.sort();
    if world == model {
        return None;
    }
    let only = |these: &[Fact], those: &[Fact]| {
        let mut rest = those.to_vec();
        let missing = |fact: &&Fact| match rest.iter().position(|other| other == *fact) {
            Some(at) => {
                rest.swap_remove(at);
                false
            }
            None => true,
        };
        these.iter().filter(missing).map(|fact| format!("\n    {fact:?}")).collect::<Vec<_>>().concat()
    };
    Some(format!("\n  the records say:{}\n  the model says:{}", only(&world, &model), only(&model, &world)))
}

impl World {
    fn called(&self, contact: ContactId) -> Called {
        let Some(Record::Contact(contact)) = self.get(&Ref::Contact(contact)) else { panic!("no contact") };
        self.called_organization(contact.organization)
    }

    fn called_organization(&self, id: shared::domain::id::OrganizationId) -> Called {
        let Some(Record::Organization(organization)) = self.get(&Ref::Organization(id)) else {
            panic!("no organization")
        };
        called(organization)
    }

    fn user_ref(&self, user: shared::domain::id::UserKey) -> &User {
        let Some(Record::User(user)) = self.get(&Ref::User(user)) else { panic!("no user") };
        user
    }

    fn failures(&self, key: AttemptsKey) -> (u32, bool) {
        match self.get(&Ref::Attempts(key)) {
            Some(Record::Attempts(_, attempts)) => {
                (attempts.failures, attempts.locked_until(self.settings.lockout, self.now).is_some())
            }
            _ => (0, false),
        }
    }

    /// What the records say.
    pub(crate) fn facts(&self) -> Vec<Fact> {
        let organizations = self.organizations.iter().map(|id| {
            let Some(Record::Organization(it)) = self.get(&Ref::Organization(*id)) else { panic!("no organization") };
            Fact::Organization {
                called: called(it),
                partner: it.partner.map(|partner| self.called_organization(partner)),
                administrators: it.administrators,
            }
        });
        let people = (0..PEOPLE).filter_map(|person| {
            let user = match self.get(&Ref::Login(key(Name::Email(person))))? {
                Record::Login(_, login) => self.user_ref(login.user),
                _ => return None,
            };
            let account = self.failures(AttemptsKey::User(user.id));
            let device = self.failures(AttemptsKey::Device(user.id, [7; 16]));
            Some(Fact::Person {
                person,
                user_id: user.user_id.as_ref().map(ToString::to_string),
                password: user.password.as_ref().map(password),
                must_change: user.must_change_password,
                failures: [account.0, device.0],
                locked: [account.1, device.1],
            })
        });
        let accounts: HashMap<ContactId, Account> =
            self.contacts.iter().map(|id| (*id, self.account(*id).expect("an account"))).collect();
        let accesses = self.contacts.iter().map(|id| {
            let account = &accounts[id];
            let access = account.access().expect("an access");
            Fact::Access {
                person: person(&self.user_ref(access.user).login_email),
                at: called(&account.organization.value),
                kind: access.account_type,
                roles: access.roles.clone(),
                site: access.site.map(|site| self.numbered(site)),
                can_create_users: access.can_create_users,
                claims: access.claim_authorization_required,
                standing: standing(access.standing),
                enabled: access.login_enabled,
                state: account.state(self.now).expect("a state").as_str(),
            }
        });
        let links = self.links.iter().map(|id| {
            let Some(Record::Link(it)) = self.get(&Ref::Link(*id)) else { panic!("no link") };
            Fact::Link {
                person: person(&self.user_ref(it.user).login_email),
                at: self.called(it.contact),
                purpose: it.purpose,
                state: self.link_state(it, &accounts[&it.contact]).as_str(),
                sent_at: it.sent_at,
            }
        });
        let sessions = self.sessions.iter().map(|token| Fact::Session {
            person: person(&self.user_ref(token.user).login_email),
            at: self.called_organization(token.organization),
            begun: token.session_began(self),
            good: self.is_good(token),
            guesses: self.failures(AttemptsKey::Device(token.user, token.session.to_bytes())).0,
        });
        let mails = self.mails.iter().map(|id| {
            let Some(Record::Mail(it)) = self.get(&Ref::Mail(*id)) else { panic!("no mail") };
            let link = it.link.map(|link| match self.get(&Ref::Link(link)) {
                Some(Record::Link(link)) => (link.purpose, link.state(self.now).as_str()),
                _ => panic!("no link"),
            });
            Fact::Mail {
                person: person(&it.to),
                at: self.called(it.contact),
                template: it.template,
                link,
                fate: it.fate.as_str(),
                tries: it.tries,
                retry_at: it.retry_at,
            }
        });
        organizations.chain(people).chain(accesses).chain(links).chain(sessions).chain(mails).collect()
    }

    fn numbered(&self, site: shared::domain::id::SiteId) -> u8 {
        let at = self.settings.sites.iter().position(|it| it.id == site).expect("a site");
        u8::try_from(at).expect("few sites")
    }
}

/// Whose email it is.
fn person(email: &shared::domain::email::Email) -> u8 {
    email.local_part().trim_start_matches('p').parse().expect("a person's email")
}

trait Began {
    fn session_began(&self, world: &World) -> Timestamp;
}

impl Began for shared::domain::session::SessionToken {
    /// When the session began; the epoch for one that is gone.
    fn session_began(&self, world: &World) -> Timestamp {
        world.session(self).map_or(Timestamp::UNIX_EPOCH, |session| session.value.created_at)
    }
}
