//! Passwords: what is accepted, who sets them, how they are kept (requirements P1–P4, `security.md` 1A).

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http::Method;
use serde_json::{Value, json};
use shared::app::{App, Parts};
use shared::domain::change::{Change, Stored};
use shared::domain::email::LoginKey;
use shared::domain::password::PasswordHash;
use shared::domain::user::User;
use shared::keyring::Keyring;
use shared::keys::Keys;
use tests::{Answer, PASSWORD, Portal, Visitor};

const ADA: &str = "ada@example.com";
const OTHER_PASSWORD: &str = "a wholly different phrase";

/// A password that staff type.
fn typed(password: &str) -> Value {
    json!({ "method": "password", "password": password, "confirm_password": password })
}

/// The administrator sets the contact's password.
async fn set(portal: &Portal, contact: &str, password: &str) -> Answer {
    portal.administrator.put(&format!("/v1/contacts/{contact}/password"), &typed(password)).await
}

/// A person changes their own.
async fn change(visitor: &Visitor, current: &str, password: &str) -> Answer {
    let body = json!({ "current_password": current, "password": password, "confirm_password": password });
    visitor.put("/v1/session/password", &body).await
}

/// The codes of an answer's faults.
fn codes(answer: &Answer) -> Vec<String> {
    let errors = answer.json["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["code"].as_str().unwrap_or_default().to_owned()).collect()
}

/// The user's record.
async fn user(portal: &Portal, login: &str) -> Stored<User> {
    let (owner, _) = portal.app.store.login(LoginKey::of(login), &[]).await.expect("read");
    portal.app.store.user(owner.expect("an owner").user).await.expect("read").expect("there")
}

async fn phc(portal: &Portal, login: &str) -> String {
    user(portal, login).await.value.password.expect("a password").phc
}

/// PW-01, PW-05
#[tokio::test]
async fn a_password_has_fifteen_characters_of_whatever_alphabet() {
    let portal = Portal::start().await;
    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let ascii = "correct horse batteries";
    let emoji = "😀🐴🔋📎🌍🎈🍕🚀🎸🌵🦊🧊🪁🎲🧭🪐";
    let marks: String = "thqkbrwnfxjm".chars().flat_map(|letter| [letter, '\u{353}']).collect();
    let joined = "👩\u{200D}🔧🐴🔋📎🌍🎈🍕🚀🎸🌵🦊🧊🪁🎲";
    for alphabet in [ascii, emoji, &marks, joined] {
        for (length, accepted) in [(14, false), (15, true), (16, true)] {
            let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
            let token = portal.link_token(ADA).await;
            let password: String = alphabet.chars().take(length).collect();
            assert_eq!(password.chars().count(), length);
            let answer = portal.visitor().redeem(&token, &password).await;
            if accepted {
                let _ = answer.expect(204);
                let _ = portal.visitor().sign_in(ADA, &password).await.expect(201);
            } else {
                assert_eq!(codes(&answer.refused(400, "password_rejected")), ["too_short"], "{password}");
            }
        }
    }
}

/// PW-02
#[tokio::test]
async fn a_password_has_256_characters_at_most_at_set_change_and_sign_in() {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    let long = |length: usize| -> String { "correct horse battery staple ".chars().cycle().take(length).collect() };
    for length in [64, 128, 256] {
        let _ = set(&portal, &contact, &long(length)).await.expect(200);
        let _ = portal.visitor().sign_in(ADA, &long(length)).await.expect(201);
    }
    let ada = portal.visitor().signed_in(ADA, &long(256)).await;
    assert_eq!(codes(&set(&portal, &contact, &long(257)).await.refused(400, "password_rejected")), ["too_long"]);
    assert_eq!(codes(&change(&ada, &long(256), &long(257)).await.refused(400, "password_rejected")), ["too_long"]);
    let _ = portal.visitor().sign_in(ADA, &long(257)).await.refused(401, "invalid_credentials");
    let _ = portal.visitor().sign_in(ADA, &"x".repeat(16 * 1024)).await.refused(413, "too_large");
}

/// PW-03
#[tokio::test]
async fn nothing_of_a_password_is_cut_off_folded_or_trimmed() {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    let password: String = "Correct horse battery staple ".chars().cycle().take(100).collect();
    let _ = set(&portal, &contact, &password).await.expect(200);
    let short = |length| password.chars().take(length).collect::<String>();
    for other in [short(72), short(99), password.to_lowercase(), format!("{password} ")] {
        let _ = portal.visitor().sign_in(ADA, &other).await.refused(401, "invalid_credentials");
    }
    let _ = portal.visitor().sign_in(ADA, &password).await.expect(201);
}

/// PW-04, P3
#[tokio::test]
async fn any_characters_make_a_password_and_two_spellings_of_one_are_the_same() {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    for password in [
        "allinlowercaseletters",
        "UND ALLES IN GROSSEN LETTERN",
        "a b c q w x j m k t z r",
        "847362918405736",
        "~`!@#$%^&*()_+-={}|[]\\:\";'<>?,./",
        "日本語のパスワードはとても長いです",
        "كلمة مرور طويلة جدا هنا",
        "🎈🍕🚀🎸🌵🦊🧊🪁🎲🧭🪐🐴🔋📎🌍",
    ] {
        let _ = set(&portal, &contact, password).await.expect(200);
        let _ = portal.visitor().sign_in(ADA, password).await.expect(201);
    }
    let _ = set(&portal, &contact, "caf\u{e9} au lait, bien chaud").await.expect(200);
    let _ = portal.visitor().sign_in(ADA, "cafe\u{301} au lait, bien chaud").await.expect(201);
}

/// PW-06
#[tokio::test]
async fn every_common_password_that_is_long_enough_is_refused_with_its_reason() {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    let common = include_str!("../../../shared/data/common-passwords.txt");
    let long: Vec<_> = common.lines().filter(|password| password.chars().count() >= 15).collect();
    assert!(common.lines().count() >= 10_000 && long.len() > 20);
    for password in long {
        let refused = set(&portal, &contact, password).await.refused(400, "password_rejected");
        assert!(codes(&refused).contains(&"too_common".to_owned()), "{password}");
    }
    for simple in ["aaaaaaaaaaaaaaaa", "abcdefghijklmnopq", "12345678901234567", "qwertyuiopqwertyuiop"] {
        let refused = set(&portal, &contact, simple).await.refused(400, "password_rejected");
        assert!(codes(&refused).contains(&"too_simple".to_owned()), "{simple}");
    }
    for near_miss in ["qwerty1234567890 and a hat", "1234567890 green bottles"] {
        let _ = set(&portal, &contact, near_miss).await.expect(200);
    }
}

/// PW-08
#[tokio::test]
async fn a_password_made_of_what_everybody_knows_of_a_person_is_refused() {
    let portal = Portal::start().await;
    let first = ["North", "South", "East", "West", "Amber"];
    let last = ["River", "Meadow", "Harbour", "Orchard"];
    for (first, last) in first.iter().flat_map(|first| last.map(|last| (first, last))) {
        let (low, organization) = (format!("{first}.{last}").to_lowercase(), format!("{last} Timber Works"));
        let about = |password: String| {
            let person = json!({
                "organization": { "number": format!("C-{last}"), "name": organization },
                "first_name": first, "last_name": last, "user_id": format!("{low}.id"),
                "credential": typed(&password),
            });
            (person, password)
        };
        for (person, password) in [
            format!("{low}-1234567890"),
            format!("{low}@example.com"),
            format!("{first}{last}{first}{last}2026"),
            format!("{organization} 2026!!"),
            format!("{low}.id1234567"),
            "Example Ltd 2026 2026".to_owned(),
            "Customer Portal 1234".to_owned(),
            "Latchkey-Latchkey-1".to_owned(),
        ]
        .map(about)
        {
            let refused = portal.create(&format!("{low}@example.com"), person).await.refused(400, "password_rejected");
            assert_eq!(codes(&refused), ["too_personal"], "{password}");
        }
    }
}

/// P3
#[tokio::test]
async fn every_rule_that_a_password_breaks_is_told_on_every_path() {
    let portal = Portal::start().await;
    let broken = "11111111";
    let (contact, ada) = portal.member(ADA, json!({})).await;
    let invited = portal.create("invited@example.com", json!({})).await.expect(201).at("/id");
    let token = portal.link_token("invited@example.com").await;
    let access = json!({ "roles": ["customer_center"], "credential": typed(broken) });
    let answers = [
        ("password", portal.visitor().redeem(&token, broken).await),
        ("password", change(&ada, PASSWORD, broken).await),
        ("password", set(&portal, &contact, broken).await),
        ("credential.password", portal.create("new@example.com", json!({ "credential": typed(broken) })).await),
        ("credential.password", portal.administrator.put(&format!("/v1/contacts/{invited}/access"), &access).await),
    ];
    for (field, answer) in answers {
        let answer = answer.refused(400, "password_rejected");
        assert_eq!(codes(&answer), ["too_short", "too_common", "too_simple"], "{}", answer.text);
        let fields: Vec<_> = (0..3).map(|at| answer.at(&format!("/errors/{at}/field"))).collect();
        assert_eq!(fields, [field; 3]);
        assert!(!answer.text.contains(broken), "the answer does not repeat it");
    }
    let form = [("action", "redeem"), ("password", broken), ("confirm_password", broken)];
    let page = portal.visitor().submit(&format!("/link/{token}"), &form, "").await.expect(400);
    for words in ["at least 15 characters", "guessed first", "plain sequence"] {
        assert!(page.text.contains(words), "{words}");
    }
    let _ = portal.visitor().redeem(&token, PASSWORD).await.expect(204);
}

/// P1
#[tokio::test]
async fn an_administrator_sets_a_password_which_ends_sessions_and_links_and_is_told_by_mail() {
    let portal = Portal::start().await;
    let (contact, ada) = portal.member(ADA, json!({})).await;
    let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    let token = portal.link_token(ADA).await;
    let mails = portal.mails_to(ADA).len();
    let answer = set(&portal, &contact, OTHER_PASSWORD).await.expect(200);
    assert!(!answer.text.contains(OTHER_PASSWORD));

    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = portal.visitor().redeem(&token, PASSWORD).await.refused(410, "link_void");
    let told = portal.next_mail(ADA, mails).await;
    assert!(!told.text.contains(OTHER_PASSWORD) && !told.text.contains("/link/"), "{}", told.text);
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
    let _ = portal.visitor().sign_in(ADA, OTHER_PASSWORD).await.expect(201);
}

/// P1
#[tokio::test]
async fn setting_a_password_does_not_enable_a_disabled_login() {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({})).await;
    let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/disable-login")).await.expect(200);
    let answer = set(&portal, &contact, OTHER_PASSWORD).await.expect(200);
    assert_eq!(answer.json["access"]["login_enabled"], false);
    let _ = portal.visitor().sign_in(ADA, OTHER_PASSWORD).await.refused(401, "invalid_credentials");
}

/// P1
#[tokio::test]
async fn a_password_is_set_with_the_method_named_and_typed_twice_alike_or_nothing_changes() {
    let portal = Portal::start().await;
    let (contact, ada) = portal.member(ADA, json!({})).await;
    let path = format!("/v1/contacts/{contact}/password");
    for body in [
        json!({ "password": OTHER_PASSWORD, "confirm_password": OTHER_PASSWORD }),
        json!({ "method": "link" }),
        json!({ "method": "link", "password": OTHER_PASSWORD, "confirm_password": OTHER_PASSWORD }),
        json!({ "method": "password", "password": OTHER_PASSWORD }),
        json!({ "method": "password", "password": OTHER_PASSWORD, "confirm_password": "a wholly different phrasf" }),
        json!({ "method": "password", "password": OTHER_PASSWORD, "confirm_password": OTHER_PASSWORD, "must_change": "yes" }),
    ] {
        let _ = portal.administrator.put(&path, &body).await.refused(400, "invalid");
    }
    let _ = ada.get("/v1/session").await.expect(200);
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
}

/// P1, PW-12
#[tokio::test]
async fn nobody_but_an_administrator_sets_somebody_elses_password() {
    let portal = Portal::start().await;
    let staff = |role: &str| {
        json!({
            "account_type": "staff", "roles": [role],
            "organization": { "number": "INTERNAL", "name": "Example Ltd" },
        })
    };
    let (contact, ada) = portal.member(ADA, json!({})).await;
    let others = [
        portal.member("manager@example.com", staff("account_manager")).await.1,
        portal.member("support@example.com", staff("support")).await.1,
        portal.member("head@example.com", json!({ "roles": ["customer_administrator"] })).await.1,
        ada,
    ];
    for other in &others {
        let answer = other.put(&format!("/v1/contacts/{contact}/password"), &typed(OTHER_PASSWORD)).await;
        let _ = answer.refused(403, "forbidden");
    }
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    let (_, second) = portal.member("second@example.com", staff("administrator")).await;
    let _ = second.put(&format!("/v1/contacts/{contact}/password"), &typed(OTHER_PASSWORD)).await.expect(200);
}

/// Every call of the contract that needs a session.
async fn signed_in_calls(portal: &Portal, contact: &str) -> Vec<(Method, String)> {
    let document = portal.visitor().get("/openapi.json").await.expect(200);
    let paths = document.json["paths"].as_object().expect("paths").clone();
    let mut calls = Vec::new();
    for (path, methods) in paths {
        for (method, call) in methods.as_object().expect("methods") {
            if call["security"].is_array() {
                let method = method.to_uppercase().parse().expect("a method");
                calls.push((method, path.replace("{contact}", contact)));
            }
        }
    }
    calls
}

/// What a user who must change the password can still do is three calls; gives how many they can't.
async fn can_only_change_the_password(portal: &Portal, contact: &str, ada: &Visitor) {
    let left = [(Method::GET, "/v1/session"), (Method::DELETE, "/v1/session"), (Method::PUT, "/v1/session/password")];
    let (free, closed): (Vec<_>, Vec<_>) = signed_in_calls(portal, contact)
        .await
        .into_iter()
        .partition(|(method, path)| left.iter().any(|(known, free)| known == method && free == path));
    assert_eq!(free.len(), 3);
    assert!(closed.len() > 8, "{closed:?}");
    for (method, path) in closed {
        let answer = Answer::of(ada.request(method.clone(), &path)).await;
        assert_eq!(answer.json["code"], "password_change_required", "{method} {path}: {}", answer.text);
        let _ = answer.expect(403);
    }
    assert_eq!(ada.get("/v1/session").await.expect(200).json["must_change_password"], true);
}

/// P2
#[tokio::test]
async fn a_user_created_with_a_password_to_be_changed_can_only_change_it() {
    let portal = Portal::start().await;
    let mut credential = typed(PASSWORD);
    credential["must_change"] = json!(true);
    let body = json!({ "credential": credential, "roles": ["customer_administrator"] });
    let created = portal.create(ADA, body).await.expect(201);
    assert_eq!(created.json["access"]["must_change_password"], true);
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    can_only_change_the_password(&portal, &created.at("/id"), &ada).await;

    let account = ada.browse("/account", "").await.expect(200);
    assert!(account.text.contains("Choose a new password before you go on"));
    assert!(!account.text.contains("Acme Metal Works"));
    let _ = change(&ada, PASSWORD, OTHER_PASSWORD).await.expect(204);
    assert_eq!(ada.get("/v1/session").await.expect(200).json["must_change_password"], false);
    let _ = ada.get("/v1/sessions").await.expect(200);
    let again = portal.visitor().signed_in(ADA, OTHER_PASSWORD).await;
    let _ = again.get("/v1/sessions").await.expect(200);
}

/// P1, P2
#[tokio::test]
async fn an_administrator_may_require_that_the_password_they_set_is_changed() {
    let portal = Portal::start().await;
    let (contact, _) = portal.member(ADA, json!({ "roles": ["customer_administrator"] })).await;
    let mut credential = typed(OTHER_PASSWORD);
    credential["must_change"] = json!(true);
    let path = format!("/v1/contacts/{contact}/password");
    let _ = portal.administrator.put(&path, &credential).await.expect(200);
    let ada = portal.visitor().signed_in(ADA, OTHER_PASSWORD).await;
    can_only_change_the_password(&portal, &contact, &ada).await;
    let _ = ada.delete("/v1/session").await.expect(204);

    // A link to the mailbox does as well as the password that was typed.
    let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    let _ = portal.visitor().redeem(&portal.link_token(ADA).await, PASSWORD).await.expect(204);
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let _ = ada.get("/v1/sessions").await.expect(200);
}

/// PW-11
#[tokio::test]
async fn changing_a_password_takes_a_session_and_the_present_password() {
    let portal = Portal::start().await;
    let (contact, ada) = portal.member(ADA, json!({})).await;
    let _ = change(&portal.visitor(), PASSWORD, OTHER_PASSWORD).await.refused(401, "unauthenticated");
    let without = json!({ "password": OTHER_PASSWORD, "confirm_password": OTHER_PASSWORD });
    let _ = ada.put("/v1/session/password", &without).await.refused(400, "invalid");
    let _ = change(&ada, OTHER_PASSWORD, OTHER_PASSWORD).await.refused(403, "wrong_password");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);

    for _ in 0..5 {
        let _ = change(&ada, "not the password", OTHER_PASSWORD).await.refused(403, "wrong_password");
    }
    // This session's guesses are over for a while; nobody else is locked out by them.
    let _ = change(&ada, PASSWORD, OTHER_PASSWORD).await.refused(403, "wrong_password");
    assert_eq!(portal.contact(&contact).await.json["access"]["locked_until"], Value::Null);
    let again = portal.visitor().signed_in(ADA, PASSWORD).await;
    let _ = change(&again, PASSWORD, OTHER_PASSWORD).await.expect(204);
}

/// An account manager, signed in, and an administrator who is invited and has an access at a customer too: that contact.
async fn manager_and_invited_administrator(portal: &Portal) -> (Visitor, String, String) {
    let internal = portal.administrator.get("/v1/session").await.at("/organization");
    let staff = |role: &str| json!({ "account_type": "staff", "organization": internal, "roles": [role] });
    let (_, manager) = portal.member("manager@example.com", staff("account_manager")).await;
    let invited = portal.create(ADA, staff("administrator")).await.expect(201);
    let body = json!({ "user": invited.at("/access/user"), "account_type": "customer", "first_name": "Ada",
        "last_name": "Byron", "organization": { "number": "C-1001", "name": "Acme" } });
    let there = manager.post("/v1/users", &body).await.expect(201).at("/id");
    (manager, invited.at("/id"), there)
}

/// A3, AZ-05, PW-12
#[tokio::test]
async fn nobody_chooses_the_first_password_of_somebody_above_them_by_way_of_another_access() {
    let portal = Portal::start().await;
    let (manager, _, there) = manager_and_invited_administrator(&portal).await;
    let chosen = json!({ "roles": ["customer_center"],
        "credential": { "method": "password", "password": PASSWORD, "confirm_password": PASSWORD } });
    let _ = manager.put(&format!("/v1/contacts/{there}/access"), &chosen).await.refused(403, "forbidden");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
}

/// A3, AZ-05
#[tokio::test]
async fn a_password_that_staff_chose_does_not_open_an_administrators_access_given_later() {
    let portal = Portal::start().await;
    let (manager, office, there) = manager_and_invited_administrator(&portal).await;
    let everywhere = format!("/v1/contacts/{office}/access?everywhere=true");
    let _ = portal.administrator.delete(&everywhere).await.expect(200);
    for contact in [&office, &there] {
        let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/reactivate")).await.expect(200);
    }
    let chosen = json!({ "roles": ["customer_center"],
        "credential": { "method": "password", "password": PASSWORD, "confirm_password": PASSWORD } });
    let _ = manager.put(&format!("/v1/contacts/{there}/access"), &chosen).await.expect(200);
    let again = json!({ "roles": ["administrator"] });
    let given = portal.administrator.put(&format!("/v1/contacts/{office}/access"), &again).await.expect(200);
    assert_eq!((given.at("/access/state"), given.at("/link/purpose")), ("invited".into(), "invite".into()));
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
}

/// P2
#[tokio::test]
async fn the_same_password_is_no_change_of_it() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    let answer = change(&ada, PASSWORD, PASSWORD).await.refused(400, "password_rejected");
    assert_eq!(answer.at("/errors/0/code"), "unchanged");
}

/// P8
#[tokio::test]
async fn whoever_is_signed_in_changes_their_password_while_a_stranger_has_locked_the_login() {
    let portal = Portal::start().await;
    let (contact, ada) = portal.member(ADA, json!({})).await;
    for _ in 0..5 {
        let _ = portal.visitor().sign_in(ADA, "not the password").await.refused(401, "invalid_credentials");
    }
    assert_ne!(portal.contact(&contact).await.json["access"]["locked_until"], Value::Null);
    let _ = change(&ada, PASSWORD, OTHER_PASSWORD).await.expect(204);
    let _ = portal.visitor().sign_in(ADA, OTHER_PASSWORD).await.expect(201);
}

/// The tags `<input …>` of a page.
fn inputs(page: &str) -> Vec<&str> {
    page.split("<input").skip(1).filter_map(|rest| rest.split('>').next()).collect()
}

/// PW-14
#[tokio::test]
async fn password_managers_know_every_password_field_and_pasting_is_left_alone() {
    let portal = Portal::start().await;
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let link = format!("/link/{}", portal.link_token(ADA).await);
    let visitor = portal.visitor();
    let cookie = format!("session={}", portal.administrator.token());
    for (path, expected) in [
        ("/sign-in", vec!["current-password"]),
        (link.as_str(), vec!["new-password"; 2]),
        ("/account", vec!["current-password", "new-password", "new-password", "current-password"]),
    ] {
        let page = visitor.browse(path, &cookie).await.expect(200).text;
        let fields: Vec<_> = inputs(&page).into_iter().filter(|input| input.contains("password\"")).collect();
        assert_eq!(fields.len(), expected.len(), "{path}: {fields:?}");
        for (field, autocomplete) in fields.iter().zip(expected) {
            assert!(field.contains("type=\"password\""), "{field}");
            assert!(field.contains(&format!("autocomplete=\"{autocomplete}\"")), "{field}");
            assert!(!field.contains("maxlength"), "what is pasted is not cut off: {field}");
        }
        for handler in ["onpaste", "oncopy", "ondrop", "onkey"] {
            assert!(!page.contains(handler), "{path}: {handler}");
        }
    }
    let script = visitor.get("/script.js").await.expect(200).text;
    for event in ["paste", "\"copy\"", "drop", "key"] {
        assert!(!script.contains(event), "the script minds {event}");
    }
}

/// PW-15
#[tokio::test]
async fn every_password_is_kept_as_argon2id_with_a_salt_of_its_own() {
    let portal = Portal::start().await;
    let mut salts = std::collections::BTreeSet::new();
    for number in 0..6 {
        let email = format!("user{number}@example.com");
        let _ = portal.create(&email, json!({ "credential": typed(PASSWORD) })).await.expect(201);
        let phc = phc(&portal, &email).await;
        let parts: Vec<_> = phc.split('$').collect();
        assert_eq!(parts[1..4], ["argon2id", "v=19", "m=19456,t=2,p=1"]);
        assert!(STANDARD_NO_PAD.decode(parts[4]).expect("base64").len() >= 16);
        salts.insert(parts[4].to_owned());
    }
    assert_eq!(salts.len(), 6);
    let dump = portal.dump().await;
    assert!(dump.contains("$argon2id$") && !dump.contains(PASSWORD));
}

/// Seeds the hash of [`PASSWORD`] with parameters that were good once.
async fn seed_old_hash(portal: &Portal, login: &str) {
    let keys = portal.app.keys();
    let pepper = keys.pepper(keys.current()).expect("a pepper");
    let params = Params::new(8 * 1024, 1, 1, Some(32)).expect("within bounds");
    let mut hash = [0; 32];
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params)
        .and_then(|argon2| argon2.hash_password_into(PASSWORD.as_bytes(), &[7; 16], &mut hash))
        .expect("hashed");
    let [salt, hash] = [&[7; 16][..], &hash].map(|bytes| STANDARD_NO_PAD.encode(bytes));
    let old = PasswordHash { phc: format!("$argon2id$v=19$m=8192,t=1,p=1${salt}${hash}"), pepper: keys.current() };
    let before = user(portal, login).await;
    let mut change = Change::none();
    change.update(&before, User { password: Some(old), ..before.value.clone() });
    portal.app.store.commit(&change, portal.app.clock.now()).await.expect("written");
}

/// P4, PW-16
#[tokio::test]
async fn a_hash_of_older_parameters_is_made_anew_at_sign_in() {
    let portal = Portal::start().await;
    let (_, ada) = portal.member(ADA, json!({})).await;
    seed_old_hash(&portal, ADA).await;
    let _ = portal.visitor().sign_in(ADA, "not the password").await.expect(401);
    assert!(phc(&portal, ADA).await.contains("m=8192"), "a failure changes nothing");
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    assert!(phc(&portal, ADA).await.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    let _ = ada.get("/v1/session").await.expect(200);
}

/// P4, PW-16
#[tokio::test]
async fn the_pepper_moves_to_its_newest_version_at_sign_in() {
    let portal = Portal::start().await;
    let (one, two) = (Keys::new_root(), Keys::new_root());
    let keyed = async |secret: Value| {
        let keyring = Keyring::fixed(Keys::parse(&secret.to_string()).expect("keys"));
        portal.instance(&App::new(Parts { keyring, ..Parts::clone(&portal.app) })).await
    };
    let [before, during, after] = [
        keyed(json!({ "1": one })).await,
        keyed(json!({ "1": one, "2": two })).await,
        keyed(json!({ "2": two })).await,
    ];
    let body = tests::portal::new_user(ADA, json!({ "credential": typed(PASSWORD) }));
    let administrator = before.with_token(portal.administrator.token());
    let _ = administrator.post("/v1/users", &body).await.expect(201);
    let _ = after.sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
    let _ = during.sign_in(ADA, PASSWORD).await.expect(201);
    let _ = after.sign_in(ADA, PASSWORD).await.expect(201);
}
