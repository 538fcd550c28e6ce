//! Two organizations, twins: everything that the one's administrator does, tried by the other's on the one's objects, is
//! answered as for ids that name nothing, after the same calls to the table, and changes nothing (AZ-02, AZ-04, AZ-06).

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};
use tests::contract::{self, Route};
use tests::wire::Call as TableCall;
use tests::{Answer, PASSWORD, Portal, Visitor};

const NOBODYS: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

/// What one twin has that the other tries to reach.
#[derive(Debug, Clone)]
struct Objects {
    organization: String,
    contact: String,
    session: String,
}

impl Objects {
    fn unknown() -> Self {
        Self {
            organization: format!("org_{NOBODYS}"),
            contact: format!("con_{NOBODYS}"),
            session: format!("ses_{NOBODYS}"),
        }
    }
}

/// A call on objects.
#[derive(Debug, Clone)]
struct Call {
    route: Route,
    path: String,
    body: Option<Value>,
}

fn call(method: &str, route: &str, path: &str, body: Option<Value>) -> Call {
    Call { route: Route { method: method.to_owned(), path: route.to_owned() }, path: path.to_owned(), body }
}

/// Every call that names an organization, a contact or a session, wherever it names it. `own` is whose scope it is tried in.
fn calls(on: &Objects, own: &Objects) -> Vec<Call> {
    let Objects { organization, contact, session } = on;
    let password = json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
    let person =
        json!({ "organization": organization, "first_name": "Ada", "last_name": "Byron", "email": "a@example.com" });
    let mut user = person.clone();
    user["account_type"] = json!("customer");
    let at = |rest: &str| format!("/v1/contacts/{contact}{rest}");
    let one = |method: &str, rest: &str, body: Option<Value>| {
        let route = format!("/v1/contacts/{{contact}}{}", rest.replace(session.as_str(), "{session}"));
        call(method, route.split('?').next().unwrap_or_default(), &at(rest), body)
    };
    let of = |method: &str, rest: &str, body: Option<Value>| {
        call(
            method,
            &format!("/v1/organizations/{{organization}}{rest}"),
            &format!("/v1/organizations/{organization}{rest}"),
            body,
        )
    };
    let several = |contact: &str| json!({ "roles": ["customer_center"], "contacts": [{ "contact": contact }] });
    let mut together = several(contact);
    together["all_or_nothing"] = json!(true);
    let own_path = format!("/v1/organizations/{}/access", own.organization);
    vec![
        one("GET", "", None),
        one("PATCH", "", Some(json!({ "title": "Buyer" }))),
        one("PUT", "/access", Some(json!({ "roles": ["customer_center"] }))),
        one("DELETE", "/access", None),
        one("DELETE", "/access?everywhere=true", None),
        one("PUT", "/password", Some(password)),
        one("PATCH", "/login", Some(json!({ "user_id": "other.name" }))),
        one("POST", "/reset", None),
        one("POST", "/disable-login", None),
        one("POST", "/enable-login", None),
        one("POST", "/unlock", None),
        one("POST", "/require-password-change", None),
        one("POST", "/inactivate", None),
        one("POST", "/reactivate", None),
        one("POST", "/preview", None),
        one("GET", "/sessions", None),
        one("GET", "/mails", None),
        one("DELETE", "/suppression", None),
        one("DELETE", "/sessions", None),
        one("DELETE", &format!("/sessions/{session}"), None),
        call(
            "DELETE",
            "/v1/contacts/{contact}/sessions/{session}",
            &format!("/v1/contacts/{}/sessions/{session}", own.contact),
            None,
        ),
        call("DELETE", "/v1/sessions/{session}", &format!("/v1/sessions/{session}"), None),
        call("POST", "/v1/session/switch", "/v1/session/switch", Some(json!({ "contact": contact }))),
        of("GET", "", None),
        of("PATCH", "", Some(json!({ "name": "Other" }))),
        of("POST", "/inactivate", None),
        of("POST", "/reactivate", None),
        of("POST", "/access", Some(several(&own.contact))),
        call("POST", "/v1/organizations/{organization}/access", &own_path, Some(several(contact))),
        call("POST", "/v1/organizations/{organization}/access", &own_path, Some(together)),
        call("POST", "/v1/contacts", "/v1/contacts", Some(person)),
        call("POST", "/v1/users", "/v1/users", Some(user)),
        call("GET", "/v1/contacts", &format!("/v1/contacts?organization={organization}"), None),
        call("GET", "/v1/organizations", &format!("/v1/organizations?partner={organization}"), None),
        call("GET", "/v1/audit", &format!("/v1/audit?organization={organization}"), None),
        call("GET", "/v1/audit", &format!("/v1/audit?contact={contact}"), None),
    ]
}

/// Makes a call; gives its answer without what differs by the ids that were asked for and by the request, and the calls to
/// the table that it made.
async fn tried(portal: &Portal, by: &Visitor, call: &Call, on: &Objects) -> (u16, String, Vec<TableCall>) {
    portal.table.take_calls();
    let method: Method = call.route.method.parse().expect("a method");
    let request = by.request(method, &call.path).header("if-match", "*");
    let answer = Answer::of(match &call.body {
        Some(body) => request.json(body),
        None => request,
    })
    .await;
    let id = answer.json["request_id"].as_str().unwrap_or("none").to_owned();
    let text = answer.text.replace(&on.contact, "…").replace(&on.organization, "…");
    let request = answer.json["results"][0]["problem"]["request_id"].as_str().unwrap_or("none").to_owned();
    (answer.status.as_u16(), text.replace(&id, "…").replace(&request, "…"), portal.table.take_calls())
}

/// One of the twins: its administrator, and what they look after.
async fn twin(portal: &Portal, number: &str) -> (Visitor, Objects) {
    let organization = json!({ "number": number, "name": "Twin" });
    let body = json!({ "organization": organization, "roles": ["customer_administrator"] });
    let (_, head) = portal.member(&format!("head.{number}@example.com"), body).await;
    let (contact, member) =
        portal.member(&format!("one.{number}@example.com"), json!({ "organization": organization })).await;
    let session = member.get("/v1/session").await.expect(200);
    (head, Objects { organization: session.at("/organization"), contact, session: session.at("/id") })
}

/// AZ-02, AZ-04, AZ-06, A7
#[tokio::test]
async fn what_is_the_twins_is_answered_as_what_does_not_exist_after_the_same_calls_to_the_table() {
    let portal = Portal::start().await;
    let (_, theirs) = twin(&portal, "T-1").await;
    let (head, own) = twin(&portal, "T-2").await;
    let before = portal.everything().await;
    let unknown = Objects::unknown();
    for (foreign, nothing) in calls(&theirs, &own).into_iter().zip(calls(&unknown, &own)) {
        let (status, text, calls) = tried(&portal, &head, &foreign, &theirs).await;
        let (other_status, other_text, other_calls) = tried(&portal, &head, &nothing, &unknown).await;
        let what = format!("{} {}", foreign.route.method, foreign.path);
        let is_refused = matches!(status, 403 | 404) || text.contains("\"status\":404") || status == 204;
        assert!(is_refused, "{what} answers {status}: {text}");
        assert_eq!((status, text), (other_status, other_text), "{what}");
        let of = |calls: &[TableCall]| calls.iter().map(|call| call.operation.clone()).collect::<Vec<_>>();
        assert_eq!(of(&calls), of(&other_calls), "{what}");
    }
    assert_eq!(portal.everything().await, before, "nothing of either twin has changed");
}

/// AZ-02: each call that names an object is among those that are tried.
#[test]
fn every_call_that_names_a_contact_an_organization_or_a_session_is_tried() {
    let names = |route: &Route| ["{contact}", "{organization}", "{session}"].iter().any(|it| route.path.contains(it));
    let all: BTreeSet<Route> =
        contract::deployed().into_iter().filter(|route| route.is_api() && names(route)).collect();
    let tried = calls(&Objects::unknown(), &Objects::unknown());
    let tried: BTreeSet<Route> = tried.into_iter().map(|call| call.route).filter(names).collect();
    assert_eq!(tried, all);
}

/// AZ-02, AZ-04: what is refused to the twin, the organization's own administrator does.
#[tokio::test]
async fn what_is_refused_to_the_twin_is_done_by_the_organizations_own_administrator() {
    let portal = Portal::start().await;
    let (head, own) = twin(&portal, "T-1").await;
    let done = |status: u16, text: &str| {
        // What is staff's alone, and what the state forbids.
        (200..300).contains(&status) || [403, 409].contains(&status) || text.contains("access_unusable")
    };
    // Nobody goes to another's access, or ends another's session as one's own.
    let is_anothers =
        |call: &&Call| !["/v1/session/switch", "/v1/sessions/{session}"].contains(&call.route.path.as_str());
    for call in calls(&own, &own).iter().filter(is_anothers) {
        let (status, text, _) = tried(&portal, &head, call, &own).await;
        let over = call.route.path.ends_with("{session}") && status == 404;
        let lists_partners = call.path.contains("?partner=");
        assert!(
            done(status, &text) || over || lists_partners,
            "{} {} answers {status}: {text}",
            call.route.method,
            call.path
        );
    }
}
