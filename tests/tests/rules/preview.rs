//! Staff see the portal as a customer's access does (requirement A8).

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Answer, PASSWORD, Portal, Visitor};

const ADA: &str = "ada@example.com";

async fn preview(portal: &Portal, id: &str) -> Answer {
    portal.administrator.act(&format!("/v1/contacts/{id}/preview")).await
}

async fn looking_on(portal: &Portal, id: &str) -> Visitor {
    portal.visitor().with_token(&preview(portal, id).await.expect(201).at("/token"))
}

async fn staff(portal: &Portal, email: &str, role: &str) -> (String, Visitor) {
    let organization = portal.administrator.get("/v1/session").await.at("/organization");
    portal.member(email, json!({ "account_type": "staff", "organization": organization, "roles": [role] })).await
}

/// A8
#[tokio::test]
async fn a_preview_shows_what_the_access_would_and_says_that_it_is_one() {
    let portal = Portal::start().await;
    let (id, ada) = portal.member(ADA, json!({ "roles": ["customer_administrator"] })).await;
    let own = ada.get("/v1/session").await.expect(200);
    let seen = looking_on(&portal, &id).await.get("/v1/session").await.expect(200);
    for part in ["/user", "/access", "/organization", "/account_type", "/roles", "/permissions", "/accesses"] {
        assert_eq!(seen.json.pointer(part), own.json.pointer(part), "{part}");
    }
    assert_eq!((&own.json["preview"], &seen.json["preview"]), (&json!(false), &json!(true)));
    let listed = looking_on(&portal, &id).await.get("/v1/contacts").await.expect(200);
    assert_eq!(listed.text, ada.get("/v1/contacts").await.expect(200).text);
}

/// A8
#[tokio::test]
async fn an_access_is_previewed_before_its_password_is_set() {
    let portal = Portal::start().await;
    let id = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let _ = looking_on(&portal, &id).await.get("/v1/session").await.expect(200);
    let token = portal.link_token(ADA).await;
    let _ = portal.visitor().redeem(&token, PASSWORD).await.expect(204);
}

/// A8
#[tokio::test]
async fn nothing_is_changed_in_a_preview_and_no_other_one_begun() {
    let portal = Portal::start().await;
    let (id, _) = portal.member(ADA, json!({ "roles": ["customer_administrator"] })).await;
    let seen = looking_on(&portal, &id).await;
    let before = portal.everything().await;
    let other = "a wholly different phrase";
    let change = json!({ "current_password": PASSWORD, "password": other, "confirm_password": other });
    let _ = seen.put("/v1/session/password", &change).await.refused(403, "preview_read_only");
    let _ = seen.post("/v1/contacts", &json!({})).await.refused(403, "preview_read_only");
    let _ = seen.patch(&format!("/v1/contacts/{id}"), 1, &json!({})).await.refused(403, "preview_read_only");
    let _ = seen.delete(&format!("/v1/contacts/{id}/access")).await.refused(403, "preview_read_only");
    let _ = seen.act(&format!("/v1/contacts/{id}/preview")).await.refused(403, "preview_read_only");
    assert_eq!(portal.everything().await, before);
}

/// A8
#[tokio::test]
async fn a_preview_notes_nothing_with_the_person() {
    let portal = Portal::start().await;
    let (id, ada) = portal.member(ADA, json!({})).await;
    let before = portal.contact(&id).await.text;
    let seen = looking_on(&portal, &id).await;
    portal.pass(SignedDuration::from_mins(5));
    let _ = seen.get("/v1/session").await.expect(200);
    assert_eq!(portal.contact(&id).await.text, before);
    let own = ada.get("/v1/sessions").await.expect(200);
    assert_eq!(own.json["items"].as_array().map(Vec::len), Some(1), "{}", own.text);
    let listed = portal.administrator.get(&format!("/v1/contacts/{id}/sessions")).await.expect(200);
    let previews: Vec<_> = listed.json["items"].as_array().expect("items").iter().map(|it| &it["preview"]).collect();
    assert_eq!(previews, [&json!(true), &json!(false)]);
}

/// A8
#[tokio::test]
async fn a_preview_is_over_after_a_quarter_of_an_hour() {
    let portal = Portal::start().await;
    let (id, _) = portal.member(ADA, json!({})).await;
    let seen = looking_on(&portal, &id).await;
    portal.pass(SignedDuration::from_secs(15 * 60 - 5));
    let session = seen.get("/v1/session").await.expect(200);
    assert_eq!(session.at("/expires_at"), session.at("/idle_expires_at"));
    portal.pass(SignedDuration::from_secs(10));
    let _ = seen.get("/v1/session").await.refused(401, "unauthenticated");
}

/// A8, S2
#[tokio::test]
async fn a_preview_is_written_down_with_both_names_and_ended_by_whoever_began_it() {
    let portal = Portal::start().await;
    let (id, ada) = portal.member(ADA, json!({})).await;
    let seen = looking_on(&portal, &id).await;
    let _ = seen.delete("/v1/session").await.expect(204);
    let _ = seen.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = ada.get("/v1/session").await.expect(200);
    let me = portal.administrator.get("/v1/session").await.at("/access/contact");
    let told = portal.administrator.get(&format!("/v1/audit?contact={id}&limit=2")).await.expect(200);
    let told: Vec<_> = told.json["items"].as_array().expect("items").clone();
    for (entry, action) in told.iter().zip(["preview_ended", "preview_started"]) {
        assert_eq!((&entry["action"], &entry["via"]), (&json!(action), &json!("staff")));
        assert_eq!((&entry["contact"], &entry["actor"]["contact"]), (&json!(id), &json!(me)));
    }
}

/// A8, AZ-08
#[tokio::test]
async fn a_preview_ends_with_the_access_of_whoever_looks_on_and_with_that_which_is_seen() {
    let portal = Portal::start().await;
    let (manager, manages) = staff(&portal, "manager@example.com", "account_manager").await;
    let (id, _) = portal.member(ADA, json!({})).await;
    let path = format!("/v1/contacts/{id}/preview");
    let begin = async || portal.visitor().with_token(&manages.act(&path).await.expect(201).at("/token"));
    let seen = begin().await;
    let support = json!({ "roles": ["support"] });
    let access = format!("/v1/contacts/{manager}/access");
    let _ = portal.administrator.put(&access, &support).await.expect(200);
    let _ = seen.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = portal.administrator.put(&access, &json!({ "roles": ["account_manager"] })).await.expect(200);
    let _ = seen.get("/v1/session").await.expect(200);
    let _ = portal.administrator.act(&format!("/v1/contacts/{manager}/disable-login")).await.expect(200);
    let _ = seen.get("/v1/session").await.refused(401, "unauthenticated");
    let seen = looking_on(&portal, &id).await;
    let _ = portal.administrator.act(&format!("/v1/contacts/{id}/disable-login")).await.expect(200);
    let _ = seen.get("/v1/session").await.refused(401, "unauthenticated");
}

/// A8, A9
#[tokio::test]
async fn an_access_that_can_not_be_used_is_not_previewed() {
    let portal = Portal::start().await;
    let (id, _) = portal.member(ADA, json!({})).await;
    let may = |contact: &Answer| {
        contact.json["actions"].as_array().expect("actions").contains(&Value::String("preview".to_owned()))
    };
    assert!(may(&portal.contact(&id).await));
    let _ = portal.administrator.act(&format!("/v1/contacts/{id}/disable-login")).await.expect(200);
    assert!(!may(&portal.contact(&id).await));
    let _ = preview(&portal, &id).await.refused(409, "access_unusable");
    let _ = portal.administrator.delete(&format!("/v1/contacts/{id}/access")).await.expect(200);
    let _ = preview(&portal, &id).await.refused(409, "access_unusable");
    let body = json!({ "organization": portal.contact(&id).await.at("/organization"),
        "first_name": "Ben", "last_name": "Ames", "email": "ben@example.com" });
    let without = portal.administrator.post("/v1/contacts", &body).await.expect(201).at("/id");
    let _ = preview(&portal, &without).await.refused(409, "no_access");
}

/// A8
#[tokio::test]
async fn nobody_but_staff_who_may_begins_a_preview_and_none_of_the_staff_is_previewed() {
    let portal = Portal::start().await;
    let (id, _) = portal.member(ADA, json!({})).await;
    let path = format!("/v1/contacts/{id}/preview");
    let (_, head) = portal.member("head@example.com", json!({ "roles": ["customer_administrator"] })).await;
    let _ = head.act(&path).await.refused(403, "forbidden");
    let (support, supports) = staff(&portal, "support@example.com", "support").await;
    let _ = supports.act(&path).await.refused(403, "forbidden");
    let _ = preview(&portal, &support).await.refused(403, "forbidden");
    let _ = preview(&portal, "con_01ARZ3NDEKTSV4RRFFQ69G5FAV").await.refused(404, "not_found");
}

/// A8, P2
#[tokio::test]
async fn a_preview_sees_what_comes_after_a_password_change() {
    let portal = Portal::start().await;
    let (id, ada) = portal.member(ADA, json!({})).await;
    let _ = portal.administrator.act(&format!("/v1/contacts/{id}/require-password-change")).await.expect(200);
    let _ = ada.get("/v1/sessions").await.refused(403, "password_change_required");
    let seen = looking_on(&portal, &id).await;
    let session = seen.get("/v1/session").await.expect(200);
    assert_eq!(session.json["must_change_password"], false);
    let _ = seen.get("/v1/sessions").await.expect(200);
}

/// A8: a preview is of the session that began it.
#[tokio::test]
async fn a_preview_ends_with_the_session_that_began_it_and_where_the_password_must_be_changed() {
    let portal = Portal::start().await;
    let (manager, manages) = staff(&portal, "manager@example.com", "account_manager").await;
    let (id, _) = portal.member(ADA, json!({})).await;
    let path = format!("/v1/contacts/{id}/preview");
    let seen = portal.visitor().with_token(&manages.act(&path).await.expect(201).at("/token"));
    let _ = manages.delete("/v1/session").await.expect(204);
    let _ = seen.get("/v1/session").await.refused(401, "unauthenticated");
    let manages = portal.visitor().signed_in("manager@example.com", PASSWORD).await;
    let seen = portal.visitor().with_token(&manages.act(&path).await.expect(201).at("/token"));
    let _ = portal.administrator.act(&format!("/v1/contacts/{manager}/require-password-change")).await.expect(200);
    let _ = seen.get("/v1/session").await.refused(401, "unauthenticated");
    let listed = portal.administrator.get(&format!("/v1/contacts/{id}/sessions")).await.expect(200);
    assert_eq!(listed.json["items"].as_array().map(Vec::len), Some(1), "{}", listed.text);
}

/// A8
#[tokio::test]
async fn a_preview_on_the_pages_is_ended_by_its_button_and_by_signing_in() {
    let portal = Portal::start().await;
    let (id, _) = portal.member(ADA, json!({})).await;
    for form in ["/sign-out", "/sign-in"] {
        let seen = looking_on(&portal, &id).await;
        let cookie = format!("session={}", seen.token());
        let page = portal.visitor().browse("/account", &cookie).await.expect(200);
        assert!(page.text.contains("End the preview"));
        let fields = [("login", ADA), ("password", PASSWORD)];
        let fields = if form == "/sign-in" { &fields[..] } else { &[] };
        let answer = portal.visitor().submit(form, fields, &cookie).await;
        assert!(matches!(answer.status.as_u16(), 200 | 303), "{form}: {}", answer.text);
        let _ = seen.get("/v1/session").await.refused(401, "unauthenticated");
    }
}

/// A8, S2
#[tokio::test]
async fn a_preview_is_no_session_of_the_persons_own_to_be_ended() {
    let portal = Portal::start().await;
    let (id, ada) = portal.member(ADA, json!({})).await;
    let seen = looking_on(&portal, &id).await;
    let preview = seen.get("/v1/session").await.expect(200).at("/id");
    let _ = ada.delete(&format!("/v1/sessions/{preview}")).await.expect(204);
    let _ = seen.get("/v1/session").await.expect(200);
}
