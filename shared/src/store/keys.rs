//! Every key of the table, in one place.

use sha2::{Digest, Sha256};

use crate::domain::attention::Why;
use crate::domain::audit::Subject;
use crate::domain::change::{AttemptsKey, Ref};
use crate::domain::counter::{Counter, CounterKind};
use crate::domain::id::SiteId;
use crate::domain::tally::Tally;
use crate::domain::wording::WordingKey;

/// Over how many partitions the index of what is due is spread.
pub const DUE_SHARDS: u8 = 16;

/// The partition of what the sweep did: a run a minute at most writes there.
pub(super) const SWEEPS: &str = "SWEEPS";

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub pk: String,
    pub sk: String,
}

impl Key {
    fn alone(pk: String, sk: &str) -> Self {
        Self { pk, sk: sk.to_owned() }
    }

    /// The partition of the index of what is due.
    pub(super) fn due_shard(&self) -> String {
        let shard = Sha256::digest(&self.pk)[0] % DUE_SHARDS;
        due_shard(shard)
    }
}

/// The partition of the index of what is due, by its number.
pub(super) fn due_shard(shard: u8) -> String {
    format!("DUE#{shard:02}")
}

/// The partition of that index in which those lie that staff are to look at.
pub(super) fn attention(why: Why) -> String {
    format!("ATTENTION#{}", why.as_str())
}

/// The key of a record.
pub(super) fn key(name: &Ref) -> Key {
    match name {
        Ref::Organization(id) => Key::alone(format!("ORG#{id}"), "ORG"),
        Ref::Number(kind, number) => {
            // A number is free text: hashed, it can't reach another record's key.
            Key::alone(format!("NUMBER#{}#{}", kind.as_str(), hex(&Sha256::digest(number))), "NUMBER")
        }
        Ref::Contact(id) => Key::alone(format!("CONTACT#{id}"), "CONTACT"),
        Ref::User(id) => Key::alone(format!("USER#{id}"), "USER"),
        Ref::Login(login) => Key::alone(format!("LOGIN#{login}"), "LOGIN"),
        Ref::Link(id) => Key::alone(format!("LINK#{id}"), "LINK"),
        Ref::Mail(id) => Key::alone(format!("MAIL#{id}"), "MAIL"),
        Ref::Suppression(address) => Key::alone(format!("ADDRESS#{address}"), "ADDRESS"),
        Ref::Session(user, id) => Key { pk: format!("USER#{user}"), sk: format!("SESSION#{id}") },
        Ref::Attempts(AttemptsKey::User(user)) => Key::alone(format!("USER#{user}"), "ATTEMPTS"),
        Ref::Attempts(AttemptsKey::Device(user, device)) => {
            Key { pk: format!("USER#{user}"), sk: format!("ATTEMPTS#{}", hex(device)) }
        }
        Ref::Attempts(AttemptsKey::Unknown(login)) => Key::alone(format!("USER#{login}"), "ATTEMPTS"),
        Ref::Settings => Key::alone("SETTINGS".to_owned(), "SETTINGS"),
        Ref::Logo(site) => Key::alone(format!("LOGO#{site}"), "LOGO"),
        Ref::Wording(WordingKey { site, template, language }) => {
            Key { pk: wordings(*site), sk: format!("{}#{}", template.as_str(), language.as_str()) }
        }
        Ref::Sweep(id) => Key { pk: SWEEPS.to_owned(), sk: id.to_string() },
        Ref::Tally(Tally::Role(name)) => Key::alone(format!("TALLY#role#{}", name.as_str()), "TALLY"),
        Ref::Tally(Tally::Seats(kind, shard)) => {
            Key::alone(format!("TALLY#seats#{}#{shard:02}", kind.as_str()), "TALLY")
        }
        Ref::Tally(Tally::Gate(kind)) => Key::alone(format!("TALLY#gate#{}", kind.as_str()), "TALLY"),
        Ref::Replay(hash) => Key::alone(format!("REPLAY#{}", hex(hash)), "REPLAY"),
    }
}

/// The partition of a site's wordings.
pub(super) fn wordings(site: SiteId) -> String {
    format!("WORDING#{site}")
}

/// The key of a counter.
pub(super) fn counter(counter: &Counter) -> Key {
    let kind = match counter.kind {
        CounterKind::SourceFailures => "SOURCE_FAILURES",
        CounterKind::SourceRequests => "SOURCE_REQUESTS",
        CounterKind::OverallFailures => "OVERALL_FAILURES",
        CounterKind::OverallRequests => "OVERALL_REQUESTS",
        CounterKind::AddressRequests => "ADDRESS_REQUESTS",
        CounterKind::EmailChanges => "EMAIL_CHANGES",
        CounterKind::AddressConfirmations => "ADDRESS_CONFIRMATIONS",
        CounterKind::LockedAttempts => "LOCKED_ATTEMPTS",
        CounterKind::Padding => "PADDING",
    };
    Key { pk: format!("COUNT#{kind}#{}", hex(&counter.of)), sk: format!("WINDOW#{}", counter.window) }
}

/// The partition of a subject's audit entries.
pub(super) fn audit(subject: &Subject) -> String {
    match subject {
        Subject::Contact(contact) => format!("AUDIT#{contact}"),
        Subject::Business => "AUDIT#business".to_owned(),
        Subject::Organization(organization) => format!("AUDIT#{organization}"),
        Subject::UnknownLogin(key) => format!("AUDIT#unknown#{key:016x}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
