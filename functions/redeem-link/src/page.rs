//! The page behind a link. Opening it does nothing, by whatever method; only its form does (requirement L4).

use axum::extract::{FromRequest, FromRequestParts, Path, Request, State as AppState};
use axum::response::Response;
use http::header::SET_COOKIE;
use http::{Method, StatusCode};
use shared::app::App;
use shared::domain::link::{Link, Purpose, State};
use shared::domain::password::Password;
use shared::flow;
use shared::http::pages::{
    self, Frame, LinkAccept, LinkConfirmEmail, LinkDone, LinkOver, LinkRenewed, LinkSetPassword, LinkUnknown, page,
};
use shared::http::signed::HoldersForm;
use shared::http::{Call, Form, Problem, cookies, told};

use crate::reading::{self, Shown};

/// The page, and its forms.
pub(crate) async fn link(
    AppState(app): AppState<App>,
    call: Call,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let Some(shown) = reading::read(&app, &call, &token).await? else {
        let frame = Frame::of(&call, call.language);
        return Ok(page(StatusCode::NOT_FOUND, &LinkUnknown::new(&frame, &frame.login_url)));
    };
    let lang = shown.language(&call);
    let frame = Frame::of(&call, lang);
    let view = View { frame: &frame, token: &token, minimum: call.settings.password_minimum };
    if request.method() != Method::POST {
        return Ok(view.show(StatusCode::OK, &shown, Vec::new(), None, ""));
    }
    view.posted(&app, &call, shown, request).await.map_err(|problem| problem.to_reader_of(lang))
}

struct View<'a> {
    frame: &'a Frame,
    token: &'a str,
    minimum: u32,
}

impl View<'_> {
    /// What became of a form.
    async fn posted(&self, app: &App, call: &Call, shown: Shown, request: Request) -> Result<Response, Problem> {
        let (frame, lang) = (self.frame, self.frame.lang);
        let headers = request.headers().clone();
        let (mut parts, body) = request.into_parts();
        HoldersForm::from_request_parts(&mut parts, app).await?;
        let Form(mut fields) = Form::from_request(Request::from_parts(parts, body), app).await?;
        let action = fields.text("action");
        match action.as_deref().unwrap_or("redeem") {
            "renew" => {
                fields.finish()?;
                reading::renew(app, call, self.token).await?;
                Ok(page(StatusCode::OK, &LinkRenewed::new(frame, &frame.login_url, shown.purpose.as_str())))
            }
            "accept" if !shown.sets_password() => {
                let login = fields.text("login").unwrap_or_default();
                let password = Password::new(&fields.text("password").unwrap_or_default());
                fields.finish()?;
                let device = cookies::device(&headers, call.is_secure(), &app.keys());
                match reading::confirm(app, call, &shown, &login, password, device).await {
                    Ok(()) => Ok(page(StatusCode::OK, &LinkDone::new(frame, &frame.login_url, shown.purpose.as_str()))),
                    Err(problem) if problem.status == StatusCode::UNAUTHORIZED => Ok(self.show(
                        StatusCode::UNAUTHORIZED,
                        &shown,
                        Vec::new(),
                        Some(told::problem(&problem, lang)),
                        &login,
                    )),
                    Err(problem) if ["email_taken", "password_change_required"].contains(&problem.code) => {
                        Ok(self.show(problem.status, &shown, Vec::new(), Some(told::problem(&problem, lang)), &login))
                    }
                    Err(problem) => self.refused(app, call, problem).await,
                }
            }
            "redeem" => {
                let password = flow::new_password(&mut fields);
                let outcome = match (fields.finish(), password) {
                    (Ok(()), Some(password)) => reading::redeem(app, call, &shown, &password).await,
                    (Err(problem), _) => Err(problem),
                    (Ok(()), None) => Err(Problem::invalid(Vec::new())),
                };
                match outcome {
                    Ok(()) => Ok(self.done(app, call, &shown)),
                    Err(problem) if problem.status == StatusCode::BAD_REQUEST && shown.state == State::Valid => {
                        let faults =
                            problem.errors.iter().map(|fault| told::fault(fault, self.minimum, lang)).collect();
                        Ok(self.show(StatusCode::BAD_REQUEST, &shown, faults, None, ""))
                    }
                    Err(problem) => self.refused(app, call, problem).await,
                }
            }
            _ => Err(Problem::new(StatusCode::BAD_REQUEST, "invalid", "This form is none of this page's.")),
        }
    }

    /// What the link is for, or that it is over: before anything is asked for (requirement L6).
    fn show(
        &self,
        status: StatusCode,
        shown: &Shown,
        faults: Vec<String>,
        error: Option<&str>,
        login: &str,
    ) -> Response {
        let (frame, token) = (self.frame, self.token);
        if shown.state != State::Valid {
            let (purpose, state) = (shown.purpose.as_str(), shown.state.as_str());
            let over = LinkOver::new(frame, token, purpose, state, shown.can_be_renewed(), &frame.login_url);
            return page(StatusCode::GONE, &over);
        }
        let expires_at = shown.link.as_ref().and_then(|link| Link::expires_at(&link.value));
        let expires_at = expires_at.map(|at| pages::Shown::told(at, frame.lang));
        if shown.purpose == Purpose::EmailChange {
            let to = shown.link.as_ref().map_or("", |link| link.value.to.as_str());
            return page(status, &LinkConfirmEmail::new(frame, token, to, expires_at, error, login));
        }
        if !shown.sets_password() {
            let organization = shown.account.as_ref().map_or("", |account| account.organization.value.name.as_str());
            let accept = LinkAccept::new(frame, token, organization, &frame.login_url, expires_at, error, login);
            return page(status, &accept);
        }
        page(status, &LinkSetPassword::new(frame, token, shown.wording(), expires_at, self.minimum, faults))
    }

    /// Done: where to sign in now and later. The browser is known as the owner's from here on (requirement P8).
    fn done(&self, app: &App, call: &Call, shown: &Shown) -> Response {
        let account = shown.account.as_ref();
        let login_url = account.map_or_else(
            || self.frame.login_url.clone(),
            |account| {
                call.settings
                    .home(account.access().and_then(|access| access.site), &account.organization.value)
                    .login_url()
            },
        );
        let mut answer = page(StatusCode::OK, &LinkDone::new(self.frame, &login_url, shown.wording()));
        if let Some(link) = &shown.link {
            let device = cookies::set_device(link.value.user, call.is_secure(), &app.keys());
            answer.headers_mut().append(SET_COOKIE, device);
        }
        answer
    }

    /// A refusal: where the link is over by now, its page says so.
    async fn refused(&self, app: &App, call: &Call, problem: Problem) -> Result<Response, Problem> {
        if problem.status != StatusCode::GONE {
            return Err(problem);
        }
        match reading::read(app, call, self.token).await? {
            Some(shown) => Ok(self.show(StatusCode::GONE, &shown, Vec::new(), None, "")),
            None => Err(problem),
        }
    }
}
