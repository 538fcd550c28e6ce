//! A site's logo.

use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;
use shared::app::App;
use shared::domain::fault::Refusal;
use shared::domain::logo::Picture;
use shared::domain::rules::logo::set_logo;
use shared::domain::rules::settings::{find_site, may_set};
use shared::domain::text::Malformed;
use shared::flow;
use shared::http::problem::ProblemBody;
use shared::http::signed::Visit;
use shared::http::{ImageBody, Problem, Signed};
use utoipa::ToSchema;

use crate::list::now;
use crate::sites::{SiteView, edited_site};

/// A PNG, JPEG or WebP image of at most 32 KB and 2000 pixels a side.
#[derive(Debug, ToSchema)]
#[schema(as = Image, value_type = String, format = Binary)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document")]
pub(crate) struct Image(Vec<u8>);

/// Gives the site this logo, or with none takes its logo away; answers the site as it is then.
async fn set(
    app: &App,
    mut visit: Visit,
    id: &str,
    picture: Option<Picture>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    shared::decide!(app, as visit, {
        let settings = now(app).await?;
        let site = find_site(&settings.value, id).ok_or_else(Problem::not_found)?;
        flow::must_match(headers, settings.value.version)?;
        let before = app.store.logo(site.id).await?;
        let moment = visit.call.moment();
        ((), set_logo(&site, picture.clone(), before.as_ref(), &settings, &visit.actor, &moment)?)
    });
    edited_site(app, id).await
}

/// Gives a site a logo, in place of the one it has. For administrators.
#[utoipa::path(put, path = "/v1/sites/{site}/logo", tag = "settings", operation_id = "set_logo",
    params(("site" = String, Path, description = "`sit_…`"),
        ("If-Match" = String, Header, description = "The version of the settings that was read.")),
    request_body(content = Image, content_type = "image/*",
        description = "What it is, its content tells, whatever Content-Type says."),
    responses(
        (status = 200, description = "The site.", body = SiteView),
        (status = 400, description = "No image that is taken.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such site.", body = ProblemBody),
        (status = 412, description = "Changed since it was read.", body = ProblemBody),
        (status = 413, description = "The image is over 32 KB.", body = ProblemBody),
        (status = 415, description = "The body is not said to be an image.", body = ProblemBody),
        (status = 428, description = "Say which version was read.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn put(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
    ImageBody(bytes): ImageBody,
) -> Result<Response, Problem> {
    may_set(&visit.actor)?;
    let refused = |malformed: Malformed| Refusal::field("logo", malformed.code(), malformed.to_string());
    let picture = Picture::read(&bytes).map_err(refused)?;
    set(&app, visit, &id, Some(picture), &headers).await
}

/// Takes a site's logo away: its name stands above its pages. For administrators.
#[utoipa::path(delete, path = "/v1/sites/{site}/logo", tag = "settings", operation_id = "remove_logo",
    params(("site" = String, Path, description = "`sit_…`"),
        ("If-Match" = String, Header, description = "The version of the settings that was read.")),
    responses(
        (status = 200, description = "The site.", body = SiteView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such site.", body = ProblemBody),
        (status = 412, description = "Changed since it was read.", body = ProblemBody),
        (status = 428, description = "Say which version was read.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn delete(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    may_set(&visit.actor)?;
    set(&app, visit, &id, None, &headers).await
}
