//! The processor's time and the memory of a process, as Linux counts them.

use std::fs;

use rustix::time::{ClockId, clock_gettime};

/// Milliseconds that this process has run, up to now: what `/proc` tells of a thread at work lags by a tick.
#[expect(clippy::cast_precision_loss, reason = "milliseconds")]
pub(crate) fn own_millis() -> f64 {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    used.tv_sec as f64 * 1e3 + used.tv_nsec as f64 / 1e6
}

/// Milliseconds that the threads of a process that waits have run.
pub(crate) fn millis(pid: u32) -> f64 {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let nanos = threads.filter_map(|thread| {
        let times = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        times.split_whitespace().next()?.parse::<f64>().ok()
    });
    nanos.sum::<f64>() / 1e6
}

/// Megabytes of memory that a process holds.
pub(crate) fn megabytes(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}
