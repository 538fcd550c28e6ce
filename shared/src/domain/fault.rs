//! Refusals: why something asked for is not done. Each has a stable code; HTTP gives it a status.

use super::id::{ContactId, UserKey};
use super::link::State;

/// One fault of one field (`errors[]` of `api.md`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field, with dots: `credential.password`.
    pub field: String,
    /// The stable code.
    pub code: &'static str,
    /// What is wrong, for a person.
    pub message: String,
}

impl Fault {
    /// A fault of `field`.
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }
}

/// Why something asked for is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Fields are missing or wrong; all of them at once.
    Invalid(Vec<Fault>),
    /// The password breaks these rules (requirement P3). Nothing is used up.
    PasswordRejected(Vec<Fault>),
    /// There is no such thing in the asker's scope.
    NotFound,
    /// The asker may not do this.
    Forbidden(&'static str, String),
    /// The state of things forbids it.
    Conflict(&'static str, String),
    /// The email has a login already. Staff see who holds it (requirement O8).
    EmailTaken {
        /// The person.
        user: UserKey,
        /// Their contacts.
        contacts: Vec<ContactId>,
    },
    /// The link is over.
    LinkOver(State),
    /// Sign-in failed, for whatever reason (requirement P5).
    InvalidCredentials,
    /// The version given is not the present one (requirement O9).
    Stale,
}

impl Refusal {
    /// Refuses for one field.
    pub fn field(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Fault::new(field, code, message)])
    }

    /// Refuses because the state forbids it.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Conflict(code, detail.into())
    }

    /// Refuses because the asker may not.
    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Forbidden(code, detail.into())
    }
}
