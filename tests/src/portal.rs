//! A portal to act upon: every function in this process, over HTTP, with a table and an inbox of its own.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use aws_sdk_sesv2::config::timeout::TimeoutConfig;
use dynoxide::Database;
use jiff::{SignedDuration, Timestamp};
use local::events::{Delivered, Events};
use local::inbox::{Inbox, Sent};
use local::stream::{Failure, Follower};
use local::{background, routes, serve, table};
use publish_events::Publisher;
use serde_json::{Value, json};
use shared::app::{App, Clock, Parts};
use shared::domain::email::Email;
use shared::domain::sweep::Done;
use shared::domain::text::Name;
use shared::flow::{Deployment, bootstrap};
use shared::hasher::Hasher;
use shared::http::door;
use shared::keyring::Keyring;
use shared::keys::Keys;
use shared::mail::Mailer;
use shared::store::{Store, create_table};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, OnceCell};

use crate::{Answer, Dump, Visitor, Wire, items};

/// A password that meets every rule.
pub const PASSWORD: &str = "correct horse battery staple";
/// The first administrator's email.
pub const ADMINISTRATOR: &str = "admin@example.com";

/// A portal.
pub struct Portal {
    /// Where it is.
    pub url: String,
    /// What its handlers are given.
    pub app: App,
    /// The mail it sent.
    pub inbox: Inbox,
    /// The wire to its table.
    pub table: Wire,
    /// The wire to SES.
    pub ses: Wire,
    /// The events it published.
    pub events: Events,
    /// The wire to EventBridge.
    pub bus: Wire,
    /// The first administrator, signed in.
    pub administrator: Visitor,
    follower: Mutex<Follower>,
    publisher: Publisher,
    ahead: Arc<AtomicI64>,
    database: Database,
    dumped: aws_sdk_dynamodb::Client,
}

/// A portal's table and its time as they were at some moment.
#[derive(Debug)]
pub struct Kept {
    file: PathBuf,
    at: Timestamp,
}

/// What was kept by this process.
static KEPT: AtomicU32 = AtomicU32::new(0);

impl Kept {
    fn of(database: &Database, at: Timestamp) -> Self {
        let number = KEPT.fetch_add(1, Ordering::Relaxed);
        let file = std::env::temp_dir().join(format!("latchkey-test-{}-{number}.db", std::process::id()));
        database.vacuum_into(&file.to_string_lossy()).expect("written");
        Self { file, at }
    }

    fn put_into(&self, database: &Database) {
        database.restore_from(&self.file.to_string_lossy()).expect("restored");
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.file);
    }
}

/// A business whose first administrator has set their password: made once, and where each portal begins.
struct Beginning {
    database: Database,
    keys: Keys,
    mails: Vec<Sent>,
}

static BEGINNING: OnceCell<Beginning> = OnceCell::const_new();

impl Beginning {
    async fn make() -> Self {
        let (database, keys) = (Database::memory().expect("a table"), Keys::generate());
        let portal = Portal::open(database.clone(), keys.clone(), Inbox::default()).await;
        shared::mail::deliver(&portal.app, portal.pending_mail().await).await.expect("delivered");
        let token = portal.link_token(ADMINISTRATOR).await;
        let _ = portal.visitor().redeem(&token, PASSWORD).await.expect(204);
        Self { database, keys, mails: portal.inbox.mails() }
    }
}

impl Portal {
    /// Starts one, its first administrator signed in.
    pub async fn start() -> Self {
        Self::over(Database::memory().expect("a table")).await
    }

    /// Starts one over this engine, which holds no table yet.
    pub async fn over(database: Database) -> Self {
        let beginning = BEGINNING.get_or_init(Beginning::make).await;
        Kept::of(&beginning.database, Timestamp::now()).put_into(&database);
        let inbox = Inbox::holding(beginning.mails.clone());
        let mut portal = Self::open(database, beginning.keys.clone(), inbox).await;
        portal.administrator = portal.visitor().signed_in(ADMINISTRATOR, PASSWORD).await;
        portal.table.take_calls();
        portal
    }

    /// Opens one over an engine's table, which is set up where it is not yet. Nobody is signed in.
    async fn open(database: Database, keys: Keys, inbox: Inbox) -> Self {
        let engine = table::serve(database.clone()).await.expect("served");
        let dumped = aws_sdk_dynamodb::Client::new(&table::config(&engine));
        let follower = Mutex::new(Follower::open(&table::config(&engine), "latchkey", None).expect("at the beginning"));
        let (table, endpoint) = Wire::to(engine).await;
        let (inbox, reports) = inbox.reporting();
        let (ses, mail_endpoint) = Wire::to(inbox.start().await.expect("an inbox")).await;
        let events = Events::default();
        let (bus, bus_endpoint) = Wire::to(events.start().await.expect("a bus")).await;
        let client = aws_sdk_dynamodb::Client::new(&table::config(&endpoint));
        create_table(&client, "latchkey").await.expect("made");
        let (store, watch) = Store::new(client, "latchkey".to_owned()).watched();
        let ahead = Arc::new(AtomicI64::new(0));
        let offset = Arc::clone(&ahead);
        let clock = Clock::new(move || Timestamp::now() + SignedDuration::from_millis(offset.load(Ordering::SeqCst)));
        // Gives up on SES after two seconds, where a deployment does after some.
        let patience = TimeoutConfig::builder().operation_timeout(Duration::from_secs(2)).build();
        let patiently = |endpoint| table::config(endpoint).to_builder().timeout_config(patience.clone()).build();
        let mailer = Mailer::new(&patiently(&mail_endpoint), None);
        let publisher = Publisher::new(&patiently(&bus_endpoint), "default".to_owned());
        let app = App::new(Parts { store, mailer, keyring: Keyring::fixed(keys), hasher: Hasher::new(2), clock });

        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let url = format!("http://{address}");
        let name = |text| Name::parse(text).expect("a name");
        let email = |text| Email::parse(text).expect("an email");
        let deployment = Deployment {
            business: name("Example Ltd"),
            administrator: email(ADMINISTRATOR),
            sender: email("portal@example.com"),
            sites: vec![
                (name("Customer Portal"), url.clone()),
                (name("Partner Portal"), format!("http://localhost:{}", address.port())),
            ],
        };
        bootstrap(&app, &deployment).await.expect("set up");
        // The sweep, and what publishes events, are started by the tests that want them.
        background::start(&app, watch, reports, Duration::from_hours(24));
        let pages = inbox.pages().merge(events.pages());
        tokio::spawn(serve::run(listener, pages.merge(door(routes(), &app))));
        app.settings().await.expect("settings");
        let administrator = Visitor::new(&url);
        Self { url, app, inbox, table, ses, events, bus, administrator, follower, publisher, ahead, database, dumped }
    }

    /// The first mail that was written down: the bootstrap's, which nobody watched yet.
    async fn pending_mail(&self) -> shared::domain::id::MailId {
        let (login, _) =
            self.app.store.login(shared::domain::email::LoginKey::of(ADMINISTRATOR), &[]).await.expect("read");
        let contact = login.expect("the administrator").accesses[0].contact;
        let account = self.app.store.account(contact).await.expect("read").expect("there");
        account.contact.value.creation_mail.expect("written down")
    }

    /// Somebody who is not signed in.
    pub fn visitor(&self) -> Visitor {
        self.administrator.signed_out()
    }

    /// Another instance over the same table, with these parts; gives somebody who is not signed in there.
    pub async fn instance(&self, app: &App) -> Visitor {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        tokio::spawn(serve::run(listener, door(routes(), app)));
        Visitor::new(&format!("http://{address}"))
    }

    /// Everything that lies in the table, as text. It does not go over the wire that counts.
    pub async fn dump(&self) -> String {
        let mut pages = self.dumped.scan().table_name("latchkey").into_paginator().items().send();
        let mut text = String::new();
        while let Some(item) = pages.next().await {
            let _ = writeln!(text, "{:?}", item.expect("an item"));
        }
        text
    }

    /// Moves the portal's clock on.
    pub fn pass(&self, time: SignedDuration) {
        self.ahead.fetch_add(i64::try_from(time.as_millis()).expect("some years"), Ordering::SeqCst);
    }

    /// Waits until no mail is queued.
    pub async fn settled(&self) {
        while Dump::of(self.table.upstream()).await.has_queued() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Keeps the table and the time as they are now.
    pub fn keep(&self) -> Kept {
        Kept::of(&self.database, self.app.clock.now())
    }

    /// Makes the table and the time again what they were.
    pub fn back_to(&self, kept: &Kept) {
        kept.put_into(&self.database);
        let ahead = kept.at.duration_since(Timestamp::now());
        self.ahead.store(i64::try_from(ahead.as_millis()).expect("some years"), Ordering::SeqCst);
    }

    /// Runs the sweep once.
    pub async fn sweep(&self) -> Done {
        sweep::sweep(&self.app).await.expect("swept")
    }

    /// Publishes what the stream holds and was not published yet.
    ///
    /// # Errors
    /// The bus did not take everything.
    pub async fn publish(&self) -> Result<(), Failure> {
        self.follower.lock().await.follow(&self.publisher).await
    }

    /// Every event so far, in the order in which they came.
    pub async fn published(&self) -> Vec<Delivered> {
        self.publish().await.expect("the bus takes everything");
        self.events.all().into_iter().rev().collect()
    }

    /// The mails to an address, the newest first.
    pub fn mails_to(&self, email: &str) -> Vec<Sent> {
        self.inbox.mails().into_iter().filter(|mail| mail.to == [email]).collect()
    }

    /// The newest mail to an address, once it holds one more than `before`.
    pub async fn next_mail(&self, email: &str, before: usize) -> Sent {
        for _ in 0..1200 {
            let mails = self.mails_to(email);
            if mails.len() > before {
                return mails[0].clone();
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("no mail to {email} after thirty seconds");
    }

    /// The contact, once what became of the last link's mail is what is waited for.
    pub async fn mail_met(&self, contact: &str, is: impl Fn(&str) -> bool) -> Answer {
        for _ in 0..1200 {
            let answer = self.contact(contact).await;
            if is(&answer.at("/link/mail")) {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the mail of {contact} did not meet its fate within thirty seconds");
    }

    /// The token of the link in the newest mail to an address.
    pub async fn link_token(&self, email: &str) -> String {
        let mail = self.next_mail(email, 0).await;
        token_in(&mail).unwrap_or_else(|| panic!("no link in: {}", mail.text))
    }

    /// Creates a user of the customer C-1001, with whatever else or other `more` says.
    pub async fn create(&self, email: &str, more: Value) -> Answer {
        self.administrator.post("/v1/users", &new_user(email, more)).await
    }

    /// Creates a user, who sets [`PASSWORD`] by the link that was mailed. Gives the contact's id.
    pub async fn create_active(&self, email: &str, more: Value) -> String {
        let contact = self.create(email, more).await.expect(201).at("/id");
        let token = self.link_token(email).await;
        let _ = self.visitor().redeem(&token, PASSWORD).await.expect(204);
        contact
    }

    /// Creates a user with [`PASSWORD`] as their first password. Gives the contact's id and the user, signed in.
    pub async fn member(&self, email: &str, more: Value) -> (String, Visitor) {
        let credential = json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
        let mut body = new_user(email, more);
        body["credential"] = credential;
        let contact = self.administrator.post("/v1/users", &body).await.expect(201).at("/id");
        (contact, self.visitor().signed_in(email, PASSWORD).await)
    }

    /// Gives somebody an access at another customer too. Gives the contact's id.
    pub async fn also_at(&self, contact: &str, organization: Value) -> String {
        let user = self.contact(contact).await.at("/access/user");
        let body = json!({ "user": user, "account_type": "customer", "organization": organization,
            "first_name": "Ada", "last_name": "Byron" });
        self.administrator.post("/v1/users", &body).await.expect(201).at("/id")
    }

    /// The items of one partition of the table, in their order, as JSON.
    pub async fn items(&self, pk: &str) -> Vec<Value> {
        items::of(&self.dumped, pk).await
    }

    /// Every item of the table, as JSON: equal twice where nothing was written between.
    pub async fn everything(&self) -> Vec<Value> {
        items::all(&self.dumped).await
    }

    /// The contact as the administrator sees it.
    pub async fn contact(&self, id: &str) -> Answer {
        self.administrator.get(&format!("/v1/contacts/{id}")).await.expect(200)
    }
}

/// The token of the link in a mail.
pub fn token_in(mail: &Sent) -> Option<String> {
    mail.text.lines().find_map(|line| line.trim().split_once("/link/")).map(|(_, token)| token.to_owned())
}

/// The body that creates a user of the customer C-1001, with whatever else or other `more` says.
pub fn new_user(email: &str, more: Value) -> Value {
    let mut body = json!({
        "account_type": "customer",
        "organization": { "number": "C-1001", "name": "Acme Metal Works" },
        "first_name": "Ada", "last_name": "Byron", "email": email,
    });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    body
}
