//! Every call to the table and to SES refused, unheard or unanswered, in every flow: the caller gets a clear `503` or
//! success, and once the outage is over and the sweep has run everything in the table is sound.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use jiff::SignedDuration;
use local::table;
use reqwest::Method;
use serde_json::{Value, json};
use shared::app::App;
use shared::domain::mail::Fate as MailFate;
use shared::mail::Mailer;
use shared::store::Store;
use tests::portal::{ADMINISTRATOR, new_user};
use tests::wire::Fate;
use tests::{Answer, Dump, PASSWORD, Portal, Visitor, Wire};
use tokio::task::JoinSet;

const NEW_PASSWORD: &str = "a wholly different phrase";

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
        let app = App::new(
            store,
            Mailer::new(&config(&at_ses), None),
            portal.app.keyring.clone(),
            portal.app.hasher.clone(),
            portal.app.clock.clone(),
        );
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
    fn fail(&self, mode: Mode, from: usize) -> Arc<Mutex<Vec<String>>> {
        let (calls, number) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        for (wire, is_table) in [(&self.table, true), (&self.ses, false)] {
            let (calls, number) = (Arc::clone(&calls), Arc::clone(&number));
            wire.decide_by(move |_, operation| {
                calls.lock().expect("no panic").push(operation.to_owned());
                mode.fate(number.fetch_add(1, Ordering::SeqCst), from, is_table)
            });
        }
        calls
    }

    fn heal(&self) {
        self.table.heal();
        self.ses.heal();
    }
}

/// How calls fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// None does.
    Never,
    /// One is refused.
    RefusedOnce,
    /// One takes effect, and its answer is lost.
    LostOnce,
    /// One and all after it are refused.
    Refused,
    /// One and all after it take effect, and their answers are lost.
    Lost,
    /// One and all after it take no effect, and no answer comes.
    Hung,
}

impl Mode {
    const FAILING: [Self; 5] = [Self::RefusedOnce, Self::LostOnce, Self::Refused, Self::Lost, Self::Hung];

    fn fate(self, number: usize, from: usize, is_table: bool) -> Fate {
        let refusals = match (is_table, number % 3) {
            (true, 0) => Fate::Refuse(500, "InternalServerError"),
            (true, 1) => Fate::Refuse(400, "ThrottlingException"),
            (true, _) => Fate::Refuse(400, "ProvisionedThroughputExceededException"),
            (false, 0) => Fate::Refuse(500, "InternalServiceErrorException"),
            (false, _) => Fate::Refuse(429, "TooManyRequestsException"),
        };
        match self {
            Self::RefusedOnce if number == from => refusals,
            Self::LostOnce if number == from => Fate::LoseAnswer,
            Self::Refused if number >= from => refusals,
            Self::Lost if number >= from => Fate::LoseAnswer,
            Self::Hung if number >= from => Fate::Hang,
            _ => Fate::Pass,
        }
    }

    /// Whether a call is worth failing like this. A read has no effect, so that to its caller all ways are alike: one
    /// of them will do, each in its turn.
    fn is_tried(self, number: usize, operation: &str) -> bool {
        let turns = [Self::RefusedOnce, Self::Refused, Self::Hung];
        match operation {
            "Query" => self == turns[0] && number == 0,
            "BatchGetItem" => self == turns[number % turns.len()],
            _ => true,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Create,
    CreateWithPassword,
    Change,
    GrantAgain,
    Revoke,
    SendReset,
    Disable,
    Enable,
    SetPassword,
    EndSessions,
    SignIn,
    WrongPassword,
    CheckSession,
    SignOut,
    ChangePassword,
    ForgotPassword,
    RedeemInvite,
    RedeemReset,
    Renew,
    Accept,
    Deliver,
    Sweep,
}

/// A customer's access, with leave to create users or not.
fn access(creates: bool) -> Value {
    json!({ "roles": ["customer_center"], "can_create_users": creates })
}

/// What a flow acts upon.
#[derive(Debug, Default)]
struct Subject {
    email: String,
    contact: String,
    link: String,
    session: String,
}

impl Flow {
    const ALL: [Self; 22] = [
        Self::Create,
        Self::CreateWithPassword,
        Self::Change,
        Self::GrantAgain,
        Self::Revoke,
        Self::SendReset,
        Self::Disable,
        Self::Enable,
        Self::SetPassword,
        Self::EndSessions,
        Self::SignIn,
        Self::WrongPassword,
        Self::CheckSession,
        Self::SignOut,
        Self::ChangePassword,
        Self::ForgotPassword,
        Self::RedeemInvite,
        Self::RedeemReset,
        Self::Renew,
        Self::Accept,
        Self::Deliver,
        Self::Sweep,
    ];

    /// What it answers, and what the same answers when it is done already.
    fn answers(self) -> (u16, u16) {
        match self {
            Self::Create | Self::CreateWithPassword => (201, 409),
            Self::Disable | Self::Enable => (200, 409),
            Self::RedeemInvite | Self::RedeemReset => (204, 410),
            Self::Accept => (200, 410),
            Self::ChangePassword => (204, 403),
            Self::SignOut => (204, 401),
            Self::SignIn => (201, 201),
            Self::WrongPassword => (401, 401),
            Self::SendReset | Self::ForgotPassword | Self::Renew => (202, 202),
            _ => (200, 200),
        }
    }

    /// Makes what it acts upon.
    async fn prepare(self, portal: &mut Portal) -> Subject {
        let mut subject = Subject { email: "ada@example.com".to_owned(), ..Subject::default() };
        let email = subject.email.as_str();
        match self {
            Self::Create | Self::CreateWithPassword => {}
            Self::RedeemInvite => {
                subject.contact = portal.create(email, json!({})).await.expect(201).at("/id");
                subject.link = portal.link_token(email).await;
            }
            Self::Deliver | Self::Sweep => {
                if self == Self::Sweep {
                    let _ = portal.create("bea@example.com", json!({})).await.expect(201);
                    portal.pass(SignedDuration::from_hours(25));
                    portal.administrator = portal.visitor().signed_in(ADMINISTRATOR, PASSWORD).await;
                }
                portal.ses.script([Fate::Refuse(429, "TooManyRequestsException")]);
                let _ = portal.create(email, json!({})).await.expect(201);
                portal.pass(SignedDuration::from_mins(2));
            }
            _ => {
                let credential = json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
                subject.contact = portal.create(email, json!({ "credential": credential })).await.expect(201).at("/id");
            }
        }
        let of = |what: &str| format!("/v1/contacts/{}/{what}", subject.contact);
        match self {
            Self::CheckSession | Self::SignOut | Self::ChangePassword => {
                subject.session = portal.visitor().signed_in(email, PASSWORD).await.token().to_owned();
            }
            Self::GrantAgain => drop(portal.administrator.delete(&of("access")).await.expect(200)),
            Self::Enable => drop(portal.administrator.act(&of("disable-login")).await.expect(200)),
            Self::RedeemReset | Self::Renew => {
                let _ = portal.administrator.act(&of("reset")).await.expect(202);
                subject.link = portal.link_token(email).await;
            }
            Self::Accept => {
                let elsewhere = json!({
                    "organization": { "number": "C-2002", "name": "Elsewhere" }, "roles": ["customer_administrator"]
                });
                let (_, delegate) = portal.member("delegate@example.com", elsewhere).await;
                let here = delegate.get("/v1/session").await.at("/organization");
                let body = new_user(email, json!({ "organization": here }));
                let before = portal.mails_to(email).len();
                let _ = delegate.post("/v1/users", &body).await.expect(201);
                portal.next_mail(email, before).await;
                subject.link = portal.link_token(email).await;
            }
            _ => {}
        }
        if !matches!(self, Self::Deliver | Self::Sweep) {
            portal.settled().await;
        }
        subject
    }

    /// Does it, at a visitor's instance.
    async fn act(self, visitor: &Visitor, by: &str, on: &Subject) -> Answer {
        let (by, own) = (visitor.with_token(by), visitor.with_token(&on.session));
        let of = |what: &str| format!("/v1/contacts/{}/{what}", on.contact);
        let password = |text: &str| json!({ "password": text, "confirm_password": text });
        let with_method = |text: &str| {
            let mut body = password(text);
            body["method"] = json!("password");
            body
        };
        match self {
            Self::Create => by.post("/v1/users", &new_user(&on.email, json!({}))).await,
            Self::CreateWithPassword => {
                let organization = json!({ "number": on.email.replace('@', "."), "name": "Acme" });
                let more = json!({ "organization": organization, "credential": with_method(PASSWORD) });
                by.post("/v1/users", &new_user(&on.email, more)).await
            }
            Self::Change | Self::GrantAgain => by.put(&of("access"), &access(true)).await,
            Self::Revoke => by.delete(&of("access")).await,
            Self::SendReset => by.act(&of("reset")).await,
            Self::Disable => by.act(&of("disable-login")).await,
            Self::Enable => by.act(&of("enable-login")).await,
            Self::SetPassword => by.put(&of("password"), &with_method(NEW_PASSWORD)).await,
            Self::EndSessions => by.delete(&of("sessions")).await,
            Self::SignIn => visitor.sign_in(&on.email, PASSWORD).await,
            Self::WrongPassword => visitor.sign_in(&on.email, "not the password at all").await,
            Self::CheckSession => own.get("/v1/session").await,
            Self::SignOut => own.delete("/v1/session").await,
            Self::ChangePassword => {
                let mut body = password(NEW_PASSWORD);
                body["current_password"] = json!(PASSWORD);
                own.put("/v1/session/password", &body).await
            }
            Self::ForgotPassword => visitor.post("/v1/password-resets", &json!({ "login": on.email })).await,
            Self::RedeemInvite | Self::RedeemReset => visitor.redeem(&on.link, NEW_PASSWORD).await,
            Self::Renew => visitor.post("/v1/links/renew", &json!({ "token": on.link })).await,
            Self::Accept => {
                let form = [("action", "accept"), ("login", on.email.as_str()), ("password", PASSWORD)];
                Answer::of(visitor.request(Method::POST, &format!("/link/{}", on.link)).form(&form)).await
            }
            Self::Deliver | Self::Sweep => unreachable!("nobody asks for it"),
        }
    }

    /// The status that it gives with an instance; what nobody asks for gives `200` or `503`.
    async fn status(self, instance: &Instance, portal: &Portal, on: &Subject) -> u16 {
        let went = match self {
            Self::Deliver => {
                let queued = Dump::of(portal.table.upstream()).await.mails;
                let mail = queued.iter().find(|mail| mail.fate == MailFate::Queued && mail.to.as_str() == on.email);
                match mail {
                    Some(mail) => shared::mail::deliver(&instance.app, mail.id).await.is_ok(),
                    None => true,
                }
            }
            Self::Sweep => sweep::sweep(&instance.app).await.is_ok(),
            _ => {
                let answer = self.act(&instance.visitor, portal.administrator.token(), on).await;
                if answer.status == 503 {
                    assert_eq!(answer.header("retry-after"), "2", "{}", answer.text);
                    assert!(self == Self::Accept || answer.json["code"] == "unavailable", "{}", answer.text);
                }
                return answer.status.as_u16();
            }
        };
        if went { 200 } else { 503 }
    }
}

/// Ends the outage for good: whatever is queued is sent.
async fn recover(portal: &Portal) {
    while Dump::of(portal.table.upstream()).await.has_queued() {
        portal.pass(SignedDuration::from_mins(5));
        portal.sweep().await;
    }
}

/// Lets every call of a flow fail in every way.
async fn fails_in_every_way(flow: Flow) -> usize {
    let mut portal = Portal::start().await;
    let (patient, impatient) = (Instance::patient(&portal).await, Instance::impatient(&portal).await);
    let (fresh, done) = flow.answers();
    let subject = flow.prepare(&mut portal).await;
    let ready = portal.keep();
    let calls = patient.fail(Mode::Never, 0);
    assert_eq!(flow.status(&patient, &portal, &subject).await, fresh, "{flow:?}");
    patient.heal();
    let calls = calls.lock().expect("no panic").clone();

    let mut points = 0;
    for mode in Mode::FAILING {
        for number in (0..calls.len()).filter(|number| mode.is_tried(*number, &calls[*number])) {
            points += 1;
            portal.back_to(&ready);
            let instance = if mode == Mode::RefusedOnce { &patient } else { &impatient };
            instance.fail(mode, number);
            let status = flow.status(instance, &portal, &subject).await;
            instance.heal();
            let what = format!("{flow:?}, {mode:?} at call {number} of {calls:?}");
            assert!(status == fresh || (status == 503 && mode != Mode::RefusedOnce), "{what}: {status}");
            if fresh != done {
                let again = flow.act(&portal.visitor(), portal.administrator.token(), &subject).await;
                let again_status = again.status.as_u16();
                let possible = again_status == done || (again_status == fresh && status == 503);
                assert!(possible, "{what}: {status}, then {again_status}\n{}", again.text);
            }
            recover(&portal).await;
            Dump::of(portal.table.upstream()).await.assert_sound(&portal.inbox.mails(), portal.app.clock.now());
        }
    }
    points
}

/// CC-01, LG-06, L11
#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_a_call_is_done_or_refused_clearly_and_nothing_is_half_made() {
    let flows: JoinSet<usize> = Flow::ALL.into_iter().map(fails_in_every_way).collect();
    let points: usize = flows.join_all().await.into_iter().sum();
    assert!(points > 300, "{points} points");
}

/// LG-08
#[tokio::test]
async fn while_the_table_refuses_nobody_is_let_in() {
    let portal = Portal::start().await;
    let instance = Instance::impatient(&portal).await;
    let administrator = instance.visitor.with_token(portal.administrator.token());
    let _ = administrator.get("/v1/session").await.expect(200);
    for mode in [Mode::Refused, Mode::Hung] {
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

/// LG-06: what the other tests rely upon.
#[tokio::test]
async fn a_table_that_lacks_a_record_or_holds_one_too_many_is_noticed() {
    let portal = Portal::start().await;
    let (disabled, _) = portal.member("disabled@example.com", json!({})).await;
    let _ = portal.administrator.act(&format!("/v1/contacts/{disabled}/disable-login")).await.expect(200);
    let _ = portal.create("invited@example.com", json!({})).await.expect(201);
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
    spoilt("an administrator", &|dump| dump.organizations.values_mut().for_each(|it| it.administrators += 1)).await;
    let entries = Dump::of(portal.table.upstream()).await.audit.len();
    for number in 0..entries {
        spoilt(&format!("audit entry {number}"), &|dump| dump.forget(number)).await;
    }
}
