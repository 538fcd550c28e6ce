//! What the business sets, in a browser: an administrator sets it through the console's pages alone.

use serde_json::{Value, json};
use tests::browser::Browser;
use tests::portal::ADMINISTRATOR;
use tests::{Answer, PASSWORD, Portal};

const ADA: &str = "ada@example.com";

/// An administrator's browser, at the settings.
async fn at_settings(portal: &Portal) -> Browser {
    let browser = Browser::open(portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.follow("Settings").await;
    browser
}

async fn settings(portal: &Portal) -> Value {
    portal.administrator.get("/v1/settings").await.expect(200).json
}

/// L2, P3, P7, P8, U7
#[tokio::test]
async fn an_administrator_sets_limits_and_is_told_what_was_saved() {
    let portal = Portal::start().await;
    let browser = at_settings(&portal).await;
    assert_eq!(browser.heading().await, "Settings");
    browser.inspect("console-settings").await;

    browser.fill("An invitation is good for", "two days").await;
    browser.fill("Minimum length of a password", "7").await;
    browser.fill("Customers’ users at most", "500").await;
    browser.press("Save").await;
    assert!(browser.text().await.contains("Nothing was saved."));
    assert!(browser.described("invite_hours").await.contains("This must be a number."));
    assert!(browser.described("password_minimum").await.contains("This must be a number from 8 to 64."));
    assert_eq!(browser.typed("An invitation is good for").await, "two days");
    assert_eq!(browser.typed("Customers’ users at most").await, "500");
    browser.inspect("console-settings-refused").await;

    browser.fill("An invitation is good for", "48").await;
    browser.fill("Minimum length of a password", "12").await;
    browser.tick("Staff may type passwords for others").await;
    browser.press("Save").await;
    let text = browser.text().await;
    for saved in [
        "An invitation is good for: 48 hours",
        "Minimum length of a password: 12 characters",
        "Staff may type passwords for others: no",
        "Customers’ users at most: 500 users",
    ] {
        assert!(text.contains(saved), "{saved} in: {text}");
    }
    assert!(!text.contains("A link for a new password is good for: "), "{text}");
    browser.inspect("console-settings-saved").await;
    let now = settings(&portal).await;
    assert_eq!((&now["invite_hours"], &now["password_minimum"]), (&json!(48), &json!(12)));
    assert_eq!((&now["manual_passwords"], &now["seats"]["customer"]), (&json!(false), &json!(500)));

    browser.fill("Customers’ users at most", "").await;
    browser.press("Save").await;
    assert!(browser.text().await.contains("Customers’ users at most: no limit"));
    browser.press("Save").await;
    assert!(browser.text().await.contains("Nothing was changed"));
    assert_eq!(settings(&portal).await["seats"]["customer"], Value::Null);
    browser.close().await;
}

/// O9
#[tokio::test]
async fn who_would_save_over_anothers_change_is_shown_it_first_and_loses_nothing() {
    let portal = Portal::start().await;
    let browser = at_settings(&portal).await;
    browser.fill("A link for a new password is good for", "3").await;
    browser.fill("An invitation is good for", "40").await;
    let version = settings(&portal).await["version"].as_u64().expect("a number");
    let theirs = json!({ "invite_hours": 60, "reminder_hours": 7 });
    let _ = portal.administrator.patch("/v1/settings", version, &theirs).await.expect(200);
    browser.press("Save").await;
    assert!(browser.text().await.contains("Somebody else changed this since you opened it."));
    assert!(browser.described("invite_hours").await.contains("It is now: 60 hours."));
    assert_eq!(browser.typed("An invitation is good for").await, "40");
    let theirs = "Somebody else changed this to what stands here.";
    assert!(browser.described("reminder_hours").await.contains(theirs), "it was left as it was");
    assert_eq!(browser.typed("Remind of an invitation").await, "7");
    assert_eq!(browser.typed("A link for a new password is good for").await, "3");
    assert!(!browser.described("reset_hours").await.contains("It is now"), "nobody else changed it");
    assert_eq!(settings(&portal).await["reset_hours"], 24);
    browser.inspect("console-settings-stale").await;
    browser.fill("An invitation is good for", "60").await;
    browser.press("Save").await;
    let now = settings(&portal).await;
    let saved = [&now["invite_hours"], &now["reset_hours"], &now["reminder_hours"]];
    assert_eq!(saved, [60, 3, 7]);

    browser.follow("Sites").await;
    browser.follow("Mail texts").await;
    browser.follow("English").await;
    browser.fill("Subject", "Mine").await;
    let page = browser.path().await;
    let path = page.replace("/console", "/v1");
    let theirs = portal.administrator.get(&path).await.expect(200).json;
    let theirs = json!({ "subject": "Theirs", "text": theirs["text"], "html": theirs["html"] });
    let _ = portal.administrator.put(&path, &theirs).await.expect(200);
    browser.press("Save").await;
    assert!(browser.described("subject").await.contains("It is now: Theirs"));
    assert_eq!(browser.described("text").await.matches("It is now").count(), 0, "how lines end is no difference");
    assert_eq!(browser.typed("Subject").await, "Mine");
    browser.inspect("console-wording-stale").await;
    browser.press("Save").await;
    assert_eq!(portal.administrator.get(&path).await.expect(200).at("/subject"), "Mine");
    browser.close().await;
}

/// U8, L12
#[tokio::test]
async fn a_site_is_added_and_changed() {
    let portal = Portal::start().await;
    let browser = at_settings(&portal).await;
    browser.follow("Sites").await;
    browser.inspect("console-sites").await;
    browser.follow("Add a site").await;
    browser.inspect("console-site-new").await;
    browser.fill("Name", "Dealers").await;
    browser.fill("Address", "dealers.example.com").await;
    browser.fill("Its mails come from", "dealers@example.com").await;
    browser.fill("Colour", "#ffff00").await;
    browser.choose("Language of its mails and pages", "French").await;
    browser.press("Add the site").await;
    assert!(browser.described("base_url").await.contains("This must be an address such as https://portal.example.com"));
    assert!(browser.described("color").await.contains("dark enough"));
    assert_eq!(browser.typed("Language of its mails and pages").await, "fr");
    browser.inspect("console-site-refused").await;
    browser.fill("Address", "https://dealers.example.com").await;
    browser.fill("Colour", "#225500").await;
    browser.press("Add the site").await;
    assert_eq!(browser.heading().await, "Dealers");
    assert!(browser.text().await.contains("Language of its mails and pages: French"));

    browser.follow("All sites").await;
    assert!(browser.text().await.contains("https://dealers.example.com"));
    browser.inspect("console-sites-coloured").await;
    browser.follow("Dealers").await;
    browser.fill("Answers to its mails go to", "help@example.com").await;
    browser.fill("Colour", "").await;
    browser.press("Save").await;
    let text = browser.text().await;
    assert!(text.contains("Answers to its mails go to: help@example.com"), "{text}");
    assert!(text.contains("Colour: the standard one"), "{text}");
    browser.inspect("console-site-saved").await;
    browser.fill("Address", &portal.url).await;
    browser.press("Save").await;
    assert!(browser.text().await.contains("Another site is reached under this host."));
    browser.close().await;
}

/// A2, A3
#[tokio::test]
async fn a_role_is_made_and_changed_and_deleted_once_nobody_holds_it() {
    let portal = Portal::start().await;
    let browser = at_settings(&portal).await;
    browser.follow("Roles").await;
    assert!(browser.text().await.contains("Change settings, sites, roles and mail texts."));
    browser.inspect("console-roles").await;
    browser.follow("Create a role").await;
    browser.inspect("console-role-new").await;
    browser.fill("Name", "Größere Aufträge").await;
    browser.tick("Vendors’ users").await;
    browser.tick("See orders. orders:read").await;
    browser.tick("Create users. users:create").await;
    browser.press("Create the role").await;
    assert!(browser.described("name").await.contains("Use 2 to 40 letters from a to z"));
    browser.inspect("console-role-refused").await;
    browser.fill("Name", "Order desk").await;
    browser.press("Create the role").await;
    assert!(browser.text().await.contains("A vendor user can’t have the permission “Create users”."));
    browser.tick("Vendors’ users").await;
    browser.tick("Customers’ users").await;
    browser.press("Create the role").await;
    let text = browser.text().await;
    assert!(text.contains("For customers’ users.") && text.contains("See orders.\nCreate users."), "{text}");

    let (contact, _) = portal.member(ADA, json!({ "roles": ["order_desk"] })).await;
    browser.follow("Order desk").await;
    browser.tick("Create users. users:create").await;
    browser.press("Save").await;
    assert!(browser.text().await.contains("The role is saved."));
    browser.inspect("console-role-saved").await;
    browser.follow("Delete this role").await;
    assert_eq!(browser.heading().await, "Delete the role: Order desk?");
    assert!(browser.text().await.contains("Nobody can be given this role any more"));
    browser.inspect("console-role-delete").await;
    browser.press("Delete the role").await;
    assert!(browser.text().await.contains("One access holds this role: change that access first."));
    browser.inspect("console-role-in-use").await;

    let other = json!({ "roles": ["customer_center"] });
    let _ = portal.administrator.put(&format!("/v1/contacts/{contact}/access"), &other).await.expect(200);
    browser.follow("Delete this role").await;
    browser.press("Delete the role").await;
    let text = browser.text().await;
    assert!(text.contains("The role is deleted.") && !text.contains("Order desk"), "{text}");
    browser.close().await;
}

/// L12
#[tokio::test]
async fn a_mail_is_worded_looked_at_tried_out_and_put_back() {
    let portal = Portal::start().await;
    let browser = at_settings(&portal).await;
    browser.follow("Sites").await;
    browser.follow("Mail texts").await;
    browser.inspect("console-wordings").await;
    browser.follow("German").await;
    assert_eq!(browser.heading().await, "Invitation, German");
    let text = browser.text().await;
    assert!(text.contains("{{ first_name }}") && text.contains("The person’s first name; may be empty."), "{text}");
    browser.inspect("console-wording").await;
    let shipped = browser.typed("Subject").await;

    browser.fill("Subject", "Willkommen, {{ surname }}").await;
    browser.fill("Text", "<b>Hallo</b> {{ first_name }}: {{ sign_in }}").await;
    browser.press("Save").await;
    assert!(browser.text().await.contains("Nothing was saved."));
    assert!(browser.described("subject").await.contains("There is no placeholder surname here."));
    assert!(browser.described("text").await.contains("must hold {{ link }}"));
    assert_eq!(browser.typed("Subject").await, "Willkommen, {{ surname }}");
    assert_eq!(browser.typed("Text").await, "<b>Hallo</b> {{ first_name }}: {{ sign_in }}");
    browser.inspect("console-wording-refused").await;
    let long = "ü".repeat(7_000);
    browser.run("document.getElementById('text').value = arguments[0]", &[long.as_str().into()]).await;
    browser.press("Save").await;
    assert!(browser.described("text").await.contains("at most 6000 characters long"));
    assert_eq!(browser.typed("Text").await, long);

    browser.fill("Subject", "Willkommen, {{ first_name }}").await;
    browser.fill("Text", "<b>Hallo</b> {{ first_name }}: {{ link }} bis {{ expires_at }}\n{{ sign_in }}").await;
    browser.press("Preview").await;
    let text = browser.text().await;
    assert!(text.contains("Willkommen, Ada") && text.contains("<b>Hallo</b> Ada: http"), "{text}");
    browser.inspect("console-wording-preview").await;
    assert!(text.contains("In use now: the text that came with Latchkey."), "looking saves nothing");
    browser.press("Send me a test mail").await;
    assert!(browser.text().await.contains("without what you typed since"));
    browser.press("Save").await;
    let text = browser.text().await;
    assert!(text.contains("Saved.") && text.contains("In use now: a text of your own."), "{text}");
    browser.inspect("console-wording-own").await;
    let before = portal.mails_to(ADMINISTRATOR).len();
    browser.press("Send me a test mail").await;
    assert!(browser.text().await.contains(&format!("A test mail went to {ADMINISTRATOR}.")));
    let mails = portal.mails_to(ADMINISTRATOR);
    assert_eq!(mails.len(), before + 1);
    assert!(mails[0].subject.starts_with("Willkommen, "), "{}", mails[0].subject);

    browser.follow("All mail texts of Customer Portal").await;
    assert!(browser.text().await.contains("German your own"));
    browser.follow("German").await;
    browser.follow("Put back the shipped text").await;
    browser.inspect("console-wording-put-back").await;
    browser.press("Put back the shipped text").await;
    assert!(browser.text().await.contains("The shipped text is back."));
    assert_eq!(browser.typed("Subject").await, shipped);
    browser.close().await;
}

/// A2
#[tokio::test]
async fn nobody_but_an_administrator_finds_the_settings() {
    let portal = Portal::start().await;
    let internal = portal.administrator.get("/v1/session").await.at("/organization");
    let manager = json!({ "account_type": "staff", "organization": internal, "roles": ["account_manager"] });
    let _ = portal.member(ADA, manager).await;
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADA).await;
    assert!(!browser.text().await.contains("Settings"));
    let site = portal.app.settings().await.expect("settings").sites[0].id;
    for page in [
        "settings".to_owned(),
        "sites".to_owned(),
        "new-site".to_owned(),
        format!("sites/{site}"),
        format!("sites/{site}/templates"),
        format!("sites/{site}/templates/invite/en"),
        format!("sites/{site}/templates/invite/en/confirm"),
        "roles".to_owned(),
        "new-role".to_owned(),
    ] {
        browser.go(&format!("/console/{page}")).await;
        assert_eq!(browser.heading().await, "Forbidden", "{page}");
    }
    browser.inspect("console-settings-forbidden").await;
    browser.close().await;
}

/// `security.md` XS-01, AZ-01
#[tokio::test]
async fn forms_of_another_site_set_nothing() {
    let portal = Portal::start().await;
    let form = [("login", ADMINISTRATOR), ("password", PASSWORD)];
    let session = portal.visitor().submit("/sign-in", &form, "").await.expect(303).kept("session");
    let role = json!({ "name": "order_desk", "account_types": ["customer"], "permissions": [] });
    let role = portal.administrator.post("/v1/roles", &role).await.expect(201).at("/id");
    let site = portal.app.settings().await.expect("settings").sites[0].id;
    let before = portal.everything().await;
    for (path, form) in [
        ("settings".to_owned(), vec![("version", "2"), ("business", "Another Ltd")]),
        ("new-site".to_owned(), vec![("name", "Another"), ("base_url", "https://another.example.com")]),
        (format!("sites/{site}"), vec![("version", "2"), ("name", "Another")]),
        (format!("sites/{site}/templates/invite/en"), vec![("action", "try")]),
        ("new-role".to_owned(), vec![("name", "another"), ("account_type.staff", "on")]),
        (format!("roles/{role}"), vec![("action", "delete")]),
    ] {
        let path = format!("/console/{path}");
        let foreign = portal.visitor().request(reqwest::Method::POST, &path);
        let foreign = foreign.header("cookie", &session).header("sec-fetch-site", "cross-site").form(&form);
        let _ = Answer::of(foreign).await.expect(403);
        let nobody = portal.visitor().submit(&path, &form, "").await.expect(303);
        assert_eq!(nobody.header("location"), "/sign-in");
    }
    assert_eq!(portal.everything().await, before);
    // What stands in a page's path leads to no other call.
    for path in ["sites/x%2Fy", "sites/x%3Fy/templates", "sites/x/templates/..%2Fy/en", "roles/x%2Fy"] {
        let _ = portal.visitor().browse(&format!("/console/{path}"), &session).await.expect(404);
    }
}
