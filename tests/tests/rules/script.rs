//! What pages do better where their script runs.

use serde_json::json;
use tests::browser::Browser;
use tests::portal::ADMINISTRATOR;
use tests::{PASSWORD, Portal};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn staff_find_somebody_as_they_type() {
    let portal = Portal::start().await;
    for (email, last) in [(ADA, "Byron"), ("cleo@example.com", "Chen")] {
        let _ = portal.create(email, json!({ "last_name": last })).await.expect(201);
    }
    let browser = Browser::with_scripts(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.fill("Find a person or an organization by name, email or number", "che").await;
    browser.until("return !document.body.innerText.includes('Byron')").await;
    let text = browser.text().await;
    assert!(text.contains("cleo@example.com") && text.contains("Found: 1."), "{text}");
    assert!(browser.text().await.contains("cleo@example.com, Acme"));
    browser.inspect("script-found").await;
    // What was found stays found on coming back.
    browser.follow("Ada Chen").await;
    browser.back().await;
    browser.until("return document.getElementById('q').value === 'che'").await;
    assert!(!browser.text().await.contains("Byron"));
    browser.fill("Find a person or an organization by name, email or number", "zzz").await;
    browser.until("return document.body.innerText.includes('begins with “zzz”')").await;
    browser.close().await;
}

#[tokio::test]
async fn staff_are_asked_once_more_in_place_and_may_leave_it() {
    let portal = Portal::start().await;
    let (contact, ada) = portal.member(ADA, json!({})).await;
    let browser = Browser::with_scripts(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    let path = format!("/console/contacts/{contact}");
    browser.go(&path).await;
    let asked = "return document.querySelector('dialog[open] h1')?.innerText === 'Disable the login: Ada Byron?'";
    browser.open_dialog("Disable the login").await;
    browser.until(asked).await;
    browser.inspect("script-confirm").await;
    browser.open_dialog("Leave everything as it is").await;
    browser.until("return document.querySelector('dialog') === null").await;
    let focused = browser.run("return document.activeElement.innerText", &[]).await;
    assert_eq!(focused, "Disable the login", "goes on where it was");
    let _ = ada.get("/v1/session").await.expect(200);
    browser.open_dialog("Disable the login").await;
    browser.until(asked).await;
    browser.press_within("dialog", "Disable the login").await;
    assert!(browser.text().await.contains("The login is disabled. They are signed out."));
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    browser.close().await;
}

#[tokio::test]
async fn what_is_to_be_passed_on_can_be_copied() {
    let portal = Portal::start().await;
    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let browser = Browser::with_scripts(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.go(&format!("/console/contacts/{contact}")).await;
    browser.may_copy().await;
    browser.run("document.querySelector('[aria-label=\"Copy: ada@example.com\"]').click()", &[]).await;
    browser.until("return document.body.innerText.includes('Copied')").await;
    browser.inspect("script-copied").await;
    let copied = browser.run("return navigator.clipboard.readText()", &[]).await;
    assert_eq!(copied, ADA);
    browser.close().await;
}

#[tokio::test]
async fn times_are_the_readers_own() {
    let portal = Portal::start().await;
    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let browser = Browser::with_scripts(&portal).await;
    browser.live_in("Asia/Kolkata").await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.go(&format!("/console/contacts/{contact}")).await;
    let text = browser.text().await;
    assert!(text.contains("GMT+5:30") && !text.contains("UTC"), "{text}");
    browser.close().await;
}

/// P3
#[tokio::test]
async fn a_new_password_is_told_what_it_lacks_while_it_is_typed() {
    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let browser = Browser::with_scripts(&portal).await;
    browser.go(&format!("/link/{}", portal.link_token(ADA).await)).await;
    browser.fill("New password", "seven c").await;
    assert!(browser.text().await.contains("8 more characters."));
    browser.fill("New password", PASSWORD).await;
    browser.fill("The same password again", "something else").await;
    assert!(browser.text().await.contains("The two are not the same yet."));
    browser.fill("The same password again", PASSWORD).await;
    assert!(browser.text().await.contains("Long enough, and both the same."));
    browser.inspect("script-password").await;
    browser.close().await;
}

/// WCAG 2.1.1
#[tokio::test]
async fn a_user_is_created_and_switched_off_with_the_keyboard_alone() {
    let portal = Portal::start().await;
    let browser = Browser::with_scripts(&portal).await;
    browser.go("/sign-in").await;
    for (label, typed) in [("Email or user ID", ADMINISTRATOR), ("Password", PASSWORD)] {
        browser.tab_to(label).await;
        browser.keys(typed).await;
    }
    browser.enter().await;
    for link in ["Look after people and their access", "New user"] {
        browser.tab_to(link).await;
        browser.enter().await;
    }
    for (label, typed) in [
        ("Organization’s number", "C-1001"),
        ("Organization’s name", "Acme"),
        ("First name", "Ada"),
        ("Last name", "Byron"),
        ("Email", ADA),
    ] {
        browser.tab_to(label).await;
        browser.keys(typed).await;
    }
    browser.tab_to("Create user").await;
    browser.enter().await;
    assert_eq!(browser.heading().await, "Ada Byron");
    browser.tab_to("Disable the login").await;
    browser.keys("\u{e007}").await;
    browser.until("return document.querySelector('dialog[open]') !== null").await;
    let asks = "return document.activeElement.closest('dialog') !== null";
    assert_eq!(browser.run(asks, &[]).await, true, "what is asked is in focus");
    if browser.run("return document.activeElement.innerText", &[]).await != "Disable the login" {
        browser.tab_to("Disable the login").await;
    }
    browser.enter().await;
    assert!(browser.text().await.contains("The login is disabled. They are signed out."));
    browser.close().await;
}
