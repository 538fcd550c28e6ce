//! Signing in: one answer, one cost, whatever the reason it fails (requirements P5, P8).

use super::super::access::Access;
use super::super::actor::{By, Moment};
use super::super::audit::{Action, Entry, Subject};
use super::super::change::{AttemptsKey, Change, Record, Stored, Write};
use super::super::counter::{Counter, CounterKind, Origin};
use super::super::email::LoginKey;
use super::super::id::SiteId;
use super::super::lockout::Attempts;
use super::super::password::PasswordHash;
use super::super::place::Place;
use super::super::session::{Session, SessionToken};
use super::super::user::User;

/// What is known of somebody who knocks.
#[derive(Debug, Clone)]
pub struct Knock {
    /// The login name they gave.
    pub login: LoginKey,
    /// Whose it is.
    pub user: Option<Stored<User>>,
    /// Where that user has access.
    pub places: Vec<Place>,
    /// An access that was offered, which they take up by this very sign-in (requirement O8).
    pub offer: Option<Place>,
    /// The browser, where it has shown to be that user's.
    pub device: Option<[u8; 16]>,
    /// Failures so far: the device's where there is one, else the account's.
    pub attempts: Option<Stored<Attempts>>,
    /// The site they knock at, where it is known.
    pub site: Option<SiteId>,
    /// With what else a failure is counted.
    pub origin: Origin,
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
        let locked = self.is_locked(at);
        let hash = self.user.as_ref().and_then(|user| user.value.password.as_ref());
        hash.filter(|_| !locked && self.place(at).is_some())
    }

    fn is_locked(&self, at: &Moment<'_>) -> bool {
        let attempts = self.attempts.as_ref();
        attempts.is_some_and(|attempts| attempts.value.locked_until(at.settings.lockout, at.now).is_some())
    }

    /// The first access that can be used at the site.
    fn place(&self, at: &Moment<'_>) -> Option<&Place> {
        let user = self.user.as_ref()?.value.id;
        let usable = self.places.iter().find(|place| place.access(user, self.site, at.settings).is_some());
        // The password proves who they are, also where every other access is switched off.
        usable.or_else(|| self.offer.as_ref().filter(|offer| offer.offers_access_to(user)))
    }
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

/// A session at a place: at the site that was named, else where the access is at home.
pub(super) fn begin(
    user: &User,
    place: &Place,
    access: &Access,
    site: Option<SiteId>,
    at: &Moment<'_>,
) -> (SessionToken, Session) {
    let organization = &place.organization.value;
    let token = SessionToken::new(user.id, place.contact.value.id, organization.id, at.now);
    let session = Session {
        id: token.session,
        user: user.id,
        contact: place.contact.value.id,
        organization: organization.id,
        token: token.hash(),
        user_epoch: user.epoch,
        access_epoch: access.epoch,
        site: Some(site.unwrap_or_else(|| at.settings.home(access.site, organization).id)),
        preview: None,
        created_at: at.now,
        used_at: at.now,
    };
    (token, session)
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
        if knock.is_locked(at) {
            // A guess while locked does not count against the login; it costs what one that does costs.
            let guesses = Counter::of_login(at.now, CounterKind::LockedAttempts, knock.login);
            change.writes.push(Write::Count(guesses, 1));
        } else {
            change.put(
                knock.attempts.as_ref(),
                Record::Attempts(knock.attempts_key(), attempts.failed(at.settings.lockout, at.now)),
            );
        }
        // What fails in a known browser is not counted among all: whoever has one would use all of them up.
        let [source, overall] = knock.origin.failures(at.now);
        change.writes.push(Write::Count(source, 1));
        if knock.device.is_none() {
            change.writes.push(Write::Count(overall, 1));
        }
        let subject = knock.places.first().filter(|_| knock.user.is_some());
        change.audit(Entry::new(
            Action::SignInFailed,
            By::Public,
            subject.map_or_else(|| Subject::unknown(knock.login), |place| Subject::Contact(place.contact.value.id)),
            subject.map(|place| place.organization.value.id),
            at,
        ));
        return (None, change);
    };

    let Place { contact, organization } = place;
    let Some(access) = contact.value.access.as_ref() else { return (None, change) };
    let (token, session) = begin(&user.value, place, access, knock.site, at);
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
