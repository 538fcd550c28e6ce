//! Text that people type: names, numbers, labels. Nothing invisible gets in (`security.md` IN-04, IN-05).

use std::fmt;

use icu_normalizer::ComposingNormalizerBorrowed;
use serde::{Deserialize, Serialize};

/// Why a text was refused. Serves every parsed newtype of the domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// Longer than this many characters.
    #[error("must be at most {0} characters long")]
    TooLong(usize),
    /// Holds a character that can't be seen or that changes how others are read.
    #[error("must not hold control, invisible or text-direction characters")]
    Invisible,
    /// Not of the form the field has.
    #[error("{0}")]
    Form(&'static str),
}

impl Malformed {
    /// The stable code for `errors[].code`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "required",
            Self::TooLong(_) => "too_long",
            Self::Invisible => "invisible_characters",
            Self::Form(_) => "invalid",
        }
    }
}

/// Control, zero-width, bidirectional and other characters that a reader can't see.
pub(super) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFF}' | '\u{E000}'..='\u{F8FF}' | '\u{E0000}'..='\u{E0FFF}'
            | '\u{F0000}'..='\u{10FFFF}')
}

/// The one form of a text that can be written in several: Unicode's NFC.
pub(super) fn nfc(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

pub(super) fn tidy(text: &str, most: usize) -> Result<String, Malformed> {
    // Line ends and the like are white space too, and are not trimmed away but refused.
    let text = nfc(text.trim_matches(|c: char| c.is_whitespace() && !is_invisible(c)));
    if text.is_empty() {
        Err(Malformed::Empty)
    } else if text.chars().count() > most {
        Err(Malformed::TooLong(most))
    } else if text.chars().any(is_invisible) {
        Err(Malformed::Invisible)
    } else {
        Ok(text)
    }
}

/// [`tidy`] for a text of many lines, which end in a line feed each; what stands at the end of one is nothing.
pub(super) fn tidy_lines(text: &str, most: usize) -> Result<String, Malformed> {
    let text = nfc(&text.replace("\r\n", "\n"));
    let text = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_matches('\n').to_owned();
    if text.is_empty() {
        Err(Malformed::Empty)
    } else if text.chars().count() > most {
        Err(Malformed::TooLong(most))
    } else if text.chars().any(|c| is_invisible(c) && c != '\n' && c != '\t') {
        Err(Malformed::Invisible)
    } else {
        Ok(text + "\n")
    }
}

/// A name that nobody can read is none: of marks or blanks alone.
fn readable(text: String) -> Result<String, Malformed> {
    let is_readable = text.chars().any(char::is_alphanumeric);
    if is_readable { Ok(text) } else { Err(Malformed::Form("must hold a letter or a digit")) }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident, $most:literal, $check:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Trims, normalises to NFC and checks.
            ///
            /// # Errors
            /// Empty, too long, or holding characters that can't be seen.
            pub fn parse(text: &str) -> Result<Self, Malformed> {
                tidy(text, $most).and_then($check).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

texts! {
    /// A person's first or last name: 1 to 100 characters.
    PersonName, 100, readable;
    /// The name of an organization, a site or the business: 1 to 200 characters.
    Name, 200, readable;
    /// An organization's number (customer number, partner ID): 1 to 64 characters, unique within its kind.
    Number, 64, Ok;
    /// What a person is at an organization: 1 to 100 characters.
    Title, 100, readable;
}

macro_rules! forms {
    ($($(#[$doc:meta])* $name:ident, $most:literal, $holds:ident, $wrong:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Trims and checks.
            ///
            /// # Errors
            /// Empty, too long, or not of this form.
            pub fn parse(text: &str) -> Result<Self, Malformed> {
                let text = tidy(text, $most)?;
                if $holds(&text) { Ok(Self(text)) } else { Err(Malformed::Form($wrong)) }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

forms! {
    /// A phone number as people write it.
    Phone, 40, is_phone, "must be a phone number, such as +44 20 7946 0958";
    /// A language as BCP 47 has it: a language, and a region where it matters.
    Language, 6, is_language, "must be a language, such as en or de-AT";
    /// A time zone of the IANA database, by its form: `Europe/Berlin`.
    TimeZone, 64, is_time_zone, "must be a time zone, such as Europe/Berlin";
}

fn is_phone(text: &str) -> bool {
    text.chars().filter(char::is_ascii_digit).count() >= 3
        && text.chars().all(|c| c.is_ascii_digit() || " +-./()x".contains(c))
}

fn is_language(text: &str) -> bool {
    let (language, region) = text.split_once('-').map_or((text, None), |(language, region)| (language, Some(region)));
    matches!(language.len(), 2 | 3)
        && language.chars().all(|c| c.is_ascii_lowercase())
        && region.is_none_or(|region| region.len() == 2 && region.chars().all(|c| c.is_ascii_uppercase()))
}

fn is_time_zone(text: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "_+-".contains(c))
    };
    text == "UTC" || (text.contains('/') && text.split('/').all(part))
}

impl Number {
    /// The form in which two numbers are compared: without case.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_normalised() {
        assert_eq!(Name::parse("  Cafe\u{301} ").expect("a name").as_str(), "Café");
    }

    #[test]
    fn a_name_that_hides_something_is_refused() {
        for hidden in ["a\0b", "a\r\nb", "a\u{202E}b", "a\u{200B}b", "a\u{2028}b", "a\u{85}b", "a\u{FEFF}b"] {
            assert_eq!(Name::parse(hidden), Err(Malformed::Invisible), "{hidden:?}");
        }
    }

    #[test]
    fn a_name_has_its_length_at_most() {
        assert!(PersonName::parse(&"é".repeat(100)).is_ok());
        assert_eq!(PersonName::parse(&"é".repeat(101)), Err(Malformed::TooLong(100)));
    }
}
