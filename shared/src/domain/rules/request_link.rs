//! Anybody asks for a link: "forgot password", or "send me a new one" on a link's page (requirements L5–L8).

use jiff::Timestamp;

use super::super::account::Account;
use super::super::actor::{By, Moment};
use super::super::audit::{Action, Entry, Subject};
use super::super::change::{Change, Ref, Stored, Write};
use super::super::counter::{Counter, CounterKind, Origin};
use super::super::email::LoginKey;
use super::super::id::SiteId;
use super::super::link::{Link, LinkId, Purpose, State};
use super::super::mail::Deliverer;
use super::super::place::Place;
use super::super::random;
use super::super::user::User;
use super::give_login::offer;
use super::links;
use super::redeem::is_usable;

/// Mails to one address that the public can cause within [`WINDOW_MINUTES`].
pub const ADDRESS_REQUESTS: u32 = 5;
/// Requests from one source within [`WINDOW_MINUTES`] after which it is refused.
pub const SOURCE_REQUESTS: u32 = 100;
/// Requests from anywhere within [`WINDOW_MINUTES`] after which all are refused.
pub const OVERALL_REQUESTS: u32 = 16_000;
/// The window in which requests for links are counted, in minutes.
pub const WINDOW_MINUTES: i64 = 60;

/// What every request writes, whether anybody is behind it or not (requirement L7).
const WRITES: usize = 10;

/// What is known of somebody who asks for a link.
#[derive(Debug, Clone)]
pub struct Request {
    /// The login name they gave, or that of the link's holder.
    pub login: LoginKey,
    /// Whose it is.
    pub user: Option<Stored<User>>,
    /// Where that user has access; the contact of a link's page first.
    pub places: Vec<Place>,
    /// The user's live link of the purpose, if there is one.
    pub live: Option<Stored<Link>>,
    /// Requests for this address in this window so far.
    pub requests: u32,
    /// The site they ask at, where it is known.
    pub site: Option<SiteId>,
    /// Where it is counted besides.
    pub origin: Origin,
}

/// The link that a request would send again, for reading it: a user without a password is invited anew.
pub fn wanted(user: &User) -> (Purpose, Option<LinkId>) {
    let purpose = if user.password.is_some() { Purpose::Reset } else { Purpose::Invite };
    (purpose, user.links.get(&purpose).map(|live| live.id))
}

/// The counter of requests for one address.
pub fn address_requests(login: LoginKey, now: Timestamp) -> Counter {
    Counter::of_login(now, CounterKind::AddressRequests, login)
}

/// Counts a request from somewhere.
pub(super) fn count(change: &mut Change, origin: Origin, at: &Moment<'_>) {
    change.writes.extend(origin.requests(at.now).map(|counter| Write::Count(counter, 1)));
}

/// Writes the mail of a link: the live one once more with its time set anew, else a new one. Nobody behind the
/// name, a disabled login, or too many requests: as much is written, and nothing is mailed.
pub fn request_link(asked: &Request, at: &Moment<'_>) -> Change {
    let mut change = Change::none();
    change.writes.push(Write::Count(address_requests(asked.login, at.now), 1));
    count(&mut change, asked.origin, at);
    let usable = |place: &&Place, site| {
        let user = asked.user.as_ref().map(|user| user.value.id);
        user.is_some_and(|user| place.access(user, site, at.settings).is_some())
    };
    let place = asked.places.iter().find(|place| usable(place, asked.site));
    if let (Some(user), Some(place), true) = (&asked.user, place, asked.requests < ADDRESS_REQUESTS) {
        let mut person = user.value.clone();
        let (purpose, _) = wanted(&person);
        // The live one goes out again through whichever access it came, so that asking elsewhere does not replace it.
        let live = asked.live.as_ref().filter(|link| {
            link.value.purpose == purpose
                && link.value.state(at.now) == State::Valid
                && person.links.get(&purpose).is_some_and(|live| live.id == link.value.id)
        });
        let live = live.and_then(|link| {
            let is_its = |place: &&Place| {
                place.contact.value.id == link.value.contact
                    && usable(place, None)
                    && !place.organization.value.voids(link.value.created_at)
            };
            Some((link, asked.places.iter().find(is_its)?))
        });
        let Place { contact, organization } = live.map_or(place, |(_, its_place)| its_place);
        let mut at_contact = contact.value.clone();
        if let Some((live, _)) = live {
            links::mail(&mut change, &mut at_contact, &live.value, true, Deliverer::Stream, at);
            change.check(Ref::Link(live.value.id), live.rev);
            change.check(Ref::User(person.id), user.rev);
        } else {
            links::send(&mut change, &mut person, &mut at_contact, purpose, Deliverer::Stream, at);
            change.update(user, person);
        }
        change.check(Ref::Organization(organization.value.id), organization.rev);
        change.audit(
            Entry::new(
                Action::LinkRequested,
                By::Public,
                Subject::Contact(at_contact.id),
                Some(at_contact.organization),
                at,
            )
            .telling("purpose", None, Some(purpose.as_str().to_owned())),
        );
        change.update(contact, at_contact);
    } else {
        change.audit(Entry::new(Action::LinkRequested, By::Public, Subject::unknown(asked.login), None, at));
    }
    while change.writes.len() < WRITES {
        change.writes.push(Write::Count(Counter::at(at.now, CounterKind::Padding, random()), 1));
    }
    change
}

/// Writes the mail of an offer's link once more, or of a new one where its time is over: for whoever holds one of its
/// links. `requests` is how many there were for this address in this window so far.
pub fn request_offer(account: &Account, user: &Stored<User>, requests: u32, origin: Origin, at: &Moment<'_>) -> Change {
    let login = LoginKey::from(&user.value.login_email);
    let mut change = Change::none();
    change.writes.push(Write::Count(address_requests(login, at.now), 1));
    count(&mut change, origin, at);
    if requests < ADDRESS_REQUESTS && is_usable(Purpose::Accept, account) {
        let (mut person, mut contact) = (user.value.clone(), account.contact.value.clone());
        let live = account.link.as_ref().filter(|link| {
            link.purpose == Purpose::Accept && link.state(at.now) == State::Valid && !account.voids(link)
        });
        match live {
            Some(live) => links::mail(&mut change, &mut contact, live, true, Deliverer::Stream, at),
            None => offer(&mut change, &mut person, &mut contact, Deliverer::Stream, at),
        }
        let purpose = Some(Purpose::Accept.as_str().to_owned());
        change.audit(Entry::about(account, Action::LinkRequested, By::Link, at).telling("purpose", None, purpose));
        change.check(Ref::Organization(account.organization.value.id), account.organization.rev);
        change.update(user, person);
        change.update(&account.contact, contact);
    }
    change
}
