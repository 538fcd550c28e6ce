//! What a wording may hold besides text: placeholders, one button, and conditions on placeholders. The engine knows more; this
//! is what an administrator is let write, so that what was checked is what is sent (requirement L12).

/// A piece of a wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text, or HTML.
    Text(&'a str),
    /// `{{ name }}`
    Placeholder(&'a str),
    /// `{{ button("Words on it", name) }}`
    Button(&'a str),
    /// `{% if name %}`, `{% elif not name %}`, `{% else %}`, `{% endif %}`: the names that it asks for.
    Condition(Vec<&'a str>),
}

/// Why a wording is none, and in which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unknown {
    /// What stands there.
    pub what: String,
    /// From one.
    pub line: usize,
}

/// Takes a wording apart.
///
/// # Errors
/// It holds something else.
pub(super) fn pieces(source: &str) -> Result<Vec<Piece<'_>>, Unknown> {
    let mut pieces = Vec::new();
    let mut rest = source;
    while !rest.is_empty() {
        let line = source[..source.len() - rest.len()].matches('\n').count() + 1;
        let Some(at) = ["{{", "{%", "{#"].iter().filter_map(|open| rest.find(open)).min() else {
            pieces.push(Piece::Text(rest));
            break;
        };
        let (text, tag) = rest.split_at(at);
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
            rest = tag;
            continue;
        }
        let close = if tag.starts_with("{{") { "}}" } else { "%}" };
        let unknown = |what: &str| Unknown { what: what.chars().take(40).collect(), line };
        let (inside, after) = tag[2..].split_once(close).ok_or_else(|| unknown(tag))?;
        let inside = inside.trim_matches(['-', '+']).trim();
        let piece = match &tag[..2] {
            "{{" => placeholder(inside),
            "{%" => condition(inside),
            _ => None,
        };
        pieces.push(piece.ok_or_else(|| unknown(&tag[..tag.len() - after.len()]))?);
        rest = after;
    }
    Ok(pieces)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

fn placeholder(inside: &str) -> Option<Piece<'_>> {
    if is_name(inside) && inside != "button" {
        return Some(Piece::Placeholder(inside));
    }
    let (words, name) = inside.strip_prefix("button(")?.strip_suffix(')')?.rsplit_once(',')?;
    let words = words.trim().strip_prefix('"')?.strip_suffix('"')?;
    let fits = !words.is_empty() && !words.contains(['"', '\\']) && is_name(name.trim());
    fits.then(|| Piece::Button(name.trim()))
}

fn condition(inside: &str) -> Option<Piece<'_>> {
    let mut words = inside.split_whitespace();
    match words.next()? {
        "else" | "endif" => words.next().is_none().then(|| Piece::Condition(Vec::new())),
        "if" | "elif" => {
            let asked: Vec<&str> = words.collect();
            let name = match asked[..] {
                [name] => name,
                ["not", name] => name,
                _ => return None,
            };
            is_name(name).then(|| Piece::Condition(vec![name]))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_a_button_and_conditions_are_told_from_text() {
        let source =
            "Hi{% if first_name %} {{ first_name }}{%- else %} you{% endif %}: {{ button(\"Go, now\", link) }}";
        let expected = [
            Piece::Text("Hi"),
            Piece::Condition(vec!["first_name"]),
            Piece::Text(" "),
            Piece::Placeholder("first_name"),
            Piece::Condition(vec![]),
            Piece::Text(" you"),
            Piece::Condition(vec![]),
            Piece::Text(": "),
            Piece::Button("link"),
        ];
        assert_eq!(pieces(source), Ok(expected.into()));
    }

    #[test]
    fn whatever_else_the_engine_knows_is_none_of_it() {
        for other in [
            "{# a #}",
            "{% for a in link %}{% endfor %}",
            "{% set link = organization %}",
            "{% with a = link %}{% endwith %}",
            "{% autoescape false %}{% endautoescape %}",
            "{% if a == b %}{% endif %}",
            "{{ link|safe }}",
            "{{ link.host }}",
            "{{ \"a\" }}",
            "{{ button }}",
            "{{ button(first_name, link) }}",
            "{{ button(\"a\", \"http://evil.example\") }}",
            "{{ button(\"a\\\"\", link) }}",
            "{{ link",
            "{%",
        ] {
            assert!(pieces(other).is_err(), "{other}");
        }
        assert_eq!(pieces("a\nb\n{{ 1 }}").map_err(|it| it.line), Err(3));
    }
}
