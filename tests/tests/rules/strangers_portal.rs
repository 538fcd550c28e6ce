//! A portal that knows nothing but the contract lets customers in by their session.

use serde_json::json;
use tests::{PASSWORD, Portal, Visitor, strangers_portal};

const ADA: &str = "ada@example.com";

/// P7, P9, T1
#[tokio::test]
async fn a_portal_shuts_a_customer_out_at_the_next_request_after_the_login_is_disabled() {
    let portal = Portal::start().await;
    let stranger = strangers_portal::start(&portal.url).await;
    let (contact, ada) = portal.member(ADA, json!({})).await;
    let there = Visitor::new(&stranger).with_token(ada.token());

    let orders = there.get("/orders").await.expect(200);
    assert_eq!(orders.at("/for"), "Ada");
    assert_eq!(orders.json["of"], portal.contact(&contact).await.json["organization"]);
    let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/disable-login")).await.expect(200);
    let _ = there.get("/orders").await.expect(401);

    let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/enable-login")).await.expect(200);
    let _ = there.get("/orders").await.expect(401);
    let again = portal.visitor().signed_in(ADA, PASSWORD).await;
    let _ = Visitor::new(&stranger).with_token(again.token()).get("/orders").await.expect(200);
}

/// A2, P9
#[tokio::test]
async fn a_portal_shows_what_the_role_permits_and_nothing_else() {
    let portal = Portal::start().await;
    let stranger = strangers_portal::start(&portal.url).await;
    let (contact, ada) = portal.member(ADA, json!({})).await;
    let there = Visitor::new(&stranger).with_token(ada.token());
    for permitted in ["/orders", "/invoices", "/estimates", "/payments"] {
        let _ = there.get(permitted).await.expect(200);
    }
    for not_permitted in ["/contacts", "/claims", "/secrets"] {
        let _ = there.get(not_permitted).await.expect(403);
    }

    // Another role holds at the very next request.
    let access = json!({ "roles": ["customer_administrator"] });
    let _ = portal.administrator.put(&format!("/v1/contacts/{contact}/access"), &access).await.expect(200);
    let _ = there.get("/contacts").await.expect(200);
}

/// P9
#[tokio::test]
async fn a_portal_knows_a_customer_by_the_cookie_of_the_pages() {
    let portal = Portal::start().await;
    let stranger = Visitor::new(&strangers_portal::start(&portal.url).await);
    portal.create_active(ADA, json!({})).await;
    let form = [("login", ADA), ("password", PASSWORD)];
    let cookie = portal.visitor().submit("/sign-in", &form, "").await.expect(303).kept("session");

    let _ = stranger.browse("/orders", &cookie).await.expect(200);
    let _ = portal.visitor().submit("/sign-out", &[], &cookie).await.expect(200);
    let _ = stranger.browse("/orders", &cookie).await.expect(401);
}

/// P2
#[tokio::test]
async fn a_portal_lets_nobody_in_who_is_a_stranger_or_must_change_the_password_first() {
    let portal = Portal::start().await;
    let stranger = Visitor::new(&strangers_portal::start(&portal.url).await);
    let _ = stranger.get("/orders").await.expect(401);
    let _ = stranger.with_token("not-a-token").get("/orders").await.expect(401);

    let credential =
        json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD, "must_change": true });
    let _ = portal.create(ADA, json!({ "credential": credential })).await.expect(201);
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let _ = stranger.with_token(ada.token()).get("/orders").await.expect(403);
}
