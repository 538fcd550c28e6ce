//! The local run as a process of its own, which can be killed: its table and its inbox are in this process and outlive it.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;

use jiff::{SignedDuration, Timestamp};
use local::events::Events;
use local::inbox::Inbox;
use local::{keys, table};
use shared::app::{App, Clock, Parts};
use shared::hasher::Hasher;
use shared::keyring::Keyring;
use shared::mail::Mailer;
use shared::store::Store;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use crate::{Dump, Visitor, Wire};

/// The local run in a process of its own.
#[derive(Debug)]
pub struct Machine {
    /// The wire to its table.
    pub table: Wire,
    /// The wire to SES.
    pub ses: Wire,
    /// The mail it sent.
    pub inbox: Inbox,
    /// The events it published.
    pub events: Events,
    /// The wire to EventBridge.
    pub bus: Wire,
    endpoints: [String; 3],
    folder: PathBuf,
    url: String,
    process: Option<(Child, BufReader<ChildStdout>)>,
}

impl Machine {
    /// Starts one that keeps its keys in this folder, which is emptied first.
    pub async fn start(folder: PathBuf) -> Self {
        let mut machine = Self::new(folder).await;
        machine.restart().await;
        machine
    }

    /// One that was never started.
    pub async fn new(folder: PathBuf) -> Self {
        let (table, at_table) = Wire::to(table::start(None).await.expect("a table")).await;
        let inbox = Inbox::default();
        let (ses, at_ses) = Wire::to(inbox.start().await.expect("an inbox")).await;
        let events = Events::default();
        let (bus, at_bus) = Wire::to(events.start().await.expect("a bus")).await;
        let _ = std::fs::remove_dir_all(&folder);
        let endpoints = [at_table, at_ses, at_bus];
        Self { table, ses, inbox, events, bus, endpoints, folder, url: String::new(), process: None }
    }

    /// Starts the process, which was never started or was killed, and waits until it serves.
    pub async fn restart(&mut self) {
        let mut process = Command::new(binary())
            .env("AWS_ENDPOINT_URL_DYNAMODB", &self.endpoints[0])
            // Past the wire: what follows the stream asks all the time, and is none of what a flow calls.
            .env("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", self.table.upstream())
            .env("AWS_ENDPOINT_URL_SESV2", &self.endpoints[1])
            .env("AWS_ENDPOINT_URL_EVENTBRIDGE", &self.endpoints[2])
            .env("AWS_ACCESS_KEY_ID", "local")
            .env("AWS_SECRET_ACCESS_KEY", "local")
            .env("AWS_REGION", "us-east-1")
            .env("LATCHKEY_ADDR", "127.0.0.1:0")
            .env("LATCHKEY_DATA", &self.folder)
            .env("RUST_LOG", "off")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the local run starts");
        let mut says = BufReader::new(process.stdout.take().expect("piped"));
        let mut line = String::new();
        says.read_line(&mut line).await.expect("it says where it is");
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).expect("a URL");
        url.trim_end_matches(',').clone_into(&mut self.url);
        self.process = Some((process, says));
    }

    /// Kills the process: SIGKILL, and gone when this returns.
    pub async fn kill(&mut self) {
        if let Some((mut process, _)) = self.process.take() {
            process.kill().await.expect("killed");
        }
    }

    /// Somebody who is not signed in.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(&self.url)
    }

    /// Everything in the table.
    pub async fn dump(&self) -> Dump {
        Dump::of(self.table.upstream()).await
    }

    /// What sweeps the same table, its clock this much ahead.
    ///
    /// # Panics
    /// Where the process never made its keys.
    pub fn sweeper(&self, ahead: SignedDuration) -> App {
        let store = Store::new(aws_sdk_dynamodb::Client::new(&table::config(self.table.upstream())), "latchkey".into());
        let mailer = Mailer::new(&table::config(self.ses.upstream()), None);
        let keyring = Keyring::fixed(keys::load(&self.folder).expect("its keys"));
        let clock = Clock::new(move || Timestamp::now() + ahead);
        App::new(Parts { store, mailer, keyring, hasher: Hasher::new(1), clock })
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The local run's binary, built in the profile that this test was built in.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let test = std::env::current_exe().expect("this test");
        let folder = test.ancestors().nth(2).expect("target/<profile>/deps/<test>");
        let profile = match folder.file_name().and_then(|name| name.to_str()) {
            None | Some("debug") => "dev",
            Some(other) => other,
        };
        let mut build = std::process::Command::new(env!("CARGO"));
        // What cargo tells a test of itself is nothing to a build: a dependency would be built anew for it, and once more
        // after it.
        for (name, _) in std::env::vars_os() {
            let told = ["CARGO_PKG_", "CARGO_MANIFEST_"];
            if told.iter().any(|told| name.to_str().is_some_and(|name| name.starts_with(told))) {
                build.env_remove(name);
            }
        }
        let built = build
            .args(["build", "--quiet", "--bin", "latchkey", "--profile", profile])
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .status();
        assert!(built.expect("cargo runs").success(), "the local run is built");
        folder.join("latchkey")
    })
}
