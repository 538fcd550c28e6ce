//! The model: what the requirements say should hold, told simply and without the rules' help. Numbers in brackets are
//! requirements'.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use shared::domain::access::Standing;
use shared::domain::account;
use shared::domain::link::{Purpose, State};
use shared::domain::mail::{Fate, Template};
use shared::domain::organization::OrganizationType;
use shared::domain::role::AccountType;

use super::command::{Act, Command, Handout, Hat, Name, PEOPLE, Place, Sent, Typed, Who};
use super::decide::{Input, user_id};
use super::view::{Called, Fact, standing};

/// What should come of a command: every reason there is to refuse it.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// Reasons that are told before anything of the state is: not signed in, not allowed at all, out of scope.
    first: Vec<&'static str>,
    /// The others, of which any may be told.
    others: Vec<&'static str>,
}

impl Verdict {
    fn of(reason: Option<&'static str>) -> Self {
        Self { first: reason.into_iter().collect(), others: Vec::new() }
    }

    fn first(&mut self, holds: bool, reason: &'static str) {
        self.first.extend(holds.then_some(reason));
    }

    fn other(&mut self, holds: bool, reason: &'static str) {
        self.others.extend(holds.then_some(reason));
    }

    fn is_yes(&self) -> bool {
        self.first.is_empty() && self.others.is_empty()
    }

    /// Whether an outcome is one that the requirements allow.
    pub(crate) fn agrees(&self, refused: Option<&str>) -> bool {
        let reasons = if self.first.is_empty() { &self.others } else { &self.first };
        match refused {
            None => reasons.is_empty(),
            Some(reason) => reasons.contains(&reason),
        }
    }

    /// Whether nothing is in the way but what only the organization as a whole tells.
    pub(crate) fn fits(&self) -> bool {
        self.first.is_empty() && self.others.iter().all(|reason| *reason == "last_administrator")
    }
}

#[derive(Debug, Clone)]
struct Organization {
    called: Called,
    partner: Option<usize>,
    active: bool,
    /// When it last became inactive: what began before is over.
    void_before: Option<Timestamp>,
}

#[derive(Debug, Clone, Default)]
struct Person {
    exists: bool,
    user_id: Option<u8>,
    password: Option<u32>,
    former: u32,
    must_change: bool,
    /// Whether staff chose the password.
    given: bool,
    /// The granted accesses, in the order in which they were.
    granted: Vec<usize>,
    /// Of the account, and of the owner's device.
    locks: [Lock; 2],
}

impl Person {
    fn set_password(&mut self, fresh: u32, must_change: bool, given: bool) {
        self.former = self.password.unwrap_or(0);
        self.password = Some(fresh);
        self.must_change = must_change;
        self.given = given;
    }

    fn lose_password(&mut self) {
        self.former = self.password.unwrap_or(self.former);
        self.password = None;
        self.must_change = false;
        self.given = false;
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Lock {
    failures: u32,
    last: Timestamp,
}

impl Lock {
    /// [P8]
    fn is_on(self, now: Timestamp) -> bool {
        let minutes = match self.failures {
            0..5 => return false,
            5 => 15,
            6 => 30,
            7 => 60,
            8 => 120,
            9 => 240,
            10 => 480,
            11 => 960,
            12..100 => 1440,
            100.. => return true,
        };
        now < self.last + SignedDuration::from_mins(minutes)
    }
}

#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Access {
    person: u8,
    organization: usize,
    kind: AccountType,
    hat: Hat,
    site: Option<u8>,
    can_create_users: bool,
    claims: bool,
    /// Asked for with an offer: kept for it, and nobody's.
    user_id: Option<u8>,
    standing: Standing,
    enabled: bool,
    active: bool,
    link: Option<usize>,
}

impl Access {
    fn administers(&self) -> bool {
        self.active
            && self.standing == Standing::Granted
            && self.enabled
            && matches!(self.hat, Hat::Administrator | Hat::Both)
    }
}

#[derive(Debug, Clone)]
struct Link {
    person: u8,
    contact: usize,
    purpose: Purpose,
    made_at: Timestamp,
    sent_at: Option<Timestamp>,
    ended: Option<State>,
    /// Whether it is still the one of its purpose: neither used, replaced nor void.
    current: bool,
}

impl Link {
    /// [L2, L3]
    fn state(&self, now: Timestamp) -> State {
        let expired = self.sent_at.is_some_and(|sent| sent + SignedDuration::from_hours(24) <= now);
        self.ended.unwrap_or(if expired { State::Expired } else { State::Valid })
    }
}

#[derive(Debug, Clone)]
struct Session {
    person: u8,
    contact: usize,
    site: u8,
    begun: Timestamp,
    used: Timestamp,
    alive: bool,
    gone: bool,
    /// Of wrong guesses at the present password.
    guesses: Lock,
}

#[derive(Debug, Clone)]
struct Mail {
    template: Template,
    person: u8,
    contact: usize,
    link: Option<usize>,
    renews: bool,
    fate: Fate,
    tries: u32,
    retry_at: Timestamp,
    made_at: Timestamp,
}

impl Mail {
    /// After a day the next try is the last.
    fn is_overdue(&self, now: Timestamp) -> bool {
        now.duration_since(self.made_at) >= SignedDuration::from_hours(24)
    }
}

/// What an access permits its holder to do here [A2, U5].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Create,
    /// Grant, revoke, send links, switch logins.
    Administer,
    FirstPassword,
    SetPassword,
    /// Look after staff and vendors.
    ManageStaff,
}

/// The model.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub now: Timestamp,
    organizations: Vec<Organization>,
    people: Vec<Person>,
    accesses: Vec<Access>,
    links: Vec<Link>,
    sessions: Vec<Session>,
    mails: Vec<Mail>,
    claims: Vec<(usize, u32)>,
    requests: HashMap<(bool, u8, i64), u32>,
}

impl Model {
    /// After the bootstrap: one organization, one administrator, one invitation [AU-10].
    pub(crate) fn new(now: Timestamp) -> Self {
        let mut model = Self {
            now,
            organizations: vec![Organization {
                called: (OrganizationType::Internal, 0),
                partner: None,
                active: true,
                void_before: None,
            }],
            people: vec![Person::default(); usize::from(PEOPLE)],
            accesses: Vec::new(),
            links: Vec::new(),
            sessions: Vec::new(),
            mails: Vec::new(),
            claims: Vec::new(),
            requests: HashMap::new(),
        };
        model.people[0].exists = true;
        model.people[0].granted.push(0);
        model.accesses.push(Access {
            person: 0,
            organization: 0,
            kind: AccountType::Staff,
            hat: Hat::Administrator,
            site: None,
            can_create_users: false,
            claims: false,
            user_id: None,
            standing: Standing::Granted,
            enabled: true,
            active: true,
            link: None,
        });
        model.send(0, Purpose::Invite);
        model
    }

    /// The password that is typed with a command, as its owner knows it.
    pub(crate) fn typed(&self, command: &Command) -> u32 {
        let (person, typed) = match *command {
            Command::SignIn { name, typed, .. } => (self.owner(name), typed),
            Command::ChangePassword { session, typed } => (Some(self.sessions[usize::from(session)].person), typed),
            _ => return 0,
        };
        let Some(person) = person.map(|person| &self.people[usize::from(person)]) else { return 0 };
        match typed {
            Typed::Right => person.password.unwrap_or(person.former),
            Typed::Former => person.former,
            Typed::Wrong => 0,
        }
    }

    /// Whose a link is.
    pub(crate) fn addressee(&self, link: u8) -> u8 {
        self.links[usize::from(link)].person
    }

    /// Does what a command asks for, where nothing is in its way; none where it means nothing now.
    pub(crate) fn run(&mut self, command: &Command, input: Input) -> Option<Verdict> {
        Some(match *command {
            Command::Create { by, place, who, user_id, handout } => {
                let Some(actor) = self.actor(by) else { return unauthenticated() };
                return self.create(actor, place, who, user_id, handout, input);
            }
            Command::Administer { by, contact, act } => {
                let Some(actor) = self.actor(by) else { return unauthenticated() };
                self.administer(actor, usize::from(contact), act, input)
            }
            Command::RequestLink { name, site } => {
                self.request(name, site, None);
                Verdict::default()
            }
            Command::Renew { link } => {
                let link = &self.links[usize::from(link)];
                let (person, contact) = (link.person, link.contact);
                if link.purpose == Purpose::Accept {
                    self.request_offer(contact);
                } else {
                    self.request(Name::Email(person), None, Some(contact));
                }
                Verdict::default()
            }
            Command::Redeem { link } => {
                let link = usize::from(link);
                self.redeem(link, input)
            }
            Command::Accept { link } => self.accept(usize::from(link)),
            Command::SignIn { name, site, device, .. } => self.sign_in(name, site, device, input),
            Command::Use { session } => {
                let Some(session) = self.visit(session) else { return unauthenticated() };
                let (now, session) = (self.now, &mut self.sessions[session]);
                // Written down once a minute.
                if now.duration_since(session.used) >= SignedDuration::from_secs(60) {
                    session.used = now;
                }
                Verdict::default()
            }
            Command::ChangePassword { session, .. } => {
                let Some(session) = self.visit(session) else { return unauthenticated() };
                self.change_password(session, input)
            }
            Command::SignOut { session } => {
                let Some(session) = self.visit(session) else { return unauthenticated() };
                self.sessions[session].gone = true;
                Verdict::default()
            }
            Command::TakeUp { mail } => {
                let mail = usize::from(mail);
                self.take_up(mail);
                Verdict::default()
            }
            Command::Settle { claim, sent } => {
                let claim = usize::from(claim);
                self.settle(claim, sent);
                Verdict::default()
            }
            Command::Expire { link } => {
                let link = usize::from(link);
                self.expire(link);
                Verdict::default()
            }
            Command::Activate { by, contact, which, active } => {
                let Some(actor) = self.actor(by) else { return unauthenticated() };
                if contact {
                    self.activate_contact(actor, usize::from(which), active)
                } else {
                    self.activate_organization(actor, usize::from(which), active)
                }
            }
            Command::Wait { seconds } => {
                self.now += SignedDuration::from_secs(i64::from(seconds));
                return None;
            }
            Command::SignInToAccept { .. } | Command::Hammer { .. } | Command::Sweep => return None,
        })
    }

    fn administer(&mut self, actor: usize, contact: usize, act: Act, input: Input) -> Verdict {
        match act {
            Act::Grant { handout, notify } => self.grant(actor, contact, handout, notify, input),
            Act::Revoke { everywhere } => self.revoke(actor, contact, everywhere),
            Act::Toggle { on } => self.toggle(actor, contact, on),
            Act::EndSessions => {
                let mut verdict = self.asked(actor, contact, Deed::Administer);
                verdict.other(self.accesses[contact].standing == Standing::Revoked, "revoked");
                if verdict.is_yes() {
                    self.end_sessions(|session| session.contact == contact);
                }
                verdict
            }
            Act::SendLink => self.send_link(actor, contact),
            Act::SetPassword { must_change } => self.set_password(actor, contact, must_change, input),
            Act::Unlock => self.unlock(actor, contact),
            Act::RequirePasswordChange => self.require_password_change(actor, contact),
        }
    }

    /// [O7, L5]
    fn activate_contact(&mut self, actor: usize, contact: usize, active: bool) -> Verdict {
        let mut verdict = self.asked(actor, contact, Deed::Administer);
        let access = &self.accesses[contact];
        verdict.other(contact == actor, "own_contact");
        verdict.other(access.active && active, "already_active");
        verdict.other(!access.active && !active, "already_inactive");
        verdict.other(!active && self.is_last_administrator(contact), "last_administrator");
        if verdict.is_yes() {
            self.accesses[contact].active = active;
            if !active {
                self.end_sessions(|session| session.contact == contact);
                self.void(|link| link.contact == contact);
            }
        }
        verdict
    }

    /// [O7, L5]
    fn activate_organization(&mut self, actor: usize, organization: usize, active: bool) -> Verdict {
        let mut verdict = Verdict::default();
        let it = &self.organizations[organization];
        verdict.first(!self.is_staff(actor) || !self.may(actor, Deed::Administer), "forbidden");
        let kind = AccountType::from(it.called.0);
        verdict.other(is_staffs(kind) && !self.may(actor, Deed::ManageStaff), "forbidden");
        verdict.other(self.accesses[actor].organization == organization, "own_organization");
        verdict.other(it.active && active, "already_active");
        verdict.other(!it.active && !active, "already_inactive");
        if verdict.is_yes() {
            let now = self.now;
            let it = &mut self.organizations[organization];
            it.active = active;
            it.void_before = if active { it.void_before } else { Some(now) };
        }
        verdict
    }

    /// Whether what began then at a contact is over because its organization was inactive since.
    fn is_void(&self, contact: usize, began: Timestamp) -> bool {
        self.organizations[self.accesses[contact].organization].void_before.is_some_and(|before| began <= before)
    }

    fn person(&self, contact: usize) -> &Person {
        &self.people[usize::from(self.accesses[contact].person)]
    }

    fn person_mut(&mut self, contact: usize) -> &mut Person {
        &mut self.people[usize::from(self.accesses[contact].person)]
    }

    fn is_active(&self, contact: usize) -> bool {
        let access = &self.accesses[contact];
        access.active && self.organizations[access.organization].active
    }

    /// [O7, T1, A5]
    fn is_usable(&self, contact: usize) -> bool {
        let access = &self.accesses[contact];
        self.is_active(contact) && access.standing == Standing::Granted && access.enabled
    }

    fn actor(&self, by: u8) -> Option<usize> {
        let contact = usize::from(by);
        let person = self.person(contact);
        (self.is_usable(contact) && person.password.is_some() && !person.must_change).then_some(contact)
    }

    fn may(&self, actor: usize, deed: Deed) -> bool {
        let access = &self.accesses[actor];
        let head = matches!(access.hat, Hat::Administrator | Hat::Both);
        match (access.kind, deed) {
            (AccountType::Staff, Deed::Create | Deed::Administer | Deed::FirstPassword) => {
                head || access.hat == Hat::Manager
            }
            (AccountType::Customer | AccountType::Partner, Deed::Create) => head || access.can_create_users,
            (AccountType::Staff, _) | (AccountType::Customer | AccountType::Partner, Deed::Administer) => head,
            _ => false,
        }
    }

    fn is_staff(&self, actor: usize) -> bool {
        self.accesses[actor].kind == AccountType::Staff
    }

    /// [A7]
    fn reaches(&self, actor: usize, organization: usize) -> bool {
        let own = self.accesses[actor].organization;
        self.is_staff(actor)
            || own == organization
            || (self.accesses[actor].kind == AccountType::Partner
                && self.organizations[organization].partner == Some(own))
    }

    /// [A3]
    fn is_above(&self, actor: usize, hat: Hat, can_create_users: bool) -> bool {
        let head = matches!(hat, Hat::Administrator | Hat::Both);
        !self.is_staff(actor)
            && ((head && !self.may(actor, Deed::Administer)) || (can_create_users && !self.may(actor, Deed::Create)))
    }

    /// What stands in the way of everything that is done to an account.
    fn asked(&self, actor: usize, contact: usize, deed: Deed) -> Verdict {
        let mut verdict = Verdict::default();
        let access = &self.accesses[contact];
        verdict.first(!self.may(actor, deed), "forbidden");
        verdict.first(!self.reaches(actor, access.organization), "not_found");
        verdict.other(is_staffs(access.kind) && !self.may(actor, Deed::ManageStaff), "forbidden");
        verdict
    }

    /// [U1, U5, U6, U8, A3]
    fn check(&self, verdict: &mut Verdict, actor: usize, kind: AccountType, handout: Handout) {
        let local = matches!(kind, AccountType::Customer | AccountType::Partner);
        verdict.other(handout.claims && kind != AccountType::Partner, "not_for_account_type");
        verdict.other(handout.can_create_users && !local, "not_for_account_type");
        verdict.other(handout.site == Some(2), "unknown_site");
        let fits = match handout.hat {
            Hat::Plain => true,
            Hat::Administrator | Hat::Both => kind != AccountType::Vendor,
            Hat::Manager => kind == AccountType::Staff,
            Hat::Foreign => false,
        };
        verdict.other(!fits, "role_not_for_account_type");
        verdict.other(self.is_above(actor, handout.hat, handout.can_create_users), "above_own_role");
        let site = self.accesses[actor].site;
        verdict.other(!self.is_staff(actor) && site.is_some() && site != handout.site, "above_own_role");
    }

    /// Whether somebody has, or is offered, an access at an organization.
    fn is_held(&self, person: u8, organization: usize) -> bool {
        self.accesses
            .iter()
            .any(|it| it.person == person && it.organization == organization && it.standing != Standing::Revoked)
    }

    /// How many administer an organization [A7].
    fn administrators(&self, organization: usize) -> usize {
        self.accesses.iter().filter(|it| it.organization == organization && it.administers()).count()
    }

    fn is_last_administrator(&self, contact: usize) -> bool {
        self.accesses[contact].administers() && self.administrators(self.accesses[contact].organization) == 1
    }

    fn create(
        &mut self,
        actor: usize,
        place: Place,
        who: Who,
        user_id: Option<u8>,
        handout: Handout,
        input: Input,
    ) -> Option<Verdict> {
        let (kind, organization, number) = match place {
            Place::There(at, kind) => {
                let at = usize::from(at);
                (kind.unwrap_or_else(|| AccountType::from(self.organizations[at].called.0)), Some(at), 0)
            }
            Place::Numbered(number, kind) => {
                let called = (kind.organization_type(), number);
                (kind, self.organizations.iter().position(|it| it.called == called), number)
            }
        };
        let (person, by_email) = match who {
            Who::Email(person) => (person, true),
            Who::Known(person) if self.people[usize::from(person)].exists => (person, false),
            Who::Known(_) => return None,
        };
        let staff = self.is_staff(actor);
        let registers = self.accesses[actor].kind == AccountType::Partner && kind == AccountType::Customer;
        let exists = self.people[usize::from(person)].exists;
        let held = organization.is_some_and(|organization| self.is_held(person, organization));
        let password = handout.password.filter(|_| by_email);
        let user_id = user_id.filter(|_| by_email);

        let mut verdict = Verdict::default();
        verdict.first(!self.may(actor, Deed::Create), "forbidden");
        verdict.first(is_staffs(kind) && !self.may(actor, Deed::ManageStaff), "forbidden");
        verdict.first(password.is_some() && !self.may(actor, Deed::FirstPassword), "forbidden");
        if let Some(at) = organization {
            verdict.first(!self.reaches(actor, at), "not_found");
            verdict.other(self.organizations[at].called.0 != kind.organization_type(), "wrong_kind");
            verdict.other(!self.organizations[at].active, "organization_inactive");
        } else {
            verdict.first(!staff && !registers, "not_found");
            verdict.other(kind == AccountType::Staff, "one_internal_organization");
        }
        self.check(&mut verdict, actor, kind, handout);
        let taken = user_id.is_some()
            && (self.people.iter().any(|it| it.user_id == user_id)
                || self.accesses.iter().any(|it| it.user_id == user_id));
        verdict.other(taken, "user_id_taken");
        verdict.other(!by_email && !staff, "not_found");
        verdict.other(by_email && exists && (staff || held), "email_taken");
        verdict.other(!by_email && held, "access_exists");
        if !verdict.is_yes() {
            return Some(verdict);
        }

        let organization = organization.unwrap_or_else(|| {
            let partner = registers.then(|| self.accesses[actor].organization).filter(|_| !staff);
            let called = (kind.organization_type(), number);
            self.organizations.push(Organization { called, partner, active: true, void_before: None });
            self.organizations.len() - 1
        });
        // To whoever is not staff, somebody known elsewhere is a new person; the access is theirs when they accept [O8].
        let offered = !staff && !self.people[usize::from(person)].granted.is_empty();
        let contact = self.accesses.len();
        self.accesses.push(Access {
            person,
            organization,
            kind,
            hat: handout.hat,
            site: handout.site,
            can_create_users: handout.can_create_users,
            claims: handout.claims,
            user_id: user_id.filter(|_| offered),
            standing: if offered { Standing::Offered } else { Standing::Granted },
            enabled: true,
            active: true,
            link: None,
        });
        let them = self.person_mut(contact);
        if exists {
            self.must_choose_anew(contact);
        } else {
            them.exists = true;
            them.user_id = user_id;
            if let Some(must_change) = password {
                them.set_password(input.fresh, must_change, true);
            }
        }
        let them = self.person_mut(contact);
        if offered {
            self.send(contact, Purpose::Accept);
        } else {
            them.granted.push(contact);
            if them.password.is_some() {
                self.tell(contact, Template::AccessGranted);
            } else {
                self.send(contact, Purpose::Invite);
            }
        }
        Some(verdict)
    }

    fn grant(&mut self, actor: usize, contact: usize, handout: Handout, notify: bool, input: Input) -> Verdict {
        let before = self.accesses[contact].clone();
        let them = self.person(contact).clone();
        let staff = self.is_staff(actor);
        let mut verdict = self.asked(actor, contact, Deed::Administer);
        verdict.first(handout.password.is_some() && !self.may(actor, Deed::FirstPassword), "forbidden");
        self.check(&mut verdict, actor, before.kind, handout);
        let after = Access {
            hat: handout.hat,
            site: handout.site,
            can_create_users: handout.can_create_users,
            claims: handout.claims,
            ..before.clone()
        };
        let same = before.hat.roles(before.kind) == after.hat.roles(after.kind)
            && (before.site, before.can_create_users, before.claims)
                == (after.site, after.can_create_users, after.claims);
        verdict.other(contact == actor && !same, "own_access");
        let elsewhere = |it: &Access| it.person == before.person && it.standing != Standing::Revoked;
        let above = self.accesses.iter().any(|it| elsewhere(it) && is_staffs(it.kind));
        verdict.other(handout.password.is_some() && above && !self.may(actor, Deed::ManageStaff), "forbidden");
        let revoked = before.standing == Standing::Revoked;
        let anew = revoked && them.given && is_staffs(before.kind);
        let offered = before.standing == Standing::Offered;
        let has_password = them.password.is_some() && !anew;
        verdict.other(handout.password.is_some() && (has_password || offered), "password_already_set");
        if revoked {
            verdict.other(!self.is_active(contact), "inactive");
            verdict.other(self.is_held(before.person, before.organization), "access_exists");
            let links = handout.password.is_none() && (!has_password || (!staff && !them.granted.is_empty()));
            verdict.other(links && !notify, "link_needs_mail");
        } else {
            let loses = before.administers() && !after.administers();
            verdict.other(loses && self.is_last_administrator(contact), "last_administrator");
        }
        if !verdict.is_yes() {
            return verdict;
        }

        let again = revoked && (staff || them.granted.is_empty());
        self.accesses[contact] = after;
        let access = &mut self.accesses[contact];
        if revoked {
            access.enabled = true;
            access.standing = if again { Standing::Granted } else { Standing::Offered };
        }
        if revoked {
            self.must_choose_anew(contact);
        }
        if again {
            self.person_mut(contact).granted.push(contact);
        }
        if revoked && !again {
            self.send(contact, Purpose::Accept);
        } else if let Some(must_change) = handout.password {
            self.person_mut(contact).set_password(input.fresh, must_change, true);
            self.void(|link| link.person == before.person && link.purpose != Purpose::Accept);
            if notify {
                self.tell(contact, Template::AccessGranted);
            }
        } else if revoked && !has_password {
            // An old password does not come back by itself [A5].
            self.send(contact, Purpose::Invite);
        } else if revoked && notify {
            self.tell(contact, Template::AccessGranted);
        }
        verdict
    }

    /// [A3]: whoever chose a password for somebody does not come to have their staff's access by it.
    fn must_choose_anew(&mut self, contact: usize) {
        let person = self.accesses[contact].person;
        if self.person(contact).given && is_staffs(self.accesses[contact].kind) {
            self.person_mut(contact).lose_password();
            self.end_sessions(|session| session.person == person);
            self.void(|link| link.person == person && link.purpose != Purpose::Accept);
        }
    }

    fn revoke(&mut self, actor: usize, contact: usize, everywhere: bool) -> Verdict {
        let person = self.accesses[contact].person;
        let mut verdict = Verdict::default();
        verdict.first(!self.may(actor, Deed::Administer), "forbidden");
        verdict.first(everywhere && !self.is_staff(actor), "forbidden");
        verdict.first(!self.reaches(actor, self.accesses[contact].organization), "not_found");
        let mut targets = vec![contact];
        if everywhere {
            targets.extend((0..self.accesses.len()).filter(|it| self.accesses[*it].person == person && *it != contact));
        }
        targets.retain(|target| self.accesses[*target].standing != Standing::Revoked);
        for target in &targets {
            let staffs = is_staffs(self.accesses[*target].kind);
            verdict.other(staffs && !self.may(actor, Deed::ManageStaff), "forbidden");
            verdict.other(*target == actor, "own_access");
            verdict.other(self.is_last_administrator(*target), "last_administrator");
        }
        // The record whose access was revoked before is made inactive as well.
        let named = &self.accesses[contact];
        let is_left = everywhere && named.standing == Standing::Revoked && named.active;
        verdict.other(is_left && is_staffs(named.kind) && !self.may(actor, Deed::ManageStaff), "forbidden");
        if verdict.is_yes() && is_left {
            self.accesses[contact].active = false;
        }
        if !verdict.is_yes() || targets.is_empty() {
            return verdict;
        }

        for target in targets {
            self.accesses[target].standing = Standing::Revoked;
            self.accesses[target].active &= !everywhere;
            self.end_sessions(|session| session.contact == target);
            self.void(|link| link.contact == target);
            self.people[usize::from(person)].granted.retain(|it| *it != target);
        }
        let them = &mut self.people[usize::from(person)];
        if them.granted.is_empty() {
            them.lose_password();
            self.end_sessions(|session| session.person == person);
            self.void(|link| link.person == person && link.purpose != Purpose::Accept);
        }
        verdict
    }

    fn toggle(&mut self, actor: usize, contact: usize, on: bool) -> Verdict {
        let mut verdict = self.asked(actor, contact, Deed::Administer);
        let access = &self.accesses[contact];
        verdict.other(contact == actor, "own_access");
        verdict.other(access.standing == Standing::Revoked, "revoked");
        verdict.other(access.enabled && on, "already_enabled");
        verdict.other(!access.enabled && !on, "already_disabled");
        verdict.other(!on && self.is_last_administrator(contact), "last_administrator");
        if verdict.is_yes() {
            self.accesses[contact].enabled = on;
            if !on {
                self.end_sessions(|session| session.contact == contact);
                self.void(|link| link.contact == contact);
            }
            self.tell(contact, if on { Template::LoginEnabled } else { Template::LoginDisabled });
        }
        verdict
    }

    /// [P8, O8]: a login that is shared shows others no lock.
    fn unlock(&mut self, actor: usize, contact: usize) -> Verdict {
        let mut verdict = self.asked(actor, contact, Deed::Administer);
        let access = &self.accesses[contact];
        let elsewhere = self.person(contact).granted.iter().any(|it| *it != contact);
        let shows = access.standing != Standing::Offered && !elsewhere && self.person(contact).password.is_some();
        let locked = self.person(contact).locks[0].is_on(self.now) && (self.is_staff(actor) || shows);
        verdict.other(!locked, "not_locked");
        if verdict.is_yes() {
            self.person_mut(contact).locks[0] = Lock::default();
        }
        verdict
    }

    /// [P1, P2]
    fn require_password_change(&mut self, actor: usize, contact: usize) -> Verdict {
        let mut verdict = self.asked(actor, contact, Deed::SetPassword);
        let them = self.person(contact);
        let none = them.password.is_none() || self.accesses[contact].standing != Standing::Granted;
        verdict.other(none, "no_password");
        verdict.other(contact == actor, "own_access");
        verdict.other(them.must_change, "already_required");
        if verdict.is_yes() {
            self.person_mut(contact).must_change = true;
        }
        verdict
    }

    fn send_link(&mut self, actor: usize, contact: usize) -> Verdict {
        let mut verdict = self.asked(actor, contact, Deed::Administer);
        let access = &self.accesses[contact];
        verdict.other(access.standing == Standing::Revoked, "revoked");
        verdict.other(!access.enabled, "login_disabled");
        verdict.other(!self.is_active(contact), "inactive");
        if verdict.is_yes() {
            let offered = access.standing == Standing::Offered;
            let purpose = if offered { Purpose::Accept } else { self.wanted(access.person) };
            self.send(contact, purpose);
        }
        verdict
    }

    fn wanted(&self, person: u8) -> Purpose {
        if self.people[usize::from(person)].password.is_some() { Purpose::Reset } else { Purpose::Invite }
    }

    fn set_password(&mut self, actor: usize, contact: usize, must_change: bool, input: Input) -> Verdict {
        let mut verdict = self.asked(actor, contact, Deed::SetPassword);
        verdict.other(self.accesses[contact].standing == Standing::Revoked, "revoked");
        verdict.other(self.accesses[contact].standing == Standing::Offered, "not_accepted");
        verdict.other(contact == actor, "own_access");
        if verdict.is_yes() {
            self.new_password(contact, input.fresh, must_change, true, None);
        }
        verdict
    }

    /// What every new password brings: sessions end but the one that sets it, links die, and the owner is told, but
    /// not of the first [P1, P7, L5, L13].
    fn new_password(&mut self, contact: usize, fresh: u32, must_change: bool, given: bool, own: Option<usize>) {
        let first = self.person(contact).password.is_none();
        let person = self.accesses[contact].person;
        self.person_mut(contact).set_password(fresh, must_change, given);
        for (at, session) in self.sessions.iter_mut().enumerate() {
            session.alive &= session.person != person || own == Some(at);
        }
        self.void(|link| link.person == person && link.purpose != Purpose::Accept);
        if !first {
            self.tell(contact, Template::PasswordChanged);
        }
    }

    fn change_password(&mut self, session: usize, input: Input) -> Verdict {
        let (contact, now) = (self.sessions[session].contact, self.now);
        let right = self.person(contact).password == Some(input.typed);
        let guesses = &mut self.sessions[session].guesses;
        if guesses.is_on(now) {
            return Verdict::of(Some("wrong_password"));
        }
        if !right {
            *guesses = Lock { failures: guesses.failures + 1, last: now };
            return Verdict::of(Some("wrong_password"));
        }
        *guesses = Lock::default();
        self.sessions[session].used = now;
        self.person_mut(contact).locks[0] = Lock::default();
        self.new_password(contact, input.fresh, false, false, Some(session));
        Verdict::default()
    }

    /// What a link is good for now.
    fn link_state(&self, link: &Link) -> State {
        match link.state(self.now) {
            State::Valid
                if !self.is_good_for(link.purpose, link.contact) || self.is_void(link.contact, link.made_at) =>
            {
                State::Void
            }
            state => state,
        }
    }

    /// Whether an access is there to be used for what a link is for.
    fn is_good_for(&self, purpose: Purpose, contact: usize) -> bool {
        let access = &self.accesses[contact];
        match purpose {
            Purpose::Accept => self.is_active(contact) && access.standing == Standing::Offered && access.enabled,
            Purpose::Invite | Purpose::Reset | Purpose::EmailChange => self.is_usable(contact),
        }
    }

    /// [L4, P8, AU-15]
    fn redeem(&mut self, link: usize, input: Input) -> Verdict {
        let state = self.link_state(&self.links[link]);
        if state != State::Valid {
            return Verdict::of(Some(over(state)));
        }
        let contact = self.links[link].contact;
        if self.links[link].purpose == Purpose::Accept {
            if self.person(contact).password.is_some() {
                return Verdict::of(Some("sign_in_to_accept"));
            }
            // Who has lost every other access has no password to sign in with: they set one.
            self.take_up_access(contact);
        }
        self.links[link].ended = Some(State::Used);
        self.links[link].current = false;
        self.person_mut(contact).locks[0] = Lock::default();
        self.new_password(contact, input.fresh, false, false, None);
        Verdict::default()
    }

    fn accept(&mut self, link: usize) -> Verdict {
        let person = self.links[link].person;
        let proof = self.sessions.iter().rposition(|it| it.person == person && self.is_good(it));
        let Some(proof) = proof else { return Verdict::of(Some("invalid_credentials")) };
        let state = self.link_state(&self.links[link]);
        let elsewhere = self.links[link].purpose != Purpose::Accept && state == State::Valid;
        let state = if elsewhere { State::Void } else { state };
        if state != State::Valid {
            return Verdict::of(Some(over(state)));
        }
        let contact = self.links[link].contact;
        self.links[link].ended = Some(State::Used);
        self.links[link].current = false;
        self.take_up_access(contact);
        self.sessions[proof].gone = true;
        Verdict::default()
    }

    /// [O8]: what was kept for the access becomes the person's, where they have none.
    fn take_up_access(&mut self, contact: usize) {
        self.accesses[contact].standing = Standing::Granted;
        let user_id = self.accesses[contact].user_id;
        let them = self.person_mut(contact);
        them.granted.push(contact);
        them.user_id = them.user_id.or(user_id);
    }

    fn owner(&self, name: Name) -> Option<u8> {
        match name {
            Name::Email(person) => self.people[usize::from(person)].exists.then_some(person),
            Name::UserId(id) => {
                let at = self.people.iter().position(|it| it.user_id == Some(id))?;
                u8::try_from(at).ok()
            }
        }
    }

    /// [U8]
    fn is_valid_in(site: u8, assigned: Option<u8>) -> bool {
        assigned.map_or(site < 2, |assigned| assigned == site)
    }

    /// Those of a person's accesses that can be used, at a site or anywhere.
    fn places(&self, person: u8, site: Option<u8>) -> impl Iterator<Item = usize> {
        self.people[usize::from(person)].granted.iter().copied().filter(move |contact| {
            self.is_usable(*contact) && site.is_none_or(|site| Self::is_valid_in(site, self.accesses[*contact].site))
        })
    }

    /// [P5, P8]
    fn sign_in(&mut self, name: Name, site: Option<u8>, device: bool, input: Input) -> Verdict {
        let refused = Verdict::of(Some("invalid_credentials"));
        let Some(person) = self.owner(name) else { return refused };
        let place = self.places(person, site).next();
        let now = self.now;
        let them = &mut self.people[usize::from(person)];
        let lock = &mut them.locks[usize::from(device)];
        if lock.is_on(now) {
            return refused;
        }
        let Some(contact) = place.filter(|_| them.password == Some(input.typed)) else {
            *lock = Lock { failures: lock.failures + 1, last: now };
            return refused;
        };
        *lock = Lock::default();
        let home = self.accesses[contact].site.unwrap_or(0);
        self.sessions.push(Session {
            person,
            contact,
            site: site.unwrap_or(home),
            begun: now,
            used: now,
            alive: true,
            gone: false,
            guesses: Lock::default(),
        });
        Verdict::default()
    }

    /// [P7]
    fn is_good(&self, session: &Session) -> bool {
        let idle = session.used + SignedDuration::from_mins(30);
        let end = session.begun + SignedDuration::from_hours(12);
        session.alive
            && !session.gone
            && !self.is_void(session.contact, session.begun)
            && self.is_usable(session.contact)
            && Self::is_valid_in(session.site, self.accesses[session.contact].site)
            && self.now < idle
            && self.now < end
    }

    fn visit(&self, session: u8) -> Option<usize> {
        let session = usize::from(session);
        self.is_good(&self.sessions[session]).then_some(session)
    }

    /// [L5, L7, L8]
    fn request(&mut self, name: Name, site: Option<u8>, shown: Option<usize>) {
        if self.is_flood(name) {
            return;
        }
        let Some(person) = self.owner(name) else { return };
        let places: Vec<usize> = self.places(person, site).collect();
        let shown = shown.filter(|shown| places.contains(shown));
        let Some(place) = shown.or_else(|| places.first().copied()) else { return };
        let purpose = self.wanted(person);
        // One that is live is sent again, through whichever access it came.
        let live = self
            .links
            .iter()
            .position(|link| link.person == person && link.purpose == purpose && self.link_state(link) == State::Valid);
        match live {
            Some(live) => self.mail(self.links[live].contact, template(purpose), Some(live), true),
            None => self.send(place, purpose),
        }
    }

    fn request_offer(&mut self, contact: usize) {
        let Access { person, link: last, .. } = self.accesses[contact];
        if self.is_flood(Name::Email(person)) || !self.is_good_for(Purpose::Accept, contact) {
            return;
        }
        match last.filter(|last| self.link_state(&self.links[*last]) == State::Valid) {
            Some(live) => self.mail(contact, Template::Accept, Some(live), true),
            None => self.send(contact, Purpose::Accept),
        }
    }

    /// Whether there were enough requests for an address this hour; counts one more.
    fn is_flood(&mut self, name: Name) -> bool {
        let (is_email, number) = match name {
            Name::Email(person) => (true, person),
            Name::UserId(id) => (false, id),
        };
        let so_far = self.requests.entry((is_email, number, self.now.as_second() / 3600)).or_default();
        *so_far += 1;
        *so_far > 5
    }

    /// [L5]: a link sent replaces the older of its purpose; an offer is nobody's but its access's.
    fn send(&mut self, contact: usize, purpose: Purpose) {
        let person = self.accesses[contact].person;
        let older = |link: &Link| {
            link.purpose == purpose && link.person == person && (purpose != Purpose::Accept || link.contact == contact)
        };
        self.end(older, State::Replaced);
        let made_at = self.now;
        self.links.push(Link { person, contact, purpose, made_at, sent_at: None, ended: None, current: true });
        self.mail(contact, template(purpose), Some(self.links.len() - 1), false);
    }

    fn tell(&mut self, contact: usize, template: Template) {
        self.mail(contact, template, None, false);
    }

    fn mail(&mut self, contact: usize, template: Template, link: Option<usize>, renews: bool) {
        self.accesses[contact].link = link.or(self.accesses[contact].link);
        self.mails.push(Mail {
            template,
            person: self.accesses[contact].person,
            contact,
            link,
            renews,
            fate: Fate::Queued,
            tries: 0,
            retry_at: self.now + SignedDuration::from_secs(20),
            made_at: self.now,
        });
    }

    fn void(&mut self, which: impl Fn(&Link) -> bool) {
        self.end(which, State::Void);
    }

    fn end(&mut self, which: impl Fn(&Link) -> bool, end: State) {
        for link in self.links.iter_mut().filter(|link| link.current && which(link)) {
            link.ended.get_or_insert(end);
            link.current = false;
        }
    }

    fn end_sessions(&mut self, which: impl Fn(&Session) -> bool) {
        for session in self.sessions.iter_mut().filter(|session| which(session)) {
            session.alive = false;
        }
    }

    /// [L2, L11]
    pub(crate) fn take_up(&mut self, at: usize) {
        let mail = self.mails[at].clone();
        let free = mail.fate == Fate::Queued && (mail.tries == 0 || mail.retry_at <= self.now);
        if !free {
            return;
        }
        let state = mail.link.map(|link| self.link_state(&self.links[link]));
        if matches!(state, None | Some(State::Valid)) {
            if let Some(link) = mail.link {
                let link = &mut self.links[link];
                if link.sent_at.is_none() || (mail.renews && mail.tries == 0) {
                    link.sent_at = Some(self.now);
                }
            }
            let mail = &mut self.mails[at];
            mail.tries += 1;
            mail.retry_at = self.now + SignedDuration::from_secs(90);
            self.claims.push((at, mail.tries));
            return;
        }
        self.mails[at].fate = Fate::Failed;
        let Some(link) = mail.link.map(|link| self.links[link].clone()) else { return };
        let made_anew = link.current && self.is_good_for(link.purpose, link.contact);
        if state == Some(State::Expired) && made_anew {
            self.send(link.contact, link.purpose);
            let in_its_place = self.mails.last_mut().expect("sent");
            in_its_place.tries = if mail.is_overdue(self.now) { 13 } else { mail.tries };
            in_its_place.retry_at = self.now;
        }
    }

    pub(crate) fn settle(&mut self, claim: usize, sent: Sent) {
        let (at, tries) = self.claims[claim];
        let (now, mail) = (self.now, &mut self.mails[at]);
        let mine = mail.fate == Fate::Queued && mail.tries == tries;
        match sent {
            Sent::Accepted => mail.fate = Fate::Sent,
            Sent::Never if mine => mail.fate = Fate::Failed,
            Sent::Later if mine && (tries >= 14 || mail.is_overdue(now)) => mail.fate = Fate::Failed,
            Sent::Later if mine => {
                let wait = (0..tries).fold(30_i64, |wait, _| (wait * 2).min(3 * 3600));
                let last = mail.made_at + SignedDuration::from_hours(24);
                mail.retry_at = last.min(now + SignedDuration::from_secs(wait));
            }
            Sent::Later | Sent::Never => {}
        }
    }

    /// [S1]
    pub(crate) fn expire(&mut self, link: usize) {
        let (now, link) = (self.now, &mut self.links[link]);
        if link.state(now) == State::Expired {
            link.ended = Some(State::Expired);
        }
    }

    /// What the sweep has to see to: mails, and links. By their indexes.
    pub(crate) fn due(&self) -> (Vec<usize>, Vec<usize>) {
        let mail = |mail: &Mail| mail.fate == Fate::Queued && mail.retry_at <= self.now;
        let link = |link: &Link| link.ended.is_none() && link.state(self.now) == State::Expired;
        (
            self.mails.iter().enumerate().filter(|(_, it)| mail(it)).map(|(at, _)| at).collect(),
            self.links.iter().enumerate().filter(|(_, it)| link(it)).map(|(at, _)| at).collect(),
        )
    }

    fn called(&self, contact: usize) -> Called {
        self.organizations[self.accesses[contact].organization].called
    }

    /// [T2]
    fn state(&self, contact: usize) -> account::State {
        let access = &self.accesses[contact];
        let last = access.link.map(|link| &self.links[link]).filter(|link| link.purpose != Purpose::Reset);
        match access.standing {
            Standing::Revoked => account::State::Revoked,
            Standing::Granted if self.person(contact).password.is_some() => account::State::Active,
            _ if last.is_some_and(|link| link.state(self.now) == State::Expired) => account::State::InvitationExpired,
            _ => account::State::Invited,
        }
    }

    /// What the model says.
    pub(crate) fn facts(&self) -> Vec<Fact> {
        let organizations = self.organizations.iter().enumerate().map(|(at, it)| Fact::Organization {
            called: it.called,
            partner: it.partner.map(|partner| self.organizations[partner].called),
            administrators: u32::try_from(self.administrators(at)).expect("few"),
        });
        let people = (0..PEOPLE).zip(&self.people).filter(|(_, it)| it.exists).map(|(person, it)| Fact::Person {
            person,
            user_id: it.user_id.map(|id| user_id(id).to_string()),
            password: it.password,
            must_change: it.must_change,
            failures: it.locks.map(|lock| lock.failures),
            locked: it.locks.map(|lock| lock.is_on(self.now)),
        });
        let accesses = self.accesses.iter().enumerate().map(|(at, it)| Fact::Access {
            person: it.person,
            at: self.called(at),
            kind: it.kind,
            roles: it.hat.roles(it.kind),
            site: it.site,
            can_create_users: it.can_create_users,
            claims: it.claims,
            standing: standing(it.standing),
            enabled: it.enabled,
            state: self.state(at).as_str(),
        });
        let links = self.links.iter().map(|it| Fact::Link {
            person: it.person,
            at: self.called(it.contact),
            purpose: it.purpose,
            state: self.link_state(it).as_str(),
            sent_at: it.sent_at,
        });
        let sessions = self.sessions.iter().map(|it| Fact::Session {
            person: it.person,
            at: self.called(it.contact),
            begun: if it.gone { Timestamp::UNIX_EPOCH } else { it.begun },
            good: self.is_good(it),
            guesses: it.guesses.failures,
        });
        let mails = self.mails.iter().map(|it| Fact::Mail {
            person: it.person,
            at: self.called(it.contact),
            template: it.template,
            link: it.link.map(|link| (self.links[link].purpose, self.links[link].state(self.now).as_str())),
            fate: it.fate.as_str(),
            tries: it.tries,
            retry_at: it.retry_at,
        });
        organizations.chain(people).chain(accesses).chain(links).chain(sessions).chain(mails).collect()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the answer of `run`")]
fn unauthenticated() -> Option<Verdict> {
    Some(Verdict::of(Some("unauthenticated")))
}

fn is_staffs(kind: AccountType) -> bool {
    matches!(kind, AccountType::Staff | AccountType::Vendor)
}

fn over(state: State) -> &'static str {
    match state {
        State::Valid => "link_valid",
        State::Expired => "link_expired",
        State::Used => "link_used",
        State::Replaced => "link_replaced",
        State::Void => "link_void",
    }
}

fn template(purpose: Purpose) -> Template {
    match purpose {
        Purpose::Invite => Template::Invite,
        Purpose::Accept => Template::Accept,
        Purpose::Reset => Template::Reset,
        Purpose::EmailChange => Template::EmailConfirm,
    }
}
