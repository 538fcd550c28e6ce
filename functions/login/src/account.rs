//! One's own account: who am I, my organizations, change password, change email.

use axum::extract::{FromRequest, RawQuery, Request, State};
use axum::response::Response;
use http::StatusCode;
use http::header::SET_COOKIE;
use shared::app::App;
use shared::domain::email::Email;
use shared::domain::id::ContactId;
use shared::domain::password::Password;
use shared::domain::role::permission;
use shared::flow;
use shared::http::pages::{Account, Frame, OwnSession, Shown, page, see_other};
use shared::http::signed::Visit;
use shared::http::{Fields, Form, Problem, cookies, told};

use crate::{email, password, sessions};

/// What became of a form.
#[derive(Debug, Default)]
struct Outcome {
    faults: Vec<String>,
    current_error: Option<String>,
    changed: bool,
    new_email: String,
    email_error: Option<String>,
    email_password_error: Option<String>,
    email_asked: bool,
    /// What was refused of switching.
    refused: Option<String>,
    /// A session was ended.
    ended: bool,
}

/// The page; whoever is not signed in is asked to sign in. `?done=changed` tells that the password was just changed.
pub(crate) async fn account(
    State(app): State<App>,
    visit: Result<Visit, Problem>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    match visit {
        Ok(visit) => {
            let outcome = Outcome { changed: query.as_deref() == Some("done=changed"), ..Outcome::default() };
            let shown = show(&app, &visit, StatusCode::OK, outcome).await;
            shown.map_err(|problem| problem.to_one_signed_in(visit.language()))
        }
        Err(problem) if problem.status == StatusCode::UNAUTHORIZED => Ok(see_other("/sign-in")),
        Err(problem) => Err(problem),
    }
}

/// Changes the password, or asks for another email.
pub(crate) async fn post_account(
    State(app): State<App>,
    visit: Result<Visit, Problem>,
    request: Request,
) -> Result<Response, Problem> {
    let visit = match visit {
        Ok(visit) => visit,
        Err(problem) if problem.status == StatusCode::UNAUTHORIZED => {
            return Ok(see_other("/sign-in"));
        }
        Err(problem) => return Err(problem),
    };
    let language = visit.language();
    posted(&app, visit, request).await.map_err(|problem| problem.to_one_signed_in(language))
}

async fn posted(app: &App, visit: Visit, request: Request) -> Result<Response, Problem> {
    let Form(mut fields) = Form::from_request(request, app).await?;
    match fields.text("action").as_deref().unwrap_or("password") {
        "password" => post_password(app, visit, fields).await,
        "email" => post_email(app, &visit, fields).await,
        "end_session" => post_end(app, &visit, fields).await,
        "switch" => post_switch(app, visit, fields).await,
        _ => Err(Problem::new(StatusCode::BAD_REQUEST, "invalid", "This form is none of this page's.")),
    }
}

async fn post_end(app: &App, visit: &Visit, mut fields: Fields) -> Result<Response, Problem> {
    visit.must_be_free()?;
    let session = fields.text("session").and_then(|id| id.parse().ok());
    fields.finish()?;
    sessions::end(app, visit, session.ok_or_else(Problem::not_found)?).await?;
    show(app, visit, StatusCode::OK, Outcome { ended: true, ..Outcome::default() }).await
}

async fn post_switch(app: &App, mut visit: Visit, mut fields: Fields) -> Result<Response, Problem> {
    visit.must_be_free()?;
    let contact = fields.text("contact").and_then(|id| id.parse().ok());
    fields.finish()?;
    let contact = contact.ok_or_else(Problem::not_found)?;
    if let Some(elsewhere) = elsewhere(app, &visit, contact).await? {
        let refused = visit.language().fill("That access is used at another site. Sign in there: {}", elsewhere);
        let outcome = Outcome { refused: Some(refused), ..Outcome::default() };
        return show(app, &visit, StatusCode::CONFLICT, outcome).await;
    }
    match sessions::switch(app, &mut visit, contact).await {
        Ok(switched) => {
            let mut answer = see_other("/account");
            let session = cookies::set_session(&switched.token.reveal(), visit.call.is_secure());
            answer.headers_mut().append(SET_COOKIE, session);
            Ok(answer)
        }
        Err(problem) if problem.status == StatusCode::CONFLICT => {
            let refused = told::problem(&problem, visit.language()).to_owned();
            let outcome = Outcome { refused: Some(refused), ..Outcome::default() };
            Ok(problem.dress(show(app, &visit, problem.status, outcome).await?))
        }
        Err(problem) => Err(problem),
    }
}

/// Where an access is used that is not used at this site: a page's session of one site is nobody's at another.
async fn elsewhere(app: &App, visit: &Visit, contact: ContactId) -> Result<Option<String>, Problem> {
    let settings = &visit.call.settings;
    let (Some(site), Some(place)) = (visit.call.host_site, app.store.place(contact).await?) else { return Ok(None) };
    let user = visit.user.value.id;
    let (contact, organization) = (&place.contact.value, &place.organization.value);
    let access = contact.access.as_ref().filter(|access| access.user == user);
    let other = access.filter(|access| !settings.is_valid_in(site, access.site, organization));
    Ok(other.map(|access| settings.home(access.site, organization).login_url()))
}

async fn post_email(app: &App, visit: &Visit, mut fields: Fields) -> Result<Response, Problem> {
    visit.must_be_free()?;
    let typed = fields.text("email").unwrap_or_default();
    let current = fields.text("current_password").unwrap_or_default();
    fields.finish()?;
    let lang = visit.language();
    let Ok(email) = Email::parse(&typed) else {
        let error = Some(lang.t("Type an email, such as ada@example.com.").to_owned());
        let outcome = Outcome { email_error: error, new_email: typed, ..Outcome::default() };
        return show(app, visit, StatusCode::BAD_REQUEST, outcome).await;
    };
    match email::change(app, visit, &email, &Password::new(&current)).await {
        Ok(()) => {
            let outcome = Outcome { email_asked: true, new_email: typed, ..Outcome::default() };
            show(app, visit, StatusCode::OK, outcome).await
        }
        Err(problem) if problem.status.is_client_error() && problem.status != StatusCode::UNAUTHORIZED => {
            let minimum = visit.call.settings.password_minimum;
            let error = match problem.errors.first() {
                Some(fault) => told::fault(fault, minimum, lang),
                None => told::problem(&problem, lang).to_owned(),
            };
            let error = Some(error);
            let (email_error, email_password_error) =
                if problem.code == "wrong_password" { (None, error) } else { (error, None) };
            let outcome = Outcome { email_error, email_password_error, new_email: typed, ..Outcome::default() };
            Ok(problem.dress(show(app, visit, problem.status, outcome).await?))
        }
        Err(problem) => Err(problem),
    }
}

async fn post_password(app: &App, visit: Visit, mut fields: Fields) -> Result<Response, Problem> {
    let current = fields.text("current_password").unwrap_or_default();
    let new = flow::new_password(&mut fields);
    let changed = match (fields.finish(), new) {
        (Ok(()), Some(new)) => password::change(app, &visit, &Password::new(&current), &new).await,
        (Err(problem), _) => Err(problem),
        (Ok(()), None) => Err(Problem::invalid(Vec::new())),
    };
    match changed {
        // What the page shows is read anew: the change touches this very session too.
        Ok(()) => Ok(see_other("/account?done=changed")),
        Err(problem) if problem.status == StatusCode::BAD_REQUEST => {
            let (minimum, lang) = (visit.call.settings.password_minimum, visit.language());
            let faults = problem.errors.iter().map(|fault| told::fault(fault, minimum, lang));
            let outcome = Outcome { faults: faults.collect(), ..Outcome::default() };
            show(app, &visit, StatusCode::BAD_REQUEST, outcome).await
        }
        Err(problem) if problem.code == "wrong_password" => {
            let error = told::problem(&problem, visit.language()).to_owned();
            let outcome = Outcome { current_error: Some(error), ..Outcome::default() };
            show(app, &visit, StatusCode::FORBIDDEN, outcome).await
        }
        Err(problem) => Err(problem),
    }
}

async fn show(app: &App, visit: &Visit, status: StatusCode, outcome: Outcome) -> Result<Response, Problem> {
    let lang = visit.language();
    let elsewhere: Vec<_> =
        visit.user.value.accesses.iter().filter(|access| access.contact != visit.contact.value.id).collect();
    let places: Vec<_> = elsewhere.iter().map(|access| access.organization).collect();
    let (places, sessions) = tokio::join!(app.store.organizations(&places), sessions::own(app, visit));
    let (places, sessions) = (places?, sessions?);
    let others = elsewhere.iter().filter_map(|access| {
        let place = places.iter().find(|place| place.value.id == access.organization)?;
        Some((access.contact.to_string(), place.value.name.to_string()))
    });
    let others = others.collect();
    let sessions = sessions.into_iter().map(|(session, place)| OwnSession {
        current: session.id == visit.session.value.id,
        organization: place.name.to_string(),
        since: Shown::told(session.id.made_at(), lang),
        used: Shown::told(session.used_at, lang),
        id: session.id.to_string(),
    });
    let (contact, user) = (&visit.contact.value, &visit.user.value);
    let roles = contact.access.iter().flat_map(|access| &access.roles).map(|role| told::role(role, lang)).collect();
    let frame = Frame::of(&visit.call, lang);
    let template = Account::new(
        &frame,
        contact.first_name.as_str(),
        contact.last_name.as_str(),
        user.login_email.as_str(),
        user.user_id.as_ref().map(shared::domain::email::UserId::as_str),
        visit.organization.value.name.as_str(),
        told::account_type(visit.actor.account_type, lang),
        roles,
        others,
        visit.session.value.preview.is_some(),
        visit.must_change_password(),
        visit.call.settings.password_minimum,
        outcome.faults,
        outcome.current_error.as_deref(),
        outcome.changed,
        &outcome.new_email,
        outcome.email_error.as_deref(),
        outcome.email_password_error.as_deref(),
        outcome.email_asked,
        sessions.collect(),
        outcome.refused.as_deref(),
        outcome.ended,
        work(visit),
    );
    Ok(page(status, &template))
}

/// Where one's own work in the console begins.
fn work(visit: &Visit) -> Option<&'static str> {
    let may = |permission| visit.actor.needs(permission).is_ok();
    if visit.must_change_password() {
        None
    } else if may(permission::CONTACTS_READ) {
        Some("/console")
    } else {
        // Who may create users and no more (requirement U5).
        may(permission::USERS_CREATE).then_some("/console/new-user")
    }
}
