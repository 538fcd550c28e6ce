//! The pages, in a browser: what a customer meets, from the invitation in the inbox to signing out, and that every page
//! in every state is one that everybody can read, on a phone and a desktop, light and dark.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;
use shared::domain::change::{Change, Ref, Write};
use shared::domain::link::LinkToken;
use shared::domain::mail::Template;
use shared::domain::wording::MailLanguage;
use tests::browser::Browser;
use tests::portal::{new_user, token_in};
use tests::{Answer, PASSWORD, Portal};

const ADA: &str = "ada@example.com";
const NEW: &str = "countess@example.com";
const OTHER: &str = "a wholly different phrase";
/// Long enough, and refused all the same.
const PERSONAL: &str = "ada byron ada byron";

/// Types a new password, twice.
async fn choose(browser: &Browser, password: &str) {
    browser.fill("New password", password).await;
    browser.fill("The same password again", password).await;
}

/// Signs in from the page that is open, or opens it.
async fn sign_in(browser: &Browser, login: &str, password: &str) {
    if browser.path().await != "/sign-in" {
        browser.go("/sign-in").await;
    }
    browser.fill("Email or user ID", login).await;
    browser.fill("Password", password).await;
    browser.press("Sign in").await;
}

/// Asks for a reset link on the page, and follows it out of the inbox.
async fn follow_reset(portal: &Portal, browser: &Browser) {
    let before = portal.mails_to(ADA).len();
    browser.go("/forgot-password").await;
    browser.fill("Email or user ID", ADA).await;
    browser.press("Send me a link").await;
    portal.next_mail(ADA, before).await;
    browser.follow_newest_mail().await;
}

/// L1, P5, P9
#[tokio::test]
async fn a_customer_gets_in_by_the_invitation_sees_who_they_are_and_signs_out() {
    let portal = Portal::start().await;
    let browser = Browser::open(&portal).await;
    let _ = portal.create(ADA, json!({ "user_id": "ada.byron" })).await.expect(201);

    browser.follow_newest_mail().await;
    assert_eq!(browser.heading().await, "Set your password");
    browser.inspect("link-invite").await;
    choose(&browser, PASSWORD).await;
    browser.press("Set password").await;
    assert_eq!(browser.heading().await, "Your password is set");
    assert!(browser.cookie("session").await.is_null(), "a link signs nobody in");
    browser.inspect("link-invite-done").await;

    browser.follow("Sign in").await;
    browser.inspect("sign-in").await;
    sign_in(&browser, "ADA.Byron", PASSWORD).await;
    assert_eq!(browser.heading().await, "Your account");
    let text = browser.text().await;
    for fact in ["Ada Byron", ADA, "ada.byron", "Acme Metal Works", "Customer"] {
        assert!(text.contains(fact), "{fact} in: {text}");
    }
    browser.inspect("account").await;
    browser.press("Sign out").await;
    assert_eq!(browser.heading().await, "You are signed out");
    browser.inspect("signed-out").await;
    browser.close().await;
}

/// L7
#[tokio::test]
async fn somebody_who_forgot_the_password_sets_a_new_one_by_mail() {
    let portal = Portal::start().await;
    portal.create_active(ADA, json!({})).await;
    let browser = Browser::open(&portal).await;
    browser.go("/sign-in").await;
    browser.follow("Forgot your password?").await;
    browser.inspect("forgot-password").await;

    follow_reset(&portal, &browser).await;
    assert_eq!(browser.heading().await, "Choose a new password");
    browser.inspect("link-reset").await;
    choose(&browser, OTHER).await;
    browser.press("Set password").await;
    browser.inspect("link-reset-done").await;

    sign_in(&browser, ADA, PASSWORD).await;
    assert_eq!(browser.heading().await, "Sign in");
    sign_in(&browser, ADA, OTHER).await;
    assert_eq!(browser.heading().await, "Your account");
    browser.close().await;
}

/// L7
#[tokio::test]
async fn asking_for_a_link_looks_the_same_whoever_is_asked_for() {
    let portal = Portal::start().await;
    portal.create_active(ADA, json!({})).await;
    let browser = Browser::open(&portal).await;
    let mut pages = Vec::new();
    for login in [ADA, "nobody@example.com", "no such name"] {
        browser.go("/forgot-password").await;
        browser.fill("Email or user ID", login).await;
        browser.press("Send me a link").await;
        pages.push((browser.heading().await, browser.text().await.replace(login, "")));
    }
    assert_eq!(pages[0].0, "Look for our email");
    assert!(pages.iter().all(|page| *page == pages[0]), "{pages:?}");
    browser.inspect("forgot-password-sent").await;

    browser.go("/forgot-password").await;
    browser.fill("Email or user ID", " ").await;
    browser.press("Send me a link").await;
    assert!(browser.described("login").await.contains("Type your email or your user ID."));
    browser.inspect("forgot-password-fault").await;
    browser.close().await;
}

/// P5
#[tokio::test]
async fn a_wrong_password_and_a_name_that_nobody_has_meet_the_same_page() {
    let portal = Portal::start().await;
    portal.create_active(ADA, json!({})).await;
    let browser = Browser::open(&portal).await;
    let mut texts = Vec::new();
    for login in [ADA, "nobody@example.com"] {
        sign_in(&browser, login, OTHER).await;
        assert_eq!(browser.heading().await, "Sign in");
        assert!(browser.described("password").await.contains("That did not work."));
        texts.push(browser.text().await);
    }
    assert_eq!(texts[0], texts[1]);
    assert!(browser.cookie("session").await.is_null());
    browser.inspect("sign-in-failed").await;
    browser.close().await;
}

/// P3, L4
#[tokio::test]
async fn the_rules_a_password_breaks_stand_beside_its_field_and_the_link_stays_good() {
    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let browser = Browser::open(&portal).await;
    browser.follow_newest_mail().await;
    assert!(browser.described("password").await.contains("At least 15 characters"));

    choose(&browser, PERSONAL).await;
    browser.press("Set password").await;
    let described = browser.described("password").await;
    assert!(described.contains("must not be made of your email, your name"), "{described}");
    assert!(described.contains("At least 15 characters"), "{described}");
    assert!(browser.has("#password:focus, #password[aria-invalid=true]").await);
    browser.inspect("link-invite-fault").await;

    browser.fill("New password", PASSWORD).await;
    browser.fill("The same password again", OTHER).await;
    browser.press("Set password").await;
    assert_eq!(browser.heading().await, "Set your password");
    browser.inspect("link-invite-mismatch").await;

    choose(&browser, PASSWORD).await;
    browser.press("Set password").await;
    assert_eq!(browser.heading().await, "Your password is set");
    browser.close().await;
}

/// L6
#[tokio::test]
async fn an_expired_link_says_so_and_sends_a_new_one_with_one_button() {
    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let browser = Browser::open(&portal).await;
    portal.pass(SignedDuration::from_hours(24));
    browser.follow_newest_mail().await;
    assert_eq!(browser.heading().await, "This link has expired");
    assert!(!browser.has("input[type=password]").await);
    assert!(!browser.text().await.contains(ADA), "the address is not shown");
    browser.inspect("link-expired").await;

    let before = portal.mails_to(ADA).len();
    browser.press("Send me a new link").await;
    assert_eq!(browser.heading().await, "Look for our email");
    assert!(!browser.text().await.contains(ADA), "the address is not shown");
    browser.inspect("link-renewed").await;
    portal.next_mail(ADA, before).await;
    browser.follow_newest_mail().await;
    choose(&browser, PASSWORD).await;
    browser.press("Set password").await;
    assert_eq!(browser.heading().await, "Your password is set");
    browser.close().await;
}

/// L5, L6
#[tokio::test]
async fn a_link_that_is_over_says_how_before_it_asks_for_anything() {
    let portal = Portal::start().await;
    let browser = Browser::open(&portal).await;
    let meet = async |token: &str, heading: &str, name: &str| {
        browser.go(&format!("/link/{token}")).await;
        assert_eq!(browser.heading().await, heading);
        assert!(!browser.has("input[type=password]").await, "{heading}: nothing is asked for");
        browser.inspect(name).await;
    };

    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let first = portal.link_token(ADA).await;
    let before = portal.mails_to(ADA).len();
    let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    portal.next_mail(ADA, before).await;
    meet(&first, "A newer link has been sent", "link-replaced").await;

    let second = portal.link_token(ADA).await;
    let _ = portal.visitor().redeem(&second, PASSWORD).await.expect(204);
    meet(&second, "This link has been used", "link-used").await;

    let void = contact_with_link(&portal, "eve@example.com").await;
    let _ = portal.administrator.act(&format!("/v1/contacts/{}/disable-login", void.0)).await.expect(200);
    meet(&void.1, "This link no longer works", "link-void").await;

    let gone = contact_with_link(&portal, "bob@example.com").await.1;
    forget(&portal, &gone).await;
    meet(&gone, "This link has expired", "link-gone").await;
    assert!(!browser.has("form").await, "nobody is known to send a new one to");

    meet("not-one-of-ours", "We do not know this link", "link-unknown").await;
    browser.close().await;
}

/// Creates a user and gives the contact's id with the token that was mailed.
async fn contact_with_link(portal: &Portal, email: &str) -> (String, String) {
    let contact = portal.create(email, json!({})).await.expect(201).at("/id");
    (contact, portal.link_token(email).await)
}

/// Takes a link's record out of the table, as its TTL does in the end.
async fn forget(portal: &Portal, token: &str) {
    let token = LinkToken::parse(token, &portal.app.keys()).expect("one of ours");
    let mut change = Change::none();
    change.writes.push(Write::Delete(Ref::Link(token.id), None));
    portal.app.store.commit(&change, portal.app.clock.now()).await.expect("gone");
}

/// L4
#[tokio::test]
async fn a_link_that_is_opened_fifty_times_and_more_is_still_good() {
    let portal = Portal::start().await;
    let (_, token) = contact_with_link(&portal, ADA).await;
    let path = format!("/link/{token}");
    let browser = Browser::open(&portal).await;
    for _ in 0..50 {
        browser.go(&path).await;
        assert_eq!(browser.heading().await, "Set your password");
    }
    for method in [Method::HEAD, Method::GET, Method::OPTIONS, Method::PUT, Method::DELETE, Method::POST] {
        Answer::of(portal.visitor().request(method, &path)).await;
    }
    browser.go(&path).await;
    choose(&browser, PASSWORD).await;
    browser.press("Set password").await;
    assert_eq!(browser.heading().await, "Your password is set");
    browser.close().await;
}

/// O8
#[tokio::test]
async fn somebody_known_already_takes_up_a_new_access_by_signing_in() {
    let portal = Portal::start().await;
    portal.create_active(ADA, json!({})).await;
    let other = json!({ "number": "C-2002", "name": "Blue Sky Freight" });
    portal.create_active("bob@example.com", json!({ "organization": other, "can_create_users": true })).await;
    let bob = portal.visitor().signed_in("bob@example.com", PASSWORD).await;
    let before = portal.mails_to(ADA).len();
    let _ = bob.post("/v1/users", &new_user(ADA, json!({ "organization": other }))).await.expect(201);
    let mail = portal.next_mail(ADA, before).await;

    let browser = Browser::open(&portal).await;
    browser.show(&mail.html).await;
    browser.inspect("mail-you-are-offered-access").await;
    browser.follow_newest_mail().await;
    assert_eq!(browser.heading().await, "Take up your access");
    browser.inspect("link-accept").await;
    browser.fill("Email or user ID", ADA).await;
    browser.fill("Password", OTHER).await;
    browser.press("Accept the access").await;
    assert_eq!(browser.heading().await, "Take up your access");
    assert!(browser.has("[role=alert]").await);
    browser.inspect("link-accept-failed").await;
    browser.fill("Email or user ID", ADA).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Accept the access").await;
    assert_eq!(browser.heading().await, "You have access");
    browser.inspect("link-accept-done").await;

    browser.follow("Sign in").await;
    sign_in(&browser, ADA, PASSWORD).await;
    let text = browser.text().await;
    assert!(text.contains("Acme Metal Works") && text.contains("Blue Sky Freight"), "{text}");
    browser.inspect("account-of-two").await;
    browser.close().await;
}

/// P7
#[tokio::test]
async fn a_password_is_changed_on_the_account_page_by_whoever_knows_the_present_one() {
    let portal = Portal::start().await;
    portal.create_active(ADA, json!({})).await;
    let elsewhere = portal.visitor().signed_in(ADA, PASSWORD).await;
    let browser = Browser::open(&portal).await;
    sign_in(&browser, ADA, PASSWORD).await;

    browser.fill("Current password", OTHER).await;
    choose(&browser, OTHER).await;
    browser.press("Change password").await;
    assert!(browser.described("current_password").await.contains("The current password is not right."));
    browser.inspect("account-wrong-password").await;

    browser.fill("Current password", PASSWORD).await;
    choose(&browser, PERSONAL).await;
    browser.press("Change password").await;
    assert!(browser.described("password").await.contains("must not be made of your email, your name"));
    browser.inspect("account-fault").await;
    let _ = elsewhere.get("/v1/session").await.expect(200);

    browser.fill("Current password", PASSWORD).await;
    choose(&browser, OTHER).await;
    browser.press("Change password").await;
    assert!(browser.text().await.contains("Your password has been changed."));
    browser.inspect("account-changed").await;
    let _ = elsewhere.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = portal.visitor().sign_in(ADA, OTHER).await.expect(201);
    browser.close().await;
}

/// L12
#[tokio::test]
async fn a_site_in_a_colour_of_its_own_can_be_read_by_everybody() {
    let portal = Portal::start().await;
    let staff = &portal.administrator;
    let site = staff.get("/v1/sites").await.expect(200).at("/items/0/id");
    let browser = Browser::open(&portal).await;
    for (version, color) in [(1, "#5b21b6"), (2, "#1b5e20")] {
        let _ = staff.patch(&format!("/v1/sites/{site}"), version, &json!({ "color": color })).await.expect(200);
        browser.go("/sign-in").await;
        browser.inspect(&format!("sign-in-{}", &color[1..])).await;
    }
    let _ = portal.create(ADA, json!({})).await.expect(201);
    browser.show(&portal.next_mail(ADA, 0).await.html).await;
    browser.inspect("mail-set-your-password-1b5e20").await;
    browser.close().await;
}

/// L13, L6
#[tokio::test]
async fn a_new_email_is_asked_for_on_the_account_page_and_confirmed_by_signing_in() {
    let portal = Portal::start().await;
    portal.create_active(ADA, json!({})).await;
    let browser = Browser::open(&portal).await;
    sign_in(&browser, ADA, PASSWORD).await;
    let ask = async |email: &str, password: &str| {
        browser.fill("New email", email).await;
        browser.fill("Your password", password).await;
        browser.press("Send the link").await;
    };
    ask(NEW, "not the password").await;
    assert!(browser.text().await.contains("Your email has not been changed."));
    let fault = "return document.getElementById('email-password-fault').innerText";
    assert_eq!(browser.run(fault, &[]).await, "The current password is not right.");
    browser.inspect("account-email-refused").await;
    ask(NEW, PASSWORD).await;
    assert!(browser.text().await.contains(&format!("Look for our email at {NEW}.")));
    browser.inspect("account-email-asked").await;

    let path = format!("/link/{}", portal.link_token(NEW).await);
    browser.go(&path).await;
    assert_eq!(browser.heading().await, "Confirm your new email");
    browser.inspect("link-confirm-email").await;
    let confirm = async |password: &str| {
        browser.fill("Email or user ID", ADA).await;
        browser.fill("Password", password).await;
        browser.press("Confirm the new email").await;
    };
    confirm("not the password").await;
    assert_eq!(browser.heading().await, "Confirm your new email");
    browser.inspect("link-confirm-email-refused").await;
    confirm(PASSWORD).await;
    assert_eq!(browser.heading().await, "Your email is changed");
    browser.inspect("link-email-changed").await;
    browser.go(&path).await;
    assert_eq!(browser.heading().await, "This link has been used");
    browser.inspect("link-email-used").await;
    // Whoever was signed in stays so, under the new email.
    browser.go("/account").await;
    assert!(browser.text().await.contains(NEW));

    ask("third@example.com", PASSWORD).await;
    let path = format!("/link/{}", portal.link_token("third@example.com").await);
    portal.pass(SignedDuration::from_hours(25));
    browser.go(&path).await;
    assert_eq!(browser.heading().await, "This link has expired");
    browser.inspect("link-email-expired").await;
    browser.press("Send me a new link").await;
    portal.next_mail("third@example.com", 1).await;
    browser.close().await;
}

/// P1, P2
#[tokio::test]
async fn somebody_who_must_change_the_password_meets_nothing_else_before() {
    let portal = Portal::start().await;
    let credential =
        json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD, "must_change": true });
    let _ = portal.create(ADA, json!({ "credential": credential })).await.expect(201);
    let browser = Browser::open(&portal).await;
    sign_in(&browser, ADA, PASSWORD).await;
    assert_eq!(browser.heading().await, "Change your password");
    assert!(!browser.text().await.contains("Acme Metal Works"));
    browser.inspect("account-must-change").await;

    browser.fill("Current password", PASSWORD).await;
    choose(&browser, PERSONAL).await;
    browser.press("Change password").await;
    assert_eq!(browser.heading().await, "Change your password");
    browser.inspect("account-must-change-fault").await;

    browser.fill("Current password", PASSWORD).await;
    choose(&browser, OTHER).await;
    browser.press("Change password").await;
    assert_eq!(browser.heading().await, "Your account");
    assert!(browser.text().await.contains("Acme Metal Works"));
    browser.close().await;
}

/// `security.md` SE-03, SE-13
#[tokio::test]
async fn a_session_is_kept_for_its_host_alone_and_where_no_script_reads_it() {
    let portal = Portal::start().await;
    portal.create_active(ADA, json!({})).await;
    let browser = Browser::open(&portal).await;
    sign_in(&browser, ADA, PASSWORD).await;
    let session = browser.cookie("session").await;
    assert_eq!(session["httpOnly"], true);
    assert_eq!(session["sameSite"], "Lax");
    assert_eq!(session["path"], "/");
    assert_eq!(session["domain"], "127.0.0.1");
    assert!(session["expiry"].is_null(), "it goes when the browser does");
    let visible = browser.run("return [document.cookie, localStorage.length, sessionStorage.length]", &[]).await;
    assert_eq!(visible, json!(["", 0, 0]));
    browser.close().await;
}

/// `security.md` SE-06, WB-05
#[tokio::test]
async fn whoever_signs_out_leaves_nothing_behind_that_the_back_button_shows() {
    let portal = Portal::start().await;
    portal.create_active(ADA, json!({})).await;
    let browser = Browser::open(&portal).await;
    sign_in(&browser, ADA, PASSWORD).await;
    let session = browser.cookie("session").await["value"].as_str().expect("a token").to_owned();
    browser.press("Sign out").await;
    assert_eq!(browser.heading().await, "You are signed out");
    browser.back().await;
    assert_eq!(browser.heading().await, "Sign in");
    let _ = portal.visitor().with_token(&session).get("/v1/session").await.refused(401, "unauthenticated");
    browser.close().await;
}

/// `security.md` LG-07
#[tokio::test]
async fn what_goes_wrong_has_a_page_too() {
    let portal = Portal::start().await;
    let browser = Browser::open(&portal).await;
    browser.go("/nowhere").await;
    assert_eq!(browser.heading().await, "Not found");
    browser.inspect("problem").await;
    browser.close().await;
}

/// `security.md` WB-02, TK-17
#[tokio::test]
async fn no_page_may_run_or_load_anything_but_what_its_policy_names() {
    let portal = Portal::start().await;
    let (_, token) = contact_with_link(&portal, ADA).await;
    for path in ["/sign-in", "/forgot-password", "/nowhere", &format!("/link/{token}")] {
        let page = portal.visitor().get(path).await;
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{path}: {policy}");
        assert!(policy.matches("script-src 'sha256-").count() == 1 && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("cache-control"), "no-store");
    }
}

/// L1, L13
#[tokio::test]
async fn every_mail_and_the_inbox_can_be_read_by_everybody() {
    let portal = Portal::start().await;
    let browser = Browser::open(&portal).await;
    let act = async |contact: &str, what: &str| {
        let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/{what}")).await;
    };
    // One of each kind: an invitation, a reset, a changed password, a login switched off and on, an access granted.
    let contact = portal.create_active(ADA, json!({ "user_id": "ada.byron" })).await;
    let before = portal.mails_to(ADA).len();
    act(&contact, "reset").await;
    let token = token_in(&portal.next_mail(ADA, before).await).expect("a link");
    let _ = portal.visitor().redeem(&token, OTHER).await.expect(204);
    portal.next_mail(ADA, before + 1).await;
    act(&contact, "disable-login").await;
    act(&contact, "enable-login").await;
    portal.next_mail(ADA, before + 3).await;
    let user = portal.contact(&contact).await.at("/access/user");
    let other = json!({ "number": "C-2002", "name": "Blue Sky Freight" });
    let mut more = new_user(ADA, json!({ "organization": other, "user": user }));
    more.as_object_mut().expect("an object").remove("email");
    let _ = portal.administrator.post("/v1/users", &more).await.expect(201);
    portal.next_mail(ADA, before + 4).await;
    // A new email: asked for, confirmed, told to both.
    let ada = portal.visitor().signed_in(ADA, OTHER).await;
    let asked = ada.post("/v1/session/email", &json!({ "email": NEW, "current_password": OTHER })).await;
    let _ = asked.expect(202);
    let token = portal.link_token(NEW).await;
    let confirm = json!({ "token": token, "login": ADA, "password": OTHER });
    let _ = portal.visitor().post("/v1/links/confirm", &confirm).await.expect(204);
    portal.next_mail(NEW, 1).await;

    browser.go("/local/mail").await;
    assert_eq!(browser.heading().await, "Inbox of the local run");
    browser.inspect("inbox").await;
    for mail in [portal.mails_to(ADA), portal.mails_to(NEW)].concat() {
        browser.go(&format!("/local/mail/{}", mail.id)).await;
        let heading = browser.heading().await;
        // The page lets nothing run in it, not even what looks for faults: the mail by itself, then.
        browser.show(&mail.html).await;
        browser.inspect(&format!("mail-{}", heading.to_lowercase().replace(' ', "-"))).await;
    }
    browser.close().await;
}

/// L12, L13
#[tokio::test]
async fn every_mail_can_be_read_by_everybody_in_every_other_language_too() {
    let portal = Portal::start().await;
    let staff = &portal.administrator;
    let site = staff.get("/v1/sites").await.expect(200).at("/items/0/id");
    let browser = Browser::open(&portal).await;
    for mail in Template::ALL.map(Template::as_str) {
        for language in MailLanguage::ALL.into_iter().filter(|it| *it != MailLanguage::En).map(MailLanguage::as_str) {
            let preview = format!("/v1/sites/{site}/templates/{mail}/{language}/preview");
            browser.show(&staff.post(&preview, &json!({})).await.expect(200).at("/html")).await;
            browser.inspect(&format!("mail-{}-{language}", mail.replace('_', "-"))).await;
        }
    }
    browser.close().await;
}

/// Does to what is on the page what `do` says, and waits for the page that comes of it.
async fn scan(browser: &Browser, path: &str, script: &str) {
    browser.go(path).await;
    let _ = browser.run(&format!("window.scanned = true; {script}"), &[]).await;
    browser.until("return !window.scanned && document.readyState === 'complete'").await;
}

/// L4
#[tokio::test]
async fn a_scanner_that_opens_clicks_and_submits_everything_fifty_times_uses_no_link_up() {
    let portal = Portal::start().await;
    let browser = Browser::with_scripts(&portal).await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let path = format!("/link/{}", portal.link_token(ADA).await);
    let count = async |what: &str| {
        browser.go(&path).await;
        browser
            .run(&format!("return document.querySelectorAll('{what}').length"), &[])
            .await
            .as_u64()
            .expect("a number")
    };
    let (buttons, forms) = (count("button, input[type=submit]").await, count("form").await);
    assert!(buttons > 0 && forms > 0);
    let type_all = "document.querySelectorAll('input:not([type=hidden])').forEach(it => it.value = 'scanner');";
    for _ in 0..50 {
        // A browser keeps an empty form from being sent; a scanner does not.
        let willing = "document.querySelectorAll('form').forEach(it => it.noValidate = true);";
        for button in 0..buttons {
            let click = format!("document.querySelectorAll('button, input[type=submit]')[{button}].click();");
            scan(&browser, &path, &format!("{willing}{click}")).await;
        }
        for form in 0..forms {
            scan(&browser, &path, &format!("{type_all} document.forms[{form}].submit();")).await;
        }
    }
    browser.go(&path).await;
    assert_eq!(browser.heading().await, "Set your password");
    choose(&browser, PASSWORD).await;
    browser.press("Set password").await;
    assert_eq!(browser.heading().await, "Your password is set");
    assert_eq!(portal.mails_to(ADA).len(), 1, "a scanner causes no mail");
    browser.close().await;
}
