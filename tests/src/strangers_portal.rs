//! A stranger's portal: it knows of Latchkey what `api.md` says, and nothing else. Whoever calls brings a bearer token, or
//! the cookie of Latchkey's pages; with each request it asks who that is, and shows what the permissions say.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Starts one for the Latchkey that is at this address, and gives its own.
pub async fn start(latchkey: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let router = Router::new().route("/{things}", get(list)).with_state(format!("{latchkey}/v1/session"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// Orders, invoices, estimates: for those who may read them.
async fn list(
    State(session): State<String>,
    Path(things): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, StatusCode> {
    let who = who(&session, &headers).await?;
    let may = |permission: String| who["permissions"].as_array().is_some_and(|all| all.contains(&permission.into()));
    // Who must change the password first gets in only to do that, on Latchkey's own page.
    if who["must_change_password"] == true || !may(format!("{things}:read")) {
        return Err(StatusCode::FORBIDDEN);
    }
    Ok(Json(json!({ "for": who["user"]["first_name"], "of": who["organization"], things: [] })))
}

/// Who calls, by Latchkey's word.
async fn who(session: &str, headers: &HeaderMap) -> Result<Value, StatusCode> {
    let shown = headers.iter().filter(|(name, _)| [AUTHORIZATION, COOKIE].contains(name));
    let shown = shown.map(|(name, value)| (name.clone(), value.clone())).collect();
    let answer = reqwest::Client::new().get(session).headers(shown).send().await;
    let answer = answer.map_err(|_| StatusCode::BAD_GATEWAY)?;
    match answer.status() {
        StatusCode::OK => answer.json().await.map_err(|_| StatusCode::BAD_GATEWAY),
        StatusCode::UNAUTHORIZED => Err(StatusCode::UNAUTHORIZED),
        _ => Err(StatusCode::BAD_GATEWAY),
    }
}
