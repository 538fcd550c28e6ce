//! Whether a wording is one: well-formed, with every placeholder that is needed and none that is not there (requirement L12).

use askama::filters::{Escaper as _, Html};
use minijinja::{Environment, Error};

use super::render::{Kind, fill};
use super::words::{Placeholder, Words, placeholders};
use crate::domain::fault::Fault;
use crate::domain::mail::Template;
use crate::domain::wording::Wording;

/// What is wrong with a wording, all of it at once.
pub(super) fn check(template: Template, wording: &Wording, sample: &Words) -> Vec<Fault> {
    let all = placeholders(template);
    let in_subject: Vec<Placeholder> = all.iter().copied().filter(|it| it.in_subject).collect();
    let mut faults = part("subject", &wording.subject, Kind::Text, &in_subject, sample);
    faults.extend(part("text", &wording.text, Kind::Text, &all, sample));
    faults.extend(part("html", &wording.html, Kind::Html, &all, sample));
    faults.extend(within_tags(&wording.html, &all));
    faults
}

fn part(field: &str, source: &str, kind: Kind, known: &[Placeholder], sample: &Words) -> Vec<Fault> {
    let engine = Environment::empty();
    let asked = match engine.template_from_str(source) {
        Ok(parsed) => parsed.undeclared_variables(false),
        Err(error) => return vec![malformed(field, &error)],
    };
    let is_known = |name: &str| known.iter().any(|it| it.name == name && (name != "button" || kind == Kind::Html));
    let mut unknown: Vec<&String> = asked.iter().filter(|name| !is_known(name)).collect();
    unknown.sort();
    if !unknown.is_empty() {
        let names = known.iter().filter(|it| is_known(it.name)).map(|it| it.name).collect::<Vec<_>>().join(", ");
        let fault = |name: &String| {
            Fault::new(field, "unknown_placeholder", format!("There is no {name} here. There are: {names}."))
        };
        return unknown.into_iter().map(fault).collect();
    }
    let sparse = sample.clone().sparse();
    let mut faults = Vec::new();
    for words in [sample, &sparse] {
        match fill(source, kind, words) {
            Err(error) => return vec![malformed(field, &error)],
            Ok(filled) if field == "subject" && filled.trim().is_empty() => {
                faults.push(Fault::new(field, "required", "must say something, also of somebody without a name"));
            }
            Ok(filled) => {
                let needed = known.iter().filter(|it| it.required && field != "subject");
                for missing in needed.filter(|it| !holds(&filled, it.name, kind, words)) {
                    let message = format!("must hold {{{{ {} }}}}, whoever it goes to", missing.name);
                    let fault = Fault::new(field, "missing_placeholder", message);
                    if !faults.contains(&fault) {
                        faults.push(fault);
                    }
                }
            }
        }
    }
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

/// Within a tag stands nothing that people type, and what stands there is in quotation marks: so no name becomes an attribute
/// or a style (`security.md` IN-10).
fn within_tags(html: &str, known: &[Placeholder]) -> Option<Fault> {
    let (mut in_tag, mut quote) = (false, None);
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("{{") {
            let (inside, after) = after.split_once("}}").unwrap_or((after, ""));
            let name = inside.trim_matches(|c: char| c.is_whitespace() || c == '-' || c == '+');
            if in_tag && !(quote.is_some() && known.iter().any(|it| it.name == name && it.in_tag)) {
                let names = known.iter().filter(|it| it.in_tag).map(|it| it.name).collect::<Vec<_>>().join(", ");
                let message = format!("Within a tag only these may stand, in quotation marks: {names}.");
                return Some(Fault::new("html", "placeholder_in_tag", message));
            }
            rest = after;
            continue;
        }
        match c {
            '<' if !in_tag => in_tag = true,
            '>' if in_tag && quote.is_none() => in_tag = false,
            '"' | '\'' if in_tag && quote == Some(c) => quote = None,
            '"' | '\'' if in_tag && quote.is_none() => quote = Some(c),
            _ => {}
        }
        rest = &rest[c.len_utf8()..];
    }
    in_tag.then(|| Fault::new("html", "invalid_template", "A tag is not closed."))
}

fn malformed(field: &str, error: &Error) -> Fault {
    let line = error.line().map(|line| format!(" (line {line})")).unwrap_or_default();
    let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    Fault::new(field, "invalid_template", format!("{detail}{line}"))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::color::Color;
    use crate::domain::wording::MailLanguage;
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

    fn codes(change: impl FnOnce(&mut Wording)) -> Vec<(String, &'static str)> {
        let mut wording = standard(Template::Invite, MailLanguage::En);
        change(&mut wording);
        let faults = check(Template::Invite, &wording, &sample());
        faults.into_iter().map(|fault| (fault.field, fault.code)).collect()
    }

    fn one(field: &str, code: &'static str) -> Vec<(String, &'static str)> {
        vec![(field.to_owned(), code)]
    }

    #[test]
    fn what_comes_with_the_product_is_in_order() {
        for template in Template::ALL {
            for language in MailLanguage::ALL {
                assert_eq!(check(template, &standard(template, language), &sample()), [], "{template:?} {language:?}");
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
    fn what_is_not_well_formed_is_refused() {
        for broken in
            ["{{ link", "{% if link %}", "{{ link|safe }}", "{{ link.host }}", "{{ button() }}", "{% include \"a\" %}"]
        {
            assert_eq!(codes(|it| it.html += broken), one("html", "invalid_template"), "{broken}");
        }
        assert_eq!(codes(|it| it.html += "<p"), one("html", "invalid_template"));
    }

    #[test]
    fn within_a_tag_stands_nothing_that_people_type() {
        for held in ["<a href={{ link }}>x</a>", "<p title=\"{{ first_name }}\">x</p>", "<p {{ accent }}>x</p>"] {
            assert_eq!(codes(|it| it.html += held), one("html", "placeholder_in_tag"), "{held}");
        }
        assert_eq!(codes(|it| it.html += "<p style='color:{{ accent }}'>1 > 0 {{ first_name }}</p>"), []);
    }

    #[test]
    fn a_subject_says_something_of_everybody() {
        assert_eq!(codes(|it| it.subject = "{{ first_name }}".to_owned()), one("subject", "required"));
    }
}
