//! Signing in: by what name and where, and one answer at one cost for everybody who can't (requirements P4–P6, P9).

use serde_json::{Value, json};
use shared::domain::password::Password;
use shared::hasher::{Busy, Hasher, WAITING};
use tests::{Answer, PASSWORD, Portal, Visitor};
use tokio::task::JoinSet;

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

/// Somebody who can't sign in.
struct TurnedAway {
    why: &'static str,
    login: String,
    password: String,
}

impl TurnedAway {
    async fn knock(&self, visitor: &Visitor, site: &str) -> Answer {
        let body = json!({ "login": self.login, "password": self.password, "site": site });
        visitor.post("/v1/sessions", &body).await
    }
}

/// Somebody for every reason there is not to be let in at `site`; those whose password could be right have it right.
async fn turned_away(portal: &Portal, site: &str, other: &str) -> Vec<TurnedAway> {
    let act = async |contact: &str, what: &str| {
        let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/{what}")).await.expect(200);
    };
    create(portal, "active@example.com", json!({})).await;
    act(&create(portal, "disabled@example.com", json!({})).await, "disable-login").await;
    create(portal, "locked@example.com", json!({})).await;
    for _ in 0..5 {
        let _ = portal.visitor().sign_in("locked@example.com", "not the password").await.expect(401);
    }
    let _ = portal.create("invited@example.com", json!({})).await.expect(201);
    create(portal, "elsewhere@example.com", json!({ "site": other })).await;
    let revoked = create(portal, "revoked@example.com", json!({})).await;
    let _ = portal.administrator.delete(&format!("/v1/contacts/{revoked}/access")).await.expect(200);
    let welcome = json!({ "login": "elsewhere@example.com", "password": PASSWORD, "site": other });
    let _ = portal.visitor().post("/v1/sessions", &welcome).await.expect(201);
    assert_ne!(site, other);
    [
        ("unknown", "nobody@example.com", PASSWORD),
        ("wrong", "active@example.com", "not the password"),
        ("empty password", "active@example.com", ""),
        ("over-long password", "active@example.com", &"long ".repeat(60)),
        ("disabled", "disabled@example.com", PASSWORD),
        ("locked", "locked@example.com", PASSWORD),
        ("not yet activated", "invited@example.com", PASSWORD),
        ("wrong site", "elsewhere@example.com", PASSWORD),
        ("revoked", "revoked@example.com", PASSWORD),
        ("no name at all", "", PASSWORD),
    ]
    .map(|(why, login, password)| TurnedAway { why, login: login.to_owned(), password: password.to_owned() })
    .into()
}

/// All that an answer tells, but for its own id and time.
fn told(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let own = |name: &str| matches!(name, "date" | "content-length");
    let headers = answer.headers.iter().filter(|(name, _)| !own(name.as_str()));
    let mut headers: Vec<_> = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    headers.sort();
    let id = answer.json["request_id"].as_str().unwrap_or("no id");
    (answer.status.as_u16(), headers, answer.text.replace(id, "ID"))
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

/// P5, AU-01
#[tokio::test]
async fn everybody_who_is_turned_away_gets_the_same_bytes() {
    let portal = Portal::start().await;
    let sites = sites(&portal).await;
    let visitor = portal.visitor();
    let mut first = None;
    for one in turned_away(&portal, &sites[0], &sites[1]).await {
        let answer = one.knock(&visitor, &sites[0]).await.refused(401, "invalid_credentials");
        let first = first.get_or_insert_with(|| (told(&answer), answer.header("content-length")));
        assert_eq!((told(&answer), answer.header("content-length")), *first, "{}", one.why);
    }
}

/// P5, AU-01
#[tokio::test]
async fn everybody_who_is_turned_away_sees_the_same_page() {
    let portal = Portal::start().await;
    let sites = sites(&portal).await;
    let visitor = portal.visitor();
    let mut first = None;
    for one in turned_away(&portal, &sites[0], &sites[1]).await {
        let form = [("login", one.login.as_str()), ("password", &one.password), ("site", &sites[0])];
        let mut answer = visitor.submit("/sign-in", &form, "").await.expect(401);
        assert!(answer.cookie("session").is_none() && answer.cookie("device").is_none(), "{}", one.why);
        // The form keeps the name that was typed.
        answer.text = answer.text.replace(&format!("value=\"{}\"", one.login), "value=\"LOGIN\"");
        let first = first.get_or_insert_with(|| told(&answer));
        assert_eq!(told(&answer), *first, "{}", one.why);
    }
}

/// P5, AU-02
#[tokio::test]
async fn everybody_who_knocks_costs_two_reads_and_one_write_and_no_mail() {
    let portal = Portal::start().await;
    let sites = sites(&portal).await;
    let mut all = turned_away(&portal, &sites[0], &sites[1]).await;
    let welcome = TurnedAway { why: "let in", login: "active@example.com".to_owned(), password: PASSWORD.to_owned() };
    all.push(welcome);
    let visitor = portal.visitor();
    portal.ses.take_calls();
    for one in all {
        // What the business has set is read every few seconds, whoever knocks.
        portal.app.settings().await.expect("settings");
        portal.table.take_calls();
        let _ = one.knock(&visitor, &sites[0]).await;
        let calls = portal.table.take_calls();
        let operations: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
        assert_eq!(operations, ["BatchGetItem", "BatchGetItem", "TransactWriteItems"], "{}", one.why);
        assert!(calls[..2].iter().all(|call| call.consistent), "{}", one.why);
    }
    assert_eq!(portal.ses.take_calls(), []);
}

/// A hasher at which as many wait as may, and none is at work; for as long as what waits is kept.
async fn full_hasher(portal: &Portal) -> (Hasher, JoinSet<bool>) {
    let hasher = Hasher::new(0);
    let mut waiting = JoinSet::new();
    for _ in 0..=WAITING {
        let (hasher, keys) = (hasher.clone(), portal.app.keys());
        waiting.spawn(async move { hasher.hash(&keys, &Password::new(PASSWORD)).await == Err(Busy) });
    }
    assert!(waiting.join_next().await.expect("one is refused").expect("no panic"));
    (hasher, waiting)
}

/// P4, AU-02, AU-14
#[tokio::test]
async fn everybody_who_knocks_costs_a_hash_and_past_the_bound_is_told_at_once_to_come_back() {
    let portal = Portal::start().await;
    let sites = sites(&portal).await;
    let all = turned_away(&portal, &sites[0], &sites[1]).await;
    let (hasher, _waiting) = full_hasher(&portal).await;
    let mut app = portal.app.clone();
    app.hasher = hasher;
    let visitor = portal.instance(&app).await;
    for one in &all {
        let answer = one.knock(&visitor, &sites[0]).await.refused(503, "busy");
        assert!(!answer.header("retry-after").is_empty(), "{}", one.why);
    }
    let _ = visitor.sign_in("active@example.com", PASSWORD).await.refused(503, "busy");
    let signed_in = visitor.with_token(portal.administrator.token());
    let _ = signed_in.get("/v1/session").await.expect(200);
    let _ = portal.visitor().sign_in("active@example.com", PASSWORD).await.expect(201);
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
