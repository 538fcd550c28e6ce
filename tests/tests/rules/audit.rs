//! The audit is read: by staff whole, by delegated administrators as far as it is theirs (requirements S2, O8).

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Answer, PASSWORD, Portal, Visitor};

const ADA: &str = "ada@example.com";
const HEAD: &str = "head@example.com";

async fn head(portal: &Portal) -> Visitor {
    portal.member(HEAD, json!({ "roles": ["customer_administrator"] })).await.1
}

/// A page of the audit, once the indexes have caught up.
async fn audit(by: &Visitor, query: &str) -> Answer {
    by.get(&format!("/v1/audit?{query}")).await.expect(200)
}

fn actions(page: &Answer) -> Vec<&str> {
    page.json["items"].as_array().expect("items").iter().map(|it| it["action"].as_str().expect("a text")).collect()
}

/// Every page, one after the other.
async fn all(by: &Visitor, query: &str, limit: usize) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = audit(by, &format!("{query}&limit={limit}{cursor}")).await;
        let some = page.json["items"].as_array().expect("items").clone();
        assert!(some.len() <= limit);
        items.extend(some);
        match page.json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

/// S2
#[tokio::test]
async fn staff_read_who_did_what_to_whom_when_and_how() {
    let portal = Portal::start().await;
    let (id, _) = portal.member(ADA, json!({})).await;
    let _ = portal.administrator.act(&format!("/v1/contacts/{id}/disable-login")).await.expect(200);
    let page = audit(&portal.administrator, &format!("contact={id}")).await;
    assert_eq!(actions(&page), ["login_disabled", "signed_in", "user_created"]);
    let entry = &page.json["items"][0];
    let me = portal.administrator.get("/v1/session").await.expect(200);
    assert_eq!(entry["actor"], json!({ "user": me.at("/user/id"), "contact": me.at("/access/contact") }));
    assert_eq!((&entry["via"], &entry["contact"]), (&json!("staff"), &json!(id)));
    assert_eq!(entry["changes"], json!({ "login_enabled": { "before": "true", "after": "false" } }));
    assert_eq!(entry["source"], "127.0.0.1");
    assert!(entry["request"].is_string() && entry["at"].is_string());
}

/// S2
#[tokio::test]
async fn the_audit_is_filtered_by_contact_organization_actor_action_and_time_and_by_several_at_once() {
    let portal = Portal::start().await;
    let (ada, _) = portal.member(ADA, json!({})).await;
    let elsewhere = json!({ "organization": { "number": "C-2", "name": "Two" } });
    let (ben, _) = portal.member("ben@example.com", elsewhere).await;
    let (organization, user) =
        (portal.contact(&ben).await.at("/organization"), portal.contact(&ben).await.at("/access/user"));
    let before = portal.app.clock.now() + SignedDuration::from_secs(1);
    portal.pass(SignedDuration::from_secs(2));
    for id in [&ada, &ben] {
        let _ = portal.administrator.act(&format!("/v1/contacts/{id}/disable-login")).await.expect(200);
    }
    let by = &portal.administrator;
    assert_eq!(actions(&audit(by, "action=login_disabled").await).len(), 2);
    assert_eq!(
        actions(&audit(by, &format!("organization={organization}")).await),
        ["login_disabled", "signed_in", "user_created", "organization_created"]
    );
    assert_eq!(actions(&audit(by, &format!("actor={user}")).await), ["signed_in"]);
    assert_eq!(actions(&audit(by, &format!("contact={ben}&from={before}")).await), ["login_disabled"]);
    assert_eq!(actions(&audit(by, &format!("contact={ben}&to={before}")).await), ["signed_in", "user_created"]);
    assert_eq!(
        actions(&audit(by, &format!("organization={organization}&action=user_created")).await),
        ["user_created"]
    );
    let none = audit(by, &format!("contact={ada}&organization={organization}")).await;
    assert_eq!((actions(&none).len(), &none.json["next_cursor"]), (0, &Value::Null));
}

/// S2
#[tokio::test]
async fn pages_of_the_audit_go_from_the_newest_to_the_oldest_and_miss_nothing() {
    let portal = Portal::start().await;
    let (id, _) = portal.member(ADA, json!({})).await;
    for _ in 0..6 {
        let _ = portal.administrator.act(&format!("/v1/contacts/{id}/disable-login")).await.expect(200);
        let _ = portal.administrator.act(&format!("/v1/contacts/{id}/enable-login")).await.expect(200);
        let _ = portal.visitor().sign_in("nobody@example.com", "wrong").await.expect(401);
    }
    let entries = portal.everything().await.iter().filter(|item| item["type"] == "audit").count();
    for limit in [1, 3, 200] {
        let items = all(&portal.administrator, "", limit).await;
        assert_eq!(items.len(), entries, "{limit} a page");
        let ids: Vec<_> = items.iter().map(|it| it["id"].as_str().expect("an id").to_owned()).collect();
        assert!(ids.is_sorted_by(|newer, older| newer > older));
    }
    assert_eq!(all(&portal.administrator, "action=sign_in_failed", 2).await.len(), 6);
}

/// S2, AZ-11
#[tokio::test]
async fn delegated_administrators_read_of_their_own_organization_alone() {
    let portal = Portal::start().await;
    let head = head(&portal).await;
    let (ada, _) = portal.member(ADA, json!({})).await;
    let elsewhere = json!({ "organization": { "number": "C-2", "name": "Two" } });
    let (ben, _) = portal.member("ben@example.com", elsewhere).await;
    let organization = portal.contact(&ben).await.at("/organization");
    let own = all(&head, "", 50).await;
    let here = portal.contact(&ada).await.at("/organization");
    assert!(own.len() >= 4 && own.iter().all(|entry| entry["organization"] == *here), "{own:?}");
    let unknown = head.get("/v1/audit?contact=con_01ARZ3NDEKTSV4RRFFQ69G5FAV").await.refused(404, "not_found");
    for query in [format!("contact={ben}"), format!("organization={organization}")] {
        let foreign = head.get(&format!("/v1/audit?{query}")).await.refused(404, "not_found");
        assert_eq!(foreign.json["detail"], unknown.json["detail"]);
    }
    let member = portal.visitor().signed_in(ADA, PASSWORD).await;
    let _ = member.get("/v1/audit").await.refused(403, "forbidden");
    let _ = portal.visitor().get("/v1/audit").await.refused(401, "unauthenticated");
}

/// S2, O8
#[tokio::test]
async fn delegated_administrators_read_nothing_of_a_login_and_not_who_among_the_staff_acted() {
    let portal = Portal::start().await;
    let head = head(&portal).await;
    let (id, _) = portal.member(ADA, json!({})).await;
    let _ = portal.visitor().sign_in(ADA, "wrong").await.expect(401);
    let _ = portal.administrator.act(&format!("/v1/contacts/{id}/require-password-change")).await.expect(200);
    let _ = portal.administrator.act(&format!("/v1/contacts/{id}/disable-login")).await.expect(200);
    let _ = head.act(&format!("/v1/contacts/{id}/enable-login")).await.expect(200);
    let page = audit(&head, &format!("contact={id}")).await;
    assert_eq!(actions(&page), ["login_enabled", "login_disabled", "signed_in", "user_created"]);
    let me = head.get("/v1/session").await.expect(200).at("/access/contact");
    assert_eq!(page.json["items"][0]["actor"]["contact"], *me);
    let staffs = &page.json["items"][1];
    assert_eq!((&staffs["via"], &staffs["actor"], &staffs["source"]), (&json!("staff"), &Value::Null, &Value::Null));
}

/// O8
#[tokio::test]
async fn somebody_known_elsewhere_is_a_new_person_in_the_audit_too() {
    let portal = Portal::start().await;
    let head = head(&portal).await;
    let elsewhere = json!({ "organization": { "number": "C-2", "name": "Two" } });
    let _ = portal.member(ADA, elsewhere).await;
    let mut seen = Vec::new();
    for email in [ADA, "new@example.com"] {
        let body = json!({ "account_type": "customer", "organization": head.get("/v1/session").await.at("/organization"),
            "first_name": "Ada", "last_name": "Byron", "email": email });
        let id = head.post("/v1/users", &body).await.expect(201).at("/id");
        let _ = head.act(&format!("/v1/contacts/{id}/reset")).await.expect(202);
        let _ = head.delete(&format!("/v1/contacts/{id}/access")).await.expect(200);
        let page = audit(&head, &format!("contact={id}")).await;
        let told = page.json["items"].as_array().expect("items").iter().map(|entry| {
            (entry["action"].clone(), entry["changes"].to_string().replace(email, "…"), entry["actor"].clone())
        });
        seen.push(told.collect::<Vec<_>>());
    }
    assert_eq!(seen[0], seen[1]);
}

/// IN-14
#[tokio::test]
async fn a_cursor_of_the_audit_is_its_readers_and_its_filters_own() {
    let portal = Portal::start().await;
    let head = head(&portal).await;
    let _ = portal.member(ADA, json!({})).await;
    let cursor = audit(&portal.administrator, "limit=1").await.at("/next_cursor");
    let _ = portal.administrator.get(&format!("/v1/audit?limit=1&cursor={cursor}")).await.expect(200);
    let _ = head.get(&format!("/v1/audit?limit=1&cursor={cursor}")).await.refused(400, "invalid_cursor");
    let other = format!("/v1/audit?limit=1&action=signed_in&cursor={cursor}");
    let _ = portal.administrator.get(&other).await.refused(400, "invalid_cursor");
}

/// S2
#[tokio::test]
async fn what_the_audit_is_not_asked_with_is_told() {
    let portal = Portal::start().await;
    let asked = "/v1/audit?contact=x&organization=y&actor=z&action=nothing&from=today&to=tomorrow&limit=0&more=1";
    let refused = portal.administrator.get(asked).await.refused(400, "invalid");
    let fields: Vec<_> =
        refused.json["errors"].as_array().expect("errors").iter().map(|it| it["field"].as_str()).collect();
    for field in ["contact", "organization", "actor", "action", "from", "to", "limit", "more"] {
        assert!(fields.contains(&Some(field)), "{field} in {fields:?}");
    }
}

/// O8: whoever came from an access elsewhere has signed in and out here like anybody.
#[tokio::test]
async fn somebody_who_switched_here_from_elsewhere_has_signed_in() {
    let portal = Portal::start().await;
    let head = head(&portal).await;
    let (first, _) = portal.member(ADA, json!({ "organization": { "number": "C-2", "name": "Two" } })).await;
    let body = json!({ "account_type": "customer", "organization": head.get("/v1/session").await.at("/organization"),
        "user": portal.contact(&first).await.at("/access/user"), "first_name": "Ada", "last_name": "Byron" });
    let here = portal.administrator.post("/v1/users", &body).await.expect(201).at("/id");
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let switched = ada.post("/v1/session/switch", &json!({ "contact": here })).await.expect(201);
    let listed = head.get(&format!("/v1/contacts/{here}/sessions")).await.expect(200);
    let begun = portal.visitor().with_token(&switched.at("/token")).get("/v1/sessions").await.expect(200);
    assert_eq!(listed.at("/items/0/created_at"), begun.at("/items/0/created_at"));
    let _ = portal.visitor().with_token(&switched.at("/token")).delete("/v1/session").await.expect(204);
    let told = audit(&head, &format!("contact={here}")).await;
    assert_eq!(actions(&told), ["signed_out", "signed_in", "user_created"]);
    assert_eq!((&told.json["items"][1]["via"], &told.json["items"][1]["actor"]), (&json!("public"), &Value::Null));
    let whole = audit(&portal.administrator, &format!("contact={here}")).await;
    assert_eq!(actions(&whole), ["signed_out", "session_switched", "user_created"]);
}

/// S2
#[tokio::test]
async fn a_partners_administrator_reads_which_of_its_customers_own_people_acted() {
    let portal = Portal::start().await;
    let partner = json!({ "kind": "partner", "number": "P-1", "name": "Part" });
    let partner = portal.administrator.post("/v1/organizations", &partner).await.expect(201).at("/id");
    let body = json!({ "kind": "customer", "number": "C-7", "name": "Seven", "partner": partner });
    let customer = portal.administrator.post("/v1/organizations", &body).await.expect(201).at("/id");
    let role = json!({ "account_type": "partner", "organization": partner, "roles": ["partner_administrator"] });
    let (_, partners) = portal.member("partner@example.com", role).await;
    let role = json!({ "organization": customer, "roles": ["customer_administrator"] });
    let (own, customers) = portal.member("own@example.com", role).await;
    let body = json!({ "first_name": "Ada", "last_name": "Byron", "email": ADA });
    let made = customers.post("/v1/contacts", &body).await.expect(201).at("/id");
    let told = audit(&partners, &format!("contact={made}")).await;
    assert_eq!(told.at("/items/0/actor/contact"), own);
}
