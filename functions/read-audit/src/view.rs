//! An audit entry as it is answered.

use std::collections::BTreeMap;

use serde::Serialize;
use shared::domain::audit::{Action, Delta, Entry, Subject, Via};
use utoipa::ToSchema;

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditActor)]
pub(crate) struct ActorView {
    /// `usr_…`.
    user: String,
    /// The contact whose access they did it with: `con_…`.
    contact: Option<String>,
}

/// A field before and after.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditChange)]
pub(crate) struct DeltaView {
    /// Before; null where it was not there.
    before: Option<String>,
    /// After; null where it is gone.
    after: Option<String>,
}

/// Something that was done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub(crate) struct EntryView {
    /// `aud_…`.
    id: String,
    /// When.
    at: String,
    /// What, such as `access_granted`.
    #[schema(value_type = String)]
    action: Action,
    /// On whose word: `staff`, `user`, `link`, `public`, `sweep`, `mail` or `operator`.
    #[schema(value_type = String)]
    via: Via,
    /// Who; null where nobody was signed in, or for one of the staff to whoever is not.
    actor: Option<ActorView>,
    /// The contact that it was done to: `con_…`.
    contact: Option<String>,
    /// Where: `org_…`.
    organization: Option<String>,
    /// What changed, by field. Never a secret.
    changes: BTreeMap<String, DeltaView>,
    /// From which address; null where there was none, or for one of the staff to whoever is not.
    source: Option<String>,
    /// The request's id.
    request: Option<String>,
    /// What its event is ordered by; null where there is none, or for whoever is not of the staff.
    number: Option<u64>,
}

impl From<&Entry> for EntryView {
    fn from(entry: &Entry) -> Self {
        let told = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let delta = |delta: &Delta| DeltaView { before: delta.before.clone(), after: delta.after.clone() };
        Self {
            id: entry.id.to_string(),
            at: entry.at.to_string(),
            action: entry.action,
            via: entry.via,
            actor: entry.actor.map(|user| ActorView {
                user: user.to_string(),
                contact: entry.actor_contact.map(|contact| contact.to_string()),
            }),
            contact: match entry.subject {
                Subject::Contact(contact) => Some(contact.to_string()),
                Subject::Business | Subject::Organization(_) | Subject::UnknownLogin(_) => None,
            },
            organization: entry.organization.map(|organization| organization.to_string()),
            changes: entry.changes.iter().map(|(field, change)| (field.clone(), delta(change))).collect(),
            source: told(&entry.source),
            request: told(&entry.request),
            number: entry.number,
        }
    }
}
