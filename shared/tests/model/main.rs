//! Random commands against the state machine: the rules decide, a map takes the table's place, and a model that knows
//! nothing of either says after each command what should be.

mod command;
mod decide;
mod expected;
mod invariants;
mod view;
mod world;

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use shared::domain::id::{OrganizationId, SiteId};
use shared::domain::role::AccountType;
use shared::domain::rules::bootstrap::bootstrap;
use shared::domain::settings::{DEFAULT_GROUP, Settings, Site};
use shared::domain::text::{Name as Text, PersonName};
use shared::domain::wording::MailLanguage;

use command::{Command, Counts, Handout, Hat, Name, Place, Sent, Typed, Who, command, decision};
use decide::{Decision, Input, email, number};
use expected::Model;
use view::differences;
use world::World;

/// The state machine and the model, side by side.
#[derive(Debug, Clone)]
struct Pair {
    world: World,
    model: Model,
    administered: HashSet<OrganizationId>,
    passwords: u32,
}

impl Pair {
    /// After the bootstrap.
    fn new() -> Result<Self, String> {
        let now: Timestamp = "2026-01-05T08:00:00Z".parse().expect("a time");
        let site = |name: &str, group: &str| Site {
            id: SiteId::new(now),
            name: Text::parse(name).expect("a name"),
            group: group.to_owned(),
            base_url: format!("https://{name}.example.com"),
            sender: email(0),
            reply_to: None,
            color: None,
            logo: None,
            language: MailLanguage::default(),
        };
        let sites = vec![site("one", DEFAULT_GROUP), site("two", DEFAULT_GROUP), site("elsewhere", "other")];
        let settings = Settings::new(Text::parse("Business").expect("a name"), email(0), sites);
        let mut world = World::new(now, settings.clone());
        let name = |text| PersonName::parse(text).expect("a name");
        let change = bootstrap(&email(0), number(0), name("First"), name("Administrator"), &world.moment(&settings));
        world.check_audit(&change)?;
        world.commit(&change).map_err(|_| "the bootstrap conflicts")?;
        let mut pair = Self { world, model: Model::new(now), administered: HashSet::new(), passwords: 0 };
        pair.agree()?;
        Ok(pair)
    }

    fn counts(&self) -> Counts {
        Counts {
            contacts: self.world.contacts.len(),
            organizations: self.world.organizations.len(),
            links: self.world.links.len(),
            mails: self.world.mails.len(),
            sessions: self.world.sessions.len(),
            claims: self.world.claims.len(),
        }
    }

    /// What goes with a command: a new password's number, and what is typed.
    fn input(&mut self, command: &Command) -> Input {
        self.passwords += 1;
        Input { fresh: self.passwords, typed: self.model.typed(command) }
    }

    /// Does one thing on both sides and holds them against each other.
    fn act(&mut self, command: Command) -> Result<(), String> {
        if self.run(command)? { self.agree().map_err(|told| format!("after {command:?}: {told}")) } else { Ok(()) }
    }

    /// Does one thing on both sides; false where nothing came of it.
    fn run(&mut self, command: Command) -> Result<bool, String> {
        let Some(command) = command.fixed(self.counts()) else { return Ok(false) };
        match command {
            Command::Hammer { name, device } => {
                for _ in 0..5 {
                    self.once(Command::SignIn { name, typed: Typed::Wrong, site: None, device, rehash: false })?;
                }
                return Ok(true);
            }
            Command::SignInToAccept { link } => {
                self.once(sign_in(self.model.addressee(link)))?;
                return self.once(Command::Accept { link });
            }
            Command::Sweep => self.sweep()?,
            Command::Wait { seconds } => self.world.now += SignedDuration::from_secs(i64::from(seconds)),
            _ => {}
        }
        self.once(command)
    }

    fn once(&mut self, command: Command) -> Result<bool, String> {
        let input = self.input(&command);
        let (decision, verdict) = match (self.world.decide(&command, input), self.model.run(&command, input)) {
            (None, None) => return Ok(true),
            (Some(decision), Some(verdict)) => (decision, verdict),
            other => return Err(format!("{command:?} means something to one side only: {other:?}")),
        };
        let refused = decision.refused.as_deref();
        if !verdict.agrees(refused) {
            return Err(format!("{command:?}: {refused:?} where the model says {verdict:?}"));
        }
        Self::allows(&decision, &verdict).map_err(|told| format!("{command:?}: {told}"))?;
        self.carry_out(&decision).map_err(|told| format!("{command:?}: {told}"))?;
        Ok(refused.is_none() || !decision.change.is_empty())
    }

    fn carry_out(&mut self, decision: &Decision) -> Result<(), String> {
        self.world.check_audit(&decision.change)?;
        self.world.carry_out(decision).map_err(|_| "conflicts with what was just read".to_owned())
    }

    /// What an account says can be done, can be; what was done, it said (requirement A9).
    fn allows(decision: &Decision, verdict: &expected::Verdict) -> Result<(), String> {
        let Some(allowed) = decision.allowed else { return Ok(()) };
        let done = decision.refused.is_none() && !decision.change.is_empty();
        if (allowed && !verdict.fits()) || (done && !allowed) {
            return Err(format!("allowed: {allowed}, {verdict:?}"));
        }
        Ok(())
    }

    fn agree(&mut self) -> Result<(), String> {
        self.world.check(&mut self.administered)?;
        differences(self.world.facts(), self.model.facts()).map_or(Ok(()), Err)
    }

    /// Everything that is due, each found by both sides: mails go out, links are written down as expired.
    fn sweep(&mut self) -> Result<(), String> {
        let (mails, links) = self.world.due();
        if (&mails, &links) != (&self.model.due().0, &self.model.due().1) {
            return Err(format!("due are {:?}, and {:?} as the model says", (mails, links), self.model.due()));
        }
        for mail in mails {
            let decision = self.world.take_up(mail).ok_or("a mail is gone")?;
            self.carry_out(&decision)?;
            self.model.take_up(mail);
            if decision.claim.is_some() {
                let claim = self.world.claims.len() - 1;
                let decision = self.world.settle(claim, Sent::Accepted).ok_or("a mail is gone")?;
                self.carry_out(&decision)?;
                self.model.settle(claim, Sent::Accepted);
            }
        }
        for link in links {
            let decision = self.world.expire(link).ok_or("a link is gone")?;
            self.carry_out(&decision)?;
            self.model.expire(link);
        }
        Ok(())
    }

    /// Two days on, swept now and then: every mail has ended one way or the other, and so has every link.
    fn see_out(&mut self) -> Result<(), String> {
        for hours in [3, 3, 25, 3, 25] {
            self.run(Command::Wait { seconds: hours * 3600 })?;
            self.run(Command::Sweep)?;
        }
        self.act(Command::Wait { seconds: 4 * 3600 })?;
        self.world.check_names()?;
        match self.world.due() {
            (mails, links) if mails.is_empty() && links.is_empty() => Ok(()),
            due => Err(format!("left over: {due:?}")),
        }
    }
}

const PLAIN: Handout = Handout { hat: Hat::Plain, site: None, can_create_users: false, claims: false, password: None };
const HEAD: Handout = Handout { hat: Hat::Administrator, password: Some(false), ..PLAIN };

fn create(by: u8, place: Place, who: u8, handout: Handout) -> Command {
    Command::Create { by, place, who: Who::Email(who), user_id: None, handout }
}

fn sign_in(person: u8) -> Command {
    let name = Name::Email(person);
    Command::SignIn { name, typed: Typed::Right, site: None, device: false, rehash: false }
}

/// Staff of each role, a customer, a partner with a customer of its own, a vendor; somebody at two organizations,
/// somebody invited to two, and somebody who was offered a second access. Made by commands, held against the model as every other.
static BUSINESS: LazyLock<Pair> = LazyLock::new(|| {
    let customer = AccountType::Customer;
    let beginning = [
        Command::TakeUp { mail: 0 },
        Command::Settle { claim: 0, sent: Sent::Accepted },
        Command::Redeem { link: 0 },
        create(0, Place::There(0, None), 1, Handout { hat: Hat::Manager, ..HEAD }),
        create(0, Place::There(0, None), 2, Handout { hat: Hat::Plain, ..HEAD }),
        create(1, Place::Numbered(1, customer), 3, HEAD),
        create(1, Place::There(1, None), 4, Handout { can_create_users: true, password: Some(false), ..PLAIN }),
        create(0, Place::Numbered(1, AccountType::Partner), 5, HEAD),
        create(5, Place::Numbered(2, customer), 6, PLAIN),
        create(1, Place::There(3, None), 7, HEAD),
        create(0, Place::Numbered(1, AccountType::Vendor), 8, PLAIN),
        Command::Create { by: 1, place: Place::There(3, None), who: Who::Known(3), user_id: None, handout: PLAIN },
        create(3, Place::There(1, None), 5, PLAIN),
        Command::Create { by: 1, place: Place::There(1, None), who: Who::Known(6), user_id: None, handout: PLAIN },
        sign_in(0),
        sign_in(3),
        sign_in(5),
    ];
    let mut pair = Pair::new().expect("the bootstrap");
    for command in beginning {
        pair.act(command).expect("the beginning");
    }
    pair
});

/// 1,500 sequences a run, or as many as `PROPTEST_CASES` says.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    let cases = std::env::var_os("PROPTEST_CASES").map_or(1500, |_| usual.cases);
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 20_000, ..usual }
}

proptest! {
    #![proptest_config(config())]

    /// Every outcome is the model's, and every invariant holds after every command.
    #[test]
    fn whatever_happens_in_whatever_order_is_what_the_requirements_say(
        commands in prop::collection::vec(command(), 1..40),
    ) {
        let mut pair = BUSINESS.clone();
        for command in commands {
            pair.act(command).map_err(TestCaseError::fail)?;
        }
        pair.see_out().map_err(TestCaseError::fail)?;
    }
}

proptest! {
    #![proptest_config(config())]

    /// `CC-02`: of two that decide on the same state, the second is told of a conflict, or both together are what one
    /// after the other would have been.
    #[test]
    fn two_that_decide_at_once_are_as_one_after_the_other(
        before in prop::collection::vec(command(), 0..12),
        one in decision(),
        other in decision(),
    ) {
        let mut pair = BUSINESS.clone();
        for command in before {
            pair.act(command).map_err(TestCaseError::fail)?;
        }
        race(&pair, one, other).map_err(TestCaseError::fail)?;
        race(&pair, other, one).map_err(TestCaseError::fail)?;
    }
}

/// Two commands decided on one state, carried out one after the other.
fn race(pair: &Pair, one: Command, other: Command) -> Result<(), String> {
    let mut pair = pair.clone();
    let (Some(one), Some(other)) = (one.fixed(pair.counts()), other.fixed(pair.counts())) else { return Ok(()) };
    let (with_one, with_other) = (pair.input(&one), pair.input(&other));
    let decided = pair.world.decide(&one, with_one).zip(pair.world.decide(&other, with_other));
    let Some((by_one, by_other)) = decided else { return Ok(()) };
    pair.carry_out(&by_one).map_err(|told| format!("{one:?}: {told}"))?;
    if pair.world.carry_out(&by_other).is_err() {
        return Ok(());
    }
    pair.world.check(&mut pair.administered).map_err(|told| format!("{one:?} and {other:?} at once: {told}"))?;
    let (one, other) = ((&one, with_one, &by_one), (&other, with_other, &by_other));
    let Err(forth) = pair.in_order(one, other) else { return Ok(()) };
    let Err(back) = pair.in_order(other, one) else { return Ok(()) };
    Err(format!("{:?} and {:?} at once\none first: {forth}\nother first: {back}", one.0, other.0))
}

type Decided<'a> = (&'a Command, Input, &'a Decision);

impl Pair {
    /// Whether what the records say now is what two commands in this order make of the model as it is.
    fn in_order(&self, first: Decided<'_>, second: Decided<'_>) -> Result<(), String> {
        let mut model = self.model.clone();
        for (command, input, decision) in [first, second] {
            let verdict = model.run(command, input).ok_or("means nothing to the model")?;
            let refused = decision.refused.as_deref();
            if !verdict.agrees(refused) {
                return Err(format!("{command:?}: {refused:?} where the model says {verdict:?}"));
            }
        }
        differences(self.world.facts(), model.facts()).map_or(Ok(()), Err)
    }
}
