//! How many session checks and creations a second: one after the other, and eight at once.

use std::sync::Arc;
use std::time::Instant;

use http::StatusCode;
use serde_json::json;

use crate::sign_in::Deployed;

const CHECKS: u32 = 2000;
const CREATIONS: u32 = 200;
const AT_ONCE: u32 = 8;

async fn check(deployed: &Deployed, token: &str) {
    let (status, answer) = deployed.call("GET", "/v1/session", Some(token), "").await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

async fn create(deployed: &Deployed, token: &str, number: u32) {
    let body = json!({
        "account_type": "customer",
        "organization": { "number": format!("C-{}", number % 50), "name": "Acme" },
        "first_name": "Ada", "last_name": "Byron", "email": format!("ada{number}@example.com"),
    });
    let (status, answer) = deployed.call("POST", "/v1/users", Some(token), &body.to_string()).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
}

/// The report.
pub(crate) async fn report() -> String {
    let deployed = Arc::new(Deployed::start().await);
    let token: Arc<str> = deployed.sign_in().await.into();
    let began = Instant::now();
    for _ in 0..CHECKS {
        check(&deployed, &token).await;
    }
    let checks = f64::from(CHECKS) / began.elapsed().as_secs_f64();
    let began = Instant::now();
    for number in 0..CREATIONS {
        create(&deployed, &token, number).await;
    }
    let creations = f64::from(CREATIONS) / began.elapsed().as_secs_f64();

    let began = Instant::now();
    let mut running = Vec::new();
    for _ in 0..AT_ONCE {
        let (deployed, token) = (Arc::clone(&deployed), Arc::clone(&token));
        running.push(tokio::spawn(async move {
            for _ in 0..CHECKS / AT_ONCE {
                check(&deployed, &token).await;
            }
        }));
    }
    for one in running {
        one.await.expect("done");
    }
    let at_once = f64::from(CHECKS) / began.elapsed().as_secs_f64();
    format!(
        "Calls a second, the table in another process on the same two cores\n\
         \x20 session checks  {checks:7.0} one after the other, {at_once:7.0} with {AT_ONCE} at once\n\
         \x20 create-user     {creations:7.0} one after the other, the mail delivered before each answer\n"
    )
}
