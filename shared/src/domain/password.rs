//! Passwords: what is accepted (requirement P3). How they are hashed: [`crate::hasher`].

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::text::nfc;

/// Most characters of a password.
pub const MOST_CHARACTERS: usize = 256;
/// Most bytes of a password.
pub const MOST_BYTES: usize = 1024;
/// The least that the minimum can be set to.
pub const FLOOR: u32 = 8;

/// Common passwords in lower case, sorted (`data/README.md`).
const COMMON: &str = include_str!("../../data/common-passwords.txt");

/// A password in clear text, in NFC, otherwise as typed. Prints nothing of itself.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Takes what was typed; what is longer than any password may be stays so and matches none.
    pub fn new(typed: &str) -> Self {
        Self(nfc(typed))
    }

    /// The bytes to hash.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether it could have been set at all: neither empty nor over-long. Nothing else is hashed.
    pub fn is_possible(&self) -> bool {
        !self.0.is_empty() && self.0.len() <= MOST_BYTES && self.0.chars().count() <= MOST_CHARACTERS
    }
}

impl PartialEq for Password {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A password's hash: a PHC string and the version of the pepper. Prints nothing of itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordHash {
    /// `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
    pub phc: String,
    /// The version of the key that the pepper comes from.
    pub pepper: u32,
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PasswordHash(pepper {})", self.pepper)
    }
}

/// Checks a new password against every rule. `context` is what a stranger would try first: the person's
/// email, names and user ID, the organization, the site, the business.
///
/// # Errors
/// Every rule that it breaks, on `field`.
pub fn check(field: &str, password: &Password, minimum: u32, context: &[&str]) -> Result<(), Vec<Fault>> {
    let length = password.0.chars().count();
    let minimum = minimum.max(FLOOR) as usize;
    let folded = nfc(&password.0.to_lowercase());
    let rules = [
        (length < minimum, "too_short", format!("The password must have at least {minimum} characters.")),
        (
            length > MOST_CHARACTERS || password.0.len() > MOST_BYTES,
            "too_long",
            format!("The password must have at most {MOST_CHARACTERS} characters."),
        ),
        (is_common(&folded), "too_common", "This password is among the ones that are guessed first.".to_owned()),
        (
            length > 0 && is_pattern(&folded),
            "too_simple",
            "The password must not be one character or a plain sequence, repeated.".to_owned(),
        ),
        (
            leans_on(&folded, context),
            "too_personal",
            "The password must not be made of your email, your name, your organization or this site.".to_owned(),
        ),
    ];
    let faults: Vec<_> = rules
        .into_iter()
        .filter(|(broken, ..)| *broken)
        .map(|(_, code, message)| Fault::new(field, code, message))
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn is_common(folded: &str) -> bool {
    let mut rest = COMMON.as_bytes();
    // The lines are sorted: halve until the one line is found.
    while !rest.is_empty() {
        let middle = rest[..rest.len() / 2].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let end = rest[middle..].iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| middle + at);
        match folded.as_bytes().cmp(&rest[middle..end]) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => rest = &rest[..middle],
            std::cmp::Ordering::Greater => rest = rest.get(end + 1..).unwrap_or_default(),
        }
    }
    false
}

/// One character, a run up or down the alphabet, the digits or a row of keys, or a common password: any of them,
/// any number of times.
fn is_pattern(folded: &str) -> bool {
    let all: Vec<char> = folded.chars().collect();
    (1..=all.len()).any(|unit| {
        let repeats = all.iter().enumerate().all(|(at, c)| *c == all[at % unit]);
        let unit_text: String = all[..unit].iter().collect();
        repeats && (is_run(&all[..unit]) || (unit < all.len() && is_common(&unit_text)))
    })
}

fn is_run(unit: &[char]) -> bool {
    const ROWS: [&str; 8] = [
        "abcdefghijklmnopqrstuvwxyz",
        "01234567890",
        "1234567890",
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "qwertzuiop",
        "azertyuiop",
    ];
    let forward: String = unit.iter().collect();
    let backward: String = unit.iter().rev().collect();
    unit.len() == 1
        || ROWS.iter().any(|row| row.contains(&forward) || row.contains(&backward))
        || is_stepping(unit, 1)
        || is_stepping(unit, -1)
}

/// Each character the next (or previous) one, 9 going on at 0 and z at a.
fn is_stepping(unit: &[char], step: i32) -> bool {
    unit.windows(2).all(|pair| {
        let (a, b) = (pair[0] as i32, pair[1] as i32);
        let wraps = |first: char, last: char| {
            let (first, last) = (first as i32, last as i32);
            if step == 1 { a == last && b == first } else { a == first && b == last }
        };
        b - a == step || wraps('0', '9') || wraps('a', 'z')
    })
}

/// Whether little is left once the words of the context are taken out.
fn leans_on(folded: &str, context: &[&str]) -> bool {
    let mut words: Vec<String> = context
        .iter()
        .flat_map(|text| {
            let text = nfc(&text.to_lowercase());
            let parts: Vec<String> = text
                .split(|c: char| !c.is_alphanumeric())
                .filter(|part| part.chars().count() >= 3)
                .map(str::to_owned)
                .collect();
            let joined = text.chars().filter(|c| c.is_alphanumeric()).collect();
            parts.into_iter().chain([joined, text])
        })
        .filter(|word| word.chars().count() >= 3)
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let rest = words.iter().fold(folded.to_owned(), |rest, word| rest.replace(word.as_str(), "\n"));
    let kept: String = rest.chars().filter(|c| c.is_alphanumeric()).collect();
    // What pads a name is digits, signs and repeats; count what is not.
    let letters = kept.chars().filter(|c| !c.is_ascii_digit()).collect::<std::collections::BTreeSet<_>>().len();
    rest.contains('\n') && (letters < 5 || is_common(&kept) || is_pattern(&kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTEXT: [&str; 5] = ["ada.byron@example.com", "Ada", "Byron", "Acme Metal Works", "Customer Portal"];

    fn codes(password: &str, minimum: u32) -> Vec<&'static str> {
        check("password", &Password::new(password), minimum, &CONTEXT)
            .err()
            .unwrap_or_default()
            .into_iter()
            .map(|fault| fault.code)
            .collect()
    }

    #[test]
    fn a_password_has_fifteen_characters_whatever_they_are() {
        assert_eq!(codes("correct horse!", 15), ["too_short"]);
        assert!(codes("correct horse b", 15).is_empty());
        let emoji = "😀🐴🔋📎🌍🎈🍕🚀🎸🌵🦊🧊🪁🎲🧭";
        assert_eq!(emoji.chars().count(), 15);
        assert!(codes(emoji, 15).is_empty());
        assert_eq!(codes(&emoji.chars().take(14).collect::<String>(), 15), ["too_short"]);
    }

    #[test]
    fn a_password_has_256_characters_at_most() {
        let long: String = "correct horse battery staple ".chars().cycle().take(256).collect();
        assert!(codes(&long, 15).is_empty());
        assert_eq!(codes(&format!("{long}x"), 15), ["too_long"]);
    }

    #[test]
    fn every_common_password_that_is_long_enough_is_refused() {
        for minimum in [FLOOR, 15] {
            for password in COMMON.lines().filter(|line| line.chars().count() >= minimum as usize) {
                assert!(codes(password, minimum).contains(&"too_common"), "{password}");
                assert!(codes(&password.to_uppercase(), minimum).contains(&"too_common"), "{password} in capitals");
            }
        }
    }

    #[test]
    fn the_list_holds_ten_thousand_passwords_or_more() {
        assert!(COMMON.lines().count() >= 10_000);
    }

    #[test]
    fn a_near_miss_of_a_common_password_is_accepted() {
        assert!(codes("qwerty1234567890 and a hat", 15).is_empty());
        assert!(codes("passwordstandards of life", 15).is_empty());
    }

    #[test]
    fn repeats_and_sequences_are_refused() {
        for password in [
            "aaaaaaaaaaaaaaa",
            "abcdefghijklmnop",
            "1234567890123456",
            "zyxwvutsrqponmlk",
            "qwertyuiopqwertyuiop",
            "abcabcabcabcabc",
            "               ",
            "passwordpasswordpassword",
            "98765432109876543210",
            "asdfghjklasdfghjkl",
        ] {
            assert!(codes(password, 15).contains(&"too_simple"), "{password}");
        }
    }

    #[test]
    fn a_name_that_is_padded_is_refused() {
        for password in [
            "ada.byron@example.com",
            "adabyron!!!!!!!!",
            "ada.byron-2026-2026",
            "AcmeMetalWorks2026",
            "customer portal 1",
            "Byron1234567890",
            "acme metal works 1",
            "ADABYRONADABYRON",
        ] {
            assert!(codes(password, 15).contains(&"too_personal"), "{password}");
        }
    }

    #[test]
    fn a_name_within_a_longer_phrase_is_accepted() {
        assert!(codes("the acme of good taste in hats", 15).is_empty());
        assert!(codes("byron walked to the lighthouse", 15).is_empty());
    }

    #[test]
    fn no_composition_is_asked_for() {
        for password in [
            "all lower case words",
            "ALL UPPER CASE WORDS",
            "日本語のパスワードはとても長いです",
            "сложный пароль тут",
            "847362918405736",
        ] {
            assert!(codes(password, 15).is_empty(), "{password}");
        }
    }

    #[test]
    fn every_broken_rule_is_told() {
        assert_eq!(codes("11111111", 15), ["too_short", "too_common", "too_simple"]);
    }

    #[test]
    fn a_password_does_not_print() {
        assert_eq!(format!("{:?}", Password::new("secret")), "Password(…)");
    }
}
