//! Giving a contact access, or changing what it has.

use axum::extract::Path;
use axum::response::Response;
use http::Method;
use serde_json::Value;
use shared::domain::role::AccountType;
use shared::http::pages::{page, see_other};
use shared::http::{Form, Problem};

use crate::api::{self, Api, Ask};
use crate::fields::{self, AccessFields, Chosen, Faults};
use crate::frame::{Nav, Shell, account_type, person, text, texts};

shared::pages! {
    /// What an access permits.
    AccessForm, "console/access.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// `con_…`.
        id: String,
        /// First and last name.
        name: String,
        /// Whether there is an access that is changed.
        changes: bool,
        /// What can be chosen, and what is.
        access: AccessFields,
        /// What is wrong.
        faults: Faults,
    }
}

/// The contact, what it is to the business, and whether there is an access that can be changed.
async fn read(api: &Api, id: &str) -> Result<(Value, String, bool), Problem> {
    let contact = api.ask(Ask::get(format!("/v1/contacts/{}", api::id(id)?))).await?;
    let organization = api.ask(Ask::get(format!("/v1/organizations/{}", text(&contact, "/organization")))).await?;
    let account_type = account_type(&organization);
    let changes = texts(&contact, "/actions").iter().any(|action| action == "change_access");
    Ok((contact, account_type, changes))
}

fn render(api: &Api, contact: &Value, changes: bool, access: AccessFields, faults: Faults) -> Response {
    let shell = Shell::of(&api.visit);
    let status = faults.status();
    let (id, name) = (text(contact, "/id"), person(contact));
    page(status, &AccessForm::new(&shell.frame, &shell.nav, id, name, changes, access, faults))
}

/// The form.
pub(crate) async fn show(api: Api, Path(id): Path<String>) -> Result<Response, Problem> {
    let (contact, account_type, changes) = read(&api, &id).await?;
    let roles = fields::roles(&api, &[&account_type]).await?;
    let mut chosen = Chosen::of(&contact["access"]);
    if chosen.roles.is_empty() {
        let standard = AccountType::parse(&account_type).map(|kind| kind.standard_role().as_str().to_owned());
        chosen.roles.extend(standard);
    }
    let choices = fields::choices(&api, &roles, &chosen);
    Ok(render(&api, &contact, changes, choices, Faults::default()))
}

/// Gives or changes it.
pub(crate) async fn post(api: Api, Path(id): Path<String>, Form(mut form): Form) -> Result<Response, Problem> {
    let (contact, account_type, changes) = read(&api, &id).await?;
    let roles = fields::roles(&api, &[&account_type]).await?;
    let chosen = Chosen::read(&mut form, &roles);
    form.finish()?;
    let ask = Ask::new(Method::PUT, format!("/v1/contacts/{id}/access")).body(Value::Object(chosen.body()));
    match api.ask(ask).await {
        Ok(_) => Ok(see_other(&format!("/console/contacts/{id}?done=access_saved"))),
        Err(problem) => {
            let faults = Faults::of(&problem).ok_or(problem)?;
            Ok(render(&api, &contact, changes, fields::choices(&api, &roles, &chosen), faults))
        }
    }
}
