//! The console's work on one contact or organization, in a browser, through the pages alone.

use serde_json::json;
use tests::browser::Browser;
use tests::portal::ADMINISTRATOR;
use tests::{PASSWORD, Portal};

const ADA: &str = "ada@example.com";

/// O9
#[tokio::test]
async fn who_edits_a_contact_that_somebody_else_edited_meanwhile_is_told_what_is_otherwise() {
    let portal = Portal::start().await;
    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.go(&format!("/console/contacts/{contact}")).await;
    browser.follow("Edit the details").await;
    browser.inspect("console-details").await;
    let version = portal.contact(&contact).await.json["version"].as_u64().expect("a number");
    let path = format!("/v1/contacts/{contact}");
    let _ = portal.administrator.patch(&path, version, &json!({ "title": "Buyer" })).await.expect(200);
    browser.fill("Job title", "Head of sales").await;
    browser.press("Save").await;
    assert!(browser.text().await.contains("Somebody else changed this since you opened it."));
    assert_eq!(browser.described("title").await.lines().last(), Some("It is now: Buyer."));
    browser.inspect("console-details-stale").await;
    browser.press("Save").await;
    assert!(browser.text().await.contains("The details are saved."));
    assert_eq!(portal.contact(&contact).await.at("/title"), "Head of sales");
    browser.close().await;
}

/// U9
#[tokio::test]
async fn staff_change_the_names_that_sign_in() {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.go(&format!("/console/contacts/{contact}")).await;
    browser.follow("Change how they sign in").await;
    browser.inspect("console-login-names").await;
    browser.fill("User ID", "a").await;
    browser.press("Save").await;
    assert!(browser.text().await.contains("Nothing was saved."));
    browser.inspect("console-login-names-refused").await;
    browser.fill("User ID", "ada.byron").await;
    browser.press("Save").await;
    assert!(browser.text().await.contains("How they sign in is saved."));
    let _ = portal.visitor().signed_in("ada.byron", PASSWORD).await;
    browser.close().await;
}

/// A5
#[tokio::test]
async fn an_access_that_was_just_revoked_is_given_again_as_it_was() {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({ "can_create_users": true })).await;
    let before = portal.contact(&contact).await.json["access"].clone();
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.go(&format!("/console/contacts/{contact}")).await;
    browser.confirm("Revoke the access").await;
    assert!(browser.text().await.contains("The access is revoked."));
    assert!(!browser.text().await.contains("successfully created"), "told right after it is revoked");
    browser.inspect("console-contact-revoked").await;
    browser.follow("Undo: give the access again").await;
    browser.press("Give access").await;
    assert!(browser.text().await.contains("The access is given."));
    let now = portal.contact(&contact).await.json["access"].clone();
    assert_eq!(now["state"], "invited");
    for kept in ["roles", "site", "can_create_users", "login_email"] {
        assert_eq!(now[kept], before[kept], "{kept}");
    }
    browser.close().await;
}

/// P1, P2
#[tokio::test]
async fn staff_set_a_password_that_has_to_be_changed() {
    let portal = Portal::start().await;
    let (contact, ada) = portal.member(ADA, json!({})).await;
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.go(&format!("/console/contacts/{contact}")).await;
    browser.follow("Set a password").await;
    browser.inspect("console-password").await;
    browser.fill("New password", "short").await;
    browser.fill("The same again", "other").await;
    browser.press("Set the password").await;
    browser.inspect("console-password-refused").await;
    let typed = "an entirely other password";
    browser.fill("New password", typed).await;
    browser.fill("The same again", typed).await;
    browser.press("Set the password").await;
    assert!(browser.text().await.contains("The password is set."));
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    let session = portal.visitor().sign_in(ADA, typed).await.expect(201);
    assert_eq!(session.json["session"]["must_change_password"], true);
    browser.close().await;
}

/// P7
#[tokio::test]
async fn staff_end_one_session_of_a_contact() {
    let portal = Portal::start().await;
    let (contact, ada) = portal.member(ADA, json!({})).await;
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.go(&format!("/console/contacts/{contact}")).await;
    browser.press("End this session").await;
    let text = browser.text().await;
    assert!(text.contains("The session is ended.") && text.contains("Not signed in anywhere."), "{text}");
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    browser.close().await;
}

/// A8
#[tokio::test]
async fn staff_look_at_the_portal_as_somebody_does_and_come_back_with_one_click() {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({ "roles": ["customer_administrator"] })).await;
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.go(&format!("/console/contacts/{contact}")).await;
    browser.press("See the portal as they do").await;
    let text = browser.text().await;
    assert!(text.contains("This is a preview.") && text.contains(ADA), "{text}");
    browser.inspect("account-preview").await;
    browser.follow("Look after people and their access").await;
    let text = browser.text().await;
    assert!(text.contains("This is a preview.") && !text.contains("Settings"), "{text}");
    browser.inspect("console-preview").await;
    browser.press("End the preview").await;
    assert_eq!(browser.path().await, format!("/console/contacts/{contact}"));
    let text = browser.text().await;
    assert!(!text.contains("This is a preview.") && text.contains("Settings"), "{text}");
    assert!(browser.cookie("behind").await.is_null());

    // Over by itself: whoever looked on goes on as themselves.
    browser.press("See the portal as they do").await;
    portal.pass(jiff::SignedDuration::from_mins(16));
    browser.go("/account").await;
    assert_eq!(browser.path().await, "/console");
    browser.close().await;
}

/// L10
#[tokio::test]
async fn staff_let_mail_go_to_an_address_again() {
    let portal = Portal::start().await;
    let bouncing = "bounce@simulator.amazonses.com";
    let contact = portal.create(bouncing, json!({})).await.expect(201).at("/id");
    let _ = portal.mail_met(&contact, |fate| fate == "bounced").await;
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.go(&format!("/console/contacts/{contact}")).await;
    assert!(browser.text().await.contains("Nothing more is mailed to"));
    browser.inspect("console-contact-suppressed").await;
    browser.press("Let mail go there again").await;
    let text = browser.text().await;
    assert!(text.contains("Mail goes to the address again.") && !text.contains("Nothing more is mailed to"), "{text}");
    browser.close().await;
}

/// O1, O6, O7
#[tokio::test]
async fn staff_make_an_organization_edit_it_and_make_it_inactive_and_active_again() {
    let portal = Portal::start().await;
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.follow("Add an organization").await;
    browser.inspect("console-new-organization").await;
    browser.fill("Number", "C-3003").await;
    browser.fill("Name", "Third").await;
    browser.fill("Partner", "P-0").await;
    browser.press("Create").await;
    assert_eq!(browser.described("partner").await.lines().last(), Some("There is no partner with this number."));
    browser.inspect("console-new-organization-refused").await;
    browser.fill("Partner", "").await;
    browser.press("Create").await;
    assert_eq!(browser.heading().await, "Third");
    browser.inspect("console-organization-made").await;
    browser.follow("Edit the details").await;
    browser.inspect("console-organization-edit").await;
    browser.fill("Name", "Third Ltd").await;
    browser.press("Save").await;
    assert_eq!(browser.heading().await, "Third Ltd");

    browser.follow("Add a contact without access").await;
    assert!(browser.text().await.contains("Third Ltd ("));
    browser.inspect("console-new-contact").await;
    browser.fill("First name", "Ada").await;
    browser.fill("Last name", "Byron").await;
    browser.fill("Email", ADA).await;
    browser.press("Create contact").await;
    assert!(browser.text().await.contains("No access: this contact can’t sign in."));
    browser.inspect("console-contact-without-access").await;
    browser.follow("Give access").await;
    browser.press("Give access").await;
    assert!(browser.text().await.contains("The access is given."));
    assert_eq!(portal.mails_to(ADA).len(), 1);

    browser.follow("Third Ltd (C-3003)").await;
    browser.follow("Make the organization inactive").await;
    assert!(browser.text().await.contains("C-3003"));
    browser.inspect("console-organization-confirm").await;
    browser.press("Make the organization inactive").await;
    assert!(
        browser.text().await.contains("The organization is inactive: nobody signs in for it, and nobody can be added.")
    );
    browser.inspect("console-organization-inactive").await;
    browser.press("Undo: make the organization active again").await;
    assert!(!browser.text().await.contains("organization is inactive."));
    browser.close().await;
}

/// U5
#[tokio::test]
async fn a_partners_administrator_adds_a_customer_and_its_user() {
    let portal = Portal::start().await;
    let partner = json!({ "account_type": "partner", "organization": { "number": "P-1", "name": "Broker" },
        "roles": ["partner_administrator"], "can_create_users": true });
    let _ = portal.member("pat@example.com", partner).await;
    let browser = Browser::open(&portal).await;
    browser.enter_console("pat@example.com").await;
    browser.inspect("console-people-partner").await;
    browser.follow("Add an organization").await;
    browser.fill("Number", "C-4004").await;
    browser.fill("Name", "Fourth").await;
    browser.press("Create").await;
    assert_eq!(browser.heading().await, "Fourth");
    browser.follow("Create a user here").await;
    browser.fill("First name", "Ada").await;
    browser.fill("Last name", "Byron").await;
    browser.fill("Email", ADA).await;
    browser.press("Create user").await;
    assert_eq!(browser.heading().await, "Ada Byron");
    browser.follow("People").await;
    assert!(browser.text().await.contains("Fourth"));
    browser.close().await;
}

/// O5, P7
#[tokio::test]
async fn somebody_ends_their_other_session_and_goes_on_with_another_access() {
    let portal = Portal::start().await;
    let (contact, elsewhere) = portal.member(ADA, json!({})).await;
    let _ = portal.also_at(&contact, json!({ "number": "C-2002", "name": "Second" })).await;
    let browser = Browser::open(&portal).await;
    browser.go("/sign-in").await;
    browser.fill("Email or user ID", ADA).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Sign in").await;
    browser.inspect("account-sessions").await;
    browser.press("End this session").await;
    assert!(browser.text().await.contains("That session is ended."));
    let _ = elsewhere.get("/v1/session").await.refused(401, "unauthenticated");
    let other = if browser.text().await.contains("Go on with Second") { "Second" } else { "Acme" };
    browser.press(&format!("Go on with {other}")).await;
    assert!(browser.text().await.contains(&format!("Signed in for\n{other}")));
    browser.close().await;
}

async fn cookie(portal: &Portal, login: &str) -> String {
    let form = [("login", login), ("password", PASSWORD)];
    portal.visitor().submit("/sign-in", &form, "").await.expect(303).kept("session")
}

/// U9: the email is for those who may set passwords, the user ID for whoever looks after logins.
#[tokio::test]
async fn who_may_not_change_a_login_email_changes_the_user_id_beside_it() {
    let portal = Portal::start().await;
    let internal = portal.administrator.get("/v1/session").await.expect(200).at("/organization");
    let manager = json!({ "account_type": "staff", "organization": internal, "roles": ["account_manager"] });
    let _ = portal.member("mia@example.com", manager).await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    let session = cookie(&portal, "mia@example.com").await;
    let version = portal.contact(&contact).await.json["version"].to_string();
    let form = [("login_email", ADA), ("user_id", "ada.byron"), ("version", &version)];
    let path = format!("/console/contacts/{contact}/login");
    let _ = portal.visitor().submit(&path, &form, &session).await.expect(303);
    assert_eq!(portal.contact(&contact).await.at("/access/user_id"), "ada.byron");
}

/// L12
#[tokio::test]
async fn a_language_that_the_form_does_not_offer_stays() {
    let portal = Portal::start().await;
    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let path = format!("/v1/contacts/{contact}");
    let version = portal.contact(&contact).await.json["version"].as_u64().expect("a number");
    let _ = portal.administrator.patch(&path, version, &json!({ "language": "pt-BR" })).await.expect(200);
    let session = cookie(&portal, ADMINISTRATOR).await;
    let version = portal.contact(&contact).await.json["version"].to_string();
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Byron"),
        ("email", ADA),
        ("title", "Buyer"),
        ("language", ""),
        ("version", &version),
    ];
    let _ = portal.visitor().submit(&format!("/console/contacts/{contact}/edit"), &form, &session).await.expect(303);
    let now = portal.contact(&contact).await;
    assert_eq!((now.at("/language"), now.at("/title")), ("pt-BR".to_owned(), "Buyer".to_owned()));
}

/// A8
#[tokio::test]
async fn who_leaves_a_preview_that_is_over_goes_on_as_themselves() {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    let session = cookie(&portal, ADMINISTRATOR).await;
    let begun = portal.visitor().submit("/preview", &[("contact", &contact)], &session).await.expect(303);
    let both = format!("{}; {}", begun.kept("session"), begun.kept("behind"));
    portal.pass(jiff::SignedDuration::from_mins(16));
    let left = portal.visitor().submit("/sign-out", &[], &both).await.expect(303);
    assert_eq!(left.header("location"), "/console");
    let _ = portal.visitor().browse("/console", &left.kept("session")).await.expect(200);
}

/// O9
#[tokio::test]
async fn who_changes_an_access_that_somebody_else_changed_is_told_how() {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    let session = cookie(&portal, ADMINISTRATOR).await;
    let version = portal.contact(&contact).await.json["version"].to_string();
    let access = json!({ "roles": ["customer_administrator"] });
    let _ = portal.administrator.put(&format!("/v1/contacts/{contact}/access"), &access).await.expect(200);
    let form = [("role.customer_center", "on"), ("version", version.as_str())];
    let path = format!("/console/contacts/{contact}/access");
    let told = portal.visitor().submit(&path, &form, &session).await.expect(412);
    assert!(told.text.contains("It is now: Customer administrator."), "{}", told.text);
}

/// U10
#[tokio::test]
async fn a_form_whose_button_is_pressed_twice_makes_one_and_says_so_twice() {
    let portal = Portal::start().await;
    let session = cookie(&portal, ADMINISTRATOR).await;
    let organization = portal.administrator.get("/v1/session").await.expect(200).at("/organization");
    let form = [
        ("organization", organization.as_str()),
        ("key", "pressed-twice"),
        ("first_name", "Ada"),
        ("last_name", "Byron"),
        ("email", ADA),
    ];
    let visitor = portal.visitor();
    let press = || visitor.submit("/console/new-contact", &form, &session);
    let (one, other) = tokio::join!(press(), press());
    assert_eq!(one.expect(303).header("location"), other.expect(303).header("location"));
}

/// O5, AZ-07
#[tokio::test]
async fn an_access_that_is_used_at_another_site_says_where() {
    let portal = Portal::start().await;
    let shop = json!({ "name": "Shop", "base_url": "https://shop.example.com", "sender": "shop@example.com", "group": "shop" });
    let _ = portal.administrator.post("/v1/sites", &shop).await.expect(201);
    let (contact, _) = portal.member(ADA, json!({})).await;
    let other = json!({ "kind": "customer", "number": "C-2002", "name": "Second", "site_group": "shop" });
    let other = portal.administrator.post("/v1/organizations", &other).await.expect(201).at("/id");
    let other = portal.also_at(&contact, json!(other)).await;
    let session = cookie(&portal, ADA).await;
    let form = [("action", "switch"), ("contact", other.as_str())];
    let told = portal.visitor().submit("/account", &form, &session).await.expect(409);
    assert!(told.text.contains("https://shop.example.com/sign-in"), "{}", told.text);
    let _ = portal.visitor().browse("/account", &session).await.expect(200);
}

/// A8
#[tokio::test]
async fn staff_who_can_not_look_on_from_this_site_are_told_where() {
    let portal = Portal::start().await;
    let shop = json!({ "name": "Shop", "base_url": "https://shop.example.com", "sender": "shop@example.com" });
    let shop = portal.administrator.post("/v1/sites", &shop).await.expect(201).at("/id");
    let (contact, _) = portal.member(ADA, json!({ "site": shop })).await;
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.go(&format!("/console/contacts/{contact}")).await;
    browser.press("See the portal as they do").await;
    assert_eq!(browser.heading().await, "Ada Byron");
    let text = browser.text().await;
    assert!(text.contains("can’t be looked at from here") && text.contains("shop.example.com/sign-in"), "{text}");
    assert!(browser.text().await.contains("it is another site’s"));
    browser.inspect("console-preview-refused").await;
    browser.close().await;
}
