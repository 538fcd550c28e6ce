//! Who reads a page: known once they are found to be signed in, and told then in their language what else goes wrong.

use std::sync::{Arc, OnceLock};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use shared::domain::wording::MailLanguage;
use shared::http::Problem;

use crate::words::answered;

/// The language of a request's reader, once it is known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reader(pub(crate) Arc<OnceLock<MailLanguage>>);

/// Tells a problem that gets no page of the console's own.
pub(crate) async fn tell(mut request: Request, next: Next) -> Response {
    let reader = Reader::default();
    request.extensions_mut().insert(reader.clone());
    let mut answer = next.run(request).await;
    let Some(lang) = reader.0.get().copied() else { return answer };
    if let Some(problem) = answer.extensions_mut().remove::<Problem>() {
        let detail = answered(&problem.detail, lang).unwrap_or_else(|| problem.detail.clone());
        answer.extensions_mut().insert(Problem { detail, ..problem.to_one_signed_in(lang) });
    }
    answer
}
