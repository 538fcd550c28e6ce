//! The names that a contact signs in with.

use axum::extract::Path;
use axum::response::Response;
use http::Method;
use serde_json::Value;
use shared::http::pages::see_other;
use shared::http::{Form, Problem};

use crate::api::{self, Api, Ask};
use crate::fields::{self, Faults};
use crate::form::{self, Of};
use crate::frame::{person, text, version};
use crate::sheet::{Field, Group, Kind, Sheet};
use crate::words::Say as _;

const USER_ID: Field =
    Field::new("user_id", "User ID", "Empty: they sign in with the email alone.", Kind::Line).or("none");
const EMAIL: Field = Field::new(
    "login_email",
    "Login email",
    "If you change it, links sent earlier stop working, and a mail tells both addresses. Who has set no password yet gets a new invitation instead.",
    Kind::Line,
);
const STAFF: [Group; 1] = [Group { legend: "", fields: &[EMAIL, USER_ID] }];
/// The email is staff's alone to change.
const DELEGATED: [Group; 1] = [Group { legend: "", fields: &[USER_ID] }];

fn groups(api: &Api) -> &'static [Group] {
    if api.visit.actor.is_staff() { &STAFF } else { &DELEGATED }
}

fn of(api: &Api, contact: &Value, version: u32) -> Of {
    let path = format!("/console/contacts/{}", text(contact, "/id"));
    Of {
        title: api.lang().say_with("How {} signs in", person(contact)),
        at: String::new(),
        says: "This holds for every access that this person has.",
        action: format!("{path}/login"),
        hidden: vec![("version", version.to_string())],
        submit: "Save",
        back: path,
    }
}

/// The form.
pub(crate) async fn show(api: Api, Path(id): Path<String>) -> Result<Response, Problem> {
    let contact = api.ask(Ask::get(format!("/v1/contacts/{}", api::id(&id)?))).await?;
    let sheet = Sheet::of(groups(&api), &contact["access"]);
    Ok(form::render(&api, &of(&api, &contact, version(&contact)), &sheet, &Faults::default()))
}

/// Saves them.
pub(crate) async fn post(api: Api, Path(id): Path<String>, Form(mut form): Form) -> Result<Response, Problem> {
    let path = format!("/v1/contacts/{}", api::id(&id)?);
    let read = fields::version(&mut form);
    let mut sheet = Sheet::read(groups(&api), &mut form);
    form.finish()?;
    // What stays is left out: who may change the one name may not be who may change the other.
    let before = api.ask(Ask::get(&path)).await?;
    let mut body = sheet.body();
    if let Some(body) = body.as_object_mut() {
        body.retain(|name, value| before["access"][name.as_str()] != *value);
    }
    match api.ask(Ask::new(Method::PATCH, format!("{path}/login")).matching(read).body(body)).await {
        Ok(_) => Ok(see_other(&format!("/console/contacts/{id}?done=names_saved"))),
        Err(problem) => {
            let now = api.ask(Ask::get(&path)).await?;
            let faults = sheet.faults(&api, problem, &now["access"])?;
            let version = if faults.is_stale() { version(&now) } else { read };
            Ok(form::render(&api, &of(&api, &now, version), &sheet, &faults))
        }
    }
}
