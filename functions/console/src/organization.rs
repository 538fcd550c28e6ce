//! An organization and its people.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use http::StatusCode;
use serde_json::Value;
use shared::domain::role::permission;
use shared::http::pages::{page, see_other};
use shared::http::{Fields, Form, Problem};

use crate::api::{self, Api, Ask, OrganizationNames};
use crate::confirm;
use crate::deed::{self, Deed, ORGANIZATION, Told};
use crate::frame::{self, Nav, items, label, text, texts};
use crate::people::{OrganizationRow, PersonRow};
use crate::words::Say as _;

shared::pages! {
    /// An organization.
    Organization, "console/organization.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// `org_…`.
        id: String,
        /// Its name.
        name: String,
        /// Its number.
        number: String,
        /// `Customer`, say.
        kind: String,
        /// Whether the record is active.
        active: bool,
        /// The same in a word.
        state: String,
        /// The group of sites in which its people sign in.
        site_group: String,
        /// The partner that looks after it: `org_…`, and how it is called.
        partner: Option<(String, String)>,
        /// The customers it looks after, where it is a partner.
        customers: Option<Vec<OrganizationRow>>,
        /// What makes another one of them, as a query.
        under: String,
        /// Whether there are more of them.
        more_customers: bool,
        /// The page's own path.
        path: String,
        /// Whether the details can be edited.
        edits: bool,
        /// Whether access can be given to its people.
        grants: bool,
        /// The buttons.
        deeds: Vec<&'static Deed>,
        /// The name of what was just done; empty where nothing was.
        just: &'a str,
        /// What was done, and what undoes it.
        done: Option<Told>,
        /// What was refused.
        refused: Option<String>,
        /// Its people.
        people: Vec<PersonRow>,
        /// Where the next page of people begins, as a query.
        next: String,
    }
}

/// What other pages have done, as it is told here.
const DONE: [(&str, &str); 2] = [("made", "The organization is created."), ("saved", "The details are saved.")];

/// The page. `?done=` tells what was just done, `?cursor=` where a page of its people begins.
pub(crate) async fn show(api: Api, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let cursor = fields.text("cursor").unwrap_or_default();
    let done = fields.text("done").unwrap_or_default();
    fields.finish()?;
    render(&api, &id, &cursor, &done, None).await
}

async fn render(api: &Api, id: &str, cursor: &str, done: &str, refused: Option<Problem>) -> Result<Response, Problem> {
    let contacts = Ask::get("/v1/contacts").query(&[("organization", id), ("cursor", cursor), ("limit", "25")]);
    let (organization, contacts) = tokio::join!(api.organization(id), api.ask(contacts));
    let (organization, contacts) = (organization?, contacts?);
    let customers = customers(api, &organization).await?;
    let next = contacts["next_cursor"]
        .as_str()
        .map(|cursor| form_urlencoded::Serializer::new(String::new()).append_pair("cursor", cursor).finish());
    let actions = texts(&organization, "/actions");
    let shell = api.shell();
    let is_free = !shell.nav.preview;
    let may = |name: &str| is_free && actions.iter().any(|action| action == name);
    let told = match deed::named(&ORGANIZATION, done) {
        Some(deed) => Some(deed.told(&ORGANIZATION, may)),
        None => DONE.iter().find(|(name, _)| *name == done).map(|(_, says)| (*says, None)),
    };
    let status = refused.as_ref().map_or(StatusCode::OK, |problem| problem.status);
    let people: Vec<_> =
        items(&contacts).iter().map(|item| PersonRow::of(item, &OrganizationNames::default())).collect();
    let shown = Organization::new(
        &shell.frame,
        &shell.nav,
        text(&organization, "/id"),
        text(&organization, "/name"),
        text(&organization, "/number"),
        frame::capital(&frame::kind(&organization, api.lang())),
        organization["active"] == true,
        label(if organization["active"] == true { "active" } else { "inactive" }, api.lang()),
        text(&organization, "/site_group"),
        partner(api, &organization).await?,
        customers
            .as_ref()
            .map(|customers| items(customers).iter().map(|item| OrganizationRow::of(item, api.lang())).collect()),
        form_urlencoded::Serializer::new(String::new())
            .append_pair("partner", &text(&organization, "/number"))
            .finish(),
        customers.is_some_and(|customers| customers["next_cursor"].is_string()),
        format!("/console/organizations/{id}"),
        may("edit"),
        is_free && !people.is_empty() && api.visit.actor.needs(permission::ACCESS_GRANT).is_ok(),
        ORGANIZATION.iter().filter(|deed| may(deed.name) && deed.stands_beside(told)).collect(),
        done,
        told,
        refused.map(|problem| api.problem(&problem)),
        people,
        next.unwrap_or_default(),
    );
    Ok(page(status, &shown))
}

/// The partner that looks after it, where this reader may open it.
async fn partner(api: &Api, organization: &Value) -> Result<Option<(String, String)>, Problem> {
    let id = text(organization, "/partner");
    if id.is_empty() {
        return Ok(None);
    }
    match api.organization(&id).await {
        Ok(partner) => Ok(Some((id, frame::organization(&partner)))),
        Err(problem) if problem.status == StatusCode::NOT_FOUND => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// The first of the customers that a partner looks after.
async fn customers(api: &Api, organization: &Value) -> Result<Option<Value>, Problem> {
    if organization["kind"] != "partner" {
        return Ok(None);
    }
    let id = text(organization, "/id");
    api.ask_if_allowed(Ask::get("/v1/organizations").query(&[("partner", &id), ("limit", "100")])).await
}

/// Asks once more.
pub(crate) async fn confirm(api: Api, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let deed = Deed::asked(&ORGANIZATION, &mut fields)?;
    fields.finish()?;
    let organization = api.organization(&id).await?;
    let facts = vec![("Name", text(&organization, "/name")), ("Number", text(&organization, "/number"))];
    Ok(confirm::ask(&api, &deed.question(facts, format!("/console/organizations/{id}"))))
}

/// Does it.
pub(crate) async fn post(api: Api, Path(id): Path<String>, Form(mut fields): Form) -> Result<Response, Problem> {
    let deed = Deed::asked(&ORGANIZATION, &mut fields)?;
    fields.finish()?;
    match deed.run(&api, &format!("/v1/organizations/{}", api::id(&id)?)).await {
        Ok(_) => Ok(see_other(&format!("/console/organizations/{id}?done={}", deed.name))),
        Err(problem) if matches!(problem.status, StatusCode::CONFLICT | StatusCode::FORBIDDEN) => {
            render(&api, &id, "", "", Some(problem)).await
        }
        Err(problem) => Err(problem),
    }
}
