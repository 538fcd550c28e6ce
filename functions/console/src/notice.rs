//! What staff are told of a creation for sixteen hours (requirement L9).

use serde_json::Value;
use shared::domain::wording::MailLanguage;
use shared::http::views::CREATED;

use crate::api::Api;
use crate::frame::text;
use crate::words::Say as _;

/// The notice.
#[derive(Debug)]
pub(crate) struct Notice {
    /// What it says; empty where there is none.
    pub(crate) text: String,
    /// Whether nothing is left to do.
    pub(crate) is_well: bool,
}

impl Notice {
    /// What is told right after a creation.
    pub(crate) fn of_creation(&self, lang: MailLanguage) -> String {
        if self.text.is_empty() { lang.say("The user is created.").to_owned() } else { self.text.clone() }
    }

    /// What is told right after an access was given to somebody who was there.
    pub(crate) fn of_access(&self, lang: MailLanguage) -> String {
        format!("{} {}", lang.say("The access is given."), self.text).trim_end().to_owned()
    }

    /// That of a contact.
    pub(crate) fn of(api: &Api, contact: &Value) -> Self {
        let told = text(contact, "/notice/text");
        Self { text: api.told(&told), is_well: told.is_empty() || told == CREATED }
    }
}
