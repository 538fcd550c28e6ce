//! The console, in a browser: staff and customers' own administrators do their work through the pages alone.

use serde_json::json;
use tests::browser::Browser;
use tests::contract::deployed;
use tests::portal::ADMINISTRATOR;
use tests::{PASSWORD, Portal};

const ADA: &str = "ada@example.com";
const BEN: &str = "ben@example.com";

/// U1, U3, U7, T1: the organization too is made on the one form.
#[tokio::test]
async fn staff_create_a_user_who_gets_in_and_is_shut_out_and_let_in_again() {
    let portal = Portal::start().await;
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    assert_eq!(browser.heading().await, "People");
    browser.inspect("console-people").await;

    browser.follow("New user").await;
    browser.inspect("console-new-user").await;
    browser.fill("Organization’s number", "C-1001").await;
    browser.fill("Organization’s name", "Acme").await;
    browser.fill("First name", "Ada").await;
    browser.fill("Email", "no email").await;
    browser.press("Create user").await;
    assert!(browser.text().await.contains("The user was not created."));
    browser.inspect("console-new-user-refused").await;
    browser.fill("Last name", "Byron").await;
    browser.fill("Email", ADA).await;
    browser.press("Create user").await;
    assert_eq!(browser.heading().await, "Ada Byron");
    let text = browser.text().await;
    let passed_on = text.split_once("What to pass on:").expect("what to pass on").1;
    assert!(passed_on.contains("/sign-in") && passed_on.contains(ADA) && text.contains("Acme (C-1001)"), "{text}");
    browser.inspect("console-contact-created").await;

    let _ = portal.visitor().redeem(&portal.link_token(ADA).await, PASSWORD).await.expect(204);
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let _ = ada.get("/v1/session").await.expect(200);
    browser.follow("Disable the login").await;
    assert_eq!(browser.heading().await, "Disable the login: Ada Byron?");
    assert!(browser.text().await.contains("Ada Byron"));
    browser.inspect("console-confirm").await;
    browser.press("Disable the login").await;
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    browser.inspect("console-contact-disabled").await;
    browser.press("Undo: enable the login").await;
    let _ = portal.visitor().signed_in(ADA, PASSWORD).await;

    browser.follow("Change the access").await;
    browser.inspect("console-access").await;
    browser.press("Save").await;
    assert_eq!(browser.heading().await, "Ada Byron");

    browser.follow("People").await;
    browser.fill("Find a person or an organization by name, email or number", "byr").await;
    browser.press("Find").await;
    browser.follow("Ada Byron").await;
    browser.follow("Acme (C-1001)").await;
    assert_eq!(browser.heading().await, "Acme");
    browser.inspect("console-organization").await;
    browser.follow("People").await;
    browser.fill("Find a person or an organization by name, email or number", "zzz").await;
    browser.press("Find").await;
    assert!(browser.text().await.contains("begins with “zzz”"));
    browser.inspect("console-people-none").await;
    browser.close().await;
}

/// O8, U3
#[tokio::test]
async fn a_customers_administrator_creates_a_colleague_and_sees_nobody_else() {
    let portal = Portal::start().await;
    let (_, _) = portal.member(ADA, json!({ "roles": ["customer_administrator"] })).await;
    let elsewhere = json!({ "organization": { "number": "C-2002", "name": "Elsewhere" } });
    let (foreign, _) = portal.member("foreign@example.com", elsewhere).await;
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADA).await;
    let text = browser.text().await;
    assert!(!text.contains("foreign@example.com") && !text.contains("Can’t get in"), "{text}");
    browser.inspect("console-people-delegated").await;
    browser.follow("New user").await;
    assert!(!browser.has("#account_type").await, "who they may create follows from who they are");
    assert!(!browser.text().await.contains("claims need authorization"), "which only a partner's users can have");
    browser.inspect("console-new-user-delegated").await;
    browser.fill("First name", "Ben").await;
    browser.fill("Last name", "Byrd").await;
    browser.fill("Email", BEN).await;
    browser.press("Create user").await;
    assert_eq!(browser.heading().await, "Ben Byrd");
    browser.inspect("console-contact-delegated").await;
    assert_eq!(portal.mails_to(BEN).len(), 1);
    browser.go(&format!("/console/contacts/{foreign}")).await;
    assert_eq!(browser.heading().await, "Not found");
    browser.close().await;
}

/// L8, L10
#[tokio::test]
async fn staff_send_to_all_whose_invitation_expired_in_one_go() {
    let portal = Portal::start().await;
    for email in [ADA, BEN] {
        let _ = portal.create(email, json!({})).await.expect(201);
    }
    portal.pass(jiff::SignedDuration::from_hours(25));
    portal.sweep().await;
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.follow("Can’t get in").await;
    browser.inspect("console-attention").await;
    browser.press("Send a new link to all 2").await;
    assert!(browser.text().await.contains("New links went to 2 people:\n"));
    assert_eq!(browser.text().await.matches("Ada Byron").count(), 2);
    browser.inspect("console-attention-sent").await;
    for email in [ADA, BEN] {
        assert_eq!(portal.mails_to(email).len(), 2);
    }
    browser.close().await;
}

/// P8
#[tokio::test]
async fn staff_see_whose_login_is_locked_and_let_them_in_by_a_link() {
    let portal = Portal::start().await;
    let _ = portal.member(ADA, json!({})).await;
    let _ = portal.member(BEN, json!({})).await;
    let knock = async |login: &str| portal.visitor().sign_in(login, "not the password at all").await;
    for _ in 0..5 {
        let _ = knock(ADA).await.expect(401);
    }
    // As many as lock where a business locks soonest, and not here.
    for _ in 0..3 {
        let _ = knock(BEN).await.expect(401);
    }
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.follow("Can’t get in").await;
    let text = browser.text().await;
    assert!(
        text.contains(ADA) && text.contains(", locked ") && text.contains(", until ") && !text.contains(BEN),
        "{text}"
    );
    browser.inspect("console-attention-locked").await;
    browser.press("Send a new link to this person").await;
    let _ = portal.visitor().redeem(&portal.link_token(ADA).await, PASSWORD).await.expect(204);
    browser.follow("Can’t get in").await;
    assert!(browser.text().await.contains("No login is locked."));
    browser.close().await;
}

/// U7
#[tokio::test]
async fn somebody_who_has_a_login_is_given_access_here_too() {
    let portal = Portal::start().await;
    let _ = portal.member(ADA, json!({})).await;
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.follow("New user").await;
    browser.fill("Organization’s number", "C-2002").await;
    browser.fill("Organization’s name", "Second").await;
    browser.fill("First name", "Ada").await;
    browser.fill("Last name", "Byron").await;
    browser.fill("Email", ADA).await;
    browser.press("Create user").await;
    browser.inspect("console-new-user-known").await;
    browser.press("Give this person access here too").await;
    let text = browser.text().await;
    assert!(text.contains("Second (C-2002)"), "{text}");
    browser.close().await;
}

/// `security.md` AZ-01
#[tokio::test]
async fn who_is_not_signed_in_is_asked_to_and_what_stands_in_a_path_leads_to_no_other_call() {
    let portal = Portal::start().await;
    let form = [("login", ADMINISTRATOR), ("password", PASSWORD)];
    let session = portal.visitor().submit("/sign-in", &form, "").await.expect(303).kept("session");
    for page in deployed().iter().filter(|route| route.path.starts_with("/console") && route.method == "GET") {
        let nobody = portal.visitor().get(&page.with("x")).await.expect(303);
        assert_eq!(nobody.header("location"), "/sign-in", "{page:?}");
    }
    for path in
        ["contacts/x%2F..%2Forganizations", "contacts/x%3Flimit=1", "organizations/x%2Fy", "contacts/x%2Fy/access"]
    {
        let _ = portal.visitor().browse(&format!("/console/{path}"), &session).await.expect(404);
    }
}
