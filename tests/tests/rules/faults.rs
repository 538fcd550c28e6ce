//! Every call to the table and to SES refused, unheard or unanswered, in every flow: the caller gets a clear `503` or
//! success, and once the outage is over and the sweep has run everything in the table is sound.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use jiff::SignedDuration;
use local::table;
use serde_json::json;
use shared::app::{App, Parts};
use shared::domain::id::MailId;
use shared::domain::mail::{CLAIM_SECONDS, Fate as MailFate, MOST_TRIES, MOST_WAIT_HOURS};
use shared::mail::{Mailer, Outcome};
use shared::store::{Store, StoreError};
use tests::portal::{ADMINISTRATOR, new_user, token_in};
use tests::wire::Fate;
use tests::{Dump, PASSWORD, Portal, Visitor, Wire};
use tokio::task::{JoinHandle, JoinSet};

use super::flows::{Flow, Stage, Subject};

const THROTTLED: Fate = Fate::Refuse(429, "TooManyRequestsException");

/// A second instance over a portal's table, with wires of its own that fail. Its mails are left to be delivered.
struct Instance {
    app: App,
    table: Wire,
    ses: Wire,
    visitor: Visitor,
}

impl Instance {
    async fn of(portal: &Portal, timeouts: TimeoutConfig) -> Self {
        let (table, at_table) = Wire::to(portal.table.upstream().to_owned()).await;
        let (ses, at_ses) = Wire::to(portal.ses.upstream().to_owned()).await;
        let retries = RetryConfig::standard().with_max_attempts(2).with_initial_backoff(Duration::from_millis(5));
        let config = |endpoint: &str| -> SdkConfig {
            let config = table::config(endpoint).to_builder();
            config.timeout_config(timeouts.clone()).retry_config(retries.clone()).build()
        };
        let store = Store::new(aws_sdk_dynamodb::Client::new(&config(&at_table)), "latchkey".to_owned());
        let mailer = Mailer::new(&config(&at_ses), None);
        let app = App::new(Parts { store, mailer, ..Parts::clone(&portal.app) });
        let visitor = portal.instance(&app).await;
        Self { app, table, ses, visitor }
    }

    async fn patient(portal: &Portal) -> Self {
        Self::of(portal, TimeoutConfig::disabled()).await
    }

    async fn impatient(portal: &Portal) -> Self {
        let attempt = Duration::from_millis(200);
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(attempt).operation_timeout(attempt * 2);
        Self::of(portal, timeouts.build()).await
    }

    /// Lets the calls fail as `mode` says, from the one of this number on. Gives what is called, in its order.
    fn fail(&self, mode: Mode, from: usize) -> Calls {
        let (calls, number) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        for wire in [&self.table, &self.ses] {
            let (calls, number) = (Arc::clone(&calls), Arc::clone(&number));
            wire.decide_by(move |_, operation| {
                calls.lock().expect("no panic").push(operation.to_owned());
                mode.fate(number.fetch_add(1, Ordering::SeqCst), from, operation)
            });
        }
        calls
    }

    fn heal(&self) {
        self.table.heal();
        self.ses.heal();
    }
}

/// What is called, in its order.
type Calls = Arc<Mutex<Vec<String>>>;

/// How calls fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mode {
    /// None does.
    Never,
    /// One is refused.
    RefusedOnce,
    /// One takes effect, and its answer is lost.
    LostOnce,
    /// One and all after it are throttled, or refused otherwise.
    Throttled,
    /// One transaction and all after it meet another.
    Cancelled,
    /// SES takes this mail neither now nor later.
    Rejected,
    /// One and all after it take no effect, and no answer comes: so too for who dies before a call takes effect.
    Hung,
    /// One takes effect, its answer is lost, and none after it takes any: the process dies.
    Killed,
}

/// Whether a call is one of SES's: those have a path.
fn is_ses(operation: &str) -> bool {
    operation.starts_with('/')
}

impl Mode {
    const FAILING: [Self; 7] =
        [Self::RefusedOnce, Self::LostOnce, Self::Throttled, Self::Cancelled, Self::Rejected, Self::Hung, Self::Killed];

    fn fate(self, number: usize, from: usize, operation: &str) -> Fate {
        let (refused, throttled) = match (is_ses(operation), number % 2) {
            (true, _) => (Fate::Refuse(500, "InternalServiceErrorException"), THROTTLED),
            (false, 0) => (Fate::Refuse(500, "InternalServerError"), Fate::Refuse(400, "ThrottlingException")),
            (false, _) => {
                (Fate::Refuse(503, "ServiceUnavailable"), Fate::Refuse(400, "ProvisionedThroughputExceededException"))
            }
        };
        match self {
            Self::RefusedOnce if number == from => refused,
            Self::LostOnce if number == from => Fate::LoseAnswer,
            Self::Throttled if number >= from => throttled,
            Self::Cancelled if number >= from && operation == "TransactWriteItems" => {
                Fate::Refuse(400, "TransactionCanceledException")
            }
            Self::Rejected if number >= from && is_ses(operation) => Fate::Refuse(400, "MessageRejected"),
            Self::Hung if number >= from => Fate::Hang,
            Self::Killed if number == from => Fate::LoseAnswer,
            Self::Killed if number > from => Fate::Hang,
            _ => Fate::Pass,
        }
    }

    /// Whether a call is worth failing like this. A read has no effect, so that to its caller all ways are alike: one
    /// of them will do, each in its turn.
    fn is_tried(self, number: usize, operation: &str) -> bool {
        let turns = [Self::RefusedOnce, Self::Throttled, Self::Hung];
        match operation {
            "Query" => self == turns[0] && number == 0,
            "BatchGetItem" => self == turns[number % turns.len()],
            "TransactWriteItems" => self != Self::Rejected,
            _ => self != Self::Cancelled,
        }
    }

    /// Whether nobody who asks has to notice: tried again, it goes.
    fn is_hidden(self) -> bool {
        matches!(self, Self::RefusedOnce | Self::Rejected)
    }
}

/// Makes what a flow acts upon. What nobody asks for comes of time that passes.
async fn prepare(flow: Flow, portal: &mut Portal) -> Subject {
    match flow {
        Flow::Deliver | Flow::DeliverAnew | Flow::Sweep => {}
        Flow::Remind => return to_be_reminded(portal).await,
        _ => {
            let subject = flow.prepare(&stage(portal), &mut None, 0).await;
            portal.settled().await;
            return subject;
        }
    }
    let email = "ada@example.com".to_owned();
    if flow == Flow::Sweep {
        let _ = portal.create("bea@example.com", json!({})).await.expect(201);
        a_day_passes(portal).await;
    }
    portal.ses.script([THROTTLED]);
    let _ = portal.create(&email, json!({})).await.expect(201);
    if flow == Flow::DeliverAnew {
        a_day_passes(portal).await;
    }
    portal.pass(SignedDuration::from_mins(2));
    Subject { email, ..Subject::default() }
}

/// Somebody whose invitation ends within the hours at which they are to be reminded of it.
async fn to_be_reminded(portal: &Portal) -> Subject {
    let by = &portal.administrator;
    let version = by.get("/v1/settings").await.json["version"].as_u64().expect("a version");
    let _ = by.patch("/v1/settings", version, &json!({ "reminder_hours": 23 })).await.expect(200);
    let email = "ada@example.com".to_owned();
    let _ = portal.create(&email, json!({})).await.expect(201);
    portal.settled().await;
    portal.pass(SignedDuration::from_mins(61));
    Subject { email, ..Subject::default() }
}

/// Past the end of every link, and of every session: the administrator signs in anew.
async fn a_day_passes(portal: &mut Portal) {
    portal.pass(SignedDuration::from_hours(25));
    portal.administrator = portal.visitor().signed_in(ADMINISTRATOR, PASSWORD).await;
}

/// A portal as it is when nothing fails.
fn stage(portal: &Portal) -> Stage {
    let (nobody, administrator) = (portal.visitor(), portal.administrator.clone());
    Stage { nobody, administrator, inbox: portal.inbox.clone(), app: portal.app.clone() }
}

/// The status that a flow gives with an instance; what nobody asks for gives `200` or `503`.
async fn status(flow: Flow, instance: &Instance, portal: &Portal, on: &Subject) -> u16 {
    let healthy = stage(portal);
    let went = match flow {
        Flow::Deliver | Flow::DeliverAnew => {
            let mails = Dump::of(portal.table.upstream()).await.mails;
            match mails.iter().find(|mail| mail.fate == MailFate::Queued && mail.to.as_str() == on.email) {
                Some(mail) => shared::mail::deliver(&instance.app, mail.id).await.is_ok(),
                None => true,
            }
        }
        Flow::Sweep | Flow::Remind => sweep::sweep(&instance.app).await.is_ok(),
        Flow::Report => healthy.report(on, &instance.app).await.is_ok(),
        _ => {
            let administrator = instance.visitor.with_token(healthy.administrator.token());
            let failing = Stage { nobody: instance.visitor.clone(), administrator, ..healthy };
            let answer = flow.act(&failing, on).await;
            if answer.status == 503 {
                assert_eq!(answer.header("retry-after"), "2", "{}", answer.text);
                assert!(flow == Flow::Accept || answer.json["code"] == "unavailable", "{}", answer.text);
            }
            return answer.status.as_u16();
        }
    };
    if went { 200 } else { 503 }
}

/// Ends the outage for good: whatever is queued is sent, and the table is sound.
async fn recover(portal: &Portal) {
    while Dump::of(portal.table.upstream()).await.has_queued() {
        portal.pass(SignedDuration::from_mins(5));
        portal.sweep().await;
    }
    Dump::of(portal.table.upstream()).await.assert_sound(&portal.inbox.mails(), portal.app.clock.now());
}

/// Lets every call of a flow fail in every way. Gives how many there were of each way.
async fn fails_in_every_way(flow: Flow) -> BTreeMap<Mode, usize> {
    let mut portal = Portal::start().await;
    let (patient, impatient) = (Instance::patient(&portal).await, Instance::impatient(&portal).await);
    let (fresh, done) = flow.answers();
    let subject = prepare(flow, &mut portal).await;
    let ready = portal.keep();
    let calls = patient.fail(Mode::Never, 0);
    assert_eq!(status(flow, &patient, &portal, &subject).await, fresh, "{flow:?}");
    patient.heal();
    let calls = calls.lock().expect("no panic").clone();

    let mut points = BTreeMap::<Mode, usize>::new();
    for mode in Mode::FAILING {
        for number in (0..calls.len()).filter(|number| mode.is_tried(*number, &calls[*number])) {
            *points.entry(mode).or_default() += 1;
            portal.back_to(&ready);
            let instance = if mode.is_hidden() { &patient } else { &impatient };
            let struck = instance.fail(mode, number);
            let status = status(flow, instance, &portal, &subject).await;
            instance.heal();
            let what = format!("{flow:?}, {mode:?} at call {number} of {calls:?}");
            // A mail that SES does not take waits; to lift what SES suppresses, SES is needed.
            // What the business has set is not read at each turn, so the call of this number may be another.
            let struck = struck.lock().expect("no panic").get(number).is_some_and(|call| is_ses(call));
            let hidden = mode.is_hidden() && !(flow == Flow::Lift && struck);
            let possible = status == fresh || (status == 503 && !hidden);
            assert!(possible, "{what}: {status}");
            if fresh != done {
                let again = flow.act(&stage(&portal), &subject).await;
                let again_status = again.status.as_u16();
                let possible = again_status == done || (again_status == fresh && status == 503);
                assert!(possible, "{what}: {status}, then {again_status}\n{}", again.text);
            }
            recover(&portal).await;
        }
    }
    points
}

/// CC-01, LG-06, L11
#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_a_call_is_done_or_refused_clearly_and_nothing_is_half_made() {
    let flows: JoinSet<BTreeMap<Mode, usize>> = Flow::ALL.into_iter().map(fails_in_every_way).collect();
    let mut points = BTreeMap::new();
    for (mode, number) in flows.join_all().await.into_iter().flatten() {
        *points.entry(mode).or_insert(0) += number;
    }
    for mode in Mode::FAILING {
        assert!(points.get(&mode).is_some_and(|number| *number > 10), "{points:?}");
    }
    assert!(points.values().sum::<usize>() > 500, "{points:?}");
}

/// LG-08
#[tokio::test]
async fn while_the_table_refuses_nobody_is_let_in() {
    let portal = Portal::start().await;
    let instance = Instance::impatient(&portal).await;
    let administrator = instance.visitor.with_token(portal.administrator.token());
    let _ = administrator.get("/v1/session").await.expect(200);
    for mode in [Mode::Throttled, Mode::Hung] {
        instance.fail(mode, 0);
        let _ = administrator.get("/v1/session").await.refused(503, "unavailable");
        let _ =
            administrator.post("/v1/users", &new_user("ada@example.com", json!({}))).await.refused(503, "unavailable");
        let refused = instance.visitor.sign_in(ADMINISTRATOR, PASSWORD).await.refused(503, "unavailable");
        assert!(refused.json.get("token").is_none());
        instance.heal();
    }
    let _ = administrator.get("/v1/session").await.expect(200);
}

/// L11, L9
#[tokio::test]
async fn a_mail_that_ses_does_not_take_is_queued_or_failed_as_staff_can_see_and_a_queued_one_is_sent_later() {
    let portal = Portal::start().await;
    portal.ses.script([Fate::Refuse(429, "TooManyRequestsException"), Fate::Refuse(400, "MessageRejected")]);
    let queued = portal.create("queued@example.com", json!({})).await.expect(201);
    assert_eq!(queued.at("/link/mail"), "queued");
    let failed = portal.create("failed@example.com", json!({})).await.expect(201);
    assert_eq!(failed.at("/link/mail"), "failed");
    for created in [&queued, &failed] {
        let notice = "Account successfully created, but the email could not be sent. Send it again.";
        assert_eq!(created.at("/notice/text"), notice);
    }
    recover(&portal).await;
    let queued = portal.contact(&queued.at("/id")).await;
    assert_eq!(queued.at("/link/mail"), "sent");
    assert_eq!(queued.at("/notice/text"), "Account successfully created and reset password email sent.");
    assert_eq!(portal.mails_to("failed@example.com").len(), 0);
    let failed = failed.at("/id");
    let _ = portal.administrator.act(&format!("/v1/contacts/{failed}/reset")).await.expect(202);
    assert_eq!(portal.mails_to("failed@example.com").len(), 1);
}

/// L11, ML-08
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_ses_throttles_for_a_day_has_failed_visibly_in_every_flow() {
    let portal = Portal::start().await;
    let (stage, mut delegate) = (stage(&portal), None);
    let mut subjects = Vec::new();
    for (number, flow) in Flow::MAILING.into_iter().enumerate() {
        subjects.push((flow, flow.prepare(&stage, &mut delegate, number).await));
    }
    recover(&portal).await;
    let arrived = portal.inbox.mails().len();
    let ids = |dump: &Dump| -> Vec<_> { dump.mails.iter().map(|mail| mail.id).collect() };
    let before = ids(&Dump::of(portal.table.upstream()).await);
    portal.ses.decide_by(|_, _| THROTTLED);
    for (flow, subject) in &subjects {
        assert_eq!(flow.act(&stage, subject).await.status.as_u16(), flow.answers().0, "{flow:?}");
    }
    // A run tries a few and leaves the others, until they have waited for too long.
    for _ in 0..2 * MOST_WAIT_HOURS + 4 {
        portal.pass(SignedDuration::from_mins(30));
        portal.sweep().await;
    }
    let dump = Dump::of(portal.table.upstream()).await;
    dump.assert_sound(&portal.inbox.mails(), portal.app.clock.now());
    let written: Vec<_> = dump.mails.iter().filter(|mail| !before.contains(&mail.id)).collect();
    // Setting a first password is told to nobody; each other flow writes one mail, some two.
    assert!(written.len() >= Flow::MAILING.len(), "{} mails", written.len());
    for mail in written {
        assert!(mail.fate == MailFate::Failed && (1..=MOST_TRIES).contains(&mail.tries), "{mail:?}");
        // One whose link was over meanwhile has another in its place, which fares no better.
        let why = mail.failure.as_deref();
        assert!(matches!(why, Some("throttled" | "link_expired_unsent")), "{mail:?}");
    }
    assert_eq!(portal.inbox.mails().len(), arrived);
}

/// A deliverer whose call to SES is held and then meets this fate.
struct Slow {
    app: App,
    held: Wire,
}

impl Slow {
    async fn of(portal: &Portal, fate: Fate) -> Self {
        let (answering, endpoint) = Wire::to(portal.ses.upstream().to_owned()).await;
        answering.decide_by(move |_, _| fate);
        let (held, endpoint) = Wire::to(endpoint).await;
        held.decide_by(|_, _| Fate::Hold);
        let mailer = Mailer::new(&table::config(&endpoint), None);
        Self { app: App::new(Parts { mailer, ..Parts::clone(&portal.app) }), held }
    }

    /// Takes a mail up, and stands before SES's answer.
    async fn take_up(&self, mail: MailId) -> JoinHandle<Result<Outcome, StoreError>> {
        let app = self.app.clone();
        let delivering = tokio::spawn(async move { shared::mail::deliver(&app, mail).await });
        self.held.held().await;
        delivering
    }
}

/// L11
#[tokio::test]
async fn an_answer_of_ses_that_comes_once_another_took_the_mail_up_neither_loses_nor_undoes_anything() {
    let portal = Portal::start().await;
    let fates = [Fate::Pass, THROTTLED, Fate::Refuse(400, "MessageRejected")];
    let pairs = fates.into_iter().flat_map(|late| fates.into_iter().map(move |other| (late, other)));
    let all = pairs.flat_map(|(late, other)| [true, false].map(|late_first| (late, other, late_first)));
    for (number, (late, other, late_first)) in all.enumerate() {
        let email = format!("ada{number}@example.com");
        portal.ses.script([THROTTLED]);
        let _ = portal.create(&email, json!({})).await.expect(201);
        portal.pass(SignedDuration::from_mins(2));
        let to_her = async || {
            let mails = Dump::of(portal.table.upstream()).await.mails;
            mails.into_iter().find(|mail| mail.to.as_str() == email).expect("written down")
        };
        let mail = to_her().await.id;
        let [first, second] = [Slow::of(&portal, late).await, Slow::of(&portal, other).await];
        let one = first.take_up(mail).await;
        // Its claim runs out.
        portal.pass(SignedDuration::from_secs(CLAIM_SECONDS));
        let two = second.take_up(mail).await;
        let answered = if late_first { [(&first, one), (&second, two)] } else { [(&second, two), (&first, one)] };
        for (slow, delivering) in answered {
            slow.held.release();
            delivering.await.expect("no panic").expect("delivered");
        }
        let came = [late, other].into_iter().filter(|fate| *fate == Fate::Pass).count();
        let fate = match (came, other) {
            (1.., _) => MailFate::Sent,
            (0, Fate::Refuse(400, _)) => MailFate::Failed,
            _ => MailFate::Queued,
        };
        let what = format!("late {late:?}, other {other:?}, late first: {late_first}");
        assert_eq!(to_her().await.fate, fate, "{what}");
        let links: Vec<_> = portal.mails_to(&email).iter().filter_map(token_in).collect();
        assert!(links.len() == came && links.iter().all(|link| *link == links[0]), "{what}: {links:?}");
    }
    recover(&portal).await;
}

/// LG-06: what the other tests rely upon.
#[tokio::test]
async fn a_table_that_lacks_a_record_or_holds_one_too_many_is_noticed() {
    let portal = Portal::start().await;
    let (disabled, _) = portal.member("disabled@example.com", json!({})).await;
    let _ = portal.administrator.act(&format!("/v1/contacts/{disabled}/disable-login")).await.expect(200);
    let _ = portal.create("invited@example.com", json!({})).await.expect(201);
    let (contact, _) = portal.member("bounced@example.com", json!({})).await;
    let bounced = Subject { email: "bounced@example.com".to_owned(), contact, ..Subject::default() };
    stage(&portal).report(&bounced, &portal.app).await.expect("taken");
    let spoilt = async |what: &str, spoil: &dyn Fn(&mut Dump)| {
        let mut dump = Dump::of(portal.table.upstream()).await;
        dump.assert_sound(&portal.inbox.mails(), portal.app.clock.now());
        spoil(&mut dump);
        assert!(!dump.faults(&portal.inbox.mails(), portal.app.clock.now()).is_empty(), "{what}");
    };
    let user = |dump: &Dump| dump.users_named("invited@example.com")[0].id;
    let contact = |dump: &Dump| dump.contacts_of(user(dump))[0].id;
    spoilt("a user", &|dump| drop(dump.users.remove(&user(dump)))).await;
    spoilt("a contact", &|dump| drop(dump.contacts.remove(&contact(dump)))).await;
    spoilt("an organization", &|dump| dump.organizations.clear()).await;
    spoilt("a number", &|dump| dump.numbers.truncate(1)).await;
    spoilt("a number too many", &|dump| dump.numbers.extend_from_within(..1)).await;
    spoilt("an owner of a name", &|dump| drop(dump.logins.drain().next())).await;
    spoilt("a link", &|dump| dump.links.clear()).await;
    spoilt("a mail", &|dump| drop(dump.mails.pop())).await;
    spoilt("a session", &|dump| drop(dump.sessions.pop())).await;
    spoilt("a mail that waits", &|dump| dump.mails[0].fate = MailFate::Queued).await;
    spoilt("a link that is live again", &|dump| dump.links.values_mut().for_each(|link| link.ended = None)).await;
    let reported = |dump: &mut Dump| -> usize {
        dump.mails.iter().position(|mail| mail.reported.is_some()).expect("one that came back")
    };
    spoilt("a report", &|dump| {
        let at = reported(dump);
        dump.mails[at].reported = None;
    })
    .await;
    spoilt("a mail that came back and did not", &|dump| {
        let at = reported(dump);
        dump.mails[at].fate = MailFate::Sent;
    })
    .await;
    spoilt("a suppression", &|dump| dump.suppressions.clear()).await;
    spoilt("a suppression that was lifted by nobody", &|dump| {
        dump.suppressions.values_mut().for_each(|it| it.lifted_at = Some(it.since));
    })
    .await;
    spoilt("an administrator", &|dump| dump.organizations.values_mut().for_each(|it| it.administrators += 1)).await;
    let entries = Dump::of(portal.table.upstream()).await.audit.len();
    for number in 0..entries {
        spoilt(&format!("audit entry {number}"), &|dump| dump.forget(number)).await;
    }
}
