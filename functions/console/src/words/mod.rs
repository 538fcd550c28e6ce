//! What the console says, in each language, by subject. The English text is the key to the others, as in [`shared::phrases`];
//! what other pages say as well stands there alone. Only the console carries these.

mod access;
pub mod answers;
mod attention;
mod contact;
mod deeds;
mod details;
mod everywhere;
mod names;
mod new_user;
mod organization;
mod people;
mod permissions;
mod roles;
mod settings;
mod sites;
mod wordings;

use std::fmt::Display;

pub use answers::answered;
pub(crate) use answers::fill;
use shared::domain::wording::MailLanguage;
use shared::phrases::Phrase;

/// Every text that the console has of its own, but for the API's.
pub fn all() -> impl Iterator<Item = &'static Phrase> {
    let tables: [&[Phrase]; 15] = [
        everywhere::PHRASES,
        people::PHRASES,
        new_user::PHRASES,
        contact::PHRASES,
        deeds::PHRASES,
        access::PHRASES,
        details::PHRASES,
        organization::PHRASES,
        attention::PHRASES,
        settings::PHRASES,
        sites::PHRASES,
        roles::PHRASES,
        permissions::PHRASES,
        wordings::PHRASES,
        names::PHRASES,
    ];
    tables.into_iter().flatten()
}

/// A language, as the console speaks it.
pub trait Say: Copy {
    /// This text in this language; what none is known of, as it is.
    fn say(self, english: &str) -> &str;
    /// This text with its `{}` filled.
    fn say_with(self, english: &str, value: impl Display) -> String;
    /// What of this text stands before its `{}`, and what after it.
    fn say_around(self, english: &str) -> (&str, &str);
    /// A text of its own, as it stands after a colon: German begins its nouns alike.
    fn within(self, said: &str) -> String;
}

impl Say for MailLanguage {
    fn say(self, english: &str) -> &str {
        let mut every = all().chain(shared::phrases::all());
        every.find(|phrase| phrase[0] == english).map_or(english, |phrase| phrase[self as usize])
    }

    fn say_with(self, english: &str, value: impl Display) -> String {
        self.say(english).replacen("{}", &value.to_string(), 1)
    }

    fn say_around(self, english: &str) -> (&str, &str) {
        let said = self.say(english);
        said.split_once("{}").unwrap_or((said, ""))
    }

    fn within(self, said: &str) -> String {
        let mut letters = said.chars();
        let first = letters.next().filter(|_| self != Self::De);
        first.map_or_else(|| said.to_owned(), |first| first.to_lowercase().chain(letters).collect())
    }
}
