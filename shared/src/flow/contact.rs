//! Answering with a contact, after the mails that its change asked for were delivered (requirement L11).

use axum::response::Response;
use http::header::IF_MATCH;
use http::{HeaderMap, StatusCode};

use crate::app::App;
use crate::domain::account::Account;
use crate::domain::change::{Change, Stored};
use crate::domain::fault::Refusal;
use crate::domain::id::{ContactId, OrganizationId};
use crate::domain::organization::Organization;
use crate::http::signed::Visit;
use crate::http::views::ContactView;
use crate::http::{Problem, door};
use crate::mail;

/// An account in the visitor's scope.
///
/// # Errors
/// `404` where there is none, or none in scope: the same answer after the same reads.
pub async fn reachable(app: &App, visit: &Visit, id: &str) -> Result<Account, Problem> {
    let id: ContactId = id.parse().map_err(|_| Problem::not_found())?;
    let account = app.store.account(id).await?.ok_or_else(Problem::not_found)?;
    visit.actor.must_reach(&account.organization.value)?;
    Ok(account)
}

/// An organization in the visitor's scope.
///
/// # Errors
/// `404` where there is none, or none in scope: the same answer after the same reads.
pub async fn reachable_organization(
    app: &App,
    visit: &Visit,
    id: OrganizationId,
) -> Result<Stored<Organization>, Problem> {
    let organization = app.store.organization(id).await?.ok_or_else(Problem::not_found)?;
    visit.actor.must_reach(&organization.value)?;
    Ok(organization)
}

/// Holds `If-Match`, where it was sent, against the present version (requirement O9).
///
/// # Errors
/// `412` for another version, `400` for what is no version.
pub fn if_match(headers: &HeaderMap, version: u32) -> Result<(), Problem> {
    let Some(given) = headers.get(IF_MATCH) else { return Ok(()) };
    let given = given.to_str().unwrap_or_default().trim();
    if given == "*" || given == format!("\"{version}\"") {
        Ok(())
    } else if given.starts_with('"') || given.starts_with("W/") {
        Err(Refusal::Stale.into())
    } else {
        Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "invalid_if_match",
            "If-Match holds a version in quotation marks, as ETag gave it.",
        ))
    }
}

/// Holds `If-Match`, which has to be sent, against the present version (requirement O9).
///
/// # Errors
/// `428` where it was not sent; else as [`if_match`].
pub fn must_match(headers: &HeaderMap, version: u32) -> Result<(), Problem> {
    if headers.contains_key(IF_MATCH) {
        return if_match(headers, version);
    }
    let detail = "Say in If-Match which version you read: it is the ETag of the answer.";
    Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, "version_required", detail))
}

/// Delivers the mails of a change and answers with the contact as it is then.
///
/// # Errors
/// The table is unavailable; `404` where the contact is out of the visitor's scope by now: a request that is made again is
/// answered with what there is.
pub async fn answer(
    app: &App,
    visit: &Visit,
    id: ContactId,
    change: &Change,
    status: StatusCode,
) -> Result<Response, Problem> {
    let account = settled(app, visit, id, change).await?;
    Ok(shown(app, visit, &account, status))
}

/// Delivers the mails of a change. One that can't go now is the sweep's; the contact tells what became of it.
pub async fn deliver(app: &App, change: &Change) {
    for mail in change.mails() {
        if let Err(error) = mail::deliver(app, mail).await {
            tracing::warn!(event = "mail_left_to_sweep", %mail, cause = %error);
        }
    }
}

async fn settled(app: &App, visit: &Visit, id: ContactId, change: &Change) -> Result<Account, Problem> {
    deliver(app, change).await;
    reachable(app, visit, &id.to_string()).await
}

/// A contact as it is after the mails of its change were delivered, for one of several that one call is about.
///
/// # Errors
/// As [`answer`].
pub async fn seen(app: &App, visit: &Visit, id: ContactId, change: &Change) -> Result<ContactView, Problem> {
    Ok(view(app, visit, &settled(app, visit, id, change).await?))
}

fn view(app: &App, visit: &Visit, account: &Account) -> ContactView {
    ContactView::new(account, &visit.actor, &visit.call.settings, app.clock.now())
}

/// Answers with a contact as it was read.
pub fn shown(app: &App, visit: &Visit, account: &Account, status: StatusCode) -> Response {
    door::versioned(status, account.contact.value.version, &view(app, visit, account))
}
