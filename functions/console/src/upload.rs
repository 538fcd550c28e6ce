//! A form with an image in it, which a browser sends in parts (multipart/form-data, RFC 7578).

use axum::body::Bytes;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use http::StatusCode;
use shared::http::Problem;
use shared::http::image::too_large;

/// What is told of a form that no page of ours sends.
const UNREADABLE: &str = "The request can't be read.";

/// What the form holds.
#[derive(Debug)]
pub(crate) struct Upload {
    /// The version of what the form shows; none that there is where it is no number.
    pub(crate) version: u32,
    /// The file; empty where none was chosen. Larger than a form may be, a problem to be told beside its field.
    pub(crate) image: Result<Bytes, Problem>,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let mut form = Multipart::from_request(request, state)
            .await
            .map_err(|_| Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", UNREADABLE))?;
        let (mut version, mut image) = (None, None);
        while let Some(field) = form.next_field().await.map_err(|error| unread(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await;
            match (name.as_str(), bytes) {
                ("version", Ok(bytes)) if version.is_none() => version = Some(bytes),
                ("logo", Ok(bytes)) if image.is_none() => image = Some(bytes),
                ("logo", Err(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                    return Ok(Self { version: number(version), image: Err(too_large()) });
                }
                (_, Err(error)) => return Err(unread(&error)),
                _ => return Err(malformed()),
            }
        }
        Ok(Self { version: number(version), image: Ok(image.unwrap_or_default()) })
    }
}

fn number(bytes: Option<Bytes>) -> u32 {
    bytes.and_then(|bytes| std::str::from_utf8(&bytes).ok()?.parse().ok()).unwrap_or_default()
}

fn unread(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { malformed() }
}

fn malformed() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed", UNREADABLE)
}
