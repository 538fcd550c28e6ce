//! Logins looked after: unlocked, their sessions ended, their password to be changed; and one person at several organizations
//! (requirements O5, O8, P2, P7, P8).

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::portal::token_in;
use tests::{Answer, PASSWORD, Portal, Visitor};

const ADA: &str = "ada@example.com";

async fn lock(portal: &Portal, email: &str) {
    for _ in 0..5 {
        let _ = portal.visitor().sign_in(email, "not the password").await.refused(401, "invalid_credentials");
    }
}

fn actions(contact: &Answer) -> Vec<&str> {
    contact.json["actions"].as_array().expect("actions").iter().map(|it| it.as_str().expect("a text")).collect()
}

async fn head_of(portal: &Portal, number: &str, email: &str) -> Visitor {
    let body = json!({ "organization": { "number": number, "name": number }, "roles": ["customer_administrator"] });
    portal.member(email, body).await.1
}

/// P8
#[tokio::test]
async fn staff_and_the_organizations_administrator_lift_a_lock() {
    let portal = Portal::start().await;
    let head = head_of(&portal, "C-1001", "head@example.com").await;
    let (id, _) = portal.member(ADA, json!({})).await;
    let path = format!("/v1/contacts/{id}/unlock");
    let _ = portal.administrator.act(&path).await.refused(409, "not_locked");
    for by in [&portal.administrator, &head] {
        lock(&portal, ADA).await;
        let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
        let locked = by.get(&format!("/v1/contacts/{id}")).await.expect(200);
        assert!(actions(&locked).contains(&"unlock"));
        let unlocked = by.act(&path).await.expect(200);
        assert_eq!(unlocked.json["access"]["locked_until"], Value::Null);
        let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    }
}

/// O8
#[tokio::test]
async fn a_login_that_is_shared_shows_a_delegated_administrator_no_lock_and_is_not_theirs_to_unlock() {
    let portal = Portal::start().await;
    let head = head_of(&portal, "C-1001", "head@example.com").await;
    let (id, _) = portal.member(ADA, json!({})).await;
    portal.also_at(&id, json!({ "number": "C-2", "name": "Two" })).await;
    lock(&portal, ADA).await;
    let seen = head.get(&format!("/v1/contacts/{id}")).await.expect(200);
    assert_eq!(seen.json["access"]["locked_until"], Value::Null);
    assert!(!actions(&seen).contains(&"unlock"));
    let _ = head.act(&format!("/v1/contacts/{id}/unlock")).await.refused(409, "not_locked");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
    let _ = portal.administrator.act(&format!("/v1/contacts/{id}/unlock")).await.expect(200);
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
}

/// P1, P2
#[tokio::test]
async fn whoever_has_to_change_the_password_can_do_nothing_else_from_the_next_request_on() {
    let portal = Portal::start().await;
    let (id, ada) = portal.member(ADA, json!({})).await;
    let path = format!("/v1/contacts/{id}/require-password-change");
    let required = portal.administrator.act(&path).await.expect(200);
    assert_eq!(required.json["access"]["must_change_password"], true);
    let _ = portal.administrator.act(&path).await.refused(409, "already_required");
    let _ = ada.get("/v1/sessions").await.refused(403, "password_change_required");
    let other = "a wholly different phrase";
    let change = json!({ "current_password": PASSWORD, "password": other, "confirm_password": other });
    let _ = ada.put("/v1/session/password", &change).await.expect(204);
    let _ = ada.get("/v1/sessions").await.expect(200);
    let invited = portal.create("ben@example.com", json!({})).await.expect(201).at("/id");
    let path = format!("/v1/contacts/{invited}/require-password-change");
    let _ = portal.administrator.act(&path).await.refused(409, "no_password");
}

/// P1
#[tokio::test]
async fn nobody_but_an_administrator_requires_that_a_password_be_changed() {
    let portal = Portal::start().await;
    let head = head_of(&portal, "C-1001", "head@example.com").await;
    let (id, _) = portal.member(ADA, json!({})).await;
    let _ = head.act(&format!("/v1/contacts/{id}/require-password-change")).await.refused(403, "forbidden");
}

/// P7, O8
#[tokio::test]
async fn the_sessions_of_a_contact_are_listed_and_ended_one_by_one_and_none_of_another_access() {
    let portal = Portal::start().await;
    let head = head_of(&portal, "C-2", "head@example.com").await;
    let (first, one) = portal.member(ADA, json!({})).await;
    let second = portal.also_at(&first, json!({ "number": "C-2", "name": "Two" })).await;
    let switched = portal.visitor().signed_in(ADA, PASSWORD).await;
    let switched = switched.post("/v1/session/switch", &json!({ "contact": second })).await.expect(201);
    let two = portal.visitor().with_token(&switched.at("/token"));
    let listed = head.get(&format!("/v1/contacts/{second}/sessions")).await.expect(200);
    assert_eq!(listed.json["items"].as_array().map(Vec::len), Some(1), "{}", listed.text);
    let elsewhere = portal.administrator.get(&format!("/v1/contacts/{first}/sessions")).await.expect(200);
    let foreign = elsewhere.at("/items/0/id");
    let path = |session: &str| format!("/v1/contacts/{second}/sessions/{session}");
    let _ = head.delete(&path(&foreign)).await.refused(404, "not_found");
    let _ = head.delete(&path(&listed.at("/items/0/id"))).await.expect(204);
    let _ = head.delete(&path(&listed.at("/items/0/id"))).await.refused(404, "not_found");
    let _ = two.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = one.get("/v1/session").await.expect(200);
}

/// O5
#[tokio::test]
async fn a_person_at_several_organizations_goes_from_one_to_the_other_without_signing_in_again() {
    let portal = Portal::start().await;
    let (first, ada) = portal.member(ADA, json!({})).await;
    let second = portal.also_at(&first, json!({ "number": "C-2", "name": "Two" })).await;
    let session = ada.get("/v1/session").await.expect(200);
    assert_eq!(session.at("/accesses/0/contact"), second);
    portal.pass(SignedDuration::from_mins(20));
    let switched = ada.post("/v1/session/switch", &json!({ "contact": second })).await.expect(201);
    assert_eq!(switched.at("/session/access/contact"), second);
    assert_eq!(switched.at("/session/organization_name"), "Two");
    assert_eq!(switched.at("/session/expires_at"), session.at("/expires_at"), "it ends no later");
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    let there = portal.visitor().with_token(&switched.at("/token"));
    assert_eq!(there.get("/v1/session").await.expect(200).at("/accesses/0/contact"), first);
}

/// O5
#[tokio::test]
async fn nobody_switches_to_an_access_that_is_not_theirs_or_can_not_be_used() {
    let portal = Portal::start().await;
    let (first, ada) = portal.member(ADA, json!({})).await;
    let second = portal.also_at(&first, json!({ "number": "C-2", "name": "Two" })).await;
    let (foreign, _) = portal.member("ben@example.com", json!({})).await;
    for contact in [foreign.as_str(), first.as_str(), "con_01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
        let _ = ada.post("/v1/session/switch", &json!({ "contact": contact })).await.refused(404, "not_found");
    }
    let _ = portal.administrator.act(&format!("/v1/contacts/{second}/disable-login")).await.expect(200);
    let _ = ada.post("/v1/session/switch", &json!({ "contact": second })).await.refused(409, "access_unusable");
    let _ = ada.get("/v1/session").await.expect(200);
}

async fn rename(by: &Visitor, contact: &str, edit: Value) -> Answer {
    let path = format!("/v1/contacts/{contact}");
    let version = by.get(&path).await.expect(200).json["version"].as_u64().expect("a version");
    by.patch(&format!("{path}/login"), version, &edit).await
}

/// O6, U2
#[tokio::test]
async fn a_user_id_is_changed_taken_away_and_free_for_others_then() {
    let portal = Portal::start().await;
    let head = head_of(&portal, "C-1001", "head@example.com").await;
    let (id, _) = portal.member(ADA, json!({ "user_id": "ada" })).await;
    let (other, _) = portal.member("ben@example.com", json!({ "user_id": "ben" })).await;
    let _ = rename(&head, &id, json!({ "user_id": "Ben" })).await.refused(409, "user_id_taken");
    let renamed = rename(&head, &id, json!({ "user_id": "countess" })).await.expect(200);
    assert_eq!(renamed.at("/access/user_id"), "countess");
    let _ = portal.visitor().sign_in("countess", PASSWORD).await.expect(201);
    let _ = portal.visitor().sign_in("ada", PASSWORD).await.refused(401, "invalid_credentials");
    let _ = rename(&head, &other, json!({ "user_id": "ada" })).await.expect(200);
    let _ = rename(&head, &id, json!({ "user_id": null })).await.expect(200);
    let _ = portal.visitor().sign_in("countess", PASSWORD).await.refused(401, "invalid_credentials");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    let spelled = rename(&head, &other, json!({ "user_id": "ADA" })).await.expect(200);
    assert_eq!(spelled.at("/access/user_id"), "ADA");
}

/// O8
#[tokio::test]
async fn renaming_a_login_that_is_shared_renames_it_here_alone() {
    let portal = Portal::start().await;
    let head = head_of(&portal, "C-1001", "head@example.com").await;
    let (id, _) = portal.member(ADA, json!({ "user_id": "ada" })).await;
    let second = portal.also_at(&id, json!({ "number": "C-2", "name": "Two" })).await;
    let here = rename(&head, &id, json!({ "user_id": "countess" })).await.expect(200);
    assert_eq!(here.at("/access/user_id"), "countess");
    assert_eq!(portal.contact(&second).await.at("/access/user_id"), "ada");
    let _ = portal.visitor().sign_in("ada", PASSWORD).await.expect(201);
    let _ = portal.visitor().sign_in("countess", PASSWORD).await.refused(401, "invalid_credentials");
    let _ = portal.create("eve@example.com", json!({ "user_id": "countess" })).await.refused(409, "user_id_taken");
    let _ = rename(&head, &id, json!({ "user_id": null })).await.expect(200);
    let _ = portal.create("eve@example.com", json!({ "user_id": "countess" })).await.expect(201);
}

/// O4
#[tokio::test]
async fn until_the_first_password_is_set_staff_correct_the_email_and_a_new_link_goes_out() {
    let portal = Portal::start().await;
    let id = portal.create("adda@example.com", json!({})).await.expect(201).at("/id");
    let old = portal.link_token("adda@example.com").await;
    let corrected = rename(&portal.administrator, &id, json!({ "login_email": ADA })).await.expect(200);
    assert_eq!((corrected.at("/access/login_email"), corrected.at("/link/mail")), (ADA.into(), "sent".into()));
    let _ = portal.visitor().redeem(&old, PASSWORD).await.expect(410);
    let _ = portal.visitor().redeem(&portal.link_token(ADA).await, PASSWORD).await.expect(204);
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
}

/// L13, L5
#[tokio::test]
async fn when_staff_change_the_email_both_addresses_are_told_links_die_and_the_password_stays() {
    let portal = Portal::start().await;
    let head = head_of(&portal, "C-1001", "head@example.com").await;
    let (id, _) = portal.member(ADA, json!({})).await;
    let _ = portal.administrator.act(&format!("/v1/contacts/{id}/reset")).await.expect(202);
    let token = portal.link_token(ADA).await;
    let new = "ada.byron@example.com";
    let _ = rename(&head, &id, json!({ "login_email": new })).await.refused(403, "forbidden");
    let taken = rename(&portal.administrator, &id, json!({ "login_email": "Head@example.com" })).await;
    let _ = taken.refused(409, "email_taken");
    let _ = rename(&portal.administrator, &id, json!({ "login_email": new })).await.expect(200);
    for address in [ADA, new] {
        assert!(portal.mails_to(address)[0].subject.contains("was changed"), "{address}");
    }
    let _ = portal.visitor().redeem(&token, "quite another long phrase").await.refused(410, "link_void");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
    let _ = portal.visitor().sign_in(new, PASSWORD).await.expect(201);
}

/// TK-07, O4, L5: an offer that went to the wrong address opens nothing once the address is put right.
#[tokio::test]
async fn no_link_that_went_to_an_email_before_is_good_after_it_is_changed() {
    let portal = Portal::start().await;
    let head = head_of(&portal, "C-2", "head@example.com").await;
    let wrong = "wrong@example.com";
    let id = portal.create(wrong, json!({})).await.expect(201).at("/id");
    let body = json!({ "account_type": "customer", "organization": head.get("/v1/session").await.at("/organization"),
        "first_name": "Ada", "last_name": "Byron", "email": wrong });
    let before = portal.mails_to(wrong).len();
    let _ = head.post("/v1/users", &body).await.expect(201);
    let offer = token_in(&portal.next_mail(wrong, before).await).expect("a link");
    let _ = rename(&portal.administrator, &id, json!({ "login_email": ADA })).await.expect(200);
    let _ = portal.visitor().redeem(&offer, PASSWORD).await.refused(410, "link_void");
}

/// P1, PW-12
#[tokio::test]
async fn the_email_of_a_login_with_a_password_is_an_administrators_to_change() {
    let portal = Portal::start().await;
    let internal = portal.administrator.get("/v1/session").await.at("/organization");
    let staff = json!({ "account_type": "staff", "organization": internal, "roles": ["account_manager"] });
    let (own, manager) = portal.member("mia@example.com", staff).await;
    let (id, _) = portal.member(ADA, json!({})).await;
    let edit = json!({ "login_email": "mine@example.com" });
    let _ = rename(&manager, &id, edit.clone()).await.refused(403, "forbidden");
    let invited = portal.create("ben@example.com", json!({})).await.expect(201).at("/id");
    let _ = rename(&manager, &invited, edit).await.expect(200);
    let _ = portal.administrator.get(&format!("/v1/contacts/{own}")).await.expect(200);
    let admin = portal.administrator.get("/v1/session").await.at("/access/contact");
    let moved = rename(&portal.administrator, &admin, json!({ "login_email": "me@example.com" })).await;
    let _ = moved.refused(403, "own_access");
    let set = json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
    let set = portal.administrator.put(&format!("/v1/contacts/{admin}/password"), &set).await;
    let _ = set.refused(403, "own_access");
}

/// O8
#[tokio::test]
async fn the_login_email_and_version_of_somebody_known_elsewhere_are_told_as_a_new_persons() {
    let portal = Portal::start().await;
    let head = head_of(&portal, "C-2", "head@example.com").await;
    portal.member("known@example.com", json!({})).await;
    for email in ["known@example.com", "new@example.com"] {
        let contact = json!({ "first_name": "A", "last_name": "B", "email": "desk@example.com" });
        let id = head.post("/v1/contacts", &contact).await.expect(201).at("/id");
        let access = json!({ "roles": ["customer_center"], "login_email": email });
        let given = head.put(&format!("/v1/contacts/{id}/access"), &access).await.expect(200);
        assert_eq!(given.at("/access/login_email"), email);
        let moved =
            head.patch(&format!("/v1/contacts/{id}"), 2, &json!({ "email": "x@example.com" })).await.expect(200);
        assert_eq!(moved.at("/access/login_email"), email);
        let token = portal.link_token(email).await;
        if email.starts_with("known") {
            let form = [("action", "accept"), ("login", email), ("password", PASSWORD)];
            let _ = portal.visitor().submit(&format!("/link/{token}"), &form, "").await.expect(200);
        } else {
            let _ = portal.visitor().redeem(&token, PASSWORD).await.expect(204);
        }
        assert_eq!(head.get(&format!("/v1/contacts/{id}")).await.at("/version"), "3");
    }
}
