//! kill -9 wherever a flow takes effect: after each call that writes or mails, before its answer is heard. Before such a call is
//! after the one before it, and a call that reads has no effect: a creation is killed before and after each call all the same.
//!
//! The flows are those in which somebody asks for something that writes a mail. What the local run does by itself, for nobody
//! who would notice, is killed by `faults`, within one process: mails off the stream, reports, the sweep.
//!
//! The local run is a process of its own; its table and its inbox outlive it. After each kill it is started again, the
//! sweep is run past every claim and grace, and everything in the table is held against the invariants.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::{SignedDuration, Timestamp};
use tests::PASSWORD;
use tests::portal::{ADMINISTRATOR, token_in};
use tests::process::Machine;
use tests::wire::Fate;
use tokio::task::JoinSet;

use super::flows::{Flow, NEW_PASSWORD, Stage, Subject};

/// Past every claim on a mail and every grace.
const PAST_CLAIMS: SignedDuration = SignedDuration::from_mins(5);

/// Whether a call takes effect: a transaction, or a mail.
fn takes_effect(operation: &str) -> bool {
    operation == "TransactWriteItems" || operation.starts_with('/')
}

/// Lets one of the calls that are counted meet this fate, by its number.
fn strike(machine: &Machine, number: usize, fate: Fate, counts: fn(&str) -> bool) {
    let calls = Arc::new(AtomicUsize::new(0));
    for wire in [&machine.table, &machine.ses] {
        let calls = Arc::clone(&calls);
        wire.decide_by(move |_, operation| {
            let is_it = counts(operation) && calls.fetch_add(1, Ordering::SeqCst) == number;
            if is_it { fate } else { Fate::Pass }
        });
    }
}

/// Kills the process, whatever it is at, and starts it again.
async fn kill(machine: &mut Machine) {
    machine.kill().await;
    machine.table.heal();
    machine.ses.heal();
    machine.restart().await;
}

/// Waits until no mail is queued any more.
async fn settle(machine: &Machine) {
    while machine.dump().await.has_queued() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// Sweeps, past every claim, until no mail is queued any more; then everything is sound.
async fn sweep(machine: &Machine) {
    let sweeper = machine.sweeper(PAST_CLAIMS);
    loop {
        sweep::sweep(&sweeper).await.expect("swept");
        let dump = machine.dump().await;
        if !dump.has_queued() {
            return dump.assert_sound(&machine.inbox.mails(), Timestamp::now() + PAST_CLAIMS);
        }
    }
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("kill-{name}"))
}

/// A machine with an administrator signed in, on which one flow is done.
struct Run {
    flow: Flow,
    machine: Machine,
    /// The administrator's session, which outlives the process.
    session: String,
    delegate: Option<String>,
    subject: Subject,
    /// A session of the person's, begun before what is done to them.
    before: Option<String>,
}

impl Run {
    async fn start(flow: Flow, name: &str) -> Self {
        let machine = Machine::start(folder(&format!("{flow:?}-{name}"))).await;
        settle(&machine).await;
        let nobody = machine.visitor();
        let link = machine.inbox.mails().first().and_then(token_in).expect("the administrator's link");
        let _ = nobody.redeem(&link, PASSWORD).await.expect(204);
        let session = nobody.signed_in(ADMINISTRATOR, PASSWORD).await.token().to_owned();
        Self { flow, machine, session, delegate: None, subject: Subject::default(), before: None }
    }

    fn stage(&self) -> Stage {
        let nobody = self.machine.visitor();
        let administrator = nobody.with_token(&self.session);
        let app = self.machine.sweeper(SignedDuration::ZERO);
        Stage { nobody, administrator, inbox: self.machine.inbox.clone(), app }
    }

    fn mails(&self, about: &str) -> usize {
        self.stage().mails(&self.subject.email).iter().filter(|mail| mail.subject.contains(about)).count()
    }

    /// Makes what the flow acts upon, and lets its mails go out.
    async fn prepare(&mut self, number: usize) {
        let stage = self.stage();
        self.subject = self.flow.prepare(&stage, &mut self.delegate, number).await;
        if self.flow == Flow::Disable {
            self.before = Some(stage.nobody.signed_in(&self.subject.email, PASSWORD).await.token().to_owned());
        }
        settle(&self.machine).await;
    }

    /// Does it, and waits until its mails went out.
    async fn act(&self) {
        let answer = self.flow.act(&self.stage(), &self.subject).await;
        assert_eq!(answer.status.as_u16(), self.flow.answers().0, "{}", answer.text);
        settle(&self.machine).await;
    }

    /// Done or not done, and nothing between; what was not done can be done now.
    async fn check(&self) {
        let (stage, (fresh, done)) = (self.stage(), self.flow.answers());
        let email = self.subject.email.as_str();
        let links: Vec<_> = stage.mails(email).iter().filter_map(token_in).collect();
        let mails = |about| self.mails(about) > 0;
        let told = match self.flow {
            Flow::RedeemReset | Flow::ChangePassword => Some(mails("changed")),
            Flow::Disable => Some(mails("off")),
            Flow::Enable => Some(mails("on again")),
            _ => None,
        };
        let again = self.flow.act(&stage, &self.subject).await;
        let was_done = again.status.as_u16() == done;
        assert!(was_done || again.status.as_u16() == fresh, "{:?}: {}", self.flow, again.text);
        if fresh != done {
            assert!(told.is_none_or(|told| told == was_done), "{:?} was done: {was_done}", self.flow);
        }
        let signs_in = async |password| stage.nobody.sign_in(email, password).await.status == 201;
        match self.flow {
            Flow::Create if was_done => {
                // SES takes no token, so a mail may come twice; a repeat carries the same link.
                assert!(!links.is_empty() && links.iter().all(|link| *link == links[0]));
                let _ = stage.nobody.redeem(&links[0], PASSWORD).await.expect(204);
                assert!(signs_in(PASSWORD).await);
            }
            Flow::RedeemInvite | Flow::RedeemReset => {
                assert!(signs_in(NEW_PASSWORD).await && !signs_in(PASSWORD).await);
            }
            Flow::Disable => {
                let before = self.before.as_deref().expect("signed in");
                let _ = stage.nobody.with_token(before).get("/v1/session").await.refused(401, "unauthenticated");
            }
            _ => {}
        }
    }
}

/// Kills the process at the first call that counts, the second, …, until the flow comes through. Gives how many.
async fn kill_at_each(flow: Flow, fate: Fate, counts: fn(&str) -> bool) -> usize {
    let mut run = Run::start(flow, &format!("{fate:?}")).await;
    for number in 0.. {
        run.prepare(number).await;
        strike(&run.machine, number, fate, counts);
        let came_through = tokio::select! {
            () = run.act() => true,
            () = run.machine.table.held() => false,
            () = run.machine.ses.held() => false,
        };
        if came_through {
            return number;
        }
        kill(&mut run.machine).await;
        sweep(&run.machine).await;
        run.check().await;
    }
    unreachable!("the flow comes through")
}

/// CC-01, L11
#[tokio::test(flavor = "multi_thread")]
async fn a_creation_that_is_killed_anywhere_happened_or_did_not_and_its_mail_comes() {
    // Queries are the sweep's, which runs beside the flow.
    let counts = |operation: &str| operation != "Query";
    let (before, after) = tokio::join!(
        kill_at_each(Flow::Create, Fate::Hang, counts),
        kill_at_each(Flow::Create, Fate::LoseAnswer, counts)
    );
    assert_eq!(before, after, "the calls of a creation");
    assert!(before >= 12, "it made {before} calls");
}

/// CC-01, L4, L11, T1
#[tokio::test(flavor = "multi_thread")]
async fn a_flow_that_is_killed_after_any_of_its_effects_is_done_or_not_and_its_mails_come() {
    let flows: JoinSet<(Flow, usize)> = Flow::MAILING
        .into_iter()
        .map(async |flow| (flow, kill_at_each(flow, Fate::LoseAnswer, takes_effect).await))
        .collect();
    for (flow, effects) in flows.join_all().await {
        let least = if flow == Flow::RedeemInvite { 1 } else { 4 };
        assert!(effects >= least, "{flow:?} had {effects}");
    }
}

/// CC-01, L11
#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_that_is_killed_is_begun_anew_and_the_administrator_gets_the_link() {
    for number in 0.. {
        let mut machine = Machine::new(folder(&format!("first-{number}"))).await;
        strike(&machine, number, Fate::LoseAnswer, takes_effect);
        let (table, ses) = (machine.table.clone(), machine.ses.clone());
        let first = async {
            machine.restart().await;
            settle(&machine).await;
        };
        let came_through = tokio::select! {
            () = first => true,
            () = table.held() => false,
            () = ses.held() => false,
        };
        kill(&mut machine).await;
        sweep(&machine).await;
        let links: Vec<_> = machine.inbox.mails().iter().filter_map(token_in).collect();
        assert!(!links.is_empty() && links.iter().all(|link| *link == links[0]));
        let _ = machine.visitor().redeem(&links[0], PASSWORD).await.expect(204);
        if came_through {
            assert!(number >= 4, "a first start has {number} effects");
            return;
        }
    }
}
