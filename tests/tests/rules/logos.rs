//! A logo per site: what is taken for one, where it is shown, and what is left once it is gone.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lambda_http::IntoResponse as _;
use reqwest::Method;
use serde_json::{Value, json};
use tests::browser::Browser;
use tests::portal::ADMINISTRATOR;
use tests::visitor::in_parts;
use tests::{Answer, PASSWORD, Portal, images};
use tower::ServiceExt as _;

const ADA: &str = "ada@example.com";
const PNG: &str = "image/png";
const KEPT: &str = "public, max-age=31536000, immutable";

/// A site, by its place in the list.
async fn site(portal: &Portal, number: usize) -> Value {
    portal.administrator.get("/v1/sites").await.expect(200).json["items"][number].clone()
}

async fn id(portal: &Portal) -> String {
    site(portal, 0).await["id"].as_str().expect("an id").to_owned()
}

/// Where the first site's logo is set.
async fn path(portal: &Portal) -> String {
    format!("/v1/sites/{}/logo", id(portal).await)
}

/// Gives the first site a logo.
async fn set(portal: &Portal, image: Vec<u8>) -> Answer {
    portal.administrator.put_image(&path(portal).await, "*", PNG, image).await
}

async fn remove(portal: &Portal) -> Answer {
    let request = portal.administrator.request(Method::DELETE, &path(portal).await);
    Answer::of(request.header("if-match", "*")).await
}

/// What the table holds of logos: each by what it is, and its bytes in Base64.
async fn kept(portal: &Portal) -> Vec<(Value, String)> {
    let all = portal.everything().await.into_iter().filter(|item| item["type"] == "logo");
    all.map(|item| (item["logo"]["version"].clone(), item["bytes"].as_str().unwrap_or_default().to_owned())).collect()
}

/// The bytes that an address serves.
async fn bytes(portal: &Portal, path: &str) -> Vec<u8> {
    let answer = portal.visitor().request(Method::GET, path).send().await.expect("an answer");
    answer.bytes().await.expect("a body").to_vec()
}

/// U8, L12
#[tokio::test]
async fn a_logo_stands_above_the_pages_of_its_site_and_the_name_above_those_of_others() {
    let portal = Portal::start().await;
    let elsewhere = || portal.visitor().request(Method::GET, "/sign-in").header("host", "shop.example.com");
    let shop = json!({ "name": "Shop", "base_url": "https://shop.example.com", "sender": "shop@example.com" });
    let _ = portal.administrator.post("/v1/sites", &shop).await.expect(201);
    let (before, of_shop) = (portal.visitor().get("/sign-in").await, Answer::of(elsewhere()).await);
    let edited = set(&portal, images::png()).await.expect(200);
    let logo = &edited.json["logo"];
    assert_eq!((&logo["width"], &logo["height"]), (&json!(240), &json!(60)));
    let url = edited.at("/logo/url");
    let version = url.split('?').nth(1).expect("a version");
    assert!(version.len() == 16 && version.chars().all(|it| it.is_ascii_hexdigit()), "{url}");
    assert_eq!(site(&portal, 0).await["logo"], *logo);

    let after = portal.visitor().get("/sign-in").await.expect(200);
    let image = format!("<img class=\"logo\" src=\"{url}\" alt=\"Customer Portal\" width=\"160\" height=\"40\">");
    assert!(after.text.contains(&format!("<p class=\"brand\">{image}</p>")), "{}", after.text);
    assert!(after.header("content-security-policy").contains("; img-src 'self';"));
    assert_eq!(after.text.replace(&image, "Customer Portal"), before.text);
    assert!(!before.header("content-security-policy").contains("img-src"));
    let still = Answer::of(elsewhere()).await;
    assert_eq!(still.text, of_shop.text);
    assert_eq!(still.header("content-security-policy"), of_shop.header("content-security-policy"));
}

#[tokio::test]
async fn a_png_a_jpeg_and_a_webp_are_told_by_what_they_hold_whatever_their_sender_calls_them() {
    let portal = Portal::start().await;
    let path = path(&portal).await;
    for (image, kind, size) in [
        (images::png(), "image/png", (240, 60)),
        (images::jpeg(), "image/jpeg", (48, 16)),
        (images::webp(), "image/webp", (48, 16)),
        (images::png_of_pixels(2000, 2000), "image/png", (2000, 2000)),
        (images::png_of_bytes(32 * 1024), "image/png", (240, 60)),
    ] {
        for called in ["image/png", "image/svg+xml", "IMAGE/whatever; charset=utf-8"] {
            let set = portal.administrator.put_image(&path, "*", called, image.clone()).await.expect(200);
            assert_eq!((&set.json["logo"]["width"], &set.json["logo"]["height"]), (&json!(size.0), &json!(size.1)));
            let url = set.at("/logo/url");
            assert_eq!(portal.visitor().get(&url).await.header("content-type"), kind, "called {called}");
            assert_eq!(bytes(&portal, &url).await, image);
        }
    }
}

/// IN-06, IN-07
#[tokio::test]
async fn what_is_no_logo_is_refused_and_changes_nothing() {
    let portal = Portal::start().await;
    let path = path(&portal).await;
    let _ = set(&portal, images::png()).await.expect(200);
    let before = portal.everything().await;
    let svg = "must be a PNG, JPEG or WebP image: an SVG can hold scripts, and is not taken";
    let unknown = "must be a PNG, JPEG or WebP image";
    let size = "must be 1 to 2000 pixels wide, and 1 to 2000 high";
    for (what, image, message) in [
        ("nothing", Vec::new(), "must not be empty"),
        ("a drawing", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), svg),
        ("one that begins otherwise", b"\xEF\xBB\xBF\n<?xml version=\"1.0\"?><!-- a -->\n<svg>".to_vec(), svg),
        ("a page", b"<!doctype html><script>alert(1)</script>".to_vec(), unknown),
        ("a GIF", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;                ".to_vec(), unknown),
        ("what is cut off in its head", images::png()[..20].to_vec(), unknown),
        ("a few bytes", b"\x89PNG".to_vec(), unknown),
        ("a JPEG without a size", images::jpeg()[..160].to_vec(), unknown),
        ("one that is too wide", images::png_of_pixels(2001, 1), size),
        ("one that is too high", images::png_of_pixels(1, 2001), size),
        ("one without extent", images::png_of_pixels(0, 60), size),
        ("one that no memory holds", images::png_of_pixels(u32::MAX, u32::MAX), size),
    ] {
        let refused = portal.administrator.put_image(&path, "*", PNG, image).await.refused(400, "invalid");
        let told = (refused.at("/errors/0/field"), refused.at("/errors/0/message"));
        assert_eq!(told, ("logo".to_owned(), message.to_owned()), "{what}");
    }
    for bytes in [32 * 1024 + 1, 1 << 20] {
        let large = portal.administrator.put_image(&path, "*", PNG, images::png_of_bytes(bytes)).await;
        assert_eq!(large.refused(413, "too_large").at("/errors/0/message"), "must have at most 32 KB");
    }
    for kind in ["application/json", "text/plain", "application/octet-stream", "image", "multipart/form-data", ""] {
        let other = portal.administrator.put_image(&path, "*", kind, images::png()).await;
        let _ = other.refused(415, "unsupported_media_type");
    }
    let nowhere = format!("/v1/sites/sit_{}/logo", "0".repeat(26));
    for nowhere in [nowhere.as_str(), "/v1/sites/x/logo"] {
        let answer = portal.administrator.put_image(nowhere, "*", PNG, images::png()).await;
        let _ = answer.refused(404, "not_found");
    }
    assert_eq!(portal.everything().await, before);
}

/// S2
#[tokio::test]
async fn a_logo_that_is_replaced_or_removed_leaves_nothing_but_its_events() {
    let portal = Portal::start().await;
    let first = set(&portal, images::png()).await.expect(200);
    assert_eq!(kept(&portal).await.len(), 1);
    let second = set(&portal, images::jpeg()).await.expect(200);
    let (old, new) = (first.at("/logo/url"), second.at("/logo/url"));
    let version = |url: &str| url.split('?').nth(1).expect("a version").to_owned();
    assert_eq!(kept(&portal).await, [(json!(version(&new)), STANDARD.encode(images::jpeg()))]);
    assert_eq!(bytes(&portal, &old).await, images::jpeg());

    let before = portal.everything().await;
    let again = set(&portal, images::jpeg()).await.expect(200);
    assert_eq!((again.header("etag"), again.json), (second.header("etag"), second.json));
    assert_eq!(portal.everything().await, before, "what is so already changes nothing");

    assert_eq!(remove(&portal).await.expect(200).json["logo"], Value::Null);
    assert_eq!(kept(&portal).await, []);
    assert_eq!(site(&portal, 0).await["logo"], Value::Null);
    let page = portal.visitor().get("/sign-in").await.expect(200);
    assert!(page.text.contains("<p class=\"brand\">Customer Portal</p>"));
    let _ = portal.visitor().get(&new).await.expect(404);
    let before = portal.everything().await;
    assert_eq!(remove(&portal).await.expect(200).json["logo"], Value::Null);
    assert_eq!(portal.everything().await, before, "what is gone already changes nothing");

    let published = portal.published().await;
    let of_site = published.iter().filter(|it| it.detail["action"] == "site_edited");
    let told: Vec<_> = of_site.map(|it| it.detail["changes"]["logo"].clone()).collect();
    let (old, new) = (version(&old), version(&new));
    let wanted = [
        json!({ "before": null, "after": old }),
        json!({ "before": old, "after": new }),
        json!({ "before": new, "after": null }),
    ];
    assert_eq!(told, wanted);
}

/// O9
#[tokio::test]
async fn a_logo_is_set_and_removed_only_on_the_version_of_the_settings_that_was_read() {
    let portal = Portal::start().await;
    let path = path(&portal).await;
    let tag = portal.administrator.get("/v1/settings").await.header("etag");
    let set = portal.administrator.put_image(&path, &tag, PNG, images::png()).await.expect(200);
    assert_ne!(set.header("etag"), tag);
    let before = portal.everything().await;
    let _ = portal.administrator.put_image(&path, &tag, PNG, images::jpeg()).await.refused(412, "stale");
    let stale = portal.administrator.request(Method::DELETE, &path).header("if-match", &tag);
    let _ = Answer::of(stale).await.refused(412, "stale");
    let silent = portal.administrator.request(Method::PUT, &path).header("content-type", PNG).body(images::jpeg());
    let _ = Answer::of(silent).await.refused(428, "version_required");
    let _ = portal.administrator.delete(&path).await.refused(428, "version_required");
    assert_eq!(portal.everything().await, before);
    // What else is edited of the site leaves its logo as it is.
    let version = set.header("etag").trim_matches('"').parse().expect("a number");
    let site = path.trim_end_matches("/logo");
    let renamed = portal.administrator.patch(site, version, &json!({ "name": "Portal" })).await.expect(200);
    assert_eq!(renamed.json["logo"], set.json["logo"]);
}

/// CC-02
#[tokio::test(flavor = "multi_thread")]
async fn however_many_set_and_remove_a_logo_at_once_what_is_kept_is_what_the_site_says() {
    let portal = Arc::new(Portal::start().await);
    for _ in 0..4 {
        let all = [Some(images::png()), Some(images::jpeg()), None, Some(images::webp()), None];
        let calls = all.into_iter().map(|image| {
            let portal = Arc::clone(&portal);
            async move {
                match image {
                    Some(image) => set(&portal, image).await,
                    None => remove(&portal).await,
                }
            }
        });
        for answer in calls.collect::<tokio::task::JoinSet<_>>().join_all().await {
            let _ = answer.expect(200);
        }
        let said = site(&portal, 0).await["logo"]["url"].as_str().map(|url| url.split('?').nth(1).map(str::to_owned));
        let kept: Vec<_> =
            kept(&portal).await.into_iter().map(|(version, _)| version.as_str().map(str::to_owned)).collect();
        assert_eq!(kept, said.into_iter().collect::<Vec<_>>());
    }
}

/// A2
#[tokio::test]
async fn nobody_but_an_administrator_sets_a_logo() {
    let portal = Portal::start().await;
    let (path, id) = (path(&portal).await, id(&portal).await);
    let _ = set(&portal, images::png()).await.expect(200);
    let internal = portal.administrator.get("/v1/session").await.at("/organization");
    let manager = json!({ "account_type": "staff", "organization": internal, "roles": ["account_manager"] });
    let (_, manager) = portal.member("mia@example.com", manager).await;
    let (_, head) = portal.member(ADA, json!({ "roles": ["customer_administrator"] })).await;
    let form = [("login", ADA), ("password", PASSWORD)];
    let session = portal.visitor().submit("/sign-in", &form, "").await.expect(303).kept("session");
    let before = portal.everything().await;
    for by in [&manager, &head] {
        let _ = by.put_image(&path, "*", PNG, images::jpeg()).await.refused(403, "forbidden");
        let _ = Answer::of(by.request(Method::DELETE, &path).header("if-match", "*")).await.refused(403, "forbidden");
    }
    let nobody = portal.visitor();
    let _ = nobody.put_image(&path, "*", PNG, images::jpeg()).await.refused(401, "unauthenticated");
    let page = format!("/console/sites/{id}/logo");
    let sent = nobody.request(Method::POST, &page).header("cookie", &session).header("sec-fetch-site", "same-origin");
    let _ = Answer::of(in_parts(sent, &[("version", "2")], ("logo", &images::jpeg()))).await.expect(403);
    let _ = nobody.browse(&format!("{page}/confirm"), &session).await.expect(403);
    assert_eq!(portal.everything().await, before);
}

/// WB-01, WB-02, WB-03
#[tokio::test]
async fn a_logo_is_served_to_anybody_as_the_image_it_is_and_is_kept_while_it_is_the_present_one() {
    let portal = Portal::start().await;
    let nobody = portal.visitor();
    let id = id(&portal).await;
    let _ = nobody.get(&format!("/logo/{id}")).await.expect(404);
    let url = set(&portal, images::png()).await.expect(200).at("/logo/url");
    assert!(url.starts_with(&format!("/logo/{id}?")), "{url}");
    let longer = format!("{url}0");
    for (path, caching) in [
        (url.as_str(), KEPT),
        (&*format!("/logo/{id}"), "no-store"),
        (&*format!("/logo/{id}?0123456789abcdef"), "no-store"),
        (&longer, "no-store"),
    ] {
        let answer = nobody.get(path).await.expect(200);
        for (header, value) in [
            ("content-type", PNG),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", caching),
        ] {
            assert_eq!(answer.header(header), value, "{header} of {path}");
        }
        assert_eq!(bytes(&portal, path).await, images::png(), "{path}");
    }
    let old = url;
    let _ = set(&portal, images::webp()).await.expect(200);
    let stale = nobody.get(&old).await.expect(200);
    assert_eq!(
        (stale.header("content-type").as_str(), stale.header("cache-control").as_str()),
        ("image/webp", "no-store")
    );
    for path in ["/logo/x", "/logo/sit_x", &format!("/logo/sit_{}", "0".repeat(26)), "/logo/%FF"] {
        let answer = nobody.get(path).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

/// IN-16
#[tokio::test]
async fn a_logo_passes_the_gateway_byte_for_byte_in_both_directions() {
    let portal = Portal::start().await;
    let door = shared::http::door(local::routes(), &portal.app);
    let event = |method: &str, path: &str, query: &str, headers: Value, body: Option<&[u8]>| {
        let host = portal.url.trim_start_matches("http://");
        let mut headers = headers;
        headers["host"] = json!(host);
        let event = json!({
            "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query, "headers": headers,
            "requestContext": {
                "accountId": "1", "apiId": "api", "domainName": host, "domainPrefix": "api", "requestId": "from-the-gateway",
                "routeKey": "$default", "stage": "$default", "time": "22/Nov/2026:09:00:00 +0000", "timeEpoch": 1_795_338_000_000_i64,
                "http": { "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "test" },
            },
            "body": body.map(|body| STANDARD.encode(body)), "isBase64Encoded": body.is_some(),
        });
        let request = lambda_http::request::from_str(&event.to_string()).expect("an event");
        let answering = door.clone().oneshot(request.map(|body| axum::body::Body::from(body.to_vec())));
        async { answering.await.expect("an answer").into_response().await }
    };
    let bearer = format!("Bearer {}", portal.administrator.token());
    let headers = json!({ "authorization": bearer, "if-match": "*", "content-type": PNG });
    let set = event("PUT", &path(&portal).await, "", headers, Some(&images::png())).await;
    assert_eq!(set.status(), 200, "{:?}", set.body());
    let url = site(&portal, 0).await["logo"]["url"].as_str().expect("an address").to_owned();
    assert_eq!(bytes(&portal, &url).await, images::png());
    let (path, query) = url.split_once('?').expect("a version");
    let got = event("GET", path, query, json!({}), None).await;
    assert_eq!(got.headers()["cache-control"], KEPT);
    let lambda_http::Body::Binary(got) = got.body() else { panic!("{:?} is not encoded", got.body()) };
    assert_eq!(*got, images::png());
}

/// U8
#[tokio::test]
async fn an_administrator_uploads_a_logo_replaces_it_and_removes_it() {
    let portal = Portal::start().await;
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.follow("Settings").await;
    browser.follow("Sites").await;
    browser.follow("Customer Portal").await;
    assert!(browser.text().await.contains("There is none: the site’s name stands above its pages."));
    browser.inspect("console-site-without-logo").await;

    browser.press("Upload the logo").await;
    assert!(browser.described("logo").await.contains("Choose a file first."));
    browser.attach("Image", "drawing.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>").await;
    browser.press("Upload the logo").await;
    assert!(browser.described("logo").await.contains("an SVG can hold scripts"));
    assert!(browser.text().await.contains("Nothing was saved."));
    browser.inspect("console-logo-refused").await;
    browser.attach("Image", "large.png", &images::png_of_bytes(40_000)).await;
    browser.press("Upload the logo").await;
    assert!(browser.described("logo").await.contains("This must have at most 32 KB."));
    assert_eq!(kept(&portal).await, []);

    browser.attach("Image", "logo.png", &images::png()).await;
    browser.press("Upload the logo").await;
    assert!(browser.text().await.contains("Logo: 240 × 60 pixels"));
    let shown =
        "const it = document.querySelector(arguments[0]); return [it.naturalWidth, it.width, it.height, it.alt]";
    assert_eq!(browser.run(shown, &["section .logo".into()]).await, json!([240, 160, 40, "Logo of Customer Portal"]));
    assert_eq!(browser.run(shown, &[".brand .logo".into()]).await, json!([240, 160, 40, "Customer Portal"]));
    browser.inspect("console-logo-saved").await;
    browser.attach("Image", "logo.webp", &images::webp()).await;
    browser.press("Replace the logo").await;
    assert!(browser.text().await.contains("Logo: 48 × 16 pixels"));
    browser.attach("Image", "logo.webp", &images::webp()).await;
    browser.press("Replace the logo").await;
    assert!(browser.text().await.contains("Nothing was changed"));
    browser.attach("Image", "logo.png", &images::png()).await;
    browser.press("Replace the logo").await;

    let somebody = Browser::open(&portal).await;
    somebody.go("/sign-in").await;
    assert_eq!(somebody.run(shown, &[".brand .logo".into()]).await, json!([240, 160, 40, "Customer Portal"]));
    somebody.inspect("sign-in-logo").await;

    browser.follow("Remove the logo").await;
    assert_eq!(browser.heading().await, "Remove the logo: Customer Portal?");
    let text = browser.text().await;
    assert!(text.contains("Customer Portal") && text.contains("The image is not kept"), "{text}");
    browser.inspect("console-logo-remove").await;
    browser.press("Remove the logo").await;
    assert!(browser.text().await.contains("Logo: none: its name stands above its pages"));
    assert!(!browser.has("img").await);
    somebody.go("/sign-in").await;
    assert!(!somebody.has("img").await);
    somebody.close().await;
    browser.close().await;
}

/// O9
#[tokio::test]
async fn who_would_replace_or_remove_anothers_logo_unseen_is_shown_it_first() {
    let portal = Portal::start().await;
    let browser = Browser::open(&portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    browser.go(&format!("/console/sites/{}", id(&portal).await)).await;
    let _ = set(&portal, images::png()).await.expect(200);
    browser.attach("Image", "logo.webp", &images::webp()).await;
    browser.press("Upload the logo").await;
    assert!(browser.described("logo").await.contains("Somebody else changed this site meanwhile"));
    assert!(browser.has("section .logo").await);
    browser.inspect("console-logo-stale").await;
    browser.follow("Remove the logo").await;
    let _ = set(&portal, images::jpeg()).await.expect(200);
    browser.press("Remove the logo").await;
    assert!(browser.text().await.contains("This was changed since you read it."));
    assert_eq!(kept(&portal).await.len(), 1);
    browser.attach("Image", "logo.webp", &images::webp()).await;
    browser.press("Replace the logo").await;
    assert!(browser.text().await.contains("Logo: 48 × 16 pixels"));
    browser.close().await;
}

/// IN-06
#[tokio::test]
async fn a_form_that_is_no_upload_of_a_logo_changes_nothing() {
    let portal = Portal::start().await;
    let form = [("login", ADMINISTRATOR), ("password", PASSWORD)];
    let session = portal.visitor().submit("/sign-in", &form, "").await.expect(303).kept("session");
    let path = format!("/console/sites/{}/logo", id(&portal).await);
    let before = portal.everything().await;
    let sent = || {
        let request = portal.visitor().request(Method::POST, &path);
        request.header("cookie", &session).header("sec-fetch-site", "same-origin")
    };
    let (png, large) = (images::png(), vec![0; 3 << 20]);
    let version = ("version", "1");
    for (what, request, status) in [
        ("fields without parts", sent().form(&[version]), 415),
        ("no boundary", sent().header("content-type", "multipart/form-data").body("x"), 415),
        ("no part at all", sent().header("content-type", "multipart/form-data; boundary=parts").body("--parts--"), 400),
        (
            "a part that is cut off",
            sent().header("content-type", "multipart/form-data; boundary=parts").body("--pa"),
            400,
        ),
        ("a field of another page", in_parts(sent(), &[version, ("name", "x")], ("logo", &png)), 400),
        ("a field twice", in_parts(sent(), &[version, version], ("logo", &png)), 400),
        ("a file of another name", in_parts(sent(), &[version], ("file", &png)), 400),
        ("another version", in_parts(sent(), &[("version", "9")], ("logo", &png)), 412),
        ("no version", in_parts(sent(), &[], ("logo", &png)), 412),
        ("more than a form may hold", in_parts(sent(), &[version], ("logo", &large)), 413),
    ] {
        let answer = Answer::of(request).await;
        assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.text);
    }
    assert_eq!(portal.everything().await, before);
}
