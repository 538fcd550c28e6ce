//! Signing in: one answer, one cost, whatever the reason it fails (requirements P5, P8).

use jiff::Timestamp;

use super::super::actor::{By, Moment};
use super::super::audit::{Action, Entry, Subject};
use super::super::change::{AttemptsKey, Change, Counter, CounterKind, Record, Stored, Write};
use super::super::contact::Contact;
use super::super::email::LoginKey;
use super::super::id::SiteId;
use super::super::lockout::{Attempts, SOURCE_WINDOW_MINUTES};
use super::super::organization::Organization;
use super::super::password::PasswordHash;
use super::super::session::{Session, SessionToken};
use super::super::user::User;

/// A contact and its organization, as they were read.
pub type Place = (Stored<Contact>, Stored<Organization>);

/// What is known of somebody who knocks.
#[derive(Debug, Clone)]
pub struct Knock {
    /// The login name they gave.
    pub login: LoginKey,
    /// Whose it is.
    pub user: Option<Stored<User>>,
    /// Where that user has access.
    pub places: Vec<Place>,
    /// The browser, where it has shown to be that user's.
    pub device: Option<[u8; 16]>,
    /// Failures so far: the device's where there is one, else the account's.
    pub attempts: Option<Stored<Attempts>>,
    /// The site they knock at, where it is known.
    pub site: Option<SiteId>,
    /// Whose failures are counted with these: the source's address, hashed.
    pub source: [u8; 16],
}

impl Knock {
    /// Under which key failures are counted.
    pub fn attempts_key(&self) -> AttemptsKey {
        match (&self.user, self.device) {
            (Some(user), Some(device)) => AttemptsKey::Device(user.value.id, device),
            (Some(user), None) => AttemptsKey::User(user.value.id),
            (None, _) => AttemptsKey::Unknown(self.login),
        }
    }

    /// The hash that the password is to be held against. None: whatever is typed, it fails, after the same work.
    pub fn hash(&self, at: &Moment<'_>) -> Option<&PasswordHash> {
        let locked = self.is_locked(at.now);
        let hash = self.user.as_ref().and_then(|user| user.value.password.as_ref());
        hash.filter(|_| !locked && self.place(at).is_some())
    }

    fn is_locked(&self, now: Timestamp) -> bool {
        self.attempts.as_ref().is_some_and(|attempts| attempts.value.locked_until(now).is_some())
    }

    /// The first access that can be used at the site.
    fn place(&self, at: &Moment<'_>) -> Option<&Place> {
        let user = self.user.as_ref()?;
        self.places.iter().find(|(contact, organization)| {
            contact.value.active
                && organization.value.active
                && contact.value.access.as_ref().is_some_and(|access| {
                    access.user == user.value.id
                        && access.is_usable()
                        && self.site.is_none_or(|site| at.settings.is_valid_in(site, access.site, &organization.value))
                })
        })
    }
}

/// The counter of a source's failures.
pub fn source_failures(source: [u8; 16], now: Timestamp) -> Counter {
    window(CounterKind::SourceFailures, source, SOURCE_WINDOW_MINUTES, now)
}

/// A counter's window at this moment.
pub(super) fn window(kind: CounterKind, of: [u8; 16], minutes: i64, now: Timestamp) -> Counter {
    Counter { kind, of, window: now.as_second() / (minutes * 60) }
}

/// A sign-in that succeeded.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// For the client.
    pub token: SessionToken,
    /// The session begun.
    pub session: Session,
    /// Who.
    pub user: User,
    /// With which access.
    pub place: Place,
}

/// Begins a session where the password was right, counts a failure where it was not. Both are one write.
pub fn sign_in(
    knock: &Knock,
    verified: bool,
    rehashed: Option<PasswordHash>,
    at: &Moment<'_>,
) -> (Option<SignedIn>, Change) {
    let mut change = Change::none();
    let attempts = knock.attempts.as_ref().map(|attempts| attempts.value.clone()).unwrap_or_default();
    let admitted = knock.hash(at).filter(|_| verified).and(knock.user.as_ref()).zip(knock.place(at));
    let Some((user, place)) = admitted else {
        let locked = knock.is_locked(at.now);
        if locked {
            // A guess while locked is not counted; it costs what a counted one costs.
            let of = knock.login.as_bytes().first_chunk().copied().unwrap_or_default();
            change.writes.push(Write::Count(window(CounterKind::LockedAttempts, of, 15, at.now), 1));
        } else {
            change.put(knock.attempts.as_ref(), Record::Attempts(knock.attempts_key(), attempts.failed(at.now)));
        }
        change.writes.push(Write::Count(source_failures(knock.source, at.now), u32::from(!locked)));
        let subject = knock.places.first().filter(|_| knock.user.is_some());
        change.audit(Entry::new(
            Action::SignInFailed,
            By::Public,
            subject.map_or_else(|| Subject::unknown(knock.login), |(contact, _)| Subject::Contact(contact.value.id)),
            subject.map(|(contact, _)| contact.value.organization),
            at,
        ));
        return (None, change);
    };

    let (contact, organization) = place;
    let Some(access) = contact.value.access.as_ref() else { return (None, change) };
    let token = SessionToken::new(user.value.id, contact.value.id, organization.value.id, at.now);
    let session = Session {
        id: token.session,
        user: user.value.id,
        contact: contact.value.id,
        organization: organization.value.id,
        token: token.hash(),
        user_epoch: user.value.epoch,
        access_epoch: access.epoch,
        site: Some(knock.site.unwrap_or_else(|| at.settings.home(access.site, &organization.value).id)),
        created_at: at.now,
        used_at: at.now,
    };
    change.put(knock.attempts.as_ref(), Record::Attempts(knock.attempts_key(), attempts.succeeded(at.now)));
    if knock.device.is_some() {
        change.writes.push(Write::SignedIn(user.value.id, at.now));
    }
    change.create(session.clone());
    if let Some(hash) = rehashed {
        change.update(user, User { password: Some(hash), ..user.value.clone() });
    }
    let mut entry =
        Entry::new(Action::SignedIn, By::Public, Subject::Contact(contact.value.id), Some(organization.value.id), at);
    entry.actor = Some(user.value.id);
    change.audit(entry);
    (Some(SignedIn { token, session, user: user.value.clone(), place: place.clone() }), change)
}
