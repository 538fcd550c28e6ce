//! What pages say, in each language. The English text that a page asks for is the key to the others; what none is known of is
//! said in English.

mod account;
mod everywhere;
mod links;
mod moment;
mod names;
mod passwords;
mod problems;
mod sign_in;

use std::fmt::Display;

use crate::domain::wording::MailLanguage;

/// A text in each language, in the order of [`MailLanguage::ALL`]. `{}` is where something stands that is known later.
pub type Phrase = [&'static str; 4];

/// Every text.
pub fn all() -> impl Iterator<Item = &'static Phrase> {
    let tables: [&[Phrase]; 7] = [
        everywhere::PHRASES,
        sign_in::PHRASES,
        links::PHRASES,
        passwords::PHRASES,
        account::PHRASES,
        names::PHRASES,
        problems::PHRASES,
    ];
    tables.into_iter().flatten()
}

impl MailLanguage {
    /// This text in this language.
    pub fn t(self, english: &'static str) -> &'static str {
        all().find(|phrase| phrase[0] == english).map_or(english, |phrase| phrase[self as usize])
    }

    /// This text with its `{}` filled.
    pub fn fill(self, english: &'static str, value: impl Display) -> String {
        self.t(english).replacen("{}", &value.to_string(), 1)
    }

    /// What of this text stands before its `{}`, and what after it.
    pub fn around(self, english: &'static str) -> (&'static str, &'static str) {
        let said = self.t(english);
        said.split_once("{}").unwrap_or((said, ""))
    }
}
