//! The door: every request gets an id, every answer its headers, every error its form, every panic an answer.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LOCATION, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, StatusCode};
use lambda_http::request::RequestContext;

use super::asked::Asked;
use super::call::RequestId;
use super::source::Source;
use super::{Problem, pages};
use crate::app::App;
use crate::domain::random;

/// Puts the door before a function's routes.
pub fn door(routes: Router<App>, app: &App) -> Router {
    routes
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This can't be asked for in this way.")
        })
        .layer(from_fn_with_state(app.clone(), pass))
        .with_state(app.clone())
}

async fn pass(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = RequestId(request_id(request.extensions()));
    let method = request.method().clone();
    let source = Source::of(request.extensions());
    // The path holds links; what is logged is the route (`security.md` LG-04).
    let route = request.extensions().get::<MatchedPath>().map_or("none".to_owned(), |path| path.as_str().to_owned());
    let is_api = request.uri().path().starts_with("/v1/") || request.uri().path() == "/openapi.json";
    let asked = Asked::of(request.headers(), request.uri());
    request.extensions_mut().insert(id.clone());

    let answered = if has_duplicates(request.headers()) {
        Problem::new(StatusCode::BAD_REQUEST, "malformed", "A header stands twice.").into_response()
    } else {
        // A panic is caught here, so that it costs one answer and not the process (`security.md` LG-09).
        match tokio::task::spawn(next.run(request)).await {
            Ok(response) => response,
            Err(_) => Problem {
                cause: Some("panic".to_owned()),
                ..Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong here.")
            }
            .into_response(),
        }
    };
    let (mut answer, problem) = finish(answered, &app, &id, &asked, is_api).await;
    let status = answer.status().as_u16();
    let code = problem.as_ref().map_or("", |problem| problem.code);
    let cause = problem.as_ref().and_then(|problem| problem.cause.as_deref()).unwrap_or("");
    let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::error!(event = "request", request = %id.0, %method, route, status, code, cause, source = %source, millis);
    } else {
        tracing::info!(event = "request", request = %id.0, %method, route, status, code, source = %source, millis);
    }
    dress(answer.headers_mut(), is_api);
    answer
}

/// The gateway's id of the request, else one of our own.
fn request_id(extensions: &http::Extensions) -> Arc<str> {
    let gateway = extensions.get::<RequestContext>().and_then(|context| match context {
        RequestContext::ApiGatewayV2(context) => context.request_id.as_deref(),
        _ => None,
    });
    gateway.map_or_else(|| format!("{:032x}", u128::from_be_bytes(random())).into(), Into::into)
}

/// A header that must stand once stands twice (`security.md` IN-02).
fn has_duplicates(headers: &HeaderMap) -> bool {
    [
        http::header::AUTHORIZATION,
        http::header::HOST,
        http::header::IF_MATCH,
        HeaderName::from_static("idempotency-key"),
    ]
    .iter()
    .any(|name| headers.get_all(name).iter().count() > 1)
}

/// Gives an error its form: JSON for the API, a page for people.
async fn finish(
    mut answer: Response,
    app: &App,
    id: &RequestId,
    asked: &Asked,
    is_api: bool,
) -> (Response, Option<Problem>) {
    let told = answer.extensions_mut().remove::<Problem>();
    let Some(problem) = told.or_else(|| unread(&answer)) else { return (answer, None) };
    let allow = answer.headers().get(http::header::ALLOW).cloned();
    let page = if is_api { None } else { pages::problem(app, &problem, &id.0, asked).await };
    let mut formed = page.unwrap_or_else(|| problem.to_json(&id.0));
    if let Some(allow) = allow {
        formed.headers_mut().insert(http::header::ALLOW, allow);
    }
    (formed, Some(problem))
}

/// What the router refuses before any handler, such as a path that is no UTF-8, as a problem.
fn unread(answer: &Response) -> Option<Problem> {
    let is_text = answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let refused = answer.status().is_client_error() && is_text;
    refused.then(|| Problem::new(answer.status(), "malformed", "The request can't be read."))
}

/// The headers of every answer (`security.md` 1G).
fn dress(headers: &mut HeaderMap, is_api: bool) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(REFERRER_POLICY, "no-referrer");
    set(CACHE_CONTROL, "no-store");
    set(STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if is_api {
        set(CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    } else {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert_with(pages::content_security_policy);
    }
}

/// An empty answer of this status.
pub fn empty(status: StatusCode) -> Response {
    (status, Body::empty()).into_response()
}

/// JSON of this status.
pub fn json(status: StatusCode, value: &impl serde::Serialize) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => (status, [(CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response(),
        Err(error) => Problem::unavailable(error.to_string()).into_response(),
    }
}

/// JSON of this status, of something that has a version: the `ETag` tells it (requirement O9, RFC 9110 section 8.8.3).
pub fn versioned(status: StatusCode, version: u32, value: &impl serde::Serialize) -> Response {
    let mut answer = json(status, value);
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        answer.headers_mut().insert(ETAG, tag);
    }
    answer
}

/// The answer, with the `Location` of what was made (RFC 9110 section 10.2.2).
pub fn located(mut answer: Response, path: &str) -> Response {
    if let Ok(location) = HeaderValue::from_str(path) {
        answer.headers_mut().insert(LOCATION, location);
    }
    answer
}
