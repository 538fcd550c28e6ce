//! How mails are worded: by site and language, edited, looked at, tried out, put back (requirements L12, L13).

use jiff::Timestamp;
use mailparse::{MailHeaderMap as _, ParsedMail, parse_mail};
use serde_json::{Value, json};
use tests::portal::ADMINISTRATOR;
use tests::{Answer, PASSWORD, Portal, Visitor};

const ADA: &str = "ada@example.com";
const MAILS: [&str; 10] = [
    "invite",
    "accept",
    "reminder",
    "access_granted",
    "reset",
    "password_changed",
    "email_confirm",
    "email_changed",
    "login_disabled",
    "login_enabled",
];
const LANGUAGES: [&str; 4] = ["en", "de", "fr", "es"];

async fn site(portal: &Portal, number: usize) -> String {
    portal.administrator.get("/v1/sites").await.expect(200).at(&format!("/items/{number}/id"))
}

async fn template(portal: &Portal, mail: &str, language: &str) -> String {
    format!("/v1/sites/{}/templates/{mail}/{language}", site(portal, 0).await)
}

/// A wording that holds what a mail with a link needs, and says `word`.
fn wording(word: &str) -> Value {
    let all = "{{ link }} {{ expires_at }} {{ sign_in }}";
    json!({ "subject": format!("{word} {{{{ site_name }}}}"), "text": format!("{word}: {all}"), "html": format!("<p>{word}</p>{all}") })
}

/// Somebody new who reads this language. Gives the contact's id.
async fn reader(portal: &Portal, email: &str, language: &str) -> String {
    let contact = json!({ "organization": portal.administrator.get("/v1/session").await.at("/organization"),
        "first_name": "Ada", "last_name": "Byron", "email": email, "language": language });
    let id = portal.administrator.post("/v1/contacts", &contact).await.expect(201).at("/id");
    let access = json!({ "roles": ["support"] });
    let _ = portal.administrator.put(&format!("/v1/contacts/{id}/access"), &access).await.expect(200);
    id
}

fn faults(answer: &Answer) -> Vec<(String, String)> {
    let all = answer.json["errors"].as_array().expect("faults").iter();
    all.map(|it| {
        (it["field"].as_str().unwrap_or_default().to_owned(), it["code"].as_str().unwrap_or_default().to_owned())
    })
    .collect()
}

/// L12
#[tokio::test]
async fn every_mail_is_there_in_every_language_and_shown_as_somebody_would_get_it() {
    let portal = Portal::start().await;
    let site = site(&portal, 0).await;
    let list = portal.administrator.get(&format!("/v1/sites/{site}/templates")).await.expect(200);
    let all = list.json["items"].as_array().expect("a list");
    assert_eq!(all.len(), MAILS.len() * LANGUAGES.len());
    for mail in MAILS {
        for language in LANGUAGES {
            let path = template(&portal, mail, language).await;
            let shown = portal.administrator.post(&format!("{path}/preview"), &json!({})).await.expect(200);
            assert_eq!(shown.at("/from"), "Customer Portal <portal@example.com>");
            assert!(shown.at("/subject").contains("Customer Portal"), "{mail} {language}: {}", shown.text);
            assert!(shown.at("/html").contains(&format!("<html lang=\"{language}\">")), "{mail} {language}");
            for part in ["/subject", "/text", "/html"] {
                assert!(!shown.at(part).contains("{{") && !shown.at(part).contains("{%"), "{mail} {language}");
            }
        }
    }
}

/// L12
#[tokio::test]
async fn a_mail_is_written_in_its_readers_language_or_else_its_sites() {
    let portal = Portal::start().await;
    for (language, subject) in [
        ("de", "Ihr Passwort für Customer Portal festlegen"),
        ("de-AT", "Ihr Passwort für Customer Portal festlegen"),
        ("fr-CA", "Choisissez votre mot de passe pour Customer Portal"),
        ("es", "Elija su contraseña para Customer Portal"),
        ("en-GB", "Set your password for Customer Portal"),
        ("it", "Set your password for Customer Portal"),
    ] {
        let email = format!("{}@example.com", language.to_lowercase());
        reader(&portal, &email, language).await;
        assert_eq!(portal.next_mail(&email, 0).await.subject, subject, "{language}");
    }
    let path = format!("/v1/sites/{}", site(&portal, 0).await);
    let version = portal.administrator.get("/v1/settings").await.json["version"].as_u64().expect("a number");
    let edited = portal.administrator.patch(&path, version, &json!({ "language": "fr" })).await.expect(200);
    assert_eq!(edited.at("/language"), "fr");
    let _ = portal.create(ADA, json!({})).await.expect(201);
    assert_eq!(portal.next_mail(ADA, 0).await.subject, "Choisissez votre mot de passe pour Customer Portal");
    let refused = portal.administrator.patch(&path, version + 1, &json!({ "language": "it" })).await;
    assert_eq!(refused.refused(400, "invalid").at("/errors/0/field"), "language");
}

/// L12
#[tokio::test]
async fn a_mail_goes_out_as_the_business_words_it_for_that_site_and_language_alone() {
    let portal = Portal::start().await;
    let path = template(&portal, "invite", "en").await;
    let before = portal.administrator.get(&path).await.expect(200);
    assert_eq!((before.json["edited"].as_bool(), before.json["version"].as_u64()), (Some(false), Some(0)));
    let edited = portal.administrator.put(&path, &wording("Ahoy")).await.expect(200);
    assert_eq!((edited.json["edited"].as_bool(), edited.json["version"].as_u64()), (Some(true), Some(1)));
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let mail = portal.next_mail(ADA, 0).await;
    assert_eq!(mail.subject, "Ahoy Customer Portal");
    assert!(mail.text.starts_with("Ahoy: http") && mail.html.contains("<p>Ahoy</p>"), "{}", mail.text);
    let token = portal.link_token(ADA).await;
    let _ = portal.visitor().redeem(token.split(' ').next().unwrap_or_default(), PASSWORD).await.expect(204);

    let elsewhere = site(&portal, 1).await;
    let _ = portal.create("ben@example.com", json!({ "site": elsewhere })).await.expect(201);
    assert_eq!(portal.next_mail("ben@example.com", 0).await.subject, "Set your password for Partner Portal");
    reader(&portal, "cleo@example.com", "de").await;
    let german = portal.next_mail("cleo@example.com", 0).await;
    assert_eq!(german.subject, "Ihr Passwort für Customer Portal festlegen");
}

/// L12
#[tokio::test]
async fn a_wording_is_put_back_and_each_edit_is_told() {
    let portal = Portal::start().await;
    let path = template(&portal, "invite", "en").await;
    let standard = portal.administrator.get(&path).await.expect(200);
    let _ = portal.administrator.put(&path, &wording("Ahoy")).await.expect(200);
    // What is so already changes nothing.
    let again = portal.administrator.put(&path, &wording("Ahoy")).await.expect(200);
    assert_eq!(again.json["version"].as_u64(), Some(1));
    let back = portal.administrator.delete(&path).await.expect(200);
    for part in ["/subject", "/text", "/html"] {
        assert_eq!(back.at(part), standard.at(part));
    }
    assert_eq!((back.json["edited"].as_bool(), back.json["version"].as_u64()), (Some(false), Some(2)));
    let _ = portal.create(ADA, json!({})).await.expect(201);
    assert_eq!(portal.next_mail(ADA, 0).await.subject, "Set your password for Customer Portal");
    for (action, subject) in [("wording_edited", "after"), ("wording_put_back", "before")] {
        let told = portal.administrator.get(&format!("/v1/audit?action={action}")).await.expect(200);
        assert_eq!(told.json["items"].as_array().map(Vec::len), Some(1), "{}", told.text);
        assert_eq!(told.at(&format!("/items/0/changes/subject/{subject}")), "Ahoy {{ site_name }}");
        assert!(told.at(&format!("/items/0/changes/html/{subject}")).contains("<p>Ahoy</p>"));
    }
}

/// L12, O9
#[tokio::test]
async fn a_wording_that_somebody_else_edited_meanwhile_is_not_overwritten() {
    let portal = Portal::start().await;
    let path = template(&portal, "invite", "en").await;
    let put = |version: &str, word: &str| {
        let request =
            portal.administrator.request(http::Method::PUT, &path).header("if-match", format!("\"{version}\""));
        Answer::of(request.json(&wording(word)))
    };
    let _ = put("0", "First").await.expect(200);
    let _ = put("0", "Second").await.refused(412, "stale");
    assert_eq!(portal.administrator.get(&path).await.expect(200).at("/subject"), "First {{ site_name }}");
    let _ = put("1", "Second").await.expect(200);
}

/// L12
#[tokio::test]
async fn a_wording_without_its_link_or_with_what_is_not_there_is_refused_and_changes_nothing() {
    let portal = Portal::start().await;
    let path = template(&portal, "invite", "en").await;
    let one = |field: &str, code: &str| vec![(field.to_owned(), code.to_owned())];
    let good = wording("Ahoy");
    let bend = |field: &str, text: &str| {
        let mut bent = good.clone();
        bent[field] = json!(text);
        bent
    };
    let all = "{{ link }} {{ expires_at }} {{ sign_in }}";
    for (field, text, code) in [
        ("text", "{{ expires_at }} {{ sign_in }}".to_owned(), "missing_placeholder"),
        ("html", "{{ link }} {{ sign_in }}".to_owned(), "missing_placeholder"),
        ("text", format!("{all} {{{{ password }}}}"), "unknown_placeholder"),
        ("subject", "Yours: {{ link }}".to_owned(), "unknown_placeholder"),
        ("text", format!("{all} {{{{ link"), "invalid_template"),
        ("html", format!("{all} {{{{ first_name|safe }}}}"), "invalid_template"),
        ("html", format!("{all} <a href={{{{ link }}}}>x</a>"), "placeholder_in_tag"),
        ("html", format!("{all} <p title=\"{{{{ organization }}}}\">x</p>"), "placeholder_in_tag"),
        ("subject", "Hello\r\nBcc: eve@example.com".to_owned(), "invisible_characters"),
        ("subject", "x".repeat(201), "too_long"),
        ("text", "x".repeat(6_001), "too_long"),
        ("text", String::new(), "required"),
        ("html", format!("{all} \u{202e}"), "invisible_characters"),
        ("html", format!("{all} {{% autoescape false %}}a{{% endautoescape %}}"), "invalid_template"),
        ("html", format!("{all} <style>p{{}}</style>"), "forbidden_tag"),
    ] {
        for (path, method) in [(path.clone(), http::Method::PUT), (format!("{path}/preview"), http::Method::POST)] {
            let request = portal.administrator.request(method, &path).json(&bend(field, &text));
            assert_eq!(faults(&Answer::of(request).await.expect(400)), one(field, code), "{field}: {text}");
        }
    }
    let mut none = good.clone();
    none["text"] = json!("Hello");
    none["html"] = json!("Hello {{ nobody }}");
    let told = faults(&portal.administrator.put(&path, &none).await.expect(400));
    assert!(told.len() > 2, "every fault at once: {told:?}");
    assert_eq!(portal.administrator.get(&path).await.expect(200).json["version"].as_u64(), Some(0));
}

/// L12, IN-10, ML-01, ML-02
#[tokio::test]
async fn no_name_breaks_out_of_a_wording() {
    let portal = Portal::start().await;
    let path = template(&portal, "invite", "en").await;
    let all = "{{ link }} {{ expires_at }} {{ sign_in }} {{ first_name }} {{ organization }}";
    let body = json!({ "subject": "Welcome {{ first_name }} {{ organization }}", "text": all, "html": all });
    let _ = portal.administrator.put(&path, &body).await.expect(200);
    for (number, name) in
        ["<b>bold</b>", "{{ link }} a", "{% if link %} a", "http://evil.example", "=?utf-8?q?decoded?="]
            .into_iter()
            .enumerate()
    {
        let email = format!("ada{number}@example.com");
        let organization = json!({ "number": format!("C-{number}"), "name": name });
        let _ = portal.create(&email, json!({ "first_name": name, "organization": organization })).await.expect(201);
        let mail = portal.next_mail(&email, 0).await;
        assert_eq!(mail.subject.lines().count(), 1);
        assert!(!mail.subject.contains(" decoded"), "{}", mail.subject);
        assert!(!mail.html.contains("<b>") && !mail.text.contains("http://evil"), "{}", mail.html);
        assert_eq!(mail.text.matches("/link/").count(), 1, "{}", mail.text);
        assert_eq!(mail.to, [email]);
    }
}

/// L12
#[tokio::test]
async fn a_mail_is_tried_out_on_oneself_and_its_link_opens_nothing() {
    let portal = Portal::start().await;
    let path = template(&portal, "reset", "fr").await;
    let before = portal.mails_to(ADMINISTRATOR).len();
    let tried = portal.administrator.act(&format!("{path}/trial")).await.expect(202);
    assert_eq!((tried.at("/to"), tried.at("/fate")), (ADMINISTRATOR.to_owned(), "sent".to_owned()));
    let mail = portal.next_mail(ADMINISTRATOR, before).await;
    assert_eq!(mail.subject, "Choisissez un nouveau mot de passe pour Customer Portal");
    assert!(mail.text.contains("/link/SAMPLE") && mail.text.contains("Ada"), "{}", mail.text);
    let _ = portal.visitor().post("/v1/links/inspect", &json!({ "token": "SAMPLE" })).await.refused(404, "not_found");
    let told = portal.administrator.get("/v1/audit?action=wording_tried").await.expect(200);
    assert_eq!(told.at("/items/0/changes/template/after"), "reset");
}

/// L12
#[tokio::test]
async fn who_is_no_administrator_neither_reads_nor_changes_a_wording() {
    let portal = Portal::start().await;
    let internal = portal.administrator.get("/v1/session").await.at("/organization");
    let body = json!({ "account_type": "staff", "organization": internal, "roles": ["account_manager"] });
    let (_, manager) = portal.member("mia@example.com", body).await;
    let (_, head) = portal.member("head@example.com", json!({ "roles": ["customer_administrator"] })).await;
    let path = template(&portal, "invite", "en").await;
    let refused = |by: Visitor, path: String| async move {
        let _ = by.get(&path).await.refused(403, "forbidden");
        let _ = by.put(&path, &wording("Ahoy")).await.refused(403, "forbidden");
        let _ = by.delete(&path).await.refused(403, "forbidden");
        let _ = by.post(&format!("{path}/preview"), &json!({})).await.refused(403, "forbidden");
        let _ = by.act(&format!("{path}/trial")).await.refused(403, "forbidden");
    };
    refused(manager, path.clone()).await;
    refused(head, path.clone()).await;
    for unknown in [
        path.replace("/invite/", "/welcome/"),
        path.replace("/en", "/it"),
        "/v1/sites/sit_01ARZ3NDEKTSV4RRFFQ69G5FAV/templates/invite/en".to_owned(),
    ] {
        let _ = portal.administrator.get(&unknown).await.refused(404, "not_found");
    }
}

fn part<'a>(message: &'a ParsedMail<'a>, kind: &str) -> &'a ParsedMail<'a> {
    message.subparts.iter().find(|part| part.ctype.mimetype == kind).unwrap_or_else(|| panic!("no {kind}"))
}

/// L12: RFC 5322, RFC 2045, RFC 3834.
#[tokio::test]
async fn a_mail_is_one_that_mail_programs_read_well() {
    let portal = Portal::start().await;
    reader(&portal, ADA, "de").await;
    let mail = portal.next_mail(ADA, 0).await;
    let message = parse_mail(mail.source.as_bytes()).expect("a message");
    let header = |name: &str| message.headers.get_all_values(name);
    assert_eq!(message.ctype.mimetype, "multipart/alternative");
    assert_eq!(header("To"), ["<ada@example.com>"]);
    assert_eq!(header("Auto-Submitted"), ["auto-generated"]);
    assert_eq!(header("Content-Language"), ["de"]);
    assert_eq!(header("MIME-Version"), ["1.0"]);
    assert!(header("Message-ID")[0].ends_with("@example.com>"), "{:?}", header("Message-ID"));
    let dated = mailparse::dateparse(&header("Date")[0]).expect("a date");
    assert!((Timestamp::now().as_second() - dated).abs() < 60);
    for absent in ["List-Unsubscribe", "Cc", "Bcc", "Precedence"] {
        assert!(header(absent).is_empty(), "{absent}");
    }
    // Text first, HTML last: the last that can be shown is (RFC 2046, 5.1.4).
    let kinds: Vec<&str> = message.subparts.iter().map(|part| part.ctype.mimetype.as_str()).collect();
    assert_eq!(kinds, ["text/plain", "text/html"]);
    for kind in kinds {
        let part = part(&message, kind);
        assert_eq!(part.ctype.charset.to_lowercase(), "utf-8");
        assert!(part.get_body().expect("decoded").contains("Anmeldename"));
    }
    assert!(mail.source.is_ascii() && mail.source.lines().all(|line| line.len() <= 998), "no line is too long");
    assert!(mail.source.lines().any(|line| line.starts_with("Subject: =?utf-8?")), "{}", mail.source);
}

/// L11: a mail that went out twice is shown once.
#[tokio::test]
async fn a_mail_that_is_sent_again_bears_the_same_message_id() {
    let portal = Portal::start().await;
    portal.ses.script([tests::wire::Fate::LoseAnswer]);
    let _ = portal.create(ADA, json!({})).await.expect(201);
    portal.pass(jiff::SignedDuration::from_mins(2));
    portal.sweep().await;
    let ids: Vec<String> = portal
        .mails_to(ADA)
        .iter()
        .filter_map(|mail| parse_mail(mail.source.as_bytes()).ok()?.headers.get_first_value("Message-ID"))
        .collect();
    assert_eq!((ids.len(), &ids[0]), (2, &ids[1]));
}

/// L13
#[tokio::test]
async fn notices_are_in_their_readers_language_too() {
    let portal = Portal::start().await;
    let contact = reader(&portal, ADA, "es").await;
    let token = portal.link_token(ADA).await;
    let _ = portal.visitor().redeem(&token, PASSWORD).await.expect(204);
    let staff = &portal.administrator;
    for (way, subject) in [
        ("disable-login", "Se ha desactivado su cuenta en Customer Portal"),
        ("enable-login", "Su cuenta en Customer Portal vuelve a estar activa"),
    ] {
        let before = portal.mails_to(ADA).len();
        let _ = staff.act(&format!("/v1/contacts/{contact}/{way}")).await.expect(200);
        assert_eq!(portal.next_mail(ADA, before).await.subject, subject);
    }
}
