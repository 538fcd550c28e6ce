//! The Lambda runtime API as a function sees it at its start, and Secrets Manager beside it: over http, and over TLS.

use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::json;
use tests::tls;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How many roots Amazon Linux trusts, give or take some.
const ROOTS: u32 = 140;

/// Both services, on loopback.
pub(crate) struct RuntimeApi {
    /// `127.0.0.1:port`, for `AWS_LAMBDA_RUNTIME_API`.
    pub(crate) address: String,
    /// `https://localhost:port`: the same behind TLS.
    pub(crate) tls_endpoint: String,
    /// The certificates to trust, as PEM: its own, and as many others as Amazon Linux trusts.
    pub(crate) roots: String,
    asked: UnboundedReceiver<Instant>,
}

impl RuntimeApi {
    /// Starts them.
    pub(crate) async fn start() -> Self {
        let (tell, asked) = unbounded_channel();
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/init/error", post(async || StatusCode::ACCEPTED))
            .route("/", post(secret))
            .with_state(tell);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound").to_string();
        tokio::spawn(async move { axum::serve(listener, router).await });

        let (acceptor, own) = tls::localhost();
        let certified = |name: String| rcgen::generate_simple_self_signed([name]).expect("a certificate");
        let others = (1..ROOTS).map(|other| certified(format!("root-{other}.example.com")).cert.pem());
        let roots = others.chain([own.pem()]).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let tls_endpoint = format!("https://localhost:{}", listener.local_addr().expect("bound").port());
        let upstream = address.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, upstream) = (acceptor.clone(), upstream.clone());
                tokio::spawn(async move {
                    let mut inside = acceptor.accept(stream).await.ok()?;
                    let mut outside = TcpStream::connect(upstream).await.ok()?;
                    copy_bidirectional(&mut inside, &mut outside).await.ok()
                });
            }
        });
        Self { address, tls_endpoint, roots, asked }
    }

    /// When the function asked for work.
    pub(crate) async fn asked(&mut self) -> Instant {
        self.asked.recv().await.expect("a function that starts")
    }
}

/// There is no work.
async fn next(State(tell): State<UnboundedSender<Instant>>) -> StatusCode {
    let _ = tell.send(Instant::now());
    std::future::pending().await
}

async fn secret() -> ([(&'static str, &'static str); 1], String) {
    let keys = json!({ "1": "a root key that is long enough to be one, for measuring" }).to_string();
    let answer = json!({ "ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:keys", "SecretString": keys });
    ([("content-type", "application/x-amz-json-1.1")], answer.to_string())
}
