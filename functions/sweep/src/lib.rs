//! The sweep: mails that are to be tried again, invitations to be reminded of, links whose time is over (requirement S1).
//!
//! What it does costs as much as what is due, whatever the table's size; two at once do everything once, for each
//! effect is a transaction on what was read; one that is cut off leaves the rest to the next.

use std::time::{Duration, Instant};

use lambda_http::Error;
use serde::Deserialize;
use shared::app::App;
use shared::domain::change::{Change, Record};
use shared::domain::id::SweepId;
use shared::domain::link::LinkId;
use shared::domain::rules::expire::expire;
use shared::domain::rules::remind::remind;
use shared::domain::sweep::{Done, Run};
use shared::mail::{self, Outcome};
use shared::store::{DUE_SHARDS, Due, StoreError};

/// How many things of one shard are taken at a time.
pub const BATCH: i32 = 100;
/// After so many seconds the rest is the next one's: the function's time is 55.
pub const MOST_SECONDS: u64 = 45;

/// What starts it; nothing of it matters.
#[derive(Debug, Deserialize)]
pub struct Tick {}

/// Runs once, and tells what it did as a line of the log, of which the metrics are made.
///
/// # Errors
/// The table is unavailable.
pub async fn handle(app: App, _: Tick) -> Result<Done, Error> {
    let done = sweep(&app).await?;
    let Done { mails, links, reminders, failed, cut_off } = done;
    tracing::info!(event = "sweep", mails, links, reminders, failed, cut_off);
    Ok(done)
}

/// Sees to everything that is due, and writes down what was done, where anything was.
///
/// # Errors
/// The table is unavailable.
pub async fn sweep(app: &App) -> Result<Done, StoreError> {
    let began_at = app.clock.now();
    let mut done = Done::default();
    let ended = see_to_all(app, &mut done).await;
    if done != Done::default() {
        let ended_at = app.clock.now();
        let mut change = Change::none();
        change.create(Record::Sweep(Run { id: SweepId::new(ended_at), began_at, ended_at, done }));
        app.store.commit(&change, ended_at).await?;
    }
    ended.map(|()| done)
}

/// One run.
struct Round<'a> {
    app: &'a App,
    began: Instant,
    done: &'a mut Done,
    /// SES takes no more for now: mails are left to the next run.
    throttled: bool,
}

async fn see_to_all(app: &App, done: &mut Done) -> Result<(), StoreError> {
    let mut round = Round { app, began: Instant::now(), done, throttled: false };
    // Each run begins elsewhere, so that one that is always cut off neglects none.
    let [first] = shared::domain::random::<1>();
    for shard in (0..DUE_SHARDS).map(|shard| shard.wrapping_add(first) % DUE_SHARDS) {
        while round.see_to_some(shard).await? {}
        if round.began.elapsed() > Duration::from_secs(MOST_SECONDS) {
            break;
        }
    }
    Ok(())
}

impl Round<'_> {
    /// Sees to a batch of a shard. Gives whether there is more that could be done.
    async fn see_to_some(&mut self, shard: u8) -> Result<bool, StoreError> {
        let due = self.app.store.due(shard, self.app.clock.now(), BATCH).await?;
        let mut seen_to = false;
        for one in &due {
            if self.began.elapsed() > Duration::from_secs(MOST_SECONDS) {
                self.done.cut_off = true;
                return Ok(false);
            }
            match self.see_to(*one).await {
                Ok(was_done) => seen_to |= was_done,
                Err(_) => self.done.failed += 1,
            }
        }
        // A batch of which nothing could be done would come up again at once.
        Ok(seen_to && due.len() == usize::try_from(BATCH).unwrap_or(usize::MAX))
    }

    /// Gives whether it was seen to, and is due no longer.
    async fn see_to(&mut self, due: Due) -> Result<bool, StoreError> {
        match due {
            Due::Mail(_) if self.throttled => {
                self.done.cut_off = true;
                return Ok(false);
            }
            Due::Mail(id) => {
                let began = Instant::now();
                let outcome = mail::deliver(self.app, id).await?;
                self.done.mails += 1;
                self.throttled |= outcome == Outcome::Throttled;
                if outcome != Outcome::Left {
                    tokio::time::sleep(self.app.mailer.pause().saturating_sub(began.elapsed())).await;
                }
            }
            Due::Link(id) => match settle_link(self.app, id).await? {
                Settled::Expired => self.done.links += 1,
                Settled::Reminded => self.done.reminders += 1,
                Settled::Left => {}
            },
        }
        Ok(true)
    }
}

/// What became of a link that was due.
enum Settled {
    /// It was written down as expired, by this run.
    Expired,
    /// Its person is reminded of it, by this run.
    Reminded,
    /// Nothing: another was first.
    Left,
}

async fn settle_link(app: &App, id: LinkId) -> Result<Settled, StoreError> {
    let settings = app.settings().await?;
    let (settled, change) = shared::decide!(app, {
        let Some(link) = app.store.link(Some(id)).await? else { return Ok(Settled::Left) };
        let at = app.moment(&settings);
        if link.value.is_to_be_reminded_of(at.now) {
            let account = app.store.account(link.value.contact).await?;
            (Settled::Reminded, remind(&link, account.as_ref(), &at))
        } else {
            let contacts = app.store.contacts(&[link.value.contact]).await?;
            let organization = contacts.first().map(|contact| contact.value.organization);
            (Settled::Expired, expire(&link, organization, &at))
        }
    });
    let was_done = match settled {
        Settled::Reminded => change.mails().next().is_some(),
        _ => !change.is_empty(),
    };
    Ok(if was_done { settled } else { Settled::Left })
}
