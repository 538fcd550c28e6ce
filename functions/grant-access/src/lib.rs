//! Reads a contact, grants, changes and revokes its access, and sets its password (requirements A1–A6, P1).

mod asked;
mod give;
mod several;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::{Router, routing};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use shared::app::App;
use shared::domain::access::Standing;
use shared::domain::account::Account;
use shared::domain::change::Change;
use shared::domain::email::LoginKey;
use shared::domain::fault::Refusal;
use shared::domain::id::ContactId;
use shared::domain::role::permission;
use shared::domain::rules::rename::{Names, Owners, rename};
use shared::domain::rules::{passwords, revoke};
use shared::flow;
use shared::http::problem::ProblemBody;
use shared::http::signed::Visit;
use shared::http::views::ContactView;
use shared::http::{JsonBody, Problem, Signed, door};
use utoipa::ToSchema;

/// This function's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(get_contact, put_access, several::post, delete_access, put_password, patch_login))]
pub struct Api;

/// This function's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/contacts/{contact}", routing::get(get_contact))
        .route("/v1/contacts/{contact}/access", routing::put(put_access).delete(delete_access))
        .route("/v1/organizations/{organization}/access", routing::post(several::post))
        .route("/v1/contacts/{contact}/password", routing::put(put_password))
        .route("/v1/contacts/{contact}/login", routing::patch(patch_login))
}

/// Reads a contact. One's own, anybody may.
#[utoipa::path(get, path = "/v1/contacts/{contact}", tag = "contacts",
    params(("contact" = String, Path, description = "`con_…`")),
    responses(
        (status = 200, description = "The contact.", body = ContactView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody)),
    security(("session" = [])))]
async fn get_contact(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    if id != visit.actor.contact.to_string() {
        visit.actor.needs(permission::CONTACTS_READ)?;
    }
    let account = flow::reachable(&app, &visit, &id).await?;
    Ok(flow::shown(&app, &visit, &account, StatusCode::OK))
}

/// Grants access, changes it, or grants it again after it was revoked. Replaces: what is left out goes to its default.
#[utoipa::path(put, path = "/v1/contacts/{contact}/access", tag = "contacts",
    params(("contact" = String, Path, description = "`con_…`"),
        ("If-Match" = Option<String>, Header, description = "The version that was read.")),
    request_body = asked::PutAccess,
    responses(
        (status = 200, description = "The contact.", body = ContactView),
        (status = 400, description = "Fields are missing or wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody),
        (status = 409, description = "The state forbids it.", body = ProblemBody),
        (status = 412, description = "Changed since it was read.", body = ProblemBody)),
    security(("session" = [])))]
async fn put_access(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::ACCESS_GRANT)?;
    let asked = asked::read(body.fields, &visit.call.settings)?;
    let (id, change) = give::give(&app, &mut visit, &id, &headers, asked).await?;
    flow::answer(&app, &visit, id, &change, StatusCode::OK).await
}

/// An access that was revoked, or that remains.
#[derive(Debug, Serialize, ToSchema)]
struct AccessInShort {
    /// `con_…`.
    contact: String,
    /// `org_…`.
    organization: String,
    /// `customer`, `partner`, `vendor` or `staff`.
    account_type: String,
}

/// What a revocation came to.
#[derive(Debug, Serialize, ToSchema)]
struct Revoked {
    /// What was revoked.
    revoked: Vec<AccessInShort>,
    /// What the person still has, as far as you may know.
    remaining: Vec<AccessInShort>,
}

impl AccessInShort {
    fn of(account: &Account) -> Option<Self> {
        let contact = &account.contact.value;
        Some(Self {
            contact: contact.id.to_string(),
            organization: contact.organization.to_string(),
            account_type: account.access()?.account_type.as_str().to_owned(),
        })
    }
}

/// Revokes access: here, or everywhere, and then the contacts' records are made inactive too.
#[utoipa::path(delete, path = "/v1/contacts/{contact}/access", tag = "contacts",
    params(("contact" = String, Path, description = "`con_…`"),
        ("everywhere" = Option<bool>, Query, description = "All of the person's accesses, their contacts made inactive. For staff."),
        ("If-Match" = Option<String>, Header, description = "The version that was read.")),
    responses(
        (status = 200, description = "What was revoked, and what remains.", body = Revoked),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody),
        (status = 409, description = "The state forbids it.", body = ProblemBody),
        (status = 412, description = "Changed since it was read.", body = ProblemBody)),
    security(("session" = [])))]
async fn delete_access(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::ACCESS_REVOKE)?;
    let everywhere = asked::everywhere(query.as_deref())?;
    if everywhere && !visit.actor.is_staff() {
        return Err(Refusal::forbidden("forbidden", "Only staff revoke accesses elsewhere.").into());
    }
    let id: ContactId = id.parse().map_err(|_| Problem::not_found())?;
    let ((mut answer, mut offers), _) = shared::decide!(&app, as visit, {
        let account = flow::reachable(&app, &visit, &id.to_string()).await?;
        flow::if_match(&headers, account.contact.value.version)?;
        let user = account.user.as_ref().map(|user| &user.value).filter(|_| visit.actor.is_staff());
        let elsewhere: Vec<ContactId> = user
            .into_iter()
            .flat_map(|user| &user.accesses)
            .map(|access| access.contact)
            .filter(|contact| *contact != id)
            .collect();
        let others = app.store.accounts(&elsewhere).await?;
        let offers = everywhere && user.is_some_and(|user| !user.offers.is_empty());
        let (answer, change) = revoke_of(&app, &visit, &account, &others, everywhere).await?;
        ((answer, offers), change)
    });
    // Offers are not accesses yet, and as many of them as there may be do not fit into the one transaction.
    while offers {
        let ((more, left), _) = shared::decide!(&app, as visit, {
            let account = flow::reachable(&app, &visit, &id.to_string()).await?;
            let open = account.user.as_ref().map(|user| user.value.offers.as_slice()).unwrap_or_default();
            let some: Vec<ContactId> = open.iter().take(AT_ONCE).map(|offer| offer.contact).collect();
            let others = app.store.accounts(&some).await?;
            let (more, change) = revoke_of(&app, &visit, &account, &others, true).await?;
            ((more, open.len() > AT_ONCE), change)
        });
        answer.revoked.extend(more.revoked);
        offers = left;
    }
    Ok(door::json(StatusCode::OK, &answer))
}

/// How many offers are taken back in one transaction.
const AT_ONCE: usize = 12;

/// Revokes one access, and with `everywhere` these others of the same person.
async fn revoke_of(
    app: &App,
    visit: &Visit,
    account: &Account,
    others: &[Account],
    everywhere: bool,
) -> Result<(Revoked, Change), Problem> {
    let logins = match &account.user {
        Some(user) => app.store.logins(&user.value).await?,
        None => Vec::new(),
    };
    let targets: Vec<&Account> = std::iter::once(account).chain(others.iter().filter(|_| everywhere)).collect();
    let change = revoke::revoke(&targets, everywhere, &logins, &visit.actor, &visit.call.moment())?;
    let is_held = |account: &&&Account| account.access().is_some_and(|access| access.standing != Standing::Revoked);
    let answer = Revoked {
        revoked: targets.iter().filter(is_held).filter_map(|account| AccessInShort::of(account)).collect(),
        remaining: others.iter().filter(|_| !everywhere).filter_map(AccessInShort::of).collect(),
    };
    Ok((answer, change))
}

/// Sets a password at any time. For administrators.
#[utoipa::path(put, path = "/v1/contacts/{contact}/password", tag = "contacts", operation_id = "set_password",
    params(("contact" = String, Path, description = "`con_…`"),
        ("If-Match" = Option<String>, Header, description = "The version that was read.")),
    request_body = flow::CredentialBody,
    responses(
        (status = 200, description = "The contact.", body = ContactView),
        (status = 400, description = "Fields are missing or wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody),
        (status = 409, description = "The state forbids it.", body = ProblemBody)),
    security(("session" = [])))]
async fn put_password(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::PASSWORDS_SET)?;
    let first = asked::read_password(body.fields)?;
    let account = flow::reachable(&app, &visit, &id).await?;
    let settings = &visit.call.settings;
    let hash = flow::checked(&app, settings, "password", &first.password, &flow::context(&account, settings)).await?;
    let (id, change) = shared::decide!(&app, as visit, {
        let account = flow::reachable(&app, &visit, &id).await?;
        flow::if_match(&headers, account.contact.value.version)?;
        let at = visit.call.moment();
        let change = passwords::set_password(&account, hash.clone(), first.must_change, &visit.actor, &at)?;
        (account.contact.value.id, change)
    });
    flow::answer(&app, &visit, id, &change, StatusCode::OK).await
}

/// Changes the names that sign in. A user ID is the organization's administrator's to change too, an email staff's alone:
/// open links die, and both addresses are told, or a new invitation goes out.
#[utoipa::path(patch, path = "/v1/contacts/{contact}/login", tag = "contacts", operation_id = "edit_login",
    params(("contact" = String, Path, description = "`con_…`"),
        ("If-Match" = String, Header, description = "The version that was read.")),
    request_body = asked::LoginPatch,
    responses(
        (status = 200, description = "The contact.", body = ContactView),
        (status = 400, description = "Fields are wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody),
        (status = 409, description = "Taken, or the state forbids it.", body = ProblemBody),
        (status = 412, description = "Changed since it was read.", body = ProblemBody),
        (status = 428, description = "Say which version was read.", body = ProblemBody)),
    security(("session" = [])))]
async fn patch_login(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::LOGINS_TOGGLE)?;
    let names = asked::read_names(body.fields)?;
    let (id, change) = shared::decide!(&app, as visit, {
        let account = flow::reachable(&app, &visit, &id).await?;
        flow::must_match(&headers, account.contact.value.version)?;
        let owners = owners(&app, &names, &account).await?;
        (account.contact.value.id, rename(&names, &owners, &account, &visit.actor, &visit.call.moment())?)
    });
    flow::answer(&app, &visit, id, &change, StatusCode::OK).await
}

async fn owners(app: &App, names: &Names, account: &Account) -> Result<Owners, Problem> {
    let of = async |key: Option<LoginKey>| match key {
        Some(key) => app.store.login_name(key).await,
        None => Ok(None),
    };
    let kept = account.access().and_then(|access| access.user_id.as_ref()).map(LoginKey::from);
    let elsewhere = match (&account.user, &names.login_email) {
        (Some(user), Some(_)) => user.value.elsewhere(account.contact.value.id),
        _ => Vec::new(),
    };
    Ok(Owners {
        others: app.store.contacts(&elsewhere).await?,
        logins: match &account.user {
            Some(user) => app.store.logins(&user.value).await?,
            None => Vec::new(),
        },
        kept: of(kept).await?,
        user_id: of(names.user_id.as_ref().and_then(Option::as_ref).map(LoginKey::from)).await?,
        email: of(names.login_email.as_ref().map(LoginKey::from)).await?,
    })
}
