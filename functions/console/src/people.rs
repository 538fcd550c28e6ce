//! Finding people and organizations.

use axum::extract::RawQuery;
use axum::response::Response;
use http::StatusCode;
use serde_json::Value;
use shared::domain::wording::MailLanguage;
use shared::http::pages::{page, see_other};
use shared::http::{Fields, Problem};

use crate::api::{Api, Ask, OrganizationNames};
use crate::frame::{self, Nav, items, person, text};
use crate::words::Say as _;

/// Somebody in a list.
#[derive(Debug)]
pub(crate) struct PersonRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    /// Where; empty where that goes without saying.
    pub(crate) organization: String,
    pub(crate) active: bool,
}

impl PersonRow {
    pub(crate) fn of(item: &Value, organizations: &OrganizationNames) -> Self {
        Self {
            id: text(item, "/id"),
            name: person(item),
            email: text(item, "/email"),
            organization: organizations.of(item),
            active: item["active"] == true,
        }
    }
}

/// An organization in a list.
#[derive(Debug)]
pub(crate) struct OrganizationRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) number: String,
    kind: String,
    pub(crate) active: bool,
}

impl OrganizationRow {
    pub(crate) fn of(item: &Value, lang: MailLanguage) -> Self {
        Self {
            id: text(item, "/id"),
            name: text(item, "/name"),
            number: text(item, "/number"),
            kind: frame::kind(item, lang),
            active: item["active"] == true,
        }
    }
}

shared::pages! {
    /// Find people and organizations.
    Found, "console/people.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// What is looked for.
        q: &'a str,
        /// People found.
        people: Vec<PersonRow>,
        /// Organizations found.
        organizations: Vec<OrganizationRow>,
        /// Where the next page of people begins, as a query.
        next: String,
        /// Whether this is a later page.
        later: bool,
        /// One's own organization, where it is not the business itself: `org_…`.
        own: Option<String>,
    }
}

/// The page. Who may create users and see nobody is led to that.
pub(crate) async fn show(api: Api, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let nav = api.shell().nav;
    if !nav.finds && nav.creates {
        return Ok(see_other("/console/new-user"));
    }
    let mut fields = Fields::of_query(query.as_deref())?;
    let q = fields.text("q").unwrap_or_default();
    let cursor = fields.text("cursor").unwrap_or_default();
    fields.finish()?;
    let q = q.trim();
    let contacts = Ask::get("/v1/contacts").query(&[("q", q), ("cursor", &cursor), ("limit", "25")]);
    let organizations = Ask::get("/v1/organizations").query(&[("q", q), ("limit", "10")]);
    let (contacts, organizations) = tokio::join!(api.ask(contacts), async {
        if cursor.is_empty() { api.ask_if_allowed(organizations).await } else { Ok(None) }
    });
    let (contacts, organizations) = (contacts?, organizations?.unwrap_or_default());
    let next = contacts["next_cursor"].as_str().map(|cursor| {
        form_urlencoded::Serializer::new(String::new()).extend_pairs([("q", q), ("cursor", cursor)]).finish()
    });
    let shell = api.shell();
    let names = api.organizations_of(items(&contacts)).await?;
    let people = items(&contacts).iter().map(|item| PersonRow::of(item, &names)).collect();
    let organizations = items(&organizations).iter().map(|item| OrganizationRow::of(item, api.lang())).collect();
    let actor = &api.visit.actor;
    let own = (!actor.is_staff()).then(|| actor.organization.to_string());
    let (next, later) = (next.unwrap_or_default(), !cursor.is_empty());
    let found = Found::new(&shell.frame, &shell.nav, q, people, organizations, next, later, own);
    Ok(page(StatusCode::OK, &found))
}
