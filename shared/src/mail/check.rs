//! Whether a wording is one: well-formed, with every placeholder that is needed and none that is not there (requirement L12).

use askama::filters::{Escaper as _, Html};

use super::grammar::{Piece, pieces};
use super::render::{Kind, fill};
use super::words::{Placeholder, Words, placeholders};
use crate::domain::fault::Fault;
use crate::domain::mail::Template;

/// One of a wording's three parts, by its field's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// One line.
    Subject,
    /// As text.
    Text,
    /// As HTML.
    Html,
}

impl Part {
    /// The field's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Text => "text",
            Self::Html => "html",
        }
    }

    fn kind(self) -> Kind {
        if self == Self::Html { Kind::Html } else { Kind::Text }
    }

    fn admits(self, placeholder: &Placeholder) -> bool {
        match self {
            Self::Subject => placeholder.in_subject,
            Self::Text => placeholder.name != "button",
            Self::Html => true,
        }
    }
}

/// What is wrong with a part of a wording. `sample` holds words that nobody can have typed.
pub(super) fn check(template: Template, part: Part, source: &str, sample: &Words) -> Vec<Fault> {
    let known: Vec<Placeholder> = placeholders(template).into_iter().filter(|it| part.admits(it)).collect();
    let field = part.as_str();
    let pieces = match pieces(source) {
        Ok(pieces) => pieces,
        Err(unknown) => {
            let message = format!(
                "line {}: {} is neither a placeholder, nor a button, nor a condition on a placeholder",
                unknown.line, unknown.what
            );
            return vec![Fault::new(field, "invalid_template", message)];
        }
    };
    let mut faults = unknown(field, &pieces, &known);
    if part == Part::Html {
        faults.extend(markup(&pieces, &known));
    }
    if faults.is_empty() {
        faults = missing(part, source, &known, sample);
    }
    faults
}

fn unknown(field: &str, pieces: &[Piece<'_>], known: &[Placeholder]) -> Vec<Fault> {
    let is_known = |name: &str| known.iter().any(|it| it.name == name);
    let asked = pieces.iter().flat_map(|piece| match piece {
        Piece::Text(_) => Vec::new(),
        Piece::Placeholder(name) => vec![*name],
        Piece::Button(name) => vec!["button", name],
        Piece::Condition(names) => names.clone(),
    });
    let mut unknown: Vec<&str> = asked.filter(|name| !is_known(name)).collect();
    unknown.sort_unstable();
    unknown.dedup();
    let names = known.iter().map(|it| it.name).collect::<Vec<_>>().join(", ");
    let fault = |name| {
        Fault::new(field, "unknown_placeholder", format!("There is no placeholder {name} here. There are: {names}."))
    };
    unknown.into_iter().map(fault).collect()
}

/// Fills it for everybody: of whom much is known, or little.
fn missing(part: Part, source: &str, known: &[Placeholder], sample: &Words) -> Vec<Fault> {
    let field = part.as_str();
    let mut faults = Vec::new();
    for words in sample.everybody() {
        let filled = match fill(source, part.kind(), &words) {
            Ok(filled) => filled,
            Err(error) => {
                let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
                return vec![Fault::new(field, "invalid_template", detail)];
            }
        };
        if part == Part::Subject && filled.trim().is_empty() {
            faults.push(Fault::new(field, "required", "must say something, also of somebody without a name"));
        }
        let needed = known.iter().filter(|it| it.required && part != Part::Subject);
        faults.extend(needed.filter(|it| !holds(&filled, it.name, part.kind(), &words)).map(|it| {
            Fault::new(field, "missing_placeholder", format!("must hold {{{{ {} }}}}, whoever it goes to", it.name))
        }));
    }
    faults.sort_by(|one, other| one.message.cmp(&other.message));
    faults.dedup();
    faults
}

fn holds(filled: &str, name: &str, kind: Kind, words: &Words) -> bool {
    let value = words.get(name).unwrap_or_default();
    match kind {
        Kind::Text => filled.contains(&value),
        Kind::Html => {
            let mut escaped = String::new();
            let _ = Html.write_escaped_str(&mut escaped, &value);
            filled.contains(&escaped)
        }
    }
}

/// Where a piece of HTML ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Content,
    Comment,
    /// Within a tag, and within which quotation marks.
    Tag(Option<char>),
}

/// Within a tag stands nothing that people type, and what stands there is in quotation marks; styles and scripts are the
/// frame's. So no name becomes an attribute, a style or a script (`security.md` IN-10).
fn markup(pieces: &[Piece<'_>], known: &[Placeholder]) -> Vec<Fault> {
    let mut place = Place::Content;
    let mut faults = Vec::new();
    let in_tag = |name: &str| known.iter().any(|it| it.name == name && it.in_tag);
    let allowed = || known.iter().filter(|it| it.in_tag).map(|it| it.name).collect::<Vec<_>>().join(", ");
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                let lower = text.to_ascii_lowercase();
                if ["<style", "<script", "<link", "<base", "<meta"].iter().any(|tag| lower.contains(tag)) {
                    let message = "Styles, scripts and what belongs into a head are not part of a wording.";
                    faults.push(Fault::new("html", "forbidden_tag", message));
                }
                place = after(place, text);
            }
            Piece::Placeholder(name) if matches!(place, Place::Tag(Some(_))) && in_tag(name) => {}
            Piece::Button(name) if place == Place::Content => {
                if !matches!(*name, "link" | "sign_in_url") {
                    let message = "A button leads to link or sign_in_url.";
                    faults.push(Fault::new("html", "placeholder_in_tag", message));
                }
            }
            Piece::Placeholder(_) if place == Place::Content => {}
            Piece::Condition(_) if matches!(place, Place::Content | Place::Tag(Some(_))) => {}
            _ => {
                let message = format!("Within a tag only these may stand, in quotation marks: {}.", allowed());
                faults.push(Fault::new("html", "placeholder_in_tag", message));
            }
        }
    }
    if place != Place::Content {
        faults.push(Fault::new("html", "invalid_template", "A tag or a comment is not closed."));
    }
    faults.dedup();
    faults
}

fn after(mut place: Place, text: &str) -> Place {
    for (at, c) in text.char_indices() {
        let here = &text[at..];
        place = match (place, c) {
            (Place::Content, '<') if here.starts_with("<!--") => Place::Comment,
            (Place::Content, '<') if here[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) => {
                Place::Tag(None)
            }
            // What follows is a placeholder: the name of a tag is none.
            (Place::Content, '<') if here.len() == 1 => Place::Tag(None),
            (Place::Comment, '-') if here.starts_with("-->") => Place::Content,
            (Place::Tag(None), '>') => Place::Content,
            (Place::Tag(None), '"' | '\'') => Place::Tag(Some(c)),
            (Place::Tag(Some(quote)), _) if quote == c => Place::Tag(None),
            _ => place,
        };
    }
    place
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::color::Color;
    use crate::domain::wording::{MailLanguage, Wording};
    use crate::mail::standard::standard;

    fn sample() -> Words {
        Words {
            first_name: "Ada".to_owned(),
            organization: "Acme & Sons".to_owned(),
            login_email: "ada@example.com".to_owned(),
            user_id: "ada.byron".to_owned(),
            link: "https://portal.example.com/link/SAMPLE".to_owned(),
            expires_at: Timestamp::UNIX_EPOCH.to_string(),
            site_name: "Portal".to_owned(),
            business: "Example Ltd".to_owned(),
            sign_in_url: "https://portal.example.com/sign-in".to_owned(),
            administrator: "help@example.com".to_owned(),
            accent: Color::STANDARD,
            language: MailLanguage::En,
        }
    }

    fn checked(template: Template, wording: &Wording) -> Vec<Fault> {
        let parts = [(Part::Subject, &wording.subject), (Part::Text, &wording.text), (Part::Html, &wording.html)];
        parts.into_iter().flat_map(|(part, source)| check(template, part, source, &sample())).collect()
    }

    fn codes(change: impl FnOnce(&mut Wording)) -> Vec<(String, &'static str)> {
        let mut wording = standard(Template::Invite, MailLanguage::En);
        change(&mut wording);
        checked(Template::Invite, &wording).into_iter().map(|fault| (fault.field, fault.code)).collect()
    }

    fn one(field: &str, code: &'static str) -> Vec<(String, &'static str)> {
        vec![(field.to_owned(), code)]
    }

    #[test]
    fn what_comes_with_the_product_is_in_order() {
        for template in Template::ALL {
            for language in MailLanguage::ALL {
                assert_eq!(checked(template, &standard(template, language)), [], "{template:?} {language:?}");
            }
        }
    }

    #[test]
    fn what_a_mail_is_none_without_is_missed() {
        assert_eq!(codes(|it| it.text = it.text.replace("{{ link }}", "")), one("text", "missing_placeholder"));
        let only_named = "{% if first_name %}{{ link }}{% endif %}";
        assert_eq!(codes(|it| it.text = it.text.replace("{{ link }}", only_named)), one("text", "missing_placeholder"));
        let missed = codes(|it| it.html = "<p>{{ link }} {{ expires_at }}</p>".to_owned());
        assert_eq!(
            missed,
            [
                one("html", "missing_placeholder"),
                one("html", "missing_placeholder"),
                one("html", "missing_placeholder")
            ]
            .concat()
        );
    }

    #[test]
    fn what_is_not_there_is_refused() {
        assert_eq!(codes(|it| it.text += "{{ password }}"), one("text", "unknown_placeholder"));
        assert_eq!(codes(|it| it.text += "{% if user_id %}{{ token }}{% endif %}"), one("text", "unknown_placeholder"));
        assert_eq!(codes(|it| it.subject += "{{ link }}"), one("subject", "unknown_placeholder"));
        assert_eq!(codes(|it| it.text += "{{ button(\"a\", link) }}"), one("text", "unknown_placeholder"));
    }

    #[test]
    fn a_link_under_a_condition_is_missed_whoever_lacks_it() {
        let some = "{% if user_id %}{{ link }}{% elif first_name %}Hi{% else %}{{ link }}{% endif %}";
        assert_eq!(codes(|it| it.text = it.text.replace("{{ link }}", some)), one("text", "missing_placeholder"));
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for broken in
            ["{{ link", "{% if link %}", "{{ link|safe }}", "{% include \"a\" %}", "{# \"> #}", "<p", "<!-- a"]
        {
            assert_eq!(codes(|it| it.html += broken), one("html", "invalid_template"), "{broken}");
        }
        for style in ["<style>p{color:{{ accent }}}</style>", "<SCRIPT>1</SCRIPT>"] {
            assert_eq!(codes(|it| it.html += style), one("html", "forbidden_tag"), "{style}");
        }
    }

    #[test]
    fn within_a_tag_stands_nothing_that_people_type() {
        for held in [
            "<a href={{ link }}>x</a>",
            "<p title=\"{{ first_name }}\">x</p>",
            "<p {{ accent }}>x</p>",
            "<p {% if link %}title=1{% endif %}>x</p>",
            "<{{ accent }}>",
            "<!-- {{ first_name }} -->",
            "{{ button(\"Call\", organization) }}",
        ] {
            assert_eq!(codes(|it| it.html += held), one("html", "placeholder_in_tag"), "{held}");
        }
        for fine in ["<p style='color:{{ accent }}'>1 > 0 {{ first_name }} 1 < 2</p>", "<!-- don't -->{{ first_name }}"]
        {
            assert_eq!(codes(|it| it.html += fine), [], "{fine}");
        }
    }

    #[test]
    fn a_subject_says_something_of_everybody() {
        assert_eq!(codes(|it| it.subject = "{{ first_name }}".to_owned()), one("subject", "required"));
    }
}
