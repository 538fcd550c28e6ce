//! What the business sets: limits, sites, roles, seats (requirements A2, A3, L2, P3, P7, P8, U4, U7, U8).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tests::portal::new_user;
use tests::{Answer, PASSWORD, Portal, Visitor};

const ADA: &str = "ada@example.com";

/// Changes the settings, whatever their version.
async fn set(portal: &Portal, edit: Value) -> Answer {
    let version =
        portal.administrator.get("/v1/settings").await.expect(200).json["version"].as_u64().expect("a number");
    portal.administrator.patch("/v1/settings", version, &edit).await
}

async fn role(portal: &Portal, name: &str, permissions: &[&str]) -> Answer {
    let body = json!({ "name": name, "account_types": ["customer"], "permissions": permissions });
    portal.administrator.post("/v1/roles", &body).await
}

async fn staff(portal: &Portal, email: &str, role: &str) -> Visitor {
    let internal = portal.administrator.get("/v1/session").await.at("/organization");
    portal.member(email, json!({ "account_type": "staff", "organization": internal, "roles": [role] })).await.1
}

/// L2
#[tokio::test]
async fn the_hours_of_links_are_set_apart_and_hold_for_new_ones() {
    let portal = Portal::start().await;
    let _ = portal.create("old@example.com", json!({})).await.expect(201);
    let _ = set(&portal, json!({ "invite_hours": 2, "reset_hours": 72 })).await.expect(200);
    let hours = |link: &Value| {
        let at = |name: &str| link[name].as_str().expect("a time").parse::<Timestamp>().expect("a time");
        at("expires_at").duration_since(at("sent_at")).as_hours()
    };
    let made = portal.create(ADA, json!({})).await.expect(201);
    assert_eq!(hours(&made.json["link"]), 2);
    let (id, _) = portal.member("ben@example.com", json!({})).await;
    let reset = portal.administrator.act(&format!("/v1/contacts/{id}/reset")).await.expect(202);
    assert_eq!(hours(&reset.json["link"]), 72);
    let token = portal.link_token("old@example.com").await;
    portal.pass(SignedDuration::from_hours(23));
    let _ = portal.visitor().redeem(&token, PASSWORD).await.expect(204);
}

/// L2, P3, P7, P8: every number has its bounds.
#[tokio::test]
async fn a_number_out_of_its_bounds_is_refused_and_changes_nothing() {
    let portal = Portal::start().await;
    let before = portal.administrator.get("/v1/settings").await.expect(200);
    for (field, least, most) in [
        ("invite_hours", 1, 72),
        ("reminder_hours", 0, 23),
        ("reset_hours", 1, 72),
        ("password_minimum", 8, 64),
        ("idle_minutes", 5, 1440),
        ("session_hours", 1, 168),
        ("lockout_after", 3, 10),
        ("lockout_minutes", 1, 60),
    ] {
        for wrong in [json!(least - 1), json!(most + 1), json!(1.5), json!(-1), json!(null), json!("1")] {
            let refused = set(&portal, json!({ field: wrong })).await.refused(400, "invalid");
            assert_eq!(refused.at("/errors/0/field"), field, "{wrong}");
        }
        for right in [least, most] {
            assert_eq!(set(&portal, json!({ field: right })).await.expect(200).json[field], right);
        }
        let _ = set(&portal, json!({ field: before.json[field] })).await.expect(200);
    }
    let mut after = portal.administrator.get("/v1/settings").await.expect(200).json;
    after["version"] = before.json["version"].clone();
    assert_eq!(after, before.json);
}

/// P3, P7, P8
#[tokio::test]
async fn password_session_and_lockout_limits_hold_once_they_are_set() {
    let portal = Portal::start().await;
    let edit = json!({ "password_minimum": 8, "idle_minutes": 5, "lockout_after": 3, "lockout_minutes": 1 });
    let _ = set(&portal, edit).await.expect(200);
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let _ = portal.visitor().redeem(&portal.link_token(ADA).await, "8 signs!").await.expect(204);
    let ada = portal.visitor().signed_in(ADA, "8 signs!").await;
    for _ in 0..3 {
        let _ = portal.visitor().sign_in(ADA, "wrong").await.refused(401, "invalid_credentials");
    }
    let _ = portal.visitor().sign_in(ADA, "8 signs!").await.refused(401, "invalid_credentials");
    portal.pass(SignedDuration::from_secs(61));
    let _ = portal.visitor().sign_in(ADA, "8 signs!").await.expect(201);
    let _ = ada.get("/v1/session").await.expect(200);
    portal.pass(SignedDuration::from_mins(6));
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
}

/// U4
#[tokio::test]
async fn where_passwords_are_not_chosen_for_others_a_link_is_the_way() {
    let portal = Portal::start().await;
    let (id, _) = portal.member(ADA, json!({})).await;
    let _ = set(&portal, json!({ "manual_passwords": false })).await.expect(200);
    let credential = json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
    let _ = portal
        .create("ben@example.com", json!({ "credential": credential }))
        .await
        .refused(403, "manual_passwords_off");
    let path = format!("/v1/contacts/{id}/password");
    let _ = portal.administrator.put(&path, &credential).await.refused(403, "manual_passwords_off");
    let _ = portal.create("ben@example.com", json!({})).await.expect(201);
}

/// A2: settings, sites and roles are an administrator's.
#[tokio::test]
async fn nobody_but_an_administrator_sets_anything() {
    let portal = Portal::start().await;
    let mia = staff(&portal, "mia@example.com", "account_manager").await;
    let (_, head) = portal.member(ADA, json!({ "roles": ["customer_administrator"] })).await;
    let made = role(&portal, "buyer", &["orders:write"]).await.expect(201).at("/id");
    let site = portal.administrator.get("/v1/sites").await.at("/items/0/id");
    let before = portal.everything().await;
    let body = json!({ "name": "x", "account_types": [], "permissions": [] });
    for by in [&mia, &head] {
        let _ = by.get("/v1/settings").await.refused(403, "forbidden");
        let _ = by.get("/v1/permissions").await.refused(403, "forbidden");
        let _ = by.patch("/v1/settings", 1, &json!({ "invite_hours": 1 })).await.refused(403, "forbidden");
        let _ = by.post("/v1/sites", &body).await.refused(403, "forbidden");
        let _ = by.patch(&format!("/v1/sites/{site}"), 1, &body).await.refused(403, "forbidden");
        let _ = by.post("/v1/roles", &body).await.refused(403, "forbidden");
        let _ = by.patch(&format!("/v1/roles/{made}"), 1, &body).await.refused(403, "forbidden");
        let _ = by.delete(&format!("/v1/roles/{made}")).await.refused(403, "forbidden");
    }
    assert_eq!(portal.everything().await, before);
}

/// O9
#[tokio::test]
async fn settings_that_were_changed_meanwhile_are_not_overwritten() {
    let portal = Portal::start().await;
    let _ = portal.administrator.patch("/v1/settings", 1, &json!({ "invite_hours": 5 })).await.expect(200);
    let _ = portal.administrator.patch("/v1/settings", 1, &json!({ "reset_hours": 5 })).await.refused(412, "stale");
}

/// A2
#[tokio::test]
async fn the_business_makes_roles_out_of_permissions_and_whoever_holds_one_has_them() {
    let portal = Portal::start().await;
    let made = role(&portal, "buyer", &["orders:read", "orders:write"]).await.expect(201);
    let (id, ada) = portal.member(ADA, json!({ "roles": ["buyer", "customer_center"] })).await;
    let session = ada.get("/v1/session").await.expect(200);
    assert!(session.json["permissions"].as_array().expect("a list").contains(&json!("orders:write")));
    let edit = json!({ "permissions": ["orders:read", "claims:write"] });
    let edited = portal.administrator.patch(&format!("/v1/roles/{}", made.at("/id")), 1, &edit).await.expect(200);
    assert_eq!(edited.header("etag"), "\"2\"");
    let permissions = ada.get("/v1/session").await.expect(200).json["permissions"].clone();
    assert!(permissions.as_array().expect("a list").contains(&json!("claims:write")), "{permissions}");
    assert!(!permissions.as_array().expect("a list").contains(&json!("orders:write")), "{permissions}");
    let _ = portal.contact(&id).await;
    let listed = portal.administrator.get("/v1/roles").await.expect(200);
    assert!(listed.text.contains("\"buyer\"") && listed.text.contains("\"customer_center\""));
}

/// A3
#[tokio::test]
async fn a_role_that_is_held_is_not_deleted() {
    let portal = Portal::start().await;
    let made = role(&portal, "buyer", &["orders:write"]).await.expect(201).at("/id");
    let (id, _) = portal.member(ADA, json!({ "roles": ["buyer"] })).await;
    let path = format!("/v1/roles/{made}");
    let _ = portal.administrator.delete(&path).await.refused(409, "role_in_use");
    let access = format!("/v1/contacts/{id}/access");
    let _ = portal.administrator.delete(&access).await.expect(200);
    let _ = portal.administrator.delete(&path).await.expect(204);
    let again = json!({ "roles": ["buyer"] });
    let _ = portal.administrator.put(&access, &again).await.refused(400, "invalid");
    let _ = portal.administrator.delete(&path).await.refused(404, "not_found");
}

/// A3: also where it is given while it is being deleted.
#[tokio::test(flavor = "multi_thread")]
async fn of_giving_a_role_and_deleting_it_at_once_one_wins() {
    let portal = std::sync::Arc::new(Portal::start().await);
    for round in 0..8 {
        let name = format!("buyer_{round}");
        let made = role(&portal, &name, &["orders:write"]).await.expect(201).at("/id");
        let giving = tokio::spawn({
            let (portal, name) = (std::sync::Arc::clone(&portal), name.clone());
            async move { portal.create(&format!("{name}@example.com"), json!({ "roles": [name] })).await }
        });
        let deleted = portal.administrator.delete(&format!("/v1/roles/{made}")).await;
        let given = giving.await.expect("an answer");
        match (deleted.status.as_u16(), given.status.as_u16()) {
            (204, 400 | 403) | (409, 201) => {}
            other => panic!("{other:?}: {} {}", deleted.text, given.text),
        }
    }
}

/// A2, A3, PW-12
#[tokio::test]
async fn a_role_is_made_of_what_its_account_types_can_have() {
    let portal = Portal::start().await;
    for (kinds, permissions, code) in [
        (json!(["customer"]), json!(["passwords:set"]), "unknown_permission"),
        (json!(["staff"]), json!(["staff:manage"]), "unknown_permission"),
        (json!(["customer"]), json!(["nothing:read"]), "unknown_permission"),
        (json!(["customer"]), json!(["organizations:write"]), "not_for_account_type"),
        (json!(["vendor", "staff"]), json!(["contacts:read"]), "not_for_account_type"),
        (json!([]), json!(["orders:read"]), "required"),
        (json!(["friend"]), json!(["orders:read"]), "invalid"),
    ] {
        let body = json!({ "name": "odd", "account_types": kinds, "permissions": permissions });
        let refused = portal.administrator.post("/v1/roles", &body).await.refused(400, "invalid");
        assert_eq!(refused.at("/errors/0/code"), code, "{body}");
    }
    let _ = role(&portal, "administrator", &[]).await.refused(409, "role_taken");
    for name in ["Buyer", "b", "1st", "a b", "a#b"] {
        let _ = role(&portal, name, &[]).await.refused(400, "invalid");
    }
    for call in ["administrator", "customer_center"] {
        let edit = json!({ "permissions": [] });
        let _ = portal.administrator.patch(&format!("/v1/roles/{call}"), 1, &edit).await.refused(403, "built_in_role");
        let _ = portal.administrator.delete(&format!("/v1/roles/{call}")).await.refused(403, "built_in_role");
    }
}

/// A3
#[tokio::test]
async fn a_delegated_administrator_gives_no_role_that_permits_more_than_their_own() {
    let portal = Portal::start().await;
    let _ = role(&portal, "buyer", &["orders:read"]).await.expect(201);
    let _ = role(&portal, "claimant", &["claims:write"]).await.expect(201);
    let (_, head) = portal.member("head@example.com", json!({ "roles": ["customer_administrator"] })).await;
    let organization = head.get("/v1/session").await.at("/organization");
    let body = |roles: Value| new_user(ADA, json!({ "organization": organization, "roles": roles }));
    let _ = head.post("/v1/users", &body(json!(["claimant"]))).await.refused(403, "above_own_role");
    let _ = head.post("/v1/users", &body(json!(["buyer"]))).await.expect(201);
}

/// U7
#[tokio::test]
async fn seats_are_limited_per_account_type_and_come_free_again() {
    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let _ = set(&portal, json!({ "seats": { "customer": 2 } })).await.expect(200);
    let ben = portal.create("ben@example.com", json!({})).await.expect(201).at("/id");
    let _ = portal.create("cleo@example.com", json!({})).await.refused(409, "no_seats_left");
    let partner = json!({ "account_type": "partner", "organization": { "number": "P-1", "name": "Pat" } });
    let _ = portal.create("pat@example.com", partner).await.expect(201);
    let access = format!("/v1/contacts/{ben}/access");
    let _ = portal.administrator.delete(&access).await.expect(200);
    let _ = portal.create("cleo@example.com", json!({})).await.expect(201);
    let again = json!({ "roles": ["customer_center"] });
    let _ = portal.administrator.put(&access, &again).await.refused(409, "no_seats_left");
    let _ = set(&portal, json!({ "seats": { "customer": null } })).await.expect(200);
    let _ = portal.administrator.put(&access, &again).await.expect(200);
}

/// U7, CC-02
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_take_the_last_seats_at_once_as_many_get_one_as_there_are() {
    let portal = Portal::start().await;
    let _ = set(&portal, json!({ "seats": { "customer": 3 } })).await.expect(200);
    let answers = (0..8)
        .map(|number| {
            let (by, body) = (portal.administrator.clone(), new_user(&format!("a{number}@example.com"), json!({})));
            async move { by.post("/v1/users", &body).await }
        })
        .collect::<tokio::task::JoinSet<_>>()
        .join_all()
        .await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 3, "{:?}", answers.iter().map(|answer| answer.status.as_u16()).collect::<Vec<_>>());
}

/// U8
#[tokio::test]
async fn a_site_moved_to_another_group_lets_nobody_of_the_first_in() {
    let portal = Portal::start().await;
    let sites = portal.administrator.get("/v1/sites").await.expect(200);
    let second = sites.at("/items/1/id");
    let (_, _) = portal.member(ADA, json!({})).await;
    let at = json!({ "login": ADA, "password": PASSWORD, "site": second });
    let there = portal.visitor().post("/v1/sessions", &at).await.expect(201).at("/token");
    let edit = json!({ "group": "partners" });
    let _ = portal.administrator.patch(&format!("/v1/sites/{second}"), 1, &edit).await.expect(200);
    let _ = portal.visitor().with_token(&there).get("/v1/session").await.refused(401, "unauthenticated");
    let _ = portal.visitor().post("/v1/sessions", &at).await.refused(401, "invalid_credentials");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
}

/// U8
#[tokio::test]
async fn a_site_is_added_with_a_host_of_its_own() {
    let portal = Portal::start().await;
    let body = json!({ "name": "Shop", "base_url": "https://shop.example.com/", "sender": "shop@example.com" });
    let made = portal.administrator.post("/v1/sites", &body).await.expect(201);
    assert_eq!(made.at("/login_url"), "https://shop.example.com/sign-in");
    assert!(made.header("location").ends_with(&made.at("/id")));
    let _ = portal.administrator.post("/v1/sites", &body).await.refused(409, "base_url_taken");
    for wrong in ["shop.example.com", "https://", "https://a/b", "javascript:x", "https://a?b", "https://a@b"] {
        let body = json!({ "name": "Shop", "base_url": wrong, "sender": "shop@example.com" });
        let _ = portal.administrator.post("/v1/sites", &body).await.refused(400, "invalid");
    }
}

/// A2, A3
#[tokio::test]
async fn whoever_holds_a_role_that_is_no_longer_for_their_account_type_has_nothing_of_it() {
    let portal = Portal::start().await;
    let made = role(&portal, "buyer", &["orders:write"]).await.expect(201).at("/id");
    let (_, ada) = portal.member(ADA, json!({ "roles": ["buyer"] })).await;
    let edit = json!({ "account_types": ["staff"], "permissions": ["passwords:first"] });
    let _ = portal.administrator.patch(&format!("/v1/roles/{made}"), 1, &edit).await.expect(200);
    assert_eq!(ada.get("/v1/session").await.expect(200).json["permissions"], json!([]));
}

/// U8, L12: a site has a colour of its own.
#[tokio::test]
async fn a_sites_colour_is_that_of_its_pages_and_mails_and_one_that_can_not_be_read_is_refused() {
    let portal = Portal::start().await;
    let site = portal.administrator.get("/v1/sites").await.expect(200).at("/items/0/id");
    let path = format!("/v1/sites/{site}");
    let paint = async |color: Value| {
        let version = portal.administrator.get("/v1/settings").await.expect(200).json["version"].as_u64();
        portal.administrator.patch(&path, version.expect("a version"), &json!({ "color": color })).await
    };
    for color in [json!("red"), json!("#ff0"), json!("#ffffff"), json!("#1d4f91;}*{"), json!(7)] {
        let refused = paint(color).await.refused(400, "invalid");
        assert_eq!(refused.at("/errors/0/field"), "color");
    }
    assert_eq!(paint(json!("#8A1538")).await.expect(200).at("/color"), "#8a1538");
    let page = portal.visitor().get("/sign-in").await.expect(200);
    assert!(page.text.contains("--accent: #8a1538;"));
    let style = page.text.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).expect("a style");
    let hash = STANDARD.encode(Sha256::digest(style));
    assert!(page.header("content-security-policy").contains(&format!("'sha256-{hash}'")));
    let _ = portal.create("ada@example.com", json!({})).await.expect(201);
    assert!(portal.next_mail("ada@example.com", 0).await.html.contains("#8a1538"));
    assert_eq!(paint(Value::Null).await.expect(200).json["color"], Value::Null);
    assert!(!portal.visitor().get("/sign-in").await.expect(200).text.contains("#8a1538"));
}
