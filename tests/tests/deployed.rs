//! The deployed bundle: the real binaries behind the template's API Gateway, roles and stream, in the emulator that
//! `infra/scripts/stage.py` describes in `LATCHKEY_STAGE`. `make test` runs it, once more with the roles enforced.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use shared::app::{App, Clock, Parts};
use shared::flow::bootstrap;
use shared::hasher::Hasher;
use shared::keyring::Keyring;
use shared::mail::Mailer;
use shared::store::Store;
use tests::{Answer, PASSWORD, Visitor, images};

const ADMINISTRATOR: &str = "admin@example.com";
const ADA: &str = "ada@example.com";

/// What is deployed.
struct Stage {
    description: Value,
}

impl Stage {
    fn of_environment() -> Self {
        let text = std::env::var("LATCHKEY_STAGE").expect("run by infra/scripts/stage.py");
        Self { description: serde_json::from_str(&text).expect("JSON") }
    }

    fn text(&self, name: &str) -> &str {
        self.description[name].as_str().expect("described")
    }

    fn visitor(&self) -> Visitor {
        Visitor::new(self.text("api_url"))
    }

    /// Writes the settings and the first administrator, as whoever deploys does.
    async fn set_up(&self) {
        let config = local::table::config(self.text("endpoint"));
        let secrets = aws_sdk_secretsmanager::Client::new(&config);
        let app = App::new(Parts {
            store: Store::new(aws_sdk_dynamodb::Client::new(&config), self.text("table").to_owned()),
            mailer: Mailer::new(&config, Some(self.text("configuration_set").to_owned())),
            keyring: Keyring::from_secret(secrets, self.text("keys_secret").to_owned()).await.expect("the keys"),
            hasher: Hasher::new(1),
            clock: Clock::system(),
        });
        let sites = format!("Customer Portal={0},Partner Portal={0}", format!("http://{}", self.text("api_host")));
        let deployment = local::deployment(|name| match name {
            "LATCHKEY_BUSINESS" => "Example Ltd".to_owned(),
            "LATCHKEY_ADMIN_EMAIL" => ADMINISTRATOR.to_owned(),
            "LATCHKEY_SENDER" => "portal@example.com".to_owned(),
            _ => sites.clone(),
        });
        assert!(bootstrap(&app, &deployment.expect("complete")).await.expect("written"));
    }

    async fn mails_to(&self, email: &str) -> Vec<Value> {
        let answer = reqwest::get(self.text("mail_url")).await.expect("the mails");
        let all: Value = answer.json().await.expect("JSON");
        let mails =
            all["messages"].as_object().into_iter().flat_map(|accounts| accounts.values()).filter_map(Value::as_array);
        mails.flatten().filter(|mail| mail["To"] == json!([email])).cloned().collect()
    }

    /// The token of the link in the newest mail to an address, once there are more than `before`.
    async fn token(&self, email: &str, before: usize) -> String {
        for _ in 0..400 {
            let mails = self.mails_to(email).await;
            if mails.len() > before {
                let text = mails.last().and_then(|mail| mail["BodyText"].as_str()).expect("a text");
                let link = text.lines().find_map(|line| line.trim().split_once("/link/"));
                return link.map(|(_, token)| token.to_owned()).expect("a link");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no mail to {email} after twenty seconds");
    }

    /// What a rule brought of a contact's events to whoever follows them, in the order of their numbers, each once.
    async fn events_about(&self, contact: &str) -> Vec<String> {
        let answer = reqwest::get(self.text("events_url")).await.expect("the queue");
        let brought: Vec<Value> = bodies(&answer.json().await.expect("JSON"));
        let about = brought.iter().map(|event| &event["detail"]).filter(|it| it["subject"]["id"] == contact);
        let in_order: BTreeMap<_, _> = about
            .map(|it| ((it["number"].as_u64(), it["id"].to_string()), it["action"].as_str().unwrap_or_default()))
            .collect();
        in_order.into_values().map(str::to_owned).collect()
    }

    /// Waits until a contact's events are these.
    async fn follows(&self, contact: &str, expected: &[&str]) {
        let mut brought = Vec::new();
        for _ in 0..400 {
            brought = self.events_about(contact).await;
            if brought == expected {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("after twenty seconds the events of {contact} are {brought:?}");
    }

    /// Runs the sweep, as its schedule does. Gives what it reported.
    async fn sweep(&self) -> Value {
        self.invoke("sweep", &json!({ "detail-type": "Scheduled Event", "detail": {} })).await
    }

    /// Invokes a function that events reach. Gives what it answers.
    async fn invoke(&self, function: &str, event: &Value) -> Value {
        let function = self.description["functions"][function].as_str().expect("described");
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        let invoked = tokio::process::Command::new(".venv/bin/python")
            .args(["infra/scripts/invoke.py", self.text("endpoint"), function, &event.to_string()])
            .current_dir(root)
            .output()
            .await
            .expect("run");
        assert!(invoked.status.success(), "{}", String::from_utf8_lossy(&invoked.stderr));
        serde_json::from_slice(&invoked.stdout).expect("JSON")
    }

    /// Sets a link's time back by two days in the table itself, so that it is due.
    async fn age_link(&self, token: &str) {
        let id = shared::domain::link::LinkToken::id_of(token).expect("well-formed");
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let ago = Timestamp::now() - SignedDuration::from_hours(48);
        let client = aws_sdk_dynamodb::Client::new(&local::table::config(self.text("endpoint")));
        let aged = client
            .update_item()
            .table_name(self.text("table"))
            .key("pk", text(&format!("LINK#{id}")))
            .key("sk", text("LINK"))
            .update_expression("SET sent_at = :ago, due_at = :due")
            .expression_attribute_values(":ago", text(&ago.to_string()))
            .expression_attribute_values(":due", AttributeValue::N(ago.as_millisecond().to_string()));
        aged.send().await.expect("aged");
    }
}

/// The bodies of the messages in a queue, wherever they stand in what the emulator tells of it.
fn bodies(told: &Value) -> Vec<Value> {
    match told {
        Value::Object(fields) => match fields.get("Body").or(fields.get("body")).and_then(Value::as_str) {
            Some(body) => serde_json::from_str(body).into_iter().collect(),
            None => fields.values().flat_map(bodies).collect(),
        },
        Value::Array(all) => all.iter().flat_map(bodies).collect(),
        _ => Vec::new(),
    }
}

/// Each of these is a call to a deployed function that the gateway must know; none is answered by the gateway itself.
async fn every_route_answers(stage: &Stage) {
    let document: Value = serde_json::from_str(include_str!("../../docs/openapi.json")).expect("JSON");
    let visitor = stage.visitor();
    let api = document["paths"].as_object().expect("paths").iter().flat_map(|(path, item)| {
        item.as_object().expect("operations").keys().map(move |method| (method.to_uppercase(), path.clone()))
    });
    let pages = [
        "/console",
        "/console/contacts/x",
        "/console/settings",
        "/console/sites/x/templates/invite/en",
        "/console/roles",
        "/",
        "/sign-in",
        "/sign-out",
        "/forgot-password",
        "/account",
        "/link/x",
        "/openapi.json",
    ];
    let pages = pages.map(|path| ("GET".to_owned(), path.to_owned()));
    for (method, path) in api.chain(pages) {
        let path = path.replace('{', "").replace('}', "");
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let answer = Answer::of(visitor.request(method.clone(), &path)).await;
        let from_function = answer.headers.contains_key("x-content-type-options");
        assert!(from_function && answer.status.as_u16() < 500, "{method} {path}: {} {}", answer.status, answer.text);
    }
}

#[tokio::test]
async fn the_deployed_bundle_does_the_main_job() {
    let stage = Stage::of_environment();
    let visitor = stage.visitor();
    let early = visitor.get("/v1/session").await;
    assert_eq!(early.status, 503, "nobody can sign in to what is not set up: {}", early.text);

    stage.set_up().await;
    // What is not set up yet is believed for no longer than one question.
    let token = stage.token(ADMINISTRATOR, 0).await;
    every_route_answers(&stage).await;
    let _ = visitor.redeem(&token, PASSWORD).await.expect(204);
    let administrator = visitor.signed_in(ADMINISTRATOR, PASSWORD).await;

    let body = tests::portal::new_user(ADA, json!({ "user_id": "ada.byron" }));
    let created = administrator.post("/v1/users", &body).await.expect(201);
    assert_eq!(created.at("/link/mail"), "sent");
    let contact = created.at("/id");
    let token = stage.token(ADA, 0).await;
    let page = visitor.get(&format!("/link/{token}")).await.expect(200);
    assert!(page.text.contains("confirm_password"), "{}", page.text);
    let _ = visitor.redeem(&token, PASSWORD).await.expect(204);
    let over = visitor.get(&format!("/link/{token}")).await;
    assert_eq!(over.status, 410);

    let ada = visitor.signed_in("Ada.Byron", PASSWORD).await;
    assert_eq!(ada.get("/v1/session").await.expect(200).at("/account_type"), "customer");
    let _ = administrator.act(&format!("/v1/contacts/{contact}/disable-login")).await.expect(200);
    let _ = ada.get("/v1/session").await.refused(401, "unauthenticated");
    let _ = visitor.sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
    let _ = administrator.act(&format!("/v1/contacts/{contact}/enable-login")).await.expect(200);

    let before = stage.mails_to(ADA).await.len();
    let _ = visitor.post("/v1/password-resets", &json!({ "login": ADA })).await.expect(202);
    let token = stage.token(ADA, before).await;
    let _ = visitor.redeem(&token, "a wholly different phrase").await.expect(204);
    let ada = visitor.signed_in(ADA, "a wholly different phrase").await;
    let passwords =
        json!({ "current_password": "a wholly different phrase", "password": PASSWORD, "confirm_password": PASSWORD });
    let _ = ada.put("/v1/session/password", &passwords).await.expect(204);
    let _ = ada.get("/v1/sessions").await.expect(200);
    let _ = ada.delete("/v1/session").await.expect(204);

    let access = format!("/v1/contacts/{contact}/access");
    let passwords = json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
    let _ = administrator.put(&format!("/v1/contacts/{contact}/password"), &passwords).await.expect(200);
    let _ = administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    let _ = administrator.delete(&format!("/v1/contacts/{contact}/sessions")).await.expect(200);
    let _ = administrator.delete(&access).await.expect(200);
    let before = stage.mails_to(ADA).await.len();
    let granted = administrator.put(&access, &json!({ "roles": ["customer_administrator"] })).await.expect(200);
    assert_eq!(granted.at("/access/state"), "invited");
    let token = stage.token(ADA, before).await;
    let _ = visitor.redeem(&token, PASSWORD).await.expect(204);

    let sites = administrator.get("/v1/sites").await.expect(200);
    let wording = format!("/v1/sites/{}/templates/login_disabled/en", sites.at("/items/0/id"));
    let words = json!({ "subject": "Off", "text": "You can't sign in.", "html": "<p>You can't sign in.</p>" });
    let _ = administrator.put(&wording, &words).await.expect(200);
    let _ = administrator.act(&format!("{wording}/trial")).await.expect(202);
    let _ = administrator.delete(&wording).await.expect(200);
    a_logo_is_shown(&stage, &administrator, &sites.at("/items/0/id")).await;
    assert_eq!(sites.json["items"].as_array().map(Vec::len), Some(2));
    let _ = administrator.get("/v1/roles").await.expect(200);
    by_the_pages(&stage).await;
    what_ses_reports_is_written_down(&stage, &administrator).await;

    let before = stage.mails_to(ADA).await.len();
    let _ = administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    stage.age_link(&stage.token(ADA, before).await).await;
    let report = stage.sweep().await;
    assert_eq!((&report["links"], &report["failed"]), (&json!(1), &json!(0)), "{report}");

    let done = ["user_created", "password_set", "login_disabled", "login_enabled", "password_set", "password_changed"];
    let by_staff = ["password_set", "link_sent", "sessions_ended", "access_revoked", "access_granted"];
    let at_last = ["password_set", "link_sent", "link_expired"];
    stage.follows(&contact, &[&done[..], &by_staff, &at_last].concat()).await;
}

/// A mail that came back for good shows on the contact, and nothing more goes to its address.
async fn what_ses_reports_is_written_down(stage: &Stage, administrator: &Visitor) {
    let bea = "bea@example.com";
    let body = tests::portal::new_user(bea, json!({}));
    let contact = administrator.post("/v1/users", &body).await.expect(201).at("/id");
    let mails = administrator.get(&format!("/v1/contacts/{contact}/mails")).await.expect(200);
    let bounce = tests::ses::event_json("aws.ses", "Bounce", &mails.at("/items/0/id"), bea);
    assert_eq!(stage.invoke("mail-events", &bounce).await, Value::Null);
    assert_eq!(administrator.get(&format!("/v1/contacts/{contact}")).await.expect(200).at("/link/mail"), "bounced");
    let again = administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
    assert_eq!((again.at("/link/mail"), stage.mails_to(bea).await.len()), ("suppressed".to_owned(), 1));
    stage.follows(&contact, &["user_created", "address_suppressed", "link_sent"]).await;
}

/// A logo is set, served and removed: its bytes pass the gateway in both directions.
async fn a_logo_is_shown(stage: &Stage, administrator: &Visitor, site: &str) {
    let path = format!("/v1/sites/{site}/logo");
    let set = administrator.put_image(&path, "*", "image/png", images::png()).await.expect(200);
    let shown = stage.visitor().request(Method::GET, &set.at("/logo/url")).send().await.expect("an answer");
    assert_eq!(shown.headers()["content-type"], "image/png");
    assert_eq!(shown.bytes().await.expect("a body"), images::png());
    let removed = administrator.request(Method::DELETE, &path).header("if-match", "*");
    assert_eq!(Answer::of(removed).await.expect(200).json["logo"], Value::Null);
}

/// Signs in and out by the pages' forms: cookies pass the gateway in both directions.
async fn by_the_pages(stage: &Stage) {
    let visitor = stage.visitor();
    let form = [("login", ADA), ("password", PASSWORD)];
    let signed_in = Answer::of(visitor.request(Method::POST, "/sign-in").form(&form)).await.expect(303);
    let cookies: Vec<&str> =
        signed_in.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok()).collect();
    let session = cookies.iter().find(|cookie| cookie.contains("session=")).expect("a session");
    let pair = session.split(';').next().expect("a pair").to_owned();
    let account = visitor.request(Method::GET, "/account").header("cookie", &pair);
    assert!(Answer::of(account).await.expect(200).text.contains("Ada"));
    let foreign =
        visitor.request(Method::POST, "/sign-out").header("cookie", &pair).header("sec-fetch-site", "cross-site");
    let _ = Answer::of(foreign).await.expect(403);
    let own =
        visitor.request(Method::POST, "/sign-out").header("cookie", &pair).header("sec-fetch-site", "same-origin");
    let _ = Answer::of(own).await.expect(200);
    let account = visitor.request(Method::GET, "/account").header("cookie", &pair);
    let _ = Answer::of(account).await.expect(303);
}
