//! Problems: every error of the API, as RFC 9457 has it.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;
use serde_json::Value;

use super::views::ContactView;
use crate::domain::fault::{Fault, Refusal};
use crate::domain::link::State;
use crate::domain::wording::MailLanguage;
use crate::hasher::Busy;
use crate::store::StoreError;

/// How soon to come back after a `503`, in seconds.
pub const RETRY_SECONDS: u32 = 2;

/// An error as a client meets it. Holds no stack, no AWS name, no secret.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The status.
    pub status: StatusCode,
    /// The stable code.
    pub code: &'static str,
    /// What is wrong, for a person.
    pub detail: String,
    /// Every fault of every field.
    pub errors: Vec<Fault>,
    /// Members besides the standard ones.
    pub extra: Vec<(&'static str, Value)>,
    /// Headers besides the usual ones.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// For the log alone: what went wrong underneath.
    pub cause: Option<String>,
    /// The language that its reader is known to read, where a page tells of it.
    pub language: Option<MailLanguage>,
    /// Whether its reader is known to be signed in.
    pub signed_in: bool,
}

/// A fault of one field.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// The field, with dots: `credential.password`.
    pub field: String,
    /// The stable code.
    pub code: String,
    /// What is wrong, for a person.
    pub message: String,
}

/// An error, as RFC 9457 has it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Always `about:blank`: the code tells more.
    pub r#type: String,
    /// The status in words.
    pub title: String,
    /// The status.
    pub status: u16,
    /// What is wrong, for a person.
    pub detail: String,
    /// The stable code.
    pub code: String,
    /// Every fault of presence, type and value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Names the request, for asking about it.
    pub request_id: String,
    /// With `email_taken`, for staff: who has the email, `usr_…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// With `email_taken`: their contacts, as far as the asker may open them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<Vec<ContactView>>,
}

impl Problem {
    /// A problem of this status.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            extra: Vec::new(),
            headers: Vec::new(),
            cause: None,
            language: None,
            signed_in: false,
        }
    }

    /// `400`, with every fault.
    pub fn invalid(errors: Vec<Fault>) -> Self {
        Self { errors, ..Self::new(StatusCode::BAD_REQUEST, "invalid", "Some fields are missing or wrong.") }
    }

    /// `401`: nobody is signed in.
    pub fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Sign in first.")
            .with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// `401`: the one answer to every sign-in that fails (requirement P5).
    pub fn invalid_credentials() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid_credentials",
            "The email or user ID, or the password, is not right.",
        )
        .with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// `403`: the password has to be changed first (requirement P2).
    pub fn password_change_required() -> Self {
        Self::new(StatusCode::FORBIDDEN, "password_change_required", "Change your password first.")
    }

    /// `404`.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here.")
    }

    /// `429`, to come back after so many seconds.
    pub fn too_many(seconds: i64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "Too many requests. Try again later.")
            .with_header(RETRY_AFTER, HeaderValue::from(seconds.max(1)))
    }

    /// `503`, to come back soon.
    pub fn unavailable(cause: impl Into<String>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "This can't be done right now. Try again in a moment.",
            )
        }
        .with_header(RETRY_AFTER, HeaderValue::from(RETRY_SECONDS))
    }

    /// To somebody who is signed in and reads this language.
    #[must_use]
    pub fn to_one_signed_in(self, language: MailLanguage) -> Self {
        Self { signed_in: true, ..self.to_reader_of(language) }
    }

    /// To somebody who reads this language.
    #[must_use]
    pub fn to_reader_of(self, language: MailLanguage) -> Self {
        Self { language: Some(language), ..self }
    }

    /// With one more header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The answer of the API.
    pub fn to_json(&self, request: &str) -> Response {
        let content_type = [(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
        self.dress((self.status, content_type, self.body(request).to_string()).into_response())
    }

    /// The body of that answer.
    pub fn body(&self, request: &str) -> Value {
        let body = ProblemBody {
            r#type: "about:blank".to_owned(),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            code: self.code.to_owned(),
            errors: self
                .errors
                .iter()
                .map(|fault| FieldError {
                    field: fault.field.clone(),
                    code: fault.code.to_owned(),
                    message: fault.message.clone(),
                })
                .collect(),
            request_id: request.to_owned(),
            user: None,
            holder: None,
        };
        let mut json = serde_json::to_value(&body).unwrap_or_default();
        if let Some(object) = json.as_object_mut() {
            object.extend(self.extra.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        }
        json
    }

    /// An answer of this problem with its headers.
    pub fn dress(&self, mut answer: Response) -> Response {
        for (name, value) in &self.headers {
            answer.headers_mut().insert(name.clone(), value.clone());
        }
        answer
    }
}

/// Carried to the door, which knows the request's id and whether a page or JSON is wanted.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(faults) => Self::invalid(faults),
            Refusal::PasswordRejected(errors) => Self {
                errors,
                ..Self::new(StatusCode::BAD_REQUEST, "password_rejected", "The password does not meet every rule.")
            },
            Refusal::NotFound => Self::not_found(),
            Refusal::Forbidden(code, detail) => Self::new(StatusCode::FORBIDDEN, code, detail),
            Refusal::Conflict(code, detail) => Self::new(StatusCode::CONFLICT, code, detail),
            Refusal::EmailTaken { user, .. } => Self {
                extra: vec![("user", Value::String(user.to_string()))],
                ..Self::new(StatusCode::CONFLICT, "email_taken", "Somebody has a login with this email.")
            },
            Refusal::LinkOver(state) => {
                let (code, detail) = match state {
                    State::Expired | State::Valid => ("link_expired", "The link has expired."),
                    State::Used => ("link_used", "The link was used already."),
                    State::Replaced => ("link_replaced", "A newer link was sent in place of this one."),
                    State::Void => ("link_void", "The link is no longer good."),
                };
                Self::new(StatusCode::GONE, code, detail)
            }
            Refusal::InvalidCredentials => Self::invalid_credentials(),
            Refusal::Stale => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "stale",
                "This was changed since you read it. Read it again and repeat the change.",
            ),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::unavailable(error.to_string())
    }
}

impl From<Busy> for Problem {
    fn from(busy: Busy) -> Self {
        Self { code: "busy", ..Self::unavailable(busy.to_string()) }
    }
}
