//! Bad input of every kind gets its 4xx and changes nothing (`security.md` 1F).

use http::HeaderValue;
use proptest::arbitrary::any;
use proptest::collection::{btree_map, vec};
use proptest::sample::{Index, select};
use proptest::strategy::{Just, Strategy, ValueTree as _};
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Value, json};
use tests::contract;
use tests::{Answer, PASSWORD, Portal, Visitor, images};
use tower::ServiceExt as _;

const ADA: &str = "ada@example.com";
const JSON: &[&str] = &["application/json"];
const FORM: &[&str] = &["application/x-www-form-urlencoded"];

/// A portal with one customer's user, invited, and what it takes to make every call with a body as it should be.
struct Desk {
    portal: Portal,
    nobody: Visitor,
    contact: String,
    organization: String,
    role: String,
    link: String,
    site: String,
    /// One that nobody here signs in at.
    other_site: String,
}

/// A call with a body that it takes.
struct Call {
    method: Method,
    route: &'static str,
    path: String,
    by: Visitor,
    body: Value,
}

impl Desk {
    async fn new() -> Self {
        let portal = Portal::start().await;
        let created = portal.create(ADA, json!({ "user_id": "ada.byron" })).await.expect(201);
        let (contact, organization) = (created.at("/id"), created.at("/organization"));
        let link = portal.link_token(ADA).await;
        let role = json!({ "name": "buyer", "account_types": ["customer"], "permissions": ["orders:read"] });
        let role = portal.administrator.post("/v1/roles", &role).await.expect(201).at("/id");
        let sites = portal.administrator.get("/v1/sites").await.expect(200);
        let (site, other_site) = (sites.at("/items/0/id"), sites.at("/items/1/id"));
        Self { nobody: portal.visitor(), portal, contact, organization, role, link, site, other_site }
    }

    fn call(&self, method: Method, route: &'static str, by: &Visitor, body: Value) -> Call {
        let ids = [
            ("{contact}", &self.contact),
            ("{organization}", &self.organization),
            ("{role}", &self.role),
            ("{site}", &self.other_site),
            ("{mail}", &"reset".to_owned()),
            ("{language}", &"en".to_owned()),
        ];
        let path = ids.into_iter().fold(route.to_owned(), |path, (name, id)| path.replace(name, id));
        Call { method, route, path, by: by.clone(), body }
    }

    /// Those of an administrator's calls that take JSON and are not about access.
    fn office_calls(&self) -> Vec<Call> {
        let staff = &self.portal.administrator;
        let call = |method, route, by, body| self.call(method, route, by, body);
        vec![
            call(Method::POST, "/v1/attention/resend", staff, json!({ "contacts": [self.contact] })),
            call(
                Method::PUT,
                "/v1/sites/{site}/templates/{mail}/{language}",
                staff,
                json!({ "subject": "Hello", "text": "{{ link }} {{ expires_at }}", "html": "{{ link }} {{ expires_at }}" }),
            ),
            call(
                Method::POST,
                "/v1/sites/{site}/templates/{mail}/{language}/preview",
                staff,
                json!({ "subject": "Hello", "text": "{{ link }} {{ expires_at }}", "html": "{{ link }} {{ expires_at }}" }),
            ),
            call(
                Method::POST,
                "/v1/organizations",
                staff,
                json!({ "kind": "customer", "number": "C-3003", "name": "Byron & Co", "site_group": "default" }),
            ),
            call(
                Method::PATCH,
                "/v1/organizations/{organization}",
                staff,
                json!({ "number": "C-3003", "name": "Byron & Co", "site_group": "default" }),
            ),
            call(
                Method::POST,
                "/v1/contacts",
                staff,
                json!({
                    "organization": self.organization, "first_name": "Bea", "last_name": "Byron",
                    "email": "bea@example.com", "notifications": false, "title": "Buyer", "language": "en",
                    "time_zone": "Europe/London", "business_phone": "020 7946 0958", "mobile_phone": "07700 900123",
                }),
            ),
            call(
                Method::PATCH,
                "/v1/contacts/{contact}",
                staff,
                json!({
                    "first_name": "Bea", "last_name": "Byrd", "email": "bea@example.com", "notifications": false,
                    "title": "Buyer", "language": "en", "time_zone": "Europe/London",
                    "business_phone": "020 7946 0958", "mobile_phone": "07700 900123",
                }),
            ),
            call(
                Method::PATCH,
                "/v1/settings",
                staff,
                json!({
                    "business": "Byron Ltd", "contact": "byron@example.com", "invite_hours": 3, "reset_hours": 3,
                    "password_minimum": 12, "idle_minutes": 9, "session_hours": 9, "lockout_after": 4,
                    "lockout_minutes": 9, "manual_passwords": false, "seats": { "customer": 9 },
                }),
            ),
            call(
                Method::POST,
                "/v1/sites",
                staff,
                json!({
                    "name": "Shop", "base_url": "https://shop.example.com", "sender": "shop@example.com",
                    "group": "shops", "reply_to": "help@example.com", "color": "#8a1538",
                }),
            ),
            call(
                Method::PATCH,
                "/v1/sites/{site}",
                staff,
                json!({
                    "name": "Shop", "base_url": "https://shop.example.com", "sender": "shop@example.com",
                    "group": "shops", "reply_to": "help@example.com", "color": "#8a1538",
                }),
            ),
            call(
                Method::POST,
                "/v1/roles",
                staff,
                json!({ "name": "payer", "account_types": ["customer"], "permissions": ["payments:write"] }),
            ),
            call(
                Method::PATCH,
                "/v1/roles/{role}",
                staff,
                json!({ "account_types": ["customer"], "permissions": ["payments:write"] }),
            ),
        ]
    }

    /// Every call that takes JSON, with a body that would change something.
    fn calls(&self) -> Vec<Call> {
        let (nobody, staff) = (&self.nobody, &self.portal.administrator);
        let password = json!({ "method": "password", "password": "a wholly other phrase", "confirm_password": "a wholly other phrase", "must_change": true });
        let twice = |token: &str| json!({ "token": token, "password": PASSWORD, "confirm_password": PASSWORD });
        let call = |method, route, by, body| self.call(method, route, by, body);
        vec![
            call(
                Method::POST,
                "/v1/sessions",
                nobody,
                json!({ "login": "admin@example.com", "password": PASSWORD, "site": self.site }),
            ),
            call(
                Method::POST,
                "/v1/users",
                staff,
                json!({
                    "account_type": "customer", "organization": { "number": "C-2002", "name": "Byron & Co" },
                    "first_name": "Ada", "last_name": "Byron", "email": "other@example.com", "user_id": "other",
                    "roles": ["customer_center"], "site": self.site, "can_create_users": true,
                    "claim_authorization_required": false, "credential": password,
                }),
            ),
            call(
                Method::PUT,
                "/v1/contacts/{contact}/access",
                staff,
                json!({
                    "roles": ["customer_administrator"], "site": self.site, "can_create_users": true,
                    "claim_authorization_required": false, "notify": true, "credential": password,
                }),
            ),
            call(Method::PUT, "/v1/contacts/{contact}/password", staff, password.clone()),
            call(
                Method::PUT,
                "/v1/session/password",
                staff,
                json!({
                    "current_password": PASSWORD, "password": "a wholly other phrase", "confirm_password": "a wholly other phrase",
                }),
            ),
            call(
                Method::PATCH,
                "/v1/contacts/{contact}/login",
                staff,
                json!({ "user_id": "other", "login_email": "other@example.com" }),
            ),
            call(Method::POST, "/v1/session/switch", staff, json!({ "contact": self.contact })),
            call(Method::POST, "/v1/password-resets", nobody, json!({ "login": ADA, "site": self.site })),
            call(Method::POST, "/v1/links/inspect", nobody, json!({ "token": self.link })),
            call(Method::POST, "/v1/links/redeem", nobody, twice(&self.link)),
            call(Method::POST, "/v1/links/renew", nobody, json!({ "token": self.link })),
            call(
                Method::POST,
                "/v1/links/confirm",
                nobody,
                json!({ "token": self.link, "login": ADA, "password": PASSWORD }),
            ),
            call(
                Method::POST,
                "/v1/session/email",
                staff,
                json!({ "email": "other@example.com", "current_password": PASSWORD }),
            ),
            call(
                Method::POST,
                "/v1/organizations/{organization}/access",
                staff,
                json!({
                    "all_or_nothing": true, "contacts": [{ "contact": self.contact }],
                    "roles": ["customer_administrator"], "site": self.site, "can_create_users": true,
                    "claim_authorization_required": false, "notify": true, "credential": password,
                }),
            ),
        ]
        .into_iter()
        .chain(self.office_calls())
        .collect()
    }

    fn user(&self) -> Call {
        self.calls().remove(1)
    }

    /// What lies in the table and in the inbox, but for when sessions were used and what is counted.
    async fn all(&self) -> (Vec<Value>, usize) {
        let mut items = self.portal.everything().await;
        items.retain(|item| item["type"] != "count");
        for item in items.iter_mut().filter(|item| item["type"] == "session") {
            item["used_at"].take();
            item["rev"].take();
        }
        (items, self.portal.inbox.mails().len())
    }

    /// Nothing has changed since.
    #[track_caller]
    fn unchanged(before: &(Vec<Value>, usize), after: &(Vec<Value>, usize), what: &str) {
        let new: Vec<_> = after.0.iter().filter(|item| !before.0.contains(item)).collect();
        assert!(new.is_empty() && before.0.len() == after.0.len(), "{what} wrote {new:?}");
        assert_eq!(before.1, after.1, "{what} sent mail");
    }
}

impl Call {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.route)
    }

    /// Makes the call with these content types and bytes.
    async fn send(&self, kinds: &[&'static str], bytes: impl Into<Vec<u8>>) -> Answer {
        let mut request = self.by.request(self.method.clone(), &self.path);
        if self.method == Method::PATCH {
            // What was made has its first version, the settings that a role was made in their second.
            let version = if self.route.contains("settings") || self.route.contains("site") { 2 } else { 1 };
            request = request.header("if-match", format!("\"{version}\""));
        }
        let request = kinds.iter().fold(request, |request, kind| request.header("content-type", *kind));
        Answer::of(request.body(bytes.into())).await
    }

    /// The faults of fields that an answer tells, sorted.
    #[track_caller]
    fn faults(&self, answer: &Answer) -> Vec<(String, String)> {
        assert_eq!(
            (answer.status.as_u16(), answer.at("/code").as_str()),
            (400, "invalid"),
            "{}: {}",
            self.name(),
            answer.text
        );
        let errors = answer.json["errors"].as_array().expect("errors").iter();
        let mut faults: Vec<_> = errors
            .map(|error| {
                assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{error}");
                (
                    error["field"].as_str().expect("a field").to_owned(),
                    error["code"].as_str().expect("a code").to_owned(),
                )
            })
            .collect();
        faults.sort();
        faults
    }
}

/// Content types and bytes, and the status and code that they are refused with.
type Spoiled = (&'static [&'static str], Vec<u8>, u16, &'static str);

/// A body spoiled as a whole, by what is wrong with it.
fn spoiled(body: &Value) -> Vec<(&'static str, Spoiled)> {
    let text = body.to_string();
    let first = body.as_object().expect("an object").keys().next().expect("a field").clone();
    let open = |within: &str| format!("{{{within},{}", &text[1..]).into_bytes();
    let deep = |levels: usize| open(&format!("\"deep\":{}{}", "[".repeat(levels), "]".repeat(levels)));
    let sized = |bytes: usize| {
        format!("{}{}", &String::from_utf8_lossy(&open("\"extra\":1")), " ".repeat(bytes - text.len() - 10))
            .into_bytes()
    };
    let kind = |kinds: &'static [&'static str]| -> Spoiled {
        (kinds, text.clone().into_bytes(), 415, "unsupported_media_type")
    };
    let bad = |bytes: Vec<u8>| -> Spoiled { (JSON, bytes, 400, "malformed") };
    vec![
        ("text", kind(&["text/plain"])),
        ("a form", kind(FORM)),
        ("multipart", kind(&["multipart/form-data; boundary=x"])),
        ("no type", kind(&[])),
        ("another charset", kind(&["application/json; charset=iso-8859-1"])),
        ("another parameter", kind(&["application/json; version=1"])),
        ("a type that begins alike", kind(&["application/json-patch+json"])),
        ("two types in one header", kind(&["application/json, text/plain"])),
        ("two headers", kind(&["application/json", "application/json"])),
        ("nothing", bad(Vec::new())),
        ("a list", bad(b"[]".to_vec())),
        ("a list around it", bad(format!("[{text}]").into_bytes())),
        ("null", bad(b"null".to_vec())),
        ("a text", bad(b"\"x\"".to_vec())),
        ("a number", bad(b"1".to_vec())),
        ("half of it", bad(text.as_bytes()[..text.len() / 2].to_vec())),
        ("two of it", bad(format!("{text}{text}").into_bytes())),
        ("a trailing comma", bad(format!("{},}}", &text[..text.len() - 1]).into_bytes())),
        ("a comment", bad(format!("/**/{text}").into_bytes())),
        ("a byte order mark", bad(format!("\u{FEFF}{text}").into_bytes())),
        ("UTF-16", bad(text.encode_utf16().flat_map(u16::to_le_bytes).collect())),
        ("no number", bad(open("\"extra\":NaN"))),
        ("bytes that are no UTF-8", bad([b"{\"extra\":\"\xff\xfe\",", &text.as_bytes()[1..]].concat())),
        ("an over-long encoding", bad([b"{\"extra\":\"\xc0\xaf\",", &text.as_bytes()[1..]].concat())),
        ("a lone surrogate", bad(open(r#""extra":"\ud800""#))),
        ("surrogates the wrong way round", bad(open(r#""extra":"\udc00\ud800""#))),
        ("a raw control character", bad(open("\"extra\":\"a\u{1}b\""))),
        ("a field twice", bad(open(&format!("\"{first}\":1")))),
        (
            "a field twice, once escaped",
            bad(open(&format!("\"\\u{:04x}{}\":1", u32::from(first.as_bytes()[0]), &first[1..]))),
        ),
        ("a field twice within", bad(open(r#""extra":{"a":1,"a":2}"#))),
        ("an abyss", bad(deep(5_000))),
        ("a depth", (JSON, deep(100), 400, "invalid")),
        ("16 KiB of it", (JSON, sized(16 * 1024), 400, "invalid")),
        ("16 KiB and a byte", (JSON, sized(16 * 1024 + 1), 413, "too_large")),
    ]
}

/// IN-01: the table of bad requests below is run against every call that takes a body of fields. Images are in `logos`.
#[tokio::test]
async fn every_call_with_a_body_is_among_those_that_are_spoiled() {
    let desk = Desk::new().await;
    let mut tried: Vec<_> = desk.calls().iter().map(Call::name).collect();
    let document = contract::document();
    let paths = document["paths"].as_object().expect("paths").iter();
    let operations =
        paths.flat_map(|(path, item)| item.as_object().expect("operations").iter().map(move |it| (path, it)));
    let is_json = |operation: &Value| operation["requestBody"]["content"]["application/json"].is_object();
    let with_body = operations.filter(|(_, (_, operation))| is_json(operation));
    let mut all: Vec<_> = with_body.map(|(path, (method, _))| format!("{} {path}", method.to_uppercase())).collect();
    all.sort();
    tried.sort();
    assert_eq!(tried, all);
}

/// IN-02, IN-05, IN-06, IN-07
#[tokio::test]
async fn a_body_that_is_not_one_json_object_of_at_most_16_kib_is_refused_and_changes_nothing() {
    let desk = Desk::new().await;
    for call in desk.calls() {
        let before = desk.all().await;
        for (what, (kinds, bytes, status, code)) in spoiled(&call.body) {
            let answer = call.send(kinds, bytes).await;
            let got = (answer.status.as_u16(), answer.json["code"].as_str().unwrap_or_default());
            assert_eq!(got, (status, code), "{what} for {}: {}", call.name(), answer.text);
        }
        Desk::unchanged(&before, &desk.all().await, &call.name());
    }
}

/// IN-01, IN-15, TK-08
#[tokio::test]
async fn a_field_that_is_not_the_calls_is_refused_and_changes_nothing() {
    let desk = Desk::new().await;
    for call in desk.calls() {
        let before = desk.all().await;
        for field in
            ["extra", "id", "role", "userId", "expires_at", "state", "version", "__proto__", "", "Password", "a.b", "#"]
        {
            let mut body = call.body.clone();
            body[field] = json!("x");
            let faults = call.faults(&call.send(JSON, body.to_string()).await);
            assert_eq!(faults, [(field.to_owned(), "unknown_field".to_owned())], "{}", call.name());
        }
        for (name, inner) in call.body.as_object().expect("an object").iter().filter(|(_, inner)| inner.is_object()) {
            let mut body = call.body.clone();
            body[name] = inner.clone();
            body[name]["extra"] = json!(true);
            let faults = call.faults(&call.send(JSON, body.to_string()).await);
            assert_eq!(faults, [(format!("{name}.extra"), "unknown_field".to_owned())], "{}", call.name());
        }
        Desk::unchanged(&before, &desk.all().await, &call.name());
    }
}

/// Every field of a body, with dots, and what it holds.
fn fields(body: &Value) -> Vec<(String, Value)> {
    let own = body.as_object().expect("an object").iter();
    own.flat_map(|(name, value)| {
        let inner = value.as_object().map(|_| fields(value)).unwrap_or_default();
        let inner = inner.into_iter().map(move |(field, value)| (format!("{name}.{field}"), value));
        std::iter::once((name.clone(), value.clone())).chain(inner)
    })
    .collect()
}

fn pointer(field: &str) -> String {
    format!("/{}", field.replace('.', "/"))
}

/// IN-01
#[tokio::test]
async fn a_field_of_another_type_is_refused_by_its_name_and_changes_nothing() {
    let desk = Desk::new().await;
    for call in desk.calls() {
        let before = desk.all().await;
        for (field, held) in fields(&call.body) {
            for other in [json!("x"), json!(7), json!(-0.5e300), json!(true), json!([7]), json!({ "a": 7 })] {
                if std::mem::discriminant(&held) == std::mem::discriminant(&other) && !held.is_array() {
                    continue;
                }
                let mut body = call.body.clone();
                *body.pointer_mut(&pointer(&field)).expect("there") = other.clone();
                let faults = call.faults(&call.send(JSON, body.to_string()).await);
                let named = |name: &str| name == field || name.starts_with(&format!("{field}."));
                assert!(faults.iter().any(|(name, _)| named(name)), "{} {field}={other}: {faults:?}", call.name());
            }
        }
        Desk::unchanged(&before, &desk.all().await, &call.name());
    }
}

/// U3
#[tokio::test]
async fn what_is_missing_is_told_at_once_whether_left_out_or_null() {
    let desk = Desk::new().await;
    let document = contract::document();
    for call in desk.calls() {
        let before = desk.all().await;
        let operation = &document["paths"][call.route][call.method.as_str().to_lowercase()];
        let schema =
            operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str().expect("a schema");
        let schema = document.pointer(&schema[1..]).expect("there");
        let Some(required) = schema["required"].as_array() else { continue };
        let mut missing: Vec<_> = required.iter().map(|it| it.as_str().expect("a name")).collect();
        // One or the other has to be there.
        missing.extend((call.route == "/v1/users").then_some("email"));
        missing.sort_unstable();
        let wanted: Vec<_> = missing.iter().map(|field| ((*field).to_owned(), "required".to_owned())).collect();
        let null: Value =
            missing.iter().map(|field| ((*field).to_owned(), Value::Null)).collect::<serde_json::Map<_, _>>().into();
        for body in [json!({}), null] {
            assert_eq!(call.faults(&call.send(JSON, body.to_string()).await), wanted, "{}", call.name());
        }
        Desk::unchanged(&before, &desk.all().await, &call.name());
    }
}

/// U3, U4
#[tokio::test]
async fn every_fault_of_presence_type_and_value_is_told_at_once_with_dots() {
    let desk = Desk::new().await;
    let (call, before) = (desk.user(), desk.all().await);
    let body = json!({
        "account_type": "king", "organization": { "number": " ", "city": "Ghent" }, "first_name": "A\u{202E}da",
        "email": "nobody", "user_id": "a", "roles": [], "site": desk.contact, "can_create_users": "yes", "surname": "Byron",
        "credential": { "method": "password", "password": "a", "confirm_password": "b", "must_change": 1, "hint": "c" },
    });
    let faults = call.faults(&call.send(JSON, body.to_string()).await);
    let faults: Vec<_> = faults.iter().map(|(field, code)| (field.as_str(), code.as_str())).collect();
    assert_eq!(
        faults,
        [
            ("account_type", "invalid"),
            ("can_create_users", "wrong_type"),
            ("credential.confirm_password", "mismatch"),
            ("credential.hint", "unknown_field"),
            ("credential.must_change", "wrong_type"),
            ("email", "invalid"),
            ("first_name", "invisible_characters"),
            ("last_name", "required"),
            ("organization.city", "unknown_field"),
            ("organization.name", "required"),
            ("organization.number", "required"),
            ("roles", "required"),
            ("site", "invalid"),
            ("surname", "unknown_field"),
            ("user_id", "invalid"),
        ]
    );
    Desk::unchanged(&before, &desk.all().await, "all of it");
}

/// The call with one field changed is refused for that field with this code.
async fn refuses(call: &Call, field: &str, value: Value, code: &str) {
    let mut body = call.body.clone();
    body["credential"] = json!({ "method": "link" });
    *body.pointer_mut(&pointer(field)).expect("there") = value.clone();
    let faults = call.faults(&call.send(JSON, body.to_string()).await);
    assert_eq!(faults, [(field.to_owned(), code.to_owned())], "{field}={value}");
}

/// IN-05, ML-01
#[tokio::test]
async fn text_with_characters_that_nobody_sees_is_refused_and_changes_nothing() {
    let desk = Desk::new().await;
    let (call, before) = (desk.user(), desk.all().await);
    for hidden in [
        '\0',
        '\u{1}',
        '\t',
        '\n',
        '\r',
        '\u{1b}',
        '\u{7f}',
        '\u{85}',
        '\u{ad}',
        '\u{200b}',
        '\u{200d}',
        '\u{200e}',
        '\u{2028}',
        '\u{2029}',
        '\u{202a}',
        '\u{202e}',
        '\u{2060}',
        '\u{2066}',
        '\u{2069}',
        '\u{feff}',
        '\u{fffd}',
        '\u{ffff}',
        '\u{e000}',
        '\u{e0041}',
    ] {
        for field in ["first_name", "last_name", "organization.name", "organization.number"] {
            refuses(&call, field, json!(format!("A{hidden}da")), "invisible_characters").await;
        }
        refuses(&call, "email", json!(format!("a{hidden}da@example.com")), "invisible_characters").await;
        refuses(&call, "user_id", json!(format!("a{hidden}da")), "invalid").await;
    }
    Desk::unchanged(&before, &desk.all().await, "hidden characters");
}

/// IN-03, IN-04, ML-03
#[tokio::test]
async fn what_is_not_one_email_address_is_refused_and_changes_nothing() {
    let desk = Desk::new().await;
    let (call, before) = (desk.user(), desk.all().await);
    for text in [
        "ada",
        "ada@",
        "@example.com",
        "ada@localhost",
        "a b@example.com",
        "a@b@example.com",
        "a@example.com,b@example.com",
        "a@example.com;b@example.com",
        "<a@example.com>",
        "Ada <a@example.com>",
        "mailto:a@example.com",
        "\"a\"@example.com",
        ".a@example.com",
        "a.@example.com",
        "a..b@example.com",
        "a@127.0.0.1",
        "a@[127.0.0.1]",
        "a@[::1]",
        "a@exa_mple.com",
        "a@-example.com",
        "a@example-.com",
        "a@example..com",
        "a@.example.com",
        "a@example.com.",
        "a@example.com/",
        "a(b)@example.com",
        "a@exam ple.com",
        "a@xn--.com",
        "a@example.123",
        "a\\@example.com",
        "a@example.com#",
        "caf\u{e9}@example.com",
    ] {
        refuses(&call, "email", json!(text), "invalid").await;
    }
    refuses(&call, "email", json!("  "), "required").await;
    Desk::unchanged(&before, &desk.all().await, "bad emails");
}

/// IN-03
#[tokio::test]
async fn spellings_of_one_email_address_are_one_login_and_other_addresses_are_others() {
    let desk = Desk::new().await;
    let make = async |email: &str| desk.portal.create(email, json!({ "credential": null })).await;
    let _ = make("cafe@b\u{fc}cher.example").await.expect(201);
    for spelling in [
        "cafe@b\u{fc}cher.example",
        "  cafe@b\u{fc}cher.example ",
        "CAFE@B\u{dc}CHER.EXAMPLE",
        "Cafe@bu\u{308}cher.example",
        "cafe@xn--bcher-kva.example",
        "Cafe@XN--BCHER-KVA.Example",
        "cafe@\u{ff42}\u{fc}cher.example",
    ] {
        let _ = make(spelling).await.refused(409, "email_taken");
    }
    for other in ["cafe+x@b\u{fc}cher.example", "c.afe@b\u{fc}cher.example", "cafe@bucher.example"] {
        let _ = make(other).await.expect(201);
    }
}

/// IN-04, U2
#[tokio::test]
async fn every_field_takes_its_longest_text_and_nothing_longer() {
    let desk = Desk::new().await;
    let (call, before) = (desk.user(), desk.all().await);
    let host = format!("{}.{}.{}.{}.example", "b".repeat(60), "b".repeat(60), "b".repeat(46), "b".repeat(10));
    let email = format!("{}@{host}", "a".repeat(64));
    assert_eq!(email.len(), 254 - 2);
    let longest = format!("{}@bb{host}", "a".repeat(64));
    for (field, text, code) in [
        ("first_name", "\u{e9}".repeat(101), "too_long"),
        ("last_name", "b".repeat(101), "too_long"),
        ("organization.name", "n".repeat(201), "too_long"),
        ("organization.number", "9".repeat(65), "too_long"),
        ("user_id", "u".repeat(65), "invalid"),
        ("user_id", "uu".to_owned(), "invalid"),
        ("user_id", "ada@byron".to_owned(), "invalid"),
        ("email", format!("{}@example.com", "a".repeat(65)), "invalid"),
        ("email", format!("{}@bbb{host}", "a".repeat(64)), "too_long"),
    ] {
        refuses(&call, field, json!(text), code).await;
    }
    Desk::unchanged(&before, &desk.all().await, "long texts");
    let made = desk.portal.create(
        &longest,
        json!({
            "organization": { "number": "9".repeat(64), "name": "n".repeat(200) },
            "first_name": "\u{e9}".repeat(100), "last_name": "b".repeat(100), "user_id": "u".repeat(64),
        }),
    );
    assert_eq!(made.await.expect(201).at("/email"), longest);
}

/// U1, U4, O8, A3
#[tokio::test]
async fn values_that_exclude_each_other_or_that_nobody_knows_are_refused_and_change_nothing() {
    let desk = Desk::new().await;
    let before = desk.all().await;
    let [user, access, password] = [1, 2, 3].map(|at| desk.calls().remove(at));
    let own = desk.portal.contact(&desk.contact).await.at("/access/user");
    let link = json!({ "method": "link" });
    for (call, change, wanted) in [
        (
            &user,
            json!({ "credential": { "method": "link", "password": PASSWORD } }),
            "credential.password not_with_link",
        ),
        (&user, json!({ "credential": { "method": "magic" } }), "credential.method invalid"),
        (&user, json!({ "credential": { "method": "password" } }), "credential.confirm_password required"),
        (&user, json!({ "user": own }), "email not_with_user"),
        (&user, json!({ "user": desk.contact, "email": null, "credential": null, "user_id": null }), "user invalid"),
        (&user, json!({ "organization": own, "credential": link }), "organization invalid"),
        (&user, json!({ "organization": "ACME", "credential": link }), "organization invalid"),
        (&user, json!({ "roles": ["king"], "credential": link }), "roles unknown_role"),
        (&user, json!({ "site": desk.contact, "credential": link }), "site invalid"),
        (&user, json!({ "site": desk.site.to_lowercase(), "credential": link }), "site invalid"),
        (&access, json!({ "roles": [] }), "roles required"),
        (&access, json!({ "roles": ["king"] }), "roles unknown_role"),
        (&access, json!({ "credential": link, "notify": false }), "notify link_needs_mail"),
        (&access, json!({ "site": "sit_1" }), "site invalid"),
        (
            &password,
            json!({ "method": "link", "password": null, "confirm_password": null, "must_change": null }),
            "method invalid",
        ),
        (&password, json!({ "confirm_password": "another" }), "confirm_password mismatch"),
    ] {
        let mut body = call.body.clone();
        body.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
        let faults = call.faults(&call.send(JSON, body.to_string()).await);
        let faults: Vec<_> = faults.iter().map(|(field, code)| format!("{field} {code}")).collect();
        assert!(faults.contains(&wanted.to_owned()), "{change} for {}: {faults:?}", call.name());
    }
    Desk::unchanged(&before, &desk.all().await, "bad values");
}

/// AZ-06, IN-13
#[tokio::test]
async fn an_id_that_names_nothing_is_not_found_on_every_route_and_changes_nothing() {
    let desk = Desk::new().await;
    let before = desk.all().await;
    let ulid = desk.contact.trim_start_matches("con_");
    let bad = [
        format!("usr_{ulid}"),
        format!("org_{ulid}"),
        ulid.to_owned(),
        desk.contact.to_lowercase(),
        desk.contact.to_uppercase(),
        format!("{}0", desk.contact),
        desk.contact[..29].to_owned(),
        "con_".to_owned(),
        format!("con_{}", "Z".repeat(26)),
        "con_00000000000000000000000000".to_owned(),
        format!("{}%23CONTACT", desk.contact),
        format!("{}%00", desk.contact),
        format!("%20{}", desk.contact),
        format!("CONTACT%23{}", desk.contact),
        format!("..%2f{}", desk.contact),
        format!("{},{}", desk.contact, desk.contact),
        "%F0%9F%94%91".to_owned(),
        "*".to_owned(),
        "x".repeat(4_000),
    ];
    for route in contract::deployed().into_iter().filter(|route| route.is_api() && route.path.contains('{')) {
        let call = desk.calls().into_iter().find(|call| call.route == route.path && call.method == route.a_method());
        let (kind, body) = match call {
            Some(call) => (JSON[0], call.body.to_string().into_bytes()),
            None if route.path.ends_with("/logo") => ("image/png", images::png()),
            None => (JSON[0], Vec::new()),
        };
        let ask = async |id: &str| {
            let request = desk.portal.administrator.request(route.a_method(), &route.with(id));
            Answer::of(request.header("content-type", kind).body(body.clone())).await
        };
        for id in &bad {
            let answer = ask(id).await;
            assert_eq!((answer.status.as_u16(), answer.at("/code").as_str()), (404, "not_found"), "{route:?} {id}");
        }
        let _ = ask("%FF%FE").await.refused(400, "malformed");
    }
    Desk::unchanged(&before, &desk.all().await, "strange ids");
}

/// IN-13
#[tokio::test]
async fn a_text_that_looks_like_a_key_reaches_no_other_record() {
    let desk = Desk::new().await;
    let own = desk.portal.contact(&desk.contact).await;
    let before = desk.portal.everything().await;
    for (place, number) in ["#", "CONTACT#x", "C-1001#NUMBER", "ORG", "SETTINGS"].iter().enumerate() {
        let more =
            json!({ "organization": { "number": number, "name": own.at("/organization") }, "first_name": "USER#1" });
        let _ = desk.portal.create(&format!("ada#{place}@example.com"), more).await.expect(201);
    }
    for login in
        [format!("USER#{}", own.at("/access/user")), "LOGIN#".to_owned(), "SETTINGS".to_owned(), "#".repeat(300)]
    {
        let _ = desk.nobody.sign_in(&login, PASSWORD).await.refused(401, "invalid_credentials");
        let _ = desk.nobody.post("/v1/password-resets", &json!({ "login": login })).await.expect(202);
    }
    let after = desk.portal.everything().await;
    let counts = |item: &Value| item["type"] == "count" || item["type"] == "tally";
    let lost: Vec<_> = before.iter().filter(|item| !counts(item) && !after.contains(item)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    let keys = after.iter().map(|item| item["pk"].as_str().expect("a key"));
    let foreign: Vec<_> =
        keys.filter(|key| !key.chars().all(|c| c.is_ascii_alphanumeric() || "#_-".contains(c))).collect();
    assert!(foreign.is_empty(), "typed text is never part of a key: {foreign:?}");
}

/// IN-08, XS-03
#[tokio::test]
async fn a_method_that_is_not_the_routes_own_changes_nothing_and_tracing_is_off() {
    let desk = Desk::new().await;
    let before = desk.all().await;
    let routes = contract::deployed();
    for route in &routes {
        let path = route.with(if route.path.starts_with("/link/") { &desk.link } else { &desk.contact });
        for method in ["GET", "HEAD", "OPTIONS", "TRACE", "PATCH", "PUT", "POST", "DELETE", "PROPFIND"] {
            let is_own = routes.iter().any(|own| own.path == route.path && own.method == method);
            let is_safe = matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE");
            if is_own && !is_safe {
                continue;
            }
            let request = desk.portal.administrator.request(method.parse().expect("a method"), &path);
            let answer = Answer::of(request).await;
            assert!(answer.status.as_u16() < 500, "{method} {path}: {}", answer.text);
            assert!(method != "TRACE" || answer.status == 405, "{method} {path}: {}", answer.status);
            assert!(answer.status != 405 || !answer.header("allow").is_empty(), "{method} {path}");
        }
    }
    Desk::unchanged(&before, &desk.all().await, "a method");
}

/// IN-02
#[tokio::test]
async fn a_query_that_is_not_the_calls_is_refused_and_changes_nothing() {
    let desk = Desk::new().await;
    let before = desk.all().await;
    for query in [
        "everywhere=1",
        "everywhere=TRUE",
        "everywhere=",
        "everywhere",
        "Everywhere=true",
        "everywhere=true&everywhere=false",
        "everywhere=true&everywhere=true",
        "everywhere=true&x=1",
        "everywhere%3Dtrue",
        "everywhere=true%00",
        "x=1",
        "&",
    ] {
        let path = format!("/v1/contacts/{}/access?{query}", desk.contact);
        let _ = desk.portal.administrator.delete(&path).await.refused(400, "invalid_query");
    }
    Desk::unchanged(&before, &desk.all().await, "a query");
}

async fn with(call: &Call, name: &str, values: &[&[u8]]) -> Answer {
    let mut request = call.by.request(call.method.clone(), &call.path);
    for value in values {
        request = request.header(name, HeaderValue::from_bytes(value).expect("a value"));
    }
    Answer::of(request.json(&call.body)).await
}

/// IN-02, O9, U10
#[tokio::test]
async fn headers_that_say_nothing_sensible_are_refused_and_change_nothing() {
    let desk = Desk::new().await;
    let before = desk.all().await;
    let call = |method: Method, route: &'static str| Call {
        path: route.replace("{contact}", &desk.contact),
        by: desk.portal.administrator.clone(),
        body: desk.calls().into_iter().find(|call| call.route == route).map_or(Value::Null, |call| call.body),
        method,
        route,
    };
    for call in [
        call(Method::PUT, "/v1/contacts/{contact}/access"),
        call(Method::DELETE, "/v1/contacts/{contact}/access"),
        call(Method::PUT, "/v1/contacts/{contact}/password"),
        call(Method::POST, "/v1/contacts/{contact}/reset"),
        call(Method::POST, "/v1/contacts/{contact}/disable-login"),
    ] {
        for value in [&b"1"[..], b"", b"abc", b"**", b"'1'", b"1, 2", b"\xff\"1\""] {
            let _ = with(&call, "if-match", &[value]).await.refused(400, "invalid_if_match");
        }
        for value in [&b"\"0\""[..], b"\"\"", b"\"99999999999999999999\"", b"W/\"1\"", b"\"one\""] {
            let _ = with(&call, "if-match", &[value]).await.refused(412, "stale");
        }
        let _ = with(&call, "if-match", &[b"\"1\"", b"\"1\""]).await.refused(400, "malformed");
    }
    let user = desk.user();
    for value in [&b""[..], &[b'x'; 256], b"\xc3\xa9", b"\xff"] {
        let _ = with(&user, "idempotency-key", &[value]).await.refused(400, "invalid_idempotency_key");
    }
    let _ = with(&user, "idempotency-key", &[b"a", b"b"]).await.refused(400, "malformed");
    Desk::unchanged(&before, &desk.all().await, "a header");
}

/// IN-02, SE-01
#[tokio::test]
async fn a_session_that_was_never_begun_opens_nothing_however_it_is_written() {
    let desk = Desk::new().await;
    let before = desk.all().await;
    let good = desk.portal.administrator.token().to_owned();
    let turned = format!("{}{}", &good[..good.len() - 2], if good.ends_with("AA") { "BB" } else { "AA" });
    for value in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Basic {good}"),
        good.clone(),
        format!("Bearer {good}x"),
        format!("Bearer {turned}"),
        format!("Bearer {good}="),
        format!("Bearer {good} {good}"),
        format!("Bearer {good},"),
        format!("Bearer {}", "A".repeat(128)),
        format!("Bearer {}", "A".repeat(60_000)),
        "Bearer \u{e9}".to_owned(),
    ] {
        for call in desk.calls().iter().filter(|call| call.route.contains("contact") || call.route == "/v1/users") {
            let request = desk.nobody.request(call.method.clone(), &call.path);
            let header = HeaderValue::from_bytes(value.as_bytes()).expect("a value");
            let answer = Answer::of(request.header("authorization", header).json(&call.body)).await;
            let _ = answer.refused(401, "unauthenticated");
        }
    }
    let twice =
        desk.portal.administrator.request(Method::GET, "/v1/session").header("authorization", format!("Bearer {good}"));
    let _ = Answer::of(twice).await.refused(400, "malformed");
    Desk::unchanged(&before, &desk.all().await, "a forged session");
}

/// IN-06
#[tokio::test]
async fn huge_headers_and_addresses_are_refused_by_no_more_than_a_4xx() {
    let desk = Desk::new().await;
    let before = desk.all().await;
    for bytes in [10_240, 60_000, 500_000] {
        let request = desk.nobody.request(Method::POST, "/v1/sessions").header("x-filler", "x".repeat(bytes));
        let status = Answer::of(request.body("{}")).await.status;
        assert!(status.is_client_error(), "{bytes}: {status}");
    }
    let status = desk.nobody.get(&format!("/v1/{}", "x".repeat(30_000))).await.status;
    assert!(status.is_client_error(), "{status}");
    let status = desk.nobody.get(&format!("/sign-in?site={}", "x".repeat(30_000))).await.status;
    assert!(status.as_u16() < 500, "{status}");
    Desk::unchanged(&before, &desk.all().await, "size");
}

/// IN-02, IN-06, IN-07
#[tokio::test]
async fn a_form_that_is_not_the_pages_own_is_refused_and_changes_nothing() {
    let desk = Desk::new().await;
    let entered = desk.nobody.submit("/sign-in", &[("login", "admin@example.com"), ("password", PASSWORD)], "").await;
    let cookies = entered.expect(303).kept("session");
    let twice = format!("password={0}&confirm_password={0}", "a+wholly+other+phrase");
    let before = desk.all().await;
    for (path, form) in [
        ("/sign-in".to_owned(), format!("login={ADA}&password=x")),
        ("/forgot-password".to_owned(), format!("login={ADA}")),
        ("/account".to_owned(), format!("current_password={}&{twice}", PASSWORD.replace(' ', "+"))),
        (format!("/link/{}", desk.link), twice.clone()),
        (format!("/link/{}", desk.link), "action=renew".to_owned()),
    ] {
        let first = form.split('=').next().expect("a field");
        let sized = |bytes: usize| format!("{form}&extra={}", "x".repeat(bytes - form.len() - 7)).into_bytes();
        let table: [(&str, &[&str], Vec<u8>, u16); 11] = [
            ("JSON", JSON, b"{}".to_vec(), 415),
            ("text", &["text/plain"], form.clone().into_bytes(), 415),
            ("multipart", &["multipart/form-data; boundary=x"], form.clone().into_bytes(), 415),
            ("no type", &[], form.clone().into_bytes(), 415),
            ("two headers", &[FORM[0], FORM[0]], form.clone().into_bytes(), 415),
            ("a field twice", FORM, format!("{form}&{first}=x").into_bytes(), 400),
            (
                "a field twice, once encoded",
                FORM,
                format!("{form}&%{:02x}{}=x", first.as_bytes()[0], &first[1..]).into_bytes(),
                400,
            ),
            ("an unknown field", FORM, format!("{form}&extra=1").into_bytes(), 400),
            ("bytes that are no UTF-8", FORM, format!("{form}&extra=%ff").into_bytes(), 400),
            ("16 KiB", FORM, sized(16 * 1024), 400),
            ("16 KiB and a byte", FORM, sized(16 * 1024 + 1), 413),
        ];
        for (what, kinds, bytes, status) in table {
            let mut request = desk
                .nobody
                .request(Method::POST, &path)
                .header("cookie", &cookies)
                .header("sec-fetch-site", "same-origin");
            for kind in kinds {
                request = request.header("content-type", *kind);
            }
            let answer = Answer::of(request.body(bytes)).await;
            assert_eq!(answer.status.as_u16(), status, "{what} for {path}: {}", answer.text);
            assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{what} for {path}");
        }
    }
    let unknown = [("action", "remove"), ("password", PASSWORD), ("confirm_password", PASSWORD)];
    let _ = desk.nobody.submit(&format!("/link/{}", desk.link), &unknown, "").await.expect(400);
    Desk::unchanged(&before, &desk.all().await, "a form");
}

/// Text that nobody means well with.
fn text() -> impl Strategy<Value = String> {
    let known = select(vec![
        "",
        " ",
        "\0",
        "ada@example.com",
        "a@b.c",
        "con_00000000000000000000000000",
        "usr_",
        "customer",
        "staff",
        "link",
        "password",
        "administrator",
        "{{7*7}}",
        "${7*7}",
        "<script>",
        "\u{202E}",
        "\u{200B}",
        "#",
        "USER#",
        "../..",
        "\r\nbcc: x",
        "\u{1F511}",
        "null",
    ]);
    proptest::prop_oneof![known.prop_map(str::to_owned), any::<String>(), Just("x".repeat(3_000))]
}

/// Any JSON.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = proptest::prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        proptest::prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(text(), inner, 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// One thing done to a body.
#[derive(Debug, Clone)]
enum Blow {
    Replace(Index, Value),
    Remove(Index),
    Add(String, Value),
    Byte(Index, u8),
}

fn blow() -> impl Strategy<Value = Blow> {
    proptest::prop_oneof![
        4 => (any::<Index>(), json_value()).prop_map(|(at, value)| Blow::Replace(at, value)),
        1 => any::<Index>().prop_map(Blow::Remove),
        1 => (text(), json_value()).prop_map(|(name, value)| Blow::Add(name, value)),
        1 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Blow::Byte(at, byte)),
    ]
}

fn struck(body: &Value, blows: &[Blow]) -> Vec<u8> {
    let mut body = body.clone();
    let mut bytes = Vec::new();
    for blow in blows {
        let all = fields(&body);
        let chosen = |at: &Index| all.get(at.index(all.len().max(1))).map(|(field, _)| pointer(field));
        match blow {
            Blow::Replace(at, value) => {
                if let Some(place) = chosen(at).and_then(|place| body.pointer_mut(&place)) {
                    *place = value.clone();
                }
            }
            Blow::Remove(at) => {
                let place = chosen(at).unwrap_or_default();
                let (parent, name) = place.rsplit_once('/').unwrap_or_default();
                if let Some(fields) = body.pointer_mut(parent).and_then(Value::as_object_mut) {
                    fields.remove(name);
                }
            }
            Blow::Add(name, value) => body[name] = value.clone(),
            Blow::Byte(at, byte) => bytes.push((at, *byte)),
        }
    }
    let mut text = body.to_string().into_bytes();
    for (at, byte) in bytes {
        let place = at.index(text.len());
        text[place] = byte;
    }
    text
}

/// Section 2: fuzzed requests make no panic and no 5xx.
#[tokio::test]
async fn no_change_to_a_good_body_makes_the_service_stumble() {
    let desk = Desk::new().await;
    let calls = desk.calls();
    let mut runner = TestRunner::default();
    let strategy = (any::<Index>(), vec(blow(), 1..4));
    for _ in 0..400 {
        let (which, blows) = strategy.new_tree(&mut runner).expect("a case").current();
        let call = which.get(&calls);
        let bytes = struck(&call.body, &blows);
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let answer = call.send(JSON, bytes).await;
        let status = answer.status;
        assert!(status.as_u16() < 500, "{} {status} for {shown}: {}", call.name(), answer.text);
        assert!(
            status.is_success() || answer.json["code"].is_string(),
            "{} {status} for {shown}: {}",
            call.name(),
            answer.text
        );
    }
    let _ = desk.portal.administrator.get("/v1/session").await.expect(200);
}

/// IN-16
#[tokio::test]
async fn an_event_of_the_gateway_is_read_as_the_same_request_over_http_is() {
    let desk = Desk::new().await;
    let door = shared::http::door(local::routes(), &desk.portal.app);
    let bearer = format!("Bearer {}", desk.portal.administrator.token());
    let body = r#"{"login":"Ad\u00e9","login":"b"}"#;
    let host = desk.portal.url.trim_start_matches("http://");
    for (method, path, query, headers, body, encoded) in [
        ("GET", "/v1/session", "", json!({ "authorization": bearer }), "", false),
        ("GET", "/v1/session", "", json!({}), "", false),
        ("GET", "/v1/contacts/con_%23", "", json!({ "authorization": bearer }), "", false),
        ("DELETE", "/v1/contacts/con_1/access", "everywhere=1", json!({ "authorization": bearer }), "", false),
        ("POST", "/v1/sessions", "", json!({ "content-type": "application/json" }), body, false),
        ("POST", "/v1/sessions", "", json!({ "content-type": "application/json" }), "eyJsb2dpbiI6MX0=", true),
        ("POST", "/v1/sessions", "", json!({ "content-type": "text/plain" }), "{}", false),
        ("POST", "/v1/users", "", json!({ "content-type": "application/json", "authorization": bearer }), "{}", false),
        ("PUT", "/v1/users", "", json!({}), "", false),
        ("GET", "/nowhere", "", json!({}), "", false),
    ] {
        let mut headers = headers;
        headers["host"] = json!(host);
        let event = json!({
            "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query, "headers": headers,
            "requestContext": {
                "accountId": "1", "apiId": "api", "domainName": host, "domainPrefix": "api", "requestId": "from-the-gateway",
                "routeKey": "$default", "stage": "$default", "time": "22/Nov/2026:09:00:00 +0000", "timeEpoch": 1_795_338_000_000_i64,
                "http": { "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "test" },
            },
            "body": body, "isBase64Encoded": encoded,
        });
        let request = lambda_http::request::from_str(&event.to_string()).expect("an event");
        let request = request.map(|body| axum::body::Body::from(body.to_vec()));
        let answered = door.clone().oneshot(request).await.expect("an answer");
        let status = answered.status();
        let bytes = axum::body::to_bytes(answered.into_body(), usize::MAX).await.expect("a body");
        let mut by_event: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);

        let url = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        let mut request = desk.nobody.request(method.parse().expect("a method"), &url);
        for (name, value) in headers.as_object().expect("headers").iter().filter(|(name, _)| *name != "host") {
            request = request.header(name, value.as_str().expect("a text"));
        }
        let body = if encoded { r#"{"login":1}"# } else { body };
        let mut by_http = Answer::of(request.body(body)).await;
        assert_eq!(by_http.status, status, "{method} {url}");
        for json in [&mut by_event, &mut by_http.json] {
            json.as_object_mut().map(|fields| fields.remove("request_id"));
        }
        assert_eq!(by_http.json, by_event, "{method} {url}");
    }
}
