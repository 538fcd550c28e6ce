//! An organization and its people.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use http::StatusCode;
use shared::http::pages::page;
use shared::http::{Fields, Problem};

use crate::api::{self, Api, Ask};
use crate::frame::{Nav, Shell, items, label, text};
use crate::people::PersonRow;

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
        /// Its people.
        people: Vec<PersonRow>,
        /// Where the next page of people begins, as a query.
        next: String,
    }
}

/// The page.
pub(crate) async fn show(api: Api, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let cursor = fields.text("cursor").unwrap_or_default();
    fields.finish()?;
    let contacts = Ask::get("/v1/contacts").query(&[("organization", &id), ("cursor", &cursor), ("limit", "25")]);
    let organization = Ask::get(format!("/v1/organizations/{}", api::id(&id)?));
    let (organization, contacts) = tokio::join!(api.ask(organization), api.ask(contacts));
    let (organization, contacts) = (organization?, contacts?);
    let next = contacts["next_cursor"]
        .as_str()
        .map(|cursor| form_urlencoded::Serializer::new(String::new()).append_pair("cursor", cursor).finish());
    let shell = Shell::of(&api.visit);
    let people = items(&contacts).iter().map(PersonRow::from).collect();
    let shown = Organization::new(
        &shell.frame,
        &shell.nav,
        text(&organization, "/id"),
        text(&organization, "/name"),
        text(&organization, "/number"),
        label(&text(&organization, "/kind")),
        organization["active"] == true,
        people,
        next.unwrap_or_default(),
    );
    Ok(page(StatusCode::OK, &shown))
}
