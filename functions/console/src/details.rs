//! A contact's details: those of one that is there, and of a new one who gets no access yet.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use http::Method;
use serde_json::{Value, json};
use shared::http::pages::see_other;
use shared::http::{Fields, Form, Problem};

use crate::api::{self, Api, Ask};
use crate::fields::{self, Faults};
use crate::form::{self, Of};
use crate::frame::{self, person, text, texts, version};
use crate::sheet::{Field, Group, Kind, Sheet};
use crate::words::Say as _;

const LANGUAGES: [(&str, &str); 5] =
    [("", "Not known"), ("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")];

const GROUPS: [Group; 1] = [Group {
    legend: "",
    fields: &[
        Field::new("first_name", "First name", "", Kind::Line),
        Field::new("last_name", "Last name", "", Kind::Line),
        Field::new("email", "Email", "Where they are written to.", Kind::Line),
        Field::new("title", "Job title", "What they are at the organization.", Kind::Line).or("none"),
        Field::new("business_phone", "Business phone", "", Kind::Line).or("none"),
        Field::new("mobile_phone", "Mobile phone", "", Kind::Line).or("none"),
        Field::new(
            "language",
            "Language",
            "The mails to them are in it. Not known: in the site’s language.",
            Kind::Choice(&LANGUAGES),
        )
        .or("not known"),
        Field::new("time_zone", "Time zone", "Such as Europe/Berlin.", Kind::Line).or("not known"),
        Field::new("notifications", "The portal may send them notifications", "", Kind::Flag),
    ],
}];

/// The language without its country, so that one of those on offer is chosen: `de-AT` is German.
fn shown(contact: &Value) -> Value {
    let mut shown = contact.clone();
    if let Some(language) = contact["language"].as_str() {
        shown["language"] = json!(language.split('-').next().unwrap_or_default());
    }
    shown
}

fn of(api: &Api, contact: &Value, version: u32) -> Of {
    let changes_login = api.visit.actor.is_staff() && texts(contact, "/actions").iter().any(|it| it == "edit_login");
    let path = format!("/console/contacts/{}", text(contact, "/id"));
    Of {
        title: api.lang().say_with("Details of {}", person(contact)),
        at: String::new(),
        says: if changes_login { "The email that they sign in with is changed on a page of its own." } else { "" },
        action: format!("{path}/edit"),
        hidden: vec![("version", version.to_string())],
        submit: "Save",
        back: path,
    }
}

/// The form for a contact.
pub(crate) async fn show(api: Api, Path(id): Path<String>) -> Result<Response, Problem> {
    let contact = api.ask(Ask::get(format!("/v1/contacts/{}", api::id(&id)?))).await?;
    let sheet = Sheet::of(&GROUPS, &shown(&contact));
    Ok(form::render(&api, &of(&api, &contact, version(&contact)), &sheet, &Faults::default()))
}

/// Saves it.
pub(crate) async fn post(api: Api, Path(id): Path<String>, Form(mut form): Form) -> Result<Response, Problem> {
    let path = format!("/v1/contacts/{}", api::id(&id)?);
    let read = fields::version(&mut form);
    let mut sheet = Sheet::read(&GROUPS, &mut form);
    form.finish()?;
    let before = api.ask(Ask::get(&path)).await?;
    let mut body = sheet.body();
    // A country, or a language, that the form doesn't show stays.
    let is_offered = LANGUAGES.iter().any(|(language, _)| shown(&before)["language"] == *language);
    if body["language"] == shown(&before)["language"] || body["language"].is_null() && !is_offered {
        body["language"] = before["language"].clone();
    }
    match api.ask(Ask::new(Method::PATCH, &path).matching(read).body(body)).await {
        Ok(_) => Ok(see_other(&format!("/console/contacts/{id}?done=saved"))),
        Err(problem) => {
            let now = api.ask(Ask::get(&path)).await?;
            let faults = sheet.faults(&api, problem, &shown(&now))?;
            let version = if faults.is_stale() { version(&now) } else { read };
            Ok(form::render(&api, &of(&api, &now, version), &sheet, &faults))
        }
    }
}

fn new_of(api: &Api, organization: &Value) -> Of {
    let id = text(organization, "/id");
    Of {
        title: api.lang().say("New contact").to_owned(),
        says: "A contact without access: nothing is mailed now, and they can’t sign in. Access can be given later.",
        action: "/console/new-contact".to_owned(),
        at: frame::organization(organization),
        back: format!("/console/organizations/{id}"),
        hidden: vec![("organization", id), ("key", fields::key())],
        submit: "Create contact",
    }
}

/// The form for a new one. `?organization=` is where.
pub(crate) async fn show_new(api: Api, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let organization = fields.text("organization").unwrap_or_else(|| api.visit.actor.organization.to_string());
    fields.finish()?;
    let organization = api.organization(&organization).await?;
    let sheet = Sheet::of(&GROUPS, &json!({ "notifications": true }));
    Ok(form::render(&api, &new_of(&api, &organization), &sheet, &Faults::default()))
}

/// Makes it.
pub(crate) async fn post_new(api: Api, Form(mut form): Form) -> Result<Response, Problem> {
    let organization = form.text("organization").unwrap_or_default();
    let key = form.text("key").unwrap_or_default();
    let mut sheet = Sheet::read(&GROUPS, &mut form);
    form.finish()?;
    let mut body = sheet.body();
    body["organization"] = json!(api::id(&organization)?);
    match api.ask(Ask::new(Method::POST, "/v1/contacts").once(&key).body(body)).await {
        Ok(made) => Ok(see_other(&format!("/console/contacts/{}?done=made", text(&made, "/id")))),
        Err(problem) => {
            let faults = sheet.faults(&api, problem, &Value::Null)?;
            let organization = api.organization(&organization).await?;
            Ok(form::render(&api, &new_of(&api, &organization), &sheet, &faults))
        }
    }
}
