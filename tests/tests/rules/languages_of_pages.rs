//! The languages of the pages that customers meet: as somebody's contact says, else as their browser asks, else the site's own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use http::StatusCode;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;
use shared::domain::wording::MailLanguage;
use shared::http::{Problem, told};
use shared::phrases;
use tests::browser::Browser;
use tests::{Answer, PASSWORD, Portal};

const ADA: &str = "ada@example.com";
const OTHER: &str = "a wholly different phrase";
/// Long enough, and refused all the same.
const PERSONAL: &str = "ada byron ada byron";
const GERMAN: &str = "de-AT,de;q=0.9,en;q=0.8";

/// A browser that asks for these languages.
pub(crate) async fn browser_of(portal: &Portal, languages: &str) -> Browser {
    let browser = Browser::open(portal).await;
    browser.speak(languages).await;
    browser
}

/// Notes with a contact that it reads this language.
pub(crate) async fn reads(portal: &Portal, contact: &str, language: &str) {
    let version = portal.contact(contact).await.json["version"].as_u64().expect("a version");
    let path = format!("/v1/contacts/{contact}");
    let _ = portal.administrator.patch(&path, version, &json!({ "language": language })).await.expect(200);
}

pub(crate) async fn language(browser: &Browser) -> String {
    let language = browser.run("return document.documentElement.lang", &[]).await;
    language.as_str().expect("a language").to_owned()
}

async fn get(portal: &Portal, path: &str, languages: &str) -> Answer {
    Answer::of(portal.visitor().request(Method::GET, path).header("accept-language", languages)).await
}

/// L1, L7, P5
#[tokio::test]
async fn who_asks_for_german_signs_in_and_asks_for_a_link_in_german() {
    let portal = Portal::start().await;
    portal.create_active(ADA, json!({})).await;
    let browser = browser_of(&portal, GERMAN).await;
    browser.go("/sign-in").await;
    assert_eq!((browser.heading().await.as_str(), language(&browser).await.as_str()), ("Anmelden", "de"));
    browser.inspect("sign-in-de").await;
    browser.fill("E-Mail-Adresse oder Benutzer-ID", ADA).await;
    browser.fill("Passwort", OTHER).await;
    browser.press("Anmelden").await;
    assert!(browser.described("password").await.contains("Das hat nicht funktioniert."));
    browser.inspect("sign-in-failed-de").await;

    browser.follow("Passwort vergessen?").await;
    assert_eq!(browser.heading().await, "Passwort vergessen?");
    browser.inspect("forgot-password-de").await;
    browser.fill("E-Mail-Adresse oder Benutzer-ID", " ").await;
    browser.press("Link anfordern").await;
    let described = browser.described("login").await;
    assert!(described.contains("Geben Sie Ihre E-Mail-Adresse oder Ihre Benutzer-ID ein."), "{described}");
    browser.inspect("forgot-password-fault-de").await;
    browser.fill("E-Mail-Adresse oder Benutzer-ID", ADA).await;
    browser.press("Link anfordern").await;
    assert_eq!(browser.heading().await, "Sehen Sie in Ihr Postfach");
    browser.inspect("forgot-password-sent-de").await;

    browser.go("/nirgends").await;
    assert_eq!(browser.heading().await, "Nicht gefunden");
    assert!(browser.text().await.contains("Hier ist nichts."));
    browser.inspect("problem-de").await;
    browser.close().await;
}

/// P5: the language of a page depends on who asks, never on who is asked for.
#[tokio::test]
async fn somebodys_language_shows_on_no_page_before_they_are_known() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({})).await;
    reads(&portal, &contact, "fr").await;
    let browser = browser_of(&portal, GERMAN).await;
    let mut pages = Vec::new();
    for login in [ADA, "nobody@example.com"] {
        for (path, button) in [("/sign-in", "Anmelden"), ("/forgot-password", "Link anfordern")] {
            browser.go(path).await;
            browser.fill("E-Mail-Adresse oder Benutzer-ID", login).await;
            if path == "/sign-in" {
                browser.fill("Passwort", OTHER).await;
            }
            browser.press(button).await;
            pages.push((language(&browser).await, browser.text().await.replace(login, "")));
        }
    }
    assert_eq!(pages[..2], pages[2..]);
    assert!(pages.iter().all(|(language, _)| language == "de"), "{pages:?}");
    browser.close().await;
}

/// L3, L6, P3
#[tokio::test]
async fn who_asks_for_german_sets_a_password_by_a_link_in_german() {
    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let browser = browser_of(&portal, GERMAN).await;
    let path = format!("/link/{}", portal.link_token(ADA).await);
    browser.go(&path).await;
    assert_eq!(browser.heading().await, "Legen Sie Ihr Passwort fest");
    let text = browser.text().await;
    assert!(text.contains(" Uhr\u{a0}(UTC) und nur einmal.") && text.contains("Fragen? Schreiben Sie an"), "{text}");
    browser.inspect("link-invite-de").await;

    let choose = async |password: &str, again: &str| {
        browser.fill("Neues Passwort", password).await;
        browser.fill("Dasselbe Passwort noch einmal", again).await;
        browser.press("Passwort festlegen").await;
    };
    choose(PERSONAL, PERSONAL).await;
    let described = browser.described("password").await;
    assert!(described.contains("Das Passwort darf nicht aus Ihrer E-Mail-Adresse, Ihrem Namen,"), "{described}");
    assert!(described.contains("Mindestens 15 Zeichen"), "{described}");
    browser.inspect("link-invite-fault-de").await;
    choose("abcabcabcabcabc", "abcabcabcabcabc").await;
    assert!(browser.described("password").await.contains("einer einfachen Folge"));
    choose(PASSWORD, OTHER).await;
    assert!(browser.described("confirm_password").await.contains("Die beiden Passwörter sind verschieden."));
    choose(PASSWORD, PASSWORD).await;
    assert_eq!(browser.heading().await, "Ihr Passwort ist festgelegt");
    browser.inspect("link-invite-done-de").await;

    browser.go(&path).await;
    assert_eq!(browser.heading().await, "Dieser Link wurde schon benutzt");
    browser.inspect("link-used-de").await;
    browser.press("Neuen Link anfordern").await;
    assert_eq!(browser.heading().await, "Sehen Sie in Ihr Postfach");
    browser.inspect("link-renewed-de").await;
    browser.go("/link/not-one-of-ours").await;
    assert_eq!(browser.heading().await, "Wir kennen diesen Link nicht");
    browser.inspect("link-unknown-de").await;
    browser.close().await;
}

/// L3, L6
#[tokio::test]
async fn a_links_page_is_in_the_language_of_whoever_it_was_sent_to() {
    let portal = Portal::start().await;
    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    reads(&portal, &contact, "es-MX").await;
    let browser = browser_of(&portal, GERMAN).await;
    let path = format!("/link/{}", portal.link_token(ADA).await);
    browser.go(&path).await;
    assert_eq!((browser.heading().await.as_str(), language(&browser).await.as_str()), ("Elija su contraseña", "es"));
    browser.inspect("link-invite-es").await;
    portal.pass(SignedDuration::from_hours(24));
    browser.go(&path).await;
    assert_eq!(browser.heading().await, "Este enlace ha caducado");
    browser.inspect("link-expired-es").await;
    browser.close().await;
}

/// O6, P7, P9
#[tokio::test]
async fn somebodys_own_language_is_that_of_their_account_whatever_the_browser_asks_for() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({})).await;
    reads(&portal, &contact, "fr-CH").await;
    let _ = portal.visitor().signed_in(ADA, PASSWORD).await;
    let browser = browser_of(&portal, GERMAN).await;
    browser.go("/sign-in").await;
    browser.fill("E-Mail-Adresse oder Benutzer-ID", ADA).await;
    browser.fill("Passwort", PASSWORD).await;
    browser.press("Anmelden").await;
    assert_eq!((browser.heading().await.as_str(), language(&browser).await.as_str()), ("Votre compte", "fr"));
    let text = browser.text().await;
    for fact in ["Client", "Espace client", "Ce navigateur", "\u{a0}(UTC), dernière utilisation le "] {
        assert!(text.contains(fact), "{fact} in: {text}");
    }
    browser.inspect("account-fr").await;

    browser.fill("Mot de passe actuel", OTHER).await;
    browser.fill("Nouveau mot de passe", OTHER).await;
    browser.fill("Le même mot de passe une seconde fois", OTHER).await;
    browser.press("Changer le mot de passe").await;
    assert!(browser.described("current_password").await.contains("Le mot de passe actuel n’est pas le bon."));
    browser.inspect("account-wrong-password-fr").await;
    browser.fill("Mot de passe actuel", PASSWORD).await;
    browser.fill("Nouveau mot de passe", PASSWORD).await;
    browser.fill("Le même mot de passe une seconde fois", PASSWORD).await;
    browser.press("Changer le mot de passe").await;
    assert!(browser.described("password").await.contains("doit être différent de l’actuel."));
    browser.fill("Nouvelle adresse e-mail", ADA).await;
    browser.fill("Votre mot de passe", PASSWORD).await;
    browser.press("Envoyer le lien").await;
    assert!(browser.described("email").await.contains("Vous vous connectez déjà avec cette adresse."));
    browser.inspect("account-email-refused-fr").await;
    browser.press("Se déconnecter").await;
    assert_eq!(browser.heading().await, "Votre session est fermée");
    browser.inspect("signed-out-fr").await;
    browser.close().await;
}

/// O6, P9
#[tokio::test]
async fn an_account_of_no_known_language_is_in_that_of_the_browser() {
    let portal = Portal::start().await;
    let contact = portal.create_active(ADA, json!({})).await;
    reads(&portal, &contact, "it").await;
    let browser = browser_of(&portal, GERMAN).await;
    browser.go("/sign-in").await;
    browser.fill("E-Mail-Adresse oder Benutzer-ID", ADA).await;
    browser.fill("Passwort", PASSWORD).await;
    browser.press("Anmelden").await;
    assert_eq!(browser.heading().await, "Ihr Konto");
    browser.inspect("account-de").await;
    browser.fill("Neue E-Mail-Adresse", "countess@example.com").await;
    browser.fill("Ihr Passwort", PASSWORD).await;
    browser.press("Link schicken").await;
    assert!(browser.text().await.contains("Sehen Sie in das Postfach von countess@example.com."));
    browser.go(&format!("/link/{}", portal.link_token("countess@example.com").await)).await;
    assert_eq!(browser.heading().await, "Bestätigen Sie Ihre neue E-Mail-Adresse");
    browser.inspect("link-confirm-email-de").await;
    browser.close().await;
}

#[tokio::test]
async fn who_asks_for_no_language_that_there_is_reads_the_sites() {
    let portal = Portal::start().await;
    let sites = portal.administrator.get("/v1/sites").await.expect(200);
    let site = format!("/v1/sites/{}", sites.at("/items/0/id"));
    let told = async |languages: &str, wants: &str| {
        for path in ["/sign-in", "/forgot-password", "/link/not-one-of-ours", "/nowhere"] {
            let page = get(&portal, path, languages).await;
            assert_eq!(page.header("content-language"), wants, "{path} for {languages}");
            assert_eq!(page.header("vary"), "accept-language", "{path}");
            assert!(page.text.contains(&format!("<html lang=\"{wants}\">")), "{path} for {languages}");
        }
    };
    told("it, ja;q=0.5", "en").await;
    let version = portal.administrator.get("/v1/settings").await.json["version"].as_u64().expect("a version");
    let _ = portal.administrator.patch(&site, version, &json!({ "language": "es" })).await.expect(200);
    for (languages, wants) in [
        ("it, ja;q=0.5", "es"),
        ("*", "es"),
        ("", "es"),
        ("de;q=0, it", "es"),
        ("it, fr;q=0.3, de;q=0.2", "fr"),
        ("fr;q=0.3, DE-ch;q=0.8", "de"),
        ("en-GB", "en"),
    ] {
        told(languages, wants).await;
    }
    assert_eq!(portal.visitor().get("/sign-in").await.header("content-language"), "es", "asked for nothing");
}

#[tokio::test]
async fn the_api_speaks_english_to_everybody_and_the_console_as_who_asks() {
    let portal = Portal::start().await;
    let body = json!({ "login": ADA, "password": OTHER });
    let request = portal.visitor().request(Method::POST, "/v1/sessions").header("accept-language", "de").json(&body);
    let refused = Answer::of(request).await.refused(401, "invalid_credentials");
    assert_eq!(refused.at("/detail"), "The email or user ID, or the password, is not right.");
    assert_eq!(get(&portal, "/console/nowhere", "de").await.header("content-language"), "de");
}

/// P3
#[tokio::test]
async fn the_script_speaks_the_language_of_its_page() {
    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let browser = Browser::with_scripts(&portal).await;
    browser.speak(GERMAN).await;
    browser.live_in("Asia/Kolkata").await;
    browser.go(&format!("/link/{}", portal.link_token(ADA).await)).await;
    browser.fill("Neues Passwort", "seven c").await;
    assert!(browser.text().await.contains("Noch 8 Zeichen."));
    browser.fill("Neues Passwort", PASSWORD).await;
    browser.fill("Dasselbe Passwort noch einmal", OTHER).await;
    assert!(browser.text().await.contains("Die beiden stimmen noch nicht überein."));
    browser.fill("Dasselbe Passwort noch einmal", PASSWORD).await;
    assert!(browser.text().await.contains("Lang genug, und beide stimmen überein."));
    browser.inspect("script-password-de").await;
    browser.press("Passwort festlegen").await;
    browser.go("/sign-in").await;
    browser.fill("E-Mail-Adresse oder Benutzer-ID", ADA).await;
    browser.fill("Passwort", PASSWORD).await;
    browser.press("Anmelden").await;
    let text = browser.text().await;
    assert!(text.contains("seit dem ") && text.contains("GMT+5:30") && !text.contains("(UTC)"), "{text}");
    browser.close().await;
}

/// The files below this folder that end so.
pub(crate) fn files(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            files(&path, end, found);
        } else if path.to_str().is_some_and(|path| path.ends_with(end)) {
            found.push(path);
        }
    }
}

/// Every text that a page asks for, with the way that it is asked for.
fn asked_for() -> BTreeSet<(&'static str, String)> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all = Vec::new();
    for folder in ["shared/src", "functions"] {
        files(&project.join(folder), ".rs", &mut all);
    }
    files(&project.join("shared/templates"), ".html", &mut all);
    let mut asked = BTreeSet::new();
    for file in all {
        let text = fs::read_to_string(&file).expect("read");
        for way in [".t(", ".fill(", ".around("] {
            for after in text.split(way).skip(1) {
                if let Some(text) = after.trim_start().strip_prefix('"') {
                    asked.insert((way, text.split('"').next().unwrap_or_default().to_owned()));
                }
            }
        }
    }
    asked
}

#[test]
fn every_text_of_a_page_is_there_in_every_language_and_none_is_there_for_nothing() {
    let there: BTreeMap<_, _> = phrases::all().map(|phrase| (phrase[0], phrase)).collect();
    assert_eq!(there.len(), phrases::all().count(), "one text is there twice");
    let asked = asked_for();
    assert!(asked.len() > 100, "found: {asked:?}");
    for (way, text) in &asked {
        let phrase = there.get(text.as_str()).unwrap_or_else(|| panic!("not there: {text}"));
        let placeholders = usize::from(*way != ".t(" || text == "{} more characters.");
        for said in *phrase {
            assert!(!said.trim().is_empty(), "{text}");
            assert_eq!(said.matches("{}").count(), placeholders, "{said}");
            assert_eq!(said.matches(['{', '}', '<', '>']).count(), 2 * placeholders, "{said}");
            assert_eq!(said.starts_with(' ') || said.ends_with(' '), text.ends_with(' '), "{said}");
        }
    }
    let asked: BTreeSet<_> = asked.iter().map(|(_, text)| text.as_str()).collect();
    let idle: Vec<_> = there.keys().filter(|text| !asked.contains(*text)).collect();
    assert!(idle.is_empty(), "nobody asks for: {idle:?}");
}

/// The words that a template holds by itself, as its reader sees them.
pub(crate) fn words_of(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("read").replace("<!doctype html>", "");
    // What a block names is a class, and a comment is nobody's to see.
    let text = without(&text, "{% block shape %}", "{% endblock %}");
    let text = without(&text, "{#", "#}");
    // A tag may hold what fills it, and its `>` be found there.
    let text = text.replace("{{", "\u{1}{{").replace("}}", "}}\u{1}");
    let said: String = text.split('\u{1}').filter(|part| !part.starts_with("{{")).collect();
    fixed(&said)
}

/// A text without what stands from here to there.
pub(crate) fn without(text: &str, from: &str, to: &str) -> String {
    let (first, others) = text.split_once(from).unwrap_or((text, ""));
    others.split(from).fold(first.to_owned(), |out, part| out + part.split_once(to).map_or("", |(_, after)| after))
}

/// What a reader sees of a template, without what fills it.
fn fixed(template: &str) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['<', '{']) {
        out.push_str(&rest[..at]);
        let end = match &rest[at..] {
            tag if tag.starts_with("{{") => tag.find("}}").map(|end| end + 2),
            tag if tag.starts_with("{%") => tag.find("%}").map(|end| end + 2),
            tag => tag.find('>').map(|end| end + 1),
        };
        rest = &rest[at + end.expect("closed")..];
    }
    out + rest
}

#[test]
fn no_page_that_customers_meet_holds_words_of_one_language() {
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/templates");
    let mut all = vec![templates.join("base.html")];
    files(&templates.join("pages"), ".html", &mut all);
    for file in all {
        let words = words_of(&file);
        assert!(!words.chars().any(char::is_alphabetic), "{}: {}", file.display(), words.trim());
    }
}

#[test]
fn whatever_goes_wrong_on_a_page_is_told_in_its_language() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all: Vec<_> =
        ["problem", "signed", "door", "fields"].map(|name| project.join(format!("shared/src/http/{name}.rs"))).into();
    for function in ["login", "redeem-link"] {
        files(&project.join("functions").join(function).join("src"), ".rs", &mut all);
    }
    let mut codes = BTreeSet::new();
    for file in all {
        let text = fs::read_to_string(&file).expect("read");
        for made in text.split("::new(").skip(1).map(str::trim_start).filter(|made| made.starts_with("StatusCode::")) {
            let (status, rest) = made.split_once('"').unwrap_or_default();
            if status.matches(',').count() == 1 {
                codes.insert(rest.split('"').next().unwrap_or_default().to_owned());
            }
        }
    }
    // A version is asked for of the API alone.
    codes.remove("stale");
    assert!(codes.len() > 12, "found: {codes:?}");
    for code in codes {
        let problem = Problem::new(StatusCode::BAD_REQUEST, code.clone().leak(), "In English.");
        for language in [MailLanguage::De, MailLanguage::Fr, MailLanguage::Es] {
            assert_ne!(told::problem(&problem, language), "In English.", "{code}");
        }
    }
}

#[test]
fn a_moment_is_written_as_its_readers_write_it() {
    let at = |text: &str| text.parse().expect("a moment");
    for (language, moment, wants) in [
        (MailLanguage::En, "2026-03-01T07:05:00Z", "1 March 2026 at 07:05 UTC"),
        (MailLanguage::De, "2026-03-01T07:05:00Z", "1. März 2026 um 07:05 Uhr (UTC)"),
        (MailLanguage::Fr, "2026-03-01T07:05:00Z", "1er mars 2026 à 07:05 (UTC)"),
        (MailLanguage::Fr, "2026-08-11T17:15:00Z", "11 août 2026 à 17:15 (UTC)"),
        (MailLanguage::Es, "2026-12-31T23:59:00Z", "31 de diciembre de 2026 a las 23:59 (UTC)"),
    ] {
        assert_eq!(language.moment(at(moment)), wants);
    }
    for (language, wants) in [
        (MailLanguage::En, "1 Mar 2026, 07:05 UTC"),
        (MailLanguage::De, "01.03.2026, 07:05 UTC"),
        (MailLanguage::Fr, "01/03/2026, 07:05 UTC"),
        (MailLanguage::Es, "01/03/2026, 07:05 UTC"),
    ] {
        assert_eq!(language.moment_in_short(at("2026-03-01T07:05:00Z")), wants);
    }
}
