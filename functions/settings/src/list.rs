//! Short lists.

use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use shared::app::App;
use shared::domain::change::Stored;
use shared::domain::settings::Settings;
use shared::http::paging::PageView;
use shared::http::{Fields, Problem, door};

/// Answers with a list that is asked for without a query.
pub(crate) fn answer<T: Serialize>(query: Option<&str>, items: Vec<T>) -> Result<Response, Problem> {
    Fields::of_query(query)?.finish()?;
    Ok(door::json(StatusCode::OK, &PageView::from(items)))
}

/// The settings as they are now, for changing them.
pub(crate) async fn now(app: &App) -> Result<Stored<Settings>, Problem> {
    app.store.settings().await?.ok_or_else(|| Problem::unavailable("not set up yet"))
}
