//! What a million of each flow costs on AWS: the table's consumed capacity, measured, at the prices of us-east-1.

use std::fmt::Write as _;

use serde_json::json;
use tests::{PASSWORD, Portal};

/// Dollars for a million write request units, on demand.
const WRITES: f64 = 0.625;
/// Dollars for a million read request units, on demand.
const READS: f64 = 0.125;
/// Dollars for a million requests of an HTTP API.
const GATEWAY: f64 = 1.00;
/// Dollars for a million requests of a Lambda.
const REQUESTS: f64 = 0.20;
/// Dollars for a GB-second of a Lambda on arm64.
const GB_SECOND: f64 = 0.000_013_333_4;
/// Dollars for a million mails.
const MAILS: f64 = 100.0;
/// Dollars a month for one active user of Cognito: Lite and Essentials, past the free ones.
const COGNITO: (f64, f64) = (0.0055, 0.015);

/// A flow: its capacity, and how long and with how much memory its function runs.
struct Flow {
    name: &'static str,
    reads: f64,
    writes: f64,
    seconds: f64,
    gigabytes: f64,
    mails: f64,
}

impl Flow {
    fn dollars(&self) -> f64 {
        self.reads * READS
            + self.writes * WRITES
            + GATEWAY
            + REQUESTS
            + self.seconds * self.gigabytes * GB_SECOND * 1e6
            + self.mails * MAILS
    }
}

/// What the table consumed since it was last asked: reads, writes.
fn consumed(portal: &Portal) -> (f64, f64) {
    portal.table.take_calls().into_iter().fold((0.0, 0.0), |(reads, writes), call| match call.operation.as_str() {
        "TransactWriteItems" => (reads, writes + call.capacity),
        _ => (reads + call.capacity, writes),
    })
}

/// The report.
pub(crate) async fn report() -> String {
    let portal = Portal::start().await;
    let visitor = portal.visitor();
    let mut flows = Vec::new();
    // A hash takes some 30 ms of a whole processor, a call to the table some 5 ms of waiting.
    let mut note = |name, portal: &Portal, seconds: f64, gigabytes: f64, mails: f64| {
        let (reads, writes) = consumed(portal);
        flows.push(Flow { name, reads, writes, seconds, gigabytes, mails });
    };
    let (small, large) = (0.25, 1.73);
    portal.table.take_calls();
    let created = portal.create("ada@example.com", json!({})).await.expect(201);
    note("create-user, with its mail", &portal, 0.06, large, 1.0);
    let token = portal.link_token("ada@example.com").await;
    let _ = visitor.get(&format!("/link/{token}")).await.expect(200);
    note("open the link", &portal, 0.015, large, 0.0);
    let _ = visitor.redeem(&token, PASSWORD).await.expect(204);
    note("redeem", &portal, 0.06, large, 0.0);
    let ada = visitor.signed_in("ada@example.com", PASSWORD).await;
    note("sign in", &portal, 0.05, large, 0.0);
    let _ = ada.get("/v1/session").await.expect(200);
    note("check a session", &portal, 0.008, large, 0.0);
    let _ = visitor.sign_in("ada@example.com", "not the password").await.expect(401);
    note("fail to sign in", &portal, 0.05, large, 0.0);
    let before = portal.mails_to("ada@example.com").len();
    let _ = visitor.post("/v1/password-resets", &json!({ "login": "ada@example.com" })).await.expect(202);
    portal.next_mail("ada@example.com", before).await;
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    note("forgot password, with its mail", &portal, 0.04, small, 1.0);
    let path = format!("/v1/contacts/{}/disable-login", created.at("/id"));
    let _ = portal.administrator.act(&path).await.expect(200);
    note("disable, with its mail", &portal, 0.06, small, 1.0);

    let mut report = "A million of each on AWS (us-east-1 list prices; the table on demand, as consumed)\n\
         \x20                                     read units  write units  dollars\n"
        .to_owned();
    for flow in &flows {
        let _ =
            writeln!(report, "  {:36} {:10.1}  {:11.1}  {:7.2}", flow.name, flow.reads, flow.writes, flow.dollars());
    }
    // A person in a month: four sign-ins, forty session checks, a reset every other month.
    let of = |name: &str| flows.iter().find(|flow| flow.name == name).map_or(f64::NAN, Flow::dollars);
    let month = 4.0 * of("sign in") + 40.0 * of("check a session") + 0.5 * of("forgot password, with its mail");
    let _ = writeln!(
        report,
        "  A million people for a month (4 sign-ins, 40 checks, half a reset each): ${month:.0}; idle: $0.40 for the secret.\n\
         \x20 Cognito for the same people: ${:.0} (Lite) to ${:.0} (Essentials).",
        COGNITO.0 * 1e6,
        COGNITO.1 * 1e6
    );
    report
}
