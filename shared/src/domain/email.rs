//! Login names: emails and user IDs, and the one form in which both are compared.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::text::{Malformed, is_invisible, nfc};

const NOT_AN_EMAIL: Malformed = Malformed::Form("must be an email address, such as ada@example.com");
const NOT_A_USER_ID: Malformed =
    Malformed::Form("must be 3 to 64 letters, digits, dots, hyphens and underscores, and hold no @");

/// An email address: a dot-atom local part of at most 64 characters and a host name, 254 in all (RFC 5321). The local
/// part is ASCII: SES mails to no other.
///
/// Canonical form (`security.md` IN-03): trimmed, NFC, the host in lower-case A-labels (IDNA), the local
/// part as typed. Two addresses are the same login when they are equal without case; `+` tags are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Checks and brings to canonical form.
    ///
    /// # Errors
    /// Not one address: none, several, a quoted or empty local part, a host without a dot.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let text = nfc(text.trim());
        if text.is_empty() {
            return Err(Malformed::Empty);
        }
        if text.chars().count() > 254 {
            return Err(Malformed::TooLong(254));
        }
        if text.chars().any(is_invisible) {
            return Err(Malformed::Invisible);
        }
        let (local, host) = text.rsplit_once('@').ok_or(NOT_AN_EMAIL)?;
        let host = idna::domain_to_ascii_strict(host).map_err(|_| NOT_AN_EMAIL)?;
        let atoms = local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_character));
        let labels = host.contains('.')
            && host.split('.').all(|label| !label.is_empty() && label.len() <= 63)
            && host.rsplit('.').next().is_some_and(|top| !top.chars().all(|c| c.is_ascii_digit()));
        let email = format!("{local}@{host}");
        if local.len() > 64 {
            Err(Malformed::Form("must have at most 64 characters before the @"))
        } else if email.len() > 254 {
            Err(Malformed::TooLong(254))
        } else if atoms && labels {
            Ok(Self(email))
        } else {
            Err(NOT_AN_EMAIL)
        }
    }

    /// The address, as mail is sent to it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@`.
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

fn is_atom_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name for signing in besides the email (requirement U2). Holds no `@`, so that nobody's user ID is
/// another's email; compared without case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(String);

impl UserId {
    /// Checks.
    ///
    /// # Errors
    /// Not 3 to 64 of the characters that a user ID may hold.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let text = nfc(text.trim());
        let length = text.chars().count();
        if text.is_empty() {
            Err(Malformed::Empty)
        } else if (3..=64).contains(&length) && text.chars().all(|c| c.is_alphanumeric() || "._-".contains(c)) {
            Ok(Self(text))
        } else {
            Err(NOT_A_USER_ID)
        }
    }

    /// The user ID, as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The key under which a login name is owned: SHA-256 over its folded form.
///
/// Whatever is typed at sign-in has one, of one length, so that a name that could not exist costs what an
/// unknown one costs and no text reaches another record's key (`security.md` AU-02, IN-13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginKey([u8; 32]);

impl LoginKey {
    /// The key of what somebody typed as their login name.
    pub fn of(typed: &str) -> Self {
        let canonical = match Email::parse(typed) {
            Ok(email) => email.0,
            Err(_) => nfc(typed.trim()),
        };
        Self(Sha256::digest(fold(&canonical)).into())
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<&Email> for LoginKey {
    fn from(email: &Email) -> Self {
        Self(Sha256::digest(fold(&email.0)).into())
    }
}

impl From<&UserId> for LoginKey {
    fn from(id: &UserId) -> Self {
        Self(Sha256::digest(fold(&id.0)).into())
    }
}

impl fmt::Display for LoginKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn fold(text: &str) -> String {
    nfc(&text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_have_one_key() {
        let key = LoginKey::of("ada@example.com");
        for spelling in ["ADA@example.com", " ada@EXAMPLE.com ", "Ada@Example.Com"] {
            assert_eq!(LoginKey::of(spelling), key, "{spelling}");
            assert_eq!(LoginKey::from(&Email::parse(spelling).expect("an email")), key, "{spelling}");
        }
        assert_eq!(LoginKey::of("a@b\u{fc}cher.de"), LoginKey::of("a@xn--bcher-kva.de"));
        assert_ne!(LoginKey::of("ada+x@example.com"), key);
    }

    #[test]
    fn what_is_not_one_address_is_refused() {
        for text in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "ada@localhost",
            "a b@example.com",
            "a@b@example.com",
            "a@example.com,b@example.com",
            "a@example.com;b@example.com",
            "a@example.com\r\nbcc: b@example.com",
            "<a@example.com>",
            "\"a\"@example.com",
            ".a@example.com",
            "a..b@example.com",
            "a@127.0.0.1",
            "a@exa_mple.com",
            "a@-example.com",
            "a@[127.0.0.1]",
            "\u{e4}@example.com",
            "a(b)@example.com",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_limits_of_an_address_are_64_and_254() {
        let local = "a".repeat(64);
        assert!(Email::parse(&format!("{local}@example.com")).is_ok());
        assert!(Email::parse(&format!("a{local}@example.com")).is_err());
        let host = format!("{}.{}.{}.example.com", "b".repeat(60), "b".repeat(60), "b".repeat(54));
        assert_eq!(host.len() + 65, 253);
        assert!(Email::parse(&format!("{local}@{host}")).is_ok());
        assert!(Email::parse(&format!("{local}@bb{host}")).is_err());
    }

    #[test]
    fn a_user_id_holds_no_at_sign_and_is_compared_without_case() {
        assert!(UserId::parse("ada@example").is_err());
        assert!(UserId::parse("ab").is_err());
        let id = UserId::parse("Ada.Byron").expect("a user ID");
        assert_eq!(LoginKey::from(&id), LoginKey::of("ada.byron"));
    }
}
