//! The contract: the OpenAPI document is generated from the functions, and the document, the template's routes, the
//! router and the answers agree. `LATCHKEY_UPDATE=1` writes the document in place of comparing it.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde_json::{Map, Value, json};
use tests::contract::{self, Route};
use tests::images;
use tests::{Answer, PASSWORD, Portal, Visitor};
use utoipa::OpenApi;

const ADA: &str = "ada@example.com";
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// What no function says by itself.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Latchkey",
        description = "Portal accounts for a business's customers and partners: created by staff, handed out by emailed \
                       links, taken away again. Unknown fields, fields that stand twice and bodies over 16 KiB, or \
                       32 KiB of an image, are refused. Times are RFC 3339 in UTC.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    servers((url = "/", description = "Where this document was read.")),
    tags(
        (name = "audit", description = "What was done, by whom, to whom."),
        (name = "users", description = "People who can sign in."),
        (name = "contacts", description = "Contacts and their access."),
        (name = "links", description = "Single-use links."),
        (name = "organizations", description = "Customers, partners, vendors and the business itself."),
        (name = "sessions", description = "Signing in and out, and one's own account."),
        (name = "settings", description = "What the business has set.")
    )
)]
struct Latchkey;

/// The document, generated.
fn generated() -> Value {
    let mut all = Latchkey::openapi();
    let mut schemas = BTreeMap::new();
    for function in [
        create_user::Api::openapi(),
        directory::Api::openapi(),
        grant_access::Api::openapi(),
        login::Api::openapi(),
        read_audit::Api::openapi(),
        redeem_link::Api::openapi(),
        send_reset::Api::openapi(),
        settings::Api::openapi(),
        toggle_login::Api::openapi(),
    ] {
        for (name, schema) in function.components.iter().flat_map(|components| &components.schemas) {
            let schema = serde_json::to_value(schema).expect("JSON");
            let other = schemas.entry(name.clone()).or_insert_with(|| schema.clone());
            assert_eq!(*other, schema, "two schemas are called {name}");
        }
        all.merge(function);
    }
    let mut document = serde_json::to_value(all).expect("JSON");
    document["components"]["securitySchemes"] = json!({
        "session": { "type": "http", "scheme": "bearer", "description": "The token that POST /v1/sessions gave." },
        "session_cookie": {
            "type": "apiKey", "in": "cookie", "name": "__Host-session",
            "description": "Set by the sign-in page. A change needs Sec-Fetch-Site: same-origin, or a same-origin Origin.",
        },
    });
    for (_, _, operation) in operations_mut(&mut document) {
        complete(operation);
    }
    close_bodies(&mut document);
    fill_answers(&mut document);
    document
}

/// Adds what every operation of its kind answers.
fn complete(operation: &mut Map<String, Value>) {
    let problem = |description: &str| {
        let schema = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
        json!({ "description": description, "content": { "application/problem+json": schema } })
    };
    let mut usual = vec![("default", "Any other problem.")];
    if let Some(security) = operation.get_mut("security") {
        *security = json!([{ "session": [] }, { "session_cookie": [] }]);
        usual.push(("401", "Nobody is signed in."));
    }
    if operation.contains_key("requestBody") {
        usual.push(("400", "Fields are missing or wrong."));
        usual.push(("413", "The body is over 16 KiB."));
        usual.push(("415", "The body is not application/json in UTF-8."));
    }
    let responses = operation["responses"].as_object_mut().expect("responses");
    for (status, description) in usual {
        responses.entry(status).or_insert_with(|| problem(description));
    }
    for response in responses.values_mut() {
        let content = response.get_mut("content").and_then(Value::as_object_mut);
        let is_problem = |body: &Value| body["schema"]["$ref"] == "#/components/schemas/Problem";
        if let Some(content) = content.filter(|content| content.get("application/json").is_some_and(is_problem)) {
            let body = content.remove("application/json").expect("just seen");
            content.insert("application/problem+json".to_owned(), body);
        }
    }
}

/// Bodies hold their fields and no others.
fn close_bodies(document: &mut Value) {
    let bodies = operations(document).into_iter().map(|(_, _, operation)| operation["requestBody"].clone());
    let mut open: Vec<String> = bodies.flat_map(|body| references(&body)).collect();
    let schemas = document["components"]["schemas"].as_object_mut().expect("schemas");
    while let Some(reference) = open.pop() {
        let schema = &mut schemas[reference.rsplit('/').next().expect("a name")];
        if schema["type"] == "object" && schema.get("additionalProperties").is_none() {
            schema["additionalProperties"] = Value::Bool(false);
            open.extend(references(schema));
        }
        if schema.get("oneOf").is_some() {
            open.extend(references(schema));
        }
    }
}

/// Answers hold all their fields, null where there is nothing; a problem alone leaves some out.
fn fill_answers(document: &mut Value) {
    let answers = operations(document).into_iter().map(|(_, _, operation)| operation["responses"].clone());
    let mut open: BTreeSet<String> = answers.flat_map(|answer| references(&answer)).collect();
    let mut seen = BTreeSet::from(["#/components/schemas/Problem".to_owned()]);
    let schemas = document["components"]["schemas"].as_object_mut().expect("schemas");
    while let Some(reference) = open.pop_first() {
        let schema = &mut schemas[reference.rsplit('/').next().expect("a name")];
        if seen.insert(reference) {
            let names = schema["properties"].as_object().into_iter().flat_map(Map::keys).cloned().collect();
            schema["required"] = names;
            open.extend(references(schema));
        }
    }
}

fn operations_mut(document: &mut Value) -> impl Iterator<Item = (String, String, &mut Map<String, Value>)> {
    let paths = document["paths"].as_object_mut().expect("paths");
    paths.iter_mut().flat_map(|(path, item)| {
        let methods = item.as_object_mut().expect("a path item").iter_mut();
        methods.map(move |(method, operation)| {
            (method.to_uppercase(), path.clone(), operation.as_object_mut().expect("an operation"))
        })
    })
}

fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("a path item").iter();
            methods.map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
        })
        .collect()
}

/// Every `$ref` within.
fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(fields.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn pretty(document: &Value) -> String {
    serde_json::to_string_pretty(document).expect("JSON") + "\n"
}

#[test]
fn the_document_is_what_the_functions_say() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    let now = pretty(&generated());
    if std::env::var_os("LATCHKEY_UPDATE").is_some_and(|update| update == "1") {
        std::fs::write(file, &now).expect("written");
    }
    let kept = std::fs::read_to_string(file).expect("docs/openapi.json");
    assert!(kept == now, "docs/openapi.json is not what the code says: run this test with LATCHKEY_UPDATE=1");
    assert_eq!(now, pretty(&generated()), "the same each time");
}

#[test]
fn the_document_is_sound_by_the_rules_of_openapi_3_1() {
    let document = generated();
    assert!(document["openapi"].as_str().expect("a version").starts_with("3.1."));
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    for reference in references(&document) {
        let pointer = reference.strip_prefix('#').expect("within the document");
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    let tags: BTreeSet<&str> =
        document["tags"].as_array().expect("tags").iter().map(|tag| tag["name"].as_str().expect("a name")).collect();
    let schemes = document["components"]["securitySchemes"].as_object().expect("schemes");
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let at = format!("{method} {path}");
        let name = operation["operationId"].as_str().unwrap_or_else(|| panic!("{at} has no name"));
        assert!(names.insert(name), "{name} is the name of two operations");
        assert!(operation["summary"].is_string(), "{at} does not say what it does");
        for tag in operation["tags"].as_array().expect("tags") {
            assert!(tags.contains(tag.as_str().expect("a text")), "{at}: {tag} is not declared");
        }
        for scheme in operation["security"].as_array().into_iter().flatten() {
            assert!(scheme.as_object().expect("schemes").keys().all(|name| schemes.contains_key(name)), "{at}");
        }
        let parameters: Vec<_> = operation["parameters"].as_array().into_iter().flatten().collect();
        let in_path = parameters.iter().filter(|parameter| parameter["in"] == "path");
        let declared: BTreeSet<&str> = in_path.map(|parameter| parameter["name"].as_str().expect("a name")).collect();
        let wanted = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        assert_eq!(declared, wanted.collect(), "the parameters of {at}");
        for parameter in parameters {
            assert!(parameter["schema"].is_object(), "{at}: {parameter}");
            assert!(["path", "query", "header"].contains(&parameter["in"].as_str().expect("a place")), "{at}");
            assert!(parameter["in"] != "path" || parameter["required"] == true, "{at}: {parameter}");
        }
        let responses = operation["responses"].as_object().expect("responses");
        for (status, response) in responses {
            assert!(status == "default" || status.parse::<u16>().is_ok_and(|it| (200..600).contains(&it)), "{at}");
            assert!(response["description"].is_string(), "{at}, {status}");
            let is_error = status == "default" || status.as_str() >= "400";
            let problem =
                response["content"]["application/problem+json"]["schema"]["$ref"] == "#/components/schemas/Problem";
            assert_eq!(is_error, problem, "{at}, {status}: errors are problems, and nothing else is");
        }
        assert!(responses.keys().any(|status| status.starts_with('2')), "{at} never succeeds");
        let body = &operation["requestBody"];
        let of = |kind: &str| body["content"][kind]["schema"].is_object();
        assert!(body.is_null() || of("application/json") || of("image/*"), "{at}: {body}");
    }
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        assert!(schema["description"].is_string(), "{name} does not say what it is");
        let properties = schema["properties"].as_object();
        for required in schema["required"].as_array().into_iter().flatten() {
            let known = properties.is_some_and(|known| known.contains_key(required.as_str().expect("a name")));
            assert!(known, "{name} requires {required} and does not describe it");
        }
        for (field, property) in properties.into_iter().flatten() {
            let is_nullable = |it: &Value| it["type"] == "null";
            let description = property["description"].is_string()
                || property["oneOf"].as_array().into_iter().flatten().any(|it| !is_nullable(it));
            assert!(description || property.get("$ref").is_some(), "{name}.{field} does not say what it is");
        }
    }
}

#[test]
fn the_document_and_the_template_name_the_same_calls() {
    let document = generated();
    let documented: BTreeSet<Route> =
        operations(&document).into_iter().map(|(method, path, _)| Route { method, path }).collect();
    let deployed: BTreeSet<Route> = contract::deployed().into_iter().filter(Route::is_api).collect();
    assert_eq!(documented, deployed);
}

#[test]
fn the_router_and_the_template_name_the_same_paths() {
    // The router tells its paths to a debugger alone; each stands there in quotation marks.
    let shown = format!("{:?}", local::routes());
    let routed: BTreeSet<&str> =
        shown.split('"').filter(|part| part.starts_with('/') && !part.contains("__private")).collect();
    let deployed = contract::deployed();
    assert_eq!(routed, deployed.iter().map(|route| route.path.as_str()).collect());
}

#[tokio::test]
async fn the_router_takes_the_methods_of_the_template_and_no_others() {
    let portal = Portal::start().await;
    portal.create(ADA, json!({})).await.expect(201).at("/id");
    let token = portal.link_token(ADA).await;
    let site = portal.administrator.get("/v1/sites").await.at("/items/0/id");
    let logo = format!("/v1/sites/{site}/logo");
    let _ = portal.administrator.put_image(&logo, "*", "image/png", images::png()).await.expect(200);
    let mut methods: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for route in contract::deployed() {
        methods.entry(route.path).or_default().insert(route.method);
    }
    for (path, taken) in methods {
        let parameter = if path.starts_with("/logo/") { &site } else { &token };
        let path = Route { method: String::new(), path }.with(parameter);
        for method in METHODS {
            let implied = method == "HEAD" && taken.contains("GET");
            let is_taken = implied || taken.contains(method) || taken.contains("ANY");
            let probe = portal.visitor().request(method.parse::<Method>().expect("a method"), &path);
            let answer = Answer::of(probe).await;
            let status = answer.status.as_u16();
            assert_eq!(is_taken, status != 405, "{method} {path}: {status}");
            assert_ne!(status, 404, "{method} {path}");
            if status == 405 {
                let allowed: BTreeSet<String> =
                    answer.header("allow").split(',').map(str::to_owned).filter(|it| it != "HEAD").collect();
                assert_eq!(allowed, taken, "Allow of {method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn the_document_is_served() {
    let portal = Portal::start().await;
    let served = portal.visitor().get("/openapi.json").await.expect(200);
    assert_eq!(served.header("content-type"), "application/json");
    assert_eq!(served.json, contract::document());
}

/// Holds answers against the document, and remembers which calls were made.
struct Contract {
    document: Value,
    made: BTreeSet<Route>,
}

impl Contract {
    /// The answer to a call, which must be one that the document tells of.
    fn hold(&mut self, method: &str, path: &str, answer: Answer) -> Answer {
        let at = format!("{method} {path} {}", answer.status.as_u16());
        let operation = &self.document["paths"][path][method.to_lowercase()];
        let responses = operation["responses"].as_object().unwrap_or_else(|| panic!("{at} is not documented"));
        let response = responses.get(answer.status.as_str());
        let response = response.unwrap_or_else(|| panic!("{at} is not documented: {}", answer.text));
        match response["content"].as_object() {
            None => assert_eq!(answer.text, "", "{at} has no body"),
            Some(content) => {
                let kind = answer.header("content-type");
                let body = content.get(&kind).unwrap_or_else(|| panic!("{at} is {kind}"));
                self.fits(&body["schema"], &answer.json, &at);
            }
        }
        if answer.status.is_success() {
            self.made.insert(Route { method: method.to_owned(), path: path.to_owned() });
        }
        answer
    }

    /// The value is what the schema says: of its type, with every property that is required and none that is not named.
    fn fits(&self, schema: &Value, value: &Value, at: &str) {
        if let Some(reference) = schema["$ref"].as_str() {
            let target = self.document.pointer(&reference[1..]).expect("a schema");
            return self.fits(target, value, at);
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            let chosen = choices.iter().find(|choice| (choice["type"] == "null") == value.is_null());
            return self.fits(chosen.unwrap_or_else(|| panic!("{at}: {value}")), value, at);
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            kind => kind.as_str().into_iter().collect(),
        };
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        assert!(kinds.contains(&kind), "{at} is {value}, not {kinds:?}");
        for (place, item) in value.as_array().into_iter().flatten().enumerate() {
            self.fits(&schema["items"], item, &format!("{at}[{place}]"));
        }
        if let Some(fields) = value.as_object() {
            for required in schema["required"].as_array().into_iter().flatten() {
                assert!(fields.contains_key(required.as_str().expect("a name")), "{at} lacks {required}");
            }
            for (name, field) in fields {
                let named = &schema["properties"][name];
                let property = if named.is_null() { &schema["additionalProperties"] } else { named };
                assert!(property.is_object(), "{at}.{name} is not documented");
                self.fits(property, field, &format!("{at}.{name}"));
            }
        }
    }
}

/// The directory's calls and the settings'.
async fn hold_office(contract: &mut Contract, staff: &Visitor) {
    let new = json!({ "kind": "customer", "number": "C-7", "name": "Seven" });
    let made = contract.hold("POST", "/v1/organizations", staff.post("/v1/organizations", &new).await).at("/id");
    let at = |call: &str| format!("/v1/organizations/{made}{call}");
    contract.hold("GET", "/v1/organizations", staff.get("/v1/organizations?q=s").await);
    contract.hold("GET", "/v1/organizations/{organization}", staff.get(&at("")).await);
    let edit = staff.patch(&at(""), 1, &json!({ "name": "Sieben" })).await;
    contract.hold("PATCH", "/v1/organizations/{organization}", edit);
    let edit = staff.patch(&at(""), 1, &json!({ "name": "Sept" })).await;
    contract.hold("PATCH", "/v1/organizations/{organization}", edit).expect(412).at("/code");
    for way in ["inactivate", "reactivate"] {
        let path = format!("/v1/organizations/{{organization}}/{way}");
        contract.hold("POST", &path, staff.act(&at(&format!("/{way}"))).await);
    }
    let new = json!({ "organization": made, "first_name": "Bea", "last_name": "Byrd", "email": "bea@example.com" });
    let made = contract.hold("POST", "/v1/contacts", staff.post("/v1/contacts", &new).await).at("/id");
    let at = |call: &str| format!("/v1/contacts/{made}{call}");
    contract.hold("GET", "/v1/contacts", staff.get("/v1/contacts?q=b").await);
    let edit = staff.patch(&at(""), 1, &json!({ "title": "Buyer" })).await;
    contract.hold("PATCH", "/v1/contacts/{contact}", edit);
    for way in ["inactivate", "reactivate"] {
        let path = format!("/v1/contacts/{{contact}}/{way}");
        contract.hold("POST", &path, staff.act(&at(&format!("/{way}"))).await);
    }

    contract.hold("GET", "/v1/settings", staff.get("/v1/settings").await);
    contract.hold("PATCH", "/v1/settings", staff.patch("/v1/settings", 1, &json!({ "invite_hours": 48 })).await);
    contract.hold("GET", "/v1/permissions", staff.get("/v1/permissions").await);
    let site = json!({ "name": "Shop", "base_url": "https://shop.example.com", "sender": "shop@example.com" });
    let site = contract.hold("POST", "/v1/sites", staff.post("/v1/sites", &site).await).at("/id");
    let edit = staff.patch(&format!("/v1/sites/{site}"), 3, &json!({ "name": "The Shop" })).await;
    contract.hold("PATCH", "/v1/sites/{site}", edit);
    let logo = format!("/v1/sites/{site}/logo");
    let set = async |image| staff.put_image(&logo, "*", "image/webp", image).await;
    contract.hold("PUT", "/v1/sites/{site}/logo", set(images::webp()).await);
    contract.hold("PUT", "/v1/sites/{site}/logo", set(b"<svg/>".to_vec()).await).expect(400).at("/errors/0/field");
    contract.hold("PUT", "/v1/sites/{site}/logo", set(vec![0; 40_000]).await).expect(413).at("/errors/0/field");
    contract.hold("GET", "/v1/sites", staff.get("/v1/sites").await);
    let removed = Answer::of(staff.request(Method::DELETE, &logo).header("if-match", "*")).await;
    contract.hold("DELETE", "/v1/sites/{site}/logo", removed);
    let role = json!({ "name": "payer", "account_types": ["customer"], "permissions": ["payments:write"] });
    let role = contract.hold("POST", "/v1/roles", staff.post("/v1/roles", &role).await).at("/id");
    let edit = staff.patch(&format!("/v1/roles/{role}"), 1, &json!({ "permissions": [] })).await;
    contract.hold("PATCH", "/v1/roles/{role}", edit);
    contract.hold("DELETE", "/v1/roles/{role}", staff.delete("/v1/roles/administrator").await).expect(403).at("/code");
    contract.hold("DELETE", "/v1/roles/{role}", staff.delete(&format!("/v1/roles/{role}")).await);
}

/// The calls that look after logins.
async fn hold_logins(contract: &mut Contract, portal: &Portal) {
    let (staff, nobody) = (&portal.administrator, portal.visitor());
    let cleo = "cleo@example.com";
    let (id, visitor) = portal.member(cleo, json!({})).await;
    let at = |call: &str| format!("/v1/contacts/{id}{call}");
    let own = contract.hold("GET", "/v1/contacts/{contact}/sessions", staff.get(&at("/sessions")).await);
    let one = at(&format!("/sessions/{}", own.at("/items/0/id")));
    contract.hold("DELETE", "/v1/contacts/{contact}/sessions/{session}", staff.delete(&one).await);
    contract.hold("GET", "/v1/session", visitor.get("/v1/session").await).expect(401).at("/code");
    for _ in 0..5 {
        let _ = nobody.sign_in(cleo, "wrong").await;
    }
    contract.hold("POST", "/v1/contacts/{contact}/unlock", staff.act(&at("/unlock")).await);
    let rename = staff.patch(&at("/login"), 1, &json!({ "user_id": "cleo.byrd" })).await;
    contract.hold("PATCH", "/v1/contacts/{contact}/login", rename);
    let require = staff.act(&at("/require-password-change")).await;
    contract.hold("POST", "/v1/contacts/{contact}/require-password-change", require);
    let dan = portal.member("dan@example.com", json!({})).await;
    let user = portal.contact(&dan.0).await.at("/access/user");
    let more = json!({ "user": user, "account_type": "customer", "organization": { "number": "C-8", "name": "Eight" },
        "first_name": "Dan", "last_name": "Dee" });
    let other = contract.hold("POST", "/v1/users", staff.post("/v1/users", &more).await).at("/id");
    let previewed = staff.act(&format!("/v1/contacts/{other}/preview")).await;
    contract.hold("POST", "/v1/contacts/{contact}/preview", previewed);
    let email = json!({ "email": "daniel@example.com", "current_password": PASSWORD });
    contract.hold("POST", "/v1/session/email", dan.1.post("/v1/session/email", &email).await);
    let token = portal.link_token("daniel@example.com").await;
    let confirm = json!({ "token": token, "login": "dan@example.com", "password": PASSWORD });
    contract.hold("POST", "/v1/links/confirm", nobody.post("/v1/links/confirm", &confirm).await);
    let switched = dan.1.post("/v1/session/switch", &json!({ "contact": other })).await;
    contract.hold("POST", "/v1/session/switch", switched);
    let organization = portal.contact(&other).await.at("/organization");
    let several = json!({ "roles": ["customer_center"], "can_create_users": true,
        "contacts": [{ "contact": other }, { "contact": id }] });
    let granted = staff.post(&format!("/v1/organizations/{organization}/access"), &several).await;
    contract.hold("POST", "/v1/organizations/{organization}/access", granted);
    contract.hold("GET", "/v1/audit", staff.get(&format!("/v1/audit?contact={other}")).await);
    hold_mails(contract, portal).await;
    hold_wordings(contract, portal).await;
}

/// The calls about mails.
async fn hold_mails(contract: &mut Contract, portal: &Portal) {
    let staff = &portal.administrator;
    let id = portal.create("bounce@simulator.amazonses.com", json!({})).await.expect(201).at("/id");
    let path = format!("/v1/contacts/{id}/mails");
    let _ = portal.mail_met(&id, |fate| fate == "bounced").await;
    contract.hold("GET", "/v1/contacts/{contact}/mails", staff.get(&path).await);
    contract.hold("GET", "/v1/attention", staff.get("/v1/attention?why=mail_stuck").await);
    let resent =
        staff.post("/v1/attention/resend", &json!({ "contacts": [id, "con_01ARZ3NDEKTSV4RRFFQ69G5FAV"] })).await;
    contract.hold("POST", "/v1/attention/resend", resent);
    let lifted = staff.delete(&format!("/v1/contacts/{id}/suppression")).await;
    contract.hold("DELETE", "/v1/contacts/{contact}/suppression", lifted);
}

/// The calls about how mails are worded, and about what the sweep did.
async fn hold_wordings(contract: &mut Contract, portal: &Portal) {
    let staff = &portal.administrator;
    let site = staff.get("/v1/sites").await.at("/items/0/id");
    let (list, one) = ("/v1/sites/{site}/templates", "/v1/sites/{site}/templates/{mail}/{language}");
    let path = format!("/v1/sites/{site}/templates/reset/de");
    contract.hold("GET", list, staff.get(&format!("/v1/sites/{site}/templates")).await);
    contract.hold("GET", one, staff.get(&path).await);
    let body =
        json!({ "subject": "Hallo", "text": "{{ link }} {{ expires_at }}", "html": "{{ link }} {{ expires_at }}" });
    contract.hold("PUT", one, staff.put(&path, &body).await);
    let preview = staff.post(&format!("{path}/preview"), &json!({ "subject": "{{ site_name }}" })).await;
    contract.hold("POST", &format!("{one}/preview"), preview);
    contract.hold("POST", &format!("{one}/trial"), staff.act(&format!("{path}/trial")).await);
    contract.hold("DELETE", one, staff.delete(&path).await);
    contract.hold("GET", "/v1/sweeps", staff.get("/v1/sweeps").await);
}

#[tokio::test]
async fn real_answers_are_as_the_document_says() {
    let portal = Portal::start().await;
    let mut contract = Contract { document: generated(), made: BTreeSet::new() };
    let (staff, nobody) = (&portal.administrator, portal.visitor());
    let made = contract.hold("POST", "/v1/users", portal.create(ADA, json!({ "user_id": "ada.byron" })).await);
    let id = made.at("/id");
    let at = |call: &str| format!("/v1/contacts/{id}{call}");
    contract.hold("GET", "/v1/contacts/{contact}", staff.get(&at("")).await);
    let taken = contract.hold("POST", "/v1/users", portal.create(ADA, json!({})).await);
    let _ = taken.refused(409, "email_taken");
    contract.hold("POST", "/v1/contacts/{contact}/reset", staff.act(&at("/reset")).await);

    let token = portal.link_token(ADA).await;
    let link = json!({ "token": token });
    contract.hold("POST", "/v1/links/inspect", nobody.post("/v1/links/inspect", &link).await);
    contract.hold("POST", "/v1/links/renew", nobody.post("/v1/links/renew", &link).await);
    contract.hold("POST", "/v1/links/redeem", nobody.redeem(&token, "short").await).expect(400).at("/errors/0/field");
    contract.hold("POST", "/v1/links/redeem", nobody.redeem(&token, PASSWORD).await);
    contract.hold("POST", "/v1/links/redeem", nobody.redeem(&token, PASSWORD).await).expect(410).at("/code");

    contract.hold("POST", "/v1/sessions", nobody.sign_in(ADA, "wrong").await).expect(401).at("/code");
    let begun = contract.hold("POST", "/v1/sessions", nobody.sign_in(ADA, PASSWORD).await);
    let ada = nobody.with_token(&begun.at("/token"));
    contract.hold("GET", "/v1/session", ada.get("/v1/session").await);
    let sessions = contract.hold("GET", "/v1/sessions", ada.get("/v1/sessions").await);
    let (password, other) = ("a wholly different phrase", format!("/v1/sessions/{}", sessions.at("/items/0/id")));
    let change = json!({ "current_password": PASSWORD, "password": password, "confirm_password": password });
    contract.hold("PUT", "/v1/session/password", ada.put("/v1/session/password", &change).await);
    contract.hold("GET", "/v1/contacts/{contact}", ada.get(&at("")).await);
    contract.hold("DELETE", "/v1/sessions/{session}", ada.delete(&other).await);
    let again = nobody.signed_in(ADA, password).await;
    contract.hold("DELETE", "/v1/session", again.delete("/v1/session").await);
    contract.hold("GET", "/v1/session", again.get("/v1/session").await).expect(401).at("/code");

    contract.hold("GET", "/v1/sites", staff.get("/v1/sites").await);
    contract.hold("GET", "/v1/roles", staff.get("/v1/roles").await);
    let reset = json!({ "login": ADA });
    contract.hold("POST", "/v1/password-resets", nobody.post("/v1/password-resets", &reset).await);
    let access = json!({ "roles": ["customer_center"], "can_create_users": true });
    contract.hold("PUT", "/v1/contacts/{contact}/access", staff.put(&at("/access"), &access).await);
    let set = json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
    contract.hold("PUT", "/v1/contacts/{contact}/password", staff.put(&at("/password"), &set).await);
    contract.hold("DELETE", "/v1/contacts/{contact}/sessions", staff.delete(&at("/sessions")).await);
    let disable = staff.act(&at("/disable-login")).await;
    contract.hold("POST", "/v1/contacts/{contact}/disable-login", disable);
    let disable = staff.act(&at("/disable-login")).await;
    contract.hold("POST", "/v1/contacts/{contact}/disable-login", disable).expect(409).at("/code");
    contract.hold("POST", "/v1/contacts/{contact}/enable-login", staff.act(&at("/enable-login")).await);
    contract.hold("DELETE", "/v1/contacts/{contact}/access", staff.delete(&at("/access")).await);
    contract.hold("GET", "/v1/contacts/{contact}", staff.get(&at("")).await);
    contract.hold("GET", "/v1/contacts/{contact}", staff.get("/v1/contacts/con_none").await).expect(404).at("/code");

    hold_office(&mut contract, staff).await;
    hold_logins(&mut contract, &portal).await;

    let all: BTreeSet<Route> = contract::deployed().into_iter().filter(Route::is_api).collect();
    assert_eq!(contract.made, all, "every call succeeded once");
}
