//! Identifiers: a type prefix and a ULID, as `api.md` fixes them (`org_…`, `con_…`, `usr_…`).

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ulid::Ulid;

use super::random;

/// What an [`Id`] names.
pub trait Kind {
    /// The prefix before the ULID, without the underscore.
    const PREFIX: &'static str;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $prefix:literal as $alias:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $kind {}
        impl Kind for $kind {
            const PREFIX: &'static str = $prefix;
        }
        $(#[$doc])*
        pub type $alias = Id<$kind>;
    )*};
}

kinds! {
    /// An organization: `org_…`.
    OrganizationKind = "org" as OrganizationId;
    /// A contact: `con_…`.
    ContactKind = "con" as ContactId;
    /// A person who can sign in: `usr_…`.
    UserKind = "usr" as UserKey;
    /// A site: `sit_…`.
    SiteKind = "sit" as SiteId;
    /// A role that the business made: `rol_…`.
    RoleKind = "rol" as RoleId;
    /// A session: `ses_…`.
    SessionKind = "ses" as SessionId;
    /// A mail intent: `mal_…`.
    MailKind = "mal" as MailId;
    /// An audit entry: `aud_…`.
    AuditKind = "aud" as AuditId;
    /// A run of the sweep: `swp_…`.
    SweepKind = "swp" as SweepId;
}

/// A typed identifier. Two kinds never compare.
pub struct Id<K> {
    ulid: Ulid,
    kind: PhantomData<fn() -> K>,
}

impl<K> Id<K> {
    /// A new one, ordered by `now`, its other 80 bits from the system's generator.
    pub fn new(now: Timestamp) -> Self {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        Self::from_ulid(Ulid::from_parts(millis, u128::from_be_bytes(random())))
    }

    /// The lowest of those that were made at this moment or later.
    pub fn first_at(at: Timestamp) -> Self {
        Self::from_ulid(Ulid::from_parts(u64::try_from(at.as_millisecond()).unwrap_or(0), 0))
    }

    /// This one, or the next after `other` where it does not come after that.
    #[must_use]
    pub fn after(self, other: Self) -> Self {
        if self > other { self } else { other.ulid.increment().map_or(self, Self::from_ulid) }
    }

    /// When it was made, to the millisecond.
    pub fn made_at(self) -> Timestamp {
        let millis = i64::try_from(self.ulid.timestamp_ms()).unwrap_or(0);
        Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The same ULID under another kind's prefix.
    ///
    /// A user is made under its first contact's ULID, so that what a delegated administrator reads as
    /// the user of an access is, for a new person and for one known elsewhere, the contact's own ULID
    /// and tells the two apart by nothing (requirement O8).
    pub fn alias<L>(self) -> Id<L> {
        Id::from_ulid(self.ulid)
    }

    /// The 16 bytes of the ULID.
    pub fn to_bytes(self) -> [u8; 16] {
        self.ulid.to_bytes()
    }

    /// The identifier with these bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self::from_ulid(Ulid::from_bytes(bytes))
    }

    fn from_ulid(ulid: Ulid) -> Self {
        Self { ulid, kind: PhantomData }
    }
}

/// The text is not an identifier of this kind.
#[derive(Debug, thiserror::Error)]
#[error("not an identifier of this kind")]
pub struct InvalidId;

impl<K: Kind> FromStr for Id<K> {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let rest = text.strip_prefix(K::PREFIX).and_then(|rest| rest.strip_prefix('_')).ok_or(InvalidId)?;
        let ulid = Ulid::from_string(rest).map_err(|_| InvalidId)?;
        // Crockford's alphabet reads lower case and look-alikes too; only the canonical text is an id.
        if ulid.to_string() == rest { Ok(Self::from_ulid(ulid)) } else { Err(InvalidId) }
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", K::PREFIX, self.ulid)
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.ulid == other.ulid
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.ulid.cmp(&other.ulid)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.ulid.hash(state);
    }
}

impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_from_its_text() {
        let id = ContactId::new(Timestamp::UNIX_EPOCH);
        assert_eq!(id, id.to_string().parse().expect("its own text"));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let id = ContactId::new(Timestamp::UNIX_EPOCH).to_string();
        assert!(id.parse::<UserKey>().is_err());
    }

    #[test]
    fn a_lower_case_spelling_is_not_a_second_name_of_the_same_thing() {
        let id = ContactId::new(Timestamp::UNIX_EPOCH).to_string().to_lowercase();
        assert!(id.parse::<ContactId>().is_err());
    }
}
