//! Floods: what the public asks for is limited by its source and overall, before anything is hashed or mailed (requirements L8,
//! P8).

use crate::domain::counter::{CounterKind, OVERALL_PARTS};
use crate::domain::lockout::{OVERALL_FAILURES, SOURCE_FAILURES};
use crate::domain::rules::request_link::{OVERALL_REQUESTS, SOURCE_REQUESTS};
use crate::http::{Call, Problem};

/// What there may be too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flood {
    /// Failures to sign in.
    Failures,
    /// Requests for links.
    Requests,
}

impl Flood {
    /// Refuses a call by what is counted of its [`Origin`](crate::domain::counter::Origin): its source's, and the part of
    /// all that was drawn for it. Who is asked for plays no part.
    ///
    /// # Errors
    /// `429`, until the window is over.
    pub fn must_not_be(self, counts: &[u32], call: &Call) -> Result<(), Problem> {
        let (kind, of_source, overall, of) = match self {
            Self::Failures => (CounterKind::SourceFailures, SOURCE_FAILURES, OVERALL_FAILURES, "failures"),
            Self::Requests => (CounterKind::SourceRequests, SOURCE_REQUESTS, OVERALL_REQUESTS, "requests"),
        };
        let is_over = |at: usize, limit: u32| counts.get(at).is_some_and(|count| *count >= limit);
        let everywhere = is_over(1, overall / u32::from(OVERALL_PARTS));
        if everywhere {
            tracing::warn!(event = "flood", of);
        }
        if everywhere || is_over(0, of_source) {
            return Err(Problem::too_many(kind.seconds_left(call.now)));
        }
        Ok(())
    }
}
