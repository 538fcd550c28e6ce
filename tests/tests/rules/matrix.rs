//! Every call, tried by every role on what is its own, foreign and unknown, against the table of `docs/security.md`
//! (AZ-01, AZ-02, AZ-06).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use http::Method;
use serde_json::{Value, json};
use tests::contract::{self, Route};
use tests::images;
use tests::{Answer, PASSWORD, Portal, Visitor};

const ROLES: [(&str, &str); 8] = [
    ("staff", "administrator"),
    ("staff", "account_manager"),
    ("staff", "support"),
    ("customer", "customer_administrator"),
    ("partner", "partner_administrator"),
    ("customer", "customer_center"),
    ("partner", "partner"),
    ("vendor", "vendor"),
];
const NOBODYS: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

/// What a call is tried on: a contact that signed in, and where it is.
#[derive(Debug, Clone)]
struct Object {
    account_type: &'static str,
    organization: String,
    contact: String,
    session: String,
    role: String,
}

/// How a call answered: done or forbidden by the state alone, forbidden, or not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Allowed,
    Forbidden,
    NotFound,
}

impl Outcome {
    #[track_caller]
    fn of(answer: &Answer, what: &str) -> Self {
        match answer.status.as_u16() {
            403 => Self::Forbidden,
            404 => Self::NotFound,
            200..=299 | 409 | 412 => Self::Allowed,
            other => panic!("{what} answers {other}: {}", answer.text),
        }
    }
}

/// What the table says of a call by a role: on its own organization's, on another's, and on what is not there.
fn cell(outcomes: &[Outcome], what: &str) -> &'static str {
    use Outcome::{Allowed, Forbidden, NotFound};
    match outcomes {
        [Allowed] => "yes",
        [Forbidden] | [Forbidden, Forbidden, Forbidden] => "–",
        [Allowed, Allowed, NotFound] => "all",
        [Allowed, NotFound, NotFound] => "own",
        [Forbidden, Allowed, NotFound] => "customers",
        [Allowed, Forbidden, Forbidden] => "own record",
        _ => panic!("{what} answers {outcomes:?}"),
    }
}

/// An organization of this kind, with somebody at it who holds this role. Gives them, signed in, and the organization.
async fn member(portal: &Portal, kind: &str, organization: &Value, role: &str, email: &str) -> (Answer, Visitor) {
    let body = json!({ "account_type": kind, "organization": organization, "roles": [role] });
    let (id, visitor) = portal.member(email, body).await;
    (portal.contact(&id).await, visitor)
}

async fn object(portal: &Portal, kind: &'static str, organization: &Value, email: &str) -> Object {
    let role = match kind {
        "staff" => "support",
        "customer" => "customer_center",
        other => other,
    };
    let (contact, visitor) = member(portal, kind, organization, role, email).await;
    let session = visitor.get("/v1/session").await.expect(200).at("/id");
    let name = email.split('@').next().unwrap_or_default().replace(['-', '.'], "_");
    let body = json!({ "name": name, "account_types": ["customer"], "permissions": ["orders:read"] });
    let role = portal.administrator.post("/v1/roles", &body).await.expect(201).at("/id");
    Object { account_type: kind, organization: contact.at("/organization"), contact: contact.at("/id"), session, role }
}

/// What is nowhere.
fn unknown(account_type: &'static str) -> Object {
    let id = |prefix: &str| format!("{prefix}_{NOBODYS}");
    Object { account_type, organization: id("org"), contact: id("con"), session: id("ses"), role: id("rol") }
}

/// What a call takes; none where it takes no body.
fn body(route: &Route, on: &Object, number: usize) -> Option<Value> {
    let password = json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
    let standard = match on.account_type {
        "customer" => "customer_center",
        "staff" => "support",
        other => other,
    };
    let name = (format!("{} {}", route.method, route.path), format!("made{number}@example.com"));
    let (name, email) = (name.0.as_str(), name.1);
    let person = json!({ "organization": on.organization, "first_name": "Ada", "last_name": "Byron", "email": email });
    Some(match name {
        "POST /v1/users" => {
            let mut body = person;
            body["account_type"] = json!(on.account_type);
            body
        }
        "POST /v1/contacts" => person,
        "PATCH /v1/contacts/{contact}" => json!({ "title": "Buyer" }),
        "PATCH /v1/contacts/{contact}/login" => json!({ "user_id": format!("made.{number}") }),
        "PUT /v1/contacts/{contact}/access" => json!({ "roles": [standard] }),
        "PUT /v1/contacts/{contact}/password" => password,
        "POST /v1/organizations/{organization}/access" => {
            json!({ "roles": [standard], "contacts": [{ "contact": on.contact }] })
        }
        "POST /v1/organizations" => json!({ "kind": "customer", "number": format!("M-{number}"), "name": "Made" }),
        "PATCH /v1/organizations/{organization}" => json!({ "name": "Edited" }),
        "PATCH /v1/settings" => json!({ "invite_hours": 20 }),
        "POST /v1/sites" => {
            json!({ "name": "Shop", "base_url": format!("https://s{number}.example.com"), "sender": "shop@example.com" })
        }
        "PATCH /v1/sites/{site}" => json!({ "name": "Shop" }),
        "POST /v1/roles" => {
            json!({ "name": format!("made_{number}"), "account_types": ["customer"], "permissions": [] })
        }
        "PATCH /v1/roles/{role}" => json!({ "permissions": [] }),
        "PUT /v1/sites/{site}/templates/{mail}/{language}" => {
            let body = "{{ link }} {{ expires_at }}";
            json!({ "subject": "Hello", "text": body, "html": body })
        }
        "POST /v1/sites/{site}/templates/{mail}/{language}/preview" => json!({}),
        "POST /v1/attention/resend" => json!({ "contacts": [on.contact] }),
        "POST /v1/session/switch" => json!({ "contact": on.contact }),
        "POST /v1/session/email" => json!({ "email": email, "current_password": PASSWORD }),
        "PUT /v1/session/password" => {
            json!({ "current_password": PASSWORD, "password": PASSWORD, "confirm_password": PASSWORD })
        }
        _ => return None,
    })
}

/// The calls on one's own session and account are everybody's: what they may be tried on is one's own alone.
fn is_own(route: &Route) -> bool {
    route.path.starts_with("/v1/session")
}

/// Whether a call names a contact or an organization, in its path, its query or its body.
fn names_object(route: &Route) -> bool {
    ["{contact}", "{organization}"].iter().any(|part| route.path.contains(part))
        || ["/v1/contacts", "/v1/users", "/v1/audit"].contains(&route.path.as_str())
}

struct Actor {
    visitor: Visitor,
    own: Object,
    foreign: Object,
    /// At a customer of their own, where they are a partner's.
    customer: Option<Object>,
    site: String,
}

impl Actor {
    async fn call(&self, route: &Route, on: &Object, number: usize) -> Answer {
        let path = [
            ("{contact}", &on.contact),
            ("{organization}", &on.organization),
            ("{session}", &on.session),
            ("{role}", &on.role),
            ("{site}", &self.site),
            ("{mail}", &"reset".to_owned()),
            ("{language}", &"de".to_owned()),
        ]
        .into_iter()
        .fold(route.path.clone(), |path, (part, id)| path.replace(part, id));
        let query = match (route.method.as_str(), route.path.as_str()) {
            ("GET", "/v1/contacts" | "/v1/audit") => format!("?organization={}", on.organization),
            ("GET", "/v1/attention") => "?why=invitation_expired".to_owned(),
            _ => String::new(),
        };
        let method: Method = route.method.parse().expect("a method");
        let request = self.visitor.request(method, &format!("{path}{query}")).header("if-match", "*");
        if (route.method.as_str(), route.path.as_str()) == ("PUT", "/v1/sites/{site}/logo") {
            return Answer::of(request.header("content-type", "image/png").body(images::png())).await;
        }
        Answer::of(match body(route, on, number) {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    async fn cell(&self, route: &Route, role: &str, number: usize) -> &'static str {
        let what = format!("{} {} by {role}", route.method, route.path);
        if !names_object(route) {
            return cell(&[Outcome::of(&self.call(route, &self.own, number).await, &what)], &what);
        }
        let mut outcomes = Vec::new();
        for (at, on) in [&self.foreign, &unknown(self.foreign.account_type), &self.own].into_iter().enumerate() {
            outcomes.push(Outcome::of(&self.call(route, on, number + at).await, &what));
        }
        outcomes.rotate_right(1);
        // A partner's customers are to its users as their own organization: but for the record, anybody's own to read.
        if let Some(customer) = &self.customer {
            let theirs = Outcome::of(&self.call(route, customer, number + 3).await, &what);
            let is_own_record = outcomes == [Outcome::Allowed, Outcome::Forbidden, Outcome::Forbidden];
            assert_eq!(theirs, if is_own_record { Outcome::Forbidden } else { outcomes[0] }, "{what}, a customer's");
        }
        cell(&outcomes, &what)
    }
}

/// The calls that are not everybody's, those on sessions first: what comes after ends them.
fn calls() -> Vec<Route> {
    let document = contract::document();
    let is_signed = |route: &Route| {
        let operation = &document["paths"][&route.path][route.method.to_lowercase()];
        !operation["security"].is_null()
    };
    let mut calls: Vec<_> =
        contract::deployed().into_iter().filter(|route| route.is_api() && is_signed(route) && !is_own(route)).collect();
    let rank = |route: &Route| {
        let (last, many) =
            (route.path.ends_with("/access") && route.method == "DELETE", route.path.ends_with("/sessions"));
        (!route.path.contains("{session}"), many, route.path.contains("inactivate"), last, route.method == "DELETE")
    };
    calls.sort_by_key(|route| (rank(route), route.path.clone(), route.method.clone()));
    calls
}

/// Somebody at a customer of the partner whose number is the role's.
async fn customer_of(portal: &Portal, role: &str, slug: &str) -> Object {
    let partners = portal.administrator.get(&format!("/v1/organizations?kind=partner&q={role}")).await.expect(200);
    let is_theirs = |it: &&Value| it["number"] == role;
    let partner = partners.json["items"].as_array().expect("items").iter().find(is_theirs).expect("made")["id"].clone();
    let body =
        json!({ "kind": "customer", "number": format!("{role}-customer"), "name": "Theirs", "partner": partner });
    let customer = portal.administrator.post("/v1/organizations", &body).await.expect(201).json["id"].clone();
    object(portal, "customer", &customer, &format!("{slug}-customer@example.com")).await
}

async fn actor(portal: &Portal, kind: &'static str, role: &str) -> Actor {
    let slug = role.replace('_', "-");
    let here = match kind {
        "staff" => portal.administrator.get("/v1/session").await.expect(200).json["organization"].clone(),
        _ => json!({ "number": format!("{role}"), "name": "Own" }),
    };
    let (_, visitor) = member(portal, kind, &here, role, &format!("{slug}@example.com")).await;
    let foreign = json!({ "number": format!("{role}-foreign"), "name": "Foreign" });
    Actor {
        visitor,
        own: object(portal, kind, &here, &format!("{slug}-own@example.com")).await,
        // Staff's own are their colleagues; what is foreign to them are customers.
        foreign: object(portal, "customer", &foreign, &format!("{slug}-foreign@example.com")).await,
        customer: if kind == "partner" { Some(customer_of(portal, role, &slug).await) } else { None },
        site: portal.administrator.get("/v1/sites").await.expect(200).at("/items/1/id"),
    }
}

/// AZ-01, AZ-02, AZ-06, A2, A7
#[tokio::test(flavor = "multi_thread")]
async fn every_call_by_every_role_on_what_is_own_foreign_and_unknown_is_as_the_table_says() {
    let portal = Portal::start().await;
    let calls = calls();
    let mut columns = Vec::new();
    for (at, (kind, role)) in ROLES.into_iter().enumerate() {
        let actor = actor(&portal, kind, role).await;
        let mut column = Vec::new();
        for (number, route) in calls.iter().enumerate() {
            column.push(actor.cell(route, role, (at * calls.len() + number) * 4).await);
            let nobodys = Actor { visitor: portal.visitor(), ..clone(&actor) };
            let _ = nobodys.call(route, &actor.own, 0).await.refused(401, "unauthenticated");
        }
        columns.push(column);
    }
    let mut rows: Vec<String> = calls
        .iter()
        .enumerate()
        .map(|(at, route)| {
            let cells: Vec<_> = columns.iter().map(|column| column[at]).collect();
            format!("| `{} {}` | {} |", route.method, route.path, cells.join(" | "))
        })
        .collect();
    rows.sort_by_key(|row| {
        row.split('`').nth(1).map(|call| call.split(' ').rev().map(str::to_owned).collect::<Vec<_>>())
    });
    let names: Vec<_> = ROLES.iter().map(|(_, role)| *role).collect();
    let mut table = format!("| call | {} |\n|---{}|\n", names.join(" | "), "|---".repeat(names.len()));
    for row in rows {
        let _ = writeln!(table, "{row}");
    }
    hold(&table);
}

fn clone(actor: &Actor) -> Actor {
    Actor {
        visitor: actor.visitor.clone(),
        own: actor.own.clone(),
        foreign: actor.foreign.clone(),
        customer: actor.customer.clone(),
        site: actor.site.clone(),
    }
}

/// Holds the table against the one in `docs/security.md`; writes it there where `LATCHKEY_UPDATE` asks for it.
fn hold(table: &str) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/security.md");
    let kept = std::fs::read_to_string(file).expect("docs/security.md");
    if std::env::var_os("LATCHKEY_UPDATE").is_some_and(|update| update == "1") {
        let begins = kept.find("| call | administrator").expect("the table");
        let ends = begins + kept[begins..].find("\n\n").expect("its end") + 1;
        std::fs::write(file, format!("{}{table}{}", &kept[..begins], &kept[ends..])).expect("written");
        return;
    }
    for line in table.lines() {
        assert!(kept.contains(line), "docs/security.md does not say: {line}");
    }
}

/// AZ-09: everybody's own session and account are theirs, whatever their role.
#[tokio::test]
async fn the_calls_on_ones_own_session_and_account_are_everybodys_who_is_signed_in() {
    let portal = Portal::start().await;
    let own: BTreeSet<_> = contract::deployed().into_iter().filter(|route| route.is_api() && is_own(route)).collect();
    for (kind, role) in ROLES {
        let actor = actor(&portal, kind, role).await;
        for route in own.iter().filter(|route| route.method == "GET") {
            let answer = actor.call(route, &actor.own, 0).await;
            assert_eq!(answer.status, 200, "{route:?} by {role}: {}", answer.text);
        }
    }
}
