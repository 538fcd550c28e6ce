//! Giving a contact access, or changing what it has.

use axum::extract::Path;
use axum::response::Response;
use http::Method;
use serde_json::Value;
use shared::domain::role::AccountType;
use shared::http::pages::{page, see_other};
use shared::http::{Form, Problem};

use crate::api::{self, Api, Ask};
use crate::fields::{self, AccessFields, Chosen, Faults, Holder};
use crate::frame::{Nav, Shell, account_type, label, person, text, texts, version};

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
        /// The contact's version.
        version: u32,
        /// What can be chosen, and what is.
        access: AccessFields,
        /// What is wrong.
        faults: Faults,
        /// Who has the contact's email as a login.
        holder: Option<Holder>,
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

/// What is refused, and with it who has the email.
#[derive(Debug, Default)]
struct Refused {
    faults: Faults,
    holder: Option<Holder>,
}

fn render(api: &Api, contact: &Value, changes: bool, access: AccessFields, refused: Refused) -> Response {
    let shell = Shell::of(&api.visit);
    let Refused { faults, holder } = refused;
    let (id, name) = (text(contact, "/id"), person(contact));
    page(
        faults.status(),
        &AccessForm::new(&shell.frame, &shell.nav, id, name, changes, version(contact), access, faults, holder),
    )
}

/// What an access permits, field by field, as people read it.
fn told(access: &Value) -> Vec<(&'static str, String)> {
    let roles: Vec<_> = texts(access, "/roles").iter().map(|role| label(role)).collect();
    let is = |flag: &str| if access[flag] == true { "yes." } else { "no." }.to_owned();
    vec![
        ("roles", format!("{}.", roles.join(", "))),
        ("can_create_users", is("can_create_users")),
        ("claim_authorization_required", is("claim_authorization_required")),
    ]
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
    Ok(render(&api, &contact, changes, choices, Refused::default()))
}

/// Gives or changes it.
pub(crate) async fn post(api: Api, Path(id): Path<String>, Form(mut form): Form) -> Result<Response, Problem> {
    let (contact, account_type, changes) = read(&api, &id).await?;
    let roles = fields::roles(&api, &[&account_type]).await?;
    let chosen = Chosen::read(&mut form, &roles);
    let read = fields::version(&mut form);
    let user = form.text("user").filter(|user| !user.is_empty());
    form.finish()?;
    let mut body = chosen.body();
    body.extend(user.map(|user| ("user".to_owned(), Value::String(user))));
    let ask = Ask::new(Method::PUT, format!("/v1/contacts/{id}/access")).matching(read).body(Value::Object(body));
    match api.ask(ask).await {
        Ok(_) => Ok(see_other(&format!("/console/contacts/{id}?done=access_saved"))),
        Err(problem) => {
            let holder = fields::holder(&problem);
            let faults = Faults::of_edit(problem, || told(&contact["access"]))?;
            let choices = fields::choices(&api, &roles, &chosen);
            Ok(render(&api, &contact, changes, choices, Refused { faults, holder }))
        }
    }
}
