//! How mails are worded, by site and language: read, edited, looked at, tried out, put back (requirement L12).

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use shared::app::App;
use shared::domain::change::Stored;
use shared::domain::mail::Template;
use shared::domain::rules::settings::{find_site, may_set};
use shared::domain::rules::wording::{try_out, word};
use shared::domain::settings::{Settings, Site};
use shared::domain::wording::{MailLanguage, OwnWording, Wording, WordingKey, parse_body, parse_subject};
use shared::flow;
use shared::http::fields::given;
use shared::http::paging::PageView;
use shared::http::problem::ProblemBody;
use shared::http::signed::Visit;
use shared::http::{Fields, JsonBody, Problem, Signed, door};
use shared::mail::{self, Part, placeholders, standard};
use utoipa::ToSchema;

use crate::list::{answer, now};

/// A mail in one language, as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateSummary)]
pub(crate) struct SummaryView {
    /// Which mail: `invite`, `accept`, `reminder`, `access_granted`, `reset`, `password_changed`, `email_confirm`,
    /// `email_changed`, `login_disabled` or `login_enabled`.
    mail: String,
    /// `en`, `de`, `fr` or `es`.
    language: String,
    /// Its subject, with placeholders.
    subject: String,
    /// Whether it is worded otherwise than it came.
    edited: bool,
    /// Moves with each edit.
    version: u32,
}

/// A mail in one language.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Template)]
pub(crate) struct WordingView {
    /// Which mail.
    mail: String,
    /// `en`, `de`, `fr` or `es`.
    language: String,
    /// One line, with placeholders.
    subject: String,
    /// As text, with placeholders.
    text: String,
    /// As HTML, with placeholders: what stands between the head and the foot that all mails have.
    html: String,
    /// Whether it is worded otherwise than it came.
    edited: bool,
    /// Moves with each edit; 0 before the first.
    version: u32,
    /// What may stand in it.
    placeholders: Vec<PlaceholderView>,
}

/// A placeholder.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Placeholder)]
struct PlaceholderView {
    /// Its name: `first_name` is written `{{ first_name }}`.
    name: &'static str,
    /// What stands there in a mail.
    meaning: &'static str,
    /// Whether text and HTML must hold it, itself or within another.
    required: bool,
    /// Whether the subject may hold it too.
    in_subject: bool,
}

/// A mail as somebody would get it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplatePreview)]
pub(crate) struct PreviewView {
    /// From whom.
    from: String,
    /// Its subject.
    subject: String,
    /// As text.
    text: String,
    /// As HTML.
    html: String,
}

/// What came of a mail to try out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateTrial)]
pub(crate) struct TrialView {
    /// `mal_…`.
    id: String,
    /// Where it went: whoever asked signs in with this address.
    to: String,
    /// `sent`; `queued` where it goes out later; `suppressed` or `failed` where it does not.
    fate: String,
}

impl WordingView {
    fn of(key: WordingKey, own: Option<&OwnWording>) -> Self {
        let (wording, edited) = present(key, own);
        let placeholders = placeholders(key.template).into_iter().map(|it| PlaceholderView {
            name: it.name,
            meaning: it.meaning,
            required: it.required,
            in_subject: it.in_subject,
        });
        Self {
            mail: key.template.as_str().to_owned(),
            language: key.language.as_str().to_owned(),
            subject: wording.subject,
            text: wording.text,
            html: wording.html,
            edited,
            version: own.map_or(0, |own| own.version),
            placeholders: placeholders.collect(),
        }
    }
}

/// The wording that mails go out with, and whether it is the business's own.
fn present(key: WordingKey, own: Option<&OwnWording>) -> (Wording, bool) {
    match own.and_then(|own| own.wording.clone()) {
        Some(wording) => (wording, true),
        None => (standard(key.template, key.language), false),
    }
}

/// What a path names.
type Named = (String, String, String);

fn named(settings: &Settings, (site, template, language): &Named) -> Result<(Site, WordingKey), Problem> {
    let site = find_site(settings, site).ok_or_else(Problem::not_found)?;
    let template = Template::parse(template).ok_or_else(Problem::not_found)?;
    let language = MailLanguage::parse(language).ok_or_else(Problem::not_found)?;
    let key = WordingKey { site: site.id, template, language };
    Ok((site, key))
}

async fn own(app: &App, key: WordingKey) -> Result<Option<Stored<OwnWording>>, Problem> {
    Ok(app.store.wordings(&[key]).await?.pop().flatten())
}

fn shown(key: WordingKey, own: Option<&OwnWording>) -> Response {
    door::versioned(StatusCode::OK, own.map_or(0, |own| own.version), &WordingView::of(key, own))
}

/// Lists a site's mails, in every language. For administrators.
#[utoipa::path(get, path = "/v1/sites/{site}/templates", tag = "settings", operation_id = "list_templates",
    params(("site" = String, Path, description = "`sit_…`")),
    responses(
        (status = 200, description = "The mails.", body = PageView<SummaryView>),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such site.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn list(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(site): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    may_set(&visit.actor)?;
    let site = find_site(&visit.call.settings, &site).ok_or_else(Problem::not_found)?;
    let languages = |template| MailLanguage::ALL.map(|language| WordingKey { site: site.id, template, language });
    let keys: Vec<WordingKey> = Template::ALL.into_iter().flat_map(languages).collect();
    let own = app.store.wordings(&keys).await?;
    let view = |(key, own): (WordingKey, Option<Stored<OwnWording>>)| {
        let (wording, edited) = present(key, own.as_ref().map(|own| &own.value));
        SummaryView {
            mail: key.template.as_str().to_owned(),
            language: key.language.as_str().to_owned(),
            subject: wording.subject,
            edited,
            version: own.map_or(0, |own| own.value.version),
        }
    };
    answer(query.as_deref(), keys.into_iter().zip(own).map(view).collect())
}

/// Reads a mail's wording. For administrators.
#[utoipa::path(get, path = "/v1/sites/{site}/templates/{mail}/{language}", tag = "settings",
    operation_id = "get_template",
    params(("site" = String, Path, description = "`sit_…`"),
        ("mail" = String, Path, description = "Which mail."),
        ("language" = String, Path, description = "`en`, `de`, `fr` or `es`.")),
    responses(
        (status = 200, description = "The wording.", body = WordingView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such site, mail or language.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn get(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(path): Path<Named>,
) -> Result<Response, Problem> {
    may_set(&visit.actor)?;
    let (_, key) = named(&visit.call.settings, &path)?;
    let own = own(&app, key).await?;
    Ok(shown(key, own.as_ref().map(|own| &own.value)))
}

/// How a mail is to be worded.
#[derive(Debug, ToSchema)]
#[schema(as = TemplateEdit)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct WordingBody {
    /// One line of up to 200 characters.
    subject: String,
    /// Up to 6,000 characters.
    text: String,
    /// Up to 6,000 characters.
    html: String,
}

/// Reads a wording and holds it against what a mail needs; what is left out is as `default` has it, if there is one.
fn read(
    mut fields: Fields,
    default: Option<&Wording>,
    key: WordingKey,
    site: &Site,
    settings: &Settings,
) -> Result<Wording, Problem> {
    let read = |fields: &mut Fields, field: &str, parse: fn(&str) -> _, default: Option<String>| match default {
        Some(default) if !fields.has(field) => {
            fields.text(field);
            Some(default)
        }
        _ => fields.required(field, parse),
    };
    let default = |part: fn(&Wording) -> &String| default.map(part).cloned();
    let subject = read(&mut fields, "subject", parse_subject, default(|it| &it.subject));
    let text = read(&mut fields, "text", parse_body, default(|it| &it.text));
    let html = read(&mut fields, "html", parse_body, default(|it| &it.html));
    for (part, source) in [(Part::Subject, &subject), (Part::Text, &text), (Part::Html, &html)] {
        if let Some(source) = source {
            fields.faults(mail::check(key.template, part, source, site, settings));
        }
    }
    fields.finish()?;
    Ok(Wording { subject: given(subject)?, text: given(text)?, html: given(html)? })
}

/// Words a mail, or with none puts its standard wording back; answers how it is worded then.
async fn set(
    app: &App,
    mut visit: Visit,
    key: WordingKey,
    wording: Option<Wording>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    shared::decide!(app, as visit, {
        let before = own(app, key).await?;
        flow::if_match(headers, before.as_ref().map_or(0, |it| it.value.version))?;
        let settings = now(app).await?;
        ((), word(key, wording.clone(), before.as_ref(), &settings, &visit.actor, &visit.call.moment())?)
    });
    let own = own(app, key).await?;
    Ok(shown(key, own.as_ref().map(|own| &own.value)))
}

/// Words a mail: it goes out so from the next one on. For administrators.
#[utoipa::path(put, path = "/v1/sites/{site}/templates/{mail}/{language}", tag = "settings",
    operation_id = "edit_template",
    params(("site" = String, Path, description = "`sit_…`"),
        ("mail" = String, Path, description = "Which mail."),
        ("language" = String, Path, description = "`en`, `de`, `fr` or `es`."),
        ("If-Match" = Option<String>, Header, description = "The version that was read.")),
    request_body = WordingBody,
    responses(
        (status = 200, description = "The wording.", body = WordingView),
        (status = 400, description = "Fields are missing or wrong, or a placeholder is missing or unknown.",
            body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such site, mail or language.", body = ProblemBody),
        (status = 412, description = "Changed since it was read.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn put(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(path): Path<Named>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Problem> {
    may_set(&visit.actor)?;
    let (site, key) = named(&visit.call.settings, &path)?;
    let wording = read(body.fields, None, key, &site, &visit.call.settings)?;
    set(&app, visit, key, Some(wording), &headers).await
}

/// Puts a mail's standard wording back. For administrators.
#[utoipa::path(delete, path = "/v1/sites/{site}/templates/{mail}/{language}", tag = "settings",
    operation_id = "put_template_back",
    params(("site" = String, Path, description = "`sit_…`"),
        ("mail" = String, Path, description = "Which mail."),
        ("language" = String, Path, description = "`en`, `de`, `fr` or `es`."),
        ("If-Match" = Option<String>, Header, description = "The version that was read.")),
    responses(
        (status = 200, description = "The standard wording.", body = WordingView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such site, mail or language.", body = ProblemBody),
        (status = 412, description = "Changed since it was read.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn delete(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(path): Path<Named>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    may_set(&visit.actor)?;
    let (_, key) = named(&visit.call.settings, &path)?;
    set(&app, visit, key, None, &headers).await
}

/// How a mail would be worded; what is left out is as it is.
#[derive(Debug, ToSchema)]
#[schema(as = TemplateDraft)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct DraftBody {
    /// One line.
    subject: Option<String>,
    /// As text.
    text: Option<String>,
    /// As HTML.
    html: Option<String>,
}

/// Shows a mail as somebody made up would get it; nothing is kept. For administrators.
#[utoipa::path(post, path = "/v1/sites/{site}/templates/{mail}/{language}/preview", tag = "settings",
    operation_id = "preview_template",
    params(("site" = String, Path, description = "`sit_…`"),
        ("mail" = String, Path, description = "Which mail."),
        ("language" = String, Path, description = "`en`, `de`, `fr` or `es`.")),
    request_body = DraftBody,
    responses(
        (status = 200, description = "The mail.", body = PreviewView),
        (status = 400, description = "Fields are wrong, or a placeholder is missing or unknown.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such site, mail or language.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn preview(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(path): Path<Named>,
    body: JsonBody,
) -> Result<Response, Problem> {
    may_set(&visit.actor)?;
    let settings = &visit.call.settings;
    let (site, key) = named(settings, &path)?;
    let own = own(&app, key).await?;
    let (present, _) = present(key, own.as_ref().map(|own| &own.value));
    let wording = read(body.fields, Some(&present), key, &site, settings)?;
    let mail = mail::preview(&wording, &site, settings, key.language, visit.call.now);
    let mail = mail.ok_or_else(|| Problem::unavailable("a wording that was checked can't be filled"))?;
    let from = format!("{} <{}>", site.name, site.sender);
    let view = PreviewView { from, subject: mail.subject, text: mail.text, html: mail.html };
    Ok(door::json(StatusCode::OK, &view))
}

/// Sends a mail as it is worded to whoever asks, made up for nobody. For administrators.
#[utoipa::path(post, path = "/v1/sites/{site}/templates/{mail}/{language}/trial", tag = "settings",
    operation_id = "try_template",
    params(("site" = String, Path, description = "`sit_…`"),
        ("mail" = String, Path, description = "Which mail."),
        ("language" = String, Path, description = "`en`, `de`, `fr` or `es`.")),
    responses(
        (status = 202, description = "Sent, or on its way.", body = TrialView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such site, mail or language.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn trial(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path(path): Path<Named>,
) -> Result<Response, Problem> {
    may_set(&visit.actor)?;
    let (_, key) = named(&visit.call.settings, &path)?;
    let ((), change) = shared::decide!(&app, as visit, {
        let settings = now(&app).await?;
        let (user, contact) = (&visit.user.value, &visit.contact.value);
        ((), try_out(key, user, contact, &settings, &visit.actor, &visit.call.moment())?)
    });
    flow::deliver(&app, &change).await;
    let id = change.mails().next().ok_or_else(Problem::not_found)?;
    let mail = app.store.mail(id).await?.ok_or_else(Problem::not_found)?.value;
    let view = TrialView { id: id.to_string(), to: mail.to.to_string(), fate: mail.fate.as_str().to_owned() };
    Ok(door::json(StatusCode::ACCEPTED, &view))
}
