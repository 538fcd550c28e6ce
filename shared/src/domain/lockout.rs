//! Lockout: how failures to sign in are counted (requirement P8).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::settings::Lockout;

/// Failures in a row after which an account, or one device of its owner, is locked, where nothing else is set.
pub const LOCK_AFTER: u32 = 5;
/// Fewest failures in a row after which any business locks.
pub const LOCK_AFTER_LEAST: u32 = 3;
/// Failures in a row after which only a link helps.
pub const LINK_ONLY_AFTER: u32 = 100;
/// The first lock, in minutes, where nothing else is set; doubled by each further failure.
pub const FIRST_LOCK_MINUTES: u32 = 15;
/// The longest lock, in hours.
pub const LONGEST_LOCK_HOURS: i64 = 24;
/// Failures from one source address within [`SOURCE_WINDOW_MINUTES`] after which it is refused.
pub const SOURCE_FAILURES: u32 = 300;
/// Failures from anywhere within [`SOURCE_WINDOW_MINUTES`] after which whoever is not known to be the owner is refused.
pub const OVERALL_FAILURES: u32 = 48_000;
/// The window in which a source's failures, and all of them, are counted, in minutes.
pub const SOURCE_WINDOW_MINUTES: i64 = 15;

/// Failures of one login in a row, and when it last signed in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    /// Failures since the last success.
    #[serde(default)]
    pub failures: u32,
    /// When the last counted one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure_at: Option<Timestamp>,
    /// When it last signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at: Option<Timestamp>,
}

impl Attempts {
    /// Until when it is locked; none where it is not. [`Timestamp::MAX`] where only a link helps.
    pub fn locked_until(&self, lockout: Lockout, now: Timestamp) -> Option<Timestamp> {
        let until = match self.failures {
            LINK_ONLY_AFTER.. => Some(Timestamp::MAX),
            failures if failures < lockout.after => None,
            failures => self.last_failure_at.and_then(|at| at.checked_add(lock(lockout, failures)).ok()),
        };
        until.filter(|until| *until > now)
    }

    /// One more failure. While locked a guess is not counted, so that it can't prolong the lock.
    #[must_use]
    pub fn failed(&self, lockout: Lockout, now: Timestamp) -> Self {
        if self.locked_until(lockout, now).is_some() {
            return self.clone();
        }
        Self { failures: self.failures.saturating_add(1), last_failure_at: Some(now), ..self.clone() }
    }

    /// A success: the count starts anew.
    #[must_use]
    pub fn succeeded(&self, now: Timestamp) -> Self {
        Self { failures: 0, last_failure_at: None, last_sign_in_at: Some(now) }
    }

    /// A completed reset: the lock is lifted.
    #[must_use]
    pub fn lifted(&self) -> Self {
        Self { failures: 0, last_failure_at: None, ..self.clone() }
    }
}

fn lock(lockout: Lockout, failures: u32) -> SignedDuration {
    let longest = SignedDuration::from_hours(LONGEST_LOCK_HOURS);
    let doublings = failures.saturating_sub(lockout.after).min(16);
    SignedDuration::from_mins(i64::from(lockout.minutes) << doublings).min(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Lockout = Lockout { after: LOCK_AFTER, minutes: FIRST_LOCK_MINUTES };

    fn after(failures: u32) -> Attempts {
        Attempts { failures, last_failure_at: Some(Timestamp::UNIX_EPOCH), last_sign_in_at: None }
    }

    #[test]
    fn four_failures_do_not_lock() {
        assert_eq!(after(4).locked_until(USUAL, Timestamp::UNIX_EPOCH), None);
    }

    #[test]
    fn each_failure_past_the_fifth_doubles_the_lock_up_to_a_day() {
        for (failures, minutes) in [(5, 15), (6, 30), (7, 60), (11, 960), (12, 1440), (13, 1440), (99, 1440)] {
            let until = after(failures).locked_until(USUAL, Timestamp::UNIX_EPOCH).expect("locked");
            assert_eq!(until.as_second(), minutes * 60, "{failures}");
            assert_eq!(after(failures).locked_until(USUAL, until), None, "over at its end");
        }
    }

    #[test]
    fn at_a_hundred_only_a_link_helps() {
        let years = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 3650);
        assert!(after(100).locked_until(USUAL, years).is_some());
        assert_eq!(after(100).lifted().locked_until(USUAL, years), None);
    }

    #[test]
    fn a_guess_while_locked_does_not_prolong_the_lock() {
        let locked = after(5);
        assert_eq!(locked.failed(USUAL, Timestamp::UNIX_EPOCH + SignedDuration::from_mins(14)), locked);
        assert_eq!(locked.failed(USUAL, Timestamp::UNIX_EPOCH + SignedDuration::from_mins(15)).failures, 6);
    }

    #[test]
    fn a_success_zeroes_the_count() {
        assert_eq!(after(4).succeeded(Timestamp::UNIX_EPOCH).failures, 0);
    }
}
