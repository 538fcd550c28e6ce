//! The event bus: a real EventBridge endpoint that keeps what it is given, and the pages on which it is read.

use std::io;
use std::path::Path as FilePath;

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ulid::Ulid;

use crate::kept::Kept;
use crate::{dressed, serve};

/// Most events of one call.
const MOST: usize = 10;
/// Most events on the page.
const MOST_SHOWN: usize = 200;

/// An event as EventBridge hands it to whoever follows.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Delivered {
    /// The envelope's version.
    pub version: String,
    /// EventBridge's name for it: another each time it is published.
    pub id: String,
    /// What was done.
    pub detail_type: String,
    /// Whose it is.
    pub source: String,
    /// In which account.
    pub account: String,
    /// When, to the second.
    pub time: String,
    /// In which region.
    pub region: String,
    /// What it concerns: nothing that AWS has a name for.
    pub resources: Vec<String>,
    /// The event itself.
    pub detail: Value,
}

impl Delivered {
    /// The event itself, for people.
    fn pretty(&self) -> String {
        serde_json::to_string_pretty(&self.detail).unwrap_or_default()
    }

    /// A text of the event itself.
    fn text(&self, pointer: &str) -> &str {
        self.detail.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }
}

/// What was published, the newest last; kept in a folder where there is one.
#[derive(Debug, Clone, Default)]
pub struct Events {
    events: Kept<Delivered>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEvents {
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    source: String,
    detail_type: String,
    detail: String,
    /// Seconds since 1970.
    #[serde(default)]
    time: Option<f64>,
}

impl Events {
    /// The events in this folder, with those that it holds already.
    ///
    /// # Errors
    /// The folder can't be read or made.
    pub fn open(folder: &FilePath) -> io::Result<Self> {
        Ok(Self { events: Kept::open(folder)? })
    }

    /// Starts the EventBridge endpoint and gives its URL.
    ///
    /// # Errors
    /// No port can be bound.
    pub async fn start(&self) -> io::Result<String> {
        serve::endpoint(Router::new().route("/", post(put)).with_state(self.clone())).await
    }

    /// What was published, the newest first.
    pub fn all(&self) -> Vec<Delivered> {
        self.events.all()
    }

    /// One entry's answer.
    fn take(&self, entry: Entry) -> Value {
        let refused = |code: &str, message: String| json!({ "ErrorCode": code, "ErrorMessage": message });
        let detail = match serde_json::from_str(&entry.detail) {
            Ok(detail @ Value::Object(_)) => detail,
            Ok(_) => return refused("MalformedDetail", "Detail is no object.".to_owned()),
            Err(error) => return refused("MalformedDetail", error.to_string()),
        };
        #[expect(clippy::cast_possible_truncation, reason = "whole seconds, as EventBridge tells them")]
        let told = entry.time.and_then(|seconds| Timestamp::from_second(seconds as i64).ok());
        let event = Delivered {
            version: "0".to_owned(),
            id: Ulid::generate().to_string(),
            detail_type: entry.detail_type,
            source: entry.source,
            account: "000000000000".to_owned(),
            time: told.unwrap_or_else(Timestamp::now).strftime("%FT%TZ").to_string(),
            region: "us-east-1".to_owned(),
            resources: Vec::new(),
            detail,
        };
        let id = event.id.clone();
        match self.events.keep(&id, event) {
            Ok(()) => json!({ "EventId": id }),
            Err(error) => refused("InternalFailure", error.to_string()),
        }
    }

    /// The pages on which the events are read.
    pub fn pages(&self) -> Router {
        Router::new()
            .route("/local/events", get(list))
            .route("/local/events.json", get(list_json))
            .with_state(self.clone())
    }
}

/// `PutEvents`, as EventBridge takes it: each entry is answered by itself.
async fn put(State(events): State<Events>, headers: HeaderMap, body: Bytes) -> Response {
    let refuse = |kind: &str, message: String| {
        (StatusCode::BAD_REQUEST, Json(json!({ "__type": kind, "message": message }))).into_response()
    };
    if headers.get("x-amz-target").is_none_or(|target| target != "AWSEvents.PutEvents") {
        return refuse("UnknownOperationException", "There is PutEvents alone.".to_owned());
    }
    let asked: PutEvents = match serde_json::from_slice(&body) {
        Ok(asked) => asked,
        Err(error) => return refuse("ValidationException", error.to_string()),
    };
    if asked.entries.is_empty() || asked.entries.len() > MOST {
        return refuse("ValidationException", format!("1 to {MOST} entries, not {}.", asked.entries.len()));
    }
    let answers: Vec<Value> = asked.entries.into_iter().map(|entry| events.take(entry)).collect();
    let failed = answers.iter().filter(|answer| answer["ErrorCode"].is_string()).count();
    Json(json!({ "FailedEntryCount": failed, "Entries": answers })).into_response()
}

#[derive(Template)]
#[template(path = "events.html")]
struct ListPage {
    events: Vec<Delivered>,
    more: bool,
}

async fn list(State(events): State<Events>) -> Response {
    let mut events = events.all();
    let more = events.len() > MOST_SHOWN;
    events.truncate(MOST_SHOWN);
    let html = ListPage { events, more }.render().unwrap_or_default();
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
    dressed(Html(html).into_response(), policy)
}

async fn list_json(State(events): State<Events>) -> Response {
    dressed(Json(events.all()).into_response(), "default-src 'none'; frame-ancestors 'none'")
}
