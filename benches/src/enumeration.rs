//! Whether the time of an answer tells who there is: sign-in and forgot-password, each state of a user beside a name that
//! nobody has, turn by turn. 0.5 is no difference: as often slower as faster.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use shared::app::{App, Parts};
use shared::domain::random;
use shared::http::door;
use shared::http::source::Peer;
use shared::mail::Mailer;
use shared::store::Store;
use tests::wire::Fate;
use tests::{PASSWORD, Wire};
use tower::ServiceExt as _;

use crate::sign_in::Deployed;

const PAIRS: u32 = 2000;
/// Guesses at one name, one short of those that lock it, and requests for one, of as many as are mailed.
const OF_EACH: u32 = 4;
const PEOPLE: u32 = PAIRS / OF_EACH;
/// The normal distribution's 97.5th percentile.
const NINETY_FIVE: f64 = 1.96;

/// Who asks.
const STATES: [&str; 5] = ["unknown", "active", "disabled", "locked", "invited"];

/// What was measured of one state, in milliseconds.
type Times = BTreeMap<&'static str, Vec<f64>>;

fn login(state: &str, number: u32) -> String {
    format!("{state}{number}@example.com")
}

/// As many people in each state as it takes.
async fn people(deployed: &Deployed) {
    let token = deployed.sign_in().await;
    let call = async |method: &str, path: &str, body: &Value| -> Value {
        let (status, answer) = deployed.call(method, path, Some(&token), &body.to_string()).await;
        assert!(status.is_success(), "{answer}");
        serde_json::from_str(&answer).unwrap_or_default()
    };
    for state in &STATES[1..] {
        for number in 0..PEOPLE {
            let mut body = json!({ "account_type": "customer",
                "organization": { "number": format!("C-{number}"), "name": "Acme" },
                "first_name": "Ada", "last_name": "Byron", "email": login(state, number) });
            if *state != "invited" {
                body["credential"] =
                    json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
            }
            let contact = call("POST", "/v1/users", &body).await;
            match *state {
                "disabled" => {
                    let path = format!("/v1/contacts/{}/disable-login", contact["id"].as_str().expect("an id"));
                    let _ = call("POST", &path, &Value::Null).await;
                }
                "locked" => {
                    for _ in 0..5 {
                        let _ = knock(&deployed.router, &login(state, number)).await;
                    }
                }
                _ => {}
            }
        }
    }
}

/// One request from a source of its own; how long its answer took, in milliseconds.
async fn ask(router: &Router, path: &str, body: &Value, expected: StatusCode) -> f64 {
    let request = Request::builder().method("POST").uri(path).header("content-type", "application/json");
    let source = IpAddr::V4(Ipv4Addr::from(random::<4>()));
    let request = request.extension(Peer(source)).body(Body::from(body.to_string())).expect("a request");
    let began = Instant::now();
    let answer = router.clone().oneshot(request).await.expect("infallible");
    let status = answer.status();
    axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
    let took = began.elapsed().as_secs_f64() * 1e3;
    assert_eq!(status, expected);
    took
}

async fn knock(router: &Router, login: &str) -> f64 {
    let body = json!({ "login": login, "password": "not the password at all" });
    ask(router, "/v1/sessions", &body, StatusCode::UNAUTHORIZED).await
}

async fn forgot(router: &Router, login: &str) -> f64 {
    ask(router, "/v1/password-resets", &json!({ "login": login }), StatusCode::ACCEPTED).await
}

/// Asks for one of each state in every round, in an order drawn for it.
async fn rounds(states: &[&'static str], ask: impl AsyncFn(&str) -> f64) -> Times {
    let mut times = Times::new();
    for round in 0..PAIRS {
        let mut order: Vec<_> = states.iter().map(|state| (random::<8>(), *state)).collect();
        order.sort_unstable();
        for (_, state) in order {
            let took = ask(&login(state, round % PEOPLE)).await;
            times.entry(state).or_default().push(took);
        }
    }
    times
}

/// How often one is slower than the other, ties half (the area of Mann and Whitney), with how far on either side of it the truth
/// lies at 95 % (the variance of Hanley, 1982).
#[expect(clippy::cast_precision_loss, reason = "some thousands")]
fn area(one: &[f64], other: &[f64]) -> (f64, f64) {
    let mut all: Vec<(f64, bool)> =
        one.iter().map(|it| (*it, true)).chain(other.iter().map(|it| (*it, false))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut ranks, mut at) = (0.0, 0);
    while at < all.len() {
        let ties = all[at..].iter().take_while(|it| it.0.total_cmp(&all[at].0).is_eq()).count();
        // The middle of the ranks that they share, counted from 1.
        let rank = at as f64 + f64::midpoint(ties as f64, 1.0);
        ranks += rank * all[at..at + ties].iter().filter(|it| it.1).count() as f64;
        at += ties;
    }
    let (m, n) = (one.len() as f64, other.len() as f64);
    let area = (ranks - m * (m + 1.0) / 2.0) / (m * n);
    let (first, second) = (area / (2.0 - area), 2.0 * area * area / (1.0 + area));
    let variance = area.mul_add(1.0 - area, (m - 1.0) * (first - area * area)) + (n - 1.0) * (second - area * area);
    (area, NINETY_FIVE * (variance / (m * n)).sqrt())
}

fn told(report: &mut String, what: &str, times: &Times) {
    let unknown = &times["unknown"];
    for (state, times) in times.iter().filter(|(state, _)| **state != "unknown") {
        let (area, within) = area(times, unknown);
        let median = |times: &[f64]| {
            let mut sorted = times.to_vec();
            sorted.sort_by(f64::total_cmp);
            sorted[sorted.len() / 2]
        };
        let _ = writeln!(
            report,
            "  {what:30} {state:9} {area:.3} ± {within:.3}   {:7.3} ms, {:7.3} ms",
            median(times),
            median(unknown)
        );
    }
}

/// The same table behind a SES that never answers, mails delivered by the same process: as the local run does.
async fn behind_a_dead_ses(deployed: &Deployed) -> Router {
    let (ses, endpoint) = Wire::to("http://127.0.0.1:9".to_owned()).await;
    ses.decide_by(|_, _| Fate::Hang);
    let client = aws_sdk_dynamodb::Client::new(&local::table::config(&deployed.table));
    let (store, mut left) = Store::new(client, "latchkey".to_owned()).watched();
    // Gives up after two seconds, where a deployment does after some.
    let patience = TimeoutConfig::builder().operation_timeout(Duration::from_secs(2)).build();
    let config = local::table::config(&endpoint).to_builder().timeout_config(patience).build();
    let app = App::new(Parts { store, mailer: Mailer::new(&config, None), ..Parts::clone(&deployed.app) });
    let deliverer = app.clone();
    tokio::spawn(async move {
        while let Some(mail) = left.recv().await {
            let deliverer = deliverer.clone();
            tokio::spawn(async move { shared::mail::deliver(&deliverer, mail).await });
        }
    });
    door(local::routes(), &app)
}

/// The report.
pub(crate) async fn report() -> String {
    let deployed = Deployed::start().await;
    people(&deployed).await;
    let mut report = format!(
        "Whether time tells who there is: {PAIRS} pairs each, turn by turn; how often slower than a name that nobody has\n\
         \x20 (goal: 0.5 ± 0.03; ±: 95 %), with the medians of both\n"
    );
    let times = rounds(&STATES, async |login| knock(&deployed.router, login).await).await;
    told(&mut report, "sign-in, wrong password", &times);
    let asking = ["unknown", "active", "disabled"];
    let times = rounds(&asking, async |login| forgot(&deployed.router, login).await).await;
    told(&mut report, "forgot password, mailed elsewhere", &times);
    // Those requests were counted: from here on it is others who ask, and are asked for.
    let dead = behind_a_dead_ses(&deployed).await;
    let asking = ["unknown", "locked", "disabled"];
    let times = rounds(&asking, async |login| forgot(&dead, login).await).await;
    told(&mut report, "forgot password, SES hanging", &times);
    report
}
