//! Changing one's own password, having shown the present one (`security.md` PW-11).

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use shared::app::App;
use shared::domain::account::Account;
use shared::domain::change::Stored;
use shared::domain::fault::{Fault, Refusal};
use shared::domain::lockout::Attempts;
use shared::domain::password::{Password, PasswordHash};
use shared::domain::rules::passwords::{change_password, guesses_key, wrong_password};
use shared::domain::session::Session;
use shared::domain::user::User;
use shared::flow::{self, NewPassword};
use shared::http::fields::given;
use shared::http::problem::ProblemBody;
use shared::http::signed::Visit;
use shared::http::{JsonBody, Problem, door};
use utoipa::ToSchema;

/// A password to be changed.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct ChangePassword {
    /// The present password.
    current_password: String,
    /// The new one.
    password: String,
    /// The same again.
    confirm_password: String,
}

/// Changes one's own password. Every other session ends.
#[utoipa::path(put, path = "/v1/session/password", tag = "sessions", operation_id = "change_password",
    request_body = ChangePassword,
    responses(
        (status = 204, description = "Changed."),
        (status = 400, description = "Fields are missing or wrong, or the password is not accepted.", body = ProblemBody),
        (status = 401, description = "Nobody is signed in.", body = ProblemBody),
        (status = 403, description = "The present password is not right.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn put_password(State(app): State<App>, visit: Visit, body: JsonBody) -> Result<Response, Problem> {
    let mut fields = body.fields;
    let current = fields.required_text("current_password");
    let password = flow::new_password(&mut fields);
    fields.finish()?;
    change(&app, &visit, &Password::new(&given(current)?), &given(password)?).await?;
    Ok(door::empty(StatusCode::NO_CONTENT))
}

/// What was typed, held against the visitor's password and found right: the account, and the hash that it was held against.
pub(crate) struct Proof {
    /// The account as it was then.
    pub account: Account,
    present: Option<PasswordHash>,
}

/// Holds what was typed as the present password against it. A wrong guess is counted (`security.md` PW-11).
pub(crate) async fn prove(app: &App, visit: &Visit, typed: &Password) -> Result<Proof, Problem> {
    let at = visit.call.moment();
    let (account, user, guesses) = read(app, visit).await?;
    let locked = is_locked(guesses.as_ref(), visit);
    let present = user.value.password.clone();
    let against = present.as_ref().filter(|_| !locked);
    let keys = match against {
        Some(hash) => app.keyring.keys_with(hash.pepper).await,
        None => app.keys(),
    };
    if !app.hasher.verify(&keys, typed, against).await?.matches {
        shared::decide!(app, {
            let (account, _, guesses) = read(app, visit).await?;
            ((), wrong_password(&account, &visit.session.value, guesses.as_ref(), &visit.actor, &at))
        });
        return Err(wrong());
    }
    Ok(Proof { account, present })
}

/// What a change is decided on after the password was shown to be right, read again.
pub(crate) struct Proven {
    /// The account.
    pub account: Account,
    /// Its user.
    pub user: Stored<User>,
    /// Guesses at the present password.
    pub guesses: Option<Stored<Attempts>>,
    /// The session that asks.
    pub session: Stored<Session>,
}

impl Proof {
    /// Reads again what a change is decided on, and holds it against what was proven.
    pub(crate) async fn still(&self, app: &App, visit: &Visit) -> Result<Proven, Problem> {
        let (account, user, guesses) = read(app, visit).await?;
        let session = app.store.session_of(visit.session.value.user, visit.session.value.id).await?;
        let session = session.ok_or_else(Problem::unauthenticated)?;
        // Guesses that were under way at once: those past the limit get no true answer (requirement P8).
        if is_locked(guesses.as_ref(), visit) {
            return Err(wrong());
        }
        if user.value.password != self.present {
            // Changed meanwhile: by this session itself, or by somebody whose change ended it.
            let own = session.value.user_epoch == user.value.epoch;
            return Err(if own { wrong() } else { Problem::unauthenticated() });
        }
        Ok(Proven { account, user, guesses, session })
    }
}

/// Changes the visitor's password.
pub(crate) async fn change(
    app: &App,
    visit: &Visit,
    current: &Password,
    password: &NewPassword,
) -> Result<(), Problem> {
    let proof = prove(app, visit, current).await?;
    if password.is(current) {
        let fault = Fault::new("password", "unchanged", "The new password must be another than the current one.");
        return Err(Refusal::PasswordRejected(vec![fault]).into());
    }
    let settings = &visit.call.settings;
    let context = flow::context(&proof.account, settings);
    let hash = flow::checked(app, settings, "password", password, &context).await?;
    let at = visit.call.moment();
    shared::decide!(app, {
        let Proven { account, user, guesses, session } = proof.still(app, visit).await?;
        ((), change_password(&account, &user, &session, guesses.as_ref(), hash.clone(), &visit.actor, &at))
    });
    Ok(())
}

fn wrong() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "wrong_password", "The current password is not right.")
}

fn is_locked(guesses: Option<&Stored<Attempts>>, visit: &Visit) -> bool {
    let (lockout, now) = (visit.call.settings.lockout, visit.call.now);
    guesses.is_some_and(|guesses| guesses.value.locked_until(lockout, now).is_some())
}

type Read = (Account, Stored<User>, Option<Stored<Attempts>>);

async fn read(app: &App, visit: &Visit) -> Result<Read, Problem> {
    let account = app.store.account(visit.actor.contact).await?.ok_or_else(Problem::unauthenticated)?;
    let user = account.user.clone().ok_or_else(Problem::unauthenticated)?;
    let guesses = app.store.attempts(guesses_key(&visit.session.value)).await?;
    Ok((account, user, guesses))
}
