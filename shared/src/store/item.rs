//! Records as items: the record's own fields beside its key, its type, its revision and what the table does with it.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;

use super::StoreError;
use super::find;
use super::keys::{self, Key};
use crate::domain::attention::Why;
use crate::domain::change::{AttemptsKey, Record, Rev, Stored};
use crate::domain::link::State;
use crate::domain::lockout::LOCK_AFTER_LEAST;
use crate::domain::mail::Fate;

pub(super) type Item = HashMap<String, AttributeValue>;

/// How long a link's or mail's record is kept, in days, so that its page can tell what became of it (requirement L6).
pub(super) const KEPT_DAYS: i64 = 90;
/// How long a session's record is kept, in days: longer than the longest session.
const SESSION_DAYS: i64 = 8;
/// How long failures of a device, or of a name that nobody has, are kept, in days.
const ATTEMPTS_DAYS: i64 = 30;

/// The item of a record, at this revision.
pub(super) fn to_item(record: &Record, rev: Rev) -> Result<Item, StoreError> {
    let key = keys::key(&record.name());
    let (kind, mut item) = match record {
        Record::Organization(it) => ("organization", fields(it)?),
        Record::Number(_, _, organization) => {
            ("number", HashMap::from([("organization".to_owned(), AttributeValue::S(organization.to_string()))]))
        }
        Record::Contact(it) => ("contact", fields(it)?),
        Record::User(it) => ("user", fields(it)?),
        Record::Login(_, it) => ("login", fields(it)?),
        Record::Link(it) => ("link", fields(it)?),
        Record::Mail(it) => ("mail", fields(it)?),
        Record::Suppression(_, it) => ("suppression", fields(it)?),
        Record::Session(it) => ("session", fields(it)?),
        Record::Attempts(_, it) => ("attempts", fields(it)?),
        Record::Settings(it) => ("settings", fields(it)?),
        Record::Logo(_, it) => ("logo", fields(it)?),
        Record::Wording(_, it) => ("wording", fields(it)?),
        Record::Sweep(it) => ("sweep", fields(it)?),
        Record::Tally(_, it) => ("tally", fields(it)?),
        Record::Replay(_, it) => ("replay", fields(it)?),
    };
    let waits = due_at(record).map(|at| (key.due_shard(), at));
    if let Some((shard, at)) = waits.or_else(|| attention(record).map(|(why, at)| (keys::attention(why), at))) {
        item.insert("due_shard".to_owned(), AttributeValue::S(shard));
        item.insert("due_at".to_owned(), AttributeValue::N(at.as_millisecond().to_string()));
    }
    if let Some(at) = gone_at(record) {
        item.insert("ttl".to_owned(), seconds(at));
    }
    item.extend(find::attributes(record).into_iter().map(|(name, text)| (name.to_owned(), AttributeValue::S(text))));
    item.insert("type".to_owned(), AttributeValue::S(kind.to_owned()));
    item.insert("rev".to_owned(), AttributeValue::N(rev.to_string()));
    item.extend(key_fields(&key));
    Ok(item)
}

/// A point in time, as the table's TTL wants it.
pub(super) fn seconds(at: Timestamp) -> AttributeValue {
    AttributeValue::N(at.as_second().to_string())
}

/// The attributes of a key.
pub(super) fn key_fields(key: &Key) -> [(String, AttributeValue); 2] {
    [("pk".to_owned(), AttributeValue::S(key.pk.clone())), ("sk".to_owned(), AttributeValue::S(key.sk.clone()))]
}

/// The record of an item.
pub(super) fn from_item<T: DeserializeOwned>(item: Item) -> Result<Stored<T>, StoreError> {
    let rev = item
        .get("rev")
        .and_then(|rev| rev.as_n().ok())
        .and_then(|rev| rev.parse().ok())
        .ok_or_else(|| StoreError::Malformed("no revision".to_owned()))?;
    let value = serde_dynamo::from_item(item).map_err(|error| StoreError::Malformed(error.to_string()))?;
    Ok(Stored { value, rev })
}

/// The fields of anything that serialises as a record.
pub(super) fn fields(value: &impl serde::Serialize) -> Result<Item, StoreError> {
    serde_dynamo::to_item(value).map_err(|error| StoreError::Malformed(error.to_string()))
}

/// When the sweep has to see to it.
fn due_at(record: &Record) -> Option<Timestamp> {
    match record {
        Record::Mail(mail) if mail.fate == Fate::Queued => Some(mail.retry_at),
        Record::Link(link) if link.ended.is_none() => link.remind_at.or_else(|| link.expires_at()),
        _ => None,
    }
}

/// Why staff are to look at what hangs on it, and since when: it did not arrive, its time passed unused, or it may lock.
fn attention(record: &Record) -> Option<(Why, Timestamp)> {
    match record {
        Record::Mail(mail) if mail.is_stuck() => Some((Why::MailStuck, mail.created_at)),
        Record::Link(link) if link.ended == Some(State::Expired) && link.purpose.is_invitation() => {
            Some((Why::InvitationExpired, link.expires_at()?))
        }
        // How many failures lock is a setting: whether these do is decided where they are read.
        Record::Attempts(AttemptsKey::User(_), attempts) if attempts.failures >= LOCK_AFTER_LEAST => {
            Some((Why::LoginLocked, attempts.last_failure_at?))
        }
        _ => None,
    }
}

/// When the table may delete it. Housekeeping: nothing is decided by it (requirement L3).
fn gone_at(record: &Record) -> Option<Timestamp> {
    let days = |at: Timestamp, days: i64| Some(at + SignedDuration::from_hours(24 * days));
    match record {
        Record::Link(link) => days(link.expires_at().unwrap_or(link.created_at), KEPT_DAYS),
        Record::Mail(mail) if mail.fate != Fate::Queued => days(mail.created_at, KEPT_DAYS),
        Record::Session(session) => days(session.created_at, SESSION_DAYS),
        Record::Attempts(AttemptsKey::Device(..) | AttemptsKey::Unknown(_), attempts) => {
            days(attempts.last_failure_at.or(attempts.last_sign_in_at)?, ATTEMPTS_DAYS)
        }
        Record::Sweep(run) => days(run.ended_at, KEPT_DAYS),
        Record::Replay(_, replay) => Some(replay.kept_until),
        _ => None,
    }
}
