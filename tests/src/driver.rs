//! Chromium's driver: a process for each browser that is open at once. One that is done with waits for the next test.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// Runs until its input is closed, as it is with the end of whoever began it, however that comes; then leaves nothing behind.
const RUN: &str = r#"
    chromedriver --port=0 --log-level=SEVERE 2>/dev/null &
    # Where it ends at once, nobody else keeps its reader waiting.
    exec >/dev/null
    cat
    kill $!
    wait
    # The browser's last processes go on writing there for a while.
    for pause in 0.1 0.5 2; do
        sleep $pause
        rm -rf "$TMPDIR" 2>/dev/null
    done
"#;

/// Those that wait.
static IDLE: Mutex<Vec<Driver>> = Mutex::new(Vec::new());
/// How many were started by this process.
static STARTED: AtomicU32 = AtomicU32::new(0);

/// A driver, and the browser that it drives.
#[derive(Debug)]
pub(crate) struct Driver {
    /// Where it takes orders, by HTTP.
    pub(crate) session: String,
    /// A folder of its own, which goes with it.
    pub(crate) folder: PathBuf,
    _process: Child,
}

impl Driver {
    /// One that waits, with a browser that is as new.
    pub(crate) fn idle() -> Option<Self> {
        IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Starts one, which has no browser yet.
    pub(crate) fn start() -> Self {
        // It picks a port that is free for IPv6, and ends where that is taken for IPv4.
        for _ in 0..5 {
            // The driver makes a new, empty profile in here.
            let number = STARTED.fetch_add(1, Ordering::Relaxed);
            let folder = project().join(format!("target/browser/{}-{number}", std::process::id()));
            std::fs::create_dir_all(&folder).expect("a folder");
            let folder = folder.canonicalize().expect("there");
            let mut process = Command::new("sh")
                .args(["-c", RUN])
                .env("TMPDIR", &folder)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("a shell");
            let lines = BufReader::new(process.stdout.take().expect("piped")).lines();
            for line in lines.map_while(Result::ok) {
                if let Some((_, port)) = line.split_once("successfully on port ") {
                    let port = port.trim_end_matches('.');
                    let session = format!("http://127.0.0.1:{port}/session");
                    return Self { session, folder, _process: process };
                }
            }
            drop(process.stdin.take());
            process.wait().expect("ended");
        }
        panic!("chromedriver, which infra/scripts/browser.sh installs, finds no port");
    }

    /// Its browser is open, as this session.
    pub(crate) fn opened(&mut self, session: &str) {
        self.session = format!("{}/{session}", self.session);
    }

    /// Waits for whoever needs it next.
    pub(crate) fn leave(self) {
        IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(self);
    }
}

/// The project's folder.
pub(crate) fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
