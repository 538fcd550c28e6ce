//! The sweep: mails that are to be tried again, links whose time is over (requirement S1).
//!
//! What it does costs as much as what is due, whatever the table's size; two at once do everything once, for each
//! effect is a transaction on what was read; one that is cut off leaves the rest to the next.

use std::time::{Duration, Instant};

use lambda_http::Error;
use serde::{Deserialize, Serialize};
use shared::app::App;
use shared::domain::link::LinkId;
use shared::domain::rules::expire::expire;
use shared::mail;
use shared::store::{DUE_SHARDS, Due, StoreError};

/// How many things of one shard are taken at a time.
pub const BATCH: i32 = 100;
/// After so many seconds the rest is the next one's: the function's time is 55.
pub const MOST_SECONDS: u64 = 45;

/// What starts it; nothing of it matters.
#[derive(Debug, Deserialize)]
pub struct Tick {}

/// What it did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Mails that were tried.
    pub mails: u32,
    /// Links that were written down as expired.
    pub links: u32,
    /// Things that could not be done now.
    pub failed: u32,
    /// Whether something due was left to the next one.
    pub cut_off: bool,
}

/// Runs once.
///
/// # Errors
/// The table is unavailable.
pub async fn handle(app: App, _: Tick) -> Result<Report, Error> {
    let report = sweep(&app).await?;
    let Report { mails, links, failed, cut_off } = report;
    tracing::info!(event = "sweep", mails, links, failed, cut_off);
    Ok(report)
}

/// Sees to everything that is due.
///
/// # Errors
/// The table is unavailable.
pub async fn sweep(app: &App) -> Result<Report, StoreError> {
    let began = Instant::now();
    let mut report = Report::default();
    // Each run begins elsewhere, so that one that is always cut off neglects none.
    let [first] = shared::domain::random::<1>();
    for shard in (0..DUE_SHARDS).map(|shard| shard.wrapping_add(first) % DUE_SHARDS) {
        loop {
            if began.elapsed() > Duration::from_secs(MOST_SECONDS) {
                report.cut_off = true;
                return Ok(report);
            }
            let due = app.store.due(shard, app.clock.now(), BATCH).await?;
            let mut seen_to = 0;
            for one in &due {
                match see_to(app, *one, &mut report).await {
                    Ok(()) => seen_to += 1,
                    Err(_) => report.failed += 1,
                }
            }
            // A batch of which nothing could be done would come up again at once.
            if due.len() < usize::try_from(BATCH).unwrap_or(usize::MAX) || seen_to == 0 {
                break;
            }
        }
    }
    Ok(report)
}

async fn see_to(app: &App, due: Due, report: &mut Report) -> Result<(), StoreError> {
    match due {
        Due::Mail(id) => {
            mail::deliver(app, id).await?;
            report.mails += 1;
        }
        Due::Link(id) => {
            if expire_link(app, id).await? {
                report.links += 1;
            }
        }
    }
    Ok(())
}

/// Whether the link was written down as expired, by this run.
async fn expire_link(app: &App, id: LinkId) -> Result<bool, StoreError> {
    let settings = app.settings().await?;
    let ((), change) = shared::decide!(app, {
        let Some(link) = app.store.link(Some(id)).await? else { return Ok(false) };
        let contacts = app.store.contacts(&[link.value.contact]).await?;
        ((), expire(&link, contacts.first(), &app.moment(&settings)))
    });
    Ok(!change.is_empty())
}
