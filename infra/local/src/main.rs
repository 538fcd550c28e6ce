//! Latchkey on one machine.
//!
//! `LATCHKEY_ADDR` (`127.0.0.1:8080`), `LATCHKEY_DATA` (`.local`), `LATCHKEY_ADMIN_EMAIL` (`admin@example.com`),
//! `LATCHKEY_BUSINESS`, `LATCHKEY_SENDER`, `LATCHKEY_SITES`, `LATCHKEY_EVENT_BUS`; where `AWS_ENDPOINT_URL_DYNAMODB`,
//! `AWS_ENDPOINT_URL_DYNAMODB_STREAMS`, `AWS_ENDPOINT_URL_SESV2` or `AWS_ENDPOINT_URL_EVENTBRIDGE` is set, that service is
//! used in place of the embedded one.

use std::env;
use std::error::Error;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use aws_config::SdkConfig;
use local::events::Events;
use local::inbox::Inbox;
use local::stream::Follower;
use local::{aws, background, keys, routes, serve, table};
use publish_events::Publisher;
use shared::app::{App, Clock, Parts};
use shared::flow::{Deployment, bootstrap};
use shared::hasher::Hasher;
use shared::http::door;
use shared::keyring::Keyring;
use shared::mail::Mailer;
use shared::store::{Store, create_table};
use tokio::net::TcpListener;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

type Failure = Box<dyn Error + Send + Sync>;

/// How often the sweep runs: on AWS, once a minute.
const SWEEP: Duration = Duration::from_secs(5);
/// How long the first link is waited for, in tenths of a second.
const PATIENCE: u32 = 50;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    log();
    let address: SocketAddr = setting("LATCHKEY_ADDR", "127.0.0.1:8080")
        .parse()
        .map_err(|_| "LATCHKEY_ADDR must be an address and a port, such as 127.0.0.1:8080")?;
    let listener = TcpListener::bind(address).await.map_err(|error| format!("{address} can't be used: {error}"))?;
    let deployment = deployment(listener.local_addr()?)?;
    let folder = PathBuf::from(setting("LATCHKEY_DATA", ".local"));
    // Passwords' hashes and links' keys lie in it: it is its owner's alone.
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o700)))
        .map_err(|error| format!("{} can't be made: {error}", folder.display()))?;
    let (inbox, reports) = Inbox::open(&folder.join("mail"))?.reporting();

    let events = Events::open(&folder.join("events"))?;
    let at_table = at_table(&folder).await?;
    let (store, watch) = store(&at_table).await?.watched();
    let hashes = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let keyring = Keyring::fixed(keys::load(&folder)?);
    let mailer = mailer(&inbox).await?;
    let app = App::new(Parts { store, mailer, keyring, hasher: Hasher::new(hashes), clock: Clock::system() });
    let new = bootstrap(&app, &deployment).await?;
    background::start(&app, watch, reports, SWEEP);
    let follower = Follower::open(&at_stream(at_table).await, &table_name(), Some(folder.join("stream.json")))?;
    background::publish(follower, publisher(&events).await?);

    let url = &deployment.sites[0].1;
    let router = inbox.pages().merge(events.pages()).merge(door(routes(), &app));
    let serving = tokio::spawn(serve::run(listener, router));
    say(&format!("Latchkey is at {url}, its mail at {url}/local/mail, its events at {url}/local/events"));
    if new {
        greet(&inbox, &deployment).await;
    }
    tokio::select! {
        served = serving => served??,
        _ = tokio::signal::ctrl_c() => {}
    }
    Ok(())
}

/// Prints the first administrator's link, once it is in the inbox.
async fn greet(inbox: &Inbox, deployment: &Deployment) {
    for _ in 0..PATIENCE {
        let mail =
            inbox.mails().into_iter().find(|mail| mail.to.iter().any(|to| to == deployment.administrator.as_str()));
        let link = mail.and_then(|mail| mail.text.lines().find(|line| line.contains("/link/")).map(str::to_owned));
        if let Some(link) = link {
            say(&format!("Set {}'s password: {}", deployment.administrator, link.trim()));
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    say(&format!("The link for {} is on its way by mail.", deployment.administrator));
}

/// What the environment says, with what does for trying it out.
fn deployment(bound: SocketAddr) -> Result<Deployment, Failure> {
    let port = bound.port();
    let host = if bound.ip().is_unspecified() { "127.0.0.1".to_owned() } else { bound.ip().to_string() };
    let sites = format!("Customer Portal=http://{host}:{port},Partner Portal=http://localhost:{port}");
    Ok(local::deployment(|name| match name {
        "LATCHKEY_BUSINESS" => setting(name, "Example Ltd"),
        "LATCHKEY_ADMIN_EMAIL" => setting(name, "admin@example.com"),
        "LATCHKEY_SENDER" => setting(name, "portal@example.com"),
        "LATCHKEY_SITES" => setting(name, &sites),
        _ => String::new(),
    })?)
}

fn setting(name: &str, default: &str) -> String {
    env::var(name).ok().filter(|value| !value.is_empty()).unwrap_or_else(|| default.to_owned())
}

fn table_name() -> String {
    setting("LATCHKEY_TABLE", "latchkey")
}

async fn at_table(folder: &std::path::Path) -> Result<SdkConfig, Failure> {
    Ok(if env::var_os("AWS_ENDPOINT_URL_DYNAMODB").is_some() {
        aws::config().await
    } else {
        table::config(&table::start(Some(&folder.join("table.db"))).await?)
    })
}

/// Where the table's stream is: at the table's own endpoint, or where the environment says.
async fn at_stream(at_table: SdkConfig) -> SdkConfig {
    if env::var_os("AWS_ENDPOINT_URL_DYNAMODB_STREAMS").is_some() {
        return aws::config().await;
    }
    match env::var("AWS_ENDPOINT_URL_DYNAMODB") {
        Ok(endpoint) => at_table.into_builder().endpoint_url(endpoint).build(),
        Err(_) => at_table,
    }
}

async fn store(at_table: &SdkConfig) -> Result<Store, Failure> {
    let client = aws_sdk_dynamodb::Client::new(at_table);
    let name = table_name();
    create_table(&client, &name).await?;
    Ok(Store::new(client, name))
}

async fn publisher(events: &Events) -> Result<Publisher, Failure> {
    let config = if env::var_os("AWS_ENDPOINT_URL_EVENTBRIDGE").is_some() {
        aws::config().await
    } else {
        table::config(&events.start().await?)
    };
    Ok(Publisher::new(&config, setting("LATCHKEY_EVENT_BUS", "default")))
}

async fn mailer(inbox: &Inbox) -> Result<Mailer, Failure> {
    let config = if env::var_os("AWS_ENDPOINT_URL_SESV2").is_some() {
        aws::config().await
    } else {
        table::config(&inbox.start().await?)
    };
    Ok(Mailer::new(&config, env::var("LATCHKEY_CONFIGURATION_SET").ok()))
}

fn log() {
    let asked = setting("RUST_LOG", "warn,shared=info,local=info").parse::<Targets>();
    let lines = fmt::layer().json().flatten_event(true).with_target(false).with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(lines)
        .with(asked.unwrap_or_else(|_| Targets::new().with_default(LevelFilter::INFO)))
        .init();
}

#[expect(clippy::print_stdout, reason = "what the person who started it is told")]
fn say(text: &str) {
    println!("{text}");
}
