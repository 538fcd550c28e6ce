//! The languages of the console: its pages are in their reader's, as those that customers meet, and nothing in them is said in
//! one language alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use console::words::{self, Say as _, all, answered};
use serde_json::json;
use shared::domain::access::Standing;
use shared::domain::audit::Action;
use shared::domain::role::{BUILT_IN, CATALOGUE, in_words};
use shared::domain::wording::MailLanguage;
use shared::phrases::{self, Phrase};
use tests::browser::Browser;
use tests::portal::ADMINISTRATOR;
use tests::{PASSWORD, Portal};

use crate::languages_of_pages::{browser_of, files, language, reads, without, words_of};

const GERMAN: &str = "de-AT,de;q=0.9,en;q=0.8";
const ADA: &str = "ada@example.com";
const OTHERS: [MailLanguage; 3] = [MailLanguage::De, MailLanguage::Fr, MailLanguage::Es];

/// A browser in whose console an administrator is who reads this language.
async fn administrator(portal: &Portal, reading: &str, asking: &str, words: [&str; 4]) -> Browser {
    let own = portal.administrator.get("/v1/session").await.expect(200).at("/access/contact");
    reads(portal, &own, reading).await;
    let browser = browser_of(portal, asking).await;
    let [login, password, sign_in, work] = words;
    browser.go("/sign-in").await;
    browser.fill(login, ADMINISTRATOR).await;
    browser.fill(password, PASSWORD).await;
    browser.press(sign_in).await;
    browser.follow(work).await;
    browser
}

const IN_GERMAN: [&str; 4] =
    ["E-Mail-Adresse oder Benutzer-ID", "Passwort", "Anmelden", "Personen und ihre Zugänge betreuen"];

/// U1, T1
#[tokio::test]
async fn who_reads_german_looks_after_people_in_german() {
    let portal = Portal::start().await;
    let browser = administrator(&portal, "de", GERMAN, IN_GERMAN).await;
    assert_eq!((browser.heading().await.as_str(), language(&browser).await.as_str()), ("Personen", "de"));
    browser.inspect("console-people-de").await;

    browser.follow("Neuer Benutzer").await;
    browser.fill("Nummer der Organisation", "C-1001").await;
    browser.fill("Name der Organisation", "Acme").await;
    browser.fill("Vorname", "Ada").await;
    browser.fill("E-Mail-Adresse", "keine").await;
    browser.press("Benutzer anlegen").await;
    let text = browser.text().await;
    for words in ["Der Benutzer wurde nicht angelegt.", "Sehen Sie nach, was unten markiert ist.", "Kundencenter"] {
        assert!(text.contains(words), "{words} in: {text}");
    }
    assert!(browser.described("last_name").await.contains("Das muss angegeben werden."));
    assert!(browser.described("email").await.contains("Das muss eine E-Mail-Adresse sein"));
    browser.inspect("console-new-user-refused-de").await;
    browser.fill("Nachname", "Byron").await;
    browser.fill("E-Mail-Adresse", ADA).await;
    browser.press("Benutzer anlegen").await;
    assert_eq!(browser.heading().await, "Ada Byron");
    let text = browser.text().await;
    for words in
        ["Was weiterzugeben ist:", "Eingeladen", "Kunde", "Benutzer angelegt", "durch Mitarbeitende", "Einladung"]
    {
        assert!(text.contains(words), "{words} in: {text}");
    }
    browser.inspect("console-contact-de").await;

    browser.follow("Konto deaktivieren").await;
    assert_eq!(browser.heading().await, "Konto deaktivieren: Ada Byron?");
    browser.inspect("console-confirm-de").await;
    browser.press("Konto deaktivieren").await;
    let text = browser.text().await;
    assert!(
        text.contains("Das Konto ist deaktiviert. Die Person ist abgemeldet.") && text.contains("\u{a0}UTC"),
        "{text}"
    );
    browser.inspect("console-contact-disabled-de").await;
    browser.press("Rückgängig: Konto aktivieren").await;
    let text = browser.text().await;
    assert!(text.contains("Das Konto ist aktiviert.") && text.contains("Konto aktiviert: von nein zu ja"), "{text}");

    browser.go("/console/contacts/con_00000000000000000000000000").await;
    assert_eq!((browser.heading().await.as_str(), language(&browser).await.as_str()), ("Nicht gefunden", "de"));
    browser.close().await;
}

/// P7, L12
#[tokio::test]
async fn who_reads_german_sets_what_the_business_has_set_in_german() {
    let portal = Portal::start().await;
    let browser = administrator(&portal, "de", GERMAN, IN_GERMAN).await;
    browser.follow("Einstellungen").await;
    assert_eq!(browser.heading().await, "Einstellungen");
    browser.inspect("console-settings-de").await;
    browser.fill("Mindestlänge eines Passworts", "3").await;
    browser.press("Speichern").await;
    assert!(browser.described("password_minimum").await.contains("Das muss eine Zahl von 8 bis 64 sein."));
    browser.fill("Mindestlänge eines Passworts", "12").await;
    browser.press("Speichern").await;
    assert!(browser.text().await.contains("Mindestlänge eines Passworts: 12 Zeichen"));
    browser.inspect("console-settings-saved-de").await;
    browser.follow("Rollen").await;
    assert!(browser.text().await.contains("Für Benutzer von Kunden."));
    browser.inspect("console-roles-de").await;
    browser.follow("Rolle anlegen").await;
    browser.inspect("console-role-de").await;
    browser.go("/console/attention").await;
    assert_eq!(browser.heading().await, "Wer sich nicht anmelden kann");
    browser.inspect("console-attention-de").await;
    browser.go("/console/sites").await;
    browser.inspect("console-sites-de").await;
    browser.follow("Mailtexte").await;
    browser.inspect("console-wordings-de").await;
    browser.follow("Französisch").await;
    assert_eq!(browser.heading().await, "Einladung, Französisch");
    assert!(browser.text().await.contains("Der Vorname der Person; kann leer sein."));
    browser.inspect("console-wording-de").await;
    browser.close().await;
}

/// A4
#[tokio::test]
async fn who_reads_french_gives_access_to_several_in_french_whatever_the_browser_asks_for() {
    let portal = Portal::start().await;
    let organization = portal.create(ADA, json!({})).await.expect(201).at("/organization");
    let browser = administrator(&portal, "fr-CH", GERMAN, IN_GERMAN_BUT_WORK).await;
    browser.go(&format!("/console/organizations/{organization}")).await;
    assert_eq!(language(&browser).await, "fr");
    assert!(browser.text().await.contains("Personnes"));
    browser.inspect("console-organization-fr").await;
    browser.follow("Ajouter un contact sans accès").await;
    browser.fill("Prénom", "Ben").await;
    browser.fill("Nom de famille", "Byron").await;
    browser.fill("Adresse e-mail", "ben@example.com").await;
    browser.inspect("console-details-fr").await;
    browser.press("Créer le contact").await;
    assert!(browser.text().await.contains("Le contact est créé."));
    browser.go(&format!("/console/organizations/{organization}")).await;
    browser.follow("Donner accès à plusieurs personnes").await;
    browser.inspect("console-several-fr").await;
    browser.press("Donner accès").await;
    assert!(browser.text().await.contains("Choisissez au moins une personne."));
    browser.tick("Ben Byron").await;
    browser.press("Donner accès").await;
    assert!(browser.text().await.contains("Une personne a maintenant accès"));
    browser.inspect("console-several-done-fr").await;
    browser.close().await;
}

/// Signing in is before anybody is known, and in the browser's language.
const IN_GERMAN_BUT_WORK: [&str; 4] =
    ["E-Mail-Adresse oder Benutzer-ID", "Passwort", "Anmelden", "Gérer les personnes et leurs accès"];

/// P1
#[tokio::test]
async fn who_reads_spanish_changes_an_access_and_a_password_in_spanish() {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    let words = ["Correo o ID de usuario", "Contraseña", "Iniciar sesión", "Gestionar las personas y sus accesos"];
    let browser = administrator(&portal, "it", "es", words).await;
    browser.go(&format!("/console/contacts/{contact}/access")).await;
    assert_eq!(
        (browser.heading().await.as_str(), language(&browser).await.as_str()),
        ("Cambiar el acceso de Ada Byron", "es")
    );
    browser.inspect("console-access-es").await;
    browser.go(&format!("/console/contacts/{contact}/password")).await;
    browser.fill("Contraseña nueva", "abc").await;
    browser.fill("La misma otra vez", "abc").await;
    browser.press("Guardar la contraseña").await;
    assert!(browser.text().await.contains("No se ha guardado nada."));
    assert!(browser.described("password").await.contains("La contraseña debe tener al menos 15 caracteres."));
    browser.inspect("console-password-es").await;
    browser.go(&format!("/console/contacts/{contact}/login")).await;
    browser.inspect("console-login-names-es").await;
    browser.close().await;
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn below(folder: &str, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(&project().join(folder), end, &mut found);
    found
}

/// The texts that stand in quotation marks in a source, but for its comments and its tests.
fn quoted(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let source = lines.collect::<Vec<_>>().join("\n").replace("'\"'", "");
    let mut texts = Vec::new();
    let mut letters = source.chars();
    while letters.by_ref().any(|letter| letter == '"') {
        let mut text = String::new();
        while let Some(letter) = letters.next().filter(|letter| *letter != '"') {
            match letter {
                '\\' => match letters.next() {
                    // The next line goes on where its words begin.
                    Some('\n') => text.push('\n'),
                    Some(escaped) => text.push(escaped),
                    None => {}
                },
                letter => text.push(letter),
            }
        }
        let mut parts = text.split('\n');
        let first = parts.next().unwrap_or_default().to_owned();
        texts.push(parts.fold(first, |text, part| text + part.trim_start()));
    }
    texts
}

/// The same of a template: of what fills it.
fn quoted_in_template(template: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for (from, to) in [("{{", "}}"), ("{%", "%}")] {
        for part in template.split(from).skip(1) {
            texts.extend(quoted(&ends(part, to)));
        }
    }
    texts
}

/// What stands before the end of what fills a template, which is none within quotation marks.
fn ends(part: &str, to: &str) -> String {
    let mut is_quoted = false;
    for (at, letter) in part.char_indices() {
        is_quoted ^= letter == '"';
        if !is_quoted && part[at..].starts_with(to) {
            return part[..at].to_owned();
        }
    }
    String::new()
}

/// The console's own texts: all that stands in quotation marks in it, but for the tables of its words.
fn texts_of_the_console() -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for file in below("functions/console/src", ".rs") {
        if !file.components().any(|part| part.as_os_str() == "words") {
            texts.extend(quoted(&fs::read_to_string(&file).expect("read")));
        }
    }
    for file in below("functions/console/templates", ".html") {
        texts.extend(quoted_in_template(&fs::read_to_string(&file).expect("read")));
    }
    texts
}

fn by_english(phrases: impl Iterator<Item = &'static Phrase>) -> BTreeMap<&'static str, &'static Phrase> {
    let mut there = BTreeMap::new();
    for phrase in phrases {
        assert!(there.insert(phrase[0], phrase).is_none(), "twice: {}", phrase[0]);
    }
    there
}

fn is_begun(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_uppercase())
}

#[test]
fn every_text_of_the_console_is_there_in_every_language() {
    let (own, shared, answers) = (by_english(all()), by_english(phrases::all()), by_english(words::answers::all()));
    for phrase in own.values().chain(answers.values()) {
        for said in **phrase {
            assert!(!said.is_empty() && said.trim() == said, "{phrase:?}");
            assert_eq!(said.matches("{}").count(), phrase[0].matches("{}").count(), "{phrase:?}");
            assert!(!said.contains(['<', '>']), "{phrase:?}");
        }
    }
    let texts = texts_of_the_console();
    assert!(texts.iter().filter(|text| is_begun(text)).count() > 250, "found: {texts:?}");
    for text in texts.iter().filter(|text| is_begun(text) && text.matches('{').count() == text.matches("{}").count()) {
        let text = text.as_str();
        let there = own.contains_key(text) || shared.contains_key(text) || answers.contains_key(text);
        assert!(there, "not there: {text}");
    }
    let twice: Vec<_> = own.keys().filter(|text| shared.contains_key(*text)).collect();
    assert!(twice.is_empty(), "said by other pages as well: {twice:?}");
}

/// On whose word something was done, and the mails, as the console calls them.
const CALLED: [&str; 17] = [
    "by staff",
    "by a user",
    "with a mailed link",
    "on the sign-in page",
    "by the clock",
    "by what became of a mail",
    "by the operator",
    "Invitation",
    "Offer of access",
    "Reminder",
    "Access given",
    "New password",
    "Password changed",
    "Confirm an email",
    "Email changed",
    "Login disabled",
    "Login enabled",
];

/// What was done, and where an access stands, as the console looks them up.
fn names() -> Vec<String> {
    let actions = Action::ALL.iter().map(ToString::to_string);
    let standings = [Standing::Offered, Standing::Granted, Standing::Revoked];
    let standings = standings.map(|standing| json!(standing).as_str().expect("a name").to_owned());
    actions.chain(standings).map(|name| name.replace('_', " ")).collect()
}

#[test]
fn none_of_the_consoles_texts_is_there_for_nothing() {
    let mut used = texts_of_the_console();
    for file in below("shared/src", ".rs") {
        let texts = quoted(&fs::read_to_string(&file).expect("read"));
        // What the API calls something, and what the catalogue says of it.
        used.extend(texts.into_iter().flat_map(|text| [text.replace('_', " "), format!("by {text}")]));
    }
    used.extend(names());
    let idle: Vec<_> = all().map(|phrase| phrase[0]).filter(|text| !used.contains(*text)).collect();
    assert!(idle.is_empty(), "nobody asks for: {idle:?}");
}

#[test]
fn what_the_api_names_has_words_in_every_language() {
    let there = by_english(all());
    for name in names() {
        assert!(there.contains_key(name.as_str()), "not there: {name}");
    }
    let shared = by_english(shared::phrases::all());
    for name in CALLED {
        assert!(there.contains_key(name) || shared.contains_key(name), "not there: {name}");
    }
    let of_roles = BUILT_IN.iter().flat_map(|role| role.permissions.clone());
    let names: Vec<_> = of_roles.chain(CATALOGUE.iter().map(|entry| entry.name.to_owned())).collect();
    for words in in_words(&names) {
        assert!(there.contains_key(words), "not there: {words}");
    }
}

/// As the console says what the API answers of a field.
fn sentence(text: &str) -> String {
    let begun = if text.starts_with("must") { format!("This {text}") } else { text.to_owned() };
    if begun.ends_with('.') { begun } else { format!("{begun}.") }
}

/// What the rules answer, with `{}` for what stands in it.
fn answers() -> BTreeSet<String> {
    let mut answers = BTreeSet::new();
    for file in below("shared/src", ".rs").into_iter().chain(below("functions", ".rs")) {
        if file.components().any(|part| part.as_os_str() == "words" || part.as_os_str() == "phrases") {
            continue;
        }
        for text in quoted(&fs::read_to_string(&file).expect("read")) {
            let text = text.replace("{{{{ {} }}}}", "{}");
            let mut parts = text.split('{');
            let first = parts.next().unwrap_or_default().to_owned();
            let text = parts.fold(first, |out, part| out + "{}" + part.split_once('}').map_or("", |(_, after)| after));
            answers.extend([sentence(&text), sentence(&format!("must be {text}"))]);
        }
    }
    answers
}

#[test]
fn no_answer_has_words_that_the_api_does_not_give() {
    let given = answers();
    let idle: Vec<_> = words::answers::all().map(|phrase| phrase[0]).filter(|text| !given.contains(*text)).collect();
    assert!(idle.is_empty(), "nobody answers: {idle:?}");
}

#[test]
fn what_the_rules_refuse_is_told_in_every_language() {
    let mut refused = BTreeSet::new();
    for folder in ["shared/src/domain", "functions/directory/src", "functions/settings/src"] {
        for file in below(folder, ".rs") {
            let text = fs::read_to_string(&file).expect("read");
            let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            for way in ["Refusal::conflict(", "Refusal::forbidden("] {
                for after in text.split(way).skip(1) {
                    let mut texts = quoted(after.split(");").next().unwrap_or_default()).into_iter();
                    refused.extend(texts.nth(1).filter(|text| is_begun(text)));
                }
            }
            for after in text.split("Malformed::Form(").skip(1) {
                refused.extend(quoted(after.split(')').next().unwrap_or_default()).first().map(|text| sentence(text)));
            }
        }
    }
    assert!(refused.len() > 40, "found: {refused:?}");
    let is_told = |text: &&String| OTHERS.iter().all(|lang| answered(text, *lang).is_some_and(|said| said != **text));
    // What a form has chosen from a list is never refused so.
    let chosen = [
        "This must be an organization's id.",
        "This must be customer, partner, vendor or internal.",
        "This must be en, de, fr or es.",
    ];
    let untold: Vec<_> = refused.iter().filter(|text| !chosen.contains(&text.as_str()) && !is_told(text)).collect();
    assert!(untold.is_empty(), "in English alone: {untold:?}");
}

#[test]
fn what_stands_in_an_answer_stays_as_it_is() {
    let told = |text: &str| answered(text, MailLanguage::De);
    for (answer, wants) in [
        ("This must be a number from 8 to 64.", Some("Das muss eine Zahl von 8 bis 64 sein.")),
        ("All 5 seats of customer users are taken.", Some("Alle 5 Plätze für Benutzer der Art customer sind belegt.")),
        (
            "There is no placeholder surname here. There are: a, b.",
            Some("Den Platzhalter surname gibt es hier nicht. Es gibt: a, b."),
        ),
        ("There is no role desk.", Some("Es gibt keine Rolle desk.")),
        ("Sign in first.", Some("Melden Sie sich zuerst an.")),
        ("There is nothing to compare with.", None),
    ] {
        assert_eq!(told(answer).as_deref(), wants, "{answer}");
    }
}

#[test]
fn no_page_of_the_console_holds_words_of_one_language() {
    let all = below("functions/console/templates", ".html");
    assert!(all.len() > 30, "found: {all:?}");
    for file in all {
        // What a part of a tag holds is in no tag there.
        let attributes = ["aria-invalid=\"", "aria-describedby=\"", "data-copy=\""];
        let words = attributes.iter().fold(words_of(&file), |words, attribute| without(&words, attribute, "\""));
        assert!(!words.chars().any(char::is_alphabetic), "{}: {}", file.display(), words.trim());
        let text = fs::read_to_string(&file).expect("read");
        for attribute in ["aria-label=\"", "data-copy=\"", "data-some=\"", "data-none=\"", "placeholder=\"", "title=\""]
        {
            for value in text.split(attribute).skip(1) {
                assert!(value.starts_with("{{ lang.say"), "{}: {attribute}{value}", file.display());
            }
        }
    }
}

#[test]
fn a_text_stands_after_a_colon_as_its_language_has_it() {
    for (lang, wants) in [(MailLanguage::En, "make"), (MailLanguage::De, "Inaktiv"), (MailLanguage::Fr, "rendre")] {
        assert!(lang.within(lang.say("Make inactive")).starts_with(wants));
    }
}
