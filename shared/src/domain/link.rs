//! Links: single-use emailed URLs with a purpose and an expiry (requirements L2–L8).

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::email::Email;
use super::id::{ContactId, UserKey};
use super::random;
use crate::keys::Keys;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Set the first password.
    Invite,
    /// A person known already takes up a new access, by signing in.
    Accept,
    /// Set a new password.
    Reset,
    /// Confirm a new email by signing in.
    EmailChange,
}

impl Purpose {
    /// Whether it lets somebody in who was not in before.
    pub fn is_invitation(self) -> bool {
        matches!(self, Self::Invite | Self::Accept)
    }

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Accept => "accept",
            Self::Reset => "reset",
            Self::EmailChange => "email_change",
        }
    }

    fn tag(self) -> u8 {
        match self {
            Self::Invite => 1,
            Self::Accept => 2,
            Self::Reset => 3,
            Self::EmailChange => 4,
        }
    }

    fn from_tag(tag: u8) -> Option<Self> {
        [Self::Invite, Self::Accept, Self::Reset, Self::EmailChange].into_iter().find(|purpose| purpose.tag() == tag)
    }
}

/// Names a link: 128 random bits (`security.md` TK-01). Opens nothing without the MAC of a [`LinkToken`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId([u8; 16]);

impl LinkId {
    /// A new one.
    pub fn new() -> Self {
        Self(random())
    }
}

impl Default for LinkId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for LinkId {
    type Err = NotOurs;

    fn from_str(text: &str) -> Result<Self, NotOurs> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotOurs)?;
        bytes.try_into().map(Self).map_err(|_| NotOurs)
    }
}

impl Serialize for LinkId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LinkId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// How a link ended before its time, or that its time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Good.
    Valid,
    /// Its time ran out.
    Expired,
    /// A password was set with it.
    Used,
    /// A newer one was sent.
    Replaced,
    /// Ended by a change of password, email, login or access.
    Void,
}

impl State {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Expired => "expired",
            Self::Used => "used",
            Self::Replaced => "replaced",
            Self::Void => "void",
        }
    }
}

/// An emailed link. Holds nothing that it could be made from without the key (`security.md` TK-02).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its id, half of the token.
    pub id: LinkId,
    /// The version of the key that its MAC is made with.
    pub key: u32,
    /// What it is for.
    pub purpose: Purpose,
    /// Whose it is.
    pub user: UserKey,
    /// The contact through whose access it was sent.
    pub contact: ContactId,
    /// The address that it went to: but for a new email's, it dies when the login's email is another (requirement L5).
    pub to: Email,
    /// How long it is good once sent, in hours.
    pub hours: u8,
    /// When it was made.
    pub created_at: Timestamp,
    /// When sending it was last tried afresh; its time runs from here (requirement L2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// When its person is to be reminded of it, where they are and have not been (requirement S1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind_at: Option<Timestamp>,
    /// How it ended; the first end stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<State>,
}

impl Link {
    /// When its time is over; none before it was first sent.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.sent_at.map(|sent| sent + SignedDuration::from_hours(i64::from(self.hours)))
    }

    /// Its clock set to begin now, and when to remind of it, where invitations are: so many hours before its end.
    #[must_use]
    pub fn started(&self, reminder_hours: u8, now: Timestamp) -> Self {
        let reminds = self.purpose.is_invitation() && (1..self.hours).contains(&reminder_hours);
        let until = SignedDuration::from_hours(i64::from(self.hours.saturating_sub(reminder_hours)));
        Self { sent_at: Some(now), remind_at: reminds.then(|| now + until), ..self.clone() }
    }

    /// Whether a reminder is due now.
    pub fn is_to_be_reminded_of(&self, now: Timestamp) -> bool {
        self.remind_at.is_some_and(|at| at <= now) && self.state(now) == State::Valid
    }

    /// What it is now, decided by the moment and not by what was cleared away (requirement L3).
    pub fn state(&self, now: Timestamp) -> State {
        match (self.ended, self.expires_at()) {
            (Some(end), _) => end,
            (None, Some(expires)) if expires <= now => State::Expired,
            (None, _) => State::Valid,
        }
    }

    /// What the URL holds.
    pub fn token(&self, keys: &Keys) -> Option<LinkToken> {
        Some(LinkToken {
            id: self.id,
            key: self.key,
            purpose: self.purpose,
            mac: keys.link_mac(self.key, &signed(self.key, self.purpose, self.id))?,
        })
    }
}

/// The bytes that the MAC covers: key version, purpose, id.
fn signed(key: u32, purpose: Purpose, id: LinkId) -> [u8; 21] {
    let mut bytes = [0; 21];
    bytes[..4].copy_from_slice(&key.to_be_bytes());
    bytes[4] = purpose.tag();
    bytes[5..].copy_from_slice(&id.0);
    bytes
}

/// The secret part of a link's URL: key version, purpose, id and their MAC. Prints nothing of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken {
    /// The link that it opens.
    pub id: LinkId,
    /// What for.
    pub purpose: Purpose,
    key: u32,
    mac: [u8; 32],
}

/// The token is none that was ever made here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a link of ours")]
pub struct NotOurs;

impl LinkToken {
    /// The version of the key that a well-formed token names, for reading the keys again where it is unknown.
    pub fn key_version(text: &str) -> Option<u32> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 53).then(|| bytes[..4].try_into().map(u32::from_be_bytes).ok())?
    }

    /// The link that a well-formed token names, whether it was made here or not.
    pub fn id_of(text: &str) -> Option<LinkId> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 53).then(|| bytes[5..21].try_into().map(LinkId).ok())?
    }

    /// Reads a token and checks its MAC in constant time, without any read of the table.
    ///
    /// # Errors
    /// It was not made with one of these keys (`security.md` TK-10).
    pub fn parse(text: &str, keys: &Keys) -> Result<Self, NotOurs> {
        let bytes: [u8; 53] = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotOurs)?.try_into().map_err(|_| NotOurs)?;
        let (signed, mac) = bytes.split_at(21);
        if !keys.link_mac_holds(signed, mac) {
            return Err(NotOurs);
        }
        let key = u32::from_be_bytes(signed[..4].try_into().map_err(|_| NotOurs)?);
        let purpose = Purpose::from_tag(signed[4]).ok_or(NotOurs)?;
        let id = LinkId(signed[5..].try_into().map_err(|_| NotOurs)?);
        Ok(Self { id, purpose, key, mac: mac.try_into().map_err(|_| NotOurs)? })
    }

    /// The text for the URL. A secret: for the mail to its addressee alone.
    pub fn reveal(&self) -> String {
        let mut bytes = signed(self.key, self.purpose, self.id).to_vec();
        bytes.extend_from_slice(&self.mac);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::Id;

    fn link() -> Link {
        Link {
            id: LinkId::new(),
            key: 1,
            purpose: Purpose::Invite,
            user: Id::new(Timestamp::UNIX_EPOCH),
            contact: Id::new(Timestamp::UNIX_EPOCH),
            to: Email::parse("ada@example.com").expect("an email"),
            hours: 24,
            created_at: Timestamp::UNIX_EPOCH,
            sent_at: Some(Timestamp::UNIX_EPOCH),
            remind_at: None,
            ended: None,
        }
    }

    #[test]
    fn a_token_opens_the_link_it_was_made_for() {
        let (keys, link) = (Keys::generate(), link());
        let token = link.token(&keys).expect("a known key").reveal();
        assert_eq!(LinkToken::parse(&token, &keys).expect("ours").id, link.id);
    }

    #[test]
    fn a_token_changed_in_any_bit_is_not_ours() {
        let keys = Keys::generate();
        let token = link().token(&keys).expect("a known key").reveal();
        let bytes = URL_SAFE_NO_PAD.decode(&token).expect("base64");
        for bit in 0..bytes.len() * 8 {
            let mut forged = bytes.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert!(LinkToken::parse(&URL_SAFE_NO_PAD.encode(forged), &keys).is_err(), "bit {bit}");
        }
        assert!(LinkToken::parse(&token, &Keys::generate()).is_err());
    }

    #[test]
    fn a_link_is_good_to_the_last_second_of_its_time_and_no_longer() {
        let link = link();
        let end = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24);
        assert_eq!(link.state(end - SignedDuration::from_secs(1)), State::Valid);
        assert_eq!(link.state(end), State::Expired);
    }

    #[test]
    fn a_link_that_was_not_sent_yet_does_not_age() {
        let link = Link { sent_at: None, ..link() };
        assert_eq!(link.state(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1000)), State::Valid);
    }

    #[test]
    fn neither_token_nor_keys_print_themselves() {
        let keys = Keys::generate();
        let token = link().token(&keys).expect("a known key");
        assert_eq!(format!("{token:?}"), "LinkToken(…)");
        assert_eq!(format!("{keys:?}"), "Keys(1)");
    }
}
