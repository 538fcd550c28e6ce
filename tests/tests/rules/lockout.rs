//! Lockout: no guess past the limit gets a true answer, and the owner gets in all the same (requirement P8).

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use shared::domain::change::{Change, Write};
use shared::domain::counter::{OVERALL_PARTS, Origin};
use shared::domain::email::{Email, UserId};
use shared::domain::lockout::{
    FIRST_LOCK_MINUTES, LINK_ONLY_AFTER, LOCK_AFTER, LONGEST_LOCK_HOURS, OVERALL_FAILURES, SOURCE_FAILURES,
    SOURCE_WINDOW_MINUTES,
};
use shared::domain::settings::Settings;
use shared::domain::text::{Name, Number, PersonName};
use shared::domain::{logo, mail, password, rules, session, user, wording};
use shared::http::source::{Peer, Source};
use shared::http::{cookies, fields, idempotency, problem};
use shared::{app, hasher, keyring, store};
use tests::portal::{ADMINISTRATOR, token_in};
use tests::wire::Fate;
use tests::{Answer, PASSWORD, Portal, Visitor};
use tokio::task::JoinSet;

const ADA: &str = "ada@example.com";
const WRONG: &str = "not the password";
const OTHER_PASSWORD: &str = "a wholly different phrase";

/// So many wrong guesses at Ada's password by a stranger.
async fn guess(portal: &Portal, times: u32) {
    let stranger = portal.visitor();
    for _ in 0..times {
        let _ = stranger.sign_in(ADA, WRONG).await.refused(401, "invalid_credentials");
    }
}

/// Until when Ada's login is locked, as an administrator sees it.
async fn locked_until(portal: &Portal, contact: &str) -> Option<Timestamp> {
    let administrator = portal.visitor().signed_in(ADMINISTRATOR, PASSWORD).await;
    let contact = administrator.get(&format!("/v1/contacts/{contact}")).await.expect(200);
    contact.json["access"]["locked_until"].as_str().map(|at| at.parse().expect("a time"))
}

/// Signs in by the page, as a browser with these cookies.
async fn by_page(visitor: &Visitor, login: &str, password: &str, cookies: &str) -> Answer {
    visitor.submit("/sign-in", &[("login", login), ("password", password)], cookies).await
}

/// P8, AU-07
#[tokio::test]
async fn five_failures_lock_for_a_quarter_of_an_hour_and_guessing_on_does_not_prolong_it() {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    guess(&portal, 5).await;
    let until = locked_until(&portal, &contact).await.expect("locked");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
    portal.pass(SignedDuration::from_mins(14));
    guess(&portal, 3).await;
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
    assert_eq!(locked_until(&portal, &contact).await, Some(until));
    portal.pass(SignedDuration::from_mins(1));
    assert_eq!(locked_until(&portal, &contact).await, None);
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
}

/// P8, AU-07
#[tokio::test]
async fn each_further_failure_doubles_the_lock_up_to_a_day() {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    guess(&portal, 4).await;
    for minutes in [15, 30, 60, 120, 240, 480, 960, 1440, 1440] {
        let before = portal.app.clock.now();
        guess(&portal, 1).await;
        let lock = SignedDuration::from_mins(minutes);
        let until = locked_until(&portal, &contact).await.expect("locked");
        assert!(before + lock <= until && until <= portal.app.clock.now() + lock, "{minutes} minutes");
        portal.pass(lock);
    }
}

/// P8, AU-07
#[tokio::test]
async fn a_success_sets_the_count_to_zero() {
    let portal = Portal::start().await;
    portal.member(ADA, json!({})).await;
    for _ in 0..3 {
        guess(&portal, 4).await;
        let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    }
}

/// P8, AU-03
#[tokio::test]
async fn after_a_hundred_failures_in_a_row_only_a_link_helps() {
    let portal = Portal::start().await;
    portal.member(ADA, json!({})).await;
    guess(&portal, 4).await;
    for _ in 4..100 {
        guess(&portal, 1).await;
        portal.pass(SignedDuration::from_hours(24));
    }
    guess(&portal, 1).await;
    portal.pass(SignedDuration::from_hours(24 * 400));
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");

    let before = portal.mails_to(ADA).len();
    let _ = portal.visitor().post("/v1/password-resets", &json!({ "login": ADA })).await.expect(202);
    let token = token_in(&portal.next_mail(ADA, before).await).expect("a link");
    let _ = portal.visitor().redeem(&token, OTHER_PASSWORD).await.expect(204);
    let _ = portal.visitor().sign_in(ADA, OTHER_PASSWORD).await.expect(201);
}

/// P8, AU-03
#[tokio::test]
async fn of_hundreds_of_guesses_at_once_none_past_the_fifth_gets_a_true_answer() {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    let stranger = portal.visitor();
    let mut guesses = JoinSet::new();
    let send = |guesses: &mut JoinSet<u16>, password: &'static str| {
        let stranger = stranger.clone();
        guesses.spawn(async move { stranger.sign_in(ADA, password).await.status.as_u16() });
    };
    for _ in 0..100 {
        send(&mut guesses, WRONG);
    }
    let (mut failed, mut later) = (0, 0);
    while let Some(status) = guesses.join_next().await {
        let status = status.expect("no panic");
        assert!(matches!(status, 401 | 503), "{status}");
        failed += u32::from(status == 401);
        // A hundred stay under way. Once five were counted, two hundred more come, every other one of them right.
        if failed < 5 {
            send(&mut guesses, WRONG);
            tokio::time::sleep(Duration::from_millis(5)).await;
        } else if later < 200 {
            send(&mut guesses, if later % 2 == 0 { PASSWORD } else { WRONG });
            later += 1;
        }
    }
    assert!(failed > 5, "{failed} failed");
    let until = locked_until(&portal, &contact).await.expect("locked");
    assert!(until <= portal.app.clock.now() + SignedDuration::from_mins(15), "five were counted, no more");
    portal.pass(SignedDuration::from_mins(15));
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
}

/// P8, AU-03
#[tokio::test]
async fn a_right_guess_that_the_fifth_failure_overtakes_gets_no_true_answer() {
    let portal = Portal::start().await;
    portal.member(ADA, json!({})).await;
    guess(&portal, 4).await;
    portal.app.settings().await.expect("settings");
    portal.table.script([Fate::Pass, Fate::Pass, Fate::Hold]);
    let visitor = portal.visitor();
    let right = tokio::spawn(async move { visitor.sign_in(ADA, PASSWORD).await });
    portal.table.held().await;
    guess(&portal, 1).await;
    portal.table.release();
    let _ = right.await.expect("no panic").refused(401, "invalid_credentials");
}

/// P8, AU-08
#[tokio::test]
async fn the_owner_gets_in_by_a_link_while_a_stranger_goes_on_guessing() {
    let portal = Portal::start().await;
    portal.member(ADA, json!({})).await;
    let browser = portal.visitor();
    guess(&portal, 6).await;
    let before = portal.mails_to(ADA).len();
    let _ = browser.submit("/forgot-password", &[("login", ADA)], "").await.expect(200);
    let token = token_in(&portal.next_mail(ADA, before).await).expect("a link");
    guess(&portal, 2).await;
    let form = [("action", "redeem"), ("password", OTHER_PASSWORD), ("confirm_password", OTHER_PASSWORD)];
    let device = browser.submit(&format!("/link/{token}"), &form, "").await.expect(200).kept("device");

    guess(&portal, 6).await;
    let _ = portal.visitor().sign_in(ADA, OTHER_PASSWORD).await.refused(401, "invalid_credentials");
    let signed_in = by_page(&browser, ADA, OTHER_PASSWORD, &device).await.expect(303);
    let _ = browser.browse("/account", &signed_in.kept("session")).await.expect(200);
}

/// P8, AU-08
#[tokio::test]
async fn a_browsers_own_failures_are_counted_by_themselves() {
    let portal = Portal::start().await;
    portal.member(ADA, json!({})).await;
    let browser = portal.visitor();
    let device = by_page(&browser, ADA, PASSWORD, "").await.expect(303).kept("device");
    for _ in 0..5 {
        let _ = by_page(&browser, ADA, WRONG, &device).await.expect(401);
    }
    let _ = by_page(&browser, ADA, PASSWORD, &device).await.expect(401);
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    portal.pass(SignedDuration::from_mins(15));
    let again = by_page(&browser, ADA, PASSWORD, &device).await.expect(303);
    assert_eq!(again.cookie("device"), None, "it is known already");
}

/// P8, AU-08
#[tokio::test]
async fn a_cookie_of_somebody_else_or_made_up_does_not_get_past_a_lock() {
    let portal = Portal::start().await;
    portal.member(ADA, json!({})).await;
    portal.member("stranger@example.com", json!({})).await;
    let visitor = portal.visitor();
    let hers = by_page(&visitor, ADA, PASSWORD, "").await.expect(303).kept("device");
    let theirs = by_page(&visitor, "stranger@example.com", PASSWORD, "").await.expect(303).kept("device");
    let (head, last) = hers.split_at(hers.len() - 4);
    let forged = format!("{head}{}", if last == "AAAA" { "BBBB" } else { "AAAA" });
    for cookie in [theirs.as_str(), &forged] {
        for _ in 0..3 {
            let _ = by_page(&visitor, ADA, WRONG, cookie).await.expect(401);
        }
    }
    for cookie in ["", theirs.as_str(), &forged] {
        let _ = by_page(&visitor, ADA, PASSWORD, cookie).await.expect(401);
    }
    let _ = by_page(&visitor, ADA, PASSWORD, &hers).await.expect(303);
}

/// Seeds so many failures of this machine in a window that begins now.
async fn seed_source_failures(portal: &Portal, failures: u32) {
    let window = SOURCE_WINDOW_MINUTES * 60;
    let into = portal.app.clock.now().as_second().rem_euclid(window);
    portal.pass(SignedDuration::from_secs(window - into));
    let mut connection = http::Extensions::new();
    connection.insert(Peer([127, 0, 0, 1].into()));
    let now = portal.app.clock.now();
    let mut change = Change::none();
    let [of_source, _] = Origin::of(Source::of(&connection).key()).failures(now);
    change.writes.push(Write::Count(of_source, failures));
    portal.app.store.commit(&change, now).await.expect("written");
}

/// A guess at a login that nobody has, with this header.
async fn spoofed(portal: &Portal, number: usize, header: (&str, &str)) -> Answer {
    let body = json!({ "login": format!("nobody{number}@example.com"), "password": WRONG });
    let request = portal.visitor().request(http::Method::POST, "/v1/sessions").json(&body);
    Answer::of(request.header(header.0, header.1)).await
}

/// AU-05
#[tokio::test]
async fn a_source_that_failed_too_often_is_refused_whoever_it_asks_for_but_from_a_known_browser() {
    let portal = Portal::start().await;
    portal.member(ADA, json!({})).await;
    let browser = portal.visitor();
    let device = by_page(&browser, ADA, PASSWORD, "").await.expect(303).kept("device");
    seed_source_failures(&portal, SOURCE_FAILURES - 2).await;
    for number in 0..2 {
        let _ = spoofed(&portal, number, ("accept", "*/*")).await.refused(401, "invalid_credentials");
    }
    portal.app.settings().await.expect("settings");
    portal.table.take_calls();
    let refused = portal.visitor().sign_in(ADA, PASSWORD).await.refused(429, "too_many_requests");
    let operations: Vec<_> = portal.table.take_calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(operations, ["BatchGetItem"]);
    let seconds: i64 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=SOURCE_WINDOW_MINUTES * 60).contains(&seconds));
    let _ = by_page(&browser, ADA, PASSWORD, "").await.expect(429);
    let _ = by_page(&browser, ADA, PASSWORD, &device).await.expect(303);

    portal.pass(SignedDuration::from_secs(seconds));
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
}

/// AU-13
#[tokio::test]
async fn no_header_makes_a_source_another() {
    let portal = Portal::start().await;
    let headers = [
        ("x-forwarded-for", "203.0.113.7"),
        ("forwarded", "for=203.0.113.7"),
        ("x-real-ip", "203.0.113.7"),
        ("true-client-ip", "203.0.113.7"),
        ("cloudfront-viewer-address", "203.0.113.7:443"),
        ("cf-connecting-ip", "203.0.113.7"),
        ("x-client-ip", "203.0.113.7"),
        ("x-cluster-client-ip", "203.0.113.7"),
    ];
    seed_source_failures(&portal, SOURCE_FAILURES - 8).await;
    for (number, header) in headers.into_iter().enumerate() {
        let _ = spoofed(&portal, number, header).await.refused(401, "invalid_credentials");
    }
    for (number, header) in headers.into_iter().enumerate() {
        let _ = spoofed(&portal, number, header).await.refused(429, "too_many_requests");
    }
}

/// P8
#[tokio::test]
async fn what_was_guessed_at_a_name_before_anybody_had_it_does_not_lock_who_comes_to_have_it() {
    let portal = Portal::start().await;
    guess(&portal, 6).await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    assert_eq!(locked_until(&portal, &contact).await, None);
}

/// The longest text that is taken.
fn longest(takes: impl Fn(&str) -> bool) -> i64 {
    (1..=300).filter(|length| takes(&"x".repeat(*length))).max().map_or(0, |length| i64::try_from(length).unwrap_or(0))
}

/// The longest email that is taken: the longest local part, and a host whose last label is as long as may be.
fn longest_email() -> i64 {
    let front = format!("{}@{}.{}.", "x".repeat(64), "x".repeat(63), "x".repeat(63));
    193 + longest(|last| Email::parse(&format!("{front}{last}")).is_ok())
}

/// The default of one of the template's parameters.
fn parameter(name: &str) -> i64 {
    let template = include_str!("../../../infra/template.yaml");
    let (_, after) = template.split_once(&format!("\n  {name}:\n")).expect("a parameter");
    let (_, default) = after.split_once("Default: ").expect("a default");
    default.lines().next().expect("a line").trim_matches('"').parse().expect("a number")
}

/// Every limit as the code has it.
fn limits() -> BTreeMap<&'static str, i64> {
    let email = |text| Email::parse(text).expect("an email");
    let settings = Settings::new(Name::parse("Example Ltd").expect("a name"), email(ADA), Vec::new());
    let size = |size: usize| i64::try_from(size).expect("a size");
    BTreeMap::from([
        ("LOCK_AFTER", LOCK_AFTER.into()),
        ("FIRST_LOCK_MINUTES", FIRST_LOCK_MINUTES.into()),
        ("LONGEST_LOCK_HOURS", LONGEST_LOCK_HOURS),
        ("LINK_ONLY_AFTER", LINK_ONLY_AFTER.into()),
        ("SOURCE_FAILURES", SOURCE_FAILURES.into()),
        ("OVERALL_FAILURES", OVERALL_FAILURES.into()),
        ("SOURCE_WINDOW_MINUTES", SOURCE_WINDOW_MINUTES),
        ("DEVICE_DAYS", cookies::DEVICE_DAYS.into()),
        ("ADDRESS_REQUESTS", rules::request_link::ADDRESS_REQUESTS.into()),
        ("EMAIL_CHANGES", rules::email_change::EMAIL_CHANGES.into()),
        ("SOURCE_REQUESTS", rules::request_link::SOURCE_REQUESTS.into()),
        ("OVERALL_REQUESTS", rules::request_link::OVERALL_REQUESTS.into()),
        ("OVERALL_PARTS", OVERALL_PARTS.into()),
        ("WINDOW_MINUTES", rules::request_link::WINDOW_MINUTES),
        ("Settings.invite_hours", settings.invite_hours.into()),
        ("Settings.reset_hours", settings.reset_hours.into()),
        ("Settings.reminder_hours", settings.reminder_hours.into()),
        ("Settings.password_minimum", settings.password_minimum.into()),
        ("FLOOR", password::FLOOR.into()),
        ("MOST_CHARACTERS", size(password::MOST_CHARACTERS)),
        ("password::MOST_BYTES", size(password::MOST_BYTES)),
        ("MEMORY_KIB", hasher::MEMORY_KIB.into()),
        ("PASSES", hasher::PASSES.into()),
        ("LANES", hasher::LANES.into()),
        ("WAITING", size(hasher::WAITING)),
        ("RETRY_SECONDS", problem::RETRY_SECONDS.into()),
        ("Settings.idle_minutes", settings.idle_minutes.into()),
        ("Settings.session_hours", settings.session_hours.into()),
        ("TOUCH_SECONDS", session::TOUCH_SECONDS),
        ("MOST_LISTED", store::MOST_LISTED.into()),
        ("SETTINGS_SECONDS", i64::try_from(app::SETTINGS_SECONDS).expect("a time")),
        ("fields::MOST_BYTES", size(fields::MOST_BYTES)),
        ("MOST_WORDED", size(fields::MOST_WORDED)),
        ("logo::MOST_BYTES", size(logo::MOST_BYTES)),
        ("MOST_PIXELS", logo::MOST_PIXELS.into()),
        ("KEPT_HOURS", idempotency::KEPT_HOURS),
        ("LEASE_SECONDS", idempotency::LEASE_SECONDS),
        ("MOST_DECISIONS", app::MOST_DECISIONS.into()),
        ("REREAD_SECONDS", i64::try_from(keyring::REREAD_SECONDS).expect("a time")),
        ("RequestsPerSecond", parameter("RequestsPerSecond")),
        ("MailsPerSecond", parameter("MailsPerSecond")),
        ("RequestBurst", parameter("RequestBurst")),
        ("FailuresToTell", parameter("FailuresToTell")),
        ("PersonName", longest(|text| PersonName::parse(text).is_ok())),
        ("Name", longest(|text| Name::parse(text).is_ok())),
        ("Number", longest(|text| Number::parse(text).is_ok())),
        ("UserId", longest(|text| UserId::parse(text).is_ok())),
        ("Email.local_part", longest(|text| Email::parse(&format!("{text}@example.com")).is_ok())),
        ("Email", longest_email()),
        ("MOST_ACCESSES", size(user::MOST_ACCESSES)),
        ("MOST_OFFERS", size(user::MOST_OFFERS)),
        ("grant_several::MOST", size(rules::grant_several::MOST)),
        ("MOST_TOGETHER", size(rules::grant_several::MOST_TOGETHER)),
        ("PREVIEW_MINUTES", session::PREVIEW_MINUTES),
        ("MOST_ROLES", size(rules::MOST_ROLES)),
        ("MOST_SUBJECT", size(wording::MOST_SUBJECT)),
        ("MOST_BODY", size(wording::MOST_BODY)),
        ("MOST_TRIES", mail::MOST_TRIES.into()),
        ("MOST_THROTTLES", sweep::MOST_THROTTLES.into()),
        ("MOST_WAIT_HOURS", mail::MOST_WAIT_HOURS),
        ("CLAIM_SECONDS", mail::CLAIM_SECONDS),
        ("GRACE_SECONDS", mail::GRACE_SECONDS),
        ("NOTICE_HOURS", mail::NOTICE_HOURS),
        ("BATCH", sweep::BATCH.into()),
        ("MOST_SECONDS", i64::try_from(sweep::MOST_SECONDS).expect("a time")),
    ])
}

/// Every limit as the document has it.
pub(crate) fn documented() -> BTreeMap<&'static str, i64> {
    let rows = include_str!("../../../docs/limits.md").lines().filter_map(|line| {
        let columns: Vec<_> = line.split('|').map(str::trim).collect();
        let [_, _, number, _, name, _] = columns.as_slice() else { return None };
        Some((name.strip_prefix('`')?.strip_suffix('`')?, number.parse().expect(line)))
    });
    rows.collect()
}

/// AU-06
#[test]
fn every_limit_is_documented_as_it_is() {
    assert_eq!(documented(), limits());
}
