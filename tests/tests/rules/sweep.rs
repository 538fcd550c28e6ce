//! The sweep: every effect once, whoever else sweeps and whoever is cut off; work proportional to what is due (requirement S1).

use jiff::SignedDuration;
use tests::Wire;
use tests::load::{SMALL, portal_with, records};
use tests::sweeping::{Outcome, Taken, calls, sweep_all, sweeper};
use tests::wire::Fate;

/// So many things due; `make bench` has a hundred thousand.
const DUE: usize = 304;
/// Past the grace of a mail that nobody delivered.
const GRACE: SignedDuration = SignedDuration::from_mins(5);

/// S1, L11
#[tokio::test(flavor = "multi_thread")]
async fn two_sweeps_at_once_and_one_that_is_cut_off_half_way_do_everything_once() {
    let (portal, due) = portal_with(0, DUE).await;
    portal.pass(GRACE);
    let (taken, table) = (Taken::default(), portal.table.upstream());
    let ses = taken.start().await;
    let (wire, at_table) = Wire::to(table.to_owned()).await;
    // In the midst of a mail or a link, whichever it is at by then.
    wire.decide_by(|number, _| if number == 100 { Fate::Hold } else { Fate::Pass });
    let (one, other, third) =
        (sweeper(&portal, table, &ses), sweeper(&portal, table, &ses), sweeper(&portal, &at_table, &ses));
    let cut_off = async {
        tokio::select! {
            () = wire.held() => true,
            swept = sweep::sweep(&third) => panic!("not cut off: {swept:?}"),
        }
    };
    let (one, other, _) = tokio::join!(sweep_all(&one), sweep_all(&other), cut_off);
    assert_eq!((one.failed, other.failed), (0, 0));
    // Past the claim that was left.
    portal.pass(GRACE);
    let rest = sweep_all(&sweeper(&portal, table, &ses)).await;
    assert!(rest.mails + rest.links <= 1, "{rest:?}");
    let (mails, twice) = taken.mails();
    // SES takes no token: the one mail that was under way where it was cut off may have gone twice.
    assert!(mails == due / 2 && twice <= 1, "{mails} mails, {twice} more than once");
    let links = due / 2;
    assert_eq!(Outcome::of(&portal).await, Outcome { expired: links, told: links, contacts: links, queued: 0 });
}

/// S1: architecture, rule 10.
#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_calls_as_often_as_what_is_due_needs_however_large_the_table_is() {
    let mut made = Vec::new();
    for (records, due) in [(SMALL, DUE), (records(), DUE), (SMALL, 2 * DUE)] {
        let (portal, _) = portal_with(records, due).await;
        portal.pass(GRACE);
        made.push(calls(&portal).await);
    }
    let [(small, took), (large, also), (twice, _)] = &made[..] else { panic!("three") };
    // What the business has set is read every few seconds.
    let settings = usize::try_from(took.max(also).as_secs() / shared::app::SETTINGS_SECONDS).expect("some");
    for (operation, times) in small {
        let more = if operation == "BatchGetItem" { settings } else { 0 };
        assert!(times.abs_diff(large[operation]) <= more, "{operation}: {small:?}, {large:?}");
    }
    assert_eq!(small.len(), large.len());
    for operation in ["TransactWriteItems", "/v2/email/outbound-emails"] {
        assert_eq!(twice[operation], 2 * small[operation], "{operation}");
    }
}
