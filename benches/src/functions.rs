//! Each function's size, and its start over an empty function's, turn by turn.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::Command;

use crate::cpu;
use crate::figures::Figures;
use crate::runtime_api::RuntimeApi;

const ROUNDS: u32 = 11;
const FUNCTIONS: [&str; 14] = [
    "create-user",
    "directory",
    "grant-access",
    "send-reset",
    "read-audit",
    "redeem-link",
    "login",
    "toggle-login",
    "console",
    "settings",
    "deliver-mail",
    "publish-events",
    "mail-events",
    "sweep",
];

/// What a start costs.
#[derive(Default)]
struct Start {
    millis: Figures,
    cpu: Figures,
    memory: Figures,
}

impl Start {
    async fn add(&mut self, program: &Path, api: &mut RuntimeApi, endpoint: &str, roots: &Path) {
        let began = Instant::now();
        let mut child = Command::new(program)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", &api.address)
            .env("AWS_LAMBDA_FUNCTION_NAME", "latchkey")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "none")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "none")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "measured")
            .env("AWS_SECRET_ACCESS_KEY", "measured")
            .env("AWS_ENDPOINT_URL", endpoint)
            .env("SSL_CERT_FILE", roots)
            .env("LATCHKEY_TABLE", "latchkey")
            .env("LATCHKEY_KEYS_SECRET", "keys")
            .env("LATCHKEY_EVENT_BUS", "default")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("a function that runs here");
        let asked = api.asked().await;
        let pid = child.id().expect("running");
        // It has nothing left to do but wait.
        tokio::time::sleep(Duration::from_millis(20)).await;
        self.millis.add((asked - began).as_secs_f64() * 1e3);
        self.cpu.add(cpu::millis(pid));
        self.memory.add(cpu::megabytes(pid));
        let _ = child.kill().await;
    }
}

/// The report.
pub(crate) async fn report(folder: &Path) -> String {
    let mut api = RuntimeApi::start().await;
    let plain = format!("http://{}", api.address);
    let tls = api.tls_endpoint.clone();
    let roots = std::env::temp_dir().join(format!("latchkey-bench-{}.pem", std::process::id()));
    std::fs::write(&roots, &api.roots).expect("a file");
    let mut empty = Start::default();
    let mut over_http: Vec<Start> = FUNCTIONS.iter().map(|_| Start::default()).collect();
    let mut over_tls: Vec<Start> = FUNCTIONS.iter().map(|_| Start::default()).collect();
    for _ in 0..ROUNDS {
        empty.add(&folder.join("empty"), &mut api, &plain, &roots).await;
        for (number, name) in FUNCTIONS.iter().enumerate() {
            let program = folder.join(name);
            over_http[number].add(&program, &mut api, &plain, &roots).await;
            over_tls[number].add(&program, &mut api, &tls, &roots).await;
        }
    }
    let _ = std::fs::remove_file(&roots);

    let mut report = format!(
        "Functions, {ROUNDS} starts each, turn by turn: median (least–most)\n\
         \x20                size MB  start ms            over empty  CPU ms              first TLS call, CPU ms  idle MB\n\
         \x20 empty          {:7.2}  {:18}  {:10}  {:18}  {:22}  {}\n",
        size(&folder.join("empty")),
        empty.millis.spread(),
        "",
        empty.cpu.spread(),
        "",
        empty.memory.spread()
    );
    for (number, name) in FUNCTIONS.iter().enumerate() {
        let (http, tls) = (&over_http[number], &over_tls[number]);
        let _ = writeln!(
            report,
            "  {name:14} {:7.2}  {:18}  {:9.2}x  {:18}  {:22.2}  {}",
            size(&folder.join(name)),
            http.millis.spread(),
            http.millis.median() / empty.millis.median(),
            http.cpu.spread(),
            tls.cpu.median() - http.cpu.median(),
            http.memory.spread()
        );
    }
    report.push_str("  goals: 6.3 MB, 1.6x, 2.5 ms for the first TLS call, 8 MB. A start reads the keys' secret, one call over http; that of publish-events none.\n");
    report
}

fn size(program: &Path) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "megabytes")]
    std::fs::metadata(program).map_or(f64::NAN, |file| file.len() as f64 / 1e6)
}
