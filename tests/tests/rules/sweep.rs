//! The sweep: every effect once, whoever else sweeps and whoever is cut off; work proportional to what is due; reminders, and
//! the record of what it did (requirement S1).

use jiff::SignedDuration;
use serde_json::json;
use tests::load::{SMALL, portal_with, records};
use tests::portal::{ADMINISTRATOR, token_in};
use tests::sweeping::{Outcome, Taken, calls, sweep_all, sweeper};
use tests::wire::Fate;
use tests::{Answer, PASSWORD, Portal, Visitor, Wire};

/// So many things due; `make bench` has a hundred thousand.
const DUE: usize = 304;
/// Past the grace of a mail that nobody delivered.
const GRACE: SignedDuration = SignedDuration::from_mins(5);
const ADA: &str = "ada@example.com";
const BEN: &str = "ben@example.com";
const REMINDED: &str = "Your invitation to Customer Portal ends soon";

async fn staff(portal: &Portal) -> Visitor {
    portal.visitor().signed_in(ADMINISTRATOR, PASSWORD).await
}

/// A portal that reminds six hours before an invitation ends.
async fn reminding() -> Portal {
    let portal = Portal::start().await;
    let version = portal.administrator.get("/v1/settings").await.json["version"].as_u64().expect("a number");
    let set = portal.administrator.patch("/v1/settings", version, &json!({ "reminder_hours": 6 })).await.expect(200);
    assert_eq!(set.json["reminder_hours"], 6);
    portal
}

fn reminders(portal: &Portal, email: &str) -> Vec<local::inbox::Sent> {
    portal.mails_to(email).into_iter().filter(|mail| mail.subject == REMINDED).collect()
}

async fn swept(portal: &Portal, hours: i64) {
    portal.pass(SignedDuration::from_hours(hours));
    portal.sweep().await;
    // What the sweep leaves to the stream is under way.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    portal.sweep().await;
}

/// S1
#[tokio::test]
async fn somebody_is_reminded_once_before_an_invitation_ends_with_the_same_link() {
    let portal = reminding().await;
    let created = portal.create(ADA, json!({})).await.expect(201);
    let first = portal.link_token(ADA).await;
    swept(&portal, 17).await;
    assert_eq!(reminders(&portal, ADA).len(), 0);
    swept(&portal, 2).await;
    swept(&portal, 1).await;
    let [reminder] = &reminders(&portal, ADA)[..] else { panic!("one reminder") };
    assert_eq!(token_in(reminder).as_deref(), Some(first.as_str()));
    let expires: jiff::Timestamp = created.at("/link/expires_at").parse().expect("a time");
    assert!(reminder.text.contains(&shared::domain::wording::MailLanguage::En.moment(expires)), "{}", reminder.text);
    let contact = staff(&portal).await.get(&format!("/v1/contacts/{}", created.at("/id"))).await.expect(200);
    assert_eq!(contact.at("/link/expires_at"), created.at("/link/expires_at"), "its time stays");
    let told = staff(&portal).await.get("/v1/audit?action=link_reminded").await.expect(200);
    assert_eq!(told.json["items"].as_array().map(Vec::len), Some(1));
    let _ = portal.visitor().redeem(&first, PASSWORD).await.expect(204);
}

/// S1
#[tokio::test]
async fn nobody_is_reminded_of_what_they_took_up_or_can_not_use_or_where_the_business_does_not_want_it() {
    let portal = reminding().await;
    let _ = portal.create_active(ADA, json!({})).await;
    let ben = portal.create(BEN, json!({})).await.expect(201).at("/id");
    let _ = portal.administrator.act(&format!("/v1/contacts/{ben}/disable-login")).await.expect(200);
    let _ = portal.administrator.act(&format!("/v1/contacts/{}/reset", portal_contact(&portal, ADA).await)).await;
    swept(&portal, 20).await;
    assert_eq!((reminders(&portal, ADA).len(), reminders(&portal, BEN).len()), (0, 0));

    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    swept(&portal, 23).await;
    assert_eq!(portal.mails_to(ADA).len(), 1);
}

async fn portal_contact(portal: &Portal, email: &str) -> String {
    portal.administrator.get(&format!("/v1/contacts?q={email}")).await.expect(200).at("/items/0/id")
}

/// S1, L3
#[tokio::test]
async fn an_invitation_that_was_reminded_of_expires_like_any_other() {
    let portal = reminding().await;
    let created = portal.create(ADA, json!({})).await.expect(201);
    swept(&portal, 19).await;
    assert_eq!(reminders(&portal, ADA).len(), 1);
    swept(&portal, 6).await;
    let expired = staff(&portal).await.get("/v1/attention?why=invitation_expired").await.expect(200);
    assert_eq!(expired.at("/items/0/contact"), created.at("/id"));
}

/// S1
#[tokio::test]
async fn two_sweeps_at_once_remind_once() {
    let portal = reminding().await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    portal.pass(SignedDuration::from_hours(19));
    tokio::join!(portal.sweep(), portal.sweep(), portal.sweep());
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    portal.sweep().await;
    assert_eq!(reminders(&portal, ADA).len(), 1);
}

/// S1
#[tokio::test]
async fn what_the_sweep_did_is_a_record_that_staff_read() {
    let portal = reminding().await;
    let none = portal.administrator.get("/v1/sweeps").await.expect(200);
    assert_eq!(none.json["items"], json!([]));
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let _ = portal.create(BEN, json!({})).await.expect(201);
    portal.pass(SignedDuration::from_hours(19));
    assert_eq!(portal.sweep().await.reminders, 2);
    portal.pass(SignedDuration::from_hours(6));
    assert_eq!(portal.sweep().await.links, 2);
    let by = staff(&portal).await;
    let runs = by.get("/v1/sweeps").await.expect(200);
    let count = |at: usize, what: &str| runs.json["items"][at][what].as_u64();
    assert_eq!((count(0, "links"), count(0, "reminders"), count(0, "failed")), (Some(2), Some(0), Some(0)));
    assert_eq!((count(1, "links"), count(1, "reminders")), (Some(0), Some(2)));
    let first = by.get("/v1/sweeps?limit=1").await.expect(200);
    let second = by.get(&format!("/v1/sweeps?limit=1&cursor={}", first.at("/next_cursor"))).await.expect(200);
    assert_eq!((first.json["items"].clone(), second.json["items"].clone()), split(&runs));
}

fn split(runs: &Answer) -> (serde_json::Value, serde_json::Value) {
    (json!([runs.json["items"][0]]), json!([runs.json["items"][1]]))
}

/// S1, AZ-01
#[tokio::test]
async fn only_staff_read_what_the_sweep_did() {
    let portal = Portal::start().await;
    let (_, head) = portal.member(ADA, json!({ "roles": ["customer_administrator"] })).await;
    let _ = head.get("/v1/sweeps").await.refused(403, "forbidden");
    let _ = portal.visitor().get("/v1/sweeps").await.refused(401, "unauthenticated");
}

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
    // What was done is written down once, however much it is.
    for (operation, told) in [("TransactWriteItems", 1), ("/v2/email/outbound-emails", 0)] {
        assert_eq!(twice[operation] - told, 2 * (small[operation] - told), "{operation}");
    }
}
