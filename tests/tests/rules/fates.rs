//! What becomes of each mail, by what SES reports of it; and where nothing more goes (requirements L9, L10).

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::portal::ADMINISTRATOR;
use tests::ses::event;
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
    for _ in 0..200 {
        let answer = portal.contact(contact).await;
        if !["queued", "sent"].contains(&answer.at("/link/mail").as_str()) {
            return answer;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("nothing was reported of the mail of {contact}");
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
        (AWAY, "bounced", json!("returned"), Value::Null),
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
    for _ in 0..200 {
        if portal.contact(&contact).await.at("/link/mail") == "complained" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
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
    assert!(notice.contains("could not be sent"), "{notice}");
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
    // What goes out to an address that is known to be dead looks as if it had just come back.
    let again = head.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    assert_eq!(again.at("/link/mail"), "bounced");
    let seen = head.get(&path).await.expect(200);
    for item in seen.json["items"].as_array().expect("items") {
        assert_eq!((&item["fate"], &item["to"], &item["reason"]), (&json!("bounced"), &Value::Null, &Value::Null));
    }
    assert_eq!(seen.json["suppression"], Value::Null);
    let lift = format!("/v1/contacts/{contact}/suppression");
    let _ = head.delete(&lift).await.refused(403, "forbidden");
    let _ = other.get(&path).await.refused(404, "not_found");
}
