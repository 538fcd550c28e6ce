//! What every answer is like, whatever it answers (`security.md` 1G, 1I): headers, problems, request ids.

use std::collections::BTreeSet;

use axum::Router;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use tests::contract::{self, Route};
use tests::wire::Fate;
use tests::{Answer, PASSWORD, Portal};
use tower::ServiceExt as _;

const ADA: &str = "ada@example.com";
const PAGE: &str = "text/html; charset=utf-8";

/// An answer of every kind there is: of each route to nobody, to staff and to nonsense, and of what is no route.
async fn answers(portal: &Portal) -> Vec<(String, Answer)> {
    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let link = portal.link_token(ADA).await;
    let mut all = Vec::new();
    for route in contract::deployed() {
        let path = route.with(if route.path.starts_with("/link/") { &link } else { &contact });
        for (by, visitor) in [("nobody", portal.visitor()), ("staff", portal.administrator.clone())] {
            for (body, kind) in [
                ("", "text/plain"),
                ("{}", "application/json"),
                ("{", "application/json"),
                ("x=1", "application/x-www-form-urlencoded"),
            ] {
                // Ends the session that is needed to go on.
                if by == "staff" && (&*route.method, &*route.path) == ("DELETE", "/v1/session") {
                    continue;
                }
                let request = visitor.request(route.a_method(), &path).header("content-type", kind).body(body);
                all.push((format!("{} {path} by {by} with {body:?}", route.method), Answer::of(request).await));
            }
        }
    }
    let large = "x".repeat(16 * 1024 + 1);
    for (method, path, body) in [
        ("GET", "/nowhere", ""),
        ("GET", "/v1/nowhere", ""),
        ("GET", "/v1", ""),
        ("GET", "/v1/contacts/con_none", ""),
        ("GET", "/link/none", ""),
        ("GET", "/link/%FF", ""),
        ("GET", "/v1/contacts/%FF", ""),
        ("PATCH", "/sign-in", ""),
        ("OPTIONS", "/v1/users", ""),
        ("HEAD", "/sign-in", ""),
        ("POST", "/v1/sessions", large.as_str()),
        ("GET", "/sign-in?site=x&site=y", ""),
    ] {
        let request = portal.administrator.request(method.parse().expect("a method"), path);
        let answer = Answer::of(request.header("content-type", "application/json").body(body.to_owned())).await;
        all.push((format!("{method} {path}"), answer));
    }
    all
}

fn is_api(name: &str) -> bool {
    name.contains(" /v1/") || name.contains("/openapi.json")
}

/// WB-01, WB-02, WB-03, WB-05, IN-09
#[tokio::test]
async fn every_answer_has_the_headers_that_keep_it_to_itself() {
    let portal = Portal::start().await;
    for (name, answer) in answers(&portal).await {
        for (header, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(header), value, "{header} of {name}");
        }
        let policy = answer.header("content-security-policy");
        let rules: Vec<&str> = policy.split(';').map(str::trim).collect();
        for rule in ["default-src 'none'", "frame-ancestors 'none'"] {
            assert!(rules.contains(&rule), "{policy} of {name}");
        }
        assert!(is_api(&name) || rules.contains(&"base-uri 'none'"), "{policy} of {name}");
        let runs = policy.contains("script") && (is_api(&name) || !policy.contains("script-src 'sha256-"));
        assert!(!policy.contains("unsafe") && !runs, "{policy} of {name}");
        for told in ["server", "x-powered-by", "access-control-allow-origin", "access-control-allow-credentials"] {
            assert_eq!(answer.header(told), "", "{told} of {name}");
        }
        let is_error = answer.status.is_client_error() || answer.status.is_server_error();
        let wanted = match (is_api(&name), is_error) {
            _ if answer.text.is_empty() => continue,
            (true, true) => "application/problem+json",
            (true, false) => "application/json",
            (false, false) if name.starts_with("GET /script.js ") => "text/javascript; charset=utf-8",
            (false, _) => PAGE,
        };
        assert_eq!(answer.header("content-type"), wanted, "{name}");
    }
}

/// LG-07
#[tokio::test]
async fn every_error_of_the_api_is_a_problem_that_names_its_request() {
    let portal = Portal::start().await;
    let (mut ids, mut codes) = (BTreeSet::new(), BTreeSet::new());
    for (name, answer) in
        answers(&portal).await.into_iter().filter(|(name, answer)| is_api(name) && answer.status.as_u16() >= 400)
    {
        let problem = answer.json.as_object().unwrap_or_else(|| panic!("{name}: {}", answer.text));
        let members: BTreeSet<&str> = problem.keys().map(String::as_str).filter(|member| *member != "errors").collect();
        assert_eq!(members, BTreeSet::from(["type", "title", "status", "detail", "code", "request_id"]), "{name}");
        assert_eq!(problem["type"], "about:blank", "{name}");
        assert_eq!(problem["status"], answer.status.as_u16(), "{name}");
        assert_eq!(problem["title"], answer.status.canonical_reason().expect("a known status"), "{name}");
        assert!(!answer.at("/detail").is_empty(), "{name}");
        let code = answer.at("/code");
        assert!(code.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{name}: {code}");
        for error in problem.get("errors").and_then(Value::as_array).into_iter().flatten() {
            let members: BTreeSet<&str> = error.as_object().expect("an object").keys().map(String::as_str).collect();
            assert_eq!(members, BTreeSet::from(["field", "code", "message"]), "{name}");
        }
        let id = answer.at("/request_id");
        assert!(id.len() == 32 && id.chars().all(|c| c.is_ascii_hexdigit()), "{name}: {id}");
        assert!(ids.insert(id), "{name}: two requests of one id");
        codes.insert(format!("{} {code}", answer.status.as_u16()));
    }
    let known = [
        "400 invalid",
        "400 malformed",
        "401 unauthenticated",
        "404 not_found",
        "405 method_not_allowed",
        "413 too_large",
        "415 unsupported_media_type",
    ];
    let missing: Vec<_> = known.iter().filter(|code| !codes.contains(**code)).collect();
    assert!(missing.is_empty(), "{missing:?} are not among {codes:?}");
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_below_v1_and_a_page_elsewhere() {
    let portal = Portal::start().await;
    for path in ["/v1/nowhere", "/v1/users/1", "/v1/contact", "/v1/sessions/", "/v1//users"] {
        let _ = portal.visitor().get(path).await.refused(404, "not_found");
    }
    for path in [
        "/nowhere",
        "/sign-in/",
        "/link",
        "/link/a/b",
        "/admin",
        "/.git/config",
        "/.env",
        "/favicon.ico",
        "/debug",
        "/v2/users",
    ] {
        let page = portal.visitor().get(path).await.expect(404);
        assert_eq!(page.header("content-type"), PAGE, "{path}");
        assert!(page.text.contains("<h1"), "{path}: {}", page.text);
    }
}

/// WB-02, WB-06
#[tokio::test]
async fn a_page_loads_nothing_but_its_own_style_and_the_one_script_which_its_policy_names() {
    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let link = format!("/link/{}", portal.link_token(ADA).await);
    let script = portal.visitor().get("/script.js").await.expect(200);
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    let digest = sha256(&script.text);
    let version: String = digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let script = format!("sha256-{}", STANDARD.encode(digest));
    let loads = format!("<script src=\"/script.js?{version}\" integrity=\"{script}\" defer></script>");
    for path in ["/sign-in", "/forgot-password", "/sign-in?site=none", "/nowhere", "/link/none", &link] {
        let page = portal.visitor().get(path).await;
        assert!(page.header("content-security-policy").contains(&format!("script-src '{script}';")), "{path}");
        let html = page.text.replace("&#43;", "+").replacen(&loads, "", 1);
        let asked = portal.visitor().get(&format!("/script.js?{version}")).await.expect(200);
        assert_eq!(asked.header("cache-control"), "public, max-age=31536000, immutable");
        let style =
            page.text.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).expect("a style").0;
        let hash = STANDARD.encode(sha256(style));
        assert!(page.header("content-security-policy").contains(&format!("style-src 'sha256-{hash}'")), "{path}");
        for loading in
            ["<script", "<link", "<img", "<iframe", " src=", " style=", "javascript:", "@import", "url(", " onclick"]
        {
            assert!(!html.contains(loading), "{loading} in {path}");
        }
    }
}

fn sha256(text: &str) -> Vec<u8> {
    use sha2::Digest as _;
    sha2::Sha256::digest(text).to_vec()
}

/// WB-04
#[tokio::test]
async fn no_other_origin_is_let_in() {
    let portal = Portal::start().await;
    let own = portal.url.clone();
    for origin in [
        "null",
        "https://evil.example",
        &format!("{own}.evil.example"),
        "http://127.0.0.1",
        &own.replace("http", "https"),
        &own,
    ] {
        for (method, path) in
            [(Method::GET, "/v1/session"), (Method::OPTIONS, "/v1/sessions"), (Method::GET, "/sign-in")]
        {
            let request = portal.administrator.request(method.clone(), path).header("origin", origin);
            let request = request
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "authorization");
            let answer = Answer::of(request).await;
            let told: Vec<_> =
                answer.headers.keys().filter(|name| name.as_str().starts_with("access-control")).collect();
            assert!(told.is_empty(), "{told:?} for {origin} at {path}");
            assert!(method != Method::OPTIONS || answer.status == 405, "{origin} at {path}");
        }
    }
}

/// AZ-01
#[tokio::test]
async fn every_call_that_needs_a_session_says_so_to_who_has_none() {
    let portal = Portal::start().await;
    let document = contract::document();
    for route in contract::deployed().into_iter().filter(Route::is_api) {
        let secured = document["paths"][&route.path][route.method.to_lowercase()].get("security").is_some();
        for token in ["", "none", &"A".repeat(128)] {
            let visitor = if token.is_empty() { portal.visitor() } else { portal.visitor().with_token(token) };
            let request = visitor.request(route.a_method(), &route.with("con_none")).json(&json!({}));
            let answer = Answer::of(request).await;
            assert_eq!(secured, answer.status == 401, "{route:?}: {}", answer.text);
            if secured {
                assert_eq!(answer.header("www-authenticate"), "Bearer", "{route:?}");
                let _ = answer.refused(401, "unauthenticated");
            }
        }
    }
}

#[tokio::test]
async fn asking_for_the_head_gives_what_getting_gives_without_the_body() {
    let portal = Portal::start().await;
    for path in ["/v1/session", "/v1/sites", "/sign-in", "/openapi.json", "/nowhere", "/v1/nowhere"] {
        let whole = portal.administrator.get(path).await;
        let head = Answer::of(portal.administrator.request(Method::HEAD, path)).await;
        assert_eq!((head.status, head.text.as_str()), (whole.status, ""), "{path}");
        assert_eq!(head.header("content-type"), whole.header("content-type"), "{path}");
        assert_eq!(head.header("content-length"), whole.text.len().to_string(), "{path}");
    }
}

/// LG-09
#[tokio::test]
async fn a_panic_costs_one_answer_and_not_the_process() {
    let portal = Portal::start().await;
    let stumble = || get(async || -> &'static str { panic!("the secret of {ADA}") });
    let door =
        shared::http::door(Router::new().route("/v1/stumble", stumble()).route("/stumble", stumble()), &portal.app);
    for (path, kind) in
        [("/v1/stumble", "application/problem+json"), ("/stumble", PAGE), ("/v1/stumble", "application/problem+json")]
    {
        let request = http::Request::get(path).body(axum::body::Body::empty()).expect("a request");
        let answer = door.clone().oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), 500, "{path}");
        assert_eq!(answer.headers()["content-type"], kind, "{path}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
        let text = String::from_utf8_lossy(&body);
        assert!(!text.contains("secret") && !text.contains("panic"), "{text}");
    }
}

/// LG-07, LG-08
#[tokio::test]
async fn a_table_that_fails_costs_a_503_that_says_when_to_come_back_and_nothing_of_aws() {
    let portal = Portal::start().await;
    portal.table.decide_by(|_, _| Fate::Refuse(400, "AccessDeniedException"));
    let (nobody, staff) = (portal.visitor(), &portal.administrator);
    let answers = [
        nobody.sign_in(ADA, PASSWORD).await,
        nobody.post("/v1/password-resets", &json!({ "login": ADA })).await,
        staff.get("/v1/session").await,
        portal.create(ADA, json!({})).await,
        nobody.submit("/sign-in", &[("login", ADA), ("password", PASSWORD)], "").await,
    ];
    portal.table.heal();
    for answer in answers {
        let answer = answer.expect(503);
        assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0), "{:?}", answer.headers);
        for word in [
            "arn:aws",
            "aws",
            "AWS",
            "Dynamo",
            "Exception",
            "latchkey",
            "refused by the test",
            "shared/src",
            "panicked",
        ] {
            assert!(!answer.text.contains(word), "{word} in {}", answer.text);
        }
    }
}
