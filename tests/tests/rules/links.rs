//! Links: how long they are good, what uses them up, what ends them, and how another is had.

use http::Method;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use shared::app::{App, Parts};
use shared::domain::change::{Change, Ref, Write};
use shared::domain::link::LinkId;
use shared::domain::sweep::Done;
use tests::portal::{ADMINISTRATOR, new_user, token_in};
use tests::{Answer, PASSWORD, Portal, Visitor};

const ADA: &str = "ada@example.com";
const BEN: &str = "ben@example.com";
const ANOTHER: &str = "a wholly different phrase";

async fn inspect(portal: &Portal, token: &str) -> Answer {
    portal.visitor().post("/v1/links/inspect", &json!({ "token": token })).await
}

async fn state(portal: &Portal, token: &str) -> String {
    inspect(portal, token).await.expect(200).at("/state")
}

async fn forgot(portal: &Portal, login: &str) -> Answer {
    portal.visitor().post("/v1/password-resets", &json!({ "login": login })).await.expect(202)
}

async fn renew(portal: &Portal, token: &str) -> Answer {
    portal.visitor().post("/v1/links/renew", &json!({ "token": token })).await.expect(202)
}

/// Somebody of staff sends a link. Gives its token.
async fn send(portal: &Portal, contact: &str, email: &str) -> String {
    let before = portal.mails_to(email).len();
    let _ = staff(portal).await.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    token_in(&portal.next_mail(email, before).await).expect("a link")
}

/// The first administrator, signed in anew: a session does not outlast what the tests let pass.
async fn staff(portal: &Portal) -> Visitor {
    portal.visitor().signed_in(ADMINISTRATOR, PASSWORD).await
}

/// Asks for a link as anybody can. Gives the token that was mailed.
async fn ask(portal: &Portal, email: &str) -> String {
    let before = portal.mails_to(email).len();
    let _ = forgot(portal, email).await;
    token_in(&portal.next_mail(email, before).await).expect("a link")
}

fn time(answer: &Answer, pointer: &str) -> Timestamp {
    answer.at(pointer).parse().expect("a time")
}

/// L2
#[tokio::test]
async fn a_link_is_good_for_a_day_from_its_sending_and_no_longer() {
    let portal = Portal::start().await;
    let created = portal.create(ADA, json!({})).await.expect(201);
    let good = time(&created, "/link/expires_at").duration_since(time(&created, "/link/sent_at"));
    assert_eq!(good, SignedDuration::from_hours(24));
    let token = portal.link_token(ADA).await;
    let inspected = inspect(&portal, &token).await.expect(200);
    assert_eq!(inspected.json["expires_at"], created.json["link"]["expires_at"]);

    portal.pass(SignedDuration::from_hours(24) - SignedDuration::from_mins(1));
    assert_eq!(state(&portal, &token).await, "valid");
    portal.pass(SignedDuration::from_mins(1));
    assert_eq!(state(&portal, &token).await, "expired");
    let _ = portal.visitor().redeem(&token, PASSWORD).await.refused(410, "link_expired");
    let _ = portal.visitor().get(&format!("/link/{token}")).await.expect(410);
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
}

/// L2
#[tokio::test]
async fn how_long_links_are_good_is_set_for_invitations_and_resets_apart_and_holds_for_new_ones() {
    let portal = Portal::start().await;
    let ben = portal.create_active(BEN, json!({})).await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let old = portal.link_token(ADA).await;

    let settings = portal.app.store.settings().await.expect("read").expect("set");
    let mut changed = settings.value.clone();
    (changed.invite_hours, changed.reset_hours) = (72, 1);
    let mut change = Change::none();
    change.update(&settings, changed);
    portal.app.store.commit(&change, portal.app.clock.now()).await.expect("written");
    let fresh = portal.instance(&App::new(Parts::clone(&portal.app))).await;
    let staff = fresh.with_token(portal.administrator.token());
    let invited = staff.post("/v1/users", &new_user("cleo@example.com", json!({}))).await.expect(201);
    let reset = staff.act(&format!("/v1/contacts/{ben}/reset")).await.expect(202);
    for (answer, hours) in [(&invited, 72), (&reset, 1)] {
        let good = time(answer, "/link/expires_at").duration_since(time(answer, "/link/sent_at"));
        assert_eq!(good, SignedDuration::from_hours(hours));
    }
    portal.pass(SignedDuration::from_hours(23));
    assert_eq!(state(&portal, &old).await, "valid");
}

/// L3
#[tokio::test]
async fn a_link_whose_record_was_cleared_away_has_expired() {
    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let token = portal.link_token(ADA).await;
    let items = portal.everything().await;
    let links = items.iter().filter(|item| item["type"] == "link" && item["ended"] == Value::Null);
    let ids: Vec<LinkId> =
        links.map(|link| link["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")).collect();
    let change = Change { writes: ids.into_iter().map(|id| Write::Delete(Ref::Link(id), None)).collect() };
    portal.app.store.commit(&change, portal.app.clock.now()).await.expect("deleted");
    let inspected = inspect(&portal, &token).await.expect(200);
    assert_eq!(inspected.json, json!({ "purpose": "invite", "state": "expired", "expires_at": null }));
    let _ = portal.visitor().redeem(&token, PASSWORD).await.refused(410, "link_expired");
    let _ = portal.visitor().get(&format!("/link/{token}")).await.expect(410);
}

/// L4
#[tokio::test]
async fn opening_a_link_by_any_method_any_number_of_times_does_not_use_it_up() {
    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let token = portal.link_token(ADA).await;
    let before = portal.everything().await;
    let page = format!("/link/{token}");
    for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::PUT, Method::DELETE, Method::PATCH, Method::POST]
    {
        for _ in 0..3 {
            let _ = Answer::of(portal.visitor().request(method.clone(), &page)).await;
            let _ = inspect(&portal, &token).await.expect(200);
        }
    }
    assert!(portal.everything().await == before, "something was written");
    let _ = portal.visitor().redeem(&token, PASSWORD).await.expect(204);
}

/// L4
#[tokio::test]
async fn a_password_that_breaks_the_rules_does_not_use_a_link_up_and_one_that_is_set_does() {
    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let token = portal.link_token(ADA).await;
    for weak in ["short", "passwordpassword", "aaaaaaaaaaaaaaaaaaaa", ADA] {
        let _ = portal.visitor().redeem(&token, weak).await.refused(400, "password_rejected");
    }
    let differs = json!({ "token": token, "password": PASSWORD, "confirm_password": ANOTHER });
    let _ = portal.visitor().post("/v1/links/redeem", &differs).await.refused(400, "invalid");
    let form = "action=redeem&password=short&confirm_password=short";
    let request = portal.visitor().request(Method::POST, &format!("/link/{token}"));
    let form = Answer::of(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form)).await;
    let _ = form.expect(400);

    let _ = portal.visitor().redeem(&token, PASSWORD).await.expect(204);
    assert_eq!(state(&portal, &token).await, "used");
    let _ = portal.visitor().redeem(&token, ANOTHER).await.refused(410, "link_used");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
}

/// L5
#[tokio::test]
async fn a_link_that_staff_send_replaces_the_older_of_its_purpose() {
    let portal = Portal::start().await;
    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let mut older = portal.link_token(ADA).await;
    for _ in 0..2 {
        let newer = send(&portal, &contact, ADA).await;
        assert_ne!(newer, older);
        assert_eq!(state(&portal, &older).await, "replaced");
        let _ = portal.visitor().redeem(&older, PASSWORD).await.refused(410, "link_replaced");
        older = newer;
    }
    let _ = portal.visitor().redeem(&older, PASSWORD).await.expect(204);
}

/// L5
#[tokio::test]
async fn a_public_request_mails_the_live_link_again_with_its_time_set_anew() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({})).await;
    let first = send(&portal, &contact, ADA).await;
    portal.pass(SignedDuration::from_hours(23));
    assert_eq!(ask(&portal, ADA).await, first);
    portal.pass(SignedDuration::from_hours(23));
    assert_eq!(state(&portal, &first).await, "valid");
    // What anybody can ask for changes nothing else: the password signs in as before.
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    let _ = portal.visitor().redeem(&first, ANOTHER).await.expect(204);
}

/// L5
#[tokio::test]
async fn a_link_dies_with_what_it_was_sent_for() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({})).await;
    let path = format!("/v1/contacts/{contact}");
    let staff = &portal.administrator;

    let link = send(&portal, &contact, ADA).await;
    let _ = staff.act(&format!("{path}/disable-login")).await.expect(200);
    assert_eq!(state(&portal, &link).await, "void");
    let _ = staff.act(&format!("{path}/enable-login")).await.expect(200);
    assert_eq!(state(&portal, &link).await, "void");
    let _ = portal.visitor().redeem(&link, ANOTHER).await.refused(410, "link_void");

    let link = send(&portal, &contact, ADA).await;
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let change = json!({ "current_password": PASSWORD, "password": ANOTHER, "confirm_password": ANOTHER });
    let _ = ada.put("/v1/session/password", &change).await.expect(204);
    assert_eq!(state(&portal, &link).await, "void");

    let link = send(&portal, &contact, ADA).await;
    let typed = json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
    let _ = staff.put(&format!("{path}/password"), &typed).await.expect(200);
    assert_eq!(state(&portal, &link).await, "void");

    let link = send(&portal, &contact, ADA).await;
    let _ = staff.delete(&format!("{path}/access")).await.expect(200);
    assert_eq!(state(&portal, &link).await, "void");
    let _ = staff.put(&format!("{path}/access"), &json!({ "roles": ["customer_center"] })).await.expect(200);
    assert_eq!(state(&portal, &link).await, "void");
}

/// L7
#[tokio::test]
async fn whoever_asks_for_a_link_gets_one_answer_and_only_who_can_sign_in_gets_a_mail() {
    let portal = Portal::start().await;
    for (email, way) in [("disabled@example.com", "disable-login"), ("revoked@example.com", "")] {
        let contact = portal.create_active(email, json!({})).await;
        let path = format!("/v1/contacts/{contact}");
        let _ = match way {
            "" => portal.administrator.delete(&format!("{path}/access")).await.expect(200),
            way => portal.administrator.act(&format!("{path}/{way}")).await.expect(200),
        };
    }
    let _ = portal.create_active(ADA, json!({ "user_id": "ada.byron" })).await;
    let silent = ["disabled@example.com", "revoked@example.com", "nobody@example.com"];
    let before: Vec<usize> = silent.iter().map(|email| portal.mails_to(email).len()).collect();
    let mails = portal.mails_to(ADA).len();
    for login in silent.into_iter().chain(["no.body", "", "\u{0}", "a@b@c", "ada.byron"]) {
        let answer = forgot(&portal, login).await;
        assert_eq!(answer.text, "{}", "{login:?}");
    }
    // Mails go out in the order in which they were asked for: hers was the last.
    portal.next_mail(ADA, mails).await;
    assert_eq!(silent.iter().map(|email| portal.mails_to(email).len()).collect::<Vec<_>>(), before);
}

/// L7
#[tokio::test]
async fn somebody_invited_who_forgot_a_password_that_never_was_gets_the_invitation_again() {
    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let invitation = portal.link_token(ADA).await;
    assert_eq!(ask(&portal, ADA).await, invitation);
    portal.pass(SignedDuration::from_hours(25));
    let anew = ask(&portal, ADA).await;
    assert_ne!(anew, invitation);
    assert_eq!(inspect(&portal, &anew).await.at("/purpose"), "invite");
    let _ = portal.visitor().redeem(&anew, PASSWORD).await.expect(204);
}

/// L7, O7
#[tokio::test]
async fn an_invitation_that_ended_with_its_organization_is_not_sent_again_by_another_access() {
    let portal = Portal::start().await;
    let first = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let second = portal.also_at(&first, json!({ "number": "C-2", "name": "Two" })).await;
    let organization = portal.contact(&second).await.at("/organization");
    for way in ["inactivate", "reactivate"] {
        let _ = portal.administrator.act(&format!("/v1/organizations/{organization}/{way}")).await.expect(200);
    }
    let token = ask(&portal, ADA).await;
    assert_eq!(state(&portal, &token).await, "valid");
    let _ = portal.visitor().redeem(&token, PASSWORD).await.expect(204);
}

/// L7
#[tokio::test]
async fn staff_send_a_reset_to_who_has_a_password_and_an_invitation_to_who_has_none() {
    let portal = Portal::start().await;
    let invited = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let active = portal.create_active(BEN, json!({})).await;
    for (contact, purpose) in [(invited, "invite"), (active, "reset")] {
        let sent = portal.administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
        assert_eq!((sent.at("/link/purpose"), sent.at("/link/state")), (purpose.into(), "valid".into()));
        assert_eq!(sent.at("/link/mail"), "sent");
    }
}

/// L7
#[tokio::test]
async fn a_reset_goes_to_the_address_on_file_however_it_was_typed() {
    let portal = Portal::start().await;
    let _ = portal.create_active(ADA, json!({})).await;
    let before = portal.inbox.mails().len();
    let _ = forgot(&portal, "ADA@EXAMPLE.COM").await;
    let _ = forgot(&portal, "ada@example.com.evil.example").await;
    portal.next_mail(ADA, 1).await;
    assert_eq!(portal.inbox.mails().len(), before + 1);
}

/// L5, L6
#[tokio::test]
async fn a_link_that_is_over_is_renewed_by_whoever_holds_it() {
    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let expired = portal.link_token(ADA).await;
    portal.pass(SignedDuration::from_hours(25));
    let answer = renew(&portal, &expired).await;
    assert_eq!(answer.text, "{}");
    let renewed = token_in(&portal.next_mail(ADA, 1).await).expect("a link");
    assert_eq!(state(&portal, &renewed).await, "valid");
    let _ = portal.visitor().redeem(&renewed, PASSWORD).await.expect(204);
}

/// O8, L6
#[tokio::test]
async fn an_offer_is_renewed_as_an_offer() {
    let portal = Portal::start().await;
    let (_, _) = portal.member(ADA, json!({ "organization": { "number": "C-2", "name": "Elsewhere" } })).await;
    let administrator = json!({ "roles": ["customer_administrator"] });
    let (_, administrator) = portal.member(BEN, administrator).await;
    let before = portal.mails_to(ADA).len();
    let _ = administrator.post("/v1/users", &new_user(ADA, json!({}))).await.expect(201);
    let offer = token_in(&portal.next_mail(ADA, before).await).expect("a link");
    let _ = renew(&portal, &offer).await;
    assert_eq!(token_in(&portal.next_mail(ADA, before + 1).await), Some(offer.clone()));
    portal.pass(SignedDuration::from_hours(25));
    let _ = renew(&portal, &offer).await;
    let anew = token_in(&portal.next_mail(ADA, before + 2).await).expect("a link");
    assert_ne!(anew, offer);
    let inspected = inspect(&portal, &anew).await.expect(200);
    assert_eq!((inspected.at("/purpose"), inspected.at("/state")), ("accept".into(), "valid".into()));
}

#[tokio::test]
async fn a_link_that_was_never_made_is_not_found_and_asks_nothing_of_the_table() {
    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let token = portal.link_token(ADA).await;
    let changed = |at: usize| {
        let mut forged = token.clone().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(forged).expect("text")
    };
    portal.table.take_calls();
    for forged in [changed(0), changed(10), changed(40), changed(token.len() - 2), "x".to_owned(), format!("{token}A")]
    {
        let _ = inspect(&portal, &forged).await.refused(404, "not_found");
        let _ = portal.visitor().redeem(&forged, PASSWORD).await.refused(404, "not_found");
        let _ = portal.visitor().get(&format!("/link/{forged}")).await.expect(404);
        assert_eq!(renew(&portal, &forged).await.text, "{}");
    }
    assert_eq!(portal.table.take_calls(), []);
}

/// S1
#[tokio::test]
async fn the_sweep_writes_down_once_that_an_invitation_expired_and_touches_nothing_else() {
    let portal = Portal::start().await;
    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    assert_eq!(portal.sweep().await, Done::default());
    portal.pass(SignedDuration::from_hours(25));
    // It has expired before any sweep says so.
    let read = async || staff(&portal).await.get(&format!("/v1/contacts/{contact}")).await.expect(200);
    assert_eq!(read().await.at("/access/state"), "invitation_expired");

    let (one, other) = tokio::join!(portal.sweep(), portal.sweep());
    assert_eq!(one.links + other.links, 1);
    assert_eq!(portal.sweep().await, Done::default());
    let entries = portal.items(&format!("AUDIT#{contact}")).await;
    let expired: Vec<_> = entries.iter().filter(|entry| entry["action"] == "link_expired").collect();
    assert_eq!(expired.len(), 1);
    assert_eq!(expired[0]["via"], "sweep");
    let after = read().await;
    assert_eq!((after.at("/access/state"), after.at("/link/state")), ("invitation_expired".into(), "expired".into()));
    let _ = send(&portal, &contact, ADA).await;
    assert_eq!(read().await.at("/access/state"), "invited");
}
