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
use shared::mail;
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

async fn see_to_all(app: &App, done: &mut Done) -> Result<(), StoreError> {
    let began = Instant::now();
    // Each run begins elsewhere, so that one that is always cut off neglects none.
    let [first] = shared::domain::random::<1>();
    for shard in (0..DUE_SHARDS).map(|shard| shard.wrapping_add(first) % DUE_SHARDS) {
        loop {
            if began.elapsed() > Duration::from_secs(MOST_SECONDS) {
                done.cut_off = true;
                return Ok(());
            }
            let due = app.store.due(shard, app.clock.now(), BATCH).await?;
            let mut seen_to = 0;
            for one in &due {
                match see_to(app, *one, done).await {
                    Ok(()) => seen_to += 1,
                    Err(_) => done.failed += 1,
                }
            }
            // A batch of which nothing could be done would come up again at once.
            if due.len() < usize::try_from(BATCH).unwrap_or(usize::MAX) || seen_to == 0 {
                break;
            }
        }
    }
    Ok(())
}

async fn see_to(app: &App, due: Due, done: &mut Done) -> Result<(), StoreError> {
    match due {
        Due::Mail(id) => {
            mail::deliver(app, id).await?;
            done.mails += 1;
        }
        Due::Link(id) => match settle_link(app, id).await? {
            Settled::Expired => done.links += 1,
            Settled::Reminded => done.reminders += 1,
            Settled::Left => {}
        },
    }
    Ok(())
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
