//! Each change goes out as an event, at least once, numbered by its subject (`docs/events.md`).

use std::collections::HashMap;

use serde_json::{Value, json};
use tests::{PASSWORD, Portal};

const ADA: &str = "ada@example.com";

/// What every event about a subject is called, in the order of their numbers.
fn told(events: &[local::events::Delivered], subject: &str) -> Vec<String> {
    let mut about: Vec<_> = events.iter().filter(|event| event.detail["subject"]["id"] == subject).collect();
    about.sort_by_key(|event| (event.detail["number"].as_u64(), event.detail["id"].as_str().map(str::to_owned)));
    about.into_iter().map(|event| event.detail_type.clone()).collect()
}

/// O6
#[tokio::test]
async fn a_change_is_published_with_who_did_what_to_whom_and_whether_they_want_notifications() {
    let portal = Portal::start().await;
    let id = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let off = json!({ "notifications": false });
    let _ = portal.administrator.patch(&format!("/v1/contacts/{id}"), 1, &off).await;
    let events = portal.published().await;
    println!("{}", serde_json::to_string_pretty(&events).expect("JSON"));
    assert_eq!(told(&events, &id), ["user_created", "contact_edited"]);
}
