//! Answers that go out on a beat: how long the work took does not tell whom it met (requirement P5, `security.md` AU-02).

use std::time::{Duration, Instant};

/// How far apart two beats are: more than the work differs by, and little for somebody to wait.
const APART: Duration = Duration::from_millis(50);

/// The beats of one call, counted from where it begins.
#[derive(Debug)]
pub(super) struct Beat(Instant);

impl Beat {
    /// Begins now.
    pub(super) fn begin() -> Self {
        Self(Instant::now())
    }

    /// Waits for the next one.
    pub(super) async fn next(self) {
        let over = self.0.elapsed().as_nanos() % APART.as_nanos();
        let over = Duration::from_nanos(u64::try_from(over).unwrap_or_default());
        tokio::time::sleep(APART.saturating_sub(over)).await;
    }
}
