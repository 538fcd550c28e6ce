//! Where the keys come from: a secret read once at start, and again when a version turns up that is not known.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::keys::{InvalidKeys, Keys};

/// How soon an unknown version may make the secret be read again, in seconds.
pub const REREAD_SECONDS: u64 = 30;

/// The keys, kept current.
#[derive(Clone)]
pub struct Keyring {
    present: Arc<Mutex<(Instant, Arc<Keys>)>>,
    secret: Option<(aws_sdk_secretsmanager::Client, String)>,
}

/// The secret can't be read.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// Secrets Manager did not give it.
    #[error("Secrets Manager did not give the secret")]
    Unavailable,
    /// It is not what it should be.
    #[error(transparent)]
    Invalid(#[from] InvalidKeys),
}

impl Keyring {
    /// These keys, for good: the local run's.
    pub fn fixed(keys: Keys) -> Self {
        Self { present: Arc::new(Mutex::new((Instant::now(), Arc::new(keys)))), secret: None }
    }

    /// The keys in a secret of Secrets Manager.
    ///
    /// # Errors
    /// It can't be read, or is not of the form that [`Keys::parse`] takes.
    pub async fn from_secret(client: aws_sdk_secretsmanager::Client, secret: String) -> Result<Self, KeyringError> {
        let keys = read(&client, &secret).await?;
        Ok(Self { secret: Some((client, secret)), ..Self::fixed(keys) })
    }

    /// The keys as they were last read.
    pub fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.present.lock().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// The keys, read again where this version is not among them.
    pub async fn keys_with(&self, version: u32) -> Arc<Keys> {
        let (at, keys) = self.present.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let due = !keys.knows(version) && at.elapsed() >= Duration::from_secs(REREAD_SECONDS);
        let Some((client, secret)) = self.secret.as_ref().filter(|_| due) else { return keys };
        let read = read(client, secret).await.map_or(keys, Arc::new);
        *self.present.lock().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), Arc::clone(&read));
        read
    }
}

async fn read(client: &aws_sdk_secretsmanager::Client, secret: &str) -> Result<Keys, KeyringError> {
    let value = client.get_secret_value().secret_id(secret).send().await.map_err(|_| KeyringError::Unavailable)?;
    Ok(Keys::parse(value.secret_string().ok_or(KeyringError::Unavailable)?)?)
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring")
    }
}
