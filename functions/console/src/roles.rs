//! The roles: those that come with the product, and the business's own, made, edited and deleted.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::role::{RoleName, in_words};
use shared::domain::wording::MailLanguage;
use shared::http::pages::{page, see_other};
use shared::http::{Fields, Form, Problem};

use crate::api::{self, Api, Ask};
use crate::confirm::{self, Question};
use crate::fields::{self, Choice, Faults, are_now};
use crate::frame::{self, Nav, capital, items, text, texts, version};
use crate::words::Say as _;

const PATH: &str = "/v1/roles";

/// What users are to the business, and what many of them are called.
const KINDS: [(&str, &str); 4] = [
    ("customer", "customers’ users"),
    ("partner", "partners’ users"),
    ("vendor", "vendors’ users"),
    ("staff", "staff"),
];

/// A role in the list.
#[derive(Debug)]
struct Row {
    id: String,
    name: String,
    holders: String,
    permits: Vec<&'static str>,
}

impl Row {
    fn of(role: &Value, lang: MailLanguage) -> Self {
        Self {
            id: text(role, "/id"),
            name: frame::role(&text(role, "/name"), lang),
            holders: people(&texts(role, "/account_types"), lang),
            permits: in_words(&texts(role, "/permissions")),
        }
    }
}

/// A permission that can be chosen.
#[derive(Debug)]
struct Permission {
    name: String,
    words: String,
    chosen: bool,
}

shared::pages! {
    /// The roles.
    Roles, "console/roles.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// The business's own.
        own: Vec<Row>,
        /// Those that come with the product.
        built_in: Vec<Row>,
        /// What was done.
        done: Option<&'static str>,
    }
    /// One of the business's own, or one to be made.
    RolePage, "console/role.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// `rol_…`; empty for one to be made.
        id: &'a str,
        /// What was typed.
        typed: &'a Typed,
        /// What it is called.
        title: String,
        /// The version that the form goes by.
        version: u32,
        /// Names the form.
        key: String,
        /// Whose users may hold it.
        kinds: Vec<Choice>,
        /// What it permits, by whose roles may.
        permissions: Vec<(String, Vec<Permission>)>,
        /// What was done.
        done: Option<&'static str>,
        /// What was refused, as a heading.
        refused: &'static str,
        /// What is wrong.
        faults: &'a Faults,
    }
}

/// What was typed, or is so.
#[derive(Debug, Default)]
struct Typed {
    name: String,
    kinds: Vec<String>,
    permissions: Vec<String>,
}

impl Typed {
    fn of(role: &Value) -> Self {
        Self {
            name: text(role, "/name"),
            kinds: texts(role, "/account_types"),
            permissions: texts(role, "/permissions"),
        }
    }

    /// A box for each: `account_type.customer`, `permission.orders:read`.
    fn read(form: &mut Fields, catalogue: &Value) -> Self {
        let mut boxes = |prefix: &str, names: Vec<String>| -> Vec<String> {
            names.into_iter().filter(|name| form.text(&format!("{prefix}.{name}")).is_some()).collect()
        };
        let kinds = boxes("account_type", KINDS.iter().map(|(kind, _)| (*kind).to_owned()).collect());
        let permissions = boxes("permission", items(catalogue).iter().map(|it| text(it, "/name")).collect());
        Self { name: form.text("name").map(|name| name.trim().to_owned()).unwrap_or_default(), kinds, permissions }
    }

    /// The name as the API has it: `Order desk`, `order_desk`.
    fn code(&self) -> String {
        self.name.to_lowercase().replace([' ', '-'], "_")
    }

    /// What a role has otherwise by now.
    fn otherwise(&self, now: &Self, lang: MailLanguage) -> Vec<(&'static str, String)> {
        let differ =
            |one: &[String], other: &[String]| one.len() != other.len() || one.iter().any(|it| !other.contains(it));
        let mut all = Vec::new();
        if differ(&self.kinds, &now.kinds) {
            all.push(("account_types", format!("{}.", people(&now.kinds, lang))));
        }
        if differ(&self.permissions, &now.permissions) {
            let words = if now.permissions.is_empty() {
                lang.say("nothing.").to_owned()
            } else {
                permits(&now.permissions, lang)
            };
            all.push(("permissions", words));
        }
        all
    }
}

/// `customers’ users, partners’ users and staff`.
fn people(kinds: &[String], lang: MailLanguage) -> String {
    let named: Vec<_> =
        KINDS.iter().filter(|(kind, _)| kinds.iter().any(|it| it == kind)).map(|(_, many)| lang.say(many)).collect();
    match named.split_last() {
        None => lang.say("nobody").to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} {} {last}", others.join(", "), lang.say("and")),
    }
}

/// `See orders. Pay.`
fn permits(permissions: &[String], lang: MailLanguage) -> String {
    in_words(permissions).into_iter().map(|words| lang.say(words)).collect::<Vec<_>>().join(" ")
}

/// What roles can be made of. Whoever may not make any may not read it.
async fn catalogue(api: &Api) -> Result<Value, Problem> {
    api.afresh();
    api.ask(Ask::get("/v1/permissions")).await
}

/// A role of the business's own.
async fn own(api: &Api, id: &str) -> Result<Value, Problem> {
    let all = api.ask(Ask::get(PATH)).await?;
    items(&all).iter().find(|role| role["id"] == id).cloned().ok_or_else(Problem::not_found)
}

/// The list. `?done=` tells what was just done.
pub(crate) async fn list(api: Api, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let done = fields.text("done").and_then(|name| match name.as_str() {
        "made" => Some("The role is created. It can be given from now on."),
        "deleted" => Some("The role is deleted."),
        _ => None,
    });
    fields.finish()?;
    catalogue(&api).await?;
    let all = api.ask(Ask::get(PATH)).await?;
    let (built_in, own): (Vec<_>, Vec<_>) = items(&all).iter().partition(|role| role["built_in"] == true);
    let rows = |roles: Vec<&Value>| roles.into_iter().map(|role| Row::of(role, api.lang())).collect();
    let shell = api.shell();
    Ok(page(StatusCode::OK, &Roles::new(&shell.frame, &shell.nav, rows(own), rows(built_in), done)))
}

/// The permissions by whose roles may have them, in the order of the catalogue.
fn grouped(catalogue: &Value, typed: &Typed, lang: MailLanguage) -> Vec<(String, Vec<Permission>)> {
    let mut groups: Vec<(String, Vec<Permission>)> = Vec::new();
    for entry in items(catalogue) {
        let (of, name) = (people(&texts(entry, "/account_types"), lang), text(entry, "/name"));
        let chosen = typed.permissions.contains(&name);
        let permission = Permission { name, words: text(entry, "/description"), chosen };
        match groups.iter_mut().find(|(known, _)| *known == of) {
            Some((_, group)) => group.push(permission),
            None => groups.push((of, vec![permission])),
        }
    }
    groups
}

/// What the form shows of which role.
struct Shown<'a> {
    id: &'a str,
    typed: &'a Typed,
    version: u32,
    done: Option<&'static str>,
    refused: &'static str,
}

fn render(api: &Api, catalogue: &Value, it: &Shown<'_>, faults: &Faults) -> Response {
    let lang = api.lang();
    let kind = |(kind, many): &(&str, &str)| Choice {
        value: (*kind).to_owned(),
        label: capital(lang.say(many)),
        chosen: it.typed.kinds.iter().any(|it| it == kind),
        ..Choice::default()
    };
    let shell = api.shell();
    let shown = RolePage::new(
        &shell.frame,
        &shell.nav,
        it.id,
        it.typed,
        frame::role(&it.typed.name, lang),
        it.version,
        fields::key(),
        KINDS.iter().map(kind).collect(),
        grouped(catalogue, it.typed, lang),
        it.done,
        it.refused,
        faults,
    );
    page(faults.status(), &shown)
}

/// The form of one to be made.
pub(crate) async fn new(api: Api) -> Result<Response, Problem> {
    let catalogue = catalogue(&api).await?;
    let shown =
        Shown { id: "", typed: &Typed::default(), version: 0, done: None, refused: "The role was not created." };
    Ok(render(&api, &catalogue, &shown, &Faults::default()))
}

/// Makes it.
pub(crate) async fn make(api: Api, Form(mut form): Form) -> Result<Response, Problem> {
    let catalogue = catalogue(&api).await?;
    let key = form.text("key").unwrap_or_default();
    let typed = Typed::read(&mut form, &catalogue);
    form.finish()?;
    let body = json!({ "name": typed.code(), "account_types": typed.kinds, "permissions": typed.permissions });
    match api.ask(Ask::new(Method::POST, PATH).once(&key).body(body)).await {
        Ok(_) => Ok(see_other("/console/roles?done=made")),
        Err(problem) => {
            let mut faults = Faults::of(&api, &problem).ok_or(problem)?;
            if RoleName::parse(&typed.code()).is_err() {
                faults.say(
                    &api,
                    "name",
                    "Use 2 to 40 letters from a to z, digits and spaces, beginning with a letter.",
                );
            }
            Ok(render(
                &api,
                &catalogue,
                &Shown { id: "", typed: &typed, version: 0, done: None, refused: "The role was not created." },
                &faults,
            ))
        }
    }
}

/// The form of one there is. `?done=saved` tells that it was just saved.
pub(crate) async fn show(api: Api, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let saved = "The role is saved. Within a minute it applies to everybody who has it.";
    let done = fields.text("done").filter(|done| done == "saved").map(|_| saved);
    fields.finish()?;
    let catalogue = catalogue(&api).await?;
    let role = own(&api, &id).await?;
    let shown = Shown { id: &id, typed: &Typed::of(&role), version: version(&role), done, refused: "" };
    Ok(render(&api, &catalogue, &shown, &Faults::default()))
}

/// Asks once more before it is deleted.
pub(crate) async fn confirm(api: Api, Path(id): Path<String>) -> Result<Response, Problem> {
    catalogue(&api).await?;
    let role = own(&api, &id).await?;
    let row = Row::of(&role, api.lang());
    let permits = permits(&texts(&role, "/permissions"), api.lang());
    Ok(confirm::ask(
        &api,
        &Question {
            label: "Delete the role",
            about: row.name.clone(),
            facts: vec![("Role", row.name), ("For", row.holders), ("Permits", permits)],
            consequence: "Nobody can be given this role any more, and it can’t be brought back. A role that somebody has can’t be deleted.",
            action: "delete",
            path: format!("/console/roles/{id}"),
            version: None,
        },
    ))
}

/// Saves it, or deletes it.
pub(crate) async fn post(api: Api, Path(id): Path<String>, Form(mut form): Form) -> Result<Response, Problem> {
    let path = format!("{PATH}/{}", api::id(&id)?);
    let catalogue = catalogue(&api).await?;
    let role = own(&api, &id).await?;
    let deletes = form.text("action").is_some_and(|action| action == "delete");
    let read = if deletes { version(&role) } else { fields::version(&mut form) };
    let typed = if deletes { Typed::of(&role) } else { Typed::read(&mut form, &catalogue) };
    form.finish()?;
    let ask = if deletes {
        Ask::new(Method::DELETE, path)
    } else {
        let body = json!({ "account_types": typed.kinds, "permissions": typed.permissions });
        Ask::new(Method::PATCH, path).matching(read).body(body)
    };
    match api.ask(ask).await {
        Ok(_) if deletes => Ok(see_other("/console/roles?done=deleted")),
        Ok(_) => Ok(see_other(&format!("/console/roles/{id}?done=saved"))),
        Err(problem) => {
            api.afresh();
            let now = own(&api, &id).await?;
            let faults =
                Faults::of_edit(&api, problem, || are_now(typed.otherwise(&Typed::of(&now), api.lang()), api.lang()))?;
            let version = if faults.is_stale() { version(&now) } else { read };
            let typed = Typed { name: text(&now, "/name"), ..typed };
            let refused = if deletes { "The role was not deleted." } else { "Nothing was saved." };
            Ok(render(&api, &catalogue, &Shown { id: &id, typed: &typed, version, done: None, refused }, &faults))
        }
    }
}
