//! What becomes of each mail, by what SES reports of it; and where nothing more goes (requirements L9, L10).

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::portal::ADMINISTRATOR;
use tests::ses::{event, event_json};
use tests::wire::Fate;
use tests::{Answer, PASSWORD, Portal};

// SES's mailbox simulator, which the local run's SES knows too.
const BOUNCES: &str = "bounce@simulator.amazonses.com";
const COMPLAINS: &str = "complaint@simulator.amazonses.com";
const SUPPRESSED: &str = "suppressionlist@simulator.amazonses.com";
const AWAY: &str = "ooto@simulator.amazonses.com";
const ARRIVES: &str = "success@simulator.amazonses.com";
const ADA: &str = "ada@example.com";

/// The contact, once the last link's mail is more than sent.
async fn reported(portal: &Portal, contact: &str) -> Answer {
    portal.mail_met(contact, |fate| !["queued", "sent"].contains(&fate)).await
}

/// Somebody invited, whose mail has met its fate. Gives the contact's id.
async fn invited(portal: &Portal, email: &str) -> String {
    let contact = portal.create(email, json!({})).await.expect(201).at("/id");
    let _ = reported(portal, &contact).await;
    contact
}

async fn mails(portal: &Portal, contact: &str) -> Answer {
    portal.administrator.get(&format!("/v1/contacts/{contact}/mails")).await.expect(200)
}

async fn lift(portal: &Portal, contact: &str) -> Answer {
    portal.administrator.delete(&format!("/v1/contacts/{contact}/suppression")).await
}

/// L10
#[tokio::test]
async fn what_ses_reports_of_a_mail_is_shown_with_its_reason() {
    let portal = Portal::start().await;
    for (email, fate, reason, suppresses) in [
        (ARRIVES, "delivered", Value::Null, Value::Null),
        (BOUNCES, "bounced", json!("bounced"), json!("bounced")),
        (AWAY, "delivered", Value::Null, Value::Null),
        (SUPPRESSED, "suppressed", json!("address_suppressed"), json!("bounced")),
    ] {
        let contact = invited(&portal, email).await;
        assert_eq!(portal.contact(&contact).await.at("/link/mail"), fate, "{email}");
        let mails = mails(&portal, &contact).await;
        assert_eq!(mails.json["items"][0]["fate"], fate, "{email}");
        assert_eq!(mails.json["items"][0]["reason"], reason, "{email}");
        assert_eq!(mails.json["items"][0]["to"], email);
        assert!(mails.json["items"][0]["reported_at"].is_string(), "{email}");
        assert_eq!(mails.json["suppression"].get("reason").unwrap_or(&Value::Null), &suppresses, "{email}");
    }
}

/// L10
#[tokio::test]
async fn a_complaint_comes_after_the_delivery_and_stands() {
    let portal = Portal::start().await;
    let contact = portal.create(COMPLAINS, json!({})).await.expect(201).at("/id");
    let _ = portal.mail_met(&contact, |fate| fate == "complained").await;
    let mails = mails(&portal, &contact).await;
    assert_eq!(mails.json["items"][0]["fate"], "complained");
    assert_eq!(mails.json["suppression"]["reason"], "complained");
    let mail = mails.at("/items/0/id");
    for late in ["Send", "Delivery"] {
        mail_events::handle(portal.app.clone(), event("aws.ses", late, &mail, COMPLAINS)).await.expect("taken");
    }
    assert_eq!(portal.contact(&contact).await.at("/link/mail"), "complained");
}

/// L10
#[tokio::test]
async fn after_a_mail_came_back_for_good_nothing_more_goes_there_until_staff_lift_it() {
    let portal = Portal::start().await;
    let contact = invited(&portal, BOUNCES).await;
    let sent = portal.mails_to(BOUNCES).len();
    let again = portal.administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    assert_eq!(again.at("/link/mail"), "suppressed");
    let _ = portal.visitor().post("/v1/password-resets", &json!({ "login": BOUNCES })).await.expect(202);
    portal.pass(SignedDuration::from_mins(5));
    portal.sweep().await;
    assert_eq!(portal.mails_to(BOUNCES).len(), sent);

    let staff = portal.visitor().signed_in(ADMINISTRATOR, PASSWORD).await;
    let _ = staff.delete(&format!("/v1/contacts/{contact}/suppression")).await.expect(200);
    assert_eq!(mails(&portal, &contact).await.json["suppression"], Value::Null);
    let _ = lift(&portal, &contact).await.refused(409, "not_suppressed");
    let again = portal.administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    assert_eq!(again.at("/link/mail"), "sent");
    assert_eq!(portal.mails_to(BOUNCES).len(), sent + 1);
    let told = portal.administrator.get(&format!("/v1/audit?contact={contact}")).await.expect(200);
    for action in ["address_suppressed", "address_released"] {
        assert!(told.text.contains(action), "{action} in {}", told.text);
    }
}

/// L10
#[tokio::test]
async fn what_was_reported_of_before_does_not_bring_back_what_staff_lifted() {
    let portal = Portal::start().await;
    let contact = invited(&portal, BOUNCES).await;
    let late = event("aws.ses", "Bounce", &mails(&portal, &contact).await.at("/items/0/id"), BOUNCES);
    let again = portal.administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    let second = mails(&portal, &contact).await.at("/items/0/id");
    assert_eq!(again.at("/link/mail"), "suppressed");
    let _ = lift(&portal, &contact).await.expect(200);
    for mut event in [late, event("aws.ses", "Complaint", &second, BOUNCES)] {
        event.time -= SignedDuration::from_mins(1);
        mail_events::handle(portal.app.clone(), event).await.expect("taken");
    }
    assert_eq!(mails(&portal, &contact).await.json["suppression"], Value::Null);
}

/// L10
#[tokio::test]
async fn a_complaint_that_is_taken_back_is_none_and_one_of_before_is_no_delivery() {
    let portal = Portal::start().await;
    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let mail = mails(&portal, &contact).await.at("/items/0/id");
    for (sub_type, feedback, fate) in [
        (Value::Null, json!("not-spam"), "sent"),
        (json!("OnAccountSuppressionList"), Value::Null, "suppressed"),
        (Value::Null, json!("abuse"), "complained"),
    ] {
        let mut event = event_json("aws.ses", "Complaint", &mail, ADA);
        event["detail"]["complaint"] = json!({ "complaintSubType": sub_type, "complaintFeedbackType": feedback });
        let event = serde_json::from_value(event).expect("an event");
        mail_events::handle(portal.app.clone(), event).await.expect("taken");
        assert_eq!(portal.contact(&contact).await.at("/link/mail"), fate);
    }
    assert_eq!(mails(&portal, &contact).await.json["suppression"]["reason"], "complained");
}

/// L2, L10, S1
#[tokio::test]
async fn the_link_of_a_mail_that_may_not_go_expires_as_others_do() {
    let portal = Portal::start().await;
    let contact = invited(&portal, BOUNCES).await;
    let again = portal.administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    assert!(again.json["link"]["expires_at"].is_string(), "{}", again.text);
    portal.pass(SignedDuration::from_hours(25));
    portal.sweep().await;
    let staff = portal.visitor().signed_in(ADMINISTRATOR, PASSWORD).await;
    let seen = staff.get(&format!("/v1/contacts/{contact}")).await.expect(200);
    assert_eq!((seen.at("/access/state"), seen.at("/link/state")), ("invitation_expired".into(), "expired".into()));
}

/// L10, L11
#[tokio::test]
async fn another_address_gets_what_the_dead_one_did_not() {
    let portal = Portal::start().await;
    let contact = invited(&portal, BOUNCES).await;
    let path = format!("/v1/contacts/{contact}/login");
    let edit = portal.administrator.request(http::Method::PATCH, &path).header("if-match", "*");
    let _ = Answer::of(edit.json(&json!({ "login_email": ADA }))).await.expect(200);
    let again = portal.administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    assert_eq!(again.at("/link/mail"), "sent");
    let _ = portal.visitor().redeem(&portal.link_token(ADA).await, PASSWORD).await.expect(204);
}

/// L9
#[tokio::test]
async fn the_notice_of_a_creation_tells_when_its_mail_came_back() {
    let portal = Portal::start().await;
    let contact = invited(&portal, BOUNCES).await;
    let notice = portal.contact(&contact).await.at("/notice/text");
    assert!(notice.contains("did not arrive"), "{notice}");
    let contact = invited(&portal, ARRIVES).await;
    let notice = portal.contact(&contact).await.at("/notice/text");
    assert_eq!(notice, "Account successfully created and reset password email sent.");
}

/// L10
#[tokio::test]
async fn what_is_not_ses_s_or_of_no_mail_to_that_address_changes_nothing() {
    let portal = Portal::start().await;
    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let mail = mails(&portal, &contact).await.at("/items/0/id");
    let before = portal.everything().await;
    for event in [
        event("latchkey", "Bounce", &mail, ADA),
        event("aws.ses", "Bounce", &mail, "eve@example.com"),
        event("aws.ses", "Bounce", "mal_01M825K0FXBEYYPET9XQMRT0WW", ADA),
        event("aws.ses", "Bounce", "MAIL#SETTINGS", ADA),
        event("aws.ses", "Open", &mail, ADA),
        event("aws.ses", "DeliveryDelay", &mail, ADA),
    ] {
        mail_events::handle(portal.app.clone(), event).await.expect("left");
    }
    assert_eq!(portal.everything().await, before);
    // Any of them in order is written down, once.
    for _ in 0..3 {
        mail_events::handle(portal.app.clone(), event("aws.ses", "Bounce", &mail, ADA)).await.expect("taken");
    }
    assert_eq!(portal.contact(&contact).await.at("/link/mail"), "bounced");
    let told = portal.administrator.get(&format!("/v1/audit?contact={contact}&action=address_suppressed")).await;
    assert_eq!(told.expect(200).json["items"].as_array().map(Vec::len), Some(1));
}

/// L10, L11
#[tokio::test]
async fn a_mail_whose_sending_nobody_heard_of_is_not_sent_again_once_ses_reports_it() {
    let portal = Portal::start().await;
    portal.ses.script([Fate::LoseAnswer]);
    let created = portal.create(ARRIVES, json!({})).await.expect(201);
    assert_eq!(reported(&portal, &created.at("/id")).await.at("/link/mail"), "delivered");
    portal.pass(SignedDuration::from_hours(1));
    portal.sweep().await;
    assert_eq!(portal.mails_to(ARRIVES).len(), 1);
}

/// L10
#[tokio::test]
async fn the_mails_about_a_contact_are_listed_newest_first_and_paged() {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    for way in ["disable", "enable", "disable", "enable"] {
        let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/{way}-login")).await.expect(200);
    }
    let path = format!("/v1/contacts/{contact}/mails?limit=2");
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = portal.administrator.get(&format!("{path}{cursor}")).await.expect(200);
        let items = page.json["items"].as_array().expect("items").clone();
        assert!(items.len() <= 2);
        all.extend(items.into_iter().map(|item| item["template"].clone()));
        match page.json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(all[..4], ["login_enabled", "login_disabled", "login_enabled", "login_disabled"].map(Value::from));
    let _ = portal.administrator.get(&format!("{path}&cursor=x")).await.refused(400, "invalid_cursor");
}

/// L10, O8, A7
#[tokio::test]
async fn a_delegated_administrator_follows_the_mails_of_their_accesses_and_learns_no_address_was_known() {
    let portal = Portal::start().await;
    let body = |number: &str| json!({ "organization": { "number": number, "name": "Acme" }, "roles": ["customer_administrator"] });
    let (_, head) = portal.member("head@example.com", body("C-1001")).await;
    let (_, other) = portal.member("other@example.com", body("C-2")).await;
    let contact = invited(&portal, BOUNCES).await;
    let path = format!("/v1/contacts/{contact}/mails");
    // What does not go out to an address that is known to be dead looks as if it had gone, and then come back.
    let again = head.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    assert_eq!(again.at("/link/mail"), "sent");
    assert!(again.json["link"]["sent_at"].is_string() && again.json["link"]["expires_at"].is_string());
    let item = head.get(&path).await.expect(200).json["items"][0].clone();
    assert_eq!(
        (&item["fate"], item["sent_at"].is_string(), &item["reported_at"]),
        (&json!("sent"), true, &Value::Null)
    );
    portal.pass(SignedDuration::from_mins(2));
    let seen = head.get(&path).await.expect(200);
    for item in seen.json["items"].as_array().expect("items") {
        assert_eq!((&item["fate"], &item["to"], &item["reason"]), (&json!("bounced"), &Value::Null, &Value::Null));
        assert!(item["reported_at"].is_string(), "{item}");
    }
    assert_eq!(seen.json["suppression"], Value::Null);
    // What others cause by their own is not told, nor where it would be.
    let before = seen.json["items"].as_array().map(Vec::len);
    let _ = portal.visitor().post("/v1/password-resets", &json!({ "login": BOUNCES })).await.expect(202);
    let after = head.get(&format!("{path}?limit=2")).await.expect(200);
    assert_eq!((after.json["items"].as_array().map(Vec::len), &after.json["next_cursor"]), (before, &Value::Null));
    let lift = format!("/v1/contacts/{contact}/suppression");
    let _ = head.delete(&lift).await.refused(403, "forbidden");
    let _ = other.get(&path).await.refused(404, "not_found");
}

async fn attention(portal: &Portal, why: &str) -> Vec<String> {
    let staff = portal.visitor().signed_in(ADMINISTRATOR, PASSWORD).await;
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = staff.get(&format!("/v1/attention?why={why}&limit=2{cursor}")).await.expect(200);
        all.extend(page.json["items"].as_array().expect("items").iter().map(|item| item["contact"].clone()));
        match page.json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    all.iter().map(|id| id.as_str().expect("an id").to_owned()).collect()
}

/// L10
#[tokio::test]
async fn whose_mail_did_not_arrive_is_listed_until_another_went_out_or_they_are_not_to_get_in() {
    let portal = Portal::start().await;
    let mut stuck = Vec::new();
    for number in 0..5 {
        stuck.insert(0, invited(&portal, &format!("bounce+{number}@simulator.amazonses.com")).await);
    }
    let _ = invited(&portal, ARRIVES).await;
    portal.ses.script([Fate::Refuse(400, "MessageRejected")]);
    stuck.insert(0, portal.create(ADA, json!({})).await.expect(201).at("/id"));
    assert_eq!(attention(&portal, "mail_stuck").await, stuck);

    let sent = portal.administrator.act(&format!("/v1/contacts/{}/reset", stuck[0])).await.expect(202);
    assert_eq!(sent.at("/link/mail"), "sent");
    let _ = portal.administrator.act(&format!("/v1/contacts/{}/disable-login", stuck[1])).await.expect(200);
    let _ = portal.administrator.delete(&format!("/v1/contacts/{}/access", stuck[2])).await.expect(200);
    let _ = portal.administrator.act(&format!("/v1/contacts/{}/inactivate", stuck[3])).await.expect(200);
    assert_eq!(attention(&portal, "mail_stuck").await, stuck[4..]);
}

/// S1, L8
#[tokio::test]
async fn expired_invitations_are_listed_and_all_are_sent_again_in_one_call() {
    let portal = Portal::start().await;
    let mut expired = Vec::new();
    for number in 0..5 {
        let made = portal.create(&format!("ada{number}@example.com"), json!({})).await;
        expired.push(made.expect(201).at("/id"));
    }
    let _ = portal.create_active(ADA, json!({})).await;
    assert_eq!(attention(&portal, "invitation_expired").await, Vec::<String>::new());
    portal.pass(SignedDuration::from_hours(25));
    portal.sweep().await;
    let mut listed = attention(&portal, "invitation_expired").await;
    listed.sort();
    expired.sort();
    assert_eq!(listed, expired);

    let staff = portal.visitor().signed_in(ADMINISTRATOR, PASSWORD).await;
    let _ = staff.act(&format!("/v1/contacts/{}/disable-login", expired[0])).await.expect(200);
    let resent = staff.post("/v1/attention/resend", &json!({ "contacts": expired })).await.expect(200);
    let results = resent.json["results"].as_array().expect("results");
    assert_eq!(results[0]["problem"]["code"], "login_disabled");
    for result in &results[1..] {
        assert_eq!((&result["status"], &result["sent"]["link"]["mail"]), (&json!(202), &json!("sent")), "{result}");
    }
    assert_eq!(attention(&portal, "invitation_expired").await, Vec::<String>::new());
    let token = portal.link_token("ada4@example.com").await;
    let _ = portal.visitor().redeem(&token, PASSWORD).await.expect(204);
}

/// L8
#[tokio::test]
async fn what_sending_again_is_asked_with_is_told() {
    let portal = Portal::start().await;
    let staff = &portal.administrator;
    let id = portal.create(ADA, json!({})).await.expect(201).at("/id");
    for (contacts, code) in [
        (json!([]), "out_of_bounds"),
        (json!(vec!["x"; 101]), "out_of_bounds"),
        (json!(["x"]), "invalid"),
        (json!([id, id]), "duplicate"),
        (json!("x"), "wrong_type"),
        (Value::Null, "required"),
    ] {
        let answer = staff.post("/v1/attention/resend", &json!({ "contacts": contacts })).await.expect(400);
        assert_eq!(answer.at("/errors/0/code"), code, "{}", answer.text);
    }
    let _ = staff.get("/v1/attention").await.expect(400);
    let _ = staff.get("/v1/attention?why=other").await.expect(400);
    assert_eq!(portal.mails_to(ADA).len(), 1);
}
