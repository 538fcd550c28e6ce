//! What the API answers, as its own words have it: `{}` where something of its own stands, which stays as it is. What has no
//! words here is said as the API says it.

mod besides;
mod fields;
mod refused;

use std::borrow::Cow;

use shared::domain::role;
use shared::domain::wording::MailLanguage;
use shared::phrases::Phrase;

use super::Say as _;

/// Every answer that has words.
pub fn all() -> impl Iterator<Item = &'static Phrase> {
    [fields::PHRASES, refused::PHRASES, besides::PHRASES].into_iter().flatten()
}

/// What the API answered, in this language; none where no words are known for it.
pub fn answered(answer: &str, lang: MailLanguage) -> Option<String> {
    all().chain(shared::phrases::all()).find_map(|phrase| {
        let values: Vec<_> = between(answer, phrase[0])?.into_iter().map(|value| in_words(value, lang)).collect();
        // Names are written plainly; what people read has apostrophes.
        Some(fill(&phrase[lang as usize].replace('\'', "’"), &values))
    })
}

/// What a permission permits, in quotes, in place of its name; anything else as it is.
fn in_words(value: &str, lang: MailLanguage) -> Cow<'_, str> {
    let words = role::in_words(&[value.to_owned()]);
    let Some(words) = words.first().map(|words| lang.say(words).trim_end_matches('.')) else { return value.into() };
    let (opens, closes) = match lang {
        MailLanguage::En => ("“", "”"),
        MailLanguage::De => ("„", "“"),
        MailLanguage::Fr => ("«\u{a0}", "\u{a0}»"),
        MailLanguage::Es => ("«", "»"),
    };
    format!("{opens}{words}{closes}").into()
}

/// What stands in a text where this one has `{}`; none where the text is another one.
fn between<'a>(text: &'a str, pattern: &str) -> Option<Vec<&'a str>> {
    let Some((before, rest)) = pattern.split_once("{}") else { return (text == pattern).then(Vec::new) };
    let text = text.strip_prefix(before)?;
    let next = rest.split("{}").next().unwrap_or_default();
    // What stands last goes as far as it can, everything else as far as it has to.
    let at = if next == rest { text.strip_suffix(rest)?.len() } else { text.find(next)? };
    let mut values = vec![&text[..at]];
    values.extend(between(&text[at..], rest)?);
    Some(values)
}

/// A text with these in place of its `{}`, in order.
pub(crate) fn fill(text: &str, values: &[impl AsRef<str>]) -> String {
    let mut filled = String::new();
    let mut values = values.iter();
    for (at, part) in text.split("{}").enumerate() {
        if at > 0 {
            filled.push_str(values.next().map_or("", AsRef::as_ref));
        }
        filled.push_str(part);
    }
    filled
}
