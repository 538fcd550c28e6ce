//! An audit entry as an event: what `docs/events.md` promises, and nothing of where it came from.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use shared::domain::audit::{Action, Delta, Entry, Subject, Via};

/// Whose events these are.
pub(crate) const SOURCE: &str = "latchkey";

/// An event.
#[derive(Debug, Clone)]
pub struct Event {
    /// What was done, such as `access_granted`.
    pub detail_type: String,
    /// When.
    pub at: Timestamp,
    /// The rest, as JSON.
    pub detail: String,
}

#[derive(Serialize)]
struct Detail<'a> {
    id: String,
    number: Option<u64>,
    at: String,
    action: Action,
    via: Via,
    subject: About,
    organization: Option<String>,
    user: Option<String>,
    notifications: Option<bool>,
    actor: Option<Actor>,
    changes: BTreeMap<&'a str, Change<'a>>,
}

#[derive(Serialize)]
struct About {
    kind: &'static str,
    id: Option<String>,
}

#[derive(Serialize)]
struct Actor {
    user: String,
    contact: Option<String>,
    organization: Option<String>,
}

#[derive(Serialize)]
struct Change<'a> {
    before: Option<&'a str>,
    after: Option<&'a str>,
}

impl<'a> Change<'a> {
    fn of(delta: &'a Delta) -> Self {
        Self { before: delta.before.as_deref(), after: delta.after.as_deref() }
    }
}

impl Event {
    /// The event of an entry.
    pub fn of(entry: &Entry) -> Self {
        let (kind, id) = match entry.subject {
            Subject::Contact(id) => ("contact", Some(id.to_string())),
            Subject::Organization(id) => ("organization", Some(id.to_string())),
            Subject::Business => ("business", None),
            // Never published; what was typed is not told in any case.
            Subject::UnknownLogin(_) => ("unknown", None),
        };
        let detail = Detail {
            id: entry.id.to_string(),
            number: entry.number,
            at: entry.at.to_string(),
            action: entry.action,
            via: entry.via,
            subject: About { kind, id },
            organization: entry.organization.map(|id| id.to_string()),
            user: entry.user.map(|id| id.to_string()),
            notifications: entry.notifications,
            actor: entry.actor.map(|user| Actor {
                user: user.to_string(),
                contact: entry.actor_contact.map(|id| id.to_string()),
                organization: entry.actor_organization.map(|id| id.to_string()),
            }),
            changes: entry.changes.iter().map(|(field, delta)| (field.as_str(), Change::of(delta))).collect(),
        };
        Self {
            detail_type: entry.action.to_string(),
            at: entry.at,
            // Texts and numbers alone: there is nothing in it that JSON does not have.
            detail: serde_json::to_string(&detail).unwrap_or_default(),
        }
    }

    /// Its size as EventBridge counts it, in bytes.
    pub(crate) fn size(&self) -> usize {
        const TIME: usize = 14;
        TIME + SOURCE.len() + self.detail_type.len() + self.detail.len()
    }
}
