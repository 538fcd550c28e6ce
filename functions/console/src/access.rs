//! Giving a contact access, or changing what it has.

use axum::extract::Path;
use axum::response::Response;
use http::Method;
use serde_json::{Map, Value, json};
use shared::domain::wording::MailLanguage;
use shared::http::pages::{page, see_other};
use shared::http::{Form, Problem};

use crate::api::{self, Api, Ask};
use crate::credential::{self, Credential};
use crate::fields::{self, AccessFields, Chosen, Faults, Holder, are_now};
use crate::frame::{self, Nav, account_type, person, role, text, texts, version};
use crate::words::Say as _;

shared::pages! {
    /// What an access permits.
    AccessForm, "console/access.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// `con_…`.
        id: String,
        /// First and last name.
        name: String,
        /// Where: its name and number.
        organization: String,
        /// Whether there is an access that is changed.
        changes: bool,
        /// The contact's version.
        version: u32,
        /// What can be chosen, and what is.
        access: AccessFields,
        /// What they are to sign in with, where they have no login yet.
        names: Option<Names>,
        /// How they come to a first password; none where only a link can be mailed, or nothing is given.
        credential: Option<Credential>,
        /// What is wrong.
        faults: Faults,
        /// Who has the contact's email as a login.
        holder: Option<Holder>,
    }
}

/// What somebody is to sign in with.
#[derive(Debug)]
struct Names {
    email: String,
    user_id: String,
}

impl Names {
    fn put(&self, body: &mut Map<String, Value>) {
        let names = [("login_email", &self.email), ("user_id", &self.user_id)];
        let given = names.into_iter().filter(|(_, name)| !name.is_empty());
        body.extend(given.map(|(field, name)| (field.to_owned(), json!(name))));
    }
}

/// A contact that an access is given to, or changed of.
struct There {
    contact: Value,
    /// Where it is: its name and number.
    organization: String,
    /// What it is to the business.
    account_type: String,
    /// Whether there is an access that can be changed.
    changes: bool,
}

async fn read(api: &Api, id: &str) -> Result<There, Problem> {
    let contact = api.ask(Ask::get(format!("/v1/contacts/{}", api::id(id)?))).await?;
    let organization = api.organization(&text(&contact, "/organization")).await?;
    let account_type = account_type(&organization);
    let changes = texts(&contact, "/actions").iter().any(|action| action == "change_access");
    Ok(There { contact, organization: frame::organization(&organization), account_type, changes })
}

/// What is refused, and with it who has the email.
#[derive(Debug, Default)]
struct Refused {
    faults: Faults,
    holder: Option<Holder>,
}

/// What the form shows.
struct Filled<'a> {
    there: &'a There,
    access: AccessFields,
    names: Names,
    credential: Credential,
}

fn render(api: &Api, it: Filled<'_>, refused: Refused) -> Response {
    let shell = api.shell();
    let Refused { faults, holder } = refused;
    let There { contact, organization, changes, .. } = it.there;
    let (id, name) = (text(contact, "/id"), person(contact));
    let names = Some(it.names).filter(|_| contact["access"].is_null());
    let credential = Some(it.credential).filter(|_| !changes && credential::may_type(api));
    let shown = AccessForm::new(
        &shell.frame,
        &shell.nav,
        id,
        name,
        organization.clone(),
        *changes,
        version(contact),
        it.access,
        names,
        credential,
        faults,
        holder,
    );
    page(shown.faults.status(), &shown)
}

/// What an access permits, field by field, as people read it.
fn told(access: &Value, lang: MailLanguage) -> Vec<(&'static str, String)> {
    let roles: Vec<_> = texts(access, "/roles").iter().map(|it| role(it, lang)).collect();
    let is = |flag: &str| format!("{}.", lang.say(if access[flag] == true { "yes" } else { "no" }));
    vec![
        ("roles", format!("{}.", roles.join(", "))),
        ("can_create_users", is("can_create_users")),
        ("claim_authorization_required", is("claim_authorization_required")),
    ]
}

/// The form.
pub(crate) async fn show(api: Api, Path(id): Path<String>) -> Result<Response, Problem> {
    let there = read(&api, &id).await?;
    let There { contact, account_type, .. } = &there;
    let roles = fields::roles(&api, &[account_type]).await?;
    let mut chosen = Chosen::of(&contact["access"]);
    if chosen.roles.is_empty() {
        chosen.roles.extend(fields::standard_role(account_type));
    }
    let access = fields::choices(&api, &roles, &chosen, &[account_type]);
    let names = Names { email: text(contact, "/email"), user_id: String::new() };
    let credential = Credential::link(&api).told(true);
    Ok(render(&api, Filled { there: &there, access, names, credential }, Refused::default()))
}

/// Gives or changes it.
pub(crate) async fn post(api: Api, Path(id): Path<String>, Form(mut form): Form) -> Result<Response, Problem> {
    let there = read(&api, &id).await?;
    let There { contact, account_type, changes, .. } = &there;
    let roles = fields::roles(&api, &[account_type]).await?;
    let chosen = Chosen::read(&mut form, &roles);
    let read = fields::version(&mut form);
    let user = form.text("user").filter(|user| !user.is_empty());
    let mut typed = |field: &str| form.text(field).map(|text| text.trim().to_owned()).unwrap_or_default();
    let names = Names { email: typed("login_email"), user_id: typed("user_id") };
    let notify = form.text("notify").is_some();
    let credential = Credential::read(&api, &mut form).told(notify);
    form.finish()?;
    let mut body = chosen.body();
    match user {
        Some(user) => body.extend([("user".to_owned(), Value::String(user))]),
        None if *changes => {}
        None => {
            names.put(&mut body);
            credential.put(&mut body);
        }
    }
    let ask = Ask::new(Method::PUT, format!("/v1/contacts/{id}/access")).matching(read).body(Value::Object(body));
    match api.ask(ask).await {
        Ok(_) => {
            let done = if *changes { "access_saved" } else { "access_given" };
            Ok(see_other(&format!("/console/contacts/{id}?done={done}")))
        }
        Err(problem) => {
            let (holder, detail) = (fields::holder(&problem), problem.detail.clone());
            let mut faults =
                Faults::of_edit(&api, problem, || are_now(told(&contact["access"], api.lang()), api.lang()))?;
            if holder.is_some() {
                faults.and(&api, "login_email", &detail);
            }
            let access = fields::choices(&api, &roles, &chosen, &[account_type]);
            let filled = Filled { there: &there, access, names, credential };
            Ok(render(&api, filled, Refused { faults, holder }))
        }
    }
}
