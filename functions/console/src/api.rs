//! The API as these pages ask it: the functions' own routes, in this process, with the caller's own session.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_TYPE, COOKIE, HOST, HeaderName, IF_MATCH};
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderValue, Method, Request, StatusCode};
use lambda_http::request::RequestContext;
use serde_json::Value;
use shared::app::App;
use shared::domain::id::OrganizationId;
use shared::domain::wording::MailLanguage;
use shared::http::call::RequestId;
use shared::http::pages::see_other;
use shared::http::signed::Visit;
use shared::http::source::Peer;
use shared::http::{Problem, told};
use tower::ServiceExt as _;

use crate::frame::{Place, Shell};
use crate::reader::Reader;
use crate::words::answered;

/// Most bytes of an answer.
const MOST_BYTES: usize = 4 << 20;

/// How long, and how often, the answer to a form is waited for that was sent already.
const WAIT: Duration = Duration::from_millis(250);
const WAITS: usize = 20;

/// What the pages ask for.
static ROUTES: LazyLock<Router<App>> = LazyLock::new(|| {
    [
        create_user::routes(),
        directory::routes(),
        grant_access::routes(),
        read_audit::routes(),
        send_reset::routes(),
        settings::routes(),
        toggle_login::routes(),
    ]
    .into_iter()
    .fold(Router::new(), Router::merge)
});

/// Who asks, from where, and by which request.
#[derive(Debug)]
pub(crate) struct Api {
    app: App,
    /// Who is signed in.
    pub(crate) visit: Visit,
    place: Place,
    headers: HeaderMap,
    extensions: Extensions,
}

impl FromRequestParts<App> for Api {
    type Rejection = Response;

    /// Whoever is not signed in is asked to sign in; whoever has to choose another password does that first. A form that
    /// another site sends is refused (`security.md` XS-01), so that what is asked of the API is of this origin.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visit = match Visit::from_request_parts(parts, app).await {
            Ok(visit) if visit.must_change_password() => return Err(see_other("/account")),
            Ok(visit) => visit,
            Err(problem) if problem.status == StatusCode::UNAUTHORIZED => return Err(see_other("/sign-in")),
            Err(problem) => return Err(problem.into_response()),
        };
        let mut headers = HeaderMap::new();
        parts.extensions.get::<Reader>().map(|reader| reader.0.set(visit.language()));
        for name in [COOKIE, HOST] {
            if let Some(value) = parts.headers.get(&name) {
                headers.insert(name, value.clone());
            }
        }
        headers.insert(HeaderName::from_static("sec-fetch-site"), HeaderValue::from_static("same-origin"));
        let place = Place::of(parts.uri.path());
        Ok(Self { app: app.clone(), visit, place, headers, extensions: origin(&parts.extensions) })
    }
}

/// Where a request comes from, and its id: all of it that another one passes on.
fn origin(of: &Extensions) -> Extensions {
    let mut extensions = Extensions::new();
    of.get::<RequestContext>().map(|context| extensions.insert(context.clone()));
    of.get::<Peer>().map(|peer| extensions.insert(*peer));
    of.get::<RequestId>().map(|id| extensions.insert(id.clone()));
    extensions
}

/// An id that is to stand in a path; what could not be one is nobody's, and leads to no other path.
pub(crate) fn id(text: &str) -> Result<&str, Problem> {
    let is_one = text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if is_one && !text.is_empty() { Ok(text) } else { Err(Problem::not_found()) }
}

/// What is sent along.
#[derive(Debug, Clone)]
enum Content {
    Json(Value),
    Image(Bytes),
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    method: Method,
    path: String,
    body: Option<Content>,
    headers: Vec<(HeaderName, String)>,
}

impl Ask {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), body: None, headers: Vec::new() }
    }

    /// With these parameters, but for those that are empty.
    pub(crate) fn query(mut self, parameters: &[(&str, &str)]) -> Self {
        let given = parameters.iter().filter(|(_, value)| !value.is_empty());
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
        if !query.is_empty() {
            self.path = format!("{}?{query}", self.path);
        }
        self
    }

    pub(crate) fn body(mut self, body: Value) -> Self {
        self.body = Some(Content::Json(body));
        self
    }

    /// With an image, of whatever kind it turns out to be.
    pub(crate) fn image(mut self, image: Bytes) -> Self {
        self.body = Some(Content::Image(image));
        self
    }

    /// Once, however often the form is sent.
    pub(crate) fn once(mut self, key: &str) -> Self {
        self.headers.push((HeaderName::from_static("idempotency-key"), key.to_owned()));
        self
    }

    /// Only where it is still of the version that was read.
    pub(crate) fn matching(mut self, version: u32) -> Self {
        self.headers.push((IF_MATCH, format!("\"{version}\"")));
        self
    }
}

/// What organizations are called: an id, and a name.
#[derive(Debug, Default)]
pub(crate) struct OrganizationNames(Vec<(String, String)>);

impl OrganizationNames {
    /// That of the organization which an answer names; empty where it is not known.
    pub(crate) fn of(&self, item: &Value) -> String {
        let id = &item["organization"];
        self.0.iter().find(|(known, _)| id == known).map(|(_, name)| name.clone()).unwrap_or_default()
    }
}

impl Api {
    /// What the organizations of these are called, in one read for each hundred. Staff may see them all; to anybody else contacts
    /// are listed of one organization, which goes without saying.
    ///
    /// # Errors
    /// The table is unavailable.
    pub(crate) async fn organizations_of(
        &self,
        items: impl IntoIterator<Item = &Value>,
    ) -> Result<OrganizationNames, Problem> {
        if !self.visit.actor.is_staff() {
            return Ok(OrganizationNames::default());
        }
        let ids = items.into_iter().filter_map(|item| item["organization"].as_str()?.parse().ok());
        let ids: BTreeSet<OrganizationId> = ids.collect();
        let found = self.app.store.organizations(&Vec::from_iter(ids)).await?;
        let named = found.into_iter().map(|it| (it.value.id.to_string(), it.value.name.to_string()));
        Ok(OrganizationNames(named.collect()))
    }

    /// The organization of this id, in the reader's scope.
    ///
    /// # Errors
    /// As the API refuses.
    pub(crate) async fn organization(&self, organization: &str) -> Result<Value, Problem> {
        self.ask(Ask::get(format!("/v1/organizations/{}", id(organization)?))).await
    }

    /// What stands around the page that is asked for.
    pub(crate) fn shell(&self) -> Shell {
        Shell::of(&self.visit, self.place)
    }

    /// The language of what is shown to them.
    pub(crate) fn lang(&self) -> MailLanguage {
        self.visit.language()
    }

    /// What the API answered, in that language where it has words for it.
    pub(crate) fn told(&self, answer: &str) -> String {
        answered(answer, self.lang()).unwrap_or_else(|| answer.to_owned())
    }

    /// What went wrong.
    pub(crate) fn problem(&self, problem: &Problem) -> String {
        let told = answered(&problem.detail, self.lang());
        told.unwrap_or_else(|| told::problem(problem, self.lang()).to_owned())
    }

    /// What is asked from now on knows the settings, sites and roles as they are, not as another instance left them some
    /// seconds ago: whoever edits them sees their own edit.
    pub(crate) fn afresh(&self) {
        self.app.forget_settings();
    }

    /// What the API answers. Where the same form is under way already, as on pressing its button twice, its answer is waited for.
    ///
    /// # Errors
    /// As it refuses.
    pub(crate) async fn ask(&self, ask: Ask) -> Result<Value, Problem> {
        for _ in 0..WAITS {
            match self.ask_now(ask.clone()).await {
                Err(problem) if problem.code == "request_under_way" => tokio::time::sleep(WAIT).await,
                answer => return answer,
            }
        }
        self.ask_now(ask).await
    }

    async fn ask_now(&self, ask: Ask) -> Result<Value, Problem> {
        let mut request = Request::builder().method(ask.method).uri(&ask.path);
        if let Some(headers) = request.headers_mut() {
            headers.extend(self.headers.clone());
            for (name, value) in ask.headers {
                let value = HeaderValue::from_str(&value).map_err(|_| Problem::not_found())?;
                headers.insert(name, value);
            }
            if let Some(content) = &ask.body {
                let kind = match content {
                    Content::Json(_) => "application/json",
                    Content::Image(_) => "image/*",
                };
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            }
        }
        let body = match ask.body {
            Some(Content::Json(json)) => Body::from(json.to_string()),
            Some(Content::Image(image)) => Body::from(image),
            None => Body::empty(),
        };
        // An id in the path that can't stand there is nobody's.
        let mut request = request.body(body).map_err(|_| Problem::not_found())?;
        *request.extensions_mut() = self.extensions.clone();
        let routes = ROUTES.clone().with_state(self.app.clone());
        let mut answer = routes.oneshot(request).await.unwrap_or_else(|never| match never {});
        if let Some(problem) = answer.extensions_mut().remove::<Problem>() {
            return Err(problem);
        }
        if !answer.status().is_success() {
            return Err(Problem::new(answer.status(), "malformed", "The request can't be read."));
        }
        let bytes = to_bytes(answer.into_body(), MOST_BYTES).await.map_err(|error| unread(&error))?;
        if bytes.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&bytes).map_err(|error| unread(&error))
    }

    /// The same, where there may be none for this reader.
    ///
    /// # Errors
    /// As it refuses for another reason.
    pub(crate) async fn ask_if_allowed(&self, ask: Ask) -> Result<Option<Value>, Problem> {
        match self.ask(ask).await {
            Ok(answer) => Ok(Some(answer)),
            Err(problem) if problem.status == StatusCode::FORBIDDEN && problem.code == "forbidden" => Ok(None),
            Err(problem) => Err(problem),
        }
    }
}

fn unread(error: &impl std::fmt::Display) -> Problem {
    Problem::unavailable(error.to_string())
}
