//! `Idempotency-Key`: pressing twice, or asking again after a time-out, does it once (requirement U10).

use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::Problem;
use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::change::{Change, Record, Replay, Stored};
use crate::domain::id::{Id, Kind};
use crate::store::StoreError;

/// How long a key is kept, in hours.
pub const KEPT_HOURS: i64 = 24;
/// How long a request may be under way before another may take its key up, in seconds.
pub const LEASE_SECONDS: i64 = 30;

/// What to do with a request that may have been made before.
#[derive(Debug)]
pub enum Once {
    /// No key was given.
    Unkeyed,
    /// It is the first of its key, which is to be settled with what it makes.
    First([u8; 32], Stored<Replay>),
    /// It was made before, and what has this id came of it.
    Again(String),
}

/// Reads the key and takes it up, each caller's own.
///
/// # Errors
/// `400` for a key that is none, `422` for the same key with another body, `409` while the first is under way.
pub async fn once(app: &App, headers: &HeaderMap, actor: &Actor, route: &str, body: &[u8]) -> Result<Once, Problem> {
    let Some(given) = headers.get("idempotency-key") else { return Ok(Once::Unkeyed) };
    let given = given.to_str().ok().filter(|key| (1..=255).contains(&key.len())).ok_or_else(|| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "invalid_idempotency_key",
            "An Idempotency-Key has 1 to 255 visible characters.",
        )
    })?;
    let key = Sha256::new()
        .chain_update(actor.user.to_bytes())
        .chain_update(actor.contact.to_bytes())
        .chain_update(route)
        .chain_update(b"\n")
        .chain_update(given)
        .finalize()
        .into();
    let body = format!("{:x}", Hexed(&Sha256::digest(body)));
    let now = app.clock.now();
    let before = app.store.replay(key).await?;
    if let Some(before) = before.as_ref().filter(|before| before.value.kept_until > now) {
        if before.value.body != body {
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "This Idempotency-Key was used with another body.",
            ));
        }
        if let Some(made) = before.value.made.clone() {
            return Ok(Once::Again(made));
        }
        if before.value.until > now {
            return Err(under_way());
        }
    }
    let replay = Replay {
        body,
        made: None,
        until: now + SignedDuration::from_secs(LEASE_SECONDS),
        kept_until: now + SignedDuration::from_hours(KEPT_HOURS),
    };
    let mut change = Change::none();
    change.put(before.as_ref(), Record::Replay(key, replay.clone()));
    match app.store.commit(&change, now).await {
        Ok(()) => Ok(Once::First(key, Stored { value: replay, rev: before.map_or(1, |before| before.rev + 1) })),
        Err(StoreError::Conflict) => Err(under_way()),
        Err(error) => Err(error.into()),
    }
}

fn under_way() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "request_under_way",
        "The first request with this Idempotency-Key is still under way.",
    )
}

impl Once {
    /// Makes what is asked for, unless it was made before: then it gives what was, and no change.
    ///
    /// # Errors
    /// Those of the making, after which the request can be put right and made again.
    pub async fn make<K: Kind>(
        &self,
        app: &App,
        making: impl Future<Output = Result<(Id<K>, Change), Problem>>,
    ) -> Result<(Id<K>, Change), Problem> {
        if let Self::Again(made) = self {
            return Ok((made.parse().map_err(|_| Problem::not_found())?, Change::none()));
        }
        let made = making.await;
        if made.is_err() {
            self.give_back(app, app.clock.now()).await;
        }
        made
    }

    /// Settles the key with what is made, in the same transaction.
    pub fn settle<K: Kind>(&self, change: &mut Change, made: Id<K>) {
        if let Self::First(key, replay) = self {
            let settled = Replay { made: Some(made.to_string()), ..replay.value.clone() };
            change.update(replay, Record::Replay(*key, settled));
        }
    }

    /// Gives the key back after a refusal, so that the request can be put right and made again.
    async fn give_back(&self, app: &App, now: Timestamp) {
        if let Self::First(key, replay) = self {
            let over = Replay { until: now, kept_until: now, ..replay.value.clone() };
            let mut change = Change::none();
            change.update(replay, Record::Replay(*key, over));
            // Where this fails the lease runs out by itself.
            let _ = app.store.commit(&change, now).await;
        }
    }
}

struct Hexed<'a>(&'a [u8]);

impl std::fmt::LowerHex for Hexed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
