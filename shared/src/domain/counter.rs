//! Counters: what is counted in a window of time, to limit it (requirements L8, P8).

use jiff::Timestamp;

use super::email::LoginKey;
use super::lockout::SOURCE_WINDOW_MINUTES;
use super::random;
use super::rules::request_link::WINDOW_MINUTES;

/// Over how many records what is counted overall is spread, so that those who are counted at once do not meet.
pub const OVERALL_PARTS: u8 = 16;

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
    /// Failures to sign in from anywhere: one of [`OVERALL_PARTS`] parts.
    OverallFailures,
    /// Requests for a link from anywhere: one of [`OVERALL_PARTS`] parts.
    OverallRequests,
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
            Self::SourceFailures | Self::OverallFailures | Self::LockedAttempts => SOURCE_WINDOW_MINUTES,
            Self::SourceRequests
            | Self::OverallRequests
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

/// Where what the public asks for is counted: with its source, and in one part of what is counted overall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The source's address, hashed.
    pub source: [u8; 16],
    /// The part, drawn for each call: what one source asks for is spread over all of them.
    pub part: u8,
}

impl Origin {
    /// A call from this source.
    pub fn of(source: [u8; 16]) -> Self {
        let [part] = random::<1>();
        Self { source, part: part % OVERALL_PARTS }
    }

    /// The counters of failures to sign in: the source's, and the overall one's part.
    pub fn failures(self, now: Timestamp) -> [Counter; 2] {
        self.counters(now, CounterKind::SourceFailures, CounterKind::OverallFailures)
    }

    /// The counters of requests for links: the source's, and the overall one's part.
    pub fn requests(self, now: Timestamp) -> [Counter; 2] {
        self.counters(now, CounterKind::SourceRequests, CounterKind::OverallRequests)
    }

    fn counters(self, now: Timestamp, source: CounterKind, overall: CounterKind) -> [Counter; 2] {
        [Counter::at(now, source, self.source), Counter::at(now, overall, [self.part; 16])]
    }
}
