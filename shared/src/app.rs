//! What every handler is given: the table, the mail, the keys, the hasher, the clock. The one reader of the environment.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use aws_types::SdkConfig;
use jiff::Timestamp;

use crate::domain::actor::Moment;
use crate::domain::change::Change;
use crate::domain::settings::Settings;
use crate::hasher::Hasher;
use crate::keyring::Keyring;
use crate::keys::Keys;
use crate::mail::Mailer;
use crate::store::{Store, StoreError};

/// How long the business's settings are believed before they are read again, in seconds.
pub const SETTINGS_SECONDS: u64 = 10;
/// How often a decision is made again when the table changed under it.
pub const MOST_DECISIONS: u32 = 12;

/// What tells the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::new(Timestamp::now)
    }

    /// Any clock.
    pub fn new(clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(clock))
    }

    /// Now, to the millisecond.
    pub fn now(&self) -> Timestamp {
        let now = (self.0)();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// The settings as they were last read, and when.
type Believed = Option<(Instant, Arc<Settings>)>;

/// What a call needs that it does not bring.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The table.
    pub store: Store,
    /// The mail.
    pub mailer: Mailer,
    /// The keys outside the table.
    pub keyring: Keyring,
    /// The password hashes.
    pub hasher: Hasher,
    /// The time.
    pub clock: Clock,
}

/// What every handler is given: the parts, and the settings as they were last read. A clone is the same one.
#[derive(Debug, Clone)]
pub struct App(Arc<(Parts, Mutex<Believed>)>);

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0.0
    }
}

/// Why there is nothing to work with.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An environment variable is not set.
    #[error("{0} is not set")]
    Missing(&'static str),
    /// An environment variable is not what it has to be.
    #[error("{0} is not a whole number above zero")]
    Malformed(&'static str),
    /// The keys can't be read.
    #[error("the keys can't be read: {0}")]
    Keys(String),
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new((parts, Mutex::default())))
    }

    fn believed(&self) -> MutexGuard<'_, Believed> {
        self.0.1.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From the environment: `LATCHKEY_TABLE`, `LATCHKEY_KEYS_SECRET`, `LATCHKEY_CONFIGURATION_SET`,
    /// `LATCHKEY_MAILS_PER_SECOND`; AWS by `config`.
    ///
    /// # Errors
    /// Something is not set, or the keys can't be read.
    pub async fn from_environment(config: &SdkConfig) -> Result<Self, StartError> {
        let table = std::env::var("LATCHKEY_TABLE").map_err(|_| StartError::Missing("LATCHKEY_TABLE"))?;
        let secret = std::env::var("LATCHKEY_KEYS_SECRET").map_err(|_| StartError::Missing("LATCHKEY_KEYS_SECRET"))?;
        let keyring = Keyring::from_secret(aws_sdk_secretsmanager::Client::new(config), secret)
            .await
            .map_err(|error| StartError::Keys(error.to_string()))?;
        let store = Store::new(aws_sdk_dynamodb::Client::new(config), table);
        let most_per_second = std::env::var("LATCHKEY_MAILS_PER_SECOND").ok().map(|most| most.parse());
        let most_per_second =
            most_per_second.transpose().map_err(|_| StartError::Malformed("LATCHKEY_MAILS_PER_SECOND"))?;
        let mailer = Mailer::new(config, std::env::var("LATCHKEY_CONFIGURATION_SET").ok()).paced(most_per_second);
        // A Lambda sandbox serves one request at a time; how many there are bounds its hashes.
        Ok(Self::new(Parts { store, mailer, keyring, hasher: Hasher::new(1), clock: Clock::system() }))
    }

    /// What the business has set, at most [`SETTINGS_SECONDS`] old.
    ///
    /// # Errors
    /// The table is unavailable, or there are none yet: nobody has run the bootstrap.
    pub async fn settings(&self) -> Result<Arc<Settings>, StoreError> {
        let kept = self.believed().clone();
        if let Some((at, settings)) = kept
            && at.elapsed() < Duration::from_secs(SETTINGS_SECONDS)
        {
            return Ok(settings);
        }
        let read = self.store.settings().await?;
        let settings = Arc::new(read.ok_or_else(|| StoreError::Unavailable("not set up yet".to_owned()))?.value);
        *self.believed() = Some((Instant::now(), Arc::clone(&settings)));
        Ok(settings)
    }

    /// Believes no settings any longer: they were changed here.
    pub fn forget_settings(&self) {
        *self.believed() = None;
    }

    /// The keys.
    pub fn keys(&self) -> Arc<Keys> {
        self.keyring.keys()
    }

    /// The moment of what nobody asks for: of a mail to be delivered, a report, the sweep.
    pub fn moment<'a>(&self, settings: &'a Settings) -> Moment<'a> {
        Moment { now: self.clock.now(), settings, key: self.keys().current(), source: "", request: "" }
    }

    /// Begins the rounds of a decision, for [`decide!`](crate::decide).
    pub fn rounds(&self) -> Rounds<'_> {
        Rounds { app: self, round: 0 }
    }
}

/// The rounds of a decision.
#[derive(Debug)]
pub struct Rounds<'a> {
    app: &'a App,
    round: u32,
}

impl Rounds<'_> {
    /// Commits; false where the table changed under the decision: read and decide again.
    ///
    /// # Errors
    /// The table is unavailable, or changes under every decision.
    pub async fn commit(&mut self, change: &Change) -> Result<bool, StoreError> {
        match self.app.store.commit(change, self.app.clock.now()).await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict) if self.round < MOST_DECISIONS => {
                tokio::time::sleep(pause(self.round)).await;
                self.round += 1;
                Ok(false)
            }
            Err(StoreError::Conflict) => Err(StoreError::Unavailable("too many changes at once".to_owned())),
            Err(error) => Err(error),
        }
    }
}

/// Decides and commits: the block reads and gives an outcome with the change to write; where the table changed under
/// the decision, it is run again. Gives the outcome and the change that was written.
///
/// With `as visit`, a `Visit` that can be changed, the change holds only where the access of whoever acts is as it was
/// read; it is read again with the rest, so that nobody acts past the end of their own access (`security.md` AZ-08).
#[macro_export]
macro_rules! decide {
    ($app:expr, as $visit:ident, $decide:block) => {{
        let mut rounds = $app.rounds();
        loop {
            let (outcome, mut change) = $decide;
            change.acted_by(&$visit.contact);
            if rounds.commit(&change).await? {
                break (outcome, change);
            }
            $visit.read_again($app).await?;
        }
    }};
    ($app:expr, $decide:block) => {{
        let mut rounds = $app.rounds();
        loop {
            let (outcome, change) = $decide;
            if rounds.commit(&change).await? {
                break (outcome, change);
            }
        }
    }};
}

/// Up to so long before the next round, at random, so that two that met do not meet again.
fn pause(round: u32) -> Duration {
    let [low, high] = crate::domain::random::<2>();
    let most = 5_u64 << round.min(6);
    Duration::from_millis(u64::from(u16::from_be_bytes([low, high])) % most + 1)
}
