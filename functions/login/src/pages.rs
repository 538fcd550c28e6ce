//! The pages around signing in. They work without scripts; the session is in a cookie that only they set.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::header::{HeaderName, HeaderValue, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use shared::app::App;
use shared::domain::id::SiteId;
use shared::domain::password::Password;
use shared::flow::{self, Attempt};
use shared::http::pages::{ForgotPassword, Frame, SignIn, SignedOut, page, see_other};
use shared::http::signed::{OwnForm, Visit};
use shared::http::{Call, Form, Problem, cookies, told};

use crate::{preview, sessions};

/// The start: one's own account, which asks to sign in first.
pub(crate) async fn home() -> Response {
    see_other("/account")
}

/// The site in `?site=`, where it is one.
fn asked_site(call: &Call, query: Option<&str>) -> Option<SiteId> {
    let id = query?.split('&').find_map(|pair| pair.strip_prefix("site="))?;
    known_site(call, id)
}

fn known_site(call: &Call, id: &str) -> Option<SiteId> {
    id.parse().ok().filter(|id| call.settings.site(*id).is_some())
}

/// The sign-in page. Whoever comes here from a preview that is over goes on as themselves.
pub(crate) async fn sign_in(call: Call, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    if let Some(back) = preview::back(&headers, call.is_secure(), "/console") {
        return back;
    }
    let site = asked_site(&call, query.as_deref()).map(|site| site.to_string()).unwrap_or_default();
    page(StatusCode::OK, &SignIn::new(&Frame::of(&call, call.language), "", &site, None, None))
}

/// Signs in and goes on to the account. The session that the browser held until now ends (`security.md` SE-02).
pub(crate) async fn post_sign_in(
    State(app): State<App>,
    _: OwnForm,
    call: Call,
    before: Result<Visit, Problem>,
    headers: HeaderMap,
    Form(mut fields): Form,
) -> Result<Response, Problem> {
    let login = fields.text("login").unwrap_or_default();
    let password = Password::new(&fields.text("password").unwrap_or_default());
    let site_text = fields.text("site").unwrap_or_default();
    fields.finish()?;
    let secure = call.is_secure();
    let site = known_site(&call, &site_text).or(call.host_site);
    let device = cookies::device(&headers, secure, &app.keys());
    match flow::sign_in(&app, &call, &Attempt { login: &login, password, site, device, offer: None }).await {
        Ok(signed_in) => {
            if let Ok(before) = before {
                sessions::end(&app, &before, before.session.value.id).await?;
            }
            let mut answer = see_other("/account");
            let session = cookies::set_session(&signed_in.token.reveal(), secure);
            answer.headers_mut().append(SET_COOKIE, session);
            if cookies::behind(&headers, secure).is_some() {
                answer.headers_mut().append(SET_COOKIE, cookies::clear_behind(secure));
            }
            if device.is_none_or(|(user, _)| user != signed_in.user.id) {
                answer.headers_mut().append(SET_COOKIE, cookies::set_device(signed_in.user.id, secure, &app.keys()));
            }
            Ok(answer)
        }
        Err(problem) if problem.status.is_client_error() => {
            let site = site_text.parse::<SiteId>().map(|site| site.to_string()).unwrap_or_default();
            let error = match problem.status {
                StatusCode::UNAUTHORIZED => call.language.t(
                    "That did not work. Check the email or user ID and the password. After several failures, wait a while or use “Forgot your password?”.",
                ),
                _ => told::problem(&problem, call.language),
            };
            let frame = Frame::of(&call, call.language);
            Ok(problem.dress(page(problem.status, &SignIn::new(&frame, &login, &site, Some(error), None))))
        }
        Err(problem) => Err(problem),
    }
}

/// Signs out: the session ends here and in the table. Whoever ends a preview goes on as themselves.
pub(crate) async fn post_sign_out(
    State(app): State<App>,
    _: OwnForm,
    call: Call,
    headers: HeaderMap,
    visit: Result<Visit, Problem>,
) -> Result<Response, Problem> {
    let language = match visit {
        Ok(visit) => {
            let session = &visit.session.value;
            sessions::end(&app, &visit, session.id).await?;
            let to = format!("/console/contacts/{}", session.contact);
            let back = session.preview.as_ref().and_then(|_| preview::back(&headers, call.is_secure(), &to));
            if let Some(back) = back {
                return Ok(back);
            }
            visit.language()
        }
        // A preview that was over before it was left.
        Err(problem) if problem.status == StatusCode::UNAUTHORIZED => {
            if let Some(back) = preview::back(&headers, call.is_secure(), "/console") {
                return Ok(back);
            }
            call.language
        }
        Err(problem) => return Err(problem),
    };
    let frame = Frame::of(&call, language);
    let mut answer = page(StatusCode::OK, &SignedOut::new(&frame, &frame.login_url));
    answer.headers_mut().append(SET_COOKIE, cookies::clear_session(call.is_secure()));
    answer.headers_mut().append(SET_COOKIE, cookies::clear_behind(call.is_secure()));
    answer
        .headers_mut()
        .insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(answer)
}

/// The page for those who forgot their password.
pub(crate) async fn forgot_password(call: Call, RawQuery(query): RawQuery) -> Response {
    let site = asked_site(&call, query.as_deref()).map(|site| site.to_string()).unwrap_or_default();
    page(StatusCode::OK, &ForgotPassword::new(&Frame::of(&call, call.language), "", &site, None, false))
}

/// Asks for a link. The answer is always the same.
pub(crate) async fn post_forgot_password(
    State(app): State<App>,
    _: OwnForm,
    call: Call,
    Form(mut fields): Form,
) -> Result<Response, Problem> {
    let login = fields.text("login").unwrap_or_default();
    let site_text = fields.text("site").unwrap_or_default();
    fields.finish()?;
    let site = known_site(&call, &site_text);
    let shown = site.map(|site| site.to_string()).unwrap_or_default();
    let frame = Frame::of(&call, call.language);
    if login.trim().is_empty() {
        let error = Some(call.language.t("Type your email or your user ID."));
        return Ok(page(StatusCode::BAD_REQUEST, &ForgotPassword::new(&frame, "", &shown, error, false)));
    }
    flow::request_link(&app, &call, &login, site).await?;
    Ok(page(StatusCode::OK, &ForgotPassword::new(&frame, &login, &shown, None, true)))
}
