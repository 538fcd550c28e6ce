//! A wording with its placeholders filled. Values are escaped by where they stand; nobody's name can become a link.

use std::collections::BTreeMap;

use askama::filters::{Escaper as _, Html};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};

use super::Rendered;
use super::phrases::Phrases;
use super::words::Words;
use crate::domain::wording::Wording;

/// How much a wording may do: instructions and what they write cost, a mail some thousands.
const FUEL: u64 = 100_000;

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Lines of text.
    Text,
    /// HTML, in which values are escaped.
    Html,
}

/// Renders a mail.
///
/// # Errors
/// The wording is none: see [`check`](super::check::check).
pub(super) fn render(wording: &Wording, words: &Words) -> Result<Rendered, Error> {
    let subject = one_line(&fill(&wording.subject, Kind::Text, words)?);
    let text = laid_out(Kind::Text, &subject, &fill(&wording.text, Kind::Text, words)?, words)?;
    let html = laid_out(Kind::Html, &subject, &fill(&wording.html, Kind::Html, words)?, words)?;
    Ok(Rendered { subject, text, html })
}

/// Fills one part of a wording.
///
/// # Errors
/// It is not well-formed, or asks for what is not there.
pub(super) fn fill(source: &str, kind: Kind, words: &Words) -> Result<String, Error> {
    let mut engine = engine(kind);
    let (accent, phrases) = (words.accent.to_string(), Phrases::of(words.language));
    engine.add_function("button", move |label: String, url: String| {
        let values = [("label", label), ("url", url), ("accent", accent.clone())];
        let values = values.into_iter().chain([("button_fails", phrases.button_fails.to_owned())]);
        ours(Kind::Html, include_str!("../../templates/emails/button.html"), values).map(Value::from_safe_string)
    });
    let sign_in = sign_in(kind, words)?;
    engine.add_global("sign_in", Value::from_safe_string(sign_in));
    let placeholders = super::words::NAMES.into_iter().filter_map(|name| Some((name, Value::from(words.get(name)?))));
    engine.render_str(source, placeholders.collect::<BTreeMap<&str, Value>>())
}

/// An engine that knows placeholders and conditions, and nothing besides.
fn engine(kind: Kind) -> Environment<'static> {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    engine.set_formatter(move |out, _, value| {
        let text = value.to_string();
        let written = match kind {
            Kind::Html if !value.is_safe() => Html.write_escaped_str(out, &text),
            Kind::Text | Kind::Html => out.write_str(&text),
        };
        written.map_err(|_| Error::from(ErrorKind::WriteFailure))
    });
    engine
}

/// One of the pieces that are not the business's to word.
fn ours(kind: Kind, source: &str, values: impl IntoIterator<Item = (&'static str, String)>) -> Result<String, Error> {
    let values = values.into_iter().map(|(name, text)| (name, Value::from(text)));
    engine(kind).render_str(source, values.collect::<BTreeMap<&str, Value>>())
}

fn sign_in(kind: Kind, words: &Words) -> Result<String, Error> {
    let phrases = Phrases::of(words.language);
    let source = match kind {
        Kind::Text => include_str!("../../templates/emails/sign_in.txt"),
        Kind::Html => include_str!("../../templates/emails/sign_in.html"),
    };
    let said = [
        ("heading", phrases.heading),
        ("where_to", phrases.where_to),
        ("login_name", phrases.login_name),
        ("or_user_id", phrases.or_user_id),
        ("your_administrator", phrases.your_administrator),
        ("sign_in_url", &words.sign_in_url),
        ("login_email", &words.login_email),
        ("user_id", &words.user_id),
        ("administrator", &words.administrator),
    ];
    let said = said.map(|(name, text)| (name, text.to_owned()));
    ours(kind, source, said.into_iter().chain([("accent", words.accent.to_string())]))
}

fn laid_out(kind: Kind, subject: &str, content: &str, words: &Words) -> Result<String, Error> {
    let source = match kind {
        Kind::Text => include_str!("../../templates/emails/layout.txt"),
        Kind::Html => include_str!("../../templates/emails/layout.html"),
    };
    let values = [
        ("subject", subject),
        ("language", words.language.as_str()),
        ("site_name", &words.site_name),
        ("business", &words.business),
        ("administrator", &words.administrator),
        ("questions", words.language.t("Questions? Write to")),
        ("accent", &words.accent.to_string()),
        ("accent_on_dark", &words.accent.on_dark().to_string()),
    ]
    .map(|(name, text)| (name, Value::from(text)));
    let content = ("content", Value::from_safe_string(content.trim_end().to_owned()));
    let mut laid_out =
        engine(kind).render_str(source, values.into_iter().chain([content]).collect::<BTreeMap<&str, Value>>())?;
    laid_out.push('\n');
    Ok(laid_out)
}

/// A subject is one line, whatever its placeholders hold (`security.md` ML-01).
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::color::Color;
    use crate::domain::mail::Template;
    use crate::domain::wording::MailLanguage;
    use crate::mail::standard::standard;
    use crate::mail::words::without_links;

    fn words(language: MailLanguage) -> Words {
        Words {
            first_name: "Ada".to_owned(),
            organization: "Acme".to_owned(),
            login_email: "ada@example.com".to_owned(),
            user_id: "ada.byron".to_owned(),
            link: "https://portal.example.com/link/TOKEN".to_owned(),
            expires_at: language.moment(Timestamp::UNIX_EPOCH),
            site_name: "Portal".to_owned(),
            business: "Example Ltd".to_owned(),
            sign_in_url: "https://portal.example.com/sign-in".to_owned(),
            administrator: "help@example.com".to_owned(),
            accent: Color::STANDARD,
            language,
        }
    }

    fn every(mut see: impl FnMut(Template, MailLanguage)) {
        for template in Template::ALL {
            for language in MailLanguage::ALL {
                see(template, language);
            }
        }
    }

    #[test]
    fn the_access_mail_holds_what_a_person_needs_to_sign_in() {
        let times = ["1 January 1970 at 00:00 UTC", "1. Januar 1970", "1er janvier 1970", "1 de enero de 1970"];
        for (language, time) in MailLanguage::ALL.into_iter().zip(times) {
            let mail = render(&standard(Template::Invite, language), &words(language)).expect("rendered");
            for part in [&mail.text, &mail.html] {
                for needed in [
                    "ada@example.com",
                    "ada.byron",
                    "help@example.com",
                    "https://portal.example.com/sign-in",
                    "https://portal.example.com/link/TOKEN",
                    time,
                ] {
                    assert!(part.contains(needed), "{needed} in {part}");
                }
            }
        }
    }

    #[test]
    fn a_name_stays_text_in_every_mail() {
        every(|template, language| {
            let hostile = Words {
                first_name: without_links("<a href=//evil.example>{{7*7}}</a>"),
                organization: without_links("http://evil.example ${7*7}"),
                ..words(language)
            };
            let mail = render(&standard(template, language), &hostile).expect("rendered");
            assert!(!mail.html.contains("<a href=//evil"), "{template:?}");
            for part in [&mail.subject, &mail.text, &mail.html] {
                assert!(!part.contains("evil.example") && !part.contains("http://evil"), "{template:?}");
                assert!(!part.contains("49"), "{template:?}");
            }
        });
    }

    #[test]
    fn no_mail_is_odd_where_little_is_known_of_its_person() {
        every(|template, language| {
            for some in words(language).everybody() {
                let mail = render(&standard(template, language), &some).expect("rendered");
                for part in [&mail.subject, &mail.text, &mail.html] {
                    assert!(!part.contains(" ,") && !part.contains("<strong></strong>"), "{template:?}: {part}");
                }
                assert!(mail.text.lines().all(|line| line.trim_end() == line), "{template:?}: {}", mail.text);
                assert!(!mail.text.contains("\n\n\n"), "{template:?}: {}", mail.text);
            }
        });
    }

    #[test]
    fn what_a_wording_switches_off_is_escaped_all_the_same() {
        let hostile = Words { first_name: "<b>".to_owned(), ..words(MailLanguage::En) };
        let source = "{% autoescape false %}{{ first_name }}{% endautoescape %}";
        assert_eq!(fill(source, Kind::Html, &hostile).ok().as_deref(), Some("&#60;b&#62;"));
    }

    #[test]
    fn a_wording_that_never_ends_is_stopped() {
        let many = "{% for a in first_name %}".repeat(12) + &"{% endfor %}".repeat(12);
        let long = Words { first_name: "a".repeat(100), ..words(MailLanguage::En) };
        assert!(fill(&many, Kind::Text, &long).is_err());
    }
}
