//! What is logged: each request once, and no secret in any spelling (`security.md` 1I). A process of its own, since
//! everything that it logs is read.

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use shared::domain::change::{self, Change};
use shared::domain::counter::{OVERALL_PARTS, Origin};
use shared::domain::lockout::OVERALL_FAILURES;
use shared::domain::rules::request_link::OVERALL_REQUESTS;
use tests::wire::Fate;
use tests::{Answer, Portal, Visitor};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

const ADA: &str = "ada@example.com";

/// What was logged in this process, as it is in a deployed one.
static LOG: LazyLock<Log> = LazyLock::new(|| {
    let log = Log::default();
    let kept = log.clone();
    let all = "info,shared=trace,local=trace,login=trace,sweep=trace".parse::<Targets>().expect("levels");
    let lines = fmt::layer().json().flatten_event(true).with_target(false).with_current_span(false);
    tracing_subscriber::registry().with(lines.with_writer(move || kept.clone())).with(all).init();
    log
});

#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).expect("UTF-8")
    }

    fn lines(&self) -> Vec<Value> {
        let text = self.text();
        text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
    }

    /// The lines of the request that an answer names.
    fn of(&self, answer: &Answer) -> Vec<Value> {
        let id = answer.at("/request_id");
        self.lines().into_iter().filter(|line| line["event"] == "request" && line["request"] == id.as_str()).collect()
    }
}

/// LG-02
#[tokio::test]
async fn every_request_is_logged_once_by_its_route_and_id() {
    let log = LOG.clone();
    let portal = Portal::start().await;
    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let foreign = portal.visitor().get(&format!("/v1/contacts/{contact}")).await.refused(401, "unauthenticated");
    let lines = log.of(&foreign);
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line = &lines[0];
    assert_eq!(line["method"], "GET");
    assert_eq!(line["route"], "/v1/contacts/{contact}");
    assert_eq!(line["status"], 401);
    assert_eq!(line["code"], "unauthenticated");
    assert_eq!(line["source"], "127.0.0.1");
    assert!(line["timestamp"].as_str().is_some_and(|time| time.ends_with('Z')), "{line}");

    portal.table.decide_by(|_, _| Fate::Refuse(400, "ThrottlingException"));
    let failed = portal.administrator.get("/v1/session").await.refused(503, "unavailable");
    portal.table.heal();
    let lines = log.of(&failed);
    assert_eq!((&lines[0]["level"], lines.len()), (&json!("ERROR"), 1));
    assert!(lines[0]["cause"].as_str().is_some_and(|cause| cause.contains("ThrottlingException")), "{:?}", lines[0]);
}

/// Every way that a secret could be written.
fn spellings(secret: &str) -> Vec<String> {
    let each = |write: fn(u8) -> String| secret.bytes().map(write).collect::<Vec<_>>().concat();
    let hex = each(|byte| format!("{byte:02x}"));
    let escaped = each(|byte| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    vec![secret.to_owned(), STANDARD.encode(secret), URL_SAFE_NO_PAD.encode(secret), hex, escaped]
}

/// Signs in by the page; gives the cookies.
async fn browser(visitor: &Visitor, login: &str, password: &str) -> Vec<String> {
    let entered = visitor.submit("/sign-in", &[("login", login), ("password", password)], "").await.expect(303);
    ["session", "device"].map(|name| entered.kept(name)).to_vec()
}

/// LG-04, LG-05, PW-12, TK-11
#[tokio::test]
async fn no_secret_address_name_or_path_is_logged_in_any_spelling() {
    let log = LOG.clone();
    let portal = Portal::start().await;
    let (nobody, staff) = (portal.visitor(), &portal.administrator);
    let (email, password) = ("canary.ada@example.com", "canary horse battery staple");
    let more = json!({ "first_name": "Canarina", "last_name": "Finchley", "user_id": "canary.finch" });
    let contact = portal.create(email, more).await.expect(201).at("/id");
    let link = portal.link_token(email).await;
    let path = format!("/link/{link}");
    let _ = nobody.get(&path).await.expect(200);
    let _ = nobody
        .submit(&path, &[("password", "canary short"), ("confirm_password", "canary short")], "")
        .await
        .expect(400);
    let set = nobody.submit(&path, &[("password", password), ("confirm_password", password)], "").await.expect(200);
    let cookies = browser(&nobody, email, password).await;
    let session = nobody.sign_in("canary.finch", password).await.expect(201).at("/token");
    let _ = nobody.sign_in(email, "canary wrong").await.expect(401);
    let _ = nobody.sign_in("canary.nobody@example.com", "canary wrong").await.expect(401);
    let _ = nobody.browse("/account", &cookies.join("; ")).await.expect(200);
    let _ = nobody.post("/v1/password-resets", &json!({ "login": email })).await.expect(202);
    portal.next_mail(email, 1).await;
    let reset = portal.link_token(email).await;
    let _ = nobody.post("/v1/links/inspect", &json!({ "token": reset })).await.expect(200);
    let _ = nobody.post("/v1/links/renew", &json!({ "token": link })).await.expect(202);
    let _ =
        nobody.post("/v1/links/redeem", &json!({ "token": reset, "canary_field": "canary value" })).await.expect(400);
    portal.ses.decide_by(|_, _| Fate::Refuse(400, "MessageRejected"));
    let _ = staff.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    portal.ses.heal();
    let strange =
        staff.request(Method::GET, "/canary-path%0d%0a%1b[31m?canary-query=1").header("user-agent", "canary-agent");
    let strange = strange.header("referer", format!("{}{path}", portal.url)).header("x-forwarded-for", "203.0.113.77");
    let _ = Answer::of(strange).await.expect(404);
    let _ =
        Answer::of(staff.request(Method::GET, "/v1/session").header("cookie", "canary=1").header("if-match", "canary"))
            .await;
    portal.sweep().await;
    portal.table.decide_by(|_, _| Fate::Refuse(500, "InternalServerError"));
    let _ = nobody.sign_in(email, password).await.expect(503);
    portal.table.heal();

    let device = set.kept("device");
    let value = |cookie: &str| cookie.split_once('=').expect("a value").1.to_owned();
    let mut secrets: Vec<String> = cookies.iter().map(|cookie| value(cookie)).collect();
    secrets.extend([link, reset, session, value(&device), staff.token().to_owned()]);
    secrets.extend([email, password, "canary", "Canarina", "Finchley", "203.0.113.77", ADA].map(str::to_owned));
    let text = log.text();
    for secret in secrets {
        for spelling in spellings(&secret) {
            let found = text.lines().find(|line| line.to_lowercase().contains(&spelling.to_lowercase()));
            assert_eq!(found, None, "{secret} as {spelling}");
        }
    }
    assert!(log.lines().len() > 20, "something was logged");
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "a control character was logged");
}

/// Whether a line is one that a metric filter of the template counts: conditions that all hold.
fn is_counted(pattern: &str, line: &Value) -> bool {
    let conditions = pattern.trim_matches(['{', '}', ' ']).split(" && ");
    conditions.map(|condition| condition.split_once(" = ").expect("a condition")).all(|(field, wanted)| {
        let wanted: Value = serde_json::from_str(wanted).expect("a value");
        line[field.strip_prefix("$.").expect("a field")] == wanted
    })
}

/// AU-05, TK-09, S1
#[tokio::test]
async fn what_alarms_and_metrics_count_is_logged_as_they_look_for_it() {
    let log = LOG.clone();
    let portal = Portal::start().await;
    let visitor = portal.visitor();
    let failed = visitor.sign_in(ADA, "not the password").await.refused(401, "invalid_credentials");
    let guessed = visitor.redeem("forged", "a password of mine").await.refused(404, "not_found");
    // At the beginning of every window.
    portal.pass(SignedDuration::from_secs(3600 - portal.app.clock.now().as_second().rem_euclid(3600)));
    let now = portal.app.clock.now();
    let full = (0..OVERALL_PARTS).flat_map(|part| {
        let origin = Origin { source: [0; 16], part };
        [(origin.failures(now), OVERALL_FAILURES), (origin.requests(now), OVERALL_REQUESTS)]
    });
    let full = full.map(|([_, overall], limit)| change::Write::Count(overall, limit / u32::from(OVERALL_PARTS)));
    portal.app.store.commit(&Change { writes: full.collect() }, now).await.expect("counted");
    let _ = visitor.sign_in(ADA, "not the password").await.refused(429, "too_many_requests");
    let _ = visitor.post("/v1/password-resets", &json!({ "login": ADA })).await.refused(429, "too_many_requests");

    sweep::handle(portal.app.clone(), sweep::Tick {}).await.expect("swept");

    let template = include_str!("../../infra/template.yaml");
    let patterns: Vec<&str> =
        template.lines().filter_map(|line| line.trim().strip_prefix("FilterPattern: '")?.strip_suffix('\'')).collect();
    assert_eq!(patterns.len(), 10);
    let lines = log.lines();
    for pattern in &patterns {
        assert!(lines.iter().any(|line| is_counted(pattern, line)), "{pattern}");
    }
    let counted = |line: &Value| patterns.iter().any(|pattern| is_counted(pattern, line));
    assert!(log.of(&failed).iter().chain(&log.of(&guessed)).all(counted));
    for of in ["failures", "requests"] {
        assert_eq!(lines.iter().filter(|line| line["event"] == "flood" && line["of"] == of).count(), 1, "{of}");
    }
}
