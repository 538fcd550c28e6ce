//! An organization's own details: those of one that is there, and of a new one.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use http::Method;
use serde_json::{Value, json};
use shared::domain::rules::organizations::may_create;
use shared::domain::settings::DEFAULT_GROUP;
use shared::http::pages::see_other;
use shared::http::{Fields, Form, Problem};

use crate::api::{self, Api, Ask};
use crate::fields::{self, Faults};
use crate::form::{self, Of};
use crate::frame::{items, text, version};
use crate::sheet::{Field, Group, Kind, Sheet};
use crate::words::Say as _;

/// What staff make. The one internal organization is there from the start.
const KINDS: [(&str, &str); 3] = [("customer", "Customer"), ("partner", "Partner"), ("vendor", "Vendor")];

const KIND: Field = Field::new("kind", "Kind", "", Kind::Choice(&KINDS));
const NUMBER: Field =
    Field::new("number", "Number", "Must differ from that of every other organization of its kind.", Kind::Line);
const NAME: Field = Field::new("name", "Name", "", Kind::Line);
const PARTNER: Field = Field::new(
    "partner",
    "Partner",
    "For a customer: the number of the partner that looks after it. Empty: none.",
    Kind::Line,
)
.or("none");
const SITE_GROUP: Field = Field::new(
    "site_group",
    "Group of sites",
    "Its people sign in at every site of this group. Empty: the standard one, “default”.",
    Kind::Line,
)
.or("the standard one");

const NEW: [Group; 1] = [Group { legend: "", fields: &[KIND, NUMBER, NAME, PARTNER, SITE_GROUP] }];
const CUSTOMER: [Group; 1] = [Group { legend: "", fields: &[NUMBER, NAME, PARTNER, SITE_GROUP] }];
const OTHER: [Group; 1] = [Group { legend: "", fields: &[NUMBER, NAME, SITE_GROUP] }];
/// What a partner says of a customer of theirs.
const OF_PARTNER: [Group; 1] = [Group { legend: "", fields: &[NUMBER, NAME] }];

/// The form's record as the API takes it: a partner by its id, and the standard group where none was typed.
async fn body(api: &Api, sheet: &Sheet) -> Result<Result<Value, Faults>, Problem> {
    let mut body = sheet.body();
    if let Some(number) = body["partner"].as_str().map(str::to_owned) {
        match numbered(api, "partner", &number).await? {
            Some(partner) => body["partner"] = json!(partner),
            None => return Ok(Err(Faults::one(api, "partner", "There is no partner with this number."))),
        }
    }
    if body["site_group"].is_null() && sheet.has("site_group") {
        body["site_group"] = json!(DEFAULT_GROUP);
    }
    Ok(Ok(body))
}

/// The organization of this kind and number: `org_…`.
pub(crate) async fn numbered(api: &Api, kind: &str, number: &str) -> Result<Option<String>, Problem> {
    let found = api.ask(Ask::get("/v1/organizations").query(&[("kind", kind), ("q", number)])).await?;
    let is_it = |it: &&Value| text(it, "/number").eq_ignore_ascii_case(number);
    Ok(items(&found).iter().find(is_it).map(|it| text(it, "/id")))
}

/// The organization with its partner's number, as the form shows it.
async fn shown(api: &Api, organization: &Value) -> Result<Value, Problem> {
    let mut shown = organization.clone();
    if let Some(partner) = organization["partner"].as_str().filter(|_| api.visit.actor.is_staff()) {
        let partner = api.organization(partner).await?;
        shown["partner"] = partner["number"].clone();
    }
    Ok(shown)
}

fn groups(organization: &Value) -> &'static [Group] {
    if organization["kind"] == "customer" { &CUSTOMER } else { &OTHER }
}

fn of(api: &Api, organization: &Value, version: u32) -> Of {
    let path = format!("/console/organizations/{}", text(organization, "/id"));
    Of {
        title: api.lang().say_with("Details of {}", text(organization, "/name")),
        at: String::new(),
        says: "",
        action: format!("{path}/edit"),
        hidden: vec![("version", version.to_string())],
        submit: "Save",
        back: path,
    }
}

/// The form for one that is there.
pub(crate) async fn show(api: Api, Path(id): Path<String>) -> Result<Response, Problem> {
    let organization = api.organization(&id).await?;
    let sheet = Sheet::of(groups(&organization), &shown(&api, &organization).await?);
    Ok(form::render(&api, &of(&api, &organization, version(&organization)), &sheet, &Faults::default()))
}

/// Saves it.
pub(crate) async fn post(api: Api, Path(id): Path<String>, Form(mut form): Form) -> Result<Response, Problem> {
    let path = format!("/v1/organizations/{}", api::id(&id)?);
    let organization = api.ask(Ask::get(&path)).await?;
    let read = fields::version(&mut form);
    let mut sheet = Sheet::read(groups(&organization), &mut form);
    form.finish()?;
    let saved = match body(&api, &sheet).await? {
        Ok(body) => api.ask(Ask::new(Method::PATCH, &path).matching(read).body(body)).await,
        Err(faults) => return Ok(form::render(&api, &of(&api, &organization, read), &sheet, &faults)),
    };
    match saved {
        Ok(_) => Ok(see_other(&format!("/console/organizations/{id}?done=saved"))),
        Err(problem) => {
            let now = api.ask(Ask::get(&path)).await?;
            let faults = sheet.faults(&api, problem, &shown(&api, &now).await?)?;
            let version = if faults.is_stale() { version(&now) } else { read };
            Ok(form::render(&api, &of(&api, &now, version), &sheet, &faults))
        }
    }
}

fn new_groups(api: &Api) -> &'static [Group] {
    if api.visit.actor.is_staff() { &NEW } else { &OF_PARTNER }
}

fn new_of(api: &Api) -> Of {
    let staff = api.visit.actor.is_staff();
    Of {
        title: api.lang().say(if staff { "New organization" } else { "New customer" }).to_owned(),
        at: String::new(),
        says: "Its people are added on its page.",
        action: "/console/new-organization".to_owned(),
        hidden: vec![("key", fields::key())],
        submit: "Create",
        back: "/console".to_owned(),
    }
}

/// The form for a new one. `?partner=` is the number of the partner that looks after it.
pub(crate) async fn show_new(api: Api, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    may_create(&api.visit.actor)?;
    let mut fields = Fields::of_query(query.as_deref())?;
    let partner = fields.text("partner").unwrap_or_default();
    fields.finish()?;
    let sheet = Sheet::of(new_groups(&api), &json!({ "kind": "customer", "partner": partner }));
    Ok(form::render(&api, &new_of(&api), &sheet, &Faults::default()))
}

/// Makes it.
pub(crate) async fn post_new(api: Api, Form(mut form): Form) -> Result<Response, Problem> {
    may_create(&api.visit.actor)?;
    let key = form.text("key").unwrap_or_default();
    let mut sheet = Sheet::read(new_groups(&api), &mut form);
    form.finish()?;
    let made = match body(&api, &sheet).await? {
        Ok(mut body) => {
            if !api.visit.actor.is_staff() {
                body["kind"] = json!("customer");
            }
            api.ask(Ask::new(Method::POST, "/v1/organizations").once(&key).body(body)).await
        }
        Err(faults) => return Ok(form::render(&api, &new_of(&api), &sheet, &faults)),
    };
    match made {
        Ok(made) => Ok(see_other(&format!("/console/organizations/{}?done=made", text(&made, "/id")))),
        Err(problem) => {
            let faults = sheet.faults(&api, problem, &Value::Null)?;
            Ok(form::render(&api, &new_of(&api), &sheet, &faults))
        }
    }
}
