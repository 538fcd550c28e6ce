//! A change: what one transaction writes. Nothing is written any other way.

use jiff::Timestamp;

use super::audit::{Entry, Subject};
use super::contact::Contact;
use super::counter::Counter;
use super::email::LoginKey;
use super::id::{ContactId, MailId, OrganizationId, SessionId, SiteId, SweepId, UserKey};
use super::link::{Link, LinkId, State};
use super::lockout::Attempts;
use super::logo::Picture;
use super::mail::{Mail, Suppression};
use super::organization::{Organization, OrganizationType};
use super::session::Session;
use super::settings::Settings;
use super::sweep::Run;
use super::tally::{Held, Tally};
use super::text::Number;
use super::user::{Login, User};
use super::wording::{OwnWording, WordingKey};

/// How often a record was written; a write says which it has read.
pub type Rev = u64;

/// A record as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored<T> {
    /// The record.
    pub value: T,
    /// Its revision when read.
    pub rev: Rev,
}

/// Whose failures are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttemptsKey {
    /// A user's, from anywhere.
    User(UserKey),
    /// A user's, from one browser that has shown to be theirs.
    Device(UserKey, [u8; 16]),
    /// A login name's that nobody has.
    Unknown(LoginKey),
}

/// Names a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ref {
    /// An organization.
    Organization(OrganizationId),
    /// Who holds a number.
    Number(OrganizationType, String),
    /// A contact.
    Contact(ContactId),
    /// A user.
    User(UserKey),
    /// Who holds a login name.
    Login(LoginKey),
    /// A link.
    Link(LinkId),
    /// A mail.
    Mail(MailId),
    /// That nothing goes to an address.
    Suppression(LoginKey),
    /// A session.
    Session(UserKey, SessionId),
    /// Failures to sign in.
    Attempts(AttemptsKey),
    /// What the business has set.
    Settings,
    /// A site's logo.
    Logo(SiteId),
    /// What the business made of a mail's wording.
    Wording(WordingKey),
    /// What a run of the sweep did.
    Sweep(SweepId),
    /// What is held by so many.
    Tally(Tally),
    /// What was answered to a request with an idempotency key.
    Replay([u8; 32]),
}

/// What an idempotency key stands for (`api.md`).
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Replay {
    /// SHA-256 of the request's body, in hexadecimal.
    pub body: String,
    /// The id of what was made; none while under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<String>,
    /// Under way until then, at most.
    pub until: Timestamp,
    /// Kept until then.
    pub kept_until: Timestamp,
}

/// A record of any kind, with what names it.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each is the record of its type")]
#[expect(clippy::large_enum_variant, reason = "made one by one and written at once")]
pub enum Record {
    Organization(Organization),
    Number(OrganizationType, Number, OrganizationId),
    Contact(Contact),
    User(User),
    Login(LoginKey, Login),
    Link(Link),
    Mail(Mail),
    Suppression(LoginKey, Suppression),
    Session(Session),
    Attempts(AttemptsKey, Attempts),
    Settings(Settings),
    Logo(SiteId, Picture),
    Wording(WordingKey, OwnWording),
    Sweep(Run),
    Tally(Tally, Held),
    Replay([u8; 32], Replay),
}

impl Record {
    /// What names it.
    pub fn name(&self) -> Ref {
        match self {
            Self::Organization(it) => Ref::Organization(it.id),
            Self::Number(kind, number, _) => Ref::Number(*kind, number.folded()),
            Self::Contact(it) => Ref::Contact(it.id),
            Self::User(it) => Ref::User(it.id),
            Self::Login(key, _) => Ref::Login(*key),
            Self::Link(it) => Ref::Link(it.id),
            Self::Mail(it) => Ref::Mail(it.id),
            Self::Suppression(address, _) => Ref::Suppression(*address),
            Self::Session(it) => Ref::Session(it.user, it.id),
            Self::Attempts(key, _) => Ref::Attempts(*key),
            Self::Settings(_) => Ref::Settings,
            Self::Logo(site, _) => Ref::Logo(*site),
            Self::Wording(key, _) => Ref::Wording(*key),
            Self::Sweep(run) => Ref::Sweep(run.id),
            Self::Tally(tally, _) => Ref::Tally(tally.clone()),
            Self::Replay(key, _) => Ref::Replay(*key),
        }
    }
}

macro_rules! records {
    ($($kind:ident),*) => {$(
        impl From<$kind> for Record {
            fn from(value: $kind) -> Self {
                Self::$kind(value)
            }
        }
    )*};
}
records!(Organization, Contact, User, Link, Mail, Session, Settings);

/// One write of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// A record that must not be there yet.
    Create(Record),
    /// A record in place of the one that was read.
    Update(Record, Rev),
    /// A record that was relied upon and must still be as it was read.
    Check(Ref, Rev),
    /// A record that was relied upon, of which an event tells: it stays as it was read, but for its revision.
    Touch(Ref, Rev),
    /// A record that goes, and must be there still: as it was read, where that matters.
    Delete(Ref, Option<Rev>),
    /// So many more, or fewer, that hold something; a role must be there.
    Tally(Tally, i64),
    /// The end of a link that was not read; where it has ended already, the first end stays.
    EndLink(LinkId, State),
    /// So many more of what is counted; the count goes with its window.
    Count(Counter, u32),
    /// A sign-in from a known device: noted with the user, whose failures from elsewhere stay counted.
    SignedIn(UserKey, Timestamp),
    /// An audit entry.
    Audit(Box<Entry>),
}

impl Write {
    /// The revision of a record after the change, where this writes the record or relies on it.
    fn moves(&self, name: &Ref) -> Option<Rev> {
        match self {
            Self::Create(record) if record.name() == *name => Some(1),
            Self::Update(record, rev) if record.name() == *name => Some(rev + 1),
            Self::Check(other, rev) | Self::Touch(other, rev) if other == name => Some(rev + 1),
            _ => None,
        }
    }

    /// The contact of this name as this writes it.
    fn contact(&self, name: &Ref) -> Option<&Contact> {
        match self {
            Self::Create(Record::Contact(contact)) | Self::Update(Record::Contact(contact), _) => {
                (Ref::Contact(contact.id) == *name).then_some(contact)
            }
            _ => None,
        }
    }
}

/// The record of whom or what an entry is about.
fn record_of(subject: Subject) -> Option<Ref> {
    match subject {
        Subject::Contact(id) => Some(Ref::Contact(id)),
        Subject::Organization(id) => Some(Ref::Organization(id)),
        Subject::Business => Some(Ref::Settings),
        Subject::UnknownLogin(_) => None,
    }
}

/// What one transaction writes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// The writes, at most a hundred.
    pub writes: Vec<Write>,
}

impl Change {
    /// Nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// The mails that it asks for.
    pub fn mails(&self) -> impl Iterator<Item = MailId> {
        self.mails_where(|_| true)
    }

    /// Those of the mails that it asks for that `which` picks.
    pub fn mails_where(&self, which: impl Fn(&Mail) -> bool) -> impl Iterator<Item = MailId> {
        self.writes.iter().filter_map(move |write| match write {
            Write::Create(Record::Mail(mail)) if which(mail) => Some(mail.id),
            _ => None,
        })
    }

    /// Writes a new record.
    pub fn create(&mut self, record: impl Into<Record>) {
        self.writes.push(Write::Create(record.into()));
    }

    /// Writes a record in place of the one that was read.
    pub fn update<T>(&mut self, read: &Stored<T>, record: impl Into<Record>) {
        self.replace(record.into(), read.rev);
    }

    /// To write a record is to rely on it: a transaction names each once.
    fn replace(&mut self, record: Record, rev: Rev) {
        let name = record.name();
        self.writes.retain(|write| !matches!(write, Write::Check(checked, _) if *checked == name));
        self.writes.push(Write::Update(record, rev));
    }

    /// Writes a record, new or in place of the one that was read.
    pub fn put<T>(&mut self, read: Option<&Stored<T>>, record: impl Into<Record>) {
        match read {
            Some(read) => self.update(read, record),
            None => self.create(record),
        }
    }

    /// Takes away a record that must be there still.
    pub fn delete(&mut self, name: Ref) {
        self.writes.push(Write::Delete(name, None));
    }

    /// Takes away a record that must be as it was read.
    pub fn delete_as_read(&mut self, name: Ref, rev: Rev) {
        self.writes.push(Write::Delete(name, Some(rev)));
    }

    /// Counts so many more, or fewer, that hold something.
    pub fn tally(&mut self, tally: Tally, by: i64) {
        let same = self.writes.iter_mut().find_map(|write| match write {
            Write::Tally(other, sum) if *other == tally => Some(sum),
            _ => None,
        });
        match same {
            Some(sum) => *sum += by,
            None => self.writes.push(Write::Tally(tally, by)),
        }
        self.writes.retain(|write| !matches!(write, Write::Tally(_, 0)));
    }

    /// Relies on a record being as it was read, unless it is written itself.
    pub fn check(&mut self, name: Ref, rev: Rev) {
        if !self.writes.iter().any(|write| write.moves(&name).is_some()) {
            self.writes.push(Write::Check(name, rev));
        }
    }

    /// Relies on the access of whoever acts being as it was read, unless nothing is written (`security.md` AZ-08).
    pub fn acted_by(&mut self, contact: &Stored<Contact>) {
        if !self.is_empty() {
            self.check(Ref::Contact(contact.value.id), contact.rev);
        }
    }

    /// Ends a link.
    pub fn end_link(&mut self, id: LinkId, end: State) {
        self.writes.push(Write::EndLink(id, end));
    }

    /// Writes an audit entry.
    pub fn audit(&mut self, entry: Entry) {
        self.writes.push(Write::Audit(Box::new(entry)));
    }

    /// The change as it is written, with what its events are ordered by (`docs/events.md`): each entry that is published bears
    /// the revision of its subject's record after the change. Where the change only relies on that record, its revision
    /// moves. Entries that bear one number follow each other by their ids.
    ///
    /// None where the change neither writes the record of such an entry's subject nor relies on it: no rule makes one.
    pub fn numbered(&self) -> Option<Self> {
        let mut writes = self.writes.clone();
        for write in &mut writes {
            if let Write::Check(name, rev) = write
                && self.entries().any(|entry| entry.is_published() && record_of(entry.subject).as_ref() == Some(name))
            {
                *write = Write::Touch(name.clone(), *rev);
            }
        }
        let mut last = None;
        for write in &mut writes {
            let Write::Audit(entry) = write else { continue };
            entry.id = last.map_or(entry.id, |last| entry.id.after(last));
            last = Some(entry.id);
            if entry.is_published() {
                let name = record_of(entry.subject)?;
                entry.number = Some(self.writes.iter().find_map(|write| write.moves(&name))?);
                if let Some(contact) = self.writes.iter().find_map(|write| write.contact(&name)) {
                    entry.note(contact);
                }
            }
        }
        Some(Self { writes })
    }

    /// The audit entries.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.writes.iter().filter_map(|write| match write {
            Write::Audit(entry) => Some(&**entry),
            _ => None,
        })
    }

    /// Adds another change's writes.
    pub fn append(&mut self, other: Self) {
        for write in other.writes {
            match write {
                Write::Tally(tally, by) => self.tally(tally, by),
                Write::Check(name, rev) => self.check(name, rev),
                Write::Update(record, rev) => self.replace(record, rev),
                write => self.writes.push(write),
            }
        }
    }
}
