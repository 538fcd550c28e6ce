//! Floods: each limit of `docs/limits.md` on what the public asks for, driven up to it and past it, for a name that somebody
//! has and for one that nobody has alike (requirements L8, P8).

use jiff::SignedDuration;
use serde_json::json;
use shared::app::{App, Parts, SETTINGS_SECONDS};
use shared::domain::change::{Change, Write};
use shared::domain::counter::{Counter, Origin};
use tests::portal::token_in;
use tests::{Answer, Dump, PASSWORD, Portal};

use super::lockout::documented;

const KNOWN: &str = "ada@example.com";
const UNKNOWN: &str = "nobody@example.com";
/// How many guess at once.
const AT_ONCE: u32 = 20;
const WRONG: &str = "not the password";

/// A limit as the document has it.
fn limit(name: &str) -> u32 {
    let limit = documented().get(name).copied().unwrap_or_else(|| panic!("{name} is not documented"));
    u32::try_from(limit).expect("a number")
}

/// A portal at the beginning of every window, where somebody can sign in.
async fn portal() -> Portal {
    let portal = Portal::start().await;
    portal.member(KNOWN, json!({})).await;
    let window = i64::from(limit("WINDOW_MINUTES")) * 60;
    let into = portal.app.clock.now().as_second().rem_euclid(window);
    portal.pass(SignedDuration::from_secs(window - into));
    portal
}

/// Counts so many in one part of each overall counter.
async fn count(portal: &Portal, by: u32, parts: u8, counter: fn(Origin, jiff::Timestamp) -> [Counter; 2]) {
    let now = portal.app.clock.now();
    let counters = (0..parts).map(|part| counter(Origin { source: [0; 16], part }, now)[1]);
    let change = Change { writes: counters.map(|counter| Write::Count(counter, by)).collect() };
    portal.app.store.commit(&change, now).await.expect("counted");
}

/// What both are answered at the same point, which is the same.
fn alike(known: Answer, unknown: &Answer) -> Answer {
    assert_eq!((known.status, &known.json["code"]), (unknown.status, &unknown.json["code"]));
    assert_eq!(known.headers.contains_key("retry-after"), unknown.headers.contains_key("retry-after"));
    known
}

/// A refusal that tells when the window of so many minutes is over.
fn refused(answer: Answer, minutes: u32) {
    let answer = answer.refused(429, "too_many_requests");
    let seconds: u32 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=minutes * 60).contains(&seconds), "{seconds}");
}

async fn forgot(portal: &Portal, login: &str) -> Answer {
    portal.visitor().post("/v1/password-resets", &json!({ "login": login })).await
}

async fn renew(portal: &Portal, token: &str) -> Answer {
    portal.visitor().post("/v1/links/renew", &json!({ "token": token })).await
}

async fn guess(portal: &Portal, login: &str) -> Answer {
    portal.visitor().sign_in(login, WRONG).await
}

/// Waits until every mail that was asked for is settled, so that nothing is called but for what comes now.
async fn settled(portal: &Portal) {
    while Dump::of(portal.table.upstream()).await.has_queued() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    portal.app.settings().await.expect("settings");
    calls(portal);
}

/// The table's calls since they were last taken.
fn calls(portal: &Portal) -> Vec<String> {
    portal.table.take_calls().into_iter().map(|call| call.operation).collect()
}

/// L8, TK-16
#[tokio::test]
async fn an_address_gets_so_many_mails_and_whoever_asks_on_is_answered_alike() {
    let portal = portal().await;
    let most = usize::try_from(limit("ADDRESS_REQUESTS")).expect("small");
    let before = portal.mails_to(KNOWN).len();
    for _ in 0..=most + 1 {
        let answer = alike(forgot(&portal, KNOWN).await, &forgot(&portal, UNKNOWN).await).expect(202);
        assert_eq!(answer.text, "{}");
    }
    let token = portal.next_mail(KNOWN, before + most - 1).await;
    let token = token_in(&token).expect("a link");
    // A renewal counts as another way to ask for the same.
    let _ = renew(&portal, &token).await.expect(202);
    portal.pass(SignedDuration::from_mins(limit("WINDOW_MINUTES").into()));
    portal.sweep().await;
    assert_eq!(portal.mails_to(KNOWN).len(), before + most);
    let _ = forgot(&portal, KNOWN).await.expect(202);
    portal.next_mail(KNOWN, before + most).await;
}

/// L8
#[tokio::test]
async fn a_source_asks_for_so_many_links_and_is_then_told_when_to_come_back_whoever_it_asks_for() {
    let portal = portal().await;
    let before = portal.mails_to(KNOWN).len();
    let _ = forgot(&portal, KNOWN).await.expect(202);
    let token = portal.next_mail(KNOWN, before).await;
    let token = token_in(&token).expect("a link");
    let _ = renew(&portal, &token).await.expect(202);
    for number in 2..limit("SOURCE_REQUESTS") {
        let _ = forgot(&portal, if number % 2 == 0 { KNOWN } else { UNKNOWN }).await.expect(202);
    }
    settled(&portal).await;
    for login in [KNOWN, UNKNOWN] {
        refused(forgot(&portal, login).await, limit("WINDOW_MINUTES"));
        assert_eq!(calls(&portal), ["BatchGetItem"], "{login}");
        let page = portal.visitor().submit("/forgot-password", &[("login", login)], "").await.expect(429);
        assert!(!page.header("retry-after").is_empty());
        calls(&portal);
    }
    refused(renew(&portal, &token).await, limit("WINDOW_MINUTES"));
    portal.pass(SignedDuration::from_mins(limit("WINDOW_MINUTES").into()));
    let _ = forgot(&portal, KNOWN).await.expect(202);
}

/// L8
#[tokio::test]
async fn past_what_all_may_ask_for_all_but_holders_of_links_are_refused_before_anything_is_written_or_mailed() {
    let portal = portal().await;
    let before = portal.mails_to(KNOWN).len();
    let _ = forgot(&portal, KNOWN).await.expect(202);
    let token = token_in(&portal.next_mail(KNOWN, before).await).expect("a link");
    portal.pass(SignedDuration::from_mins(limit("WINDOW_MINUTES").into()));
    let parts = u8::try_from(limit("OVERALL_PARTS")).expect("a few");
    let of_each = limit("OVERALL_REQUESTS") / u32::from(parts);
    count(&portal, of_each - 3, parts, Origin::requests).await;
    // Whichever part each of them meets, there is room for three.
    let _ = alike(forgot(&portal, KNOWN).await, &forgot(&portal, UNKNOWN).await).expect(202);
    let _ = renew(&portal, &token).await.expect(202);
    portal.next_mail(KNOWN, before + 2).await;

    count(&portal, 3, parts, Origin::requests).await;
    settled(&portal).await;
    let everything = portal.everything().await;
    for login in [KNOWN, UNKNOWN] {
        refused(forgot(&portal, login).await, limit("WINDOW_MINUTES"));
        assert_eq!(calls(&portal), ["BatchGetItem"], "{login}");
    }
    assert!(portal.everything().await == everything, "something was written");
    let before = portal.mails_to(KNOWN).len();
    let _ = renew(&portal, &token).await.expect(202);
    portal.next_mail(KNOWN, before).await;
    portal.pass(SignedDuration::from_mins(limit("WINDOW_MINUTES").into()));
    let _ = forgot(&portal, KNOWN).await.expect(202);
}

/// P8, AU-05
#[tokio::test]
async fn past_what_all_may_fail_only_known_browsers_sign_in_and_nothing_is_hashed_or_written() {
    let portal = portal().await;
    let visitor = portal.visitor();
    let form = [("login", KNOWN), ("password", PASSWORD)];
    let device = visitor.submit("/sign-in", &form, "").await.expect(303).kept("device");
    let parts = u8::try_from(limit("OVERALL_PARTS")).expect("a few");
    count(&portal, limit("OVERALL_FAILURES") / u32::from(parts) - 2, parts, Origin::failures).await;
    let _ = alike(guess(&portal, KNOWN).await, &guess(&portal, UNKNOWN).await).refused(401, "invalid_credentials");

    count(&portal, 2, parts, Origin::failures).await;
    settled(&portal).await;
    for login in [KNOWN, UNKNOWN] {
        refused(guess(&portal, login).await, limit("SOURCE_WINDOW_MINUTES"));
        refused(visitor.sign_in(login, PASSWORD).await, limit("SOURCE_WINDOW_MINUTES"));
    }
    assert_eq!(calls(&portal), ["BatchGetItem"; 4], "the owner's name alone is looked up");
    let page = visitor.submit("/sign-in", &form, "").await.expect(429);
    assert!(!page.header("retry-after").is_empty());
    let _ = visitor.submit("/sign-in", &form, &device).await.expect(303);
    portal.pass(SignedDuration::from_mins(limit("SOURCE_WINDOW_MINUTES").into()));
    let _ = visitor.sign_in(KNOWN, PASSWORD).await.expect(201);
}

/// P8
#[tokio::test]
async fn what_one_source_fails_counts_in_part_of_all_and_what_succeeds_or_a_known_browser_fails_in_none() {
    let portal = portal().await;
    let counted = async || {
        let items = portal.everything().await;
        let overall = items.iter().filter(|item| {
            let key = item["pk"].as_str().unwrap_or_default();
            key.starts_with("COUNT#OVERALL_FAILURES#")
        });
        overall.map(|item| item["count"].as_u64().expect("a count")).sum::<u64>()
    };
    let before = counted().await;
    for number in 0..20 {
        let _ = guess(&portal, &format!("nobody{number}@example.com")).await.expect(401);
    }
    let _ = portal.visitor().sign_in(KNOWN, PASSWORD).await.expect(201);
    assert_eq!(counted().await, before + 20);
    // Whoever has a login could use all of them up in its name.
    let form = |password| [("login", KNOWN), ("password", password)];
    let device = portal.visitor().submit("/sign-in", &form(PASSWORD), "").await.expect(303).kept("device");
    for _ in 0..3 {
        let _ = portal.visitor().submit("/sign-in", &form("not the password at all"), &device).await.expect(401);
    }
    assert_eq!(counted().await, before + 20);
}

/// TK-09, TK-10: what was never made here is told by its MAC alone, which nobody can make; so guessing is not counted.
#[tokio::test]
async fn ten_thousand_guessed_tokens_cost_no_read_and_no_hash() {
    let portal = portal().await;
    let before = portal.mails_to(KNOWN).len();
    let _ = forgot(&portal, KNOWN).await.expect(202);
    let token = token_in(&portal.next_mail(KNOWN, before).await).expect("a link");
    // A hasher that is full answers 503 to whatever would be hashed.
    let hasher = shared::hasher::Hasher::new(0);
    let visitor = portal.instance(&App::new(Parts { hasher, ..Parts::clone(&portal.app) })).await;
    settled(&portal).await;
    let began = std::time::Instant::now();
    let mut guesses = tokio::task::JoinSet::new();
    for worker in 0..AT_ONCE {
        let (visitor, token) = (visitor.clone(), token.clone());
        guesses.spawn(async move {
            for number in 0..500 {
                let end = token.len() - 8;
                let forged = format!("{}{:08}", &token[..end], worker * 500 + number);
                let _ = visitor.redeem(&forged, PASSWORD).await.refused(404, "not_found");
            }
        });
    }
    guesses.join_all().await;
    // What the business has set is read every few seconds, by all who find it old at once.
    let settings = (began.elapsed().as_secs() / SETTINGS_SECONDS + 1) * u64::from(AT_ONCE);
    let made = calls(&portal);
    assert!(made.len() as u64 <= settings && made.iter().all(|call| call == "BatchGetItem"), "{made:?}");
    let _ = portal.visitor().redeem(&token, "a wholly different phrase").await.expect(204);
}
