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
use shared::domain::mail::is_overdue;
use shared::domain::rules::expire::expire;
use shared::domain::rules::remind::remind;
use shared::domain::sweep::{Done, Run};
use shared::mail::{self, Outcome};
use shared::store::{DUE_SHARDS, Due, DuePlace, StoreError};

/// How many things of one shard are taken at a time.
pub const BATCH: i32 = 100;
/// After so many seconds the rest is the next one's: the function's time is 55.
pub const MOST_SECONDS: u64 = 45;

/// After so many mails in a row that SES throttled, the others are left to the next run, but for those that are overdue.
pub const MOST_THROTTLES: u32 = 3;
/// How long to leave SES alone after it throttled one: its rate is by the second.
const AFTER_THROTTLE: Duration = Duration::from_secs(1);

/// What starts it; nothing of it matters.
#[derive(Debug, Deserialize)]
pub struct Tick {}

/// Runs once, and tells what it did as a line of the log, of which the metrics are made.
///
/// # Errors
/// The table is unavailable.
pub async fn handle(app: App, _: Tick) -> Result<Done, Error> {
    let (done, ended) = run(&app).await;
    tell(done);
    Ok(ended.map(|()| done)?)
}

/// Writes a line of the log.
pub fn tell(Done { mails, links, reminders, failed, cut_off }: Done) {
    tracing::info!(event = "sweep", mails, links, reminders, failed, cut_off);
}

/// Sees to everything that is due, and writes down what was done, where anything was.
///
/// # Errors
/// The table is unavailable.
pub async fn sweep(app: &App) -> Result<Done, StoreError> {
    let (done, ended) = run(app).await;
    ended.map(|()| done)
}

/// What was done, and whether all of it was seen to.
async fn run(app: &App) -> (Done, Result<(), StoreError>) {
    let began_at = app.clock.now();
    let mut done = Done::default();
    let ended = see_to_all(app, &mut done).await;
    if done != Done::default() {
        let ended_at = app.clock.now();
        let mut change = Change::none();
        change.create(Record::Sweep(Run { id: SweepId::new(ended_at), began_at, ended_at, done }));
        // What was done is done, whether it is told or not.
        if let Err(error) = app.store.commit(&change, ended_at).await {
            tracing::warn!(event = "sweep_not_told", cause = %error);
        }
    }
    (done, ended)
}

async fn see_to_all(app: &App, done: &mut Done) -> Result<(), StoreError> {
    let mut round = Round { app, began: Instant::now(), done, throttles: 0 };
    // Each run begins elsewhere, so that one that is always cut off neglects none.
    let [first] = shared::domain::random::<1>();
    for shard in (0..DUE_SHARDS).map(|shard| shard.wrapping_add(first) % DUE_SHARDS) {
        let mut from = None;
        loop {
            from = round.see_to_some(shard, from).await?;
            if round.is_over() {
                round.done.cut_off = true;
                return Ok(());
            }
            if from.is_none() {
                break;
            }
        }
    }
    Ok(())
}

/// One run.
struct Round<'a> {
    app: &'a App,
    began: Instant,
    done: &'a mut Done,
    /// How often in a row SES said that it takes no more for now. Others mail beside: once is no reason to stop.
    throttles: u32,
}

impl Round<'_> {
    fn is_over(&self) -> bool {
        self.began.elapsed() > Duration::from_secs(MOST_SECONDS)
    }

    /// Sees to a batch of a shard. Gives where the next one begins.
    async fn see_to_some(&mut self, shard: u8, from: Option<DuePlace>) -> Result<Option<DuePlace>, StoreError> {
        let (due, next) = self.app.store.due(shard, self.app.clock.now(), from, BATCH).await?;
        for one in due {
            if self.is_over() {
                break;
            }
            if let Err(error) = self.see_to(one).await {
                tracing::warn!(event = "sweep_could_not", what = ?one, cause = %error);
                self.done.failed += 1;
            }
        }
        Ok(next)
    }

    async fn see_to(&mut self, due: Due) -> Result<(), StoreError> {
        let began = Instant::now();
        let mails = match due {
            Due::Mail(id) if self.throttles >= MOST_THROTTLES && !is_overdue(id, self.app.clock.now()) => {
                self.done.cut_off = true;
                false
            }
            Due::Mail(id) => {
                let outcome = mail::deliver(self.app, id).await?;
                self.done.mails += u32::from(outcome != Outcome::Left);
                match outcome {
                    Outcome::Throttled => self.throttles += 1,
                    Outcome::Tried => self.throttles = 0,
                    Outcome::Left | Outcome::Settled => {}
                }
                matches!(outcome, Outcome::Tried | Outcome::Throttled)
            }
            Due::Link(id) => match settle_link(self.app, id).await? {
                Settled::Expired => {
                    self.done.links += 1;
                    false
                }
                Settled::Reminded => {
                    self.done.reminders += 1;
                    true
                }
                Settled::Left => false,
            },
        };
        if mails {
            let pace = self.app.mailer.pause();
            let pause = if self.throttles > 0 && !pace.is_zero() { pace.max(AFTER_THROTTLE) } else { pace };
            tokio::time::sleep(pause.saturating_sub(began.elapsed())).await;
        }
        Ok(())
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
            (Settled::Expired, expire(&link, contacts.first(), &at))
        }
    });
    let was_done = match settled {
        Settled::Reminded => change.mails().next().is_some(),
        _ => !change.is_empty(),
    };
    Ok(if was_done { settled } else { Settled::Left })
}
