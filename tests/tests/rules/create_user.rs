//! Creating users: whose, with which names, password, sites and flags, and once however often it is asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::Method;
use serde_json::{Value, json};
use tests::portal::new_user;
use tests::wire::Fate;
use tests::{Answer, PASSWORD, Portal, Visitor};

const ADA: &str = "ada@example.com";
const BEN: &str = "ben@example.com";

/// The names of the members of a JSON object, in their order.
fn members(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// The fields that an answer finds fault with, each with its code.
fn faults(answer: &Answer) -> Vec<(String, String)> {
    let errors = answer.json["errors"].as_array().expect("errors");
    let text = |error: &Value, member: &str| error[member].as_str().expect("a text").to_owned();
    errors.iter().map(|error| (text(error, "field"), text(error, "code"))).collect()
}

/// The faults of which there is one.
fn only(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

fn typed(password: &str) -> Value {
    json!({ "credential": { "method": "password", "password": password, "confirm_password": password } })
}

async fn create_once(visitor: &Visitor, key: &str, body: &Value) -> Answer {
    Answer::of(visitor.request(Method::POST, "/v1/users").header("Idempotency-Key", key).json(body)).await
}

/// The ids of the sites, both in one group.
async fn sites(portal: &Portal) -> [String; 2] {
    let sites = portal.administrator.get("/v1/sites").await.expect(200);
    assert_eq!(sites.at("/items/0/group"), sites.at("/items/1/group"));
    [sites.at("/items/0/id"), sites.at("/items/1/id")]
}

async fn sign_in_at(portal: &Portal, login: &str, site: &str) -> Answer {
    let body = json!({ "login": login, "password": PASSWORD, "site": site });
    portal.visitor().post("/v1/sessions", &body).await
}

/// O2, O3
#[tokio::test]
async fn a_customer_and_its_contacts_each_with_a_login_are_made_as_they_are_named() {
    let portal = Portal::start().await;
    let first = portal.create(ADA, json!({})).await.expect(201);
    let other_name = json!({ "organization": { "number": "c-1001", "name": "Another Name" } });
    let second = portal.create(BEN, other_name).await.expect(201);
    assert_eq!(first.at("/organization"), second.at("/organization"));
    assert_ne!(first.at("/access/user"), second.at("/access/user"));

    let by_id = json!({ "organization": first.at("/organization") });
    let (_, third) = portal.member("cleo@example.com", by_id).await;
    let session = third.get("/v1/session").await.expect(200);
    assert_eq!(session.at("/organization"), first.at("/organization"));
    assert_eq!(session.at("/organization_name"), "Acme Metal Works");
}

/// O2, O3
#[tokio::test]
async fn a_creation_that_is_refused_leaves_nothing_of_itself() {
    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({ "user_id": "ada.byron" })).await.expect(201);
    let before = portal.everything().await;
    let elsewhere = json!({ "number": "C-2002", "name": "Elsewhere" });
    let taken = json!({ "organization": elsewhere, "user_id": "Ada.Byron" });
    let _ = portal.create(BEN, taken).await.refused(409, "user_id_taken");
    let role = json!({ "organization": elsewhere, "roles": ["partner"] });
    let _ = portal.create(BEN, role).await.refused(403, "role_not_for_account_type");
    assert!(portal.everything().await == before, "something was written");
    assert!(portal.mails_to(BEN).is_empty());
}

/// U1
#[tokio::test]
async fn a_user_belongs_to_one_organization_of_the_account_types_kind() {
    let portal = Portal::start().await;
    let customer = portal.create(ADA, json!({})).await.expect(201).at("/organization");
    for account_type in ["partner", "vendor", "staff"] {
        let asked = json!({ "account_type": account_type, "organization": customer });
        let refused = portal.create(BEN, asked).await.refused(400, "invalid");
        assert_eq!(faults(&refused), only("organization", "wrong_kind"));
    }
    let none = portal.create(BEN, json!({ "organization": null })).await.refused(400, "invalid");
    assert_eq!(faults(&none), only("organization", "required"));
    let both = json!({ "organization": { "id": customer, "number": "C-1001", "name": "Acme" } });
    assert_eq!(
        faults(&portal.create(BEN, both).await.refused(400, "invalid")),
        only("organization.id", "unknown_field")
    );
    let unheard_of = json!({ "account_type": "friend" });
    assert_eq!(faults(&portal.create(BEN, unheard_of).await.refused(400, "invalid")), only("account_type", "invalid"));
    let nowhere = json!({ "organization": "org_01ARZ3NDEKTSV4RRFFQ69G5FAV" });
    let _ = portal.create(BEN, nowhere).await.refused(404, "not_found");
}

/// U1
#[tokio::test]
async fn a_number_is_unique_within_its_kind_alone() {
    let portal = Portal::start().await;
    let customer = portal.create(ADA, json!({})).await.expect(201);
    let partner = portal.create(BEN, json!({ "account_type": "partner" })).await.expect(201);
    assert_ne!(customer.at("/organization"), partner.at("/organization"));
    assert_eq!(partner.at("/access/account_type"), "partner");
    assert_eq!(partner.json["access"]["roles"], json!(["partner"]));
}

/// U1
#[tokio::test]
async fn vendors_and_staffs_users_are_made_by_administrators_alone() {
    let portal = Portal::start().await;
    let staff = json!({ "account_type": "staff", "organization": { "number": "INTERNAL", "name": "Example Ltd" } });
    let mut manager = staff.clone();
    manager["roles"] = json!(["account_manager"]);
    let (_, manager) = portal.member("manager@example.com", manager).await;
    let vendor = json!({ "account_type": "vendor", "organization": { "number": "V-1", "name": "Ore Ltd" } });
    for asked in [&vendor, &staff] {
        let _ = manager.post("/v1/users", &new_user(ADA, asked.clone())).await.refused(403, "forbidden");
    }
    assert_eq!(portal.create(ADA, vendor).await.expect(201).at("/access/account_type"), "vendor");
    assert_eq!(portal.create(BEN, staff).await.expect(201).json["access"]["roles"], json!(["support"]));
    let _ = manager.post("/v1/users", &new_user("cleo@example.com", json!({}))).await.expect(201);
}

/// U2
#[tokio::test]
async fn a_user_signs_in_by_user_id_as_well_as_by_email_in_any_case() {
    let portal = Portal::start().await;
    let (_, _) = portal.member(ADA, json!({ "user_id": "Ada.Byron" })).await;
    for login in ["Ada.Byron", "ada.byron", " ADA.BYRON ", ADA, "ADA@Example.COM"] {
        let session = portal.visitor().sign_in(login, PASSWORD).await.expect(201);
        assert_eq!(session.at("/session/user/user_id"), "Ada.Byron", "{login}");
    }
}

/// U2
#[tokio::test]
async fn a_user_id_is_nobodys_email_and_no_other_users_in_any_case() {
    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({ "user_id": "ada.byron" })).await.expect(201);
    let _ = portal.create(BEN, json!({ "user_id": "ADA.BYRON" })).await.refused(409, "user_id_taken");
    for malformed in [ADA, "ab", "ada byron", "ada\u{200B}byron", "CONTACT#x"] {
        let refused = portal.create(BEN, json!({ "user_id": malformed })).await.refused(400, "invalid");
        assert_eq!(faults(&refused), only("user_id", "invalid"), "{malformed}");
    }
}

/// U3
#[tokio::test]
async fn everything_that_is_missing_or_wrong_is_told_at_once() {
    let portal = Portal::start().await;
    let empty = portal.administrator.post("/v1/users", &json!({})).await.refused(400, "invalid");
    let required = ["account_type", "organization", "first_name", "last_name", "email"];
    assert_eq!(faults(&empty), required.map(|field| (field.to_owned(), "required".to_owned())));

    let wrong = json!({
        "account_type": 1, "organization": { "number": " " }, "first_name": "", "last_name": "A\u{202E}B",
        "email": "ada", "roles": ["owner"], "can_create_users": "yes", "nickname": "Ada",
        "credential": { "method": "password", "password": "one two three four" },
    });
    let wrong = faults(&portal.administrator.post("/v1/users", &wrong).await.refused(400, "invalid"));
    for (field, code) in [
        ("account_type", "wrong_type"),
        ("organization.number", "required"),
        ("organization.name", "required"),
        ("first_name", "required"),
        ("last_name", "invisible_characters"),
        ("email", "invalid"),
        ("roles", "unknown_role"),
        ("can_create_users", "wrong_type"),
        ("nickname", "unknown_field"),
        ("credential.confirm_password", "required"),
    ] {
        assert!(wrong.contains(&(field.to_owned(), code.to_owned())), "{field} {code} in {wrong:?}");
    }
    assert_eq!(wrong.len(), 10, "{wrong:?}");
}

/// U4
#[tokio::test]
async fn a_password_that_staff_typed_twice_signs_in_and_is_in_no_mail() {
    let portal = Portal::start().await;
    let created = portal.create(ADA, typed(PASSWORD)).await.expect(201);
    assert_eq!(created.at("/access/state"), "active");
    assert_eq!((&created.json["link"], &created.json["notice"]), (&Value::Null, &Value::Null));
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    let mails = portal.mails_to(ADA);
    assert_eq!(mails.len(), 1);
    assert!(!mails[0].text.contains(PASSWORD) && !mails[0].html.contains(PASSWORD));
    assert!(!mails[0].text.contains("/link/") && !mails[0].html.contains("/link/"));
}

/// U4
#[tokio::test]
async fn a_password_that_differs_from_its_repetition_breaks_a_rule_or_comes_with_a_link_writes_nothing() {
    let portal = Portal::start().await;
    let before = portal.everything().await;
    let credential = |more: Value| json!({ "credential": more });
    let differs = json!({ "method": "password", "password": PASSWORD, "confirm_password": "another one altogether" });
    let refused = portal.create(ADA, credential(differs)).await.refused(400, "invalid");
    assert_eq!(faults(&refused), only("credential.confirm_password", "mismatch"));
    let both = json!({ "method": "link", "password": PASSWORD });
    let refused = portal.create(ADA, credential(both)).await.refused(400, "invalid");
    assert_eq!(faults(&refused), only("credential.password", "not_with_link"));
    let neither = json!({ "password": PASSWORD, "confirm_password": PASSWORD });
    let refused = portal.create(ADA, credential(neither)).await.refused(400, "invalid");
    assert!(faults(&refused).contains(&("credential.method".to_owned(), "required".to_owned())));
    let refused = portal.create(ADA, typed("short")).await.refused(400, "password_rejected");
    assert_eq!(faults(&refused)[0].0, "credential.password");
    assert!(portal.everything().await == before, "something was written");
    assert!(portal.mails_to(ADA).is_empty());
}

/// U4
#[tokio::test]
async fn a_password_that_must_be_changed_signs_in_for_that_alone() {
    let portal = Portal::start().await;
    let mut asked = typed(PASSWORD);
    asked["credential"]["must_change"] = json!(true);
    asked["roles"] = json!(["customer_administrator"]);
    let created = portal.create(ADA, asked).await.expect(201);
    assert_eq!(created.json["access"]["must_change_password"], true);
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    assert_eq!(ada.get("/v1/session").await.expect(200).json["must_change_password"], true);
    let own = format!("/v1/contacts/{}", created.at("/id"));
    let _ = ada.get(&own).await.refused(403, "password_change_required");
}

/// U5, U6
#[tokio::test]
async fn flags_are_stored_with_the_access_and_given_to_the_portal_in_the_session() {
    let portal = Portal::start().await;
    let flags = json!({
        "account_type": "partner", "organization": { "number": "P-1", "name": "Partner" },
        "can_create_users": true, "claim_authorization_required": true,
    });
    let (contact, partner) = portal.member(ADA, flags).await;
    for access in [&portal.contact(&contact).await.json["access"], &partner.get("/v1/session").await.json["access"]] {
        assert_eq!(access["can_create_users"], true);
        assert_eq!(access["claim_authorization_required"], true);
    }
    let (contact, customer) = portal.member(BEN, json!({})).await;
    for access in [&portal.contact(&contact).await.json["access"], &customer.get("/v1/session").await.json["access"]] {
        assert_eq!(access["can_create_users"], false);
        assert_eq!(access["claim_authorization_required"], false);
    }
}

/// U5, U6
#[tokio::test]
async fn a_flag_that_is_not_for_the_account_type_is_refused() {
    let portal = Portal::start().await;
    let claims = portal.create(ADA, json!({ "claim_authorization_required": true })).await.refused(400, "invalid");
    assert_eq!(faults(&claims), only("claim_authorization_required", "not_for_account_type"));
    let vendor = json!({
        "account_type": "vendor", "organization": { "number": "V-1", "name": "Ore Ltd" }, "can_create_users": true,
    });
    let vendor = portal.create(ADA, vendor).await.refused(400, "invalid");
    assert_eq!(faults(&vendor), only("can_create_users", "not_for_account_type"));
}

/// U8
#[tokio::test]
async fn an_access_without_a_site_is_valid_in_every_site_of_the_group() {
    let portal = Portal::start().await;
    let sites = sites(&portal).await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    for site in &sites {
        let session = sign_in_at(&portal, ADA, site).await.expect(201);
        assert_eq!(&session.at("/session/site"), site);
        assert_eq!(session.json["session"]["access"]["site"], Value::Null);
    }
    assert_eq!(portal.contact(&contact).await.json["access"]["site"], Value::Null);
}

/// U8
#[tokio::test]
async fn an_access_with_a_site_is_valid_there_alone() {
    let portal = Portal::start().await;
    let [first, second] = sites(&portal).await;
    let login_page = portal.administrator.get("/v1/sites").await.at("/items/1/login_url");
    let mut asked = typed(PASSWORD);
    asked["site"] = json!(second);
    let created = portal.create(ADA, asked).await.expect(201);
    assert_eq!(created.at("/access/site"), second);
    assert_eq!(created.at("/access/login_url"), login_page);
    let _ = sign_in_at(&portal, ADA, &second).await.expect(201);
    let elsewhere = sign_in_at(&portal, ADA, &first).await.refused(401, "invalid_credentials");
    let nobody = sign_in_at(&portal, "nobody@example.com", &first).await.refused(401, "invalid_credentials");
    assert_eq!(elsewhere.json["detail"], nobody.json["detail"]);
}

/// U8
#[tokio::test]
async fn a_site_that_is_none_of_the_groups_is_refused_and_nothing_is_made() {
    let portal = Portal::start().await;
    let before = portal.everything().await;
    for (site, code) in [("sit_01ARZ3NDEKTSV4RRFFQ69G5FAV", "unknown_site"), ("main", "invalid")] {
        let refused = portal.create(ADA, json!({ "site": site })).await.refused(400, "invalid");
        assert_eq!(faults(&refused), only("site", code));
    }
    assert!(portal.everything().await == before, "something was written");
}

/// U9
#[tokio::test]
async fn the_answer_holds_what_staff_pass_on_and_no_secret() {
    let portal = Portal::start().await;
    let created = portal.create(ADA, json!({ "user_id": "ada.byron" })).await.expect(201);
    assert_eq!(created.at("/access/login_url"), format!("{}/sign-in", portal.url));
    assert_eq!(created.at("/access/login_email"), ADA);
    assert_eq!(created.at("/access/user_id"), "ada.byron");
    let token = portal.link_token(ADA).await;
    assert!(!created.text.contains(&token) && !created.text.contains("/link/"));
    let typed = portal.create(BEN, typed(PASSWORD)).await.expect(201);
    assert!(!typed.text.contains(PASSWORD));
}

#[tokio::test]
async fn a_contact_is_answered_to_the_letter_of_the_contract() {
    let portal = Portal::start().await;
    let created = portal.create(ADA, json!({})).await.expect(201);
    assert_eq!(created.header("location"), format!("/v1/contacts/{}", created.at("/id")));
    assert_eq!(created.header("etag"), "\"1\"");
    let contact = &created.json;
    let names = [
        "access",
        "actions",
        "active",
        "email",
        "first_name",
        "id",
        "last_name",
        "link",
        "notice",
        "notifications",
        "organization",
        "version",
    ];
    let told = members(contact);
    assert!(names.iter().all(|name| told.iter().any(|it| it == name)), "{told:?}");
    assert!(created.at("/id").starts_with("con_") && created.at("/organization").starts_with("org_"));
    assert!(created.at("/access/user").starts_with("usr_"));
    let mut access = contact["access"].clone();
    access["user"].take();
    let expected = json!({
        "user": null, "login_email": ADA, "user_id": null, "account_type": "customer", "roles": ["customer_center"],
        "site": null, "can_create_users": false, "claim_authorization_required": false, "state": "invited",
        "login_enabled": true, "locked_until": null, "must_change_password": false,
        "login_url": format!("{}/sign-in", portal.url), "last_sign_in_at": null,
    });
    assert_eq!(access, expected);
    assert_eq!(members(&contact["link"]), ["expires_at", "mail", "purpose", "sent_at", "state"]);
    assert_eq!(members(&contact["notice"]), ["text", "until"]);
    for (pointer, value) in [
        ("/first_name", "Ada"),
        ("/last_name", "Byron"),
        ("/email", ADA),
        ("/notifications", "true"),
        ("/active", "true"),
        ("/version", "1"),
        ("/link/purpose", "invite"),
        ("/link/state", "valid"),
        ("/link/mail", "sent"),
    ] {
        assert_eq!(created.at(pointer), value, "{pointer}");
    }
    for pointer in ["/link/sent_at", "/link/expires_at", "/notice/until"] {
        assert!(created.at(pointer).ends_with('Z'), "{pointer}");
    }
    assert_eq!(portal.contact(&created.at("/id")).await.json, created.json);
}

/// P9
#[tokio::test]
async fn a_session_is_answered_to_the_letter_of_the_contract() {
    let portal = Portal::start().await;
    let (contact, ada) = portal.member(ADA, json!({})).await;
    let session = ada.get("/v1/session").await.expect(200);
    for name in [
        "id",
        "user",
        "access",
        "organization",
        "account_type",
        "roles",
        "permissions",
        "site",
        "preview",
        "must_change_password",
        "expires_at",
        "idle_expires_at",
        "accesses",
    ] {
        assert!(members(&session.json).contains(&name), "{name} in {}", session.text);
    }
    assert!(session.at("/id").starts_with("ses_") && session.at("/user/id").starts_with("usr_"));
    assert!(session.at("/site").starts_with("sit_"));
    assert_eq!(session.at("/access/contact"), contact);
    assert_eq!(session.json["access"]["site"], Value::Null);
    assert_eq!(session.json["user"]["user_id"], Value::Null);
    assert_eq!(session.at("/account_type"), "customer");
    assert_eq!(session.json["roles"], json!(["customer_center"]));
    assert_eq!(session.json["permissions"], json!(["estimates:read", "invoices:read", "orders:read", "payments:read"]));
    assert_eq!((&session.json["preview"], &session.json["must_change_password"]), (&json!(false), &json!(false)));
    assert_eq!(session.json["accesses"], json!([]));
    assert!(session.at("/expires_at").ends_with('Z') && session.at("/idle_expires_at").ends_with('Z'));
    let begun = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    assert_eq!(members(&begun.json), ["session", "token"]);
    assert_eq!(members(&begun.json["session"]), members(&session.json));
}

/// O5, O8
#[tokio::test]
async fn staff_see_who_holds_an_email_and_give_that_person_an_access_as_well() {
    let portal = Portal::start().await;
    let (ada, _) = portal.member(ADA, json!({})).await;
    let partner = json!({ "account_type": "partner", "organization": { "number": "P-1", "name": "Partner" } });
    let taken = portal.create("ADA@Example.com", partner.clone()).await.refused(409, "email_taken");
    assert_eq!(taken.json["holder"].as_array().map(Vec::len), Some(1));
    assert_eq!(taken.at("/holder/0/id"), ada);

    let mut known = new_user(ADA, partner);
    known.as_object_mut().and_then(|body| body.remove("email")).expect("an email");
    known["user"] = json!(taken.at("/holder/0/access/user"));
    let before = portal.mails_to(ADA).len();
    let given = portal.administrator.post("/v1/users", &known).await.expect(201);
    assert_ne!(given.at("/id"), ada);
    assert_eq!(given.at("/access/user"), taken.at("/holder/0/access/user"));
    assert_eq!(given.at("/access/state"), "active");
    let told = portal.next_mail(ADA, before).await;
    assert!(!told.text.contains("/link/"), "{}", told.text);
    let session = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    assert_eq!(session.json["session"]["accesses"].as_array().map(Vec::len), Some(1));

    let _ = portal.administrator.post("/v1/users", &known).await.refused(409, "access_exists");
    known["email"] = json!(ADA);
    let both = portal.administrator.post("/v1/users", &known).await.refused(400, "invalid");
    assert_eq!(faults(&both), only("email", "not_with_user"));
}

/// O8
#[tokio::test]
async fn staff_see_who_holds_an_email_whose_access_was_revoked() {
    let portal = Portal::start().await;
    let (ada, _) = portal.member(ADA, json!({})).await;
    let _ = portal.administrator.delete(&format!("/v1/contacts/{ada}/access")).await.expect(200);
    let taken = portal.create(ADA, json!({})).await.refused(409, "email_taken");
    assert_eq!(taken.at("/holder/0/id"), ada);
    assert_eq!(taken.at("/holder/0/access/state"), "revoked");
}

/// U10
#[tokio::test]
async fn the_same_key_and_body_make_one_user_and_one_mail_and_give_one_answer() {
    let portal = Portal::start().await;
    let body = new_user(ADA, json!({}));
    let first = create_once(&portal.administrator, "key-1", &body).await.expect(201);
    let again = create_once(&portal.administrator, "key-1", &body).await.expect(201);
    assert_eq!(first.json, again.json);
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!(portal.mails_to(ADA).len(), 1);
    let _ = create_once(&portal.administrator, "key-2", &body).await.refused(409, "email_taken");
}

/// U10
#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let portal = Portal::start().await;
    let _ = create_once(&portal.administrator, "key-1", &new_user(ADA, json!({}))).await.expect(201);
    let other = create_once(&portal.administrator, "key-1", &new_user(BEN, json!({}))).await;
    let _ = other.refused(422, "idempotency_key_reused");
    assert!(portal.mails_to(BEN).is_empty());
}

/// U10
#[tokio::test]
async fn a_request_whose_first_is_under_way_is_refused_until_that_can_have_ended() {
    let portal = Portal::start().await;
    let body = new_user(ADA, json!({}));
    // The first takes the key and breaks off: every write after that is refused by the table.
    let taken = Arc::new(AtomicBool::new(false));
    portal.table.decide_by(move |_, operation| {
        if operation == "TransactWriteItems" && taken.swap(true, Ordering::SeqCst) {
            Fate::Refuse(400, "AccessDeniedException")
        } else {
            Fate::Pass
        }
    });
    let broken = create_once(&portal.administrator, "key-1", &body).await.expect(503);
    assert_ne!(broken.header("retry-after"), "");
    portal.table.heal();
    let _ = create_once(&portal.administrator, "key-1", &body).await.refused(409, "request_under_way");
    portal.pass(jiff::SignedDuration::from_mins(1));
    let _ = create_once(&portal.administrator, "key-1", &body).await.expect(201);
    assert_eq!(portal.mails_to(ADA).len(), 1);
}

/// U10
#[tokio::test]
async fn a_button_pressed_twice_at_once_makes_one_user_and_one_mail() {
    let portal = Portal::start().await;
    let body = new_user(ADA, json!({}));
    let (first, second) = tokio::join!(
        create_once(&portal.administrator, "key-1", &body),
        create_once(&portal.administrator, "key-1", &body),
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert!(matches!(statuses, [201, 201 | 409]), "{} {}", first.text, second.text);
    let again = create_once(&portal.administrator, "key-1", &body).await.expect(201);
    assert_eq!(again.at("/email"), ADA);
    assert_eq!(portal.mails_to(ADA).len(), 1);
}

/// U10
#[tokio::test]
async fn a_key_is_its_callers_own() {
    let portal = Portal::start().await;
    let administrator = json!({
        "account_type": "staff", "organization": { "number": "INTERNAL", "name": "Example Ltd" },
        "roles": ["administrator"],
    });
    let (_, other) = portal.member("other@example.com", administrator).await;
    let first = create_once(&portal.administrator, "key-1", &new_user(ADA, json!({}))).await.expect(201);
    let second = create_once(&other, "key-1", &new_user(BEN, json!({}))).await.expect(201);
    assert_ne!(first.at("/id"), second.at("/id"));
}

/// U10
#[tokio::test]
async fn a_key_is_kept_for_a_day_and_given_back_by_a_refusal() {
    let portal = Portal::start().await;
    let refused = new_user(ADA, json!({ "roles": ["partner"] }));
    let _ = create_once(&portal.administrator, "key-1", &refused).await.refused(403, "role_not_for_account_type");
    let _ = create_once(&portal.administrator, "key-1", &new_user(ADA, json!({}))).await.expect(201);
    portal.pass(jiff::SignedDuration::from_hours(25));
    let administrator = portal.visitor().signed_in(tests::portal::ADMINISTRATOR, PASSWORD).await;
    let _ = create_once(&administrator, "key-1", &new_user(BEN, json!({}))).await.expect(201);
}

/// U10
#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let portal = Portal::start().await;
    for key in ["", &"k".repeat(256)] {
        let refused = create_once(&portal.administrator, key, &new_user(ADA, json!({}))).await;
        let _ = refused.refused(400, "invalid_idempotency_key");
    }
}
