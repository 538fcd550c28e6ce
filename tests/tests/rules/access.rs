//! Access: granted, changed, revoked and granted again; who may do what; login on and off; what is written down of it.

use http::Method;
use serde_json::{Value, json};
use tests::{Answer, PASSWORD, Portal, Visitor};

const ADA: &str = "ada@example.com";
const BEN: &str = "ben@example.com";

fn access(contact: &str) -> String {
    format!("/v1/contacts/{contact}/access")
}

fn roles(names: &[&str]) -> Value {
    json!({ "roles": names })
}

fn typed(password: &str) -> Value {
    json!({ "method": "password", "password": password, "confirm_password": password })
}

async fn if_match(visitor: &Visitor, method: Method, path: &str, version: &str, body: &Value) -> Answer {
    Answer::of(visitor.request(method, path).header("If-Match", version).json(body)).await
}

/// The body of a user of each account type.
fn at(account_type: &str) -> Value {
    let (number, name) = match account_type {
        "partner" => ("P-1", "Partner"),
        "vendor" => ("V-1", "Ore Ltd"),
        "staff" => ("INTERNAL", "Example Ltd"),
        _ => ("C-1001", "Acme Metal Works"),
    };
    json!({ "account_type": account_type, "organization": { "number": number, "name": name } })
}

fn with_role(account_type: &str, role: &str) -> Value {
    let mut asked = at(account_type);
    asked["roles"] = json!([role]);
    asked
}

/// A2
#[tokio::test]
async fn each_call_is_for_the_roles_that_permit_it() {
    const ALL: [&str; 8] = ["read", "create", "grant", "send", "toggle", "password", "revoke", "list"];
    const DELEGATED: [&str; 7] = ["read", "create", "grant", "send", "toggle", "revoke", "list"];
    let matrix: [(&str, &str, &[&str]); 8] = [
        ("staff", "administrator", &ALL),
        ("staff", "account_manager", &DELEGATED),
        ("staff", "support", &["read"]),
        ("customer", "customer_administrator", &DELEGATED),
        ("customer", "customer_center", &[]),
        ("partner", "partner_administrator", &DELEGATED),
        ("partner", "partner", &[]),
        ("vendor", "vendor", &[]),
    ];
    let portal = Portal::start().await;
    for (account_type, role, permitted) in matrix {
        let (_, actor) = portal.member(&format!("{role}@example.com"), with_role(account_type, role)).await;
        // Staff look after customers' people; everybody else after their own organization's.
        let theirs = if account_type == "staff" { at("customer") } else { at(account_type) };
        let target = portal.create(&format!("target-of-{role}@example.com"), theirs.clone()).await.expect(201);
        let (contact, own) = (format!("/v1/contacts/{}", target.at("/id")), access(&target.at("/id")));
        let mut new = tests::portal::new_user(&format!("made-by-{role}@example.com"), theirs);
        new["organization"] = target.json["organization"].clone();
        let same = json!({ "roles": target.json["access"]["roles"] });
        let password = typed("quite another long phrase");
        let calls = [
            ("read", actor.get(&contact).await, 200),
            ("list", actor.get("/v1/sites").await, 200),
            ("list", actor.get("/v1/roles").await, 200),
            ("create", actor.post("/v1/users", &new).await, 201),
            ("grant", actor.put(&own, &same).await, 200),
            ("send", actor.act(&format!("{contact}/reset")).await, 202),
            ("toggle", actor.act(&format!("{contact}/disable-login")).await, 200),
            (
                "toggle",
                actor.act(&format!("{contact}/enable-login")).await,
                if permitted.contains(&"toggle") { 200 } else { 403 },
            ),
            ("toggle", actor.delete(&format!("{contact}/sessions")).await, 200),
            ("password", actor.put(&format!("{contact}/password"), &password).await, 200),
            ("revoke", actor.delete(&own).await, 200),
        ];
        for (call, answer, status) in calls {
            if permitted.contains(&call) {
                assert_eq!(answer.status, status, "{role} {call}: {}", answer.text);
            } else {
                assert_eq!(answer.json["code"], "forbidden", "{role} {call}: {}", answer.text);
                assert_eq!(answer.status, 403, "{role} {call}");
            }
        }
    }
}

/// A2
#[tokio::test]
async fn nobody_who_is_not_signed_in_may_do_anything() {
    let portal = Portal::start().await;
    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let (nobody, path) = (portal.visitor(), format!("/v1/contacts/{contact}"));
    let before = portal.everything().await;
    for answer in [
        nobody.get(&path).await,
        nobody.get("/v1/sites").await,
        nobody.get("/v1/roles").await,
        nobody.post("/v1/users", &tests::portal::new_user(BEN, json!({}))).await,
        nobody.put(&access(&contact), &roles(&["customer_center"])).await,
        nobody.delete(&access(&contact)).await,
        nobody.act(&format!("{path}/reset")).await,
        nobody.act(&format!("{path}/disable-login")).await,
        nobody.act(&format!("{path}/enable-login")).await,
        nobody.delete(&format!("{path}/sessions")).await,
        nobody.put(&format!("{path}/password"), &typed(PASSWORD)).await,
    ] {
        let answer = answer.refused(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    assert!(portal.everything().await == before, "something was written");
}

/// A1
#[tokio::test]
async fn granting_what_is_granted_changes_and_mails_nothing() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({})).await;
    let (before, mails) = (portal.everything().await, portal.mails_to(ADA).len());
    let same = portal.administrator.put(&access(&contact), &roles(&["customer_center"])).await.expect(200);
    assert_eq!((same.at("/version").as_str(), same.header("etag").as_str()), ("1", "\"1\""));
    let link = json!({ "roles": ["customer_center"], "credential": { "method": "link" } });
    let _ = portal.administrator.put(&access(&contact), &link).await.expect(200);
    assert!(portal.everything().await == before, "something was written");
    assert_eq!(portal.mails_to(ADA).len(), mails);
}

/// A1
#[tokio::test]
async fn a_grant_replaces_roles_site_and_flags_and_what_is_left_out_goes_to_its_default() {
    let portal = Portal::start().await;
    let site = portal.administrator.get("/v1/sites").await.at("/items/0/id");
    let contact = portal.create_active(ADA, at("partner")).await;
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let full = json!({
        "roles": ["partner", "partner_administrator"], "site": site,
        "can_create_users": true, "claim_authorization_required": true,
    });
    let granted = portal.administrator.put(&access(&contact), &full).await.expect(200);
    for (field, value) in full.as_object().expect("an object") {
        assert_eq!(&granted.json["access"][field], value, "{field}");
    }
    assert_eq!(granted.at("/version"), "2");
    let session = ada.get("/v1/session").await.expect(200);
    assert_eq!(session.json["roles"], json!(["partner", "partner_administrator"]));
    assert_eq!(session.at("/access/site"), site);

    // Somebody else administers from here on, so that the first may cease to.
    portal.create_active(BEN, with_role("partner", "partner_administrator")).await;
    let granted = portal.administrator.put(&access(&contact), &roles(&["partner"])).await.expect(200);
    assert_eq!(granted.json["access"]["site"], Value::Null);
    assert_eq!(granted.json["access"]["can_create_users"], false);
    assert_eq!(granted.json["access"]["claim_authorization_required"], false);
    assert_eq!(ada.get("/v1/session").await.expect(200).json["roles"], json!(["partner"]));
}

/// A1
#[tokio::test]
async fn a_grant_gives_a_first_password_where_there_is_none_and_never_another() {
    let portal = Portal::start().await;
    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let token = portal.link_token(ADA).await;
    let body = json!({ "roles": ["customer_center"], "credential": typed(PASSWORD), "notify": false });
    let granted = portal.administrator.put(&access(&contact), &body).await.expect(200);
    assert_eq!(granted.at("/access/state"), "active");
    assert_eq!(portal.mails_to(ADA).len(), 1);
    let _ = portal.visitor().redeem(&token, PASSWORD).await.refused(410, "link_void");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    let _ = portal.administrator.put(&access(&contact), &body).await.refused(409, "password_already_set");
}

/// A1
#[tokio::test]
async fn a_link_can_not_be_sent_without_notice() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({})).await;
    let link = json!({ "roles": ["customer_center"], "credential": { "method": "link" }, "notify": false });
    let _ = portal.administrator.put(&access(&contact), &link).await.refused(400, "invalid");
    let _ = portal.administrator.delete(&access(&contact)).await.expect(200);
    // Left out, the credential is a link: none may go out unnoticed.
    let silent = json!({ "roles": ["customer_center"], "notify": false });
    let refused = portal.administrator.put(&access(&contact), &silent).await.refused(400, "invalid");
    assert_eq!(refused.at("/errors/0/field"), "notify");
    assert_eq!(portal.contact(&contact).await.at("/access/state"), "revoked");
}

/// A1
#[tokio::test]
async fn somebody_with_a_password_is_told_of_a_grant_only_where_notice_is_wanted() {
    for (notify, mails) in [(true, 1), (false, 0)] {
        let portal = Portal::start().await;
        let here = portal.create_active(ADA, json!({})).await;
        let user = portal.contact(&here).await.at("/access/user");
        let mut elsewhere = tests::portal::new_user(ADA, at("partner"));
        elsewhere.as_object_mut().and_then(|body| body.remove("email")).expect("an email");
        elsewhere["user"] = json!(user);
        let elsewhere = portal.administrator.post("/v1/users", &elsewhere).await.expect(201).at("/id");
        let _ = portal.administrator.delete(&access(&elsewhere)).await.expect(200);
        let before = portal.mails_to(ADA).len();
        let again = json!({ "roles": ["partner"], "notify": notify });
        let granted = portal.administrator.put(&access(&elsewhere), &again).await.expect(200);
        assert_eq!(granted.at("/access/state"), "active");
        assert_eq!(portal.mails_to(ADA).len() - before, mails);
    }
}

/// A3
#[tokio::test]
async fn an_access_holds_one_role_or_more_that_exist_and_are_for_its_account_type() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({})).await;
    let before = portal.everything().await;
    for (names, code) in [(json!([]), "required"), (json!(null), "required"), (json!(["owner"]), "unknown_role")] {
        let refused = portal.administrator.put(&access(&contact), &json!({ "roles": names })).await;
        let refused = refused.refused(400, "invalid");
        assert_eq!((refused.at("/errors/0/field").as_str(), refused.at("/errors/0/code").as_str()), ("roles", code));
    }
    for role in ["administrator", "support", "partner", "vendor"] {
        let refused = portal.administrator.put(&access(&contact), &roles(&[role])).await;
        let _ = refused.refused(403, "role_not_for_account_type");
    }
    assert!(portal.everything().await == before, "something was written");
}

/// A3
#[tokio::test]
async fn nobody_changes_switches_or_revokes_their_own_access() {
    let portal = Portal::start().await;
    portal.create_active(BEN, with_role("staff", "administrator")).await;
    let ben = portal.visitor().signed_in(BEN, PASSWORD).await;
    let own = ben.get("/v1/session").await.at("/access/contact");
    let before = portal.contact(&own).await.json;
    let _ = ben.put(&access(&own), &roles(&["administrator", "support"])).await.refused(403, "own_access");
    let _ = ben.delete(&access(&own)).await.refused(403, "own_access");
    let _ = ben.act(&format!("/v1/contacts/{own}/disable-login")).await.refused(403, "own_access");
    assert_eq!(portal.contact(&own).await.json, before);
}

/// A3, U1
#[tokio::test]
async fn account_managers_look_after_customers_and_not_after_staff_or_vendors() {
    let portal = Portal::start().await;
    let (_, manager) = portal.member("manager@example.com", with_role("staff", "account_manager")).await;
    for (email, asked) in [(ADA, with_role("staff", "support")), (BEN, at("vendor"))] {
        let target = portal.create(email, asked).await.expect(201);
        let (id, names) = (target.at("/id"), json!({ "roles": target.json["access"]["roles"] }));
        let path = format!("/v1/contacts/{id}");
        for answer in [
            manager.put(&access(&id), &names).await,
            manager.delete(&access(&id)).await,
            manager.act(&format!("{path}/reset")).await,
            manager.act(&format!("{path}/disable-login")).await,
            manager.delete(&format!("{path}/sessions")).await,
        ] {
            let _ = answer.refused(403, "forbidden");
        }
        assert_eq!(manager.get(&path).await.expect(200).json["actions"], json!([]));
    }
    let administrator = with_role("customer", "customer_administrator");
    let body = tests::portal::new_user("cleo@example.com", administrator);
    let _ = manager.post("/v1/users", &body).await.expect(201);
}

/// A5
#[tokio::test]
async fn a_revoked_access_ends_sessions_and_links_and_keeps_the_record() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({ "user_id": "ada.byron" })).await;
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    let token = portal.link_token(ADA).await;
    let _ = portal.administrator.delete(&access(&contact)).await.expect(200);

    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = portal.visitor().redeem(&token, PASSWORD).await.refused(410, "link_void");
    for login in [ADA, "ada.byron"] {
        let _ = portal.visitor().sign_in(login, PASSWORD).await.refused(401, "invalid_credentials");
    }
    let record = portal.contact(&contact).await;
    for (pointer, value) in [
        ("/first_name", "Ada"),
        ("/last_name", "Byron"),
        ("/email", ADA),
        ("/active", "true"),
        ("/access/state", "revoked"),
        ("/access/user_id", "ada.byron"),
        ("/access/login_enabled", "false"),
        ("/access/roles/0", "customer_center"),
        ("/link/state", "void"),
    ] {
        assert_eq!(record.at(pointer), value, "{pointer}");
    }
    assert_eq!(record.json["actions"], json!(["grant_access", "edit", "inactivate"]));
}

/// A5
#[tokio::test]
async fn an_access_that_is_granted_again_takes_a_fresh_link_and_neither_old_password_nor_old_link_or_session() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({})).await;
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    let old = portal.link_token(ADA).await;
    let _ = portal.administrator.delete(&access(&contact)).await.expect(200);
    let before = portal.mails_to(ADA).len();
    let granted = portal.administrator.put(&access(&contact), &roles(&["customer_center"])).await.expect(200);
    assert_eq!((granted.at("/access/state"), granted.at("/link/purpose")), ("invited".into(), "invite".into()));
    portal.next_mail(ADA, before).await;
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
    let _ = portal.visitor().redeem(&old, PASSWORD).await.refused(410, "link_void");
    let _ = portal.visitor().redeem(&portal.link_token(ADA).await, PASSWORD).await.expect(204);
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
}

/// A person with three accesses: their contacts at a customer, a partner and a vendor.
async fn three_accesses(portal: &Portal) -> [String; 3] {
    let customer = portal.create_active(ADA, json!({})).await;
    let user = portal.contact(&customer).await.at("/access/user");
    let mut all = vec![customer];
    for account_type in ["partner", "vendor"] {
        let mut body = tests::portal::new_user(ADA, at(account_type));
        body.as_object_mut().and_then(|body| body.remove("email")).expect("an email");
        body["user"] = json!(user);
        all.push(portal.administrator.post("/v1/users", &body).await.expect(201).at("/id"));
    }
    all.try_into().expect("three")
}

/// A6
#[tokio::test]
async fn revoking_tells_what_the_person_still_holds() {
    let portal = Portal::start().await;
    let [customer, partner, vendor] = three_accesses(&portal).await;
    let revoked = portal.administrator.delete(&access(&customer)).await.expect(200);
    let at = |answer: &Answer, list: &str| -> Vec<(String, String)> {
        let list = answer.json[list].as_array().expect("a list").clone();
        let text = |one: &Value, name: &str| one[name].as_str().expect("a text").to_owned();
        list.iter().map(|one| (text(one, "contact"), text(one, "account_type"))).collect()
    };
    assert_eq!(at(&revoked, "revoked"), [(customer.clone(), "customer".to_owned())]);
    let remaining = [(partner, "partner".to_owned()), (vendor, "vendor".to_owned())];
    assert_eq!(at(&revoked, "remaining"), remaining);
    // Signing in elsewhere is as it was: the password is the person's, not the access's.
    let session = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    assert_eq!(session.at("/session/account_type"), "partner");

    let again = portal.administrator.delete(&access(&customer)).await.expect(200);
    assert_eq!((at(&again, "revoked"), at(&again, "remaining")), (Vec::new(), remaining.to_vec()));
}

/// A6
#[tokio::test]
async fn staff_revoke_everything_of_a_person_in_one_call() {
    let portal = Portal::start().await;
    let all = three_accesses(&portal).await;
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let everywhere = format!("{}?everywhere=true", access(&all[1]));
    let revoked = portal.administrator.delete(&everywhere).await.expect(200);
    assert_eq!(revoked.json["revoked"].as_array().map(Vec::len), Some(3));
    assert_eq!(revoked.json["remaining"], json!([]));
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
    for contact in &all {
        let contact = portal.contact(contact).await;
        assert_eq!((contact.at("/access/state"), &contact.json["active"]), ("revoked".into(), &json!(false)));
    }
    let again = portal.administrator.delete(&everywhere).await.expect(200);
    assert_eq!((&again.json["revoked"], &again.json["remaining"]), (&json!([]), &json!([])));
    let _ = portal.administrator.delete(&format!("{}?everywhere=perhaps", access(&all[1]))).await.expect(400);
}

/// A6
#[tokio::test]
async fn revoking_everywhere_makes_the_record_inactive_whose_access_was_revoked_before() {
    let portal = Portal::start().await;
    let all = three_accesses(&portal).await;
    let _ = portal.administrator.delete(&access(&all[1])).await.expect(200);
    let _ = portal.administrator.delete(&format!("{}?everywhere=true", access(&all[1]))).await.expect(200);
    for contact in &all {
        assert_eq!(portal.contact(contact).await.json["active"], false);
    }
}

/// A6
#[tokio::test]
async fn revoking_everywhere_takes_two_records_of_one_organization() {
    let portal = Portal::start().await;
    let (first, _) = portal.member(ADA, json!({})).await;
    let organization = portal.contact(&first).await.at("/organization");
    let second = portal.also_at(&first, json!({ "number": "C-2002", "name": "Second" })).await;
    let access = |id: &str| format!("/v1/contacts/{id}/access");
    let _ = portal.administrator.delete(&access(&first)).await.expect(200);
    let third = portal.also_at(&second, json!(organization)).await;
    let revoked = portal.administrator.delete(&format!("{}?everywhere=true", access(&first))).await.expect(200);
    assert_eq!(revoked.json["revoked"].as_array().map(Vec::len), Some(2), "{}", revoked.text);
    for id in [&first, &second, &third] {
        assert_eq!(portal.contact(id).await.json["active"], false, "{id}");
    }
}

/// A6, O7
#[tokio::test]
async fn somebody_revoked_everywhere_has_their_record_made_active_before_access_is_given_again() {
    let portal = Portal::start().await;
    let (id, _) = portal.member(ADA, json!({})).await;
    let _ = portal.administrator.delete(&format!("{}?everywhere=true", access(&id))).await.expect(200);
    let grant = json!({ "roles": ["customer_center"] });
    let _ = portal.administrator.put(&access(&id), &grant).await.refused(409, "inactive");
    assert!(portal.contact(&id).await.text.contains("\"reactivate\""));
    let _ = portal.administrator.act(&format!("/v1/contacts/{id}/reactivate")).await.expect(200);
    assert_eq!(portal.administrator.put(&access(&id), &grant).await.expect(200).at("/access/state"), "invited");
}

/// T1
#[tokio::test]
async fn a_disabled_login_is_out_at_once_and_enabling_restores_all_but_sessions_and_links() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({})).await;
    let path = format!("/v1/contacts/{contact}");
    let _ = portal.administrator.act(&format!("{path}/reset")).await.expect(202);
    let token = portal.link_token(ADA).await;
    let disabled = portal.administrator.act(&format!("{path}/disable-login")).await.expect(200);
    assert_eq!((disabled.at("/access/state"), disabled.at("/access/login_enabled")), ("active".into(), "false".into()));
    assert_eq!(disabled.at("/link/state"), "void");
    let _ = portal.administrator.act(&format!("{path}/disable-login")).await.refused(409, "already_disabled");
    let _ = portal.administrator.act(&format!("{path}/reset")).await.refused(409, "login_disabled");

    let enabled = portal.administrator.act(&format!("{path}/enable-login")).await.expect(200);
    assert_eq!(enabled.at("/access/login_enabled"), "true");
    let _ = portal.administrator.act(&format!("{path}/enable-login")).await.refused(409, "already_enabled");
    let _ = portal.visitor().redeem(&token, PASSWORD).await.refused(410, "link_void");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
}

/// T1
#[tokio::test]
async fn a_revoked_login_can_not_be_switched() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({})).await;
    let _ = portal.administrator.delete(&access(&contact)).await.expect(200);
    for way in ["disable-login", "enable-login", "reset"] {
        let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/{way}")).await.refused(409, "revoked");
    }
}

/// T2
#[tokio::test]
async fn what_keeps_a_person_out_is_shown_each_apart() {
    let portal = Portal::start().await;
    let invited = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let active = portal.create_active(BEN, json!({})).await;
    for _ in 0..5 {
        let _ = portal.visitor().sign_in(BEN, "not the password at all").await.refused(401, "invalid_credentials");
    }
    let locked = portal.contact(&active).await;
    assert!(locked.at("/access/locked_until").ends_with('Z'));
    assert_eq!((locked.at("/access/state"), locked.at("/access/login_enabled")), ("active".into(), "true".into()));

    let disabled = portal.administrator.act(&format!("/v1/contacts/{invited}/disable-login")).await.expect(200);
    assert_eq!(
        (disabled.at("/access/state"), disabled.at("/access/login_enabled")),
        ("invited".into(), "false".into())
    );
    assert_eq!(disabled.json["access"]["locked_until"], Value::Null);
    assert_eq!(disabled.json["active"], true);

    let mut must_change = typed("quite another long phrase");
    must_change["must_change"] = json!(true);
    let path = format!("/v1/contacts/{active}/password");
    let must_change = portal.administrator.put(&path, &must_change).await.expect(200);
    assert_eq!(must_change.json["access"]["must_change_password"], true);
    assert_eq!(must_change.at("/access/state"), "active");
}

/// T3
#[tokio::test]
async fn disabling_keeps_the_contact_with_all_its_data() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({ "user_id": "ada.byron" })).await;
    let mut before = portal.contact(&contact).await.json;
    let mut after = portal.administrator.act(&format!("/v1/contacts/{contact}/disable-login")).await.expect(200).json;
    assert_eq!(portal.contact(&contact).await.json, after);
    for moved in ["/version", "/actions", "/access/login_enabled", "/link"] {
        before.pointer_mut(moved).expect("there").take();
        after.pointer_mut(moved).expect("there").take();
    }
    assert_eq!(before, after);
}

/// O9
#[tokio::test]
async fn a_change_that_names_a_version_is_made_to_that_version_alone() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({})).await;
    let path = format!("/v1/contacts/{contact}");
    let tag = portal.contact(&contact).await.header("etag");
    let changed = json!({ "roles": ["customer_center"], "can_create_users": true });
    let administrator = &portal.administrator;
    let granted = if_match(administrator, Method::PUT, &access(&contact), &tag, &changed).await.expect(200);
    assert_eq!(granted.header("etag"), "\"2\"");
    for (method, path) in [
        (Method::PUT, access(&contact)),
        (Method::DELETE, access(&contact)),
        (Method::POST, format!("{path}/reset")),
        (Method::POST, format!("{path}/disable-login")),
    ] {
        let _ = if_match(administrator, method, &path, &tag, &changed).await.refused(412, "stale");
    }
    let _ =
        if_match(administrator, Method::PUT, &access(&contact), "2", &changed).await.refused(400, "invalid_if_match");
    // Neither a mail nor a sign-in moves it.
    let _ = administrator.act(&format!("{path}/reset")).await.expect(202);
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    assert_eq!(portal.contact(&contact).await.header("etag"), "\"2\"");
    let _ = if_match(administrator, Method::DELETE, &access(&contact), "\"2\"", &json!({})).await.expect(200);
}

/// S2
#[tokio::test]
async fn every_change_is_written_down_with_who_what_how_when_and_whence() {
    let portal = Portal::start().await;
    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let token = portal.link_token(ADA).await;
    let _ = portal.visitor().redeem(&token, PASSWORD).await.expect(204);
    let _ = portal.visitor().sign_in(ADA, "not the password at all").await.refused(401, "invalid_credentials");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    let path = format!("/v1/contacts/{contact}");
    let changed = json!({ "roles": ["customer_center"], "can_create_users": true });
    let _ = portal.administrator.put(&access(&contact), &changed).await.expect(200);
    let _ = portal.administrator.act(&format!("{path}/reset")).await.expect(202);
    let _ = portal.administrator.act(&format!("{path}/disable-login")).await.expect(200);
    let _ = portal.administrator.act(&format!("{path}/enable-login")).await.expect(200);
    let _ = portal.administrator.delete(&access(&contact)).await.expect(200);
    let _ = portal.administrator.put(&access(&contact), &roles(&["customer_center"])).await.expect(200);

    let entries = portal.items(&format!("AUDIT#{contact}")).await;
    let told: Vec<_> = entries.iter().map(|entry| (entry["action"].as_str(), entry["via"].as_str())).collect();
    let expected = [
        ("user_created", "staff"),
        ("password_set", "link"),
        ("sign_in_failed", "public"),
        ("signed_in", "public"),
        ("access_changed", "staff"),
        ("link_sent", "staff"),
        ("login_disabled", "staff"),
        ("login_enabled", "staff"),
        ("access_revoked", "staff"),
        ("access_granted", "staff"),
    ];
    assert_eq!(told, expected.map(|(action, via)| (Some(action), Some(via))));
    let administrator = portal.administrator.get("/v1/session").await.at("/user/id");
    for entry in &entries {
        assert!(entry["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{entry}");
        assert!(entry["source"].as_str().is_some_and(|source| source.starts_with("127.0.0.1")), "{entry}");
        assert!(entry["request"].as_str().is_some_and(|request| !request.is_empty()), "{entry}");
        if entry["via"] == "staff" {
            assert_eq!(entry["actor"].as_str(), Some(administrator.as_str()));
        }
    }
    assert_eq!(entries[4]["changes"], json!({ "can_create_users": { "before": "false", "after": "true" } }));
    assert_eq!(entries[6]["changes"], json!({ "login_enabled": { "before": "true", "after": "false" } }));
    assert_eq!(entries[8]["changes"], json!({ "standing": { "before": "granted", "after": "revoked" } }));
    let all = json!(entries).to_string();
    assert!(!all.contains(PASSWORD) && !all.contains(&token) && !all.contains("$argon2"));
}

/// S2
#[tokio::test]
async fn what_is_refused_writes_no_entry() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({})).await;
    let before = portal.items(&format!("AUDIT#{contact}")).await.len();
    let _ = portal.administrator.put(&access(&contact), &roles(&["partner"])).await.expect(403);
    let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/enable-login")).await.expect(409);
    assert_eq!(portal.items(&format!("AUDIT#{contact}")).await.len(), before);
}

/// The call behind each action that a contact may tell of.
async fn acted(by: &Visitor, contact: &str, action: &str) -> Answer {
    let of = |what: &str| format!("/v1/contacts/{contact}{what}");
    let patch = async |what: &str, body: Value| {
        let request = by.request(Method::PATCH, &of(what)).header("if-match", "*");
        Answer::of(request.json(&body)).await
    };
    match action {
        "grant_access" => by.put(&of("/access"), &roles(&["customer_center"])).await,
        "change_access" => {
            by.put(&of("/access"), &json!({ "roles": ["customer_center"], "can_create_users": true })).await
        }
        "send_reset" => by.act(&of("/reset")).await,
        "set_password" => by.put(&of("/password"), &typed("quite another long phrase")).await,
        "revoke_access" => by.delete(&of("/access")).await,
        "edit_login" => patch("/login", json!({ "user_id": contact.to_lowercase() })).await,
        "edit" => patch("", json!({ "title": "Buyer" })).await,
        "end_sessions" => by.delete(&of("/sessions")).await,
        other => by.act(&of(&format!("/{}", other.replace('_', "-")))).await,
    }
}

/// A9: in every state, what is told to be allowed is done, and what is not is refused.
#[tokio::test]
async fn what_a_contact_says_is_allowed_is_done_and_what_it_does_not_say_is_refused() {
    const ACTIONS: [&str; 15] = [
        "grant_access",
        "change_access",
        "send_reset",
        "set_password",
        "disable_login",
        "enable_login",
        "unlock",
        "require_password_change",
        "end_sessions",
        "revoke_access",
        "edit_login",
        "edit",
        "inactivate",
        "reactivate",
        "preview",
    ];
    let portal = Portal::start().await;
    let staff = &portal.administrator;
    let helps = [
        "orders:read",
        "invoices:read",
        "estimates:read",
        "payments:read",
        "contacts:read",
        "contacts:write",
        "users:create",
        "access:grant",
        "access:revoke",
        "links:send",
        "logins:toggle",
    ];
    let role = json!({ "name": "helper", "account_types": ["customer"], "permissions": helps });
    let _ = staff.post("/v1/roles", &role).await.expect(201);
    let (_, head) = portal.member("head@example.com", roles(&["customer_administrator"])).await;
    let (_, helper) = portal.member("helper@example.com", roles(&["helper"])).await;
    let organization = head.get("/v1/session").await.expect(200).at("/organization");
    let mut number = 0;
    let mut made = async |state: &'static str, role: &str| {
        number += 1;
        let email = format!("target{number}@example.com");
        if state == "without access" {
            let body =
                json!({ "organization": organization, "first_name": "Ada", "last_name": "Byron", "email": email });
            return staff.post("/v1/contacts", &body).await.expect(201).at("/id");
        }
        let id = match state {
            "active" => portal.member(&email, roles(&[role])).await.0,
            _ => portal.create(&email, roles(&[role])).await.expect(201).at("/id"),
        };
        for act in match state {
            "disabled" => vec!["disable_login"],
            "revoked" => vec!["revoke_access"],
            "inactive" => vec!["inactivate"],
            _ => Vec::new(),
        } {
            let _ = acted(staff, &id, act).await.expect(200);
        }
        id
    };
    for (who, by) in [("administrator", staff), ("head", &head), ("helper", &helper)] {
        for role in ["customer_center", "customer_administrator"] {
            for state in ["invited", "active", "disabled", "revoked", "inactive", "without access"] {
                let target = made(state, role).await;
                let ready = portal.keep();
                let read = by.get(&format!("/v1/contacts/{target}")).await.expect(200);
                let told = read.json["actions"].as_array().expect("actions").clone();
                // Granting and changing are one call.
                let is_one = |action: &str| ["grant_access", "change_access"].contains(&action);
                let is_told = |action: &str| {
                    told.iter().any(|it| *it == action || (is_one(action) && it.as_str().is_some_and(is_one)))
                };
                for action in ACTIONS.iter().filter(|action| !is_told(action)) {
                    let answer = acted(by, &target, action).await;
                    // Revoking again is answered with nothing revoked.
                    let nothing = answer.json["revoked"] == json!([]);
                    assert!(
                        !answer.status.is_success() || nothing,
                        "{action} by {who} on a {role}, {state}: {}",
                        answer.text
                    );
                }
                for action in told.iter().filter_map(Value::as_str) {
                    portal.back_to(&ready);
                    let answer = acted(by, &target, action).await;
                    assert!(answer.status.is_success(), "{action} by {who} on a {role}, {state}: {}", answer.text);
                }
            }
        }
    }
}
