//! A person changes the email that they sign in with (requirements L5, L13, O4).

use jiff::SignedDuration;
use serde_json::json;
use tests::portal::token_in;
use tests::{Answer, PASSWORD, Portal, Visitor};

const ADA: &str = "ada@example.com";
const NEW: &str = "countess@example.com";

async fn ask(by: &Visitor, email: &str) -> Answer {
    by.post("/v1/session/email", &json!({ "email": email, "current_password": PASSWORD })).await
}

async fn confirm(by: &Visitor, token: &str, login: &str) -> Answer {
    by.post("/v1/links/confirm", &json!({ "token": token, "login": login, "password": PASSWORD })).await
}

/// L13
#[tokio::test]
async fn a_new_email_signs_in_once_it_is_confirmed_by_signing_in_and_both_are_told() {
    let portal = Portal::start().await;
    let (id, ada) = portal.member(ADA, json!({})).await;
    let _ = ask(&ada, NEW).await.expect(202);
    let token = portal.link_token(NEW).await;
    let _ = portal.visitor().sign_in(NEW, PASSWORD).await.refused(401, "invalid_credentials");
    let inspected = portal.visitor().post("/v1/links/inspect", &json!({ "token": token })).await.expect(200);
    assert_eq!((inspected.at("/purpose"), inspected.at("/state")), ("email_change".to_owned(), "valid".to_owned()));
    let (old_mails, new_mails) = (portal.mails_to(ADA).len(), portal.mails_to(NEW).len());
    let _ = confirm(&portal.visitor(), &token, ADA).await.expect(204);
    let _ = portal.visitor().sign_in(NEW, PASSWORD).await.expect(201);
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
    let _ = ada.get("/v1/session").await.expect(200);
    for (email, before) in [(ADA, old_mails), (NEW, new_mails)] {
        assert!(portal.next_mail(email, before).await.subject.contains("was changed"));
    }
    let contact = portal.contact(&id).await;
    assert_eq!((contact.at("/access/login_email"), contact.at("/email")), (NEW.to_owned(), ADA.to_owned()));
    let again = confirm(&portal.visitor(), &token, NEW).await.refused(410, "link_used");
    assert!(!again.text.contains(NEW));
}

/// L4: what a scanner does confirms nothing.
#[tokio::test]
async fn nobody_else_confirms_a_new_email() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let _ = portal.member("ben@example.com", json!({})).await;
    let _ = ask(&ada, NEW).await.expect(202);
    let token = portal.link_token(NEW).await;
    let _ = confirm(&portal.visitor(), &token, "ben@example.com").await.refused(401, "invalid_credentials");
    let _ = portal.visitor().redeem(&token, "a wholly different phrase").await.refused(409, "sign_in_to_accept");
    let opened = portal.visitor().get(&format!("/link/{token}")).await.expect(200);
    assert!(opened.text.contains(NEW));
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    let _ = confirm(&portal.visitor(), &token, ADA).await.expect(204);
}

/// PW-11, SE-11
#[tokio::test]
async fn whoever_asks_for_a_new_email_shows_the_password_and_guesses_are_counted() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let guess = json!({ "email": NEW, "current_password": "not the password" });
    for _ in 0..5 {
        let _ = ada.post("/v1/session/email", &guess).await.refused(403, "wrong_password");
    }
    let _ = ask(&ada, NEW).await.refused(403, "wrong_password");
    assert!(portal.mails_to(NEW).is_empty());
}

/// O8: whether an email is somebody's is told to nobody but whoever shows that it is theirs.
#[tokio::test]
async fn an_email_that_somebody_has_is_asked_for_like_any_other_and_refused_when_it_is_confirmed() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let _ = portal.member("ben@example.com", json!({})).await;
    let before = portal.mails_to("ben@example.com").len();
    let free = ask(&ada, NEW).await.expect(202);
    let taken = ask(&ada, "ben@example.com").await.expect(202);
    assert_eq!(free.text, taken.text);
    let token = token_in(&portal.next_mail("ben@example.com", before).await).expect("a link");
    let _ = confirm(&portal.visitor(), &token, ADA).await.refused(409, "email_taken");
    let _ = portal.visitor().sign_in("ben@example.com", PASSWORD).await.expect(201);
}

/// L5
#[tokio::test]
async fn every_other_link_dies_with_the_old_email_and_a_new_ones_with_a_change_of_password() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let before = portal.mails_to(ADA).len();
    let _ = portal.visitor().post("/v1/password-resets", &json!({ "login": ADA })).await.expect(202);
    let reset = token_in(&portal.next_mail(ADA, before).await).expect("a link");
    let _ = ask(&ada, NEW).await.expect(202);
    let token = portal.link_token(NEW).await;
    let _ = confirm(&portal.visitor(), &token, ADA).await.expect(204);
    let _ = portal.visitor().redeem(&reset, "a wholly different phrase").await.refused(410, "link_void");
    let _ = ask(&ada, "third@example.com").await.expect(202);
    let token = portal.link_token("third@example.com").await;
    let other = "a wholly different phrase";
    let change = json!({ "current_password": PASSWORD, "password": other, "confirm_password": other });
    let _ = ada.put("/v1/session/password", &change).await.expect(204);
    let _ = confirm(&portal.visitor(), &token, NEW).await.refused(410, "link_void");
}

/// L5, L6
#[tokio::test]
async fn a_second_request_replaces_the_first_and_one_that_expired_is_renewed_to_the_same_address() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let _ = ask(&ada, "typo@example.com").await.expect(202);
    let first = portal.link_token("typo@example.com").await;
    let _ = ask(&ada, NEW).await.expect(202);
    let second = portal.link_token(NEW).await;
    let _ = confirm(&portal.visitor(), &first, ADA).await.refused(410, "link_replaced");
    let _ = portal.visitor().post("/v1/links/renew", &json!({ "token": first })).await.expect(202);
    portal.pass(SignedDuration::from_hours(25));
    let _ = confirm(&portal.visitor(), &second, ADA).await.refused(410, "link_expired");
    let _ = portal.visitor().post("/v1/links/renew", &json!({ "token": second })).await.expect(202);
    let third = token_in(&portal.next_mail(NEW, 1).await).expect("a link");
    let _ = confirm(&portal.visitor(), &third, ADA).await.expect(204);
    assert_eq!(portal.mails_to("typo@example.com").len(), 1);
}

/// L8
#[tokio::test]
async fn one_person_asks_for_five_changes_an_hour_and_no_more() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    for number in 0..5 {
        let _ = ask(&ada, &format!("new{number}@example.com")).await.expect(202);
    }
    let refused = ask(&ada, NEW).await.expect(429);
    assert!(refused.header("retry-after").parse::<u32>().is_ok());
    portal.pass(SignedDuration::from_hours(1));
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let _ = ask(&ada, NEW).await.expect(202);
}

/// L5, L8: mails that others cause use up none of the owner's, and one address gets five of them.
#[tokio::test]
async fn changes_to_somebodys_email_keep_them_from_no_link_of_their_own() {
    let portal = Portal::start().await;
    let victim = "victim@example.com";
    let _ = portal.member(victim, json!({})).await;
    let before = portal.mails_to(victim).len();
    for number in 0..2 {
        let (_, other) = portal.member(&format!("other{number}@example.com"), json!({})).await;
        for _ in 0..4 {
            let _ = ask(&other, victim).await.expect(202);
        }
    }
    portal.next_mail(victim, before + 4).await;
    let _ = portal.visitor().post("/v1/password-resets", &json!({ "login": victim })).await.expect(202);
    let mail = portal.next_mail(victim, before + 5).await;
    assert!(mail.subject.contains("Choose a new password"), "{}", mail.subject);
    assert_eq!(portal.mails_to(victim).len(), before + 6);
}

/// P2
#[tokio::test]
async fn whoever_must_change_the_password_confirms_no_email_with_the_old_one() {
    let portal = Portal::start().await;
    let (id, ada) = portal.member(ADA, json!({})).await;
    let _ = ask(&ada, NEW).await.expect(202);
    let token = portal.link_token(NEW).await;
    let _ = portal.administrator.act(&format!("/v1/contacts/{id}/require-password-change")).await.expect(200);
    let _ = confirm(&portal.visitor(), &token, ADA).await.refused(403, "password_change_required");
    assert_eq!(portal.contact(&id).await.at("/access/login_email"), ADA);
}

/// P7: a proof of who somebody is leaves no session behind.
#[tokio::test]
async fn confirming_as_somebody_else_begins_no_session_of_theirs() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let (_, ben) = portal.member("ben@example.com", json!({})).await;
    let _ = ask(&ada, NEW).await.expect(202);
    let token = portal.link_token(NEW).await;
    let _ = confirm(&portal.visitor(), &token, "ben@example.com").await.refused(401, "invalid_credentials");
    let sessions = ben.get("/v1/sessions").await.expect(200);
    assert_eq!(sessions.json["items"].as_array().map(Vec::len), Some(1));
}

/// O4
#[tokio::test]
async fn the_email_that_one_has_is_no_change() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let refused = ask(&ada, "ADA@Example.com").await.refused(400, "invalid");
    assert_eq!(refused.at("/errors/0/code"), "unchanged");
    let both = ada.post("/v1/session/email", &json!({ "email": "x" })).await.refused(400, "invalid");
    assert_eq!(both.json["errors"].as_array().map(Vec::len), Some(2));
}
