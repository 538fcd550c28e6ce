//! Keys kept outside the table: one secret of root keys by version, from which each use derives its own.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::random;

type HmacSha256 = Hmac<Sha256>;

/// Root keys by version. New links and passwords use the highest; older ones go on to be verified, so that
/// a rotation is adding a version (`docs/operations.md`). Prints none of itself.
#[derive(Clone)]
pub struct Keys {
    versions: BTreeMap<u32, Derived>,
    current: u32,
}

/// The keys of one version, each for one use (HKDF, RFC 5869).
#[derive(Clone)]
struct Derived {
    link: [u8; 32],
    pepper: [u8; 32],
    device: [u8; 32],
    cursor: [u8; 32],
}

/// The secret is not what it should be.
#[derive(Debug, thiserror::Error)]
#[error("the keys must be a JSON object of version numbers to strings of 32 characters or more")]
pub struct InvalidKeys;

impl Keys {
    /// Reads the secret: `{"1": "…", "2": "…"}`.
    ///
    /// # Errors
    /// Not such an object, empty, or a key too short to be one.
    pub fn parse(secret: &str) -> Result<Self, InvalidKeys> {
        let roots: BTreeMap<u32, String> = serde_json::from_str(secret).map_err(|_| InvalidKeys)?;
        let current = *roots.keys().next_back().ok_or(InvalidKeys)?;
        let versions = roots
            .into_iter()
            .map(|(version, root)| if root.len() < 32 { Err(InvalidKeys) } else { Ok((version, Derived::from(&root))) })
            .collect::<Result<_, _>>()?;
        Ok(Self { versions, current })
    }

    /// Keys of one new version.
    pub fn generate() -> Self {
        let root = Self::new_root();
        Self { versions: BTreeMap::from([(1, Derived::from(&root))]), current: 1 }
    }

    /// A new root key.
    pub fn new_root() -> String {
        URL_SAFE_NO_PAD.encode(random::<48>())
    }

    /// The version that new links and passwords use.
    pub fn current(&self) -> u32 {
        self.current
    }

    /// Whether this version is known.
    pub fn knows(&self, version: u32) -> bool {
        self.versions.contains_key(&version)
    }

    /// The pepper of a version (requirement P4).
    pub fn pepper(&self, version: u32) -> Option<&[u8; 32]> {
        self.versions.get(&version).map(|keys| &keys.pepper)
    }

    /// The MAC of a link.
    pub fn link_mac(&self, version: u32, signed: &[u8]) -> Option<[u8; 32]> {
        self.versions.get(&version).map(|keys| mac(&keys.link, signed).finalize().into_bytes().into())
    }

    /// Whether the MAC of a link holds; `signed` begins with the key's version.
    pub fn link_mac_holds(&self, signed: &[u8], tag: &[u8]) -> bool {
        let version = signed.first_chunk().copied().map(u32::from_be_bytes);
        let keys = version.and_then(|version| self.versions.get(&version));
        keys.is_some_and(|keys| mac(&keys.link, signed).verify_slice(tag).is_ok())
    }

    /// The MAC of a list's cursor.
    pub fn cursor_mac(&self, signed: &[u8]) -> [u8; 32] {
        mac(&self.versions[&self.current].cursor, signed).finalize().into_bytes().into()
    }

    /// Whether the MAC of a list's cursor holds under any version.
    pub fn cursor_mac_holds(&self, signed: &[u8], tag: &[u8]) -> bool {
        self.versions.values().any(|keys| mac(&keys.cursor, signed).verify_slice(tag).is_ok())
    }

    /// The MAC of a device cookie.
    pub fn device_mac(&self, signed: &[u8]) -> [u8; 32] {
        let keys = &self.versions[&self.current];
        mac(&keys.device, signed).finalize().into_bytes().into()
    }

    /// Whether the MAC of a device cookie holds under any version.
    pub fn device_mac_holds(&self, signed: &[u8], tag: &[u8]) -> bool {
        self.versions.values().any(|keys| mac(&keys.device, signed).verify_slice(tag).is_ok())
    }
}

impl From<&String> for Derived {
    fn from(root: &String) -> Self {
        let hkdf = Hkdf::<Sha256>::new(None, root.as_bytes());
        let key = |label: &str| {
            let mut key = [0; 32];
            hkdf.expand(label.as_bytes(), &mut key).expect("32 bytes are within HKDF's bounds");
            key
        };
        Self { link: key("link"), pepper: key("pepper"), device: key("device"), cursor: key("cursor") }
    }
}

fn mac(key: &[u8; 32], signed: &[u8]) -> HmacSha256 {
    HmacSha256::new_from_slice(key).expect("HMAC takes a key of any length").chain_update(signed)
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.current)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_version_still_verifies_after_a_rotation() {
        let (one, two) = (Keys::new_root(), Keys::new_root());
        let before = Keys::parse(&format!(r#"{{"1":"{one}"}}"#)).expect("keys");
        let after = Keys::parse(&format!(r#"{{"1":"{one}","2":"{two}"}}"#)).expect("keys");
        let signed = 1_u32.to_be_bytes();
        assert_eq!(after.current(), 2);
        assert!(after.link_mac_holds(&signed, &before.link_mac(1, &signed).expect("known")));
        assert_eq!(before.pepper(1), after.pepper(1));
    }

    #[test]
    fn a_secret_that_is_too_short_is_refused() {
        assert!(Keys::parse(r#"{"1":"short"}"#).is_err());
        assert!(Keys::parse("{}").is_err());
    }
}
