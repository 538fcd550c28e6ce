//! Who there is, and how they are, is told to nobody who does not know: whoever can't sign in, and whoever asks for a link, gets
//! one answer at one cost, however SES fares (requirements L7, P5).

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::app::{App, Parts};
use shared::domain::password::Password;
use shared::hasher::{Busy, Hasher, WAITING};
use shared::mail::Mailer;
use shared::store::Store;
use tests::portal::{ADMINISTRATOR, new_user};
use tests::ses::event;
use tests::wire::Fate;
use tests::{Answer, PASSWORD, Portal, Visitor, Wire};
use tokio::task::JoinSet;

/// Somebody who is not let in.
#[derive(Debug)]
struct Somebody {
    why: &'static str,
    login: String,
    password: String,
    /// Whether a link is mailed to them, if they ask.
    is_mailed: bool,
}

/// A portal with somebody in every state; those whose password could be right have it right.
struct Everybody {
    portal: Portal,
    /// The site at which they knock.
    site: String,
    all: Vec<Somebody>,
}

impl Everybody {
    async fn there() -> Self {
        let mut portal = Portal::start().await;
        let _ = portal.create("expired@example.com", json!({})).await.expect(201);
        portal.pass(SignedDuration::from_hours(25));
        portal.sweep().await;
        portal.administrator = portal.visitor().signed_in(ADMINISTRATOR, PASSWORD).await;
        let staff = &portal.administrator;
        let sites = staff.get("/v1/sites").await.expect(200);
        let (site, other) = (sites.at("/items/0/id"), sites.at("/items/1/id"));

        let typed = json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
        let with_password = async |email: &str, more: Value| {
            let mut body = new_user(email, more);
            body["credential"] = typed.clone();
            staff.post("/v1/users", &body).await.expect(201)
        };
        let put = async |email: &str, way: &str| {
            let contact = with_password(email, json!({})).await.at("/id");
            let _ = staff.act(&format!("/v1/contacts/{contact}/{way}")).await.expect(200);
        };
        let active = with_password("active@example.com", json!({})).await;
        let recorded = json!({ "organization": active.at("/organization"), "email": "recorded@example.com",
            "first_name": "Ada", "last_name": "Byron" });
        let _ = staff.post("/v1/contacts", &recorded).await.expect(201);
        let _ = portal.create("invited@example.com", json!({})).await.expect(201);
        put("disabled@example.com", "disable-login").await;
        put("inactive@example.com", "inactivate").await;
        put("changing@example.com", "require-password-change").await;
        let organization = json!({ "organization": { "number": "C-2", "name": "Gone" } });
        let gone = with_password("gone@example.com", organization).await.at("/organization");
        let _ = staff.act(&format!("/v1/organizations/{gone}/inactivate")).await.expect(200);
        let revoked = with_password("revoked@example.com", json!({})).await.at("/id");
        let _ = staff.delete(&format!("/v1/contacts/{revoked}/access")).await.expect(200);
        let _ = with_password("elsewhere@example.com", json!({ "site": other })).await;
        let dead = with_password("dead@example.com", json!({})).await.at("/id");
        let mails = staff.get(&format!("/v1/contacts/{dead}/mails")).await.expect(200);
        let bounce = event("aws.ses", "Bounce", &mails.at("/items/0/id"), "dead@example.com");
        mail_events::handle(portal.app.clone(), bounce).await.expect("taken");
        let _ = with_password("locked@example.com", json!({})).await;
        for _ in 0..5 {
            let _ = portal.visitor().sign_in("locked@example.com", "not the password").await.expect(401);
        }
        let all = [
            ("unknown", "nobody@example.com", PASSWORD, false),
            ("no name at all", "", PASSWORD, false),
            ("recorded, and never invited", "recorded@example.com", PASSWORD, false),
            ("invited", "invited@example.com", PASSWORD, true),
            ("invited, and the link expired", "expired@example.com", PASSWORD, true),
            ("active", "active@example.com", "not the password", true),
            ("active, with an empty password", "active@example.com", "", true),
            ("active, with an over-long password", "active@example.com", &"long ".repeat(60), true),
            ("to change the password", "changing@example.com", "not the password", true),
            ("of a dead address", "dead@example.com", "not the password", false),
            ("locked", "locked@example.com", PASSWORD, true),
            ("disabled", "disabled@example.com", PASSWORD, false),
            ("inactive", "inactive@example.com", PASSWORD, false),
            ("at an inactive organization", "gone@example.com", PASSWORD, false),
            ("at another site", "elsewhere@example.com", PASSWORD, false),
            ("revoked", "revoked@example.com", PASSWORD, false),
        ]
        .map(|(why, login, password, is_mailed)| Somebody {
            why,
            login: login.to_owned(),
            password: password.to_owned(),
            is_mailed,
        });
        Self { portal, site, all: all.into() }
    }

    /// An instance whose mails another delivers while it answers, as on AWS: its table's wire carries its own calls alone.
    async fn instance(&self, ses: Fate) -> (Visitor, App, Wire) {
        let (table, at_table) = Wire::to(self.portal.table.upstream().to_owned()).await;
        let (wire, at_ses) = Wire::to(self.portal.ses.upstream().to_owned()).await;
        wire.decide_by(move |_, _| ses);
        let client = aws_sdk_dynamodb::Client::new(&local::table::config(&at_table));
        let (store, mut left) = Store::new(client, "latchkey".to_owned()).watched();
        let mailer = Mailer::new(&local::table::config(&at_ses), None);
        let deliverer = Parts { mailer, ..Parts::clone(&self.portal.app) };
        let app = App::new(Parts { store, ..deliverer.clone() });
        let deliverer = App::new(deliverer);
        tokio::spawn(async move {
            while let Some(mail) = left.recv().await {
                let deliverer = deliverer.clone();
                tokio::spawn(async move { shared::mail::deliver(&deliverer, mail).await });
            }
        });
        (self.portal.instance(&app).await, app, table)
    }
}

impl Somebody {
    async fn knock(&self, visitor: &Visitor, site: &str) -> Answer {
        let body = json!({ "login": self.login, "password": self.password, "site": site });
        visitor.post("/v1/sessions", &body).await
    }

    async fn forgot(&self, visitor: &Visitor, site: &str) -> Answer {
        visitor.post("/v1/password-resets", &json!({ "login": self.login, "site": site })).await
    }
}

/// All that an answer tells, but for its own id and time.
fn told(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let headers = answer.headers.iter().filter(|(name, _)| name.as_str() != "date");
    let mut headers: Vec<_> = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    headers.sort();
    let id = answer.json["request_id"].as_str().unwrap_or("no id");
    (answer.status.as_u16(), headers, answer.text.replace(id, "ID"))
}

/// The same of a page, whose form keeps the name that was typed.
fn told_by_page(mut answer: Answer, login: &str) -> (u16, Vec<(String, String)>, String) {
    answer.text = answer.text.replace(login, "LOGIN");
    answer.headers.remove("content-length");
    told(&answer)
}

const SES: [Fate; 3] = [Fate::Pass, Fate::Hang, Fate::Refuse(429, "TooManyRequestsException")];

/// P5, L7, AU-01, AU-02, TK-13
#[tokio::test]
async fn in_every_state_and_however_ses_fares_there_is_one_answer_and_as_many_calls() {
    let everybody = Everybody::there().await;
    let (site, portal) = (&everybody.site, &everybody.portal);
    let before: Vec<usize> = everybody.all.iter().map(|one| portal.mails_to(&one.login).len()).collect();
    let (mut answers, mut calls) = ([None, None], [None, None]);
    for ses in SES {
        let (visitor, app, table) = everybody.instance(ses).await;
        for one in &everybody.all {
            for way in 0..2 {
                // What the business has set is read every few seconds, whoever knocks.
                app.settings().await.expect("settings");
                table.take_calls();
                let answer = if way == 0 { one.knock(&visitor, site).await } else { one.forgot(&visitor, site).await };
                let made: Vec<_> = table.take_calls().into_iter().map(|it| (it.operation, it.consistent)).collect();
                assert_eq!(*answers[way].get_or_insert_with(|| told(&answer)), told(&answer), "{}, {ses:?}", one.why);
                assert_eq!(*calls[way].get_or_insert_with(|| made.clone()), made, "{}, {ses:?}", one.why);
            }
        }
        if ses == Fate::Pass {
            for (one, before) in everybody.all.iter().zip(&before).filter(|(one, _)| one.is_mailed) {
                portal.next_mail(&one.login, *before).await;
            }
        }
    }
    let read = ("BatchGetItem".to_owned(), true);
    let wrote = ("TransactWriteItems".to_owned(), false);
    assert_eq!(calls[0], Some(vec![read.clone(), read.clone(), wrote.clone()]));
    assert_eq!(calls[1], Some(vec![read.clone(), read.clone(), read, wrote]));
    assert_eq!(answers.map(|answer| answer.map(|(status, ..)| status)), [Some(401), Some(202)]);
    let silent = everybody.all.iter().zip(before).filter(|(one, _)| !one.is_mailed);
    for (one, before) in silent {
        assert_eq!(portal.mails_to(&one.login).len(), before, "{}", one.why);
    }
}

/// P5, L7, AU-01
#[tokio::test]
async fn in_every_state_there_is_one_page() {
    let everybody = Everybody::there().await;
    let visitor = everybody.portal.visitor();
    let mut first = [None, None];
    for one in everybody.all.iter().filter(|one| !one.login.is_empty()) {
        let form = [("login", one.login.as_str()), ("password", &one.password), ("site", &everybody.site)];
        let knocked = visitor.submit("/sign-in", &form, "").await.expect(401);
        assert!(knocked.cookie("session").is_none() && knocked.cookie("device").is_none(), "{}", one.why);
        let form = [("login", one.login.as_str()), ("site", &everybody.site)];
        let asked = visitor.submit("/forgot-password", &form, "").await.expect(200);
        for (first, answer) in first.iter_mut().zip([knocked, asked]) {
            let told = told_by_page(answer, &one.login);
            assert_eq!(*first.get_or_insert_with(|| told.clone()), told, "{}", one.why);
        }
    }
}

/// A hasher at which as many wait as may, and none is at work; for as long as what waits is kept.
async fn full_hasher(portal: &Portal) -> (Hasher, JoinSet<bool>) {
    let hasher = Hasher::new(0);
    let mut waiting = JoinSet::new();
    for _ in 0..=WAITING {
        let (hasher, keys) = (hasher.clone(), portal.app.keys());
        waiting.spawn(async move { hasher.hash(&keys, &Password::new(PASSWORD)).await == Err(Busy) });
    }
    assert!(waiting.join_next().await.expect("one is refused").expect("no panic"));
    (hasher, waiting)
}

/// P4, AU-02, AU-14
#[tokio::test]
async fn everybody_who_knocks_costs_a_hash_and_past_the_bound_is_told_at_once_to_come_back() {
    let everybody = Everybody::there().await;
    let portal = &everybody.portal;
    let (hasher, _waiting) = full_hasher(portal).await;
    let visitor = portal.instance(&App::new(Parts { hasher, ..Parts::clone(&portal.app) })).await;
    for one in &everybody.all {
        let answer = one.knock(&visitor, &everybody.site).await.refused(503, "busy");
        assert!(!answer.header("retry-after").is_empty(), "{}", one.why);
        // Who asks for a link costs none.
        let _ = one.forgot(&visitor, &everybody.site).await.expect(202);
    }
    let _ = visitor.sign_in("active@example.com", PASSWORD).await.refused(503, "busy");
    let signed_in = visitor.with_token(portal.administrator.token());
    let _ = signed_in.get("/v1/session").await.expect(200);
    let _ = portal.visitor().sign_in("active@example.com", PASSWORD).await.expect(201);
}
