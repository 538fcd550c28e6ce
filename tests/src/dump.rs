//! Everything that lies in a table, held against the invariants of `security.md`, section 2.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use local::inbox::Sent;
use local::table;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::domain::access::{Access, Standing};
use shared::domain::audit::{Action, Entry, Subject, Via};
use shared::domain::contact::Contact;
use shared::domain::email::LoginKey;
use shared::domain::id::{ContactId, OrganizationId, UserKey};
use shared::domain::link::{Link, LinkId, Purpose, State};
use shared::domain::mail::{Fate, Mail, Report, Suppression, Template};
use shared::domain::organization::{Organization, OrganizationType};
use shared::domain::session::Session;
use shared::domain::tally::Held;
use shared::domain::user::{AccessRef, Login, User};

/// Everything that lies in a table.
#[derive(Debug, Default)]
pub struct Dump {
    /// Organizations.
    pub organizations: HashMap<OrganizationId, Organization>,
    /// Contacts.
    pub contacts: HashMap<ContactId, Contact>,
    /// Users.
    pub users: HashMap<UserKey, User>,
    /// Owners of login names, by the name's key.
    pub logins: HashMap<String, Login>,
    /// Holders of organizations' numbers.
    pub numbers: Vec<OrganizationId>,
    /// Links.
    pub links: HashMap<LinkId, Link>,
    /// Mails.
    pub mails: Vec<Mail>,
    /// Sessions.
    pub sessions: Vec<Session>,
    /// Audit entries.
    pub audit: Vec<Entry>,
    /// Where nothing goes, or went once, by the address's key.
    pub suppressions: HashMap<String, Suppression>,
    /// Seats taken, by account type.
    pub seats: HashMap<String, i64>,
    /// Items, whatever they hold.
    pub items: usize,
    /// Where in `audit` a contact's entries are.
    told: HashMap<ContactId, Vec<usize>>,
    /// Faults that show on an item by itself.
    odd: Vec<String>,
}

#[derive(Deserialize)]
struct Claim {
    organization: OrganizationId,
}

type Item = HashMap<String, AttributeValue>;

impl Dump {
    /// Reads the whole table behind an endpoint.
    pub async fn of(endpoint: &str) -> Self {
        let client = Client::new(&table::config(endpoint));
        let mut pages = client.scan().table_name("latchkey").consistent_read(true).into_paginator().items().send();
        let mut dump = Self::default();
        while let Some(item) = pages.next().await {
            dump.add(item.expect("an item"));
        }
        dump
    }

    fn add(&mut self, item: Item) {
        self.items += 1;
        let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
        let (pk, is_due) = (text("pk"), text("due_shard").starts_with("DUE#"));
        match text("type").as_str() {
            "organization" => put(&mut self.organizations, item, |it: &Organization| it.id),
            "contact" => put(&mut self.contacts, item, |it: &Contact| it.id),
            "user" => put(&mut self.users, item, |it: &User| it.id),
            "login" => put(&mut self.logins, item, |_: &Login| pk.trim_start_matches("LOGIN#").to_owned()),
            "number" => self.numbers.push(record::<Claim>(item).organization),
            "session" => self.sessions.push(record(item)),
            "audit" => {
                let entry: Entry = record(item);
                if let Subject::Contact(contact) = entry.subject {
                    self.told.entry(contact).or_default().push(self.audit.len());
                }
                self.audit.push(entry);
            }
            "link" => {
                let link: Link = record(item);
                if is_due != (link.ended.is_none() && link.sent_at.is_some()) {
                    self.odd.push(format!("{link:?} is due: {is_due}"));
                }
                self.links.insert(link.id, link);
            }
            "mail" => {
                let mail: Mail = record(item);
                if is_due != (mail.fate == Fate::Queued) {
                    self.odd.push(format!("{mail:?} is due: {is_due}"));
                }
                self.mails.push(mail);
            }
            "tally" => {
                let kind = pk.strip_prefix("TALLY#seats#").and_then(|rest| rest.split('#').next());
                if let Some(kind) = kind {
                    *self.seats.entry(kind.to_owned()).or_default() += record::<Held>(item).held;
                }
            }
            "suppression" => {
                self.suppressions.insert(pk.trim_start_matches("ADDRESS#").to_owned(), record(item));
            }
            "settings" | "attempts" | "count" | "replay" | "logo" | "wording" | "sweep" => {}
            other => self.odd.push(format!("{pk} is of type {other:?}")),
        }
    }

    /// The users who sign in by this name.
    pub fn users_named(&self, login: &str) -> Vec<&User> {
        let key = LoginKey::of(login);
        self.users.values().filter(|user| user.login_keys().any(|own| own == key)).collect()
    }

    /// The contacts of the accesses that a user has or had.
    pub fn contacts_of(&self, user: UserKey) -> Vec<&Contact> {
        let of_user = |contact: &&Contact| contact.access.as_ref().is_some_and(|access| access.user == user);
        self.contacts.values().filter(of_user).collect()
    }

    /// How many entries tell that this was done to a contact.
    pub fn told(&self, contact: ContactId, action: Action) -> usize {
        self.entries(contact).filter(|entry| entry.action == action).count()
    }

    /// Leaves out an audit entry, by its place.
    pub fn forget(&mut self, entry: usize) {
        self.told.values_mut().for_each(|places| places.retain(|place| *place != entry));
        // Told of nobody, it counts for nothing but its place.
        self.audit[entry].subject = Subject::UnknownLogin(0);
        self.audit[entry].action = Action::LinkRequested;
        self.audit[entry].number = None;
    }

    /// Whether a mail waits to be sent.
    pub fn has_queued(&self) -> bool {
        self.mails.iter().any(|mail| mail.fate == Fate::Queued)
    }

    fn entries(&self, contact: ContactId) -> impl Iterator<Item = &Entry> {
        self.told.get(&contact).into_iter().flatten().map(|at| &self.audit[*at])
    }

    /// Holds the table against every invariant, and its mails against what arrived.
    ///
    /// # Panics
    /// Where one does not hold; says which.
    #[track_caller]
    pub fn assert_sound(&self, arrived: &[Sent], now: Timestamp) {
        let faults = self.faults(arrived, now);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    /// Which invariants do not hold.
    pub fn faults(&self, arrived: &[Sent], now: Timestamp) -> Vec<String> {
        let mut faults = Faults(self.odd.clone());
        self.owners(&mut faults);
        self.places(&mut faults);
        self.sessions(&mut faults);
        self.links(&mut faults, now);
        self.mails(&mut faults, arrived);
        self.reports(&mut faults);
        self.administrators(&mut faults);
        self.audit(&mut faults);
        faults.0
    }

    /// One owner of each email and user ID.
    fn owners(&self, faults: &mut Faults) {
        for user in self.users.values() {
            let owned = Login::of(user);
            for key in user.login_keys() {
                faults.unless(self.logins.get(&key.to_string()) == Some(&owned), || format!("{user:?} owns its names"));
            }
        }
        let names: usize = self.users.values().map(|user| user.login_keys().count()).sum();
        let owners = self.logins.values().filter(|login| login.kept_for.is_none()).count();
        faults.unless(names == owners, || format!("{names} names have {owners} owners"));
    }

    /// No access without its organization, and none that its user does not know of.
    fn places(&self, faults: &mut Faults) {
        let held: HashSet<OrganizationId> = self.numbers.iter().copied().collect();
        let there: HashSet<OrganizationId> = self.organizations.keys().copied().collect();
        faults
            .unless(held == there && held.len() == self.numbers.len(), || "each organization has a number".to_owned());
        let names: HashSet<_> = self.organizations.values().map(|it| (it.kind, it.number.folded())).collect();
        faults.unless(names.len() == there.len(), || "two organizations have one number".to_owned());
        for contact in self.contacts.values() {
            faults.unless(there.contains(&contact.organization), || format!("{contact:?} is at an organization"));
            let Some(access) = &contact.access else { continue };
            let here = AccessRef {
                contact: contact.id,
                organization: contact.organization,
                account_type: access.account_type,
            };
            let listed = self.users.get(&access.user).map(|user| user.accesses.contains(&here));
            let granted = access.standing == Standing::Granted;
            faults.unless(listed == Some(granted), || format!("{contact:?} is listed with its user: {listed:?}"));
            faults.unless(!access.roles.is_empty(), || format!("{contact:?} has a role"));
        }
        let mut seats = self.seats.clone();
        let held = self.contacts.values().filter_map(|contact| contact.access.as_ref());
        for access in held.filter(|access| access.standing != Standing::Revoked) {
            *seats.entry(access.account_type.as_str().to_owned()).or_default() -= 1;
        }
        faults.unless(seats.values().all(|left| *left == 0), || format!("seats are not counted right: {seats:?}"));
        for user in self.users.values() {
            let good = |it: &AccessRef| {
                let contact = self.contacts.get(&it.contact);
                contact.is_some_and(|contact| contact.access.as_ref().is_some_and(|access| access.user == user.id))
            };
            faults.unless(user.accesses.iter().all(good), || format!("{user:?} has its accesses"));
            let offered = |it: &AccessRef| self.access(it.contact).is_some_and(|it| it.standing == Standing::Offered);
            let offers = user.offers.iter().all(|it| good(it) && offered(it));
            faults.unless(offers, || format!("{user:?} was offered accesses"));
        }
    }

    fn access(&self, contact: ContactId) -> Option<&Access> {
        self.contacts.get(&contact)?.access.as_ref()
    }

    /// No session of a disabled or revoked access: one that was begun before is of an earlier epoch.
    fn sessions(&self, faults: &mut Faults) {
        for session in &self.sessions {
            let user = self.users.get(&session.user).filter(|user| user.epoch == session.user_epoch);
            let access = self.access(session.contact).filter(|access| access.epoch == session.access_epoch);
            let (Some(user), Some(access)) = (user, access) else { continue };
            let has_password = user.password.is_some() || session.preview.is_some();
            faults.unless(access.is_usable() && has_password, || format!("{session:?} is over, of {access:?}"));
        }
    }

    /// At most one live link per purpose, and none of an access that can't be used.
    fn links(&self, faults: &mut Faults, now: Timestamp) {
        for link in self.links.values().filter(|link| link.state(now) == State::Valid) {
            let (Some(user), Some(contact)) = (self.users.get(&link.user), self.contacts.get(&link.contact)) else {
                faults.0.push(format!("{link:?} is somebody's"));
                continue;
            };
            let access = contact.access.as_ref();
            let live = user.links.get(&link.purpose).is_some_and(|live| live.id == link.id);
            let usable = access.is_some_and(Access::is_usable);
            let good = match link.purpose {
                Purpose::Invite => live && usable && user.password.is_none(),
                Purpose::Reset | Purpose::EmailChange => live && usable && user.password.is_some(),
                Purpose::Accept => {
                    contact.link.is_some_and(|last| last.id == link.id)
                        && access.is_some_and(|it| it.standing == Standing::Offered && it.login_enabled)
                }
            };
            faults.unless(good && contact.active, || format!("{link:?} is live, of {contact:?} and {user:?}"));
        }
        for (user, live) in self.users.values().flat_map(|user| user.links.values().map(move |live| (user, live))) {
            let ended = self.links.get(&live.id).map(|link| link.ended);
            faults.unless(matches!(ended, Some(None | Some(State::Expired))), || {
                format!("{user:?} has a live link that is {ended:?}")
            });
        }
    }

    /// Every mail was sent, and arrived, or failed visibly.
    fn mails(&self, faults: &mut Faults, arrived: &[Sent]) {
        for mail in &self.mails {
            let came = || {
                arrived.iter().any(|sent| mail.message_id.as_ref() == Some(&sent.id) && sent.to == [mail.to.as_str()])
            };
            let good = match mail.fate {
                Fate::Queued => false,
                Fate::Sent | Fate::Delivered | Fate::Complained => came(),
                Fate::Bounced => came() && mail.reported.is_some(),
                Fate::Suppressed | Fate::Failed => mail.failure.is_some(),
            };
            faults.unless(good, || format!("{mail:?} ended"));
        }
    }

    /// A mail is what the gravest report of it says. Nothing goes to an address after a mail that came back for good, until
    /// that is lifted; both are told as often as they were.
    fn reports(&self, faults: &mut Faults) {
        let key = |address: &str| LoginKey::of(address).to_string();
        for mail in &self.mails {
            let Some(told) = mail.reported else { continue };
            faults.unless(told.report.fate() == mail.fate, || format!("{mail:?} is what was reported"));
            let known = told.report.suppresses().is_none() || self.suppressions.contains_key(&key(mail.to.as_str()));
            faults.unless(known, || format!("{mail:?} keeps others from its address"));
        }
        let mut told: HashMap<String, usize> = HashMap::new();
        let mut lifted: HashMap<String, usize> = HashMap::new();
        for entry in &self.audit {
            let Some(address) = entry.changes.get("address") else { continue };
            let (count, address) = match entry.action {
                Action::AddressSuppressed => (&mut told, &address.after),
                Action::AddressReleased => (&mut lifted, &address.before),
                _ => continue,
            };
            *count.entry(key(address.as_deref().unwrap_or_default())).or_default() += 1;
        }
        for (address, suppression) in &self.suppressions {
            let by = self.mails.iter().find(|mail| mail.id == suppression.mail);
            let good = by.is_some_and(|mail| {
                let reports = mail.reported.map(|told| told.report);
                key(mail.to.as_str()) == *address && reports.and_then(Report::suppresses).is_some()
            });
            faults.unless(good, || format!("{suppression:?} is by a mail to its address: {by:?}"));
            let on = told.get(address).copied() == Some(lifted.get(address).copied().unwrap_or(0) + 1);
            faults.unless(on == suppression.is_on(), || format!("{suppression:?} is as it was told"));
        }
        let addresses = told.keys().chain(lifted.keys());
        let unknown = addresses.filter(|address| !self.suppressions.contains_key(*address)).count();
        faults.unless(unknown == 0, || format!("{unknown} addresses are told of that are not suppressed"));
    }

    /// Administrators are counted right, and the business has one.
    fn administrators(&self, faults: &mut Faults) {
        for organization in self.organizations.values() {
            let here = self.contacts.values().filter(|contact| contact.organization == organization.id);
            let count = here
                .filter(|contact| contact.access.as_ref().is_some_and(|access| contact.administers(access)))
                .count();
            let internal = organization.kind == OrganizationType::Internal;
            let right = usize::try_from(organization.administrators) == Ok(count);
            faults.unless(right && (!internal || count > 0), || format!("{organization:?} has {count} administrators"));
        }
    }

    /// Every change has its audit entry and no entry lacks its change: what the entries add up to is what is there.
    fn audit(&self, faults: &mut Faults) {
        for entry in &self.audit {
            if let Subject::Contact(contact) = entry.subject {
                faults.unless(self.contacts.contains_key(&contact), || format!("{entry:?} is about somebody"));
            }
        }
        for contact in self.contacts.values() {
            self.history(contact, faults);
        }
        for organization in self.organizations.values() {
            self.history_of(organization, faults);
        }
        self.numbers(faults);
        for user in self.users.values() {
            if let [contact] = self.contacts_of(user.id)[..] {
                let told = |action| self.told(contact.id, action);
                // A first password given with a grant ends no session: nobody could have signed in.
                let given = |entry: &&Entry| {
                    let with_grant =
                        |other: &Entry| other.request == entry.request && other.action == Action::AccessChanged;
                    entry.action == Action::PasswordSet && !self.entries(contact.id).any(with_grant)
                };
                let set = self.entries(contact.id).filter(given).count();
                let epochs = set + told(Action::PasswordChanged) + told(Action::AccessRevoked);
                faults.equal(epochs, user.epoch, || format!("ends of all sessions of {user:?}"));
            }
        }
        let begun = self.audit.iter().filter(|entry| entry.action == Action::SignedIn).count();
        let ended = |entry: &&Entry| {
            matches!(
                entry.action,
                Action::SignedOut | Action::SessionEnded | Action::AccessAccepted | Action::EmailChanged
            )
        };
        let signed_in = self.sessions.iter().filter(|session| session.preview.is_none()).count();
        let there = signed_in + self.audit.iter().filter(ended).count();
        faults.unless(begun == there, || format!("{begun} sessions were begun, {there} are there or were ended"));
    }

    fn history_of(&self, organization: &Organization, faults: &mut Faults) {
        use Action::{OrganizationCreated, OrganizationEdited, OrganizationInactivated, OrganizationReactivated};
        let entries = || self.audit.iter().filter(|entry| entry.subject == Subject::Organization(organization.id));
        // The business's own is made by the bootstrap.
        let internal = organization.kind == OrganizationType::Internal;
        let created = entries().filter(|entry| entry.action == OrganizationCreated).count();
        faults.unless(created == usize::from(!internal), || format!("{created} creations of {organization:?}"));
        let edits = [OrganizationEdited, OrganizationInactivated, OrganizationReactivated];
        let edited = entries().filter(|entry| edits.contains(&entry.action)).count();
        faults.equal(1 + edited, organization.version, || format!("edits of {organization:?}"));
    }

    /// Each entry that is published has its number, and no two changes of one subject have the same.
    fn numbers(&self, faults: &mut Faults) {
        let mut taken = HashMap::new();
        for entry in &self.audit {
            faults.unless(entry.is_published() == entry.number.is_some(), || format!("{entry:?} is numbered"));
            let Some(number) = entry.number else { continue };
            let other = taken.insert((entry.subject, number), entry);
            let together = other.is_none_or(|other| (other.at, &other.request) == (entry.at, &entry.request));
            faults.unless(together, || format!("{other:?} and {entry:?} have a number each"));
        }
    }

    fn history(&self, contact: &Contact, faults: &mut Faults) {
        use Action::{
            AccessAccepted, AccessChanged, AccessGranted, AccessRevoked, Bootstrapped, ContactCreated, ContactEdited,
            ContactInactivated, ContactReactivated, EmailChanged, LinkExpired, LinkReminded, LinkRequested, LinkSent,
            LoginDisabled, LoginEnabled, LoginRenamed, PasswordChanged, PasswordSet, SessionsEnded, UserCreated,
        };
        let told = |actions: &[Action]| -> usize { actions.iter().map(|action| self.told(contact.id, *action)).sum() };
        let links = |end: State| {
            self.links.values().filter(|link| link.contact == contact.id && link.ended == Some(end)).count()
        };
        let mails = |templates: &[Template]| {
            let own = self.mails.iter().filter(|mail| mail.contact == contact.id && mail.trial.is_none());
            own.filter(|mail| templates.contains(&mail.template)).count()
        };
        let used =
            self.entries(contact.id).filter(|entry| entry.action == PasswordSet && entry.via == Via::Link).count();
        // What confirms a new email lets nobody in.
        let confirmed = self.entries(contact.id).filter(|entry| {
            let purpose = entry.changes.get("purpose").and_then(|purpose| purpose.after.as_deref());
            entry.action == LinkSent && purpose == Some(Purpose::EmailChange.as_str())
        });
        let confirmed = confirmed.count();
        let edits = [
            AccessChanged,
            AccessGranted,
            AccessRevoked,
            ContactEdited,
            ContactInactivated,
            ContactReactivated,
            EmailChanged,
            LoginDisabled,
            LoginEnabled,
            LoginRenamed,
        ];
        let invitations = [Template::Invite, Template::Accept, Template::Reset, Template::AccessGranted];
        let invited = [UserCreated, Bootstrapped, AccessGranted, LinkSent, LinkRequested];
        let changes = [
            ("creations", told(&[UserCreated, ContactCreated, Bootstrapped]), 1),
            ("edits", 1 + told(&edits), usize::try_from(contact.version).unwrap_or(usize::MAX)),
            ("links used", used + told(&[AccessAccepted, EmailChanged]), links(State::Used)),
            ("links expired", told(&[LinkExpired]), links(State::Expired)),
            ("mails that let in", told(&invited), confirmed + mails(&invitations)),
            ("reminders", told(&[LinkReminded]), mails(&[Template::Reminder])),
            ("mails of disabling", told(&[LoginDisabled]), mails(&[Template::LoginDisabled])),
            ("mails of enabling", told(&[LoginEnabled]), mails(&[Template::LoginEnabled])),
        ];
        for (what, told, there) in changes {
            faults.unless(told == there, || format!("{what}: {told} told, {there} there, of {contact:?}"));
        }
        let changed = mails(&[Template::PasswordChanged]);
        let possible = told(&[PasswordChanged])..=told(&[PasswordChanged, PasswordSet]);
        faults.unless(possible.contains(&changed), || format!("{changed} mails of a changed password, of {contact:?}"));
        if let Some(access) = &contact.access {
            let ends = told(&[LoginDisabled, AccessRevoked, ContactInactivated, SessionsEnded]);
            faults.equal(ends, access.epoch, || format!("ends of sessions of {contact:?}"));
            if told(&[AccessGranted]) == 0 {
                let on = told(&[LoginDisabled]) == told(&[LoginEnabled]);
                faults.unless(on == access.login_enabled, || format!("{contact:?} is as it was switched"));
            }
        }
    }
}

struct Faults(Vec<String>);

impl Faults {
    fn unless(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(format!("does not hold: {}", what()));
        }
    }

    fn equal(&mut self, told: usize, there: u32, what: impl FnOnce() -> String) {
        self.unless(u32::try_from(told) == Ok(there), || format!("{told} told: {}", what()));
    }
}

fn record<T: DeserializeOwned>(item: Item) -> T {
    serde_dynamo::from_item(item).expect("a record")
}

fn put<K: Eq + std::hash::Hash, T: DeserializeOwned>(into: &mut HashMap<K, T>, item: Item, key: impl Fn(&T) -> K) {
    let it = record(item);
    into.insert(key(&it), it);
}
