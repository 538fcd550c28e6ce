//! Sweeps of tables that were loaded: sweepers with a SES of their own, and what came of it all.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use local::{serve, table};
use serde_json::{Value, json};
use shared::app::{App, Parts};
use shared::domain::sweep::Done;
use shared::mail::{Mailer, TAG};
use shared::store::Store;

use crate::{Portal, Wire};

/// A SES that takes every mail and counts how often, by the mail's id.
#[derive(Debug, Clone, Default)]
pub struct Taken(Arc<Mutex<HashMap<String, usize>>>);

impl Taken {
    /// Starts it, and gives its endpoint.
    pub async fn start(&self) -> String {
        let router = Router::new().route("/v2/email/outbound-emails", post(take)).with_state(self.clone());
        serve::endpoint(router).await.expect("a free port")
    }

    /// How many mails were taken, and how many of them more than once.
    pub fn mails(&self) -> (usize, usize) {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (taken.len(), taken.values().filter(|times| **times > 1).count())
    }
}

async fn take(State(taken): State<Taken>, Json(mail): Json<Value>) -> Json<Value> {
    let tags = mail["EmailTags"].as_array().into_iter().flatten();
    let id = tags.filter(|tag| tag["Name"] == TAG).find_map(|tag| tag["Value"].as_str()).unwrap_or_default();
    *taken.0.lock().unwrap_or_else(PoisonError::into_inner).entry(id.to_owned()).or_default() += 1;
    Json(json!({ "MessageId": id }))
}

/// Something that sweeps a portal's table by this SES, with an endpoint of the table of its own.
pub fn sweeper(portal: &Portal, table: &str, ses: &str) -> App {
    let store = Store::new(Client::new(&table::config(table)), "latchkey".to_owned());
    App::new(Parts { store, mailer: Mailer::new(&table::config(ses), None), ..Parts::clone(&portal.app) })
}

/// Sweeps until nothing that is due is left.
///
/// # Panics
/// Where the table is unavailable.
pub async fn sweep_all(app: &App) -> Done {
    let mut all = Done::default();
    loop {
        let report = sweep::sweep(app).await.expect("swept");
        all.mails += report.mails;
        all.links += report.links;
        all.failed += report.failed;
        if report.mails + report.links == 0 && !report.cut_off {
            return all;
        }
    }
}

/// Sweeps until nothing that is due is left; gives how often each operation was called, SES's too, and how long it took.
pub async fn calls(portal: &Portal) -> (BTreeMap<String, usize>, std::time::Duration) {
    let (table, at_table) = Wire::to(portal.table.upstream().to_owned()).await;
    let (ses, at_ses) = Wire::to(Taken::default().start().await).await;
    let app = sweeper(portal, &at_table, &at_ses);
    let began = std::time::Instant::now();
    sweep_all(&app).await;
    let mut calls = BTreeMap::new();
    for call in table.take_calls().into_iter().chain(ses.take_calls()) {
        *calls.entry(call.operation).or_default() += 1;
    }
    (calls, began.elapsed())
}

/// What the table tells of what was due: links that expired, the audit's entries of it, the contacts that they are about,
/// and mails that are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Links written down as expired.
    pub expired: usize,
    /// Entries that one did.
    pub told: usize,
    /// About so many contacts.
    pub contacts: usize,
    /// Mails that are queued still.
    pub queued: usize,
}

impl Outcome {
    /// Reads the whole table.
    pub async fn of(portal: &Portal) -> Self {
        let client = Client::new(&table::config(portal.table.upstream()));
        let scan = client
            .scan()
            .table_name("latchkey")
            .filter_expression("ended = :expired OR #action = :link_expired OR fate = :queued")
            .projection_expression("pk, #type")
            .expression_attribute_names("#action", "action")
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":expired", AttributeValue::S("expired".to_owned()))
            .expression_attribute_values(":link_expired", AttributeValue::S("link_expired".to_owned()))
            .expression_attribute_values(":queued", AttributeValue::S("queued".to_owned()));
        let mut found = scan.into_paginator().items().send();
        let mut outcome = Self { expired: 0, told: 0, contacts: 0, queued: 0 };
        let mut contacts = std::collections::HashSet::new();
        while let Some(item) = found.next().await {
            let item = item.expect("an item");
            let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
            match text("type").as_str() {
                "link" => outcome.expired += 1,
                "mail" => outcome.queued += 1,
                _ => {
                    outcome.told += 1;
                    contacts.insert(text("pk"));
                }
            }
        }
        outcome.contacts = contacts.len();
        outcome
    }
}
