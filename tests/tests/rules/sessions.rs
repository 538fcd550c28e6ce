//! Sessions: what they are, how they end, and who may act with one (requirement P7, `security.md` 1D).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::app::{App, Parts};
use tests::portal::ADMINISTRATOR;
use tests::{Answer, PASSWORD, Portal, Visitor};

const ADA: &str = "ada@example.com";
const OTHER_PASSWORD: &str = "a wholly different phrase";

/// Signs in by the page, as a browser with these cookies.
async fn by_page(visitor: &Visitor, cookies: &str) -> Answer {
    visitor.submit("/sign-in", &[("login", ADA), ("password", PASSWORD)], cookies).await.expect(303)
}

/// Whether the token opens a session.
async fn is_in(visitor: &Visitor) -> bool {
    visitor.get("/v1/session").await.status == 200
}

/// Grants the contact this access.
async fn grant(portal: &Portal, contact: &str, access: Value) {
    let _ = portal.administrator.put(&format!("/v1/contacts/{contact}/access"), &access).await.expect(200);
}

/// SE-01
#[tokio::test]
async fn a_token_changed_anywhere_or_made_up_opens_nothing() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let bytes = URL_SAFE_NO_PAD.decode(ada.token()).expect("base64");
    assert_eq!(bytes.len(), 96, "four ids and 256 random bits");
    for byte in 0..bytes.len() {
        let mut forged = bytes.clone();
        forged[byte] ^= 1 << (byte % 8);
        let forged = ada.with_token(&URL_SAFE_NO_PAD.encode(forged));
        let answer = forged.get("/v1/session").await.refused(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), "Bearer", "byte {byte}");
    }
    for made_up in ["x", "null", &"A".repeat(128), &ada.token()[..127], &format!("{}AA", ada.token())] {
        let _ = ada.with_token(made_up).get("/v1/session").await.refused(401, "unauthenticated");
    }
    assert!(is_in(&ada).await);
}

/// SE-01
#[tokio::test]
async fn the_parts_of_two_sessions_do_not_open_a_third() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let again = portal.visitor().signed_in(ADA, PASSWORD).await;
    let [one, two] = [ada.token(), again.token()].map(|token| URL_SAFE_NO_PAD.decode(token).expect("base64"));
    assert_ne!(one[64..], two[64..]);
    let mixed = URL_SAFE_NO_PAD.encode([&one[..64], &two[64..]].concat());
    let _ = ada.with_token(&mixed).get("/v1/session").await.refused(401, "unauthenticated");
}

/// P7
#[tokio::test]
async fn the_table_holds_no_token() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let session = ada.get("/v1/session").await.expect(200).at("/id");
    let secret = &URL_SAFE_NO_PAD.decode(ada.token()).expect("base64")[64..];
    let dump = portal.dump().await;
    assert!(dump.contains(&session), "the session's record is there");
    assert!(!dump.contains(ada.token()) && !dump.contains(&URL_SAFE_NO_PAD.encode(secret)));
}

/// SE-02
#[tokio::test]
async fn signing_in_begins_a_new_session_and_ends_the_one_the_browser_held() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let planted = format!("session={}", ada.token());
    let fresh = by_page(&ada, &planted).await.kept("session");
    assert_ne!(fresh, planted);
    assert!(!is_in(&ada).await);
    let _ = portal.visitor().browse("/account", &fresh).await.expect(200);
}

/// SE-02
#[tokio::test]
async fn a_session_that_nobody_began_is_not_taken_up_at_sign_in() {
    let portal = Portal::start().await;
    portal.member(ADA, json!({})).await;
    let visitor = portal.visitor();
    let planted = URL_SAFE_NO_PAD.encode([7; 96]);
    let fresh = by_page(&visitor, &format!("session={planted}")).await.kept("session");
    assert_ne!(fresh, format!("session={planted}"));
    let _ = visitor.with_token(&planted).get("/v1/session").await.expect(401);
}

/// SE-03, SE-13
#[tokio::test]
async fn the_page_sets_the_cookie_and_gives_no_token_and_the_api_the_other_way_round() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let page = by_page(&portal.visitor(), "").await;
    let cookie = page.cookie("session").expect("a cookie");
    let token = page.kept("session")["session=".len()..].to_owned();
    assert_eq!(cookie, format!("session={token}; Path=/; HttpOnly; SameSite=Lax"));
    assert!(cookie.len() <= 4096);
    assert!(!page.text.contains(&token) && !page.header("location").contains(&token));
    let account = ada.browse("/account", &page.kept("session")).await.expect(200);
    assert!(!account.text.contains(&token));

    let api = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    assert_eq!(api.header("set-cookie"), "");
    assert_eq!(api.at("/token").len(), 128);
}

/// SE-03
#[tokio::test]
async fn over_https_the_cookies_are_for_their_host_alone() {
    let portal = Portal::start().await;
    portal.member(ADA, json!({})).await;
    let settings = portal.app.store.settings().await.expect("read").expect("set up");
    let mut secure = settings.value.clone();
    secure.sites[0].base_url = "https://portal.example.com".to_owned();
    let mut change = shared::domain::change::Change::none();
    change.update(&settings, secure);
    portal.app.store.commit(&change, portal.app.clock.now()).await.expect("written");
    let visitor = portal.instance(&App::new(Parts::clone(&portal.app))).await;

    let form = [("login", ADA), ("password", PASSWORD)];
    let page = Answer::of(visitor.request(Method::POST, "/sign-in").header("host", "portal.example.com").form(&form));
    let page = page.await.expect(303);
    for name in ["__Host-session", "__Host-device"] {
        let cookie = page.cookie(name).expect("a cookie");
        let said: Vec<_> = cookie.split("; ").skip(1).collect();
        for wanted in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
            assert!(said.contains(&wanted), "{cookie}");
        }
        assert!(!cookie.contains("Domain") && cookie.len() <= 4096, "{cookie}");
    }
}

/// SE-05
#[tokio::test]
async fn a_session_that_lies_idle_for_half_an_hour_is_over() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    for _ in 0..3 {
        portal.pass(SignedDuration::from_mins(29));
        assert!(is_in(&ada).await, "each use begins the half hour anew");
    }
    portal.pass(SignedDuration::from_mins(30));
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
}

/// SE-05
#[tokio::test]
async fn a_session_is_over_after_twelve_hours_however_much_it_is_used() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let expires = ada.get("/v1/session").await.expect(200).at("/expires_at");
    for _ in 0..28 {
        portal.pass(SignedDuration::from_mins(25));
        assert!(is_in(&ada).await);
    }
    portal.pass(SignedDuration::from_mins(15));
    let session = ada.get("/v1/session").await.expect(200);
    assert_eq!(session.at("/expires_at"), expires);
    assert_eq!(session.at("/idle_expires_at"), expires, "idleness ends no later than the session");
    portal.pass(SignedDuration::from_mins(5));
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
}

/// P7
#[tokio::test]
async fn checking_a_session_is_one_consistent_read_and_once_a_minute_a_write() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let operations = async || {
        portal.app.settings().await.expect("settings");
        portal.table.take_calls();
        let _ = ada.get("/v1/session").await.expect(200);
        let calls = portal.table.take_calls();
        assert!(calls[0].consistent);
        calls.into_iter().map(|call| call.operation).collect::<Vec<_>>()
    };
    assert_eq!(operations().await, ["BatchGetItem"]);
    portal.pass(SignedDuration::from_secs(61));
    assert_eq!(operations().await, ["BatchGetItem", "TransactWriteItems"]);
    assert_eq!(operations().await, ["BatchGetItem"]);
}

/// SE-06, SE-15
#[tokio::test]
async fn a_session_that_was_signed_out_is_dead_in_the_table_too() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let _ = ada.delete("/v1/session").await.expect(204);
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = ada.delete("/v1/session").await.refused(401, "unauthenticated");

    let visitor = portal.visitor();
    let cookie = by_page(&visitor, "").await.kept("session");
    let out = visitor.submit("/sign-out", &[], &cookie).await.expect(200);
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    assert_eq!(out.cookie("session").expect("taken away"), "session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=1");
    let replayed = visitor.browse("/account", &cookie).await.expect(303);
    assert_eq!(replayed.header("location"), "/sign-in");
    let _ = visitor.with_token(&cookie["session=".len()..]).get("/v1/session").await.expect(401);
}

/// SE-07
#[tokio::test]
async fn a_disabled_login_is_out_at_the_next_request_on_every_instance() {
    let portal = Portal::start().await;
    let (contact, ada) = portal.member(ADA, json!({})).await;
    let elsewhere = portal.instance(&portal.app).await.with_token(ada.token());
    assert!(is_in(&ada).await && is_in(&elsewhere).await);
    let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/disable-login")).await.expect(200);
    for instance in [&ada, &elsewhere] {
        let _ = instance.get("/v1/session").await.refused(401, "unauthenticated");
    }
}

/// SE-08
#[tokio::test]
async fn changing_the_password_ends_every_other_session() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let mut others = Vec::new();
    for _ in 0..4 {
        others.push(portal.visitor().signed_in(ADA, PASSWORD).await);
    }
    let body = json!({ "current_password": PASSWORD, "password": OTHER_PASSWORD, "confirm_password": OTHER_PASSWORD });
    let _ = ada.put("/v1/session/password", &body).await.expect(204);
    assert!(is_in(&ada).await);
    for other in &others {
        let _ = other.get("/v1/session").await.refused(401, "unauthenticated");
    }
}

/// SE-08
#[tokio::test]
async fn redeeming_a_reset_ends_every_session() {
    let portal = Portal::start().await;
    let (contact, ada) = portal.member(ADA, json!({})).await;
    let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    assert!(is_in(&ada).await, "asking alone changes nothing");
    let _ = portal.visitor().redeem(&portal.link_token(ADA).await, OTHER_PASSWORD).await.expect(204);
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
}

/// SE-09, P7
#[tokio::test]
async fn a_change_of_role_or_flag_holds_at_the_next_request() {
    let portal = Portal::start().await;
    portal.member("colleague@example.com", json!({ "roles": ["customer_administrator"] })).await;
    let (contact, ada) = portal.member(ADA, json!({ "roles": ["customer_administrator"] })).await;
    let _ = ada.get("/v1/roles").await.expect(200);
    grant(&portal, &contact, json!({ "roles": ["customer_center"] })).await;
    let _ = ada.get("/v1/roles").await.refused(403, "forbidden");
    assert_eq!(ada.get("/v1/session").await.expect(200).json["roles"], json!(["customer_center"]));
    grant(&portal, &contact, json!({ "roles": ["customer_center"], "can_create_users": true })).await;
    let _ = ada.get("/v1/roles").await.expect(200);
}

/// SE-09, P7
#[tokio::test]
async fn a_change_of_site_holds_at_the_next_request() {
    let portal = Portal::start().await;
    let (contact, ada) = portal.member(ADA, json!({})).await;
    let other = portal.administrator.get("/v1/sites").await.expect(200).at("/items/1/id");
    assert_ne!(ada.get("/v1/session").await.expect(200).at("/site"), other);
    grant(&portal, &contact, json!({ "roles": ["customer_center"], "site": other })).await;
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
}

/// The ids of the sessions that this one's holder has.
async fn listed(visitor: &Visitor) -> Vec<(String, bool)> {
    let answer = visitor.get("/v1/sessions").await.expect(200);
    let items = answer.json["items"].as_array().expect("a list").iter();
    items.map(|item| (item["id"].as_str().expect("an id").to_owned(), item["current"] == true)).collect()
}

/// P7, SE-10
#[tokio::test]
async fn a_person_lists_and_ends_their_own_sessions_and_nobody_elses() {
    let portal = Portal::start().await;
    let (_, first) = portal.member(ADA, json!({})).await;
    let second = portal.visitor().signed_in(ADA, PASSWORD).await;
    let id = async |visitor: &Visitor| visitor.get("/v1/session").await.expect(200).at("/id");
    let (one, two) = (id(&first).await, id(&second).await);
    let mut mine = listed(&second).await;
    mine.sort();
    assert_eq!(mine, [(one.clone(), false), (two, true)]);

    let foreign = portal.administrator.delete(&format!("/v1/sessions/{one}")).await;
    let _ = foreign.refused(404, "not_found");
    let _ = second.delete(&format!("/v1/sessions/{one}")).await.expect(204);
    assert!(!is_in(&first).await && is_in(&second).await);
    assert_eq!(listed(&second).await.len(), 1);
    let _ = second.delete(&format!("/v1/sessions/{one}")).await.refused(404, "not_found");
}

/// P7, SE-10
#[tokio::test]
async fn staff_end_all_of_a_persons_sessions_and_none_of_them_is_listed_again() {
    let portal = Portal::start().await;
    let (contact, ada) = portal.member(ADA, json!({})).await;
    let _ = portal.administrator.delete(&format!("/v1/contacts/{contact}/sessions")).await.expect(200);
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    let again = portal.visitor().signed_in(ADA, PASSWORD).await;
    assert_eq!(listed(&again).await.len(), 1);
    assert!(is_in(&portal.administrator).await);
}

/// What a request says of where it comes from.
type Says = &'static [(&'static str, &'static str)];

const FOREIGN: [Says; 7] = [
    &[],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "none")],
    &[("origin", "null")],
    &[("origin", "https://evil.example")],
    &[("sec-fetch-site", "cross-site"), ("origin", "SELF")],
];

/// A request as a browser sends it; `SELF` is the portal's own origin.
async fn sent(portal: &Portal, method: Method, path: &str, cookie: &str, says: Says) -> Answer {
    let request = portal.visitor().request(method, path).header("cookie", cookie);
    let request =
        says.iter().fold(request, |request, (name, value)| request.header(*name, value.replace("SELF", &portal.url)));
    Answer::of(request).await
}

/// XS-01
#[tokio::test]
async fn a_change_with_the_cookie_is_made_from_a_page_of_this_very_origin_alone() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let cookie = format!("session={}", ada.token());
    for says in FOREIGN {
        let _ = sent(&portal, Method::DELETE, "/v1/session", &cookie, says).await.refused(403, "cross_site");
        let _ = sent(&portal, Method::GET, "/v1/session", &cookie, says).await.expect(200);
        let _ = sent(&portal, Method::POST, "/account", &cookie, says).await.expect(403);
        let _ = sent(&portal, Method::POST, "/sign-out", &cookie, says).await.expect(403);
    }
    assert!(is_in(&ada).await, "none of them ended it");
    let own: [Says; 2] = [&[("sec-fetch-site", "same-origin")], &[("origin", "SELF")]];
    for says in own {
        let cookie = by_page(&portal.visitor(), "").await.kept("session");
        let _ = sent(&portal, Method::DELETE, "/v1/session", &cookie, says).await.expect(204);
    }
}

/// XS-01
#[tokio::test]
async fn a_token_in_the_header_needs_no_page_and_goes_before_a_cookie() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let cookie = format!("session={}", portal.administrator.token());
    let both = ada.request(Method::GET, "/v1/session").header("cookie", &cookie);
    assert_eq!(Answer::of(both).await.expect(200).at("/user/login_email"), ADA);
    let ended =
        ada.request(Method::DELETE, "/v1/session").header("cookie", &cookie).header("sec-fetch-site", "cross-site");
    let _ = Answer::of(ended).await.expect(204);
    let administrator = portal.administrator.get("/v1/session").await.expect(200);
    assert_eq!(administrator.at("/user/login_email"), ADMINISTRATOR);
}

/// XS-02
#[tokio::test]
async fn nobody_is_signed_in_by_another_sites_form() {
    let portal = Portal::start().await;
    portal.member(ADA, json!({})).await;
    let form = [("login", ADA), ("password", PASSWORD)];
    for says in FOREIGN.into_iter().filter(|says| !says.is_empty()) {
        let request = portal.visitor().request(Method::POST, "/sign-in").form(&form);
        let request = says
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, value.replace("SELF", &portal.url)));
        let answer = Answer::of(request).await.expect(403);
        assert_eq!(answer.header("set-cookie"), "", "{says:?}");
    }
}
