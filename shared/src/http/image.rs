//! Images sent as a body: read whole, whatever the sender calls them.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use http::StatusCode;
use http::header::CONTENT_TYPE;

use super::Problem;
use crate::domain::fault::Fault;
use crate::domain::logo::MOST_BYTES;

/// What was sent as an image of some kind: of which, its content tells.
#[derive(Debug)]
pub struct ImageBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for ImageBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let mut given = request.headers().get_all(CONTENT_TYPE).iter();
        let is_image = |kind: &[u8]| kind.get(..6).is_some_and(|begins| begins.eq_ignore_ascii_case(b"image/"));
        match (given.next(), given.next()) {
            (Some(kind), None) if is_image(kind.as_bytes()) => {}
            _ => {
                let detail = "The body must be an image, and its Content-Type must say so.";
                return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail));
            }
        }
        to_bytes(request.into_body(), MOST_BYTES).await.map(Self).map_err(|_| too_large())
    }
}

/// `413`: the image has more bytes than a logo may have.
pub fn too_large() -> Problem {
    let most = MOST_BYTES / 1024;
    let detail = format!("The image must have at most {most} KB.");
    Problem {
        errors: vec![Fault::new("logo", "too_large", format!("must have at most {most} KB"))],
        ..Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
    }
}
