//! What each page weighs, and how soon it is painted, in a browser on this machine.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tests::Portal;
use tests::browser::Browser;
use tests::portal::ADMINISTRATOR;

use crate::figures::Figures;

const LOADS: u32 = 15;
const ADA: &str = "ada@example.com";

/// Tells of the page that is open: its bytes, those of all that it loads, how many requests that took, and when it was
/// first painted, in milliseconds from the first request on.
const TOLD: &str = r#"
    const [page] = performance.getEntriesByType("navigation");
    const loaded = performance.getEntriesByType("resource").filter(({ name }) => !name.endsWith("/favicon.ico"));
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    return [page.decodedBodySize, loaded.reduce((sum, it) => sum + it.decodedBodySize, page.decodedBodySize),
        1 + loaded.length, paint?.startTime ?? null];
"#;

/// The report.
pub(crate) async fn report() -> String {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    let organization = portal.contact(&contact).await.at("/organization");
    let _ = portal.create("ben@example.com", json!({})).await.expect(201);
    let token = portal.link_token("ben@example.com").await;
    let site = portal.administrator.get("/v1/sites").await.expect(200).at("/items/0/id");
    let browser = Browser::with_scripts(&portal).await;
    let mut report = format!(
        "Pages, {LOADS} loads each (goal: under 100 KB in all; the script is kept by the browser after the first)\n\
         \x20                                    HTML KB  in all KB  requests  first paint ms, p50 and p99\n"
    );
    let link = format!("/link/{token}");
    for (name, path) in [("/sign-in", "/sign-in"), ("/forgot-password", "/forgot-password"), ("/link/…", &link)] {
        row(&mut report, &browser, name, path).await;
    }
    browser.enter_console(ADMINISTRATOR).await;
    let (contact, organization) =
        (format!("/console/contacts/{contact}"), format!("/console/organizations/{organization}"));
    let templates = format!("/console/sites/{site}/templates");
    for (name, path) in [
        ("/account", "/account"),
        ("/console", "/console"),
        ("/console/contacts/…", contact.as_str()),
        ("/console/contacts/…/access", &format!("{contact}/access")),
        ("/console/organizations/…", &organization),
        ("/console/new-user", "/console/new-user"),
        ("/console/attention", "/console/attention"),
        ("/console/settings", "/console/settings"),
        ("/console/roles", "/console/roles"),
        ("/console/sites/…/templates", &templates),
        ("/console/sites/…/templates/invite/en", &format!("{templates}/invite/en")),
    ] {
        row(&mut report, &browser, name, path).await;
    }
    browser.close().await;
    report
}

async fn row(report: &mut String, browser: &Browser, name: &str, path: &str) {
    let mut painted = Figures::default();
    let mut told = Value::Null;
    for _ in 0..LOADS {
        browser.go(path).await;
        browser.until("return performance.getEntriesByName('first-contentful-paint').length > 0").await;
        told = browser.run(TOLD, &[]).await;
        painted.add(told[3].as_f64().unwrap_or_default());
    }
    let kilobytes = |at: usize| told[at].as_f64().unwrap_or_default() / 1024.0;
    let _ = writeln!(
        report,
        "  {name:36} {:6.1}  {:8.1}  {:8}  {:6.0} {:6.0}",
        kilobytes(0),
        kilobytes(1),
        told[2],
        painted.median(),
        painted.quantile(0.99)
    );
}
