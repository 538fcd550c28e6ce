//! The main job, end to end: created, mailed, redeemed, signed in, switched off and on, reset, revoked, granted again.

use serde_json::json;
use tests::{PASSWORD, Portal};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn a_customers_user_gets_in_by_the_link_that_was_mailed() {
    let portal = Portal::start().await;
    let created = portal.create(ADA, json!({})).await.expect(201);
    assert_eq!(created.at("/access/state"), "invited");
    assert_eq!(created.at("/link/mail"), "sent");
    assert_eq!(created.at("/notice/text"), "Account successfully created and reset password email sent.");
    assert_eq!(created.header("location"), format!("/v1/contacts/{}", created.at("/id")));

    let token = portal.link_token(ADA).await;
    let visitor = portal.visitor();
    let _ = visitor.redeem(&token, PASSWORD).await.expect(204);
    let ada = visitor.signed_in(ADA, PASSWORD).await;
    let session = ada.get("/v1/session").await.expect(200);
    assert_eq!(session.at("/account_type"), "customer");
    assert_eq!(session.json["roles"], json!(["customer_center"]));
    assert_eq!(session.at("/organization"), created.at("/organization"));
    assert_eq!(portal.contact(&created.at("/id")).await.at("/access/state"), "active");
}

#[tokio::test]
async fn somebody_disabled_while_signed_in_is_out_at_the_next_request_and_in_again_when_enabled() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({})).await;
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let _ = ada.get("/v1/session").await.expect(200);

    let disabled = portal.administrator.act(&format!("/v1/contacts/{contact}/disable-login")).await.expect(200);
    assert_eq!(disabled.at("/access/login_enabled"), "false");
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");

    let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/enable-login")).await.expect(200);
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn a_reset_that_was_asked_for_lets_a_person_set_a_new_password() {
    let portal = Portal::start().await;
    portal.create_active(ADA, json!({})).await;
    let visitor = portal.visitor();
    let before = portal.mails_to(ADA).len();
    let _ = visitor.post("/v1/password-resets", &json!({ "login": ADA })).await.expect(202);
    portal.next_mail(ADA, before).await;
    let token = portal.link_token(ADA).await;
    let _ = visitor.redeem(&token, "a wholly different phrase").await.expect(204);
    let _ = visitor.sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
    let _ = visitor.sign_in(ADA, "a wholly different phrase").await.expect(201);
}

#[tokio::test]
async fn a_revoked_access_ends_at_once_and_comes_back_by_a_fresh_link_alone() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({})).await;
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let path = format!("/v1/contacts/{contact}/access");
    let revoked = portal.administrator.delete(&path).await.expect(200);
    assert_eq!(revoked.at("/revoked/0/contact"), contact);
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    assert_eq!(portal.contact(&contact).await.at("/access/state"), "revoked");
    let again = portal.administrator.delete(&path).await.expect(200);
    assert_eq!(again.json["revoked"], json!([]));

    let before = portal.mails_to(ADA).len();
    let granted = portal.administrator.put(&path, &json!({ "roles": ["customer_center"] })).await.expect(200);
    assert_eq!(granted.at("/access/state"), "invited");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
    portal.next_mail(ADA, before).await;
    let token = portal.link_token(ADA).await;
    let _ = portal.visitor().redeem(&token, PASSWORD).await.expect(204);
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
}
