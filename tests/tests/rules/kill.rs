//! kill -9 at every call to the table and to SES: before the call takes effect, and after, before its answer is heard.
//!
//! The local run is a process of its own; its table and its inbox outlive it. After each kill it is started again, the
//! sweep is run past every claim and grace, and everything in the table is held against the invariants.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tests::portal::{ADMINISTRATOR, new_user, token_in};
use tests::process::Machine;
use tests::wire::Fate;
use tests::{PASSWORD, Visitor};

/// Past every claim on a mail and every grace.
const PAST_CLAIMS: SignedDuration = SignedDuration::from_mins(5);
const NEW_PASSWORD: &str = "a wholly different phrase";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Create,
    RedeemInvite,
    RedeemReset,
    Disable,
    Enable,
}

/// A machine with an administrator signed in, and what one flow acts upon.
struct Run {
    flow: Flow,
    machine: Machine,
    /// The administrator's session, which outlives the process.
    session: String,
    email: String,
    contact: String,
    /// The person's session, or the token of their link.
    token: String,
}

impl Run {
    async fn start(flow: Flow, fate: Fate) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("kill-{flow:?}-{fate:?}"));
        let machine = Machine::start(folder).await;
        let mut run = Self {
            flow,
            machine,
            session: String::new(),
            email: ADMINISTRATOR.to_owned(),
            contact: String::new(),
            token: String::new(),
        };
        run.settle().await;
        let nobody = run.machine.visitor();
        let _ = nobody.redeem(&run.links()[0], PASSWORD).await.expect(204);
        run.session = nobody.signed_in(ADMINISTRATOR, PASSWORD).await.token().to_owned();
        run
    }

    fn administrator(&self) -> Visitor {
        self.machine.visitor().with_token(&self.session)
    }

    /// The tokens of the links that were mailed to the person, the newest first.
    fn links(&self) -> Vec<String> {
        let mails = self.machine.inbox.mails();
        mails.iter().filter(|mail| mail.to == [self.email.as_str()]).filter_map(token_in).collect()
    }

    fn mails(&self, about: &str) -> usize {
        let mails = self.machine.inbox.mails();
        mails.iter().filter(|mail| mail.to == [self.email.as_str()] && mail.subject.contains(about)).count()
    }

    /// Waits until no mail is queued any more.
    async fn settle(&self) {
        while self.machine.dump().await.has_queued() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }

    /// Sweeps, past every claim, until no mail is queued any more.
    async fn sweep(&self) {
        let sweeper = self.machine.sweeper(PAST_CLAIMS);
        loop {
            sweep::sweep(&sweeper).await.expect("swept");
            if !self.machine.dump().await.has_queued() {
                return;
            }
        }
    }

    async fn toggle(&self, way: &str) -> u16 {
        self.administrator().act(&format!("/v1/contacts/{}/{way}-login", self.contact)).await.status.as_u16()
    }

    /// Makes what the flow acts upon.
    async fn prepare(&mut self, number: usize) {
        self.email = format!("ada{number}@example.com");
        if self.flow == Flow::Create {
            return;
        }
        let mut body = new_user(&self.email, json!({}));
        if self.flow != Flow::RedeemInvite {
            body["credential"] = json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
        }
        self.contact = self.administrator().post("/v1/users", &body).await.expect(201).at("/id");
        match self.flow {
            Flow::Create => {}
            Flow::RedeemInvite => self.token = self.links()[0].clone(),
            Flow::RedeemReset => {
                let _ = self.administrator().act(&format!("/v1/contacts/{}/reset", self.contact)).await.expect(202);
                self.token = self.links()[0].clone();
            }
            Flow::Disable | Flow::Enable => {
                self.token = self.machine.visitor().signed_in(&self.email, PASSWORD).await.token().to_owned();
                if self.flow == Flow::Enable {
                    assert_eq!(self.toggle("disable").await, 200);
                }
            }
        }
    }

    /// Does it, and waits until its mails went out.
    async fn act(&self) {
        match self.flow {
            Flow::Create => {
                let _ = self.administrator().post("/v1/users", &new_user(&self.email, json!({}))).await.expect(201);
            }
            Flow::RedeemInvite | Flow::RedeemReset => {
                let _ = self.machine.visitor().redeem(&self.token, NEW_PASSWORD).await.expect(204);
            }
            Flow::Disable => assert_eq!(self.toggle("disable").await, 200),
            Flow::Enable => assert_eq!(self.toggle("enable").await, 200),
        }
        self.settle().await;
    }

    /// Done or not done, and nothing between; what was not done can be done now.
    async fn check(&self) {
        let dump = self.machine.dump().await;
        dump.assert_sound(&self.machine.inbox.mails(), Timestamp::now() + PAST_CLAIMS);
        let nobody = self.machine.visitor();
        match self.flow {
            Flow::Create => {
                let made = dump.users_named(&self.email).len();
                assert!(made <= 1);
                let again = self.administrator().post("/v1/users", &new_user(&self.email, json!({}))).await;
                assert_eq!(again.status.as_u16(), if made == 1 { 409 } else { 201 }, "{}", again.text);
                let links = self.links();
                assert!(links.iter().all(|link| *link == links[0]), "a repeat carries the same link");
                let _ = nobody.redeem(&links[0], PASSWORD).await.expect(204);
                let _ = nobody.sign_in(&self.email, PASSWORD).await.expect(201);
            }
            Flow::RedeemInvite | Flow::RedeemReset => {
                let done = nobody.sign_in(&self.email, NEW_PASSWORD).await.status.as_u16() == 201;
                // SES takes no token, so a mail may come twice.
                assert_eq!(self.mails("changed") > 0, done && self.flow == Flow::RedeemReset);
                let again = nobody.redeem(&self.token, NEW_PASSWORD).await;
                assert_eq!(again.status.as_u16(), if done { 410 } else { 204 }, "{}", again.text);
                let _ = nobody.sign_in(&self.email, NEW_PASSWORD).await.expect(201);
                let _ = nobody.sign_in(&self.email, PASSWORD).await.refused(401, "invalid_credentials");
            }
            Flow::Disable => {
                let contact = self.administrator().get(&format!("/v1/contacts/{}", self.contact)).await.expect(200);
                let done = contact.at("/access/login_enabled") == "false";
                let session = nobody.with_token(&self.token).get("/v1/session").await;
                assert_eq!(session.status.as_u16(), if done { 401 } else { 200 });
                assert_eq!(self.mails("off") > 0, done);
                assert_eq!(self.toggle("disable").await, if done { 409 } else { 200 });
            }
            Flow::Enable => {
                let done = nobody.sign_in(&self.email, PASSWORD).await.status.as_u16() == 201;
                assert_eq!(self.mails("on again") > 0, done);
                assert_eq!(self.toggle("enable").await, if done { 409 } else { 200 });
                let _ = nobody.with_token(&self.token).get("/v1/session").await.refused(401, "unauthenticated");
            }
        }
    }
}

/// Kills the process at each call of a flow, the first, the second, …, until the flow comes through. Gives how many.
async fn kill_at_every_call(flow: Flow, fate: Fate) -> usize {
    let mut run = Run::start(flow, fate).await;
    for number in 0.. {
        run.prepare(number).await;
        let calls = Arc::new(AtomicUsize::new(0));
        for wire in [&run.machine.table, &run.machine.ses] {
            let calls = Arc::clone(&calls);
            // Queries are the sweep's, which runs beside the flow.
            wire.decide_by(move |_, operation| match operation {
                "Query" => Fate::Pass,
                _ if calls.fetch_add(1, Ordering::SeqCst) == number => fate,
                _ => Fate::Pass,
            });
        }
        let came_through = tokio::select! {
            () = run.act() => true,
            () = run.machine.table.held() => false,
            () = run.machine.ses.held() => false,
        };
        if came_through {
            return number;
        }
        run.machine.kill().await;
        run.machine.table.heal();
        run.machine.ses.heal();
        run.machine.restart().await;
        run.sweep().await;
        run.check().await;
    }
    unreachable!("the flow comes through")
}

async fn survives(flow: Flow) {
    let (before, after) =
        tokio::join!(kill_at_every_call(flow, Fate::Hang), kill_at_every_call(flow, Fate::LoseAnswer));
    assert_eq!(before, after, "the calls of {flow:?}");
    assert!(before >= 6, "{flow:?} made {before} calls");
}

/// CC-01, L11
#[tokio::test(flavor = "multi_thread")]
async fn a_creation_that_is_killed_anywhere_happened_or_did_not_and_its_mail_comes() {
    survives(Flow::Create).await;
}

/// CC-01, L4
#[tokio::test(flavor = "multi_thread")]
async fn a_redemption_that_is_killed_anywhere_set_the_password_or_left_the_link_good() {
    tokio::join!(survives(Flow::RedeemInvite), survives(Flow::RedeemReset));
}

/// CC-01, T1
#[tokio::test(flavor = "multi_thread")]
async fn a_login_switched_while_being_killed_is_on_or_off_with_all_that_goes_with_it() {
    tokio::join!(survives(Flow::Disable), survives(Flow::Enable));
}
