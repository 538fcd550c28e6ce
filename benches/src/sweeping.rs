//! The sweep at a hundred thousand things due: two at once, and one that is cut off half-way.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use tests::load::portal_with;
use tests::sweeping::{Outcome, Taken, sweep_all, sweeper};

use crate::sign_in::turn_stream_off;

const DUE: usize = 100_000;

/// The report.
pub(crate) async fn report() -> String {
    // Of threads of its own: the table, the mail service and the sweepers are all in this process.
    let measuring = std::thread::spawn(|| tokio::runtime::Runtime::new().expect("threads").block_on(measured()));
    tokio::task::spawn_blocking(|| measuring.join().expect("measured")).await.expect("measured")
}

#[expect(clippy::cast_precision_loss, reason = "a hundred thousand")]
async fn measured() -> String {
    let (portal, due) = portal_with(0, DUE).await;
    portal.pass(SignedDuration::from_mins(5));
    let (taken, table) = (Taken::default(), portal.table.upstream());
    turn_stream_off(&aws_sdk_dynamodb::Client::new(&local::table::config(table))).await;
    let ses = taken.start().await;
    let [one, other, third] = [(); 3].map(|()| sweeper(&portal, table, &ses));
    let began = Instant::now();
    let cut_off = async {
        let half_way = async {
            while taken.mails().0 < due / 4 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            () = half_way => began.elapsed(),
            _ = sweep_all(&third) => panic!("not cut off"),
        }
    };
    let (first, second, cut_after) = tokio::join!(sweep_all(&one), sweep_all(&other), cut_off);
    let took = began.elapsed();
    // Past the claim that was left.
    portal.pass(SignedDuration::from_mins(5));
    let rest = sweep_all(&one).await;
    let (mails, twice) = taken.mails();
    let Outcome { expired, told, contacts, queued } = Outcome::of(&portal).await;
    format!(
        "The sweep at {due} things due, half of them mails and half links: two at once until nothing is due, and one cut off\n\
         \x20 {:.0} s, {:.2} ms each; one cut off after {:.0} s; {} and {} done by the two, {} left by the one\n\
         \x20 mails that SES took: {mails}, more than once: {twice} (goal: {}, and 1 at most, under way where one was cut off)\n\
         \x20 links that expired: {expired}, told {told} times of {contacts} contacts; mails that wait: {queued}; failures: {}\n",
        took.as_secs_f64(),
        took.as_secs_f64() * 1e3 / due as f64,
        cut_after.as_secs_f64(),
        first.mails + first.links,
        second.mails + second.links,
        rest.mails + rest.links,
        due / 2,
        first.failed + second.failed,
    )
}
