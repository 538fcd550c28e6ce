//! A password that staff type for somebody.

use axum::extract::Path;
use axum::response::Response;
use http::Method;
use serde_json::Value;
use shared::http::pages::{page, see_other};
use shared::http::{Form, Problem};

use crate::api::{self, Api, Ask};
use crate::credential;
use crate::fields::Faults;
use crate::frame::{Nav, person, text};
use crate::words::Say as _;

shared::pages! {
    /// A password for somebody.
    SetPassword, "console/password.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// `con_…`.
        id: String,
        /// First and last name.
        name: String,
        /// Whether they have to choose another.
        must_change: bool,
        /// What there is to know of the password.
        hint: String,
        /// What is wrong.
        faults: &'a Faults,
    }
}

fn render(api: &Api, contact: &Value, must_change: bool, faults: &Faults) -> Response {
    let shell = api.shell();
    let minimum = api.visit.call.settings.password_minimum;
    let hint = api.lang().say_with("At least {} characters. A few words together work well.", minimum);
    let (id, name) = (text(contact, "/id"), person(contact));
    page(faults.status(), &SetPassword::new(&shell.frame, &shell.nav, id, name, must_change, hint, faults))
}

/// The form.
pub(crate) async fn show(api: Api, Path(id): Path<String>) -> Result<Response, Problem> {
    let contact = api.ask(Ask::get(format!("/v1/contacts/{}", api::id(&id)?))).await?;
    Ok(render(&api, &contact, true, &Faults::default()))
}

/// Sets it.
pub(crate) async fn post(api: Api, Path(id): Path<String>, Form(mut form): Form) -> Result<Response, Problem> {
    let path = format!("/v1/contacts/{}", api::id(&id)?);
    let must_change = form.text("must_change").is_some();
    let mut typed = |field: &str| form.text(field).unwrap_or_default();
    let body = credential::typed(&typed("password"), &typed("confirm_password"), must_change);
    form.finish()?;
    match api.ask(Ask::new(Method::PUT, format!("{path}/password")).body(body)).await {
        Ok(_) => Ok(see_other(&format!("/console/contacts/{id}?done=password_set"))),
        Err(problem) => {
            let faults = Faults::of(&api, &problem).ok_or(problem)?;
            Ok(render(&api, &api.ask(Ask::get(&path)).await?, must_change, &faults))
        }
    }
}
