//! Each thing, done once at least, of which there is an event.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::portal::{ADMINISTRATOR, token_in};
use tests::{PASSWORD, Portal, Visitor, images};

const ADA: &str = "ada@example.com";
const NEW: &str = "countess@example.com";
const BEN: &str = "ben@example.com";
const HEAD: &str = "head@example.com";
const BOUNCES: &str = "bounce@simulator.amazonses.com";
const OTHER: &str = "a wholly different phrase";

async fn version(by: &Visitor, path: &str) -> u64 {
    by.get(path).await.expect(200).json["version"].as_u64().expect("a version")
}

async fn edit(by: &Visitor, path: &str, edit: Value) {
    let _ = by.patch(path, version(by, path).await, &edit).await.expect(200);
}

/// Does everything. Gives what is secret in it: passwords, links' tokens and sessions' tokens.
pub(super) async fn everything(portal: &Portal) -> Vec<String> {
    let by = &portal.administrator;
    the_business(by).await;
    let customer = json!({ "kind": "customer", "number": "C-1", "name": "One" });
    let organization = by.post("/v1/organizations", &customer).await.expect(201).at("/id");
    edit(by, &format!("/v1/organizations/{organization}"), json!({ "name": "Uno" })).await;
    let contact = json!({ "organization": organization, "first_name": "Ada", "last_name": "Byron", "email": ADA });
    let contact = format!("/v1/contacts/{}", by.post("/v1/contacts", &contact).await.expect(201).at("/id"));
    let details = json!({ "title": "Buyer", "language": "en", "time_zone": "Europe/London", "notifications": false,
        "business_phone": "+442071234567", "mobile_phone": "+447700900123" });
    edit(by, &contact, details).await;

    let mut secrets = an_access(portal, &contact).await;
    let by = &portal.visitor().signed_in(ADMINISTRATOR, PASSWORD).await;
    secrets.extend(a_login(portal, by, &contact).await);
    secrets.extend(an_offer(portal, by, &organization).await);
    an_address(by).await;
    let _ = by.delete(&format!("{contact}/access")).await.expect(200);
    for way in ["inactivate", "reactivate"] {
        let _ = by.act(&format!("{contact}/{way}")).await.expect(200);
        let _ = by.act(&format!("/v1/organizations/{organization}/{way}")).await.expect(200);
    }
    secrets.push(a_reminder(portal, by).await);
    secrets.extend([by.token(), portal.administrator.token(), PASSWORD, OTHER].map(str::to_owned));
    secrets
}

/// What administrators set.
async fn the_business(by: &Visitor) {
    edit(by, "/v1/settings", json!({ "invite_hours": 48, "reminder_hours": 6 })).await;
    let site = json!({ "name": "Shop", "base_url": "https://shop.example.com", "sender": "shop@example.com" });
    let site = by.post("/v1/sites", &site).await.expect(201).at("/id");
    let settings = version(by, "/v1/settings").await;
    let _ = by.patch(&format!("/v1/sites/{site}"), settings, &json!({ "name": "The Shop" })).await.expect(200);
    let logo = format!("/v1/sites/{site}/logo");
    let _ = by.put_image(&logo, "*", "image/png", images::png()).await.expect(200);
    let template = format!("/v1/sites/{site}/templates/login_disabled/en");
    let words = json!({ "subject": "Off", "text": "You can't sign in.", "html": "<p>You can't sign in.</p>" });
    let _ = by.put(&template, &words).await.expect(200);
    let _ = by.act(&format!("{template}/trial")).await.expect(202);
    let _ = by.delete(&template).await.expect(200);
    let role = json!({ "name": "buyer", "account_types": ["customer"], "permissions": ["orders:read"] });
    let role = format!("/v1/roles/{}", by.post("/v1/roles", &role).await.expect(201).at("/id"));
    let _ = by.patch(&role, 1, &json!({ "permissions": ["invoices:read"] })).await.expect(200);
    let _ = by.delete(&role).await.expect(204);
}

/// A contact is given its access, by a link that it redeems; a later one expires.
async fn an_access(portal: &Portal, contact: &str) -> Vec<String> {
    let by = &portal.administrator;
    let _ = by.put(&format!("{contact}/access"), &json!({ "roles": ["customer_center"] })).await.expect(200);
    let invited = portal.link_token(ADA).await;
    let _ = portal.visitor().redeem(&invited, PASSWORD).await.expect(204);
    let site = by.get("/v1/sites").await.at("/items/0/id");
    let more = json!({ "roles": ["customer_center"], "can_create_users": true, "site": site });
    let _ = by.put(&format!("{contact}/access"), &more).await.expect(200);
    for way in ["disable-login", "enable-login"] {
        let _ = by.act(&format!("{contact}/{way}")).await.expect(200);
    }
    let before = portal.mails_to(ADA).len();
    let _ = by.act(&format!("{contact}/reset")).await.expect(202);
    let reset = token_in(&portal.next_mail(ADA, before).await).expect("a link");
    portal.pass(SignedDuration::from_hours(25));
    assert_eq!(portal.sweep().await.links, 1);
    vec![invited, reset]
}

/// What befalls a login.
async fn a_login(portal: &Portal, by: &Visitor, contact: &str) -> Vec<String> {
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let passwords = json!({ "current_password": PASSWORD, "password": OTHER, "confirm_password": OTHER });
    let _ = ada.put("/v1/session/password", &passwords).await.expect(204);
    let typed = json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
    let _ = by.put(&format!("{contact}/password"), &typed).await.expect(200);
    for _ in 0..5 {
        let _ = portal.visitor().sign_in(ADA, OTHER).await.refused(401, "invalid_credentials");
    }
    let _ = by.act(&format!("{contact}/unlock")).await.expect(200);
    let _ = portal.visitor().signed_in(ADA, PASSWORD).await;
    let session = by.get(&format!("{contact}/sessions")).await.expect(200).at("/items/0/id");
    let _ = by.delete(&format!("{contact}/sessions/{session}")).await.expect(204);
    let _ = by.delete(&format!("{contact}/sessions")).await.expect(200);
    let looks_on = by.act(&format!("{contact}/preview")).await.expect(201).at("/token");
    let _ = portal.visitor().with_token(&looks_on).delete("/v1/session").await.expect(204);
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let asked = json!({ "email": NEW, "current_password": PASSWORD });
    let _ = ada.post("/v1/session/email", &asked).await.expect(202);
    let token = portal.link_token(NEW).await;
    let confirmed = json!({ "token": token, "login": ADA, "password": PASSWORD });
    let _ = portal.visitor().post("/v1/links/confirm", &confirmed).await.expect(204);
    let names = json!({ "user_id": "ada.byron", "login_email": ADA });
    let _ = by.patch(&format!("{contact}/login"), version(by, contact).await, &names).await.expect(200);
    let _ = by.act(&format!("{contact}/require-password-change")).await.expect(200);
    let _ = portal.visitor().post("/v1/password-resets", &json!({ "login": "nobody@example.com" })).await.expect(202);
    let _ = portal.visitor().sign_in("nobody@example.com", PASSWORD).await.expect(401);
    vec![ada.token().to_owned(), looks_on, token]
}

/// Somebody known elsewhere takes up an access that is offered by the organization's own administrator.
async fn an_offer(portal: &Portal, by: &Visitor, organization: &str) -> Vec<String> {
    let elsewhere = json!({ "number": "C-2", "name": "Two" });
    let typed = json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
    let user = |email: &str, organization: &Value, more: &str| {
        json!({ "account_type": "customer", "organization": organization, "first_name": "Ben", "last_name": "Byrd",
            "email": email, "roles": [more], "credential": typed })
    };
    let _ = by.post("/v1/users", &user(BEN, &elsewhere, "customer_center")).await.expect(201);
    let _ = by.post("/v1/users", &user(HEAD, &json!(organization), "customer_administrator")).await.expect(201);
    let head = portal.visitor().signed_in(HEAD, PASSWORD).await;
    let mut offer = user(BEN, &json!(organization), "customer_center");
    offer.as_object_mut().expect("an object").remove("credential");
    let _ = head.post("/v1/users", &offer).await.expect(201);
    let token = portal.link_token(BEN).await;
    let form = [("action", "accept"), ("login", BEN), ("password", PASSWORD)];
    let _ = portal.visitor().submit(&format!("/link/{token}"), &form, "").await.expect(200);
    vec![head.token().to_owned(), token]
}

/// An address is dead, and is lifted.
async fn an_address(by: &Visitor) {
    let body = tests::portal::new_user(BOUNCES, json!({}));
    let contact = format!("/v1/contacts/{}", by.post("/v1/users", &body).await.expect(201).at("/id"));
    for _ in 0..200 {
        if by.get(&contact).await.expect(200).at("/link/mail") == "bounced" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let _ = by.delete(&format!("{contact}/suppression")).await.expect(200);
}

/// An invitation that nobody takes up is reminded of.
async fn a_reminder(portal: &Portal, by: &Visitor) -> String {
    let body = tests::portal::new_user("cleo@example.com", json!({}));
    let _ = by.post("/v1/users", &body).await.expect(201);
    let invited = portal.link_token("cleo@example.com").await;
    portal.pass(SignedDuration::from_hours(43));
    assert_ne!(portal.sweep().await.reminders, 0);
    invited
}
