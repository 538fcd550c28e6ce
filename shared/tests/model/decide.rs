//! Commands as the product carries them out: read, hold against the rules, give the change.

use std::sync::LazyLock;

use shared::domain::account::{Account, Allowed};
use shared::domain::actor::Actor;
use shared::domain::change::{AttemptsKey, Change, Ref, Stored};
use shared::domain::counter::Origin;
use shared::domain::email::{Email, LoginKey, UserId};
use shared::domain::fault::Refusal;
use shared::domain::id::{SiteId, UserKey};
use shared::domain::link::{Link, Purpose, State};
use shared::domain::mail::{Fate, Mail};
use shared::domain::organization::OrganizationType;
use shared::domain::password::PasswordHash;
use shared::domain::role::AccountType;
use shared::domain::rules::create_user::{Found, NewUser, Organizations, create_user};
use shared::domain::rules::deliver::{Delivery, take_up};
use shared::domain::rules::give_login::{Credential, Known, NewLogin, Person};
use shared::domain::rules::grant::{FirstLogin, Grant, grant};
use shared::domain::rules::passwords::{change_password, guesses_key, set_password, wrong_password};
use shared::domain::rules::request_link::{Request, address_requests, request_link, request_offer, wanted};
use shared::domain::rules::sign_in::{Knock, sign_in};
use shared::domain::rules::toggle::{Switch, toggle};
use shared::domain::rules::{accept, contacts, expire, organizations, redeem, revoke, send_link, sessions, unlock};
use shared::domain::session::{Session, SessionToken};
use shared::domain::text::{Name as OrganizationName, Number, PersonName};
use shared::domain::user::Login;

use super::command::{Act, Command, Handout, Name, PEOPLE, Place, Sent, Who};
use super::world::World;

/// From where everybody asks.
const ORIGIN: Origin = Origin { source: [1; 16], part: 0 };

/// The device that a person's browser shows to be theirs.
const DEVICE: [u8; 16] = [7; 16];

/// What a command needs that is not in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Input {
    /// The number of a new password. Two passwords never have the same.
    pub fresh: u32,
    /// The number of the password that is typed.
    pub typed: u32,
}

/// What comes of a command.
#[derive(Debug, Default)]
pub(crate) struct Decision {
    /// The stable code of the refusal.
    pub refused: Option<String>,
    /// What is written, refused or not.
    pub change: Change,
    /// A session that begins with it.
    pub token: Option<SessionToken>,
    /// A claim that begins with it.
    pub claim: Option<Mail>,
    /// What the account says can be done, where the command is one of these (requirement A9).
    pub allowed: Option<bool>,
}

impl Decision {
    fn of(decided: Result<Change, Refusal>) -> Self {
        match decided {
            Ok(change) => Self { change, ..Self::default() },
            Err(refusal) => Self { refused: Some(code(refusal)), ..Self::default() },
        }
    }

    /// As `decide!` does: it holds only where the access of whoever acts is as it was.
    fn acted_by(mut self, world: &World, by: u8) -> Self {
        let actor = world.contact(world.contacts[usize::from(by)]);
        self.change.acted_by(&actor.expect("who acts"));
        self
    }

    fn refused(code: &str) -> Self {
        Self { refused: Some(code.to_owned()), ..Self::default() }
    }
}

fn code(refusal: Refusal) -> String {
    match refusal {
        Refusal::Invalid(faults) | Refusal::PasswordRejected(faults) => {
            faults.first().map_or_else(String::new, |fault| fault.code.to_owned())
        }
        Refusal::NotFound => "not_found".to_owned(),
        Refusal::Forbidden(code, _) | Refusal::Conflict(code, _) => code.to_owned(),
        Refusal::EmailTaken { .. } => "email_taken".to_owned(),
        Refusal::LinkOver(state) => format!("link_{}", state.as_str()),
        Refusal::InvalidCredentials => "invalid_credentials".to_owned(),
        Refusal::Stale => "stale".to_owned(),
    }
}

/// The email of each person, and the key that it is owned under. To parse and to hash takes most of a command's time.
static EMAILS: LazyLock<Vec<(Email, LoginKey)>> = LazyLock::new(|| {
    let email = |person| Email::parse(&format!("p{person}@example.com")).expect("an email");
    (0..PEOPLE).map(email).map(|email| (email.clone(), LoginKey::from(&email))).collect()
});

/// The email of a person.
pub(crate) fn email(person: u8) -> Email {
    EMAILS[usize::from(person)].0.clone()
}

/// A user ID.
pub(crate) fn user_id(number: u8) -> UserId {
    UserId::parse(&format!("person.{number}")).expect("a user ID")
}

/// The number of an organization.
pub(crate) fn number(number: u8) -> Number {
    Number::parse(&format!("N-{number}")).expect("a number")
}

/// The key that a login name is owned under.
pub(crate) fn key(name: Name) -> LoginKey {
    match name {
        Name::Email(person) => EMAILS[usize::from(person)].1,
        Name::UserId(number) => LoginKey::from(&user_id(number)),
    }
}

/// Passwords are numbers here; one that was hashed anew at sign-in ends with a plus.
fn hash(password: u32) -> PasswordHash {
    PasswordHash { phc: password.to_string(), pepper: 1 }
}

/// The number of a password.
pub(crate) fn password(hash: &PasswordHash) -> u32 {
    hash.phc.trim_end_matches('+').parse().expect("a number")
}

impl World {
    fn actor(&self, by: u8) -> Option<Actor> {
        let account = self.account(self.contacts[usize::from(by)])?;
        let access = account.access().filter(|access| access.is_usable() && account.is_active())?;
        let user = account.user.as_ref()?;
        let signed_in = user.value.password.is_some() && !user.value.must_change_password;
        signed_in.then(|| Actor::new(account.contact.value.id, account.organization.value.id, access, &self.settings))
    }

    fn site(&self, site: Option<u8>) -> Option<SiteId> {
        site.map(|site| self.settings.sites[usize::from(site)].id)
    }

    /// Who signs in under a name; one that is kept for an access signs nobody in.
    fn owner(&self, login: LoginKey) -> Option<Login> {
        self.login(login).map(|login| login.value).filter(|login| login.kept_for.is_none())
    }

    /// The user ID that is kept for an access.
    fn kept(&self, account: &Account) -> Option<Stored<Login>> {
        self.login(account.access()?.user_id.as_ref()?.into())
    }

    fn known(&self, person: u8) -> Option<UserKey> {
        self.owner(key(Name::Email(person))).map(|login| login.user)
    }

    /// A session that is good now, with its records: what lets somebody act.
    fn visit(&self, session: u8) -> Option<(Stored<Session>, SessionToken, Account, Actor)> {
        let token = self.sessions[usize::from(session)].clone();
        let session = self.session(&token)?;
        let account = self.account(token.contact)?;
        self.is_good(&token)
            .then(|| {
                let access = account.access().expect("a good session's access");
                Actor::new(token.contact, token.organization, access, &self.settings)
            })
            .map(|actor| (session, token, account, actor))
    }

    /// Whether a session is good now.
    pub(crate) fn is_good(&self, token: &SessionToken) -> bool {
        let (Some(session), Some(user), Some(contact), Some(organization)) = (
            self.session(token),
            self.user(token.user),
            self.contact(token.contact),
            self.organization(token.organization),
        ) else {
            return false;
        };
        session.value.opens_with(token)
            && session.value.is_good(&user.value, &contact.value, &organization.value, &self.settings, self.now)
    }

    /// Decides a command that is one decision; none where it means nothing now.
    pub(crate) fn decide(&self, command: &Command, input: Input) -> Option<Decision> {
        let settings = self.settings.clone();
        let at = self.moment(&settings);
        Some(match *command {
            Command::Create { by, place, who, user_id, handout } => {
                return self.create(by, place, who, user_id, handout, input);
            }
            Command::Administer { by, contact, act } => return self.administer(by, contact, act, input),
            Command::RequestLink { name, site } => self.request(key(name), site, None),
            Command::Renew { link } => {
                let link = self.link(self.links[usize::from(link)])?;
                let user = self.user(link.value.user)?;
                if link.value.purpose == Purpose::Accept {
                    let account = self.account(link.value.contact)?;
                    let login = LoginKey::from(&user.value.login_email);
                    let requests = self.count(&address_requests(login, self.now));
                    let change = request_offer(&account, &user, requests, ORIGIN, &at);
                    return Some(Decision { change, ..Decision::default() });
                }
                self.request(LoginKey::from(&user.value.login_email), None, Some(&link.value))
            }
            Command::Redeem { link } => {
                let link = self.link(self.links[usize::from(link)])?;
                let account = self.account(link.value.contact)?;
                let logins = self.logins(&account.user.as_ref()?.value);
                Decision::of(redeem::redeem(
                    &link,
                    &account,
                    &logins,
                    self.kept(&account).as_ref(),
                    hash(input.fresh),
                    &at,
                ))
            }
            Command::Accept { link } => {
                let link = self.link(self.links[usize::from(link)])?;
                let proof = self.sessions.iter().rev().find(|it| it.user == link.value.user && self.is_good(it));
                let Some(token) = proof else { return Some(Decision::refused("invalid_credentials")) };
                let account = self.account(link.value.contact)?;
                let logins = self.logins(&account.user.as_ref()?.value);
                let mut decision =
                    Decision::of(accept::accept(&link, &account, &logins, self.kept(&account).as_ref(), &at));
                if decision.refused.is_none() {
                    decision.change.delete(Ref::Session(token.user, token.session));
                }
                decision
            }
            Command::SignIn { name, site, device, rehash, .. } => self.sign_in(key(name), site, device, rehash, input),
            Command::Use { session } => {
                let Some((session, ..)) = self.visit(session) else {
                    return Some(Decision::refused("unauthenticated"));
                };
                let mut change = Change::none();
                if session.value.wants_touch(self.now) {
                    change.update(&session, Session { used_at: self.now, ..session.value.clone() });
                }
                Decision { change, ..Decision::default() }
            }
            Command::ChangePassword { session, .. } => {
                let Some((session, _, account, actor)) = self.visit(session) else {
                    return Some(Decision::refused("unauthenticated"));
                };
                let user = account.user.as_ref()?;
                let guesses = self.attempts(guesses_key(&session.value));
                let locked =
                    guesses.as_ref().is_some_and(|it| it.value.locked_until(self.settings.lockout, self.now).is_some());
                if locked || user.value.password.as_ref().map(password) != Some(input.typed) {
                    let change = wrong_password(&account, &session.value, guesses.as_ref(), &actor, &at);
                    return Some(Decision { change, ..Decision::refused("wrong_password") });
                }
                let change =
                    change_password(&account, user, &session, guesses.as_ref(), hash(input.fresh), &actor, &at);
                Decision { change, ..Decision::default() }
            }
            Command::SignOut { session } => {
                let Some((session, _, _, actor)) = self.visit(session) else {
                    return Some(Decision::refused("unauthenticated"));
                };
                Decision { change: sessions::end_own(&session.value, &actor, &at), ..Decision::default() }
            }
            Command::TakeUp { mail } => self.take_up(usize::from(mail))?,
            Command::Settle { claim, sent } => self.settle(usize::from(claim), sent)?,
            Command::Expire { link } => self.expire(usize::from(link))?,
            Command::Activate { by, contact, which, active } => {
                let Some(actor) = self.actor(by) else { return Some(Decision::refused("unauthenticated")) };
                let decided = if contact {
                    let account = self.account(self.contacts[usize::from(which)])?;
                    contacts::set_active(active, &account, &actor, &at)
                } else {
                    let organization = self.organization(self.organizations[usize::from(which)])?;
                    organizations::set_active(active, &organization, &actor, &at)
                };
                Decision::of(decided).acted_by(self, by)
            }
            Command::SignInToAccept { .. } | Command::Hammer { .. } | Command::Sweep | Command::Wait { .. } => {
                return None;
            }
        })
    }

    fn administer(&self, by: u8, contact: u8, act: Act, input: Input) -> Option<Decision> {
        let account = self.account(self.contacts[usize::from(contact)])?;
        let Some(actor) = self.actor(by) else { return Some(Decision::refused("unauthenticated")) };
        let settings = self.settings.clone();
        let at = self.moment(&settings);
        let allowed = account.allowed(&actor, &settings, self.now);
        let (allowed, decision) = match act {
            Act::Grant { handout, notify } => {
                let asked = Grant {
                    roles: handout.hat.roles(account.access()?.account_type),
                    site: self.site(handout.site),
                    can_create_users: handout.can_create_users,
                    claim_authorization_required: handout.claims,
                    credential: credential(handout, input),
                    notify,
                    first: FirstLogin::default(),
                };
                let logins = self.logins(&account.user.as_ref()?.value);
                (None, Decision::of(grant(&asked, &account, &logins, &Known::default(), &actor, &at)))
            }
            Act::Revoke { everywhere } => {
                let allowed = allowed.contains(&Allowed::RevokeAccess);
                (Some(allowed).filter(|_| !everywhere), self.revoke(&actor, &account, everywhere))
            }
            Act::Toggle { on } => {
                let (switch, one) =
                    if on { (Switch::Enable, Allowed::EnableLogin) } else { (Switch::Disable, Allowed::DisableLogin) };
                (Some(allowed.contains(&one)), Decision::of(toggle(switch, &account, &actor, &at)))
            }
            Act::EndSessions => (None, Decision::of(sessions::end_all(&account, &actor, &at))),
            Act::SendLink => {
                let allowed = allowed.contains(&Allowed::SendReset);
                (Some(allowed), Decision::of(send_link::send_link(&account, &actor, &at)))
            }
            Act::Unlock => {
                let decided = unlock::unlock(&account, &actor, &at);
                (Some(allowed.contains(&Allowed::Unlock)), Decision::of(decided))
            }
            Act::RequirePasswordChange => {
                let decided = unlock::require_password_change(&account, &actor, &at);
                (Some(allowed.contains(&Allowed::RequirePasswordChange)), Decision::of(decided))
            }
            Act::SetPassword { must_change } => {
                let decided = set_password(&account, hash(input.fresh), must_change, &actor, &at);
                (Some(allowed.contains(&Allowed::SetPassword)), Decision::of(decided))
            }
        };
        Some(Decision { allowed, ..decision.acted_by(self, by) })
    }

    fn create(
        &self,
        by: u8,
        place: Place,
        who: Who,
        user_id_asked: Option<u8>,
        handout: Handout,
        input: Input,
    ) -> Option<Decision> {
        let Some(actor) = self.actor(by) else { return Some(Decision::refused("unauthenticated")) };
        let (account_type, organizations, organization) = match place {
            Place::There(at, kind) => {
                let id = self.organizations[usize::from(at)];
                let organization = self.organization(id)?;
                let kind = kind.unwrap_or_else(|| AccountType::from(organization.value.kind));
                (kind, Organizations::Existing(id), Some(organization))
            }
            Place::Numbered(given, kind) => {
                let (number, name) = (number(given), OrganizationName::parse("Acme").expect("a name"));
                let found = self.number(kind.organization_type(), number.folded());
                (kind, Organizations::Numbered(number, name), found)
            }
        };
        let (person, holder) = match who {
            Who::Email(person) => (Person::Email(email(person)), self.known(person)),
            Who::Known(person) => (Person::Known(self.known(person)?), self.known(person)),
        };
        let by_email = matches!(who, Who::Email(_));
        let user_id = user_id_asked.filter(|_| by_email).map(user_id);
        let login = NewLogin {
            account_type,
            person,
            user_id: user_id.clone(),
            roles: handout.hat.roles(account_type),
            site: self.site(handout.site),
            can_create_users: handout.can_create_users,
            claim_authorization_required: handout.claims,
            credential: if by_email { credential(handout, input) } else { Credential::Link },
            notify: true,
        };
        let asked = NewUser {
            organization: organizations,
            first_name: PersonName::parse("Ada").expect("a name"),
            last_name: PersonName::parse("Byron").expect("a name"),
            login,
        };
        let holder = holder.and_then(|holder| self.user(holder));
        let known = Known {
            holder_logins: holder.as_ref().map(|holder| self.logins(&holder.value)).unwrap_or_default(),
            holder,
            user_id_taken: user_id.is_some_and(|id| self.login(LoginKey::from(&id)).is_some()),
            seats: None,
        };
        let found = Found { organization, known };
        let settings = self.settings.clone();
        let made = create_user(&asked, &found, &actor, &self.moment(&settings));
        Some(Decision::of(made.map(|(_, change)| change)).acted_by(self, by))
    }

    fn revoke(&self, actor: &Actor, account: &Account, everywhere: bool) -> Decision {
        if everywhere && !actor.is_staff() {
            return Decision::refused("forbidden");
        }
        let user = account.user.as_ref().map(|user| &user.value);
        let here = account.contact.value.id;
        let elsewhere =
            user.filter(|_| everywhere).into_iter().flat_map(|user| user.accesses.iter().chain(&user.offers));
        let others: Vec<Account> =
            elsewhere.filter(|it| it.contact != here).filter_map(|it| self.account(it.contact)).collect();
        let logins = user.map(|user| self.logins(user)).unwrap_or_default();
        let targets: Vec<&Account> = std::iter::once(account).chain(&others).collect();
        let settings = self.settings.clone();
        Decision::of(revoke::revoke(&targets, everywhere, &logins, actor, &self.moment(&settings)))
    }

    fn request(&self, login: LoginKey, site: Option<u8>, shown: Option<&Link>) -> Decision {
        let owner = self.owner(login);
        let user = owner.as_ref().and_then(|owner| self.user(owner.user));
        let mut places = owner.as_ref().map(|owner| self.places(owner)).unwrap_or_default();
        if let Some(shown) = shown {
            places.sort_by_key(|place| place.contact.value.id != shown.contact);
        }
        let live = user.as_ref().and_then(|user| wanted(&user.value).1).and_then(|live| self.link(live));
        let requests = self.count(&address_requests(login, self.now));
        let asked = Request { login, user, places, live, requests, site: self.site(site), origin: ORIGIN };
        let settings = self.settings.clone();
        Decision { change: request_link(&asked, &self.moment(&settings)), ..Decision::default() }
    }

    fn sign_in(&self, login: LoginKey, site: Option<u8>, device: bool, rehash: bool, input: Input) -> Decision {
        let owner = self.owner(login);
        let attempts = match &owner {
            Some(owner) if device => AttemptsKey::Device(owner.user, DEVICE),
            Some(owner) => AttemptsKey::User(owner.user),
            None => AttemptsKey::Unknown(login),
        };
        let knock = Knock {
            login,
            user: owner.as_ref().and_then(|owner| self.user(owner.user)),
            places: owner.as_ref().map(|owner| self.places(owner)).unwrap_or_default(),
            offer: None,
            device: owner.as_ref().filter(|_| device).map(|_| DEVICE),
            attempts: self.attempts(attempts),
            site: self.site(site),
            origin: ORIGIN,
        };
        let settings = self.settings.clone();
        let at = self.moment(&settings);
        let against = knock.hash(&at).cloned();
        let verified = against.as_ref().is_some_and(|hash| password(hash) == input.typed);
        let anew =
            against.filter(|_| verified && rehash).map(|hash| PasswordHash { phc: format!("{}+", hash.phc), ..hash });
        let (signed_in, change) = sign_in(&knock, verified, anew, &at);
        let refused = signed_in.is_none().then(|| "invalid_credentials".to_owned());
        Decision { refused, change, token: signed_in.map(|it| it.token), ..Decision::default() }
    }

    /// A deliverer looks at a mail.
    pub(crate) fn take_up(&self, mail: usize) -> Option<Decision> {
        let mail = self.mail(self.mails[mail])?;
        let link = mail.value.link.and_then(|link| self.link(link));
        let account = self.account(mail.value.contact)?;
        let settings = self.settings.clone();
        Some(match take_up(&mail, link.as_ref(), &account, None, &self.moment(&settings)) {
            Delivery::Leave => Decision::default(),
            Delivery::Settle(change) => Decision { change, ..Decision::default() },
            Delivery::Send(change, claimed, _) => Decision { change, claim: Some(claimed), ..Decision::default() },
        })
    }

    /// A deliverer writes down what became of a mail, as `mail/deliver.rs` does.
    pub(crate) fn settle(&self, claim: usize, sent: Sent) -> Option<Decision> {
        let claimed = &self.claims[claim];
        let mail = self.mail(claimed.id)?;
        let mine = mail.value.fate == Fate::Queued && mail.value.tries == claimed.tries;
        let after = match sent {
            Sent::Accepted if mail.value.fate != Fate::Sent => mail.value.accepted("ses".to_owned(), self.now),
            Sent::Later if mine => mail.value.deferred("throttled", self.now),
            Sent::Never if mine => mail.value.failed("rejected"),
            _ => return Some(Decision::default()),
        };
        let mut change = Change::none();
        change.update(&mail, after);
        Some(Decision { change, ..Decision::default() })
    }

    /// The sweep looks at a link.
    pub(crate) fn expire(&self, link: usize) -> Option<Decision> {
        let link = self.link(self.links[link])?;
        let contact = self.contact(link.value.contact);
        let settings = self.settings.clone();
        Some(Decision {
            change: expire::expire(&link, contact.as_ref(), &self.moment(&settings)),
            ..Decision::default()
        })
    }

    /// Writes a decision down.
    ///
    /// # Errors
    /// The world changed under it.
    pub(crate) fn carry_out(&mut self, decision: &Decision) -> Result<(), super::world::Conflict> {
        self.commit(&decision.change)?;
        self.sessions.extend(decision.token.clone());
        self.claims.extend(decision.claim.clone());
        Ok(())
    }

    /// What a link is good for now.
    pub(crate) fn link_state(&self, link: &Link, account: &Account) -> State {
        redeem::state(link, Some(account), self.now)
    }
}

fn credential(handout: Handout, input: Input) -> Credential {
    match handout.password {
        None => Credential::Link,
        Some(must_change) => Credential::Password { hash: hash(input.fresh), must_change },
    }
}

/// An organization as tests call it: its kind and the number in its number.
pub(crate) fn called(organization: &shared::domain::organization::Organization) -> (OrganizationType, u8) {
    let number = organization.number.as_str().trim_start_matches("N-").parse().expect("a number");
    (organization.kind, number)
}
