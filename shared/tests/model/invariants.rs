//! What must hold whatever happens (`security.md` section 2).

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::SignedDuration;
use shared::domain::access::Standing;
use shared::domain::change::{Change, Record, Ref, Write};
use shared::domain::contact::Contact;
use shared::domain::id::OrganizationId;
use shared::domain::link::{Link, Purpose, State};
use shared::domain::mail::Fate;
use shared::domain::role::AccountType;
use shared::domain::tally::Tally;
use shared::domain::user::User;

use super::world::World;

macro_rules! hold {
    ($holds:expr, $($told:tt)+) => {
        if !$holds {
            return Err(format!($($told)+));
        }
    };
}

impl World {
    /// Whether a link is over because its organization was inactive since it was made.
    fn is_void(&self, link: &Link) -> bool {
        let contact = self.contact(link.contact);
        let organization = contact.and_then(|contact| self.organization(contact.value.organization));
        organization.is_some_and(|organization| organization.value.voids(link.created_at))
    }

    /// Holds every record against every invariant. `administered` are the organizations that ever had an administrator.
    ///
    /// # Errors
    /// The invariant that is broken.
    pub(crate) fn check(&self, administered: &mut HashSet<OrganizationId>) -> Result<(), String> {
        let mut owned = HashMap::new();
        let mut heads: HashMap<OrganizationId, u32> = HashMap::new();
        let mut carried = HashSet::new();
        let mut seats: HashMap<AccountType, i64> = HashMap::new();
        for record in self.records() {
            match record {
                Record::Login(_, login) => {
                    *owned.entry(login.user).or_insert(0) += 1;
                    let Some(Record::User(user)) = self.get(&Ref::User(login.user)) else {
                        return Err(format!("nobody owns a login name: {login:?}"));
                    };
                    match login.kept_for {
                        None => hold!(login.accesses == user.accesses, "{login:?} and {user:?} differ in accesses"),
                        Some(contact) => {
                            *owned.entry(login.user).or_insert(0) -= 1;
                            let access = self.contact(contact).and_then(|contact| contact.value.access);
                            hold!(access.is_some_and(|it| it.user_id.is_some()), "{login:?} is kept for nothing");
                        }
                    }
                }
                Record::Tally(Tally::Seats(kind, _), held) => *seats.entry(*kind).or_default() -= held.held,
                Record::Contact(contact) => {
                    let held = contact.access.as_ref().filter(|access| access.standing != Standing::Revoked);
                    if let Some(access) = held {
                        *seats.entry(access.account_type).or_default() += 1;
                    }
                    self.check_contact(contact)?;
                    if contact.access.as_ref().is_some_and(|access| contact.administers(access)) {
                        *heads.entry(contact.organization).or_default() += 1;
                    }
                }
                Record::Mail(mail) if mail.fate == Fate::Queued => {
                    let latest = self.now + SignedDuration::from_hours(3);
                    hold!(mail.retry_at <= latest, "a queued mail is due at {}, now is {}", mail.retry_at, self.now);
                    carried.extend(mail.link);
                }
                _ => {}
            }
        }
        hold!(seats.values().all(|left| *left == 0), "seats are not counted right: {seats:?}");
        let mut live = BTreeMap::new();
        for record in self.records() {
            match record {
                Record::User(user) => self.check_user(user, owned.get(&user.id).copied().unwrap_or(0))?,
                Record::Link(link) if link.state(self.now) == State::Valid && !self.is_void(link) => {
                    self.check_live(link)?;
                    let apart = (link.purpose == Purpose::Accept).then_some(link.contact);
                    let other = live.insert((link.user, link.purpose, apart), link.id);
                    hold!(other.is_none(), "two live links of one purpose: {link:?}");
                    hold!(link.sent_at.is_some() || carried.contains(&link.id), "no mail takes the link {link:?}");
                }
                Record::Organization(it) => {
                    let heads = heads.get(&it.id).copied().unwrap_or(0);
                    hold!(
                        it.administrators == heads,
                        "{} administrators are counted, {heads} are there",
                        it.administrators
                    );
                    if heads > 0 {
                        administered.insert(it.id);
                    }
                    hold!(heads > 0 || !administered.contains(&it.id), "an organization lost its last administrator");
                    let number = self.number(it.kind, it.number.folded());
                    hold!(number.is_some_and(|owner| owner.value.id == it.id), "the number of {it:?} is not its own");
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Each user owns their own login names: apart, for to hash every name takes its time.
    ///
    /// # Errors
    /// A name is another's.
    pub(crate) fn check_names(&self) -> Result<(), String> {
        for record in self.records() {
            let Record::User(user) = record else { continue };
            for key in user.login_keys() {
                hold!(self.login(key).is_some_and(|it| it.value.user == user.id), "a name of {user:?} is another's");
            }
        }
        Ok(())
    }

    fn check_contact(&self, contact: &Contact) -> Result<(), String> {
        hold!(self.get(&Ref::Organization(contact.organization)).is_some(), "an access without its organization");
        let Some(access) = &contact.access else { return Ok(()) };
        hold!(!access.roles.is_empty(), "an access without a role: {contact:?}");
        let Some(Record::User(user)) = self.get(&Ref::User(access.user)) else {
            return Err(format!("an access without its user: {contact:?}"));
        };
        for (list, of) in [(&user.accesses, Standing::Granted), (&user.offers, Standing::Offered)] {
            let listed = list.iter().filter(|it| it.contact == contact.id).count();
            let told = || format!("{of:?} access of {contact:?} is listed {listed} times by {user:?}");
            hold!(listed == usize::from(access.standing == of), "{}", told());
        }
        Ok(())
    }

    fn check_user(&self, user: &User, owned: usize) -> Result<(), String> {
        let names = 1 + usize::from(user.user_id.is_some());
        hold!(owned == names, "{user:?} owns {owned} login names of {names}");
        let mut organizations = HashSet::new();
        for it in user.accesses.iter().chain(&user.offers) {
            hold!(organizations.insert(it.organization), "two accesses of one person at one organization");
        }
        hold!(user.password.is_none() || !user.accesses.is_empty(), "a password outlives the last access: {user:?}");
        for (purpose, live) in &user.links {
            let Some(Record::Link(link)) = self.get(&Ref::Link(live.id)) else {
                return Err(format!("no record of a link of {user:?}"));
            };
            let same = link.user == user.id && link.purpose == *purpose && link.contact == live.contact;
            hold!(same, "{user:?} lists a link that is another's: {link:?}");
        }
        Ok(())
    }

    fn check_live(&self, link: &Link) -> Result<(), String> {
        let Some(Record::Contact(contact)) = self.get(&Ref::Contact(link.contact)) else {
            return Err(format!("a live link of no contact: {link:?}"));
        };
        let Some(access) = &contact.access else { return Err(format!("a live link of no access: {link:?}")) };
        let expected = if link.purpose == Purpose::Accept { Standing::Offered } else { Standing::Granted };
        hold!(access.login_enabled, "a live link of a disabled access: {link:?}");
        hold!(access.standing == expected, "a live link of an access that is {:?}: {link:?}", access.standing);
        let Some(Record::User(user)) = self.get(&Ref::User(link.user)) else {
            return Err(format!("a live link of no user: {link:?}"));
        };
        let listed = user.links.values().any(|live| live.id == link.id);
        hold!(listed == (link.purpose != Purpose::Accept), "a live link that its user does not know of: {link:?}");
        hold!(
            (link.purpose == Purpose::Reset) == user.password.is_some() || link.purpose == Purpose::Accept,
            "a live link that does not go with its user's password: {link:?}"
        );
        Ok(())
    }

    /// Every change has its audit entry, and no entry lacks its change. What only counts, passes a mail on or notes
    /// that a session was used needs none.
    ///
    /// # Errors
    /// It has none, or too much.
    pub(crate) fn check_audit(&self, change: &Change) -> Result<(), String> {
        let told = change.entries().count();
        let quiet = |write: &Write| match write {
            Write::Update(Record::Mail(_) | Record::Session(_), _)
            | Write::Check(..)
            | Write::Touch(..)
            | Write::Count(..)
            | Write::Audit(_) => true,
            Write::Update(Record::Link(link), _) => link.ended.is_none(),
            _ => false,
        };
        let loud = change.writes.iter().any(|write| !quiet(write));
        let counts = change.writes.iter().any(|write| matches!(write, Write::Count(..)));
        hold!(!loud || told > 0, "a change without an entry: {change:?}");
        hold!(loud || counts || told == 0, "an entry without a change: {change:?}");
        hold!(change.entries().all(|entry| entry.at == self.now), "an entry of another time");
        Ok(())
    }
}
