//! The table as a map: what a transaction does to it, condition by condition as `store/commit.rs` has them, and the
//! reads that decisions are made on.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use shared::domain::account::Account;
use shared::domain::actor::Moment;
use shared::domain::audit::{Entry, Subject};
use shared::domain::change::{AttemptsKey, Change, Record, Ref, Rev, Stored, Write};
use shared::domain::contact::Contact;
use shared::domain::counter::Counter;
use shared::domain::email::LoginKey;
use shared::domain::id::{AuditId, ContactId, MailId, OrganizationId, UserKey};
use shared::domain::link::{Link, LinkId};
use shared::domain::lockout::Attempts;
use shared::domain::mail::{Fate, Mail};
use shared::domain::organization::{Organization, OrganizationType};
use shared::domain::place::Place;
use shared::domain::session::{Session, SessionToken};
use shared::domain::settings::Settings;
use shared::domain::tally::{Held, Tally};
use shared::domain::user::{Login, User};

/// Something was not as it was read.
#[derive(Debug)]
pub(crate) struct Conflict;

/// Everything there is.
#[derive(Debug, Clone)]
pub(crate) struct World {
    records: HashMap<Ref, (Record, Rev)>,
    counts: HashMap<Counter, u32>,
    audited: HashSet<AuditId>,
    /// The last event of each subject.
    told: HashMap<Subject, (u64, AuditId)>,
    pub now: Timestamp,
    pub settings: Arc<Settings>,
    /// Everything that commands name by an index, in the order in which it was made.
    pub contacts: Vec<ContactId>,
    pub organizations: Vec<OrganizationId>,
    pub links: Vec<LinkId>,
    pub mails: Vec<MailId>,
    pub sessions: Vec<SessionToken>,
    /// The mails as they were when they were claimed.
    pub claims: Vec<Mail>,
}

macro_rules! reads {
    ($($name:ident($id:ty) = $kind:ident as $ref:expr;)*) => {$(
        pub(crate) fn $name(&self, id: $id) -> Option<Stored<$kind>> {
            let (record, rev) = self.records.get(&$ref(id))?;
            match record {
                reads!(@ $kind value) => Some(Stored { value: value.clone(), rev: *rev }),
                _ => None,
            }
        }
    )*};
    (@ Login $value:ident) => { Record::Login(_, $value) };
    (@ Attempts $value:ident) => { Record::Attempts(_, $value) };
    (@ $kind:ident $value:ident) => { Record::$kind($value) };
}

impl World {
    pub(crate) fn new(now: Timestamp, settings: Settings) -> Self {
        Self {
            records: HashMap::new(),
            counts: HashMap::new(),
            audited: HashSet::new(),
            told: HashMap::new(),
            now,
            settings: Arc::new(settings),
            contacts: Vec::new(),
            organizations: Vec::new(),
            links: Vec::new(),
            mails: Vec::new(),
            sessions: Vec::new(),
            claims: Vec::new(),
        }
    }

    reads! {
        user(UserKey) = User as Ref::User;
        contact(ContactId) = Contact as Ref::Contact;
        organization(OrganizationId) = Organization as Ref::Organization;
        login(LoginKey) = Login as Ref::Login;
        link(LinkId) = Link as Ref::Link;
        mail(MailId) = Mail as Ref::Mail;
        attempts(AttemptsKey) = Attempts as Ref::Attempts;
    }

    pub(crate) fn session(&self, token: &SessionToken) -> Option<Stored<Session>> {
        match self.records.get(&Ref::Session(token.user, token.session))? {
            (Record::Session(session), rev) => Some(Stored { value: session.clone(), rev: *rev }),
            _ => None,
        }
    }

    pub(crate) fn number(&self, kind: OrganizationType, folded: String) -> Option<Stored<Organization>> {
        match self.records.get(&Ref::Number(kind, folded))? {
            (Record::Number(_, _, id), _) => self.organization(*id),
            _ => None,
        }
    }

    pub(crate) fn count(&self, counter: &Counter) -> u32 {
        self.counts.get(counter).copied().unwrap_or(0)
    }

    /// Every record, for the invariants.
    pub(crate) fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values().map(|(record, _)| record)
    }

    pub(crate) fn get(&self, name: &Ref) -> Option<&Record> {
        self.records.get(name).map(|(record, _)| record)
    }

    /// A contact with what its access hangs on.
    pub(crate) fn account(&self, id: ContactId) -> Option<Account> {
        let contact = self.contact(id)?;
        let user = contact.value.access.as_ref().map(|access| access.user);
        let last = contact.value.link;
        Some(Account {
            organization: self.organization(contact.value.organization)?,
            user: user.and_then(|user| self.user(user)),
            attempts: user.and_then(|user| self.attempts(AttemptsKey::User(user))),
            link: last.and_then(|last| self.link(last.id)).map(|link| link.value),
            mail: last.and_then(|last| self.mail(last.mail)).map(|mail| mail.value),
            creation_mail: contact.value.creation_mail.and_then(|id| self.mail(id)).map(|mail| mail.value),
            contact,
        })
    }

    pub(crate) fn logins(&self, user: &User) -> Vec<Stored<Login>> {
        user.login_keys().filter_map(|key| self.login(key)).collect()
    }

    /// Where the owner of a login name has access.
    pub(crate) fn places(&self, login: &Login) -> Vec<Place> {
        let place = |contact, organization| {
            Some(Place { contact: self.contact(contact)?, organization: self.organization(organization)? })
        };
        login.accesses.iter().filter_map(|it| place(it.contact, it.organization)).collect()
    }

    /// The moment, as `settings` has it.
    pub(crate) fn moment<'a>(&self, settings: &'a Settings) -> Moment<'a> {
        Moment { now: self.now, settings, key: 1, source: "192.0.2.1", request: "request" }
    }

    /// One transaction: all of it or nothing.
    ///
    /// # Errors
    /// A condition does not hold.
    ///
    /// # Panics
    /// Where the table would refuse the transaction whatever its state: too long, or one record written twice.
    pub(crate) fn commit(&mut self, change: &Change) -> Result<(), Conflict> {
        let change = &change.numbered().expect("every event has its number");
        assert!(change.writes.len() <= 100, "a transaction of {} writes", change.writes.len());
        let (mut named, mut counted) = (HashSet::new(), HashSet::new());
        for write in &change.writes {
            if let Some(name) = name(write) {
                assert!(!named.contains(&name), "one transaction writes {name:?} twice");
                named.insert(name);
            }
            if let Write::Count(counter, _) = write {
                assert!(counted.insert(*counter), "one transaction counts {counter:?} twice");
            }
            let holds = match write {
                Write::Create(record) => !self.records.contains_key(&record.name()),
                Write::Update(record, rev) => self.rev(&record.name()) == Some(*rev),
                Write::Check(name, rev) | Write::Touch(name, rev) => self.rev(name) == Some(*rev),
                Write::Audit(entry) => !self.audited.contains(&entry.id),
                Write::Delete(name, None) => self.records.contains_key(name),
                Write::Delete(name, Some(rev)) => self.rev(name) == Some(*rev),
                Write::Tally(tally @ Tally::Role(_), _) => self.records.contains_key(&Ref::Tally(tally.clone())),
                Write::Tally(..) | Write::EndLink(..) | Write::Count(..) | Write::SignedIn(..) => true,
            };
            if !holds {
                return Err(Conflict);
            }
        }
        change.writes.iter().for_each(|write| self.write(write));
        Ok(())
    }

    fn rev(&self, name: &Ref) -> Option<Rev> {
        self.records.get(name).map(|(_, rev)| *rev)
    }

    fn write(&mut self, write: &Write) {
        match write {
            Write::Create(record) => {
                match record {
                    Record::Organization(it) => self.organizations.push(it.id),
                    Record::Contact(it) => self.contacts.push(it.id),
                    Record::Link(it) => self.links.push(it.id),
                    Record::Mail(it) => self.mails.push(it.id),
                    _ => {}
                }
                self.records.insert(record.name(), (record.clone(), 1));
            }
            Write::Update(record, rev) => {
                self.records.insert(record.name(), (record.clone(), rev + 1));
            }
            Write::Delete(name, _) => {
                self.records.remove(name);
            }
            Write::Tally(tally, by) => {
                let none = (Record::Tally(tally.clone(), Held::default()), 0);
                let record = self.records.entry(Ref::Tally(tally.clone())).or_insert(none);
                if let (Record::Tally(_, held), rev) = record {
                    held.held += by;
                    *rev += 1;
                }
            }
            Write::EndLink(id, end) => {
                if let Some((Record::Link(link), rev)) = self.records.get_mut(&Ref::Link(*id)) {
                    link.ended.get_or_insert(*end);
                    *rev += 1;
                }
            }
            Write::SignedIn(user, at) => {
                let key = AttemptsKey::User(*user);
                let none = (Record::Attempts(key, Attempts::default()), 0);
                if let (Record::Attempts(_, attempts), rev) = self.records.entry(Ref::Attempts(key)).or_insert(none) {
                    attempts.last_sign_in_at = Some(*at);
                    *rev += 1;
                }
            }
            Write::Count(counter, by) => *self.counts.entry(*counter).or_default() += by,
            Write::Audit(entry) => {
                self.audited.insert(entry.id);
                self.publish(entry);
            }
            Write::Touch(name, rev) => {
                if let Some((_, read)) = self.records.get_mut(name) {
                    *read = rev + 1;
                }
            }
            Write::Check(..) => {}
        }
    }

    /// An event comes after every other of its subject.
    fn publish(&mut self, entry: &Entry) {
        assert_eq!(entry.is_published(), entry.number.is_some(), "{entry:?}");
        let Some(number) = entry.number else { return };
        let before = self.told.insert(entry.subject, (number, entry.id));
        assert!(before.is_none_or(|before| before < (number, entry.id)), "{entry:?} comes before {before:?}");
    }

    /// What the sweep finds: `due_at` of `store/item.rs`. By their indexes.
    pub(crate) fn due(&self) -> (Vec<usize>, Vec<usize>) {
        let mail = |id: &MailId| match self.get(&Ref::Mail(*id)) {
            Some(Record::Mail(mail)) => mail.fate == Fate::Queued && mail.retry_at <= self.now,
            _ => false,
        };
        let link = |id: &LinkId| match self.get(&Ref::Link(*id)) {
            Some(Record::Link(link)) => link.ended.is_none() && link.expires_at().is_some_and(|at| at <= self.now),
            _ => false,
        };
        (
            self.mails.iter().enumerate().filter(|(_, id)| mail(id)).map(|(at, _)| at).collect(),
            self.links.iter().enumerate().filter(|(_, id)| link(id)).map(|(at, _)| at).collect(),
        )
    }
}

/// The record that a write names: no two of one transaction may name the same.
fn name(write: &Write) -> Option<Ref> {
    match write {
        Write::Create(record) | Write::Update(record, _) => Some(record.name()),
        Write::Check(name, _) | Write::Touch(name, _) | Write::Delete(name, _) => Some(name.clone()),
        Write::Tally(tally, _) => Some(Ref::Tally(tally.clone())),
        Write::EndLink(id, _) => Some(Ref::Link(*id)),
        Write::SignedIn(user, _) => Some(Ref::Attempts(AttemptsKey::User(*user))),
        Write::Count(..) | Write::Audit(_) => None,
    }
}
