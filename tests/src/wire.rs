//! The wire between the SDK's client and the table or SES: a proxy that counts calls and lets them fail.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use tokio::sync::{Notify, watch};

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It goes through.
    Pass,
    /// It is refused with this status and error type, and takes no effect.
    Refuse(u16, &'static str),
    /// It takes effect, and its answer is lost.
    LoseAnswer,
    /// It takes no effect, and no answer comes.
    Hang,
    /// It takes effect after so many milliseconds.
    Delay(u64),
    /// It waits until [`Wire::release`], and then goes through.
    Hold,
}

/// One call that went over the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// `TransactWriteItems`, `BatchGetItem`, …, or the path of a call that is not DynamoDB's.
    pub operation: String,
    /// Capacity units that the table says it consumed.
    pub capacity: f64,
    /// Whether it asked for consistent reads.
    pub consistent: bool,
}

/// How a call asks for consistent reads.
const CONSISTENT: &[u8] = b"\"ConsistentRead\":true";

type Hook = Arc<dyn Fn(usize, &str) -> Fate + Send + Sync>;

/// A proxy to one service.
#[derive(Clone)]
pub struct Wire {
    upstream: String,
    calls: Arc<Mutex<Vec<Call>>>,
    script: Arc<Mutex<VecDeque<Fate>>>,
    hook: Arc<Mutex<Option<Hook>>>,
    held: watch::Sender<bool>,
    released: Arc<Notify>,
    client: reqwest::Client,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Wire({})", self.upstream)
    }
}

impl Wire {
    /// Puts a wire before a service and gives it with its own endpoint.
    pub async fn to(upstream: String) -> (Self, String) {
        let wire = Self {
            upstream,
            calls: Arc::default(),
            script: Arc::default(),
            hook: Arc::default(),
            held: watch::Sender::new(false),
            released: Arc::default(),
            client: reqwest::Client::new(),
        };
        let router = Router::new().fallback(pass).with_state(wire.clone());
        let endpoint = local::serve::endpoint(router).await.expect("a free port");
        (wire, endpoint)
    }

    /// What went over it since it was last asked.
    pub fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The endpoint behind it, for calls that are not to be counted.
    pub fn upstream(&self) -> &str {
        &self.upstream
    }

    /// Waits until a call is held: its answer was lost, or never comes, or waits to be released.
    pub async fn held(&self) {
        let _ = self.held.subscribe().wait_for(|held| *held).await;
    }

    /// Lets one held call go on.
    pub fn release(&self) {
        self.released.notify_one();
    }

    /// The fates of the next calls; what comes after them passes.
    pub fn script(&self, fates: impl IntoIterator<Item = Fate>) {
        *self.script.lock().unwrap_or_else(PoisonError::into_inner) = fates.into_iter().collect();
    }

    /// Decides the fate of each call by its number since the last [`Wire::take_calls`] and its operation.
    pub fn decide_by(&self, hook: impl Fn(usize, &str) -> Fate + Send + Sync + 'static) {
        *self.hook.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(hook));
    }

    /// Lets every call pass again.
    pub fn heal(&self) {
        self.script([]);
        self.held.send_replace(false);
        *self.hook.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn fate(&self, operation: &str, body: &[u8]) -> Fate {
        let consistent = body.windows(CONSISTENT.len()).any(|part| part == CONSISTENT);
        let number = {
            let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
            calls.push(Call { operation: operation.to_owned(), capacity: 0.0, consistent });
            calls.len() - 1
        };
        if let Some(fate) = self.script.lock().unwrap_or_else(PoisonError::into_inner).pop_front() {
            return fate;
        }
        let hook = self.hook.lock().unwrap_or_else(PoisonError::into_inner).clone();
        hook.map_or(Fate::Pass, |hook| hook(number, operation))
    }

    fn consumed(&self, operation: &str, answer: &[u8]) {
        let Ok(answer) = serde_json::from_slice::<Value>(answer) else { return };
        let capacity = match &answer["ConsumedCapacity"] {
            Value::Array(all) => all.iter().filter_map(|one| one["CapacityUnits"].as_f64()).sum(),
            one => one["CapacityUnits"].as_f64().unwrap_or(0.0),
        };
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(call) = calls.iter_mut().rev().find(|call| call.operation == operation && call.capacity == 0.0) {
            call.capacity = capacity;
        }
    }

    async fn forward(&self, operation: &str, method: Method, path: &str, headers: HeaderMap, body: Bytes) -> Response {
        let body = if headers.contains_key("x-amz-target") { counting(&body) } else { body.to_vec() };
        let mut request = self.client.request(method, format!("{}{path}", self.upstream)).body(body);
        for (name, value) in &headers {
            if !matches!(name.as_str(), "host" | "content-length") {
                request = request.header(name, value);
            }
        }
        let Ok(answer) = request.send().await else { return StatusCode::BAD_GATEWAY.into_response() };
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.unwrap_or_default();
        self.consumed(operation, &body);
        let mut out = Response::new(Body::from(body));
        *out.status_mut() = status;
        for (name, value) in &headers {
            // The checksum and the length are of the answer as it came; the body is passed on as it is.
            if !matches!(name.as_str(), "transfer-encoding" | "content-length" | "connection") {
                out.headers_mut().insert(name, value.clone());
            }
        }
        out
    }
}

/// The same call, asking what it consumes.
fn counting(body: &[u8]) -> Vec<u8> {
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(mut call)) => {
            call.insert("ReturnConsumedCapacity".to_owned(), "TOTAL".into());
            serde_json::to_vec(&call).unwrap_or_default()
        }
        _ => body.to_vec(),
    }
}

async fn pass(State(wire): State<Wire>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let path = parts.uri.path().to_owned();
    let operation = parts
        .headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .and_then(|target| target.split('.').nth(1))
        .map_or_else(|| path.clone(), str::to_owned);
    match wire.fate(&operation, &body) {
        Fate::Pass => wire.forward(&operation, parts.method, &path, parts.headers, body).await,
        Fate::Delay(millis) => {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            wire.forward(&operation, parts.method, &path, parts.headers, body).await
        }
        Fate::Hold => {
            wire.held.send_replace(true);
            wire.released.notified().await;
            wire.forward(&operation, parts.method, &path, parts.headers, body).await
        }
        Fate::Refuse(status, kind) => {
            let body = serde_json::json!({ "__type": kind, "message": "refused by the test" }).to_string();
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [("content-type", "application/x-amz-json-1.0"), ("x-amzn-errortype", kind)], body).into_response()
        }
        Fate::LoseAnswer => {
            wire.forward(&operation, parts.method, &path, parts.headers, body).await;
            wire.held.send_replace(true);
            std::future::pending().await
        }
        Fate::Hang => {
            wire.held.send_replace(true);
            std::future::pending().await
        }
    }
}
