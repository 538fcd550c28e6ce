//! Sites.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use shared::app::App;
use shared::domain::color::Color;
use shared::domain::email::Email;
use shared::domain::id::SiteId;
use shared::domain::logo::Logo;
use shared::domain::role::permission;
use shared::domain::rules::settings::{add_site, edit_site, find_site, may_set};
use shared::domain::settings::{DEFAULT_GROUP, Settings, Site, parse_base_url, parse_group};
use shared::domain::text::{Malformed, Name};
use shared::domain::wording::MailLanguage;
use shared::flow;
use shared::http::fields::given;
use shared::http::idempotency::once;
use shared::http::paging::PageView;
use shared::http::problem::ProblemBody;
use shared::http::{JsonBody, Problem, Signed, door};
use utoipa::ToSchema;

use crate::list::{answer, now};

/// A site.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Site)]
pub(crate) struct SiteView {
    /// `sit_…`.
    id: String,
    /// Its name.
    name: String,
    /// The group that it belongs to.
    group: String,
    /// Its login page.
    login_url: String,
    /// Scheme and host; links are built from it.
    base_url: String,
    /// Who its mails come from; for staff.
    sender: Option<String>,
    /// Where answers to its mails go; for staff.
    reply_to: Option<String>,
    /// The colour of its pages and mails, `#rrggbb`; null: the standard one.
    color: Option<String>,
    /// What stands above its pages in place of its name; null: its name.
    logo: Option<LogoView>,
    /// The language of mails and pages for those of whom none is known that there are any in: `en`, `de`, `fr` or `es`.
    language: String,
}

/// A site's logo.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Logo)]
struct LogoView {
    /// Where it is, at this host and at every site's: another image has another.
    url: String,
    /// In pixels.
    width: u32,
    /// In pixels.
    height: u32,
}

impl LogoView {
    fn of(logo: &Logo, site: SiteId) -> Self {
        Self { url: logo.path(site), width: logo.width, height: logo.height }
    }
}

impl SiteView {
    fn of(site: &Site, is_staff: bool) -> Self {
        Self {
            id: site.id.to_string(),
            name: site.name.to_string(),
            group: site.group.clone(),
            login_url: site.login_url(),
            base_url: site.base_url.clone(),
            sender: Some(site.sender.to_string()).filter(|_| is_staff),
            reply_to: site.reply_to.as_ref().map(ToString::to_string).filter(|_| is_staff),
            color: site.color.map(|color| color.to_string()),
            logo: site.logo.as_ref().map(|logo| LogoView::of(logo, site.id)),
            language: site.language.as_str().to_owned(),
        }
    }
}

fn parse_language(text: &str) -> Result<MailLanguage, Malformed> {
    MailLanguage::parse(text).ok_or(Malformed::Form("must be en, de, fr or es"))
}

/// Lists the sites. For those who may create users or grant access.
#[utoipa::path(get, path = "/v1/sites", tag = "settings", operation_id = "list_sites",
    responses(
        (status = 200, description = "The sites.", body = PageView<SiteView>),
        (status = 403, description = "Not allowed.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn list(Signed(visit): Signed, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    visit.actor.needs(permission::USERS_CREATE)?;
    let is_staff = visit.actor.is_staff();
    let sites = visit.call.settings.sites.iter();
    let reachable = sites.filter(|site| is_staff || site.group == visit.organization.value.site_group);
    answer(query.as_deref(), reachable.map(|site| SiteView::of(site, is_staff)).collect())
}

/// A site to be added.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct NewSite {
    /// Its name.
    name: String,
    /// Scheme and host: `https://portal.example.com`.
    base_url: String,
    /// Who its mails come from.
    sender: String,
    /// The group that it belongs to; left out: `default`.
    group: Option<String>,
    /// Where answers to its mails go.
    reply_to: Option<String>,
    /// The colour of its pages and mails, `#rrggbb`, dark enough for white text on it; left out: the standard one.
    color: Option<String>,
    /// The language of mails and pages for those of whom none is known that there are any in; left out: `en`.
    language: Option<String>,
}

/// Adds a site. For administrators.
#[utoipa::path(post, path = "/v1/sites", tag = "settings", operation_id = "add_site",
    params(("Idempotency-Key" = Option<String>, Header, description = "One of your own, for asking again.")),
    request_body = NewSite,
    responses(
        (status = 201, description = "Added.", body = SiteView),
        (status = 400, description = "Fields are missing or wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 409, description = "Another site is reached under this host.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn post(
    State(app): State<App>,
    Signed(mut visit): Signed,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Problem> {
    may_set(&visit.actor)?;
    let JsonBody { mut fields, bytes } = body;
    let name = fields.required("name", Name::parse);
    let base_url = fields.required("base_url", parse_base_url);
    let sender = fields.required("sender", Email::parse);
    let group = fields.optional("group", parse_group);
    let reply_to = fields.optional("reply_to", Email::parse);
    let color = fields.optional("color", Color::parse);
    let language = fields.optional("language", parse_language);
    fields.finish()?;
    let site = Site {
        id: SiteId::new(visit.call.now),
        name: given(name)?,
        group: group.unwrap_or_else(|| DEFAULT_GROUP.to_owned()),
        base_url: given(base_url)?,
        sender: given(sender)?,
        reply_to,
        color,
        logo: None,
        language: language.unwrap_or_default(),
    };
    let once = once(&app, &headers, &visit.actor, "POST /v1/sites", &bytes).await?;
    let making = async {
        Ok(shared::decide!(&app, as visit, {
            let settings = now(&app).await?;
            let mut change = add_site(site.clone(), &settings, &visit.actor, &visit.call.moment())?;
            once.settle(&mut change, site.id);
            (site.id, change)
        }))
    };
    let (id, _) = once.make(&app, making).await?;
    app.forget_settings();
    let settings = now(&app).await?.value;
    let site = settings.site(id).ok_or_else(Problem::not_found)?;
    let answer = door::versioned(StatusCode::CREATED, settings.version, &SiteView::of(site, true));
    Ok(door::located(answer, &format!("/v1/sites/{id}")))
}

/// What of a site is to be otherwise; what is left out stays.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct SitePatch {
    /// Its name.
    name: Option<String>,
    /// Scheme and host. Links that were mailed lead to the old ones.
    base_url: Option<String>,
    /// Who its mails come from.
    sender: Option<String>,
    /// The group that it belongs to: who may sign in changes with it at once.
    group: Option<String>,
    /// Where answers to its mails go; null: to the sender.
    reply_to: Option<String>,
    /// The colour of its pages and mails; null: the standard one.
    color: Option<String>,
    /// The language of mails and pages for those of whom none is known that there are any in.
    language: Option<String>,
}

/// Edits a site. For administrators.
#[utoipa::path(patch, path = "/v1/sites/{site}", tag = "settings", operation_id = "edit_site",
    params(("site" = String, Path, description = "`sit_…`"),
        ("If-Match" = String, Header, description = "The version of the settings that was read.")),
    request_body = SitePatch,
    responses(
        (status = 200, description = "The site.", body = SiteView),
        (status = 400, description = "Fields are wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such site.", body = ProblemBody),
        (status = 409, description = "Another site is reached under this host.", body = ProblemBody),
        (status = 412, description = "Changed since it was read.", body = ProblemBody),
        (status = 428, description = "Say which version was read.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn patch(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Problem> {
    may_set(&visit.actor)?;
    let mut fields = body.fields;
    let name = fields.replaced("name", Name::parse);
    let base_url = fields.replaced("base_url", parse_base_url);
    let sender = fields.replaced("sender", Email::parse);
    let group = fields.replaced("group", parse_group);
    let reply_to = fields.cleared("reply_to", Email::parse);
    let color = fields.cleared("color", Color::parse);
    let language = fields.replaced("language", parse_language);
    fields.finish()?;
    let edited = |settings: &Settings| {
        let before = find_site(settings, &id).ok_or_else(Problem::not_found)?;
        Ok::<_, Problem>(Site {
            id: before.id,
            name: name.clone().unwrap_or(before.name),
            group: group.clone().unwrap_or(before.group),
            base_url: base_url.clone().unwrap_or(before.base_url),
            sender: sender.clone().unwrap_or(before.sender),
            reply_to: reply_to.clone().unwrap_or(before.reply_to),
            color: color.unwrap_or(before.color),
            logo: before.logo,
            language: language.unwrap_or(before.language),
        })
    };
    shared::decide!(&app, as visit, {
        let settings = now(&app).await?;
        let site = edited(&settings.value)?;
        flow::must_match(&headers, settings.value.version)?;
        ((), edit_site(site, &settings, &visit.actor, &visit.call.moment())?)
    });
    edited_site(&app, &id).await
}

/// Answers with a site that was just edited.
pub(crate) async fn edited_site(app: &App, id: &str) -> Result<Response, Problem> {
    app.forget_settings();
    let settings = now(app).await?.value;
    let site = find_site(&settings, id).ok_or_else(Problem::not_found)?;
    Ok(door::versioned(StatusCode::OK, settings.version, &SiteView::of(&site, true)))
}
