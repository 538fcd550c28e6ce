//! Signing in: by what name and where (requirements P5, P6, P9).

use serde_json::{Value, json};
use tests::{PASSWORD, Portal};

const ADA: &str = "ada@example.com";

/// A first password that staff typed.
fn typed() -> Value {
    json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD })
}

/// Creates a user with [`PASSWORD`]; gives the contact's id.
async fn create(portal: &Portal, email: &str, more: Value) -> String {
    let mut body = json!({ "credential": typed() });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    portal.create(email, body).await.expect(201).at("/id")
}

async fn sites(portal: &Portal) -> Vec<String> {
    let sites = portal.administrator.get("/v1/sites").await.expect(200);
    (0..2).map(|at| sites.at(&format!("/items/{at}/id"))).collect()
}

/// P5
#[tokio::test]
async fn a_person_signs_in_by_email_or_user_id_in_any_case() {
    let portal = Portal::start().await;
    create(&portal, ADA, json!({ "user_id": "ada.byron" })).await;
    for login in [ADA, "ADA@Example.COM", " ada@example.com ", "ada.byron", "Ada.Byron"] {
        let _ = portal.visitor().sign_in(login, PASSWORD).await.expect(201);
    }
}

/// P5, U8
#[tokio::test]
async fn a_person_signs_in_at_every_site_of_the_group_or_at_the_one_assigned() {
    let portal = Portal::start().await;
    let sites = sites(&portal).await;
    create(&portal, ADA, json!({})).await;
    create(&portal, "one@example.com", json!({ "site": sites[1] })).await;
    for (login, site, status) in [
        (ADA, &sites[0], 201),
        (ADA, &sites[1], 201),
        ("one@example.com", &sites[0], 401),
        ("one@example.com", &sites[1], 201),
    ] {
        let body = json!({ "login": login, "password": PASSWORD, "site": site });
        let answer = portal.visitor().post("/v1/sessions", &body).await.expect(status);
        if status == 201 {
            assert_eq!(answer.at("/session/site"), **site);
        }
    }
}

/// P6
#[tokio::test]
async fn sign_in_works_at_once_after_saving() {
    let portal = Portal::start().await;
    let contact = create(&portal, ADA, json!({})).await;
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    let path = format!("/v1/contacts/{contact}");
    for (switch, status) in [("disable-login", 401), ("enable-login", 201)] {
        let _ = portal.administrator.act(&format!("{path}/{switch}")).await.expect(200);
        let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(status);
    }
}

/// AU-15
#[tokio::test]
async fn a_link_sets_a_password_and_signs_nobody_in() {
    let portal = Portal::start().await;
    let visitor = portal.visitor();
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let redeemed = visitor.redeem(&portal.link_token(ADA).await, PASSWORD).await.expect(204);
    assert_eq!((redeemed.text.as_str(), redeemed.header("set-cookie").as_str()), ("", ""));

    let _ = portal.create("other@example.com", json!({})).await.expect(201);
    let path = format!("/link/{}", portal.link_token("other@example.com").await);
    let form = [("action", "redeem"), ("password", PASSWORD), ("confirm_password", PASSWORD)];
    let done = visitor.submit(&path, &form, "").await.expect(200);
    assert_eq!(done.cookie("session"), None);
    let account = visitor.browse("/account", &done.kept("device")).await.expect(303);
    assert_eq!(account.header("location"), "/sign-in");
}

/// P9
#[tokio::test]
async fn the_session_tells_the_portal_who_it_is() {
    let portal = Portal::start().await;
    let sites = sites(&portal).await;
    let body = json!({
        "account_type": "partner",
        "organization": { "number": "P-7", "name": "Northern Parts" },
        "roles": ["partner"], "user_id": "ada.byron", "site": sites[1],
        "can_create_users": true, "claim_authorization_required": true,
    });
    let contact = create(&portal, ADA, body).await;
    let answer = portal.visitor().sign_in("ada.byron", PASSWORD).await.expect(201);
    let session = portal.visitor().with_token(&answer.at("/token")).get("/v1/session").await.expect(200);
    assert_eq!(session.json, answer.json["session"]);

    let contact = portal.contact(&contact).await;
    assert_eq!(session.at("/user/id"), contact.at("/access/user"));
    assert_eq!(session.json["user"]["login_email"], ADA);
    assert_eq!(session.json["user"]["user_id"], "ada.byron");
    assert_eq!(session.at("/organization"), contact.at("/organization"));
    assert_eq!(session.json["account_type"], "partner");
    assert_eq!(session.json["roles"], json!(["partner"]));
    let permissions = session.json["permissions"].as_array().expect("a list");
    assert!(permissions.contains(&json!("claims:write")) && permissions.contains(&json!("users:create")));
    assert!(!permissions.contains(&json!("passwords:set")));
    assert_eq!(session.at("/site"), sites[1]);
    assert_eq!(session.json["access"]["contact"], contact.json["id"]);
    assert_eq!(session.json["access"]["can_create_users"], true);
    assert_eq!(session.json["access"]["claim_authorization_required"], true);
    assert_eq!(session.json["preview"], false);
    assert_eq!(session.json["must_change_password"], false);
    assert_eq!(session.json["accesses"], json!([]));
}
