//! What staff are told of a creation for sixteen hours (requirement L9).

use serde_json::Value;
use shared::http::views::CREATED;

use crate::api::Api;
use crate::frame::text;

/// The notice.
#[derive(Debug)]
pub(crate) struct Notice {
    /// What it says; empty where there is none.
    pub(crate) text: String,
    /// Whether nothing is left to do.
    pub(crate) is_well: bool,
}

impl Notice {
    /// That of a contact.
    pub(crate) fn of(api: &Api, contact: &Value) -> Self {
        let told = text(contact, "/notice/text");
        Self { text: api.told(&told), is_well: told.is_empty() || told == CREATED }
    }
}
