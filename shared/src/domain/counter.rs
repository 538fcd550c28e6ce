//! Counters: what is counted in a window of time, to limit it (requirements L8, P8).

use jiff::Timestamp;

use super::email::LoginKey;
use super::lockout::SOURCE_WINDOW_MINUTES;
use super::rules::request_link::WINDOW_MINUTES;

/// What is counted in a window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Counter {
    /// What is counted.
    pub kind: CounterKind,
    /// Whose, hashed.
    pub of: [u8; 16],
    /// The window's number since the epoch.
    pub window: i64,
}

/// Kinds of [`Counter`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CounterKind {
    /// Failures to sign in from one source.
    SourceFailures,
    /// Requests for a link from one source.
    SourceRequests,
    /// Requests for a link to one address.
    AddressRequests,
    /// Changes of email that one person asks for.
    EmailChanges,
    /// Changes of email to one address, whoever asks for them.
    AddressConfirmations,
    /// Guesses at a locked login, which count against nobody but their source.
    LockedAttempts,
    /// What is written so that a request for nobody writes as much as one for somebody.
    Padding,
}

impl CounterKind {
    fn window_seconds(self) -> i64 {
        60 * match self {
            Self::SourceFailures | Self::LockedAttempts => SOURCE_WINDOW_MINUTES,
            Self::SourceRequests
            | Self::AddressRequests
            | Self::EmailChanges
            | Self::AddressConfirmations
            | Self::Padding => WINDOW_MINUTES,
        }
    }

    /// The seconds until the window of this moment is over.
    pub fn seconds_left(self, now: Timestamp) -> i64 {
        self.window_seconds() - now.as_second().rem_euclid(self.window_seconds())
    }
}

impl Counter {
    /// The counter of this moment's window.
    pub fn at(now: Timestamp, kind: CounterKind, of: [u8; 16]) -> Self {
        Self { kind, of, window: now.as_second().div_euclid(kind.window_seconds()) }
    }

    /// That of a login name.
    pub fn of_login(now: Timestamp, kind: CounterKind, login: LoginKey) -> Self {
        Self::at(now, kind, login.as_bytes().first_chunk().copied().unwrap_or_default())
    }
}
