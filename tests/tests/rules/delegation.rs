//! Delegated administrators: what they do for their own organization, what they can not, and what they never learn.

use http::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tests::portal::{new_user, token_in};
use tests::{Answer, PASSWORD, Portal, Visitor};

const ADA: &str = "ada@example.com";
const BEN: &str = "ben@example.com";
const CLEO: &str = "cleo@example.com";
const NOBODYS: &str = "con_01ARZ3NDEKTSV4RRFFQ69G5FAV";

fn customer(number: &str, role: &str) -> Value {
    json!({ "organization": { "number": number, "name": format!("Customer {number}") }, "roles": [role] })
}

fn partner(number: &str, role: &str) -> Value {
    let organization = json!({ "number": number, "name": format!("Partner {number}") });
    json!({ "account_type": "partner", "organization": organization, "roles": [role] })
}

/// An administrator of the customer C-1, signed in.
async fn administrator(portal: &Portal) -> Visitor {
    portal.member("admin-of-c-1@example.com", customer("C-1", "customer_administrator")).await.1
}

/// The body that creates a user where the visitor is.
async fn colleague(visitor: &Visitor, email: &str, more: Value) -> Value {
    let organization = visitor.get("/v1/session").await.at("/organization");
    let mut body = new_user(email, json!({ "organization": organization }));
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    body
}

/// Every call that concerns a contact.
async fn every_call(visitor: &Visitor, contact: &str) -> Vec<Answer> {
    let path = format!("/v1/contacts/{contact}");
    vec![
        visitor.get(&path).await,
        visitor.put(&format!("{path}/access"), &json!({ "roles": ["customer_center"] })).await,
        visitor.delete(&format!("{path}/access")).await,
        visitor.act(&format!("{path}/reset")).await,
        visitor.act(&format!("{path}/disable-login")).await,
        visitor.act(&format!("{path}/enable-login")).await,
        visitor.delete(&format!("{path}/sessions")).await,
    ]
}

/// The operations that went to the table since it was last asked.
fn operations(portal: &Portal) -> Vec<String> {
    portal.table.take_calls().into_iter().map(|call| call.operation).collect()
}

/// An answer without what differs between any two.
fn alike(answer: &Answer) -> Value {
    let mut json = answer.json.clone();
    if let Some(id) = json.get_mut("request_id") {
        id.take();
    }
    json
}

/// A7
#[tokio::test]
async fn a_customers_administrator_looks_after_colleagues() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let created = administrator.post("/v1/users", &colleague(&administrator, ADA, json!({})).await).await.expect(201);
    let contact = created.at("/id");
    let _ = portal.visitor().redeem(&portal.link_token(ADA).await, PASSWORD).await.expect(204);
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;

    let (path, before) = (format!("/v1/contacts/{contact}"), portal.mails_to(ADA).len());
    let reset = administrator.act(&format!("{path}/reset")).await.expect(202);
    assert_eq!(reset.at("/link/purpose"), "reset");
    assert_eq!(portal.mails_to(ADA).len(), before + 1);
    let _ = administrator.act(&format!("{path}/disable-login")).await.expect(200);
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = administrator.act(&format!("{path}/enable-login")).await.expect(200);
    let granted = json!({ "roles": ["customer_center", "customer_administrator"] });
    let granted = administrator.put(&format!("{path}/access"), &granted).await.expect(200);
    assert_eq!(granted.json["access"]["roles"], json!(["customer_administrator", "customer_center"]));
    let revoked = administrator.delete(&format!("{path}/access")).await.expect(200);
    assert_eq!(revoked.at("/revoked/0/contact"), contact);
}

/// A7
#[tokio::test]
async fn what_is_out_of_scope_is_answered_as_what_does_not_exist_after_the_same_calls_to_the_table() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let foreign = portal.create(ADA, customer("C-2", "customer_center")).await.expect(201);
    let before = portal.contact(&foreign.at("/id")).await.json;
    operations(&portal);
    let theirs = every_call(&administrator, &foreign.at("/id")).await;
    let operations_for_theirs = operations(&portal);
    let nobodys = every_call(&administrator, NOBODYS).await;
    assert_eq!(operations(&portal), operations_for_theirs);
    for (theirs, nobodys) in theirs.iter().zip(&nobodys) {
        assert_eq!((theirs.status.as_u16(), theirs.at("/code").as_str()), (404, "not_found"));
        assert_eq!(alike(theirs), alike(nobodys));
    }
    assert_eq!(portal.contact(&foreign.at("/id")).await.json, before);
}

/// A7
#[tokio::test]
async fn an_organization_out_of_scope_is_as_one_that_does_not_exist_by_id_and_by_number() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let foreign = portal.create(ADA, customer("C-2", "customer_center")).await.expect(201).at("/organization");
    let number = |number: &str| json!({ "number": number, "name": "Another" });
    for (theirs, nobodys) in [(json!(foreign), json!("org_01ARZ3NDEKTSV4RRFFQ69G5FAV")), (number("C-2"), number("C-3"))]
    {
        let mut answers = Vec::new();
        for organization in [theirs, nobodys] {
            operations(&portal);
            let body = new_user(BEN, json!({ "organization": organization }));
            let answer = administrator.post("/v1/users", &body).await.refused(404, "not_found");
            answers.push((alike(&answer), operations(&portal)));
        }
        assert_eq!(answers[0], answers[1]);
    }
    assert!(portal.mails_to(BEN).is_empty());
}

/// A7
#[tokio::test]
async fn a_delegated_administrator_never_sets_a_password_or_forces_its_change() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let typed =
        json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD, "must_change": true });
    let with_password = colleague(&administrator, ADA, json!({ "credential": typed })).await;
    let _ = administrator.post("/v1/users", &with_password).await.refused(403, "forbidden");
    let body = colleague(&administrator, ADA, json!({})).await;
    let contact = administrator.post("/v1/users", &body).await.expect(201).at("/id");
    let path = format!("/v1/contacts/{contact}");
    let _ = administrator.put(&format!("{path}/password"), &typed).await.refused(403, "forbidden");
    let grant = json!({ "roles": ["customer_center"], "credential": typed });
    let _ = administrator.put(&format!("{path}/access"), &grant).await.refused(403, "forbidden");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
    assert_eq!(portal.contact(&contact).await.at("/access/state"), "invited");
}

/// A3, A7
#[tokio::test]
async fn nobody_hands_out_what_is_above_their_own() {
    let portal = Portal::start().await;
    administrator(&portal).await;
    let mut asked = customer("C-1", "customer_center");
    asked["can_create_users"] = json!(true);
    let (_, flagged) = portal.member(ADA, asked).await;
    let above = json!({ "roles": ["customer_administrator"] });
    let _ = flagged.post("/v1/users", &colleague(&flagged, BEN, above).await).await.refused(403, "above_own_role");
    let other = json!({ "account_type": "staff", "roles": ["administrator"] });
    let _ = flagged.post("/v1/users", &colleague(&flagged, BEN, other).await).await.refused(403, "forbidden");

    // A partner's administrator holds what a customer's holds; a customer's does not hold what a partner's does.
    let (_, above) = portal.member(CLEO, partner("P-1", "partner_administrator")).await;
    let body = new_user(BEN, customer("C-9", "customer_administrator"));
    let _ = above.post("/v1/users", &body).await.expect(201);
}

/// A3, AZ-05: by creating, granting, several at once, editing a role one holds, or sending again what one sent before one was
/// demoted.
#[tokio::test]
async fn nobody_gets_anybody_above_themselves_by_any_path() {
    let portal = Portal::start().await;
    let staff = &portal.administrator;
    let head = administrator(&portal).await;
    let helps = [
        "contacts:read",
        "contacts:write",
        "users:create",
        "access:grant",
        "access:revoke",
        "links:send",
        "logins:toggle",
    ];
    let role = json!({ "name": "helper", "account_types": ["customer"], "permissions": helps });
    let role = staff.post("/v1/roles", &role).await.expect(201).at("/id");
    let (id, helper) = portal.member(ADA, customer("C-1", "customer_administrator")).await;
    let invited = colleague(&helper, BEN, json!({ "roles": ["customer_administrator"] })).await;
    let invited = helper.post("/v1/users", &invited).await.expect(201);
    let (above, organization) = (format!("/v1/contacts/{}", invited.at("/id")), invited.at("/organization"));
    let _ = head.act(&format!("{above}/reset")).await.expect(202);
    // Demoted, to what looks after people and sees no payment.
    let _ = staff.put(&format!("/v1/contacts/{id}/access"), &json!({ "roles": ["helper"] })).await.expect(200);
    let (own, heads) = (format!("/v1/contacts/{id}"), json!({ "roles": ["customer_administrator"] }));
    let several = |contact: &str| json!({ "roles": ["customer_administrator"], "contacts": [{ "contact": contact }] });
    let mut together = several(&invited.at("/id"));
    together["all_or_nothing"] = json!(true);
    let another = colleague(&helper, CLEO, heads.clone()).await;
    let refused = [
        ("create", helper.post("/v1/users", &another).await),
        ("grant", helper.put(&format!("{above}/access"), &heads).await),
        ("take down", helper.put(&format!("{above}/access"), &json!({ "roles": ["helper"] })).await),
        ("revoke", helper.delete(&format!("{above}/access")).await),
        ("several", helper.post(&format!("/v1/organizations/{organization}/access"), &together).await),
        ("send again", helper.act(&format!("{above}/reset")).await),
        ("switch off", helper.act(&format!("{above}/disable-login")).await),
        ("end sessions", helper.delete(&format!("{above}/sessions")).await),
        ("rename", {
            let request = helper.request(Method::PATCH, &format!("{above}/login")).header("if-match", "*");
            Answer::of(request.json(&json!({ "user_id": "ben.byrd" }))).await
        }),
        ("inactivate", helper.act(&format!("{above}/inactivate")).await),
    ];
    for (what, answer) in refused {
        assert_eq!((answer.status.as_u16(), answer.at("/code").as_str()), (403, "above_own_role"), "{what}");
    }
    let one = helper.post(&format!("/v1/organizations/{organization}/access"), &several(&invited.at("/id"))).await;
    assert_eq!(one.expect(200).at("/results/0/problem/code"), "above_own_role");
    let _ = helper.put(&format!("{own}/access"), &heads).await.refused(403, "above_own_role");
    // Nor by the role that one holds: the business's settings are an administrator's, and nobody edits their own.
    let wider = json!({ "permissions": ["payments:write"] });
    let _ = helper.patch(&format!("/v1/roles/{role}"), 1, &wider).await.refused(403, "forbidden");
    assert_eq!(portal.contact(&invited.at("/id")).await.json["access"]["roles"], json!(["customer_administrator"]));
}

/// A7
#[tokio::test]
async fn an_organization_that_has_an_administrator_keeps_one() {
    let portal = Portal::start().await;
    let (first, _) = portal.member(ADA, customer("C-1", "customer_administrator")).await;
    let path = format!("/v1/contacts/{first}");
    let staff = &portal.administrator;
    let demoted = json!({ "roles": ["customer_center"] });
    for answer in [
        staff.put(&format!("{path}/access"), &demoted).await,
        staff.delete(&format!("{path}/access")).await,
        staff.act(&format!("{path}/disable-login")).await,
    ] {
        let _ = answer.refused(409, "last_administrator");
    }
    let (second, visitor) = portal.member(BEN, customer("C-1", "customer_administrator")).await;
    let _ = visitor.act(&format!("{path}/disable-login")).await.expect(200);
    // One who is disabled administers nothing: the other is the last.
    let second = format!("/v1/contacts/{second}/access");
    let _ = staff.delete(&second).await.refused(409, "last_administrator");
    let _ = staff.act(&format!("{path}/enable-login")).await.expect(200);
    let _ = staff.delete(&second).await.expect(200);
}

/// A7
#[tokio::test]
async fn two_administrators_who_take_each_other_down_at_once_leave_one() {
    let portal = Portal::start().await;
    let (first, one) = portal.member(ADA, customer("C-1", "customer_administrator")).await;
    let (second, other) = portal.member(BEN, customer("C-1", "customer_administrator")).await;
    let (to_second, to_first) = (format!("/v1/contacts/{second}/access"), format!("/v1/contacts/{first}/access"));
    let (a, b) = tokio::join!(one.delete(&to_second), other.delete(&to_first));
    let done = [&a, &b].into_iter().filter(|answer| answer.status == 200).count();
    assert_eq!(done, 1, "{} {}", a.text, b.text);
}

/// U5
#[tokio::test]
async fn a_customers_user_with_the_flag_adds_users_for_their_own_organization_alone() {
    let portal = Portal::start().await;
    let mut asked = customer("C-1", "customer_center");
    asked["can_create_users"] = json!(true);
    let (_, flagged) = portal.member(ADA, asked).await;
    let created = flagged.post("/v1/users", &colleague(&flagged, BEN, json!({})).await).await.expect(201);
    assert_eq!(created.json["access"]["roles"], json!(["customer_center"]));
    assert_eq!(created.json["actions"], json!([]));
    let new = new_user(CLEO, customer("C-2", "customer_center"));
    let _ = flagged.post("/v1/users", &new).await.refused(404, "not_found");
    let by_flag = json!({ "can_create_users": true });
    let _ = flagged.post("/v1/users", &colleague(&flagged, CLEO, by_flag).await).await.expect(201);
    let read = format!("/v1/contacts/{}", created.at("/id"));
    let _ = flagged.get(&read).await.refused(403, "forbidden");
}

/// U5
#[tokio::test]
async fn a_partners_user_with_the_flag_adds_users_and_registers_customers_of_that_partner() {
    let portal = Portal::start().await;
    let mut asked = partner("P-1", "partner");
    asked["can_create_users"] = json!(true);
    let (_, flagged) = portal.member(ADA, asked).await;
    let own = colleague(&flagged, BEN, json!({ "account_type": "partner" })).await;
    let _ = flagged.post("/v1/users", &own).await.expect(201);
    let registered = new_user(CLEO, customer("C-7", "customer_center"));
    let registered = flagged.post("/v1/users", &registered).await.expect(201);
    assert_eq!(registered.at("/access/account_type"), "customer");
    let second = new_user("dan@example.com", json!({ "organization": registered.at("/organization") }));
    let _ = flagged.post("/v1/users", &second).await.expect(201);

    // The customer is that partner's: its administrator looks after it, another's does not.
    let (_, administrator) = portal.member("p-1@example.com", partner("P-1", "partner_administrator")).await;
    let (_, other) = portal.member("p-2@example.com", partner("P-2", "partner_administrator")).await;
    let path = format!("/v1/contacts/{}", registered.at("/id"));
    let _ = administrator.get(&path).await.expect(200);
    let _ = administrator.act(&format!("{path}/disable-login")).await.expect(200);
    let _ = other.get(&path).await.refused(404, "not_found");
    let third = new_user("eve@example.com", customer("C-7", "customer_center"));
    let _ = other.post("/v1/users", &third).await.refused(404, "not_found");
    let new_partner = new_user("eve@example.com", partner("P-3", "partner"));
    let _ = other.post("/v1/users", &new_partner).await.refused(404, "not_found");
}

/// A6, A7
#[tokio::test]
async fn a_delegated_administrator_revokes_here_and_learns_nothing_of_elsewhere() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let contact = portal.create_active(ADA, customer("C-1", "customer_center")).await;
    let user = portal.contact(&contact).await.at("/access/user");
    let mut elsewhere = new_user(ADA, partner("P-1", "partner"));
    elsewhere.as_object_mut().and_then(|body| body.remove("email")).expect("an email");
    elsewhere["user"] = json!(user);
    let _ = portal.administrator.post("/v1/users", &elsewhere).await.expect(201);
    let path = format!("/v1/contacts/{contact}/access");
    let _ = administrator.delete(&format!("{path}?everywhere=true")).await.refused(403, "forbidden");
    let revoked = administrator.delete(&path).await.expect(200);
    assert_eq!(revoked.json["remaining"], json!([]));
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
}

/// A person at the customer C-2, who has signed in there; and what an administrator of C-1 is answered when they
/// create that person, and when they create somebody new.
async fn known_and_new(portal: &Portal, administrator: &Visitor) -> (Answer, Answer) {
    portal.member(ADA, customer("C-2", "customer_center")).await;
    let known = administrator.post("/v1/users", &colleague(administrator, ADA, json!({})).await).await.expect(201);
    let new = administrator.post("/v1/users", &colleague(administrator, BEN, json!({})).await).await.expect(201);
    (known, new)
}

/// A contact with all that differs between any two people made alike.
fn anonymous(contact: &Answer) -> Value {
    let mut json = contact.json.clone();
    let user = contact.at("/access/user");
    // The user's id tells nothing besides the contact's own.
    assert_eq!(user.strip_prefix("usr_"), contact.at("/id").strip_prefix("con_"));
    for pointer in
        ["/id", "/email", "/access/user", "/access/login_email", "/link/sent_at", "/link/expires_at", "/notice/until"]
    {
        let value = json.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} in {}", contact.text));
        assert!(value.take().is_string(), "{pointer}");
    }
    json
}

/// O8
#[tokio::test]
async fn somebody_known_elsewhere_is_a_new_person_to_a_delegated_administrator() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let (known, new) = known_and_new(&portal, &administrator).await;
    assert_eq!(anonymous(&known), anonymous(&new));
    assert_eq!(known.header("etag"), new.header("etag"));
    let read =
        async |contact: &Answer| administrator.get(&format!("/v1/contacts/{}", contact.at("/id"))).await.expect(200);
    assert_eq!(anonymous(&read(&known).await), anonymous(&read(&new).await));

    // Whatever is done with the two is answered alike.
    for way in ["reset", "disable-login", "enable-login", "reset"] {
        let act =
            async |contact: &Answer| administrator.act(&format!("/v1/contacts/{}/{way}", contact.at("/id"))).await;
        let (known, new) = (act(&known).await, act(&new).await);
        assert_eq!((known.status, anonymous(&known)), (new.status, anonymous(&new)), "{way}");
    }
    portal.pass(jiff::SignedDuration::from_hours(25));
    portal.sweep().await;
    let administrator = portal.visitor().signed_in("admin-of-c-1@example.com", PASSWORD).await;
    let read =
        async |contact: &Answer| administrator.get(&format!("/v1/contacts/{}", contact.at("/id"))).await.expect(200);
    let (known, new) = (read(&known).await, read(&new).await);
    assert_eq!(known.at("/access/state"), "invitation_expired");
    assert_eq!(known.json["access"]["state"], new.json["access"]["state"]);
    assert_eq!(
        (&known.json["link"]["state"], &known.json["actions"]),
        (&new.json["link"]["state"], &new.json["actions"])
    );
}

/// O8
#[tokio::test]
async fn creating_somebody_known_elsewhere_makes_the_same_calls_as_creating_somebody_new() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    portal.member(ADA, customer("C-2", "customer_center")).await;
    let mut made = Vec::new();
    for email in [ADA, BEN] {
        let body = colleague(&administrator, email, json!({})).await;
        operations(&portal);
        portal.ses.take_calls();
        let _ = administrator.post("/v1/users", &body).await.expect(201);
        made.push((operations(&portal), portal.ses.take_calls().len()));
    }
    assert_eq!(made[0], made[1]);
}

/// O8
#[tokio::test]
async fn somebody_created_twice_is_taken_by_oneself_whether_known_elsewhere_or_not() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let (known, new) = known_and_new(&portal, &administrator).await;
    for (first, email) in [(&known, ADA), (&new, BEN)] {
        let body = colleague(&administrator, email, json!({})).await;
        let taken = administrator.post("/v1/users", &body).await.refused(409, "email_taken");
        assert_eq!(taken.at("/holder/0/id"), first.at("/id"));
        assert_eq!(taken.json["holder"].as_array().map(Vec::len), Some(1));
        assert_eq!(taken.json.get("user"), None);
        let own = format!("/v1/contacts/{}/access", first.at("/id"));
        let _ = administrator.delete(&own).await.expect(200);
        let _ = administrator.post("/v1/users", &body).await.expect(201);
    }
}

/// O8
#[tokio::test]
async fn an_offered_access_is_the_persons_only_once_they_take_it_up_by_signing_in_on_the_links_page() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let (known, _) = known_and_new(&portal, &administrator).await;
    let offered = portal.contact(&known.at("/id")).await;
    assert_eq!(offered.at("/link/purpose"), "accept");
    let accesses = async || {
        let session = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
        session.json["session"]["accesses"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(accesses().await, 0);

    let token = portal.link_token(ADA).await;
    let inspected = portal.visitor().post("/v1/links/inspect", &json!({ "token": token })).await.expect(200);
    assert_eq!((inspected.at("/purpose"), inspected.at("/state")), ("accept".into(), "valid".into()));
    // No password is set by it, so that nobody takes a login over by being offered an access.
    let _ = portal.visitor().redeem(&token, "quite another long phrase").await.refused(409, "sign_in_to_accept");
    let page = format!("/link/{token}");
    let opened = portal.visitor().get(&page).await.expect(200);
    assert!(!opened.text.contains(ADA) && opened.text.contains("Customer C-1"), "{}", opened.text);
    let take_up = async |login: &str, password: &str| {
        let form = [("action", "accept"), ("login", login), ("password", password)];
        let body =
            form.map(|(name, value)| format!("{name}={}", value.replace('@', "%40").replace(' ', "+"))).join("&");
        let request = portal.visitor().request(Method::POST, &page);
        Answer::of(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body)).await
    };
    let _ = take_up(ADA, "not the password at all").await.expect(401);
    // Somebody else's login does not take it up, however right its password.
    let _ = take_up("admin-of-c-1@example.com", PASSWORD).await.expect(401);
    assert_eq!(accesses().await, 0);

    let _ = take_up(ADA, PASSWORD).await.expect(200);
    assert_eq!(accesses().await, 1);
    let seen = administrator.get(&format!("/v1/contacts/{}", known.at("/id"))).await.expect(200);
    assert_eq!(seen.at("/access/state"), "active");
    for local in ["user_id", "last_sign_in_at", "locked_until"] {
        assert_eq!(seen.json["access"][local], Value::Null, "{local}");
    }
    let _ = take_up(ADA, PASSWORD).await.expect(410);
}

/// O8
#[tokio::test]
async fn nothing_that_a_delegated_administrator_reads_changes_when_a_login_becomes_shared() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let body = colleague(&administrator, ADA, json!({ "user_id": "ada.byron" })).await;
    let id = administrator.post("/v1/users", &body).await.expect(201).at("/id");
    let _ = portal.visitor().redeem(&portal.link_token(ADA).await, PASSWORD).await.expect(204);
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    let path = format!("/v1/contacts/{id}");
    let alone = administrator.get(&path).await.expect(200);
    assert_eq!(alone.at("/access/user_id"), "ada.byron");

    let user = portal.contact(&id).await.at("/access/user");
    let mut elsewhere = new_user(ADA, partner("P-1", "partner"));
    elsewhere.as_object_mut().and_then(|body| body.remove("email")).expect("an email");
    elsewhere["user"] = json!(user);
    let other = portal.administrator.post("/v1/users", &elsewhere).await.expect(201).at("/id");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    assert_eq!(administrator.get(&path).await.expect(200).text, alone.text);
    // Renamed elsewhere, she keeps the name that she has here.
    let version = portal.contact(&other).await.json["version"].as_u64().expect("a version");
    let rename = async |version: u64, names: Value| {
        portal.administrator.patch(&format!("/v1/contacts/{other}/login"), version, &names).await.expect(200)
    };
    let _ = rename(version, json!({ "user_id": "countess" })).await;
    assert_eq!(administrator.get(&path).await.expect(200).text, alone.text);
    // The email that signs in is one, as that of a colleague who changes it: it is shown, taken, and the old one is free.
    let _ = rename(version + 1, json!({ "login_email": "countess@example.com" })).await;
    assert_eq!(administrator.get(&path).await.expect(200).at("/access/login_email"), "countess@example.com");
    let body = colleague(&administrator, "countess@example.com", json!({})).await;
    let taken = administrator.post("/v1/users", &body).await.refused(409, "email_taken");
    assert_eq!(taken.at("/holder/0/id"), id);
}

/// O8
#[tokio::test]
async fn guesses_at_somebody_who_has_yet_to_come_in_tell_nothing_of_whether_they_are_known() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let (known, new) = known_and_new(&portal, &administrator).await;
    for email in [ADA, BEN] {
        for _ in 0..6 {
            let _ = portal.visitor().sign_in(email, "not the password").await.expect(401);
        }
    }
    let read = async |contact: &Answer| administrator.get(&format!("/v1/contacts/{}", contact.at("/id"))).await;
    assert_eq!(anonymous(&read(&known).await), anonymous(&read(&new).await));
    for contact in [&known, &new] {
        let path = format!("/v1/contacts/{}/unlock", contact.at("/id"));
        let _ = administrator.act(&path).await.refused(409, "not_locked");
    }
}

/// O8, L13
#[tokio::test]
async fn switching_off_an_offer_makes_the_calls_and_mails_of_switching_off_an_invitation() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let (known, new) = known_and_new(&portal, &administrator).await;
    let mut made = Vec::new();
    for contact in [&known, &new] {
        for way in ["disable-login", "enable-login"] {
            operations(&portal);
            portal.ses.take_calls();
            let _ = administrator.act(&format!("/v1/contacts/{}/{way}", contact.at("/id"))).await.expect(200);
            made.push((operations(&portal), portal.ses.take_calls().len()));
        }
    }
    assert_eq!(made[..2], made[2..]);
}

/// O8, U2
#[tokio::test]
async fn a_user_id_that_was_kept_for_an_access_becomes_the_persons_when_staff_give_it_to_them() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    portal.member(ADA, customer("C-2", "customer_center")).await;
    let body = colleague(&administrator, ADA, json!({ "user_id": "ada.here" })).await;
    let offered = administrator.post("/v1/users", &body).await.expect(201);
    let path = format!("/v1/contacts/{}/login", offered.at("/id"));
    let rename = json!({ "user_id": "ada.here" });
    let _ = portal.administrator.patch(&path, 1, &rename).await.expect(200);
    let _ = portal.visitor().sign_in("ada.here", PASSWORD).await.expect(201);
    let other = json!({ "user_id": "ada.there" });
    let _ = portal.administrator.patch(&path, 2, &other).await.expect(200);
    let _ = portal.visitor().sign_in("ada.there", PASSWORD).await.expect(201);
    let free = colleague(&administrator, BEN, json!({ "user_id": "ada.here" })).await;
    let _ = administrator.post("/v1/users", &free).await.expect(201);
}

/// O8
#[tokio::test]
async fn what_a_delegated_administrator_does_to_a_shared_login_is_local_to_the_access() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let here = portal.create_active(ADA, customer("C-1", "customer_center")).await;
    let user = portal.contact(&here).await.at("/access/user");
    let mut elsewhere = new_user(ADA, partner("P-1", "partner"));
    elsewhere.as_object_mut().and_then(|body| body.remove("email")).expect("an email");
    elsewhere["user"] = json!(user);
    let _ = portal.administrator.post("/v1/users", &elsewhere).await.expect(201);
    let _ = administrator.act(&format!("/v1/contacts/{here}/disable-login")).await.expect(200);
    let session = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    assert_eq!(session.at("/session/account_type"), "partner");
}

/// O8
#[tokio::test]
async fn somebody_whose_every_access_was_revoked_is_invited_anew_by_a_delegated_administrator() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let elsewhere = portal.create_active(ADA, customer("C-2", "customer_center")).await;
    let _ = portal.administrator.delete(&format!("/v1/contacts/{elsewhere}/access")).await.expect(200);
    let created = administrator.post("/v1/users", &colleague(&administrator, ADA, json!({})).await).await.expect(201);
    assert_eq!(created.at("/access/state"), "invited");
    let _ = portal.visitor().redeem(&portal.link_token(ADA).await, PASSWORD).await.expect(204);
    let session = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    assert_eq!(session.at("/session/organization"), created.at("/organization"));
}

/// O8, A5: nobody is left at a dead end.
#[tokio::test]
async fn an_offer_is_taken_up_by_setting_a_password_once_no_access_is_left_to_sign_in_with() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let (elsewhere, _) = portal.member(ADA, customer("C-2", "customer_center")).await;
    let before = portal.mails_to(ADA).len();
    let offered = administrator.post("/v1/users", &colleague(&administrator, ADA, json!({})).await).await.expect(201);
    let token = token_in(&portal.next_mail(ADA, before).await).expect("a link");
    let _ = portal.administrator.delete(&format!("/v1/contacts/{elsewhere}/access")).await.expect(200);
    let page = portal.visitor().browse(&format!("/link/{token}"), "").await.expect(200).text;
    assert!(page.contains("name=\"confirm_password\""), "{page}");
    let _ = portal.visitor().redeem(&token, PASSWORD).await.expect(204);
    let session = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    assert_eq!(session.at("/session/organization"), offered.at("/organization"));
}

/// O8: what is switched off elsewhere keeps nobody from taking up an access here.
#[tokio::test]
async fn an_offer_is_taken_up_while_every_other_access_is_switched_off() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let (elsewhere, _) = portal.member(ADA, customer("C-2", "customer_center")).await;
    let before = portal.mails_to(ADA).len();
    let offered = administrator.post("/v1/users", &colleague(&administrator, ADA, json!({})).await).await.expect(201);
    let link = format!("/link/{}", token_in(&portal.next_mail(ADA, before).await).expect("a link"));
    let _ = portal.administrator.act(&format!("/v1/contacts/{elsewhere}/disable-login")).await.expect(200);
    let form = |password| [("action", "accept"), ("login", ADA), ("password", password)];
    let _ = portal.visitor().submit(&link, &form("not the password"), "").await.expect(401);
    let _ = portal.visitor().submit(&link, &form(PASSWORD), "").await.expect(200);
    let session = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    assert_eq!(session.at("/session/organization"), offered.at("/organization"));
}

/// A7, U8
#[tokio::test]
async fn an_administrator_bound_to_one_site_gives_access_to_that_site_alone() {
    let portal = Portal::start().await;
    let sites = portal.administrator.get("/v1/sites").await.expect(200);
    let (own, other) = (sites.at("/items/0/id"), sites.at("/items/1/id"));
    let bound = json!({ "roles": ["customer_administrator"], "site": own });
    let (_, administrator) = portal.member("bound@example.com", bound).await;
    for site in [Value::Null, json!(other)] {
        let body = colleague(&administrator, ADA, json!({ "site": site })).await;
        let _ = administrator.post("/v1/users", &body).await.refused(403, "above_own_role");
    }
    let body = colleague(&administrator, ADA, json!({ "site": own })).await;
    let _ = administrator.post("/v1/users", &body).await.expect(201);
}

/// O8: what is asked for is told and kept alike, whether the person is known elsewhere or not.
#[tokio::test]
async fn a_user_id_given_with_an_email_known_elsewhere_is_that_accesss_own() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    portal.member(ADA, customer("C-2", "customer_center")).await;
    for (email, user_id) in [(ADA, "ada.byron"), (BEN, "ben.byron")] {
        let body = colleague(&administrator, email, json!({ "user_id": user_id })).await;
        let created = administrator.post("/v1/users", &body).await.expect(201);
        assert_eq!(created.at("/access/user_id"), user_id);
        let other = colleague(&administrator, "cleo@example.com", json!({ "user_id": user_id })).await;
        let _ = administrator.post("/v1/users", &other).await.refused(409, "user_id_taken");
        let _ = portal.visitor().sign_in(user_id, PASSWORD).await.refused(401, "invalid_credentials");
        assert_eq!(
            administrator.get(&format!("/v1/contacts/{}", created.at("/id"))).await.at("/access/user_id"),
            user_id
        );
    }
    let link = format!("/link/{}", portal.link_token(ADA).await);
    let form = [("action", "accept"), ("login", ADA), ("password", PASSWORD)];
    let _ = portal.visitor().submit(&link, &form, "").await.expect(200);
    let _ = portal.visitor().sign_in("Ada.Byron", PASSWORD).await.expect(201);
}

/// A6, O8
#[tokio::test]
async fn revoking_everywhere_takes_back_what_is_only_offered_too() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let (known, _) = known_and_new(&portal, &administrator).await;
    let elsewhere = portal.contact(&known.at("/id")).await.at("/access/user");
    let body = json!({ "user": elsewhere, "account_type": "vendor", "organization": { "number": "V-1", "name": "Vend" },
        "first_name": "Ada", "last_name": "Byron" });
    let here = portal.administrator.post("/v1/users", &body).await.expect(201).at("/id");
    let answer = portal.administrator.delete(&format!("/v1/contacts/{here}/access?everywhere=true")).await.expect(200);
    assert_eq!(answer.json["revoked"].as_array().map(Vec::len), Some(3), "{}", answer.text);
    assert_eq!(portal.contact(&known.at("/id")).await.at("/access/state"), "revoked");
}

/// O8
#[tokio::test]
async fn only_staff_name_a_person_by_their_user() {
    let portal = Portal::start().await;
    let administrator = administrator(&portal).await;
    let known = portal.create(ADA, customer("C-2", "customer_center")).await.expect(201).at("/access/user");
    let mut answers = Vec::new();
    for user in [known.as_str(), "usr_01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
        let mut body = colleague(&administrator, ADA, json!({ "user": user })).await;
        body.as_object_mut().and_then(|body| body.remove("email")).expect("an email");
        answers.push(alike(&administrator.post("/v1/users", &body).await.refused(404, "not_found")));
    }
    assert_eq!(answers[0], answers[1]);
}
