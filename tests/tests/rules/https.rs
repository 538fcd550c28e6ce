//! The client under the SDK's: what it trusts, which connections it keeps, and when it gives up.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::Client as Table;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::error::{DisplayErrorContext, SdkError};
use shared::aws::{https, timeouts};
use tests::tls;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::CertificateDer;

/// A table that counts who connects, and says this to each call on a connection, in turn.
struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
}

impl Server {
    async fn start(tls: Option<TlsAcceptor>, statuses: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = connections.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::Relaxed);
                let tls = tls.clone();
                tokio::spawn(async move {
                    match tls {
                        Some(tls) => answer(tls.accept(stream).await?, statuses).await,
                        None => answer(stream, statuses).await,
                    }
                });
            }
        });
        Self { port, connections }
    }

    /// A server behind TLS, and the certificate that it shows.
    async fn behind_tls() -> (Self, CertificateDer<'static>) {
        let (tls, shown) = tls::localhost();
        (Self::start(Some(tls), &["200 OK"; 2]).await, shown.der().clone())
    }

    fn at(&self, host: &str) -> String {
        format!("{host}:{}", self.port)
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin, statuses: &[&str]) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    for status in statuses {
        let (mut length, mut line) = (0, String::new());
        while stream.read_line(&mut line).await? > 2 {
            if let Some(said) = line.to_lowercase().strip_prefix("content-length:") {
                length = said.trim().parse().map_err(io::Error::other)?;
            }
            line.clear();
        }
        stream.read_exact(&mut vec![0; length]).await?;
        let mut said = Vec::new();
        write!(said, "HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 2\r\n\r\n{{}}")?;
        stream.write_all(&said).await?;
    }
    Ok(())
}

/// A table's client that trusts these, and tries twice.
fn table(endpoint: &str, trusted: Vec<CertificateDer<'static>>) -> Table {
    let config = local::table::config(endpoint).to_builder().http_client(https::trusting(trusted));
    let config = config.retry_config(RetryConfig::standard().with_max_attempts(2)).timeout_config(timeouts());
    Table::new(&config.build())
}

#[tokio::test]
async fn a_service_that_a_root_vouches_for_is_asked_over_tls() {
    let (server, root) = Server::behind_tls().await;
    let table = table(&server.at("https://localhost"), vec![root]);
    table.list_tables().send().await.expect("an answer");
}

#[tokio::test]
async fn a_service_that_no_root_vouches_for_is_not_asked() {
    let (server, _) = Server::behind_tls().await;
    let table = table(&server.at("https://localhost"), Vec::new());
    let refused = table.list_tables().send().await.expect_err("not trusted");
    let refused = DisplayErrorContext(&refused).to_string();
    assert!(refused.contains("UnknownIssuer"), "{refused}");
}

#[tokio::test]
async fn a_name_that_the_certificate_does_not_hold_is_not_asked() {
    let (server, root) = Server::behind_tls().await;
    let table = table(&server.at("https://127.0.0.1"), vec![root]);
    let refused = table.list_tables().send().await.expect_err("another's certificate");
    let refused = DisplayErrorContext(&refused).to_string();
    assert!(refused.contains("NotValidForName"), "{refused}");
}

#[tokio::test]
async fn a_connection_is_kept_from_call_to_call() {
    let server = Server::start(None, &["200 OK"; 3]).await;
    let table = table(&server.at("http://127.0.0.1"), Vec::new());
    for _ in 0..3 {
        table.list_tables().send().await.expect("an answer");
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_connection_that_was_closed_while_nothing_was_asked_is_replaced() {
    let server = Server::start(None, &["200 OK"]).await;
    let table = table(&server.at("http://127.0.0.1"), Vec::new());
    for _ in 0..3 {
        table.list_tables().send().await.expect("an answer");
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn a_connection_on_which_a_call_failed_is_not_used_again() {
    let server = Server::start(None, &["503 Service Unavailable"; 3]).await;
    let table = table(&server.at("http://127.0.0.1"), Vec::new());
    table.list_tables().send().await.expect_err("unavailable, twice");
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_is_tried_again() {
    let server = Server::start(None, &[]).await;
    let table = table(&server.at("http://127.0.0.1"), Vec::new());
    table.list_tables().send().await.expect_err("never an answer");
    assert_eq!(server.connections(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_never_ends_the_handshake_is_given_up_as_one_that_can_not_be_reached() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let table = table(&format!("https://127.0.0.1:{port}"), Vec::new());
    let refused = table.list_tables().send().await.expect_err("never an answer");
    assert!(matches!(refused, SdkError::DispatchFailure(_)), "{refused:?}");
    drop(listener);
}
