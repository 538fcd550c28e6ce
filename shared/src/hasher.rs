//! Argon2id, bounded: so many at once, so many waiting, the rest refused at once (requirement P4).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::sync::Semaphore;

use crate::domain::password::{Password, PasswordHash};
use crate::domain::random;
use crate::keys::Keys;

/// KiB of memory: OWASP's first recommendation for Argon2id.
pub const MEMORY_KIB: u32 = 19_456;
/// Passes over it.
pub const PASSES: u32 = 2;
/// Lanes.
pub const LANES: u32 = 1;
/// Hashes that may wait for one of those at work; what comes on top is refused at once.
pub const WAITING: usize = 32;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// As many hashes are at work and waiting as there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many password hashes at once")]
pub struct Busy;

/// What holding a password against a hash gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// It is the password.
    pub matches: bool,
    /// It is, and its hash is of older parameters or an older pepper: hash it anew.
    pub outdated: bool,
}

/// Hashes and verifies. Keeps its memory from one hash to the next: a third faster than taking it anew.
#[derive(Debug, Clone)]
pub struct Hasher {
    at_work: Arc<Semaphore>,
    present: Arc<AtomicUsize>,
    most: usize,
    buffers: Arc<Mutex<Vec<Vec<Block>>>>,
}

/// A hash taken apart.
struct Parts {
    params: Params,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Hasher {
    /// So many at work at once; [`WAITING`] more may wait.
    pub fn new(at_once: usize) -> Self {
        Self {
            at_work: Arc::new(Semaphore::new(at_once)),
            present: Arc::new(AtomicUsize::new(0)),
            most: at_once + WAITING,
            buffers: Arc::default(),
        }
    }

    /// Hashes a new password with the current pepper.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn hash(&self, keys: &Keys, password: &Password) -> Result<PasswordHash, Busy> {
        let pepper = keys.current();
        let salt = random::<SALT_BYTES>();
        let hash = self.work(keys, pepper, password, default_params(), salt.to_vec()).await?;
        let phc = format!(
            "$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${}${}",
            STANDARD_NO_PAD.encode(salt),
            STANDARD_NO_PAD.encode(hash)
        );
        Ok(PasswordHash { phc, pepper })
    }

    /// Holds a password against a hash. None, or a password that could never have been set: the same work, and no match.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn verify(
        &self,
        keys: &Keys,
        password: &Password,
        against: Option<&PasswordHash>,
    ) -> Result<Verdict, Busy> {
        let known = against.and_then(|hash| Some((parts(&hash.phc)?, hash.pepper))).filter(|_| password.is_possible());
        let Some((parts, pepper)) = known else {
            let decoy = Password::new("a password that nobody has");
            self.work(keys, keys.current(), &decoy, default_params(), vec![0; SALT_BYTES]).await?;
            return Ok(Verdict { matches: false, outdated: false });
        };
        let current = pepper == keys.current() && parts.params == default_params();
        let hash = self.work(keys, pepper, password, parts.params, parts.salt).await?;
        let matches = hash.len() == parts.hash.len() && differing(&hash, &parts.hash) == 0;
        Ok(Verdict { matches, outdated: matches && !current })
    }

    async fn work(
        &self,
        keys: &Keys,
        pepper: u32,
        password: &Password,
        params: Params,
        salt: Vec<u8>,
    ) -> Result<[u8; HASH_BYTES], Busy> {
        let _present = Present::enter(&self.present, self.most)?;
        let permit = Arc::clone(&self.at_work).acquire_owned().await.map_err(|_| Busy)?;
        let pepper = keys.pepper(pepper).copied().unwrap_or_default();
        let (password, buffers) = (password.clone(), Arc::clone(&self.buffers));
        let hashed = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let mut memory = buffers.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            memory.resize(params.block_count(), Block::new());
            let mut hash = [0; HASH_BYTES];
            let done =
                Argon2::new_with_secret(&pepper, Algorithm::Argon2id, Version::V0x13, params).and_then(|argon2| {
                    argon2.hash_password_into_with_memory(password.as_bytes(), &salt, &mut hash, &mut memory)
                });
            buffers.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
            done.map(|()| hash)
        });
        match hashed.await {
            Ok(Ok(hash)) => Ok(hash),
            _ => Err(Busy),
        }
    }
}

/// Counts itself among those at work and waiting for as long as it lives.
struct Present(Arc<AtomicUsize>);

impl Present {
    fn enter(present: &Arc<AtomicUsize>, most: usize) -> Result<Self, Busy> {
        let entered = Self(Arc::clone(present));
        if present.fetch_add(1, Ordering::Relaxed) < most { Ok(entered) } else { Err(Busy) }
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn default_params() -> Params {
    Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_BYTES)).expect("within Argon2's bounds")
}

fn parts(phc: &str) -> Option<Parts> {
    let mut parts = phc.strip_prefix("$argon2id$v=19$")?.split('$');
    let mut costs = parts.next()?.split(',');
    let mut cost = |name: &str| costs.next()?.strip_prefix(name)?.strip_prefix('=')?.parse().ok();
    let params = Params::new(cost("m")?, cost("t")?, cost("p")?, Some(HASH_BYTES)).ok()?;
    let salt = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
    let hash = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
    parts.next().is_none().then_some(Parts { params, salt, hash })
}

/// How many bits differ, in a time that does not depend on which.
fn differing(a: &[u8], b: &[u8]) -> u8 {
    a.iter().zip(b).fold(0, |differing, (a, b)| differing | (a ^ b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime").block_on(future)
    }

    #[test]
    fn a_hash_names_its_parameters_and_matches_its_password_alone() {
        let (hasher, keys) = (Hasher::new(1), Keys::generate());
        let password = Password::new("correct horse battery staple");
        let hash = run(hasher.hash(&keys, &password)).expect("hashed");
        assert!(hash.phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let verdict = run(hasher.verify(&keys, &password, Some(&hash))).expect("verified");
        assert_eq!(verdict, Verdict { matches: true, outdated: false });
        for other in ["correct horse battery stapl", "Correct horse battery staple", "correct horse battery staple "] {
            assert!(
                !run(hasher.verify(&keys, &Password::new(other), Some(&hash))).expect("verified").matches,
                "{other}"
            );
        }
    }

    #[test]
    fn without_the_pepper_a_hash_verifies_nothing() {
        let (hasher, keys) = (Hasher::new(1), Keys::generate());
        let password = Password::new("correct horse battery staple");
        let hash = run(hasher.hash(&keys, &password)).expect("hashed");
        assert!(!run(hasher.verify(&Keys::generate(), &password, Some(&hash))).expect("verified").matches);
    }

    #[test]
    fn a_hash_of_older_parameters_matches_and_is_outdated() {
        let (hasher, keys) = (Hasher::new(1), Keys::generate());
        let password = Password::new("correct horse battery staple");
        let params = Params::new(8 * 1024, 1, 1, Some(32)).expect("within bounds");
        let hash = run(hasher.work(&keys, 1, &password, params, vec![7; 16])).expect("hashed");
        let phc = format!(
            "$argon2id$v=19$m=8192,t=1,p=1${}${}",
            STANDARD_NO_PAD.encode([7; 16]),
            STANDARD_NO_PAD.encode(hash)
        );
        let verdict = run(hasher.verify(&keys, &password, Some(&PasswordHash { phc, pepper: 1 }))).expect("verified");
        assert_eq!(verdict, Verdict { matches: true, outdated: true });
    }

    #[test]
    fn past_the_bound_a_hash_is_refused_at_once() {
        let (hasher, keys) = (Hasher::new(0), Keys::generate());
        run(async {
            let password = Password::new("x");
            let waiting: Vec<_> = (0..WAITING).map(|_| Box::pin(hasher.hash(&keys, &password))).collect();
            let mut polled = Vec::new();
            for mut one in waiting {
                assert!(tokio::time::timeout(std::time::Duration::ZERO, &mut one).await.is_err(), "waits");
                polled.push(one);
            }
            assert_eq!(hasher.hash(&keys, &password).await, Err(Busy));
        });
    }
}
