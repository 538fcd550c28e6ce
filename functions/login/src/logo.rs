//! The logos of the sites, for anybody who looks at a page.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use shared::app::App;
use shared::domain::id::SiteId;
use shared::http::Problem;

use crate::KEPT;

/// A site's logo as it is now. Where the address names another version than that, it is not kept: a page of a moment ago asks
/// so, or one of a moment hence.
pub(crate) async fn show(
    State(app): State<App>,
    Path(site): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let site: SiteId = site.parse().map_err(|_| Problem::not_found())?;
    let picture = app.store.logo(site).await?.ok_or_else(Problem::not_found)?.value;
    let is_present = query.as_deref() == Some(&*picture.logo.version);
    let mut answer = Response::new(picture.bytes.into());
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(picture.logo.media_type.as_str()));
    // Opened by itself it is nothing but an image, whatever else its bytes could be taken for.
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    if is_present {
        headers.insert(CACHE_CONTROL, KEPT);
    }
    Ok(answer)
}
