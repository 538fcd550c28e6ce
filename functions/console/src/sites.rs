//! The sites: where people sign in, and who their mails come from.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::http::pages::{Logo, page, see_other};
use shared::http::{Fields, Form, Problem};

use crate::api::{self, Api, Ask};
use crate::fields::{self, Faults};
use crate::frame::{Nav, items, text, version};
use crate::logo;
use crate::settings;
use crate::sheet::{Field, Group, Kind, Sheet};
use crate::wordings::LANGUAGES;
use crate::words::Say as _;

const PATH: &str = "/v1/sites";

const GROUPS: [Group; 1] = [Group {
    legend: "",
    fields: &[
        Field::new(
            "name",
            "Name",
            "It stands above its mails, and above its pages where there is no logo.",
            Kind::Line,
        ),
        Field::new(
            "base_url",
            "Address",
            "Such as https://portal.example.com, with nothing after it. Links in mails begin with it; those mailed before keep the old one.",
            Kind::Line,
        ),
        Field::new(
            "sender",
            "Its mails come from",
            "An email address that mails may be sent from: its domain is verified in Amazon SES.",
            Kind::Line,
        ),
        Field::new("reply_to", "Answers to its mails go to", "Empty: to the sender.", Kind::Line).or("the sender"),
        Field::new(
            "group",
            "Group of sites",
            "Organizations of this group sign in here. A change takes effect at once.",
            Kind::Line,
        ),
        Field::new(
            "color",
            "Colour",
            "Of buttons and links on its pages and in its mails, such as #1d4f91. White text must be readable on it. Empty: the standard one.",
            Kind::Line,
        )
        .or("the standard one"),
        Field::new(
            "language",
            "Language of its mails and pages",
            "For people whose own language is not known, or is none of these.",
            Kind::Choice(&LANGUAGES),
        ),
    ],
}];

/// A site in the list.
#[derive(Debug)]
struct Row {
    id: String,
    name: String,
    base_url: String,
    group: String,
    color: String,
}

shared::pages! {
    /// The sites.
    Sites, "console/sites.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// The sites.
        rows: Vec<Row>,
    }
    /// One of them, or one to be added.
    SitePage, "console/site.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// `sit_…`; empty for one to be added.
        id: &'a str,
        /// What it is called by now.
        name: &'a str,
        /// Its logo.
        own_logo: Option<Logo>,
        /// The form.
        sheet: &'a Sheet,
        /// The version of the settings that it goes by.
        version: u32,
        /// Names the form.
        key: String,
        /// What was saved.
        saved: Option<Vec<(&'static str, String)>>,
        /// What is wrong.
        faults: &'a Faults,
    }
}

/// A site, and the version of the settings that it was read with or after.
///
/// # Errors
/// As the API refuses; `404` where there is none of this id.
pub(crate) async fn read(api: &Api, id: &str) -> Result<(Value, u32), Problem> {
    let version = version(&settings::now(api).await?);
    let all = api.ask(Ask::get(PATH)).await?;
    let site = items(&all).iter().find(|site| site["id"] == id).cloned();
    Ok((site.ok_or_else(Problem::not_found)?, version))
}

/// The list.
pub(crate) async fn list(api: Api) -> Result<Response, Problem> {
    settings::now(&api).await?;
    let all = api.ask(Ask::get(PATH)).await?;
    let row = |site: &Value| Row {
        id: text(site, "/id"),
        name: text(site, "/name"),
        base_url: text(site, "/base_url"),
        group: text(site, "/group"),
        color: text(site, "/color"),
    };
    let shell = api.shell();
    Ok(page(StatusCode::OK, &Sites::new(&shell.frame, &shell.nav, items(&all).iter().map(row).collect())))
}

/// What the form shows of which site.
struct Shown<'a> {
    id: &'a str,
    /// The site as it is; null for one to be added.
    site: &'a Value,
    sheet: &'a Sheet,
    version: u32,
}

fn render(api: &Api, it: &Shown<'_>, saved: Option<&str>, faults: &Faults) -> Response {
    let shell = api.shell();
    let saved = saved.map(|names| match names {
        "logo" => vec![("Logo", logo::told(it.site, api.lang()))],
        names => it.sheet.saved(names, api.lang()),
    });
    let (name, own_logo, key) = (text(it.site, "/name"), logo::of(it.site), fields::key());
    let shown =
        SitePage::new(&shell.frame, &shell.nav, it.id, &name, own_logo, it.sheet, it.version, key, saved, faults);
    page(faults.status(), &shown)
}

/// The form of a site as it is, with what is wrong with something else that was asked of it.
pub(crate) async fn refused(api: &Api, id: &str, faults: &Faults) -> Result<Response, Problem> {
    let (site, version) = read(api, id).await?;
    Ok(render(api, &Shown { id, site: &site, sheet: &Sheet::of(&GROUPS, &site), version }, None, faults))
}

/// The form of one there is. `?saved=` names what was just saved.
pub(crate) async fn show(api: Api, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let saved = fields.text("saved");
    fields.finish()?;
    let (site, version) = read(&api, &id).await?;
    let shown = Shown { id: &id, site: &site, sheet: &Sheet::of(&GROUPS, &site), version };
    Ok(render(&api, &shown, saved.as_deref(), &Faults::default()))
}

/// Saves it, or removes its logo.
pub(crate) async fn post(api: Api, Path(id): Path<String>, Form(mut form): Form) -> Result<Response, Problem> {
    let path = format!("{PATH}/{}", api::id(&id)?);
    let version = fields::version(&mut form);
    if form.text("action").is_some_and(|action| action == logo::REMOVE) {
        form.finish()?;
        return logo::remove(&api, &id, version).await;
    }
    let mut sheet = Sheet::read(&GROUPS, &mut form);
    form.finish()?;
    let (before, _) = read(&api, &id).await?;
    match api.ask(Ask::new(Method::PATCH, path).matching(version).body(sheet.body())).await {
        Ok(after) => {
            let changed = Sheet::of(&GROUPS, &after).changed(&before);
            Ok(see_other(&format!("/console/sites/{id}?saved={changed}")))
        }
        Err(problem) => {
            let (now, present) = read(&api, &id).await?;
            let faults = sheet.faults(&api, problem, &now)?;
            let version = if faults.is_stale() { present } else { version };
            Ok(render(&api, &Shown { id: &id, site: &now, sheet: &sheet, version }, None, &faults))
        }
    }
}

/// The form of one to be added.
pub(crate) async fn new(api: Api) -> Result<Response, Problem> {
    settings::now(&api).await?;
    let sheet = Sheet::of(&GROUPS, &json!({ "group": "default", "language": "en" }));
    Ok(render(&api, &Shown { id: "", site: &Value::Null, sheet: &sheet, version: 0 }, None, &Faults::default()))
}

/// Adds it.
pub(crate) async fn add(api: Api, Form(mut form): Form) -> Result<Response, Problem> {
    let key = form.text("key").unwrap_or_default();
    let mut sheet = Sheet::read(&GROUPS, &mut form);
    form.finish()?;
    let nothing = Value::Null;
    match api.ask(Ask::new(Method::POST, PATH).once(&key).body(sheet.body())).await {
        Ok(added) => {
            let (id, changed) = (text(&added, "/id"), Sheet::of(&GROUPS, &added).changed(&nothing));
            Ok(see_other(&format!("/console/sites/{id}?saved={changed}")))
        }
        Err(problem) => {
            let faults = sheet.faults(&api, problem, &nothing)?;
            Ok(render(&api, &Shown { id: "", site: &Value::Null, sheet: &sheet, version: 0 }, None, &faults))
        }
    }
}
