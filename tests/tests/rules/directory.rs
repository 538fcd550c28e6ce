//! Organizations and contacts: listed, searched, made, edited, made inactive and active again (requirements O1–O9).

use http::Method;
use serde_json::{Value, json};
use tests::{Answer, PASSWORD, Portal, Visitor};

const ADA: &str = "ada@example.com";

async fn organization(by: &Visitor, kind: &str, number: &str, name: &str) -> Answer {
    by.post("/v1/organizations", &json!({ "kind": kind, "number": number, "name": name })).await
}

async fn contact(by: &Visitor, organization: &str, first: &str, last: &str, email: &str) -> Answer {
    let body = json!({ "organization": organization, "first_name": first, "last_name": last, "email": email });
    by.post("/v1/contacts", &body).await
}

/// One field of every item, over every page of a list; pages hold `limit` at most.
async fn all(by: &Visitor, path: &str, field: &str, limit: usize) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    let sign = if path.contains('?') { '&' } else { '?' };
    loop {
        let page = by.get(&format!("{path}{sign}limit={limit}{cursor}")).await.expect(200);
        let items = page.json["items"].as_array().expect("items").clone();
        assert!(items.len() <= limit, "{}", page.text);
        found.extend(items.iter().map(|item| item[field].as_str().expect("a text").to_owned()));
        match page.json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

/// A partner's administrator, signed in, and the partner.
async fn partner(portal: &Portal) -> (Visitor, String) {
    let partner = json!({ "account_type": "partner", "organization": { "number": "P-1", "name": "Pat & Co" },
        "roles": ["partner_administrator"] });
    let (contact, visitor) = portal.member("pat@example.com", partner).await;
    (visitor, portal.contact(&contact).await.at("/organization"))
}

/// O1
#[tokio::test]
async fn staff_find_organizations_by_the_beginning_of_a_name_or_number_in_any_case() {
    let portal = Portal::start().await;
    let by = &portal.administrator;
    for (number, name) in [("C-10", "Müller & Söhne"), ("C-11", "muller tools"), ("M-7", "Acme"), ("X-1", "Śląsk")]
    {
        let _ = organization(by, "customer", number, name).await.expect(201);
    }
    for (asked, expected) in [
        ("MULL", vec!["C-10", "C-11"]),
        ("m%C3%BCll", vec!["C-10", "C-11"]),
        ("m", vec!["C-10", "C-11", "M-7"]),
        ("c-1", vec!["C-10", "C-11"]),
        ("sla", vec!["X-1"]),
        ("%C5%9B", vec!["X-1"]),
        ("tools", vec![]),
    ] {
        let mut found = all(by, &format!("/v1/organizations?q={asked}"), "number", 50).await;
        found.sort();
        assert_eq!(found, expected, "{asked}");
    }
}

/// O1
#[tokio::test]
async fn staff_find_contacts_by_the_beginning_of_either_name_or_the_email_each_once() {
    let portal = Portal::start().await;
    let by = &portal.administrator;
    let at = organization(by, "customer", "C-1", "Acme").await.expect(201).at("/id");
    for (first, last, email) in [
        ("Ada", "Byron", "ada@example.com"),
        ("Adam", "Adams", "adam@example.com"),
        ("Bea", "Adler", "bea@example.com"),
        ("Cleo", "Byrd", "Adele@Example.com"),
    ] {
        let _ = contact(by, &at, first, last, email).await.expect(201);
    }
    for limit in [1, 2, 50] {
        let mut found = all(by, "/v1/contacts?q=AD", "first_name", limit).await;
        found.retain(|name| name != "Administrator");
        found.sort();
        assert_eq!(found, ["Ada", "Adam", "Bea", "Cleo"], "in pages of {limit}");
    }
    assert_eq!(all(by, "/v1/contacts?q=ada%20by", "last_name", 50).await, ["Byron"]);
    assert_eq!(all(by, "/v1/contacts?q=adele%40ex", "last_name", 50).await, ["Byrd"]);
    assert_eq!(all(by, &format!("/v1/contacts?organization={at}&q=byr"), "last_name", 50).await.len(), 2);
}

/// O1
#[tokio::test]
async fn lists_are_paged_in_the_order_of_names_and_miss_nothing() {
    let portal = Portal::start().await;
    let by = &portal.administrator;
    let at = organization(by, "customer", "C-1", "Acme").await.expect(201).at("/id");
    let names = ["Zoe", "adam", "Émile", "Bob", "42", "bea", "Ödön", "中村", "Carl"];
    for (number, name) in names.iter().enumerate() {
        let _ = contact(by, &at, "x", name, &format!("x{number}@example.com")).await.expect(201);
    }
    let ordered = ["42", "adam", "bea", "Bob", "Carl", "Émile", "Ödön", "Zoe", "中村"];
    for path in [format!("/v1/contacts?organization={at}"), "/v1/contacts".to_owned()] {
        for limit in [1, 4, 200] {
            let mut found = all(by, &path, "last_name", limit).await;
            found.retain(|name| name != "One");
            assert_eq!(found, ordered, "{path} in pages of {limit}");
        }
    }
}

/// IN-14, `api.md`
#[tokio::test]
async fn a_cursor_goes_with_the_list_and_the_person_it_was_given_to_alone() {
    let portal = Portal::start().await;
    let by = &portal.administrator;
    let at = organization(by, "customer", "C-1", "Acme").await.expect(201).at("/id");
    for number in 0..3 {
        let _ = contact(by, &at, "x", "y", &format!("x{number}@example.com")).await.expect(201);
    }
    let cursor = by.get("/v1/contacts?limit=1").await.expect(200).at("/next_cursor");
    let _ = by.get(&format!("/v1/contacts?limit=1&cursor={cursor}")).await.expect(200);
    let mut changed = cursor.clone().into_bytes();
    changed[50] = if changed[50] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).expect("text");
    let internal = by.get("/v1/session").await.at("/organization");
    let staff = json!({ "account_type": "staff", "organization": internal, "roles": ["support"] });
    let (_, other) = portal.member("sue@example.com", staff).await;
    for (who, path) in [
        (by, format!("/v1/contacts?cursor={changed}")),
        (by, format!("/v1/contacts?q=x&cursor={cursor}")),
        (by, format!("/v1/organizations?cursor={cursor}")),
        (by, format!("/v1/contacts?organization={at}&cursor={cursor}")),
        (by, "/v1/contacts?cursor=x".to_owned()),
        (&other, format!("/v1/contacts?cursor={cursor}")),
    ] {
        let _ = who.get(&path).await.refused(400, "invalid_cursor");
    }
}

/// `api.md`: bad input gets a clear 400.
#[tokio::test]
async fn a_query_that_is_wrong_is_refused() {
    let portal = Portal::start().await;
    for query in ["limit=0", "limit=201", "limit=x", "kind=friend", "partner=org_1", "x=1"] {
        let _ = portal.administrator.get(&format!("/v1/organizations?{query}")).await.refused(400, "invalid");
    }
    let _ = portal.administrator.get("/v1/contacts?q=a&q=b").await.refused(400, "malformed");
}

/// O1, A7
#[tokio::test]
async fn delegated_administrators_list_their_own_people_and_a_partners_their_customers() {
    let portal = Portal::start().await;
    let (pat, own) = partner(&portal).await;
    let mine = organization(&pat, "customer", "C-1", "Mine").await.expect(201);
    assert_eq!(mine.at("/partner"), own);
    let theirs = organization(&portal.administrator, "customer", "C-2", "Theirs").await.expect(201).at("/id");
    let _ = contact(&pat, &mine.at("/id"), "Ada", "Byron", ADA).await.expect(201);
    let _ = contact(&portal.administrator, &theirs, "Bea", "Byron", "bea@example.com").await.expect(201);
    assert_eq!(all(&pat, "/v1/organizations", "number", 50).await, ["C-1"]);
    assert_eq!(all(&pat, "/v1/organizations?q=the", "number", 50).await, [""; 0]);
    assert_eq!(all(&pat, "/v1/contacts", "email", 50).await, ["pat@example.com"]);
    assert_eq!(all(&pat, "/v1/contacts?q=z", "email", 50).await, [""; 0]);
    assert_eq!(all(&pat, &format!("/v1/contacts?organization={}", mine.at("/id")), "email", 50).await, [ADA]);
    for path in [
        format!("/v1/contacts?organization={theirs}"),
        format!("/v1/organizations?partner={theirs}"),
        format!("/v1/organizations/{theirs}"),
    ] {
        let _ = pat.get(&path).await.refused(404, "not_found");
    }
    let _ = contact(&pat, &theirs, "Eve", "Evil", "eve@example.com").await.refused(404, "not_found");
}

/// O2
#[tokio::test]
async fn a_contact_can_be_there_without_access_and_is_given_a_login_later() {
    let portal = Portal::start().await;
    let by = &portal.administrator;
    let at = organization(by, "customer", "C-1", "Acme").await.expect(201).at("/id");
    let made = contact(by, &at, "Ada", "Byron", ADA).await.expect(201);
    assert_eq!((made.json["access"].clone(), made.json["link"].clone()), (Value::Null, Value::Null));
    assert!(made.json["actions"].as_array().expect("actions").contains(&json!("grant_access")));
    assert!(portal.mails_to(ADA).is_empty());
    let path = format!("/v1/contacts/{}/access", made.at("/id"));
    let given = by.put(&path, &json!({ "roles": ["customer_center"] })).await.expect(200);
    assert_eq!((given.at("/access/state"), given.at("/access/login_email")), ("invited".into(), ADA.into()));
    let _ = portal.visitor().redeem(&portal.link_token(ADA).await, PASSWORD).await.expect(204);
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
}

/// O4
#[tokio::test]
async fn editing_a_contacts_email_does_not_move_the_login() {
    let portal = Portal::start().await;
    let (id, _) = portal.member(ADA, json!({})).await;
    let before = portal.contact(&id).await;
    let version = before.json["version"].as_u64().expect("a version");
    let edit = json!({ "email": "ada.byron@example.com" });
    let edited = portal.administrator.patch(&format!("/v1/contacts/{id}"), version, &edit).await.expect(200);
    assert_eq!((edited.at("/email"), edited.at("/access/login_email")), ("ada.byron@example.com".into(), ADA.into()));
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
}

/// O6
#[tokio::test]
async fn a_contacts_details_are_edited_and_taken_away() {
    let portal = Portal::start().await;
    let id = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let path = format!("/v1/contacts/{id}");
    let details = json!({ "title": "Countess", "language": "en-GB", "time_zone": "Europe/London",
        "business_phone": "+44 20 7946 0958", "mobile_phone": "+44 7700 900123", "notifications": false });
    let edited = portal.administrator.patch(&path, 1, &details).await.expect(200);
    for (name, value) in details.as_object().expect("fields") {
        assert_eq!(&edited.json[name], value, "{name}");
    }
    let cleared = portal.administrator.patch(&path, 2, &json!({ "title": null })).await.expect(200);
    assert_eq!((cleared.json["title"].clone(), cleared.at("/language")), (Value::Null, "en-GB".into()));
    let wrong = json!({ "language": "English", "time_zone": "here", "mobile_phone": "no", "first_name": null, "x": 1 });
    let refused = portal.administrator.patch(&path, 3, &wrong).await.refused(400, "invalid");
    assert_eq!(refused.json["errors"].as_array().map(Vec::len), Some(5), "{}", refused.text);
}

/// O9
#[tokio::test]
async fn an_edit_carries_the_version_that_was_read() {
    let portal = Portal::start().await;
    let id = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let at = portal.contact(&id).await.at("/organization");
    for path in [format!("/v1/contacts/{id}"), format!("/v1/organizations/{at}")] {
        let field = if path.contains("contacts") { "first_name" } else { "name" };
        let edit = json!({ field: "Another" });
        let without = portal.administrator.request(Method::PATCH, &path).json(&edit);
        let _ = Answer::of(without).await.refused(428, "version_required");
        let edited = portal.administrator.patch(&path, 1, &edit).await.expect(200);
        assert_eq!(edited.header("etag"), "\"2\"");
        let _ = portal.administrator.patch(&path, 1, &json!({ field: "A third" })).await.refused(412, "stale");
        let same = portal.administrator.patch(&path, 2, &edit).await.expect(200);
        assert_eq!(same.header("etag"), "\"2\"", "what is so already is no edit");
    }
}

/// O7, L5
#[tokio::test]
async fn an_inactive_contact_is_out_at_the_next_request_and_comes_back_as_it_was() {
    let portal = Portal::start().await;
    let (id, ada) = portal.member(ADA, json!({})).await;
    let _ = portal.administrator.act(&format!("/v1/contacts/{id}/reset")).await.expect(202);
    let token = portal.link_token(ADA).await;
    let before = portal.contact(&id).await.json["access"].clone();
    let inactive = portal.administrator.act(&format!("/v1/contacts/{id}/inactivate")).await.expect(200);
    assert_eq!((inactive.json["active"].clone(), inactive.at("/access/state")), (json!(false), "active".into()));
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
    let _ = portal.administrator.act(&format!("/v1/contacts/{id}/inactivate")).await.refused(409, "already_inactive");

    let back = portal.administrator.act(&format!("/v1/contacts/{id}/reactivate")).await.expect(200);
    assert_eq!(back.json["access"], before);
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = portal.visitor().redeem(&token, "quite another long phrase").await.refused(410, "link_void");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
}

/// O7, L5
#[tokio::test]
async fn an_inactive_organizations_people_are_out_at_the_next_request_and_come_back_as_they_were() {
    let portal = Portal::start().await;
    let (id, ada) = portal.member(ADA, json!({})).await;
    let _ = portal.administrator.act(&format!("/v1/contacts/{id}/reset")).await.expect(202);
    let token = portal.link_token(ADA).await;
    let at = portal.contact(&id).await.at("/organization");
    let inactive = portal.administrator.act(&format!("/v1/organizations/{at}/inactivate")).await.expect(200);
    assert_eq!(
        (inactive.json["active"].clone(), inactive.json["actions"].clone()),
        (json!(false), json!(["edit", "reactivate"]))
    );
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
    let _ = portal.visitor().redeem(&token, "quite another long phrase").await.refused(410, "link_void");

    let _ = portal.administrator.act(&format!("/v1/organizations/{at}/reactivate")).await.expect(200);
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = portal.visitor().redeem(&token, "quite another long phrase").await.refused(410, "link_void");
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let _ = ada.get("/v1/session").await.expect(200);
}

/// O7, A7
#[tokio::test]
async fn nobody_makes_themselves_their_organization_or_the_last_administrator_inactive() {
    let portal = Portal::start().await;
    let own = portal.administrator.get("/v1/session").await;
    let (id, at) = (own.at("/access/contact"), own.at("/organization"));
    let _ = portal.administrator.act(&format!("/v1/contacts/{id}/inactivate")).await.refused(403, "own_contact");
    let _ =
        portal.administrator.act(&format!("/v1/organizations/{at}/inactivate")).await.refused(403, "own_organization");
    let (head, _) = portal.member(ADA, json!({ "roles": ["customer_administrator"] })).await;
    assert!(!portal.contact(&head).await.json["actions"].as_array().expect("actions").contains(&json!("inactivate")));
    let _ =
        portal.administrator.act(&format!("/v1/contacts/{head}/inactivate")).await.refused(409, "last_administrator");
}

/// O1
#[tokio::test]
async fn an_organizations_number_is_its_own_within_its_kind_and_moves_with_an_edit() {
    let portal = Portal::start().await;
    let by = &portal.administrator;
    let one = organization(by, "customer", "C-1", "One").await.expect(201);
    assert_eq!(one.header("location"), format!("/v1/organizations/{}", one.at("/id")));
    let _ = organization(by, "customer", "c-1", "Two").await.refused(409, "number_taken");
    let _ = organization(by, "partner", "C-1", "Two").await.expect(201);
    let two = organization(by, "customer", "C-2", "Two").await.expect(201).at("/id");
    let _ = by
        .patch(&format!("/v1/organizations/{two}"), 1, &json!({ "number": "C-1" }))
        .await
        .refused(409, "number_taken");
    let _ = by.patch(&format!("/v1/organizations/{}", one.at("/id")), 1, &json!({ "number": "C-3" })).await.expect(200);
    let _ = by.patch(&format!("/v1/organizations/{two}"), 1, &json!({ "number": "C-1" })).await.expect(200);
    let _ = organization(by, "internal", "I-2", "Us again").await.refused(409, "one_internal_organization");
}

/// O1, A7
#[tokio::test]
async fn a_customer_belongs_to_a_partner_that_is_there() {
    let portal = Portal::start().await;
    let (pat, partner) = partner(&portal).await;
    let by = &portal.administrator;
    let customer = organization(by, "customer", "C-1", "One").await.expect(201).at("/id");
    let path = format!("/v1/organizations/{customer}");
    let _ = pat.get(&path).await.refused(404, "not_found");
    for wrong in [customer.as_str(), "org_01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
        let refused = by.patch(&path, 1, &json!({ "partner": wrong })).await.refused(400, "invalid");
        assert_eq!(refused.at("/errors/0/code"), "unknown_partner");
    }
    let _ = by.patch(&path, 1, &json!({ "partner": partner })).await.expect(200);
    let _ = pat.get(&path).await.expect(200);
    let _ = by.patch(&path, 2, &json!({ "partner": null })).await.expect(200);
    let _ = pat.get(&path).await.refused(404, "not_found");
}

/// A2
#[tokio::test]
async fn who_may_only_read_the_directory_changes_nothing_in_it() {
    let portal = Portal::start().await;
    let internal = portal.administrator.get("/v1/session").await.at("/organization");
    let staff = json!({ "account_type": "staff", "organization": internal, "roles": ["support"] });
    let (_, sue) = portal.member("sue@example.com", staff).await;
    let (id, ada) = portal.member(ADA, json!({})).await;
    let at = portal.contact(&id).await.at("/organization");
    let before = portal.everything().await;
    for by in [&sue, &ada] {
        let _ = organization(by, "customer", "C-9", "Nine").await.refused(403, "forbidden");
        let _ = contact(by, &at, "x", "y", "x@example.com").await.refused(403, "forbidden");
        let _ =
            by.patch(&format!("/v1/contacts/{id}"), 1, &json!({ "first_name": "X" })).await.refused(403, "forbidden");
        let _ =
            by.patch(&format!("/v1/organizations/{at}"), 1, &json!({ "name": "X" })).await.refused(403, "forbidden");
        let _ = by.act(&format!("/v1/contacts/{id}/inactivate")).await.refused(403, "forbidden");
        let _ = by.act(&format!("/v1/organizations/{at}/inactivate")).await.refused(403, "forbidden");
    }
    assert_eq!(portal.everything().await, before);
    let _ = ada.get("/v1/contacts").await.refused(403, "forbidden");
    let _ = sue.get("/v1/contacts").await.expect(200);
    let _ = ada.get(&format!("/v1/organizations/{at}")).await.expect(200);
}

/// U10, A7: what a key stands for is answered within the scope of whoever asks again.
#[tokio::test]
async fn a_request_made_again_is_answered_only_with_what_is_in_scope_still() {
    let portal = Portal::start().await;
    let staff = &portal.administrator;
    let partner = json!({ "kind": "partner", "number": "P-1", "name": "Part" });
    let partner = staff.post("/v1/organizations", &partner).await.expect(201).at("/id");
    let role = json!({ "account_type": "partner", "organization": partner, "roles": ["partner_administrator"] });
    let (_, head) = portal.member("head@example.com", role).await;
    let again = async |path: &str, body: &Value| {
        let request = head.request(Method::POST, path).header("idempotency-key", "one").json(body);
        Answer::of(request).await
    };
    let customer = json!({ "kind": "customer", "number": "C-7", "name": "Seven" });
    let made = again("/v1/organizations", &customer).await.expect(201);
    assert_eq!(again("/v1/organizations", &customer).await.expect(201).text, made.text);
    let contact =
        json!({ "organization": made.at("/id"), "first_name": "Ada", "last_name": "Byron", "email": "a@example.com" });
    let contact_made = again("/v1/contacts", &contact).await.expect(201);
    assert_eq!(again("/v1/contacts", &contact).await.expect(201).at("/id"), contact_made.at("/id"));
    let other = json!({ "kind": "customer", "number": "C-8", "name": "Eight" });
    let _ = again("/v1/organizations", &other).await.refused(422, "idempotency_key_reused");
    let path = format!("/v1/organizations/{}", made.at("/id"));
    let _ = staff.patch(&path, 1, &json!({ "partner": null })).await.expect(200);
    let _ = again("/v1/organizations", &customer).await.refused(404, "not_found");
    let _ = again("/v1/contacts", &contact).await.refused(404, "not_found");
}

/// U10
#[tokio::test]
async fn sites_and_roles_are_made_once_however_often_they_are_asked_for_with_one_key() {
    let portal = Portal::start().await;
    let site = json!({ "name": "Shop", "base_url": "https://shop.example.com", "sender": "shop@example.com" });
    let role = json!({ "name": "payer", "account_types": ["customer"], "permissions": [] });
    for (path, body) in [("/v1/sites", site), ("/v1/roles", role)] {
        let ask = async || {
            let request = portal.administrator.request(Method::POST, path).header("idempotency-key", "one");
            Answer::of(request.json(&body)).await.expect(201)
        };
        assert_eq!(ask().await.at("/id"), ask().await.at("/id"), "{path}");
    }
}
