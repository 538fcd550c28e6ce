//! A sign-in over the bare hash: the same password, the same parameters, the same kept buffer, turn by turn.
//! The table is another process, so that what is counted is the function's own.

use std::process::Stdio;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_sdk_dynamodb::types::StreamSpecification;
use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode};
use local::inbox::Inbox;
use local::table;
use serde_json::json;
use shared::app::{App, Clock, Parts};
use shared::domain::email::LoginKey;
use shared::domain::password::Password;
use shared::flow::bootstrap;
use shared::hasher::{Hasher, LANES, MEMORY_KIB, PASSES};
use shared::http::door;
use shared::keyring::Keyring;
use shared::keys::Keys;
use shared::mail::Mailer;
use shared::store::{Store, create_table};
use tests::PASSWORD;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tower::ServiceExt as _;

use crate::cpu;
use crate::figures::Figures;

const ROUNDS: u32 = 200;
const ADMINISTRATOR: &str = "admin@example.com";

/// A deployment whose table is another process.
pub(crate) struct Deployed {
    /// What its handlers are given.
    pub(crate) app: App,
    /// Its routes, behind the door.
    pub(crate) router: Router,
    /// Where the table is.
    pub(crate) table: String,
    _table: Child,
}

/// Serves a table and an inbox until it is killed; prints where they are.
#[expect(clippy::print_stdout, reason = "read by the process that started this one")]
pub(crate) async fn serve_table() {
    let table = table::start(None).await.expect("a table");
    let inbox = Inbox::default().start().await.expect("an inbox");
    println!("{table}\n{inbox}");
    std::future::pending::<()>().await;
}

/// Turns a table's stream off, which nobody follows here: the engine looks through all of it at each write, and never trims it.
pub(crate) async fn turn_stream_off(table: &aws_sdk_dynamodb::Client) {
    let off = StreamSpecification::builder().stream_enabled(false).build().expect("complete");
    let update = table.update_table().table_name("latchkey").stream_specification(off);
    update.send().await.expect("turned off");
}

impl Deployed {
    /// Starts one, its first administrator able to sign in with [`PASSWORD`].
    pub(crate) async fn start() -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut child =
            Command::new(program).arg("table").stdout(Stdio::piped()).kill_on_drop(true).spawn().expect("a process");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut line = async || lines.next_line().await.expect("read").expect("an endpoint");
        let (table, ses) = (line().await, line().await);
        let client = aws_sdk_dynamodb::Client::new(&table::config(&table));
        create_table(&client, "latchkey").await.expect("made");
        turn_stream_off(&client).await;
        let app = App::new(Parts {
            store: Store::new(client, "latchkey".to_owned()),
            mailer: Mailer::new(&table::config(&ses), None),
            keyring: Keyring::fixed(Keys::generate()),
            hasher: Hasher::new(1),
            clock: Clock::system(),
        });
        let deployment = local::deployment(|name| match name {
            "LATCHKEY_BUSINESS" => "Example Ltd".to_owned(),
            "LATCHKEY_SITES" => "Customer Portal=http://127.0.0.1:8080".to_owned(),
            _ => ADMINISTRATOR.to_owned(),
        });
        bootstrap(&app, &deployment.expect("complete")).await.expect("set up");
        let router = door(local::routes(), &app);
        let deployed = Self { app, router, table, _table: child };
        deployed.set_password().await;
        deployed
    }

    async fn set_password(&self) {
        let (login, _) = self.app.store.login(LoginKey::of(ADMINISTRATOR), &[]).await.expect("read");
        let contact = login.expect("the administrator").accesses[0].contact;
        let account = self.app.store.account(contact).await.expect("read").expect("there");
        let token = account.link.expect("invited").token(&self.app.keys()).expect("a known key").reveal();
        let body = json!({ "token": token, "password": PASSWORD, "confirm_password": PASSWORD });
        let status = self.call("POST", "/v1/links/redeem", None, &body.to_string()).await.0;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }

    /// One call, without a network before the function.
    pub(crate) async fn call(&self, method: &str, path: &str, token: Option<&str>, body: &str) -> (StatusCode, String) {
        let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("infallible");
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    /// Signs in and gives the token.
    pub(crate) async fn sign_in(&self) -> String {
        let body = json!({ "login": ADMINISTRATOR, "password": PASSWORD });
        let (status, answer) = self.call("POST", "/v1/sessions", None, &body.to_string()).await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
        let answer: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
        answer["token"].as_str().expect("a token").to_owned()
    }
}

/// What something took, several times, in milliseconds.
#[derive(Default)]
struct Taken {
    time: Figures,
    cpu: Figures,
}

impl Taken {
    /// Does it once more.
    async fn add(&mut self, what: impl Future<Output = ()>) {
        let (began, cpu) = (Instant::now(), cpu::own_millis());
        what.await;
        self.time.add(began.elapsed().as_secs_f64() * 1e3);
        self.cpu.add(cpu::own_millis() - cpu);
    }

    fn row(&self, what: &str) -> String {
        let Self { time, cpu } = self;
        format!("  {what:19} {:7.2}  {:7.2}  {:7.2}\n", time.median(), time.quantile(0.99), cpu.median())
    }
}

/// The report. What a sign-in is made of is measured by itself as well: the hash by a thread that waited, and a read
/// that finds the processor's caches as a hash has left them, and one that comes after another.
pub(crate) async fn report() -> String {
    let deployed = Deployed::start().await;
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).expect("within bounds");
    let mut memory = vec![Block::new(); params.block_count()];
    let argon2 = Argon2::new_with_secret(&[7; 32], Algorithm::Argon2id, Version::V0x13, params).expect("a secret");
    let (mut bare, mut whole) = <(Taken, Taken)>::default();
    let (mut waited, mut after_hash, mut after_read) = <(Taken, Taken, Taken)>::default();
    let password = Password::new(PASSWORD);
    let read = async || drop(deployed.app.store.login(LoginKey::of(ADMINISTRATOR), &[]).await.expect("read"));
    for round in 0..ROUNDS + 20 {
        // The first rounds warm connections and caches.
        if round == 20 {
            (bare, whole) = <(Taken, Taken)>::default();
            (waited, after_hash, after_read) = <(Taken, Taken, Taken)>::default();
        }
        bare.add(async {
            let mut hash = [0; 32];
            let hashed = argon2.hash_password_into_with_memory(PASSWORD.as_bytes(), &[9; 16], &mut hash, &mut memory);
            hashed.expect("hashed");
        })
        .await;
        whole.add(async { drop(deployed.sign_in().await) }).await;
        tokio::time::sleep(Duration::from_millis(1)).await;
        let keys = deployed.app.keys();
        waited.add(async { drop(deployed.app.hasher.hash(&keys, &password).await.expect("hashed")) }).await;
        after_hash.add(read()).await;
        after_read.add(read()).await;
    }
    format!(
        "Sign-in over a bare Argon2id of {MEMORY_KIB} KiB, {PASSES} passes, {LANES} lane, {ROUNDS} rounds, turn by turn\n\
         \x20                      p50 ms   p99 ms   CPU ms, median\n\
         {}{}\
         \x20 over it             {:7.2}x {:7.2}x {:+7.2}   (goals: 1.15x at p50, +1 ms of CPU)\n\
         {}{}{}",
        bare.row("bare hash"),
        whole.row("sign-in"),
        whole.time.median() / bare.time.median(),
        whole.time.quantile(0.99) / bare.time.quantile(0.99),
        whole.cpu.median() - bare.cpu.median(),
        waited.row("hash, having waited"),
        after_hash.row("read after a hash"),
        after_read.row("read after a read"),
    )
}
