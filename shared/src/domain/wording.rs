//! How mails are worded: subject, text and HTML of each, by site and language (requirement L12).

use serde::{Deserialize, Serialize};

use super::id::SiteId;
use super::mail::Template;
use super::text::{self, Language, Malformed};

/// Most characters of a subject.
pub const MOST_SUBJECT: usize = 200;
/// Most characters of a mail's text, and of its HTML.
pub const MOST_BODY: usize = 6_000;

/// A language that mails and pages are written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the language of its code")]
pub enum MailLanguage {
    #[default]
    En,
    De,
    Fr,
    Es,
}

impl MailLanguage {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::En, Self::De, Self::Fr, Self::Es];

    /// Its code (ISO 639-1), as it stands on the wire and in a mail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Es => "es",
        }
    }

    /// Reads the code.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }

    /// The one for who reads `theirs`, whatever the region; where mails aren't written in it, the site's.
    pub fn of(theirs: Option<&Language>, site: Self) -> Self {
        let code = theirs.and_then(|language| language.as_str().split('-').next());
        code.and_then(Self::parse).unwrap_or(site)
    }
}

/// Names a wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WordingKey {
    /// Of which site's mails.
    pub site: SiteId,
    /// Of which mail.
    pub template: Template,
    /// In which language.
    pub language: MailLanguage,
}

/// A mail's wording, with placeholders: `{{ first_name }}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// One line.
    pub subject: String,
    /// As text, lines ended by a line feed.
    pub text: String,
    /// As HTML: what stands between the layout's head and foot.
    pub html: String,
}

/// What the business made of a wording.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnWording {
    /// Its own; none where the standard one was put back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wording: Option<Wording>,
    /// Moves with each edit; zero before the first.
    pub version: u32,
}

/// Reads a subject.
///
/// # Errors
/// Empty, too long, or more than a line.
pub fn parse_subject(text: &str) -> Result<String, Malformed> {
    text::tidy(text, MOST_SUBJECT)
}

/// Reads a mail's text or HTML.
///
/// # Errors
/// Empty, too long, or holding characters that can't be seen, other than ends of lines and tabs.
pub fn parse_body(text: &str) -> Result<String, Malformed> {
    text::tidy_lines(text, MOST_BODY)
}
