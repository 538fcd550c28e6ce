//! Who is signed in: one consistent read, held against the records as they are now (requirement P7).

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{Method, StatusCode};

use super::call::Call;
use super::{Problem, cookies, csrf};
use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::change::{Change, Stored};
use crate::domain::contact::Contact;
use crate::domain::organization::Organization;
use crate::domain::rules::preview::goes_on;
use crate::domain::session::{Session, SessionToken};
use crate::domain::user::User;
use crate::domain::wording::MailLanguage;

/// Somebody signed in, with the records that say so.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The call.
    pub call: Call,
    /// The session.
    pub session: Stored<Session>,
    /// Who.
    pub user: Stored<User>,
    /// With which access.
    pub contact: Stored<Contact>,
    /// Where.
    pub organization: Stored<Organization>,
    /// Who, for the domain.
    pub actor: Actor,
    token: SessionToken,
}

impl Visit {
    /// Who a token lets in now: one consistent read.
    async fn read(app: &App, call: Call, token: SessionToken) -> Result<Self, Problem> {
        let found = app.store.session(&token).await?;
        let (session, user, contact, organization) = found.ok_or_else(Problem::unauthenticated)?;
        let good = session.value.opens_with(&token)
            && session.value.is_good(&user.value, &contact.value, &organization.value, &call.settings, call.now);
        if let Some(previewer) = session.value.preview.as_ref().filter(|_| good) {
            let own = app.store.previewer(previewer).await?;
            let looks_on = own.is_some_and(|own| goes_on(&own, &call.settings, call.now));
            if !looks_on {
                return Err(Problem::unauthenticated());
            }
        }
        let access = contact.value.access.as_ref().filter(|_| good).ok_or_else(Problem::unauthenticated)?;
        let actor = Actor::new(contact.value.id, organization.value.id, access, &call.settings);
        Ok(Self { call, session, user, contact, organization, actor, token })
    }

    /// Whether the person can do nothing but change the password (requirement P2). Whoever looks on sees what comes after.
    pub fn must_change_password(&self) -> bool {
        self.user.value.must_change_password && self.session.value.preview.is_none()
    }

    /// The language of their pages: the contact's where it is known and there are any in it, else as the browser asks.
    pub fn language(&self) -> MailLanguage {
        MailLanguage::of(self.contact.value.details.language.as_ref(), self.call.language)
    }

    /// Refuses whoever can do nothing but change the password.
    ///
    /// # Errors
    /// `403 password_change_required`.
    pub fn must_be_free(&self) -> Result<(), Problem> {
        if self.must_change_password() {
            return Err(Problem::password_change_required());
        }
        Ok(())
    }

    /// Reads the records again as they are now.
    ///
    /// # Errors
    /// `401` where the visit is over.
    pub async fn read_again(&mut self, app: &App) -> Result<(), Problem> {
        // What changed may be the settings: a role that is gone, say.
        app.forget_settings();
        let mut call = self.call.clone();
        call.settings = app.settings().await?;
        *self = Self::read(app, call, self.token.clone()).await?;
        Ok(())
    }
}

/// Somebody signed in who need not change their password first (requirement P2).
#[derive(Debug, Clone)]
pub struct Signed(pub Visit);

impl FromRequestParts<App> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let call = Call::from_request_parts(parts, app).await?;
        let bearer = parts.headers.get(AUTHORIZATION);
        let token = match bearer {
            Some(value) => {
                let value = value.to_str().ok().and_then(|value| value.split_once(' '));
                value.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim())
            }
            None => cookies::session(&parts.headers, call.is_secure()),
        };
        let token = token.and_then(SessionToken::parse).ok_or_else(Problem::unauthenticated)?;
        let mut visit = Self::read(app, call, token).await?;
        // A page's session of one site is nobody's at another (`security.md` AZ-07). A portal that calls with a token
        // reads the site in the session.
        let host_site = visit.call.host_site;
        if bearer.is_none() && host_site.is_some() && host_site != visit.session.value.site {
            return Err(Problem::unauthenticated());
        }
        if bearer.is_none() && csrf::is_change(&parts.method) && !csrf::is_same_origin(&parts.headers, false) {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "cross_site",
                "This must be asked for from a page of this site.",
            ));
        }
        // A preview looks on, and ends (requirement A8).
        let ends = [(Method::DELETE, "/v1/session"), (Method::POST, "/sign-out"), (Method::POST, "/sign-in")]
            .contains(&(parts.method.clone(), parts.uri.path()));
        if visit.session.value.preview.is_some() && csrf::is_change(&parts.method) && !ends {
            return Err(Problem::new(StatusCode::FORBIDDEN, "preview_read_only", "Nothing is changed in a preview."));
        }
        let now = visit.call.now;
        if visit.session.value.wants_touch(now) {
            let touched = Session { used_at: now, ..visit.session.value.clone() };
            let mut change = Change::none();
            change.update(&visit.session, touched.clone());
            // Somebody else's touch at the same moment does as well; a table that refuses costs an earlier end.
            if app.store.commit(&change, now).await.is_ok() {
                visit.session = Stored { value: touched, rev: visit.session.rev + 1 };
            }
        }
        Ok(visit)
    }
}

impl FromRequestParts<App> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let visit = Visit::from_request_parts(parts, app).await?;
        visit.must_be_free()?;
        Ok(Self(visit))
    }
}

/// A form that is sent by whoever holds a link: the link's token is the authority, so that what a browser leaves unsaid, or says as
/// `null` for want of a referrer, is let be (`api.md`). What it says another site sent is refused.
#[derive(Debug)]
pub struct HoldersForm;

impl<S: Send + Sync> FromRequestParts<S> for HoldersForm {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if csrf::is_foreign(&parts.headers) { Err(cross_site()) } else { Ok(Self) }
    }
}

/// A form posted to a page, which no other site may do on somebody's behalf (`security.md` XS-02).
#[derive(Debug, Clone, Copy)]
pub struct OwnForm;

impl<S: Send + Sync> FromRequestParts<S> for OwnForm {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if csrf::is_same_origin(&parts.headers, true) { Ok(Self) } else { Err(cross_site()) }
    }
}

fn cross_site() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "cross_site", "This must be sent from a page of this site.")
}
