//! Creates a user: a customer's, partner's or vendor's, or one of staff (requirements U1–U10).

mod asked;

use axum::extract::State;
use axum::response::Response;
use axum::{Router, routing};
use http::{HeaderMap, StatusCode};
use shared::app::App;
use shared::domain::change::Stored;
use shared::domain::fault::Refusal;
use shared::domain::rules::create_user::{Found, NewUser, Organizations, create_user, may_ask};
use shared::domain::rules::give_login::Credential;
use shared::domain::settings::Settings;
use shared::flow::{self, FirstPassword};
use shared::http::idempotency::{Once, once};
use shared::http::signed::Visit;
use shared::http::views::ContactView;
use shared::http::{JsonBody, Problem, Signed, door};

/// This function's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(post_user))]
pub struct Api;

/// This function's routes.
pub fn routes() -> Router<App> {
    Router::new().route("/v1/users", routing::post(post_user))
}

/// Creates a user.
#[utoipa::path(post, path = "/v1/users", tag = "users",
    request_body = asked::CreateUser,
    params(("Idempotency-Key" = Option<String>, Header, description = "Does it once, however often it is asked for within 24 hours.")),
    responses(
        (status = 201, description = "Created.", body = ContactView),
        (status = 400, description = "Fields are missing or wrong.", body = shared::http::problem::ProblemBody),
        (status = 403, description = "Not allowed.", body = shared::http::problem::ProblemBody),
        (status = 404, description = "No such organization in your scope.", body = shared::http::problem::ProblemBody),
        (status = 409, description = "Taken.", body = shared::http::problem::ProblemBody)),
    security(("session" = [])))]
async fn post_user(
    State(app): State<App>,
    Signed(visit): Signed,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Problem> {
    visit.actor.needs(shared::domain::role::permission::USERS_CREATE)?;
    let bytes = body.bytes.clone();
    let (asked, password) = asked::read(body.fields, &visit.call.settings)?;
    may_ask(&visit.actor, asked.login.account_type, password.is_some())?;
    let once = once(&app, &headers, &visit.actor, "POST /v1/users", &bytes).await?;
    // As it is made: the visit may be read again meanwhile.
    let mut maker = visit.clone();
    let (made, change) = once.make(&app, create(&app, &mut maker, asked, password, &once)).await?;
    let answer = flow::answer(&app, &visit, made, &change, StatusCode::CREATED).await?;
    Ok(door::located(answer, &format!("/v1/contacts/{made}")))
}

type Made = (shared::domain::id::ContactId, shared::domain::change::Change);

async fn create(
    app: &App,
    visit: &mut Visit,
    mut asked: NewUser,
    password: Option<FirstPassword>,
    once: &Once,
) -> Result<Made, Problem> {
    if let Some(first) = password {
        let found = organization(app, &asked).await?;
        if let Some(organization) = &found {
            visit.actor.must_reach(&organization.value)?;
        }
        let name = match (&found, &asked.organization) {
            (Some(organization), _) => organization.value.name.as_str(),
            (None, Organizations::Numbered(_, name)) => name.as_str(),
            (None, Organizations::Existing(_)) => return Err(Problem::not_found()),
        };
        let settings = &visit.call.settings;
        let context = asked::context(&asked, name, settings);
        let hash = flow::checked(app, settings, "credential.password", &first.password, &context).await?;
        asked.login.credential = Credential::Password { hash, must_change: first.must_change };
    }
    let made = shared::decide!(app, as visit, {
        let found = find(app, &asked, &visit.call.settings).await?;
        let (id, mut change) = match create_user(&asked, &found, &visit.actor, &visit.call.moment()) {
            Ok(made) => made,
            Err(Refusal::EmailTaken { user, contacts }) => {
                return Err(flow::email_taken(app, visit, user, &contacts).await?);
            }
            Err(refusal) => return Err(refusal.into()),
        };
        once.settle(&mut change, id);
        (id, change)
    });
    Ok(made)
}

/// What is there already. As much is read for an email that nobody has as for one that somebody has.
async fn find(app: &App, asked: &NewUser, settings: &Settings) -> Result<Found, Problem> {
    let organization = organization(app, asked).await?;
    Ok(Found { organization, known: flow::known(app, &asked.login, settings).await? })
}

async fn organization(
    app: &App,
    asked: &NewUser,
) -> Result<Option<Stored<shared::domain::organization::Organization>>, Problem> {
    Ok(match &asked.organization {
        Organizations::Existing(id) => app.store.organization(*id).await?,
        Organizations::Numbered(number, _) => {
            app.store.organization_numbered(asked.login.account_type.organization_type(), number).await?
        }
    })
}
