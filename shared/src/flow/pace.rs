//! Calls that do one thing to many: as long as there is time, and then saying of the rest that they were not reached.

use std::time::{Duration, Instant};

use http::StatusCode;

use crate::http::Problem;

/// How long such a call goes on: the gateway waits for 29 seconds.
const PATIENCE: Duration = Duration::from_secs(22);

/// The time that a call has left.
#[derive(Debug)]
pub struct Pace(Instant);

impl Pace {
    /// Begins now.
    pub fn begin() -> Self {
        Self(Instant::now())
    }

    /// Refuses what there is no time left for.
    ///
    /// # Errors
    /// `503 not_reached`.
    pub fn must_go_on(&self) -> Result<(), Problem> {
        if self.0.elapsed() < PATIENCE {
            return Ok(());
        }
        Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not_reached", "Time ran out. Ask again for this one."))
    }
}
