//! Changing the email that one signs in with: asked for here with the password, confirmed by a link that goes to the new one
//! (requirements L5, L13, `security.md` SE-11).

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use shared::app::App;
use shared::domain::counter::CounterKind;
use shared::domain::email::{Email, LoginKey};
use shared::domain::password::Password;
use shared::domain::rules::email_change::{EMAIL_CHANGES, ask, by_user, to_address};
use shared::flow::Flood;
use shared::http::fields::given;
use shared::http::problem::ProblemBody;
use shared::http::signed::Visit;
use shared::http::views::NothingView;
use shared::http::{JsonBody, Problem, Signed, door};
use utoipa::ToSchema;

use crate::password::{Proven, prove};

/// Another email to sign in with.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct ChangeEmail {
    /// The new email.
    email: String,
    /// The password.
    current_password: String,
}

/// Asks for another email to sign in with. A link goes to it; until that is confirmed by signing in, nothing changes.
#[utoipa::path(post, path = "/v1/session/email", tag = "sessions", operation_id = "change_email",
    request_body = ChangeEmail,
    responses(
        (status = 202, description = "A link is on its way to the new email.", body = NothingView),
        (status = 400, description = "Fields are missing or wrong.", body = ProblemBody),
        (status = 401, description = "Nobody is signed in.", body = ProblemBody),
        (status = 403, description = "The present password is not right.", body = ProblemBody),
        (status = 429, description = "Too many requests.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn post_email(
    State(app): State<App>,
    Signed(visit): Signed,
    body: JsonBody,
) -> Result<Response, Problem> {
    let mut fields = body.fields;
    let email = fields.required("email", Email::parse);
    let current = fields.required_text("current_password");
    fields.finish()?;
    change(&app, &visit, &given(email)?, &Password::new(&given(current)?)).await?;
    Ok(door::json(StatusCode::ACCEPTED, &NothingView {}))
}

/// Asks for another email for the visitor.
pub(crate) async fn change(app: &App, visit: &Visit, email: &Email, current: &Password) -> Result<(), Problem> {
    let proof = prove(app, visit, current).await?;
    let mut visit = visit.clone();
    shared::decide!(app, as visit, {
        let Proven { account, user, .. } = proof.still(app, &visit).await?;
        let (at, origin) = (visit.call.moment(), visit.call.origin);
        let [source, overall] = origin.requests(at.now);
        let counters = [by_user(user.value.id, at.now), to_address(email, at.now), source, overall];
        let (_, counts) = app.store.login(LoginKey::from(email), &counters).await?;
        if counts[0] >= EMAIL_CHANGES {
            return Err(Problem::too_many(CounterKind::EmailChanges.seconds_left(at.now)));
        }
        Flood::Requests.must_not_be(&counts[2..], &visit.call)?;
        ((), ask(email, &account, &user, counts[1], origin, &visit.actor, &at)?)
    });
    Ok(())
}
