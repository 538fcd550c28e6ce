//! Sessions: opaque tokens of 256 random bits, hashed at rest (requirement P7).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::access::Access;
use super::contact::Contact;
use super::id::{ContactId, Id, OrganizationId, SessionId, SiteId, UserKey};
use super::organization::Organization;
use super::random;
use super::settings::Settings;
use super::user::User;

/// How often a session's last use is written down, in seconds: the idle limit may come this much early.
pub const TOUCH_SECONDS: i64 = 60;

/// SHA-256 of a session token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenHash(String);

/// How long a preview lasts, in minutes (requirement A8).
pub const PREVIEW_MINUTES: i64 = 15;

/// One of the staff who sees the portal as somebody else's access does (requirement A8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previewer {
    /// Who looks on.
    pub user: UserKey,
    /// With which access of their own.
    pub contact: ContactId,
    /// Where that is.
    pub organization: OrganizationId,
    /// Their own session, with which the preview ends.
    pub session: SessionId,
}

/// One signed-in visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Who signed in.
    pub user: UserKey,
    /// With which access: the contact that holds it.
    pub contact: ContactId,
    /// The contact's organization.
    pub organization: OrganizationId,
    /// What its token hashes to.
    pub token: TokenHash,
    /// [`User::epoch`] when it began.
    pub user_epoch: u32,
    /// [`Access::epoch`] when it began.
    pub access_epoch: u32,
    /// The site that was signed in at, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    /// Who looks on, where it is a preview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Previewer>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, give or take [`TOUCH_SECONDS`].
    pub used_at: Timestamp,
}

impl Session {
    /// When it is over however much it is used.
    pub fn expires_at(&self, settings: &Settings) -> Timestamp {
        match self.preview {
            Some(_) => self.created_at + SignedDuration::from_mins(PREVIEW_MINUTES),
            None => self.created_at + settings.absolute(),
        }
    }

    /// When it is over if it is not used again.
    pub fn idle_expires_at(&self, settings: &Settings) -> Timestamp {
        match self.preview {
            Some(_) => self.expires_at(settings),
            None => (self.used_at + settings.idle()).min(self.expires_at(settings)),
        }
    }

    /// Whether its last use has to be written down: a preview's is not.
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        self.preview.is_none() && now.duration_since(self.used_at) >= SignedDuration::from_secs(TOUCH_SECONDS)
    }

    /// Whether this token opens it.
    pub fn opens_with(&self, token: &SessionToken) -> bool {
        self.token == token.hash()
    }

    /// Whether it is good now, held against the records as they are now (requirement P7).
    pub fn is_good(
        &self,
        user: &User,
        contact: &Contact,
        organization: &Organization,
        settings: &Settings,
        now: Timestamp,
    ) -> bool {
        let access_is_good = |access: &Access| {
            access.is_usable()
                && access.user == self.user
                && access.epoch == self.access_epoch
                && self.site.is_none_or(|site| settings.is_valid_in(site, access.site, organization))
        };
        now < self.idle_expires_at(settings)
            && user.epoch == self.user_epoch
            && (user.password.is_some() || self.preview.is_some())
            && contact.active
            && organization.active
            && !organization.voids(self.created_at)
            && contact.access.as_ref().is_some_and(access_is_good)
    }
}

/// What the signed-in hold: the keys of the session's records, so that one read checks it, and 256 random bits.
/// Prints nothing of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken {
    /// The session.
    pub session: SessionId,
    /// Who signed in.
    pub user: UserKey,
    /// With which access.
    pub contact: ContactId,
    /// Where.
    pub organization: OrganizationId,
    secret: [u8; 32],
}

const TOKEN_BYTES: usize = 4 * 16 + 32;

impl SessionToken {
    /// A new one.
    pub fn new(user: UserKey, contact: ContactId, organization: OrganizationId, now: Timestamp) -> Self {
        Self { session: Id::new(now), user, contact, organization, secret: random() }
    }

    /// Reads what a client sent. Whether it is good only its records tell.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; TOKEN_BYTES] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let part = |at: usize| bytes[at * 16..(at + 1) * 16].try_into().ok();
        Some(Self {
            session: Id::from_bytes(part(0)?),
            user: Id::from_bytes(part(1)?),
            contact: Id::from_bytes(part(2)?),
            organization: Id::from_bytes(part(3)?),
            secret: bytes[64..].try_into().ok()?,
        })
    }

    /// The text for the client. A secret.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes())
    }

    /// What the table keeps in its place.
    pub fn hash(&self) -> TokenHash {
        TokenHash(URL_SAFE_NO_PAD.encode(Sha256::digest(self.bytes())))
    }

    fn bytes(&self) -> Vec<u8> {
        let ids =
            [self.session.to_bytes(), self.user.to_bytes(), self.contact.to_bytes(), self.organization.to_bytes()];
        [ids.as_flattened(), &self.secret].concat()
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}
