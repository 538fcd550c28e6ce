//! Mail: what it says and to whom; that none is lost; that nothing but the mail holds the link.

use jiff::SignedDuration;
use serde_json::json;
use shared::domain::sweep::Done;
use tests::portal::{ADMINISTRATOR, new_user, token_in};
use tests::wire::Fate;
use tests::{Answer, PASSWORD, Portal, Visitor};

const ADA: &str = "ada@example.com";
const BEN: &str = "ben@example.com";
const CREATED: &str = "Account successfully created and reset password email sent.";
const FROM: &str = "\"Customer Portal\" <portal@example.com>";
const THROTTLED: Fate = Fate::Refuse(429, "TooManyRequestsException");
const REJECTED: Fate = Fate::Refuse(400, "MessageRejected");

/// The first administrator, signed in anew: a session does not outlast what the tests let pass.
async fn staff(portal: &Portal) -> Visitor {
    portal.visitor().signed_in(ADMINISTRATOR, PASSWORD).await
}

async fn read(portal: &Portal, contact: &str) -> Answer {
    staff(portal).await.get(&format!("/v1/contacts/{contact}")).await.expect(200)
}

/// A portal and a user created while SES met the calls with these fates.
async fn created_while(fates: &[Fate]) -> (Portal, Answer) {
    let portal = Portal::start().await;
    portal.ses.script(fates.iter().copied());
    let created = portal.create(ADA, json!({})).await.expect(201);
    (portal, created)
}

fn tokens(portal: &Portal, email: &str) -> Vec<String> {
    portal.mails_to(email).iter().filter_map(token_in).collect()
}

/// L1
#[tokio::test]
async fn the_access_mail_tells_how_to_get_in_now_and_later_and_whom_to_ask() {
    let portal = Portal::start().await;
    let created = portal.create(ADA, json!({ "user_id": "ada.byron" })).await.expect(201);
    let [mail] = &portal.mails_to(ADA)[..] else { panic!("one mail") };
    let expires: jiff::Timestamp = created.at("/link/expires_at").parse().expect("a time");
    let link = format!("{}/link/{}", portal.url, token_in(mail).expect("a link"));
    let expires = shared::domain::wording::MailLanguage::En.moment(expires);
    for part in [&mail.text, &mail.html] {
        for told in [ADA, "ada.byron", ADMINISTRATOR, &created.at("/access/login_url"), &link, &expires] {
            assert!(part.contains(told), "{told} in {part}");
        }
    }
    assert_eq!(mail.from, FROM);
    assert_eq!(mail.subject.lines().count(), 1);
}

/// L1, U8
#[tokio::test]
async fn the_mail_of_an_access_with_a_site_is_that_sites() {
    let portal = Portal::start().await;
    let sites = portal.administrator.get("/v1/sites").await;
    let _ = portal.create(ADA, json!({ "site": sites.at("/items/1/id") })).await.expect(201);
    let mail = portal.next_mail(ADA, 0).await;
    assert!(mail.from.contains("Partner Portal") && mail.subject.contains("Partner Portal"), "{}", mail.subject);
    let base = sites.at("/items/1/login_url").replace("/sign-in", "/link/");
    assert!(mail.text.contains(&base), "{}", mail.text);
}

/// L1
#[tokio::test]
async fn no_answer_and_nothing_at_rest_holds_a_link_or_a_password() {
    let portal = Portal::start().await;
    let staff = &portal.administrator;
    let created = portal.create(ADA, json!({})).await.expect(201);
    let path = format!("/v1/contacts/{}", created.at("/id"));
    let mut answers = vec![created, portal.create(ADA, json!({})).await, staff.act(&format!("{path}/reset")).await];
    answers.push(portal.visitor().redeem(&portal.link_token(ADA).await, PASSWORD).await);
    answers.push(portal.visitor().redeem(&portal.link_token(ADA).await, PASSWORD).await);
    answers.push(staff.act(&format!("{path}/reset")).await);
    answers.push(portal.visitor().post("/v1/password-resets", &json!({ "login": ADA })).await);
    portal.next_mail(ADA, 3).await;
    for token in tokens(&portal, ADA) {
        answers.push(portal.visitor().post("/v1/links/inspect", &json!({ "token": token })).await);
        answers.push(portal.visitor().post("/v1/links/renew", &json!({ "token": token })).await);
    }
    let sign_in = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    answers.push(portal.visitor().with_token(&sign_in.at("/token")).get("/v1/session").await);
    answers.extend([sign_in, staff.get(&path).await, staff.act(&format!("{path}/disable-login")).await]);
    answers.extend([staff.delete(&format!("{path}/access")).await, staff.get(&path).await]);
    let at_rest = portal.dump().await;
    let tokens = tokens(&portal, ADA);
    assert!(tokens.len() >= 4);
    for secret in tokens.iter().map(String::as_str).chain([PASSWORD]) {
        assert!(!at_rest.contains(secret), "at rest");
        for answer in &answers {
            let headers = format!("{:?}", answer.headers);
            assert!(!answer.text.contains(secret) && !headers.contains(secret), "{}", answer.text);
        }
    }
}

/// ML-03
#[tokio::test]
async fn a_mail_has_one_recipient_and_an_address_is_one_address() {
    let portal = Portal::start().await;
    let before = portal.inbox.mails().len();
    for address in [
        json!([ADA, BEN]),
        json!({ "to": ADA }),
        json!("ada@example.com,ben@example.com"),
        json!("ada@example.com;ben@example.com"),
        json!("ada@example.com ben@example.com"),
        json!("ada@example.com\r\nBcc: ben@example.com"),
        json!("Ada <ada@example.com>"),
        json!("\"ada, ben\"@example.com"),
    ] {
        let refused = portal.administrator.post("/v1/users", &new_user(ADA, json!({ "email": address }))).await;
        assert_eq!(refused.refused(400, "invalid").at("/errors/0/field"), "email", "{address}");
    }
    assert_eq!(portal.inbox.mails().len(), before);
    let _ = portal.create(ADA, json!({})).await.expect(201);
    assert!(portal.inbox.mails().iter().all(|mail| mail.to.len() == 1));
}

/// ML-01, ML-02
#[tokio::test]
async fn a_name_adds_no_header_no_link_and_no_markup_to_a_mail() {
    let portal = Portal::start().await;
    for name in ["Ada\r\nBcc: ben@example.com", "Ada\nX: y", "Ada\u{2028}X: y", "Ada\u{85}X", "Ada\0"] {
        for field in ["first_name", "last_name"] {
            let refused = portal.create(ADA, json!({ field: name })).await.refused(400, "invalid");
            assert_eq!(refused.at("/errors/0/field"), field);
        }
        let organization = json!({ "organization": { "number": "C-2", "name": name } });
        assert_eq!(
            portal.create(ADA, organization).await.refused(400, "invalid").at("/errors/0/field"),
            "organization.name"
        );
    }
    let hostile = [
        "<a href=//evil.example>click</a>",
        "http://evil.example/x",
        "www.evil.example",
        "=?utf-8?q?evil.example?=",
        "{{7*7}} ${7*7} <%=7*7%>",
        "\"><script>alert(1)</script>",
    ];
    for (number, name) in hostile.into_iter().enumerate() {
        let email = format!("ada{number}@example.com");
        let organization = json!({ "number": format!("C-{number}"), "name": name });
        let asked = json!({ "first_name": name, "organization": organization });
        let _ = portal.create(&email, asked).await.expect(201);
        let mail = portal.next_mail(&email, 0).await;
        let html = mail.html.to_lowercase();
        assert!(!html.contains("<script") && !html.contains("<a href=//"), "{html}");
        for part in [&mail.subject, &mail.text, &mail.html] {
            assert!(!part.contains("evil.example"), "{part}");
        }
        // Nothing is worked out: 7*7 stays what it is.
        assert_eq!(mail.text.matches("7*7").count(), name.matches("7*7").count() * mail.text.matches("7*7}}").count());
        assert_eq!(mail.from, FROM);
    }
}

/// L14
#[tokio::test]
async fn links_are_built_from_configuration_whatever_a_request_says_of_its_host() {
    let portal = Portal::start().await;
    let poisoned = |request: reqwest::RequestBuilder| {
        let evil = "evil.example";
        request
            .header("Host", evil)
            .header("X-Forwarded-Host", evil)
            .header("X-Forwarded-Proto", "gopher")
            .header("Forwarded", "host=evil.example")
            .header("Origin", "https://evil.example")
    };
    let create = portal.administrator.request(http::Method::POST, "/v1/users").json(&new_user(ADA, json!({})));
    let created = Answer::of(poisoned(create)).await.expect(201);
    let forgot = portal.visitor().request(http::Method::POST, "/v1/password-resets").json(&json!({ "login": ADA }));
    let _ = Answer::of(poisoned(forgot)).await.expect(202);
    portal.next_mail(ADA, 1).await;
    let renewed = json!({ "token": portal.link_token(ADA).await });
    let renew = portal.visitor().request(http::Method::POST, "/v1/links/renew").json(&renewed);
    let _ = Answer::of(poisoned(renew)).await.expect(202);
    portal.next_mail(ADA, 2).await;
    for mail in portal.mails_to(ADA) {
        assert!(mail.text.contains(&format!("{}/link/", portal.url)), "{}", mail.text);
        assert!(!mail.text.contains("evil") && !mail.html.contains("evil") && !mail.html.contains("gopher"));
    }
    assert!(!created.text.contains("evil"));
}

/// L9
#[tokio::test]
async fn every_member_of_staff_is_told_of_a_creation_for_sixteen_hours() {
    let (portal, created) = created_while(&[]).await;
    let support = json!({
        "account_type": "staff", "organization": { "number": "INTERNAL", "name": "Example Ltd" }, "roles": ["support"],
    });
    let _ = portal.member(BEN, support).await;
    let path = format!("/v1/contacts/{}", created.at("/id"));
    assert_eq!(created.at("/notice/text"), CREATED);
    portal.pass(SignedDuration::from_hours(16) - SignedDuration::from_mins(1));
    for email in [ADMINISTRATOR, BEN] {
        let reader = portal.visitor().signed_in(email, PASSWORD).await;
        // However often it is read.
        for _ in 0..3 {
            let read = reader.get(&path).await.expect(200);
            assert_eq!(read.json["notice"], created.json["notice"]);
        }
    }
    portal.pass(SignedDuration::from_mins(2));
    assert_eq!(read(&portal, &created.at("/id")).await.json["notice"], json!(null));
}

/// L9, L11
#[tokio::test]
async fn a_mail_that_ses_refuses_for_good_has_failed_visibly_and_goes_when_it_is_sent_again() {
    let (portal, created) = created_while(&[REJECTED]).await;
    assert_eq!(created.at("/link/mail"), "failed");
    assert_ne!(created.at("/notice/text"), CREATED);
    assert!(created.at("/notice/text").contains("could not be sent"));
    assert!(created.json["actions"].as_array().is_some_and(|actions| actions.contains(&json!("send_reset"))));
    assert!(portal.mails_to(ADA).is_empty());
    portal.pass(SignedDuration::from_mins(20));
    assert_eq!(portal.sweep().await, Done::default());

    let path = format!("/v1/contacts/{}", created.at("/id"));
    let again = portal.administrator.act(&format!("{path}/reset")).await.expect(202);
    assert_eq!((again.at("/link/mail"), again.at("/notice/text")), ("sent".into(), CREATED.into()));
    let _ = portal.visitor().redeem(&portal.link_token(ADA).await, PASSWORD).await.expect(204);
}

/// L11, ML-08
#[tokio::test]
async fn a_mail_that_ses_puts_off_never_undoes_the_account_and_is_tried_again_with_growing_pauses() {
    let (portal, created) = created_while(&[THROTTLED, THROTTLED, Fate::Refuse(503, "ServiceUnavailable")]).await;
    assert_eq!((created.at("/access/state"), created.at("/link/mail")), ("invited".into(), "queued".into()));
    assert_ne!(created.at("/notice/text"), CREATED);
    portal.ses.take_calls();
    let mut tries = Vec::new();
    for _ in 0..10 {
        portal.pass(SignedDuration::from_secs(61));
        portal.sweep().await;
        tries.push(portal.ses.take_calls().len());
    }
    // After one minute, two more and four more; then it is gone.
    assert_eq!(tries, [1, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
    assert_eq!(portal.mails_to(ADA).len(), 1);
    let sent = portal.contact(&created.at("/id")).await;
    assert_eq!((sent.at("/link/mail"), sent.at("/notice/text")), ("sent".into(), CREATED.into()));
    let _ = portal.visitor().redeem(&portal.link_token(ADA).await, PASSWORD).await.expect(204);
}

/// L2
#[tokio::test]
async fn a_links_time_runs_from_the_first_attempt_to_send_it() {
    let (portal, created) = created_while(&[THROTTLED]).await;
    let first = created.at("/link/expires_at");
    portal.pass(SignedDuration::from_hours(5));
    portal.sweep().await;
    let mail = portal.next_mail(ADA, 0).await;
    assert_eq!(read(&portal, &created.at("/id")).await.at("/link/expires_at"), first);
    assert!(
        mail.text.contains(&shared::domain::wording::MailLanguage::En.moment(first.parse().expect("a time"))),
        "{}",
        mail.text
    );
    portal.pass(SignedDuration::from_hours(19));
    let _ = portal.visitor().redeem(&token_in(&mail).expect("a link"), PASSWORD).await.refused(410, "link_expired");
}

/// L2
#[tokio::test]
async fn a_link_that_expired_unsent_is_made_anew() {
    let (portal, created) = created_while(&[THROTTLED]).await;
    portal.pass(SignedDuration::from_hours(25));
    portal.sweep().await;
    let token = token_in(&portal.next_mail(ADA, 0).await).expect("a link");
    // The mail may be on its way to being written down as sent.
    let fresh = read(&portal, &created.at("/id")).await;
    assert_eq!((fresh.at("/link/state"), fresh.at("/access/state")), ("valid".into(), "invited".into()));
    assert_ne!(fresh.at("/link/expires_at"), created.at("/link/expires_at"));
    let _ = portal.visitor().redeem(&token, PASSWORD).await.expect(204);
    assert_eq!(portal.mails_to(ADA).len(), 1);
}

/// L2, O8
#[tokio::test]
async fn an_offer_that_expired_unsent_is_made_anew() {
    let portal = Portal::start().await;
    let _ = portal.member(ADA, json!({ "organization": { "number": "C-2", "name": "Elsewhere" } })).await;
    let (_, administrator) = portal.member(BEN, json!({ "roles": ["customer_administrator"] })).await;
    portal.ses.script([THROTTLED]);
    let before = portal.mails_to(ADA).len();
    let _ = administrator.post("/v1/users", &new_user(ADA, json!({}))).await.expect(201);
    portal.pass(SignedDuration::from_hours(25));
    portal.sweep().await;
    let token = token_in(&portal.next_mail(ADA, before).await).expect("a link");
    let inspected = portal.visitor().post("/v1/links/inspect", &json!({ "token": token })).await.expect(200);
    assert_eq!((inspected.at("/purpose"), inspected.at("/state")), ("accept".into(), "valid".into()));
}

/// L11
#[tokio::test]
async fn a_mail_whose_acceptance_was_lost_may_come_twice_with_the_same_link() {
    let (portal, created) = created_while(&[Fate::LoseAnswer]).await;
    assert_eq!(created.at("/link/mail"), "queued");
    portal.pass(SignedDuration::from_mins(2));
    portal.sweep().await;
    let tokens = tokens(&portal, ADA);
    assert_eq!(tokens.len(), 2);
    assert_eq!(tokens[0], tokens[1]);
    assert_eq!(portal.contact(&created.at("/id")).await.at("/link/mail"), "sent");
    let _ = portal.visitor().redeem(&tokens[0], PASSWORD).await.expect(204);
}

/// L11
#[tokio::test]
async fn a_ses_that_hangs_costs_the_caller_a_pause_and_no_mail() {
    let (portal, created) = created_while(&[Fate::Hang]).await;
    assert_eq!(created.at("/link/mail"), "queued");
    portal.pass(SignedDuration::from_mins(2));
    portal.sweep().await;
    assert_eq!(portal.mails_to(ADA).len(), 1);
}

/// L11
#[tokio::test]
async fn a_mail_that_anybody_asked_for_is_not_lost_either() {
    let portal = Portal::start().await;
    let _ = portal.create_active(ADA, json!({})).await;
    portal.ses.take_calls();
    portal.ses.script([THROTTLED]);
    let before = portal.mails_to(ADA).len();
    let _ = portal.visitor().post("/v1/password-resets", &json!({ "login": ADA })).await.expect(202);
    while portal.ses.take_calls().is_empty() {
        tokio::task::yield_now().await;
    }
    portal.pass(SignedDuration::from_mins(2));
    // The try that was put off may still be on its way to being written down.
    while portal.mails_to(ADA).len() == before {
        portal.sweep().await;
        tokio::task::yield_now().await;
        portal.pass(SignedDuration::from_secs(30));
    }
    let _ = portal.visitor().redeem(&portal.link_token(ADA).await, "a wholly different phrase").await.expect(204);
}

/// L11, ML-08
#[tokio::test]
async fn once_ses_takes_no_more_the_sweep_leaves_the_rest_to_the_next_run() {
    let portal = Portal::start().await;
    portal.ses.decide_by(|_, _| THROTTLED);
    for number in 0..5 {
        let _ = portal.create(&format!("ada{number}@example.com"), json!({})).await.expect(201);
    }
    portal.pass(SignedDuration::from_mins(2));
    portal.ses.take_calls();
    let done = portal.sweep().await;
    assert_eq!((done.mails, done.cut_off, portal.ses.take_calls().len()), (3, true, 3));
    portal.ses.heal();
    portal.pass(SignedDuration::from_mins(5));
    let done = portal.sweep().await;
    assert_eq!((done.mails, done.cut_off), (5, false));
    for number in 0..5 {
        assert_eq!(portal.mails_to(&format!("ada{number}@example.com")).len(), 1);
    }
}

/// L11, S1
#[tokio::test]
async fn two_sweeps_at_once_send_a_mail_once() {
    let (portal, _) = created_while(&[THROTTLED]).await;
    portal.pass(SignedDuration::from_mins(2));
    tokio::join!(portal.sweep(), portal.sweep(), portal.sweep());
    assert_eq!(portal.mails_to(ADA).len(), 1);
}

/// ML-08
#[tokio::test]
async fn a_mail_that_could_not_go_for_most_of_a_day_has_failed_visibly() {
    let portal = Portal::start().await;
    portal.ses.take_calls();
    portal.ses.decide_by(|_, _| THROTTLED);
    let created = portal.create(ADA, json!({})).await.expect(201);
    for _ in 0..46 {
        portal.pass(SignedDuration::from_mins(30));
        portal.sweep().await;
    }
    let tries = portal.ses.take_calls().len();
    assert_eq!(u32::try_from(tries), Ok(shared::domain::mail::MOST_TRIES));
    let failed = read(&portal, &created.at("/id")).await;
    assert_eq!(failed.at("/link/mail"), "failed");
    assert_eq!(failed.at("/access/state"), "invited");
}
