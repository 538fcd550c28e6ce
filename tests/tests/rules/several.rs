//! Access for several contacts of an organization in one call (requirement A4).

use serde_json::{Value, json};
use shared::domain::audit::Action;
use tests::{Answer, Dump, PASSWORD, Portal, Visitor};

/// An organization with so many contacts, none with access. Gives its id and theirs.
async fn organization(portal: &Portal, contacts: usize) -> (String, Vec<String>) {
    let body = json!({ "kind": "customer", "number": "C-9", "name": "Nine" });
    let id = portal.administrator.post("/v1/organizations", &body).await.expect(201).at("/id");
    let mut ids = Vec::new();
    for number in 0..contacts {
        ids.push(contact(portal, &id, &email(number)).await);
    }
    (id, ids)
}

fn email(number: usize) -> String {
    format!("person{number}@example.com")
}

async fn contact(portal: &Portal, organization: &str, email: &str) -> String {
    let body = json!({ "organization": organization, "first_name": "Ada", "last_name": "Byron", "email": email });
    portal.administrator.post("/v1/contacts", &body).await.expect(201).at("/id")
}

async fn grant(by: &Visitor, organization: &str, body: &Value) -> Answer {
    by.post(&format!("/v1/organizations/{organization}/access"), body).await
}

fn statuses(answer: &Answer) -> Vec<u64> {
    let results = answer.json["results"].as_array().expect("results");
    results.iter().map(|result| result["status"].as_u64().expect("a status")).collect()
}

fn each(ids: &[String]) -> Vec<Value> {
    ids.iter().map(|id| json!({ "contact": id })).collect()
}

/// A4
#[tokio::test]
async fn several_contacts_get_access_each_with_a_link_or_password_and_notice_of_their_own() {
    let portal = Portal::start().await;
    let (organization, ids) = self::organization(&portal, 3).await;
    let password = json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
    let body = json!({ "roles": ["customer_center"], "contacts": [
        { "contact": ids[0] },
        { "contact": ids[1], "credential": password, "notify": false, "roles": ["customer_administrator"] },
        { "contact": ids[2], "credential": password },
    ] });
    let answer = grant(&portal.administrator, &organization, &body).await.expect(200);
    assert_eq!(statuses(&answer), [200, 200, 200]);
    let at = |pointer: &str| answer.at(&format!("/results/{pointer}"));
    assert_eq!((at("0/granted/access/state"), at("0/granted/link/mail")), ("invited".into(), "sent".into()));
    assert_eq!(
        (at("1/granted/access/state"), at("1/granted/access/roles/0")),
        ("active".into(), "customer_administrator".into())
    );
    assert_eq!([0, 1, 2].map(|number| portal.mails_to(&email(number)).len()), [1, 0, 1]);
    let _ = portal.visitor().sign_in(&email(1), PASSWORD).await.expect(201);
    assert!(!answer.text.contains(PASSWORD));
}

/// A4, A1
#[tokio::test]
async fn one_that_is_refused_keeps_no_other_back_and_asking_again_changes_nothing() {
    let portal = Portal::start().await;
    let (organization, ids) = self::organization(&portal, 2).await;
    let _ = portal.member("taken@example.com", json!({})).await;
    let taken = contact(&portal, &organization, "taken@example.com").await;
    let (elsewhere, _) = portal.member("elsewhere@example.com", json!({})).await;
    let all = [&ids[..1], &[taken, elsewhere, "con_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned()], &ids[1..]].concat();
    let body = json!({ "roles": ["customer_center"], "contacts": each(&all) });
    let answer = grant(&portal.administrator, &organization, &body).await.expect(200);
    assert_eq!(statuses(&answer), [200, 409, 404, 404, 200]);
    assert_eq!(answer.at("/results/1/problem/code"), "email_taken");
    assert_eq!(answer.json["results"][1]["problem"]["holder"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer.json["results"][2]["problem"]["detail"], answer.json["results"][3]["problem"]["detail"]);
    let (before, mails) = (portal.everything().await, portal.inbox.mails().len());
    let again = grant(&portal.administrator, &organization, &body).await.expect(200);
    assert_eq!(statuses(&again), statuses(&answer));
    assert_eq!((portal.everything().await, portal.inbox.mails().len()), (before, mails));
}

/// A4
#[tokio::test]
async fn a_hundred_contacts_go_through_in_one_call_and_not_one_more() {
    let portal = Portal::start().await;
    let (organization, ids) = self::organization(&portal, 100).await;
    let body = json!({ "roles": ["customer_center"], "contacts": each(&ids) });
    let answer = grant(&portal.administrator, &organization, &body).await.expect(200);
    assert_eq!(statuses(&answer), [200; 100]);
    assert_eq!(portal.inbox.mails().len(), 101);
    let more = [&ids[..], &["con_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned()]].concat();
    let body = json!({ "roles": ["customer_center"], "contacts": each(&more) });
    let refused = grant(&portal.administrator, &organization, &body).await.refused(400, "invalid");
    assert_eq!(refused.at("/errors/0/field"), "contacts");
}

/// A4
#[tokio::test]
async fn all_or_nothing_grants_all_in_one_transaction_or_tells_whose_refusal_kept_all_back() {
    let portal = Portal::start().await;
    let (organization, ids) = self::organization(&portal, 8).await;
    let _ = portal.member("taken@example.com", json!({})).await;
    let taken = contact(&portal, &organization, "taken@example.com").await;
    let whole = |contacts: &[String]| json!({ "all_or_nothing": true, "roles": ["customer_center"], "contacts": each(contacts) });
    let before = portal.everything().await;
    let kept = [&ids[..4], std::slice::from_ref(&taken)].concat();
    let refused = grant(&portal.administrator, &organization, &whole(&kept)).await.refused(409, "email_taken");
    assert_eq!(refused.at("/contact"), taken);
    let one_too_many = [&ids[..], &[taken]].concat();
    let _ = grant(&portal.administrator, &organization, &whole(&one_too_many)).await.refused(400, "invalid");
    assert_eq!(portal.everything().await, before);
    portal.table.take_calls();
    let granted = grant(&portal.administrator, &organization, &whole(&ids)).await.expect(200);
    assert_eq!(statuses(&granted), [200; 8]);
    assert!(ids.iter().enumerate().all(|(number, _)| portal.mails_to(&email(number)).len() == 1));
    let dump = Dump::of(portal.table.upstream()).await;
    dump.assert_sound(&portal.inbox.mails(), portal.app.clock.now());
    let told = ids.iter().map(|id| dump.told(id.parse().expect("an id"), Action::AccessGranted));
    assert_eq!(told.sum::<usize>(), 8);
}

/// A4, A7, U7
#[tokio::test]
async fn what_those_before_take_is_counted_for_those_after() {
    let portal = Portal::start().await;
    let (organization, ids) = self::organization(&portal, 3).await;
    let version =
        portal.administrator.get("/v1/settings").await.expect(200).json["version"].as_u64().expect("a number");
    let limit = json!({ "seats": { "customer": 2 } });
    let _ = portal.administrator.patch("/v1/settings", version, &limit).await.expect(200);
    let heads = |contacts: &[String]| json!({ "all_or_nothing": true, "roles": ["customer_administrator"], "contacts": each(contacts) });
    let _ = grant(&portal.administrator, &organization, &heads(&ids)).await.refused(409, "no_seats_left");
    let _ = grant(&portal.administrator, &organization, &heads(&ids[..2])).await.expect(200);
    let dump = Dump::of(portal.table.upstream()).await;
    dump.assert_sound(&portal.inbox.mails(), portal.app.clock.now());
}

/// A4
#[tokio::test]
async fn two_of_them_with_one_email_are_not_granted_together() {
    let portal = Portal::start().await;
    let (organization, mut ids) = self::organization(&portal, 1).await;
    ids.push(contact(&portal, &organization, &email(0)).await);
    let body = json!({ "all_or_nothing": true, "roles": ["customer_center"], "contacts": each(&ids) });
    let before = portal.everything().await;
    let _ = grant(&portal.administrator, &organization, &body).await.refused(409, "email_taken");
    assert_eq!(portal.everything().await, before);
}

/// A4
#[tokio::test]
async fn every_fault_of_the_list_is_told_at_once_and_what_is_said_for_all_once() {
    let portal = Portal::start().await;
    let (organization, ids) = self::organization(&portal, 2).await;
    let body = json!({ "roles": ["nobody"], "site": 1, "contacts": [
        { "contact": ids[0] }, { "contact": ids[0], "more": true }, { "contact": "x", "roles": [] }, 5,
    ] });
    let refused = grant(&portal.administrator, &organization, &body).await.refused(400, "invalid");
    let told = refused.json["errors"].as_array().expect("errors").iter();
    let mut told: Vec<_> = told.map(|fault| (fault["field"].as_str(), fault["code"].as_str())).collect();
    told.sort_unstable();
    let wanted = [
        ("contacts.1.more", "unknown_field"),
        ("contacts.2.contact", "invalid"),
        ("contacts.2.roles", "required"),
        ("contacts.3", "wrong_type"),
        ("roles", "unknown_role"),
        ("site", "wrong_type"),
    ];
    assert_eq!(told, wanted.map(|(field, code)| (Some(field), Some(code))));
    let body = json!({ "roles": ["customer_center"], "contacts": [{ "contact": ids[0] }, { "contact": ids[0] }] });
    let twice = grant(&portal.administrator, &organization, &body).await.refused(400, "invalid");
    assert_eq!(twice.at("/errors/0/field"), "contacts.1.contact");
    for body in [json!({}), json!({ "contacts": [] }), json!({ "contacts": {}, "roles": ["customer_center"] })] {
        let _ = grant(&portal.administrator, &organization, &body).await.refused(400, "invalid");
    }
}

/// A4, A7, O8
#[tokio::test]
async fn a_delegated_administrator_grants_several_of_their_own_and_learns_of_nobody_known_elsewhere() {
    let portal = Portal::start().await;
    let (organization, ids) = self::organization(&portal, 2).await;
    let body = json!({ "roles": ["customer_administrator"], "organization": organization });
    let (_, head) = portal.member("head@example.com", body).await;
    let _ = portal.member(&email(0), json!({})).await;
    for together in [false, true] {
        let body = json!({ "all_or_nothing": together, "roles": ["customer_center"], "contacts": each(&ids) });
        let answer = grant(&head, &organization, &body).await.expect(200);
        assert_eq!(statuses(&answer), [200, 200]);
        let alike = |at: usize| {
            let granted = &answer.json["results"][at]["granted"];
            (granted["access"]["state"].clone(), granted["link"]["purpose"].clone(), granted["actions"].clone())
        };
        assert_eq!(alike(0), alike(1));
    }
    let above = json!({ "roles": ["administrator"], "contacts": each(&ids[..1]) });
    assert_eq!(statuses(&grant(&head, &organization, &above).await.expect(200)), [403]);
    let other = portal.contact(&portal.create("x@example.com", json!({})).await.at("/id")).await.at("/organization");
    let body = json!({ "roles": ["customer_center"], "contacts": each(&ids) });
    let foreign = grant(&head, &other, &body).await.refused(404, "not_found");
    let unknown = grant(&head, "org_01ARZ3NDEKTSV4RRFFQ69G5FAV", &body).await.refused(404, "not_found");
    assert_eq!(foreign.json["detail"], unknown.json["detail"]);
}
