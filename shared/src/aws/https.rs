//! The HTTPS client under every client of the SDK: HTTP/1.1, which every service of AWS is asked in here, and TLS with the
//! system's roots.

use std::sync::Arc;

use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use http::Uri;
use hyper_rustls::{HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{CaptureConnection, HttpConnector as Tcp, capture_connection};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use rustls_native_certs::load_native_certs;
use tokio::net::TcpStream;
use tower::BoxError;
use tower::timeout::Timeout;
use tower::util::BoxCloneSyncService;

use super::CONNECT;

/// Makes a connection: its name looked up, TCP, TLS.
type Connect = BoxCloneSyncService<Uri, MaybeHttpsStream<TokioIo<TcpStream>>, BoxError>;

/// Connections over HTTP/1.1, kept until they have been idle for 90 s.
#[derive(Debug)]
struct Http1(Client<Connect, SdkBody>);

impl HttpConnector for Http1 {
    /// Where there is no whole answer, the SDK may try again, and counts the tries.
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        };
        let connection = capture_connection(&mut request);
        if let Some(capture) = request.extensions().get::<CaptureSmithyConnection>() {
            capture.set_connection_retriever(move || Some(metadata(connection.clone())));
        }
        let answer = self.0.request(request);
        HttpConnectorFuture::new(async {
            let answer = answer.await.map_err(|error| ConnectorError::io(error.into()))?;
            HttpResponse::try_from(answer.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// What lets the SDK retire a connection on which a call failed.
fn metadata(connection: CaptureConnection) -> ConnectionMetadata {
    let poison = move || {
        if let Some(connected) = connection.connection_metadata().as_ref() {
            connected.poison();
        }
    };
    ConnectionMetadata::builder().proxied(false).poison_fn(poison).build()
}

/// The client of every service. The system's roots are parsed once, here: left to itself, the SDK parses them anew for each
/// service, twice. Where there are none, what needs no TLS still works.
pub fn client() -> SharedHttpClient {
    let roots = load_native_certs();
    if roots.certs.is_empty() || !roots.errors.is_empty() {
        tracing::warn!(event = "roots_missing", found = roots.certs.len(), cause = ?roots.errors);
    }
    trusting(roots.certs)
}

/// A client that trusts these roots; with none, one for plain HTTP.
///
/// # Panics
/// Never: ring has what TLS 1.2 and 1.3 need.
pub fn trusting(certificates: Vec<CertificateDer<'static>>) -> SharedHttpClient {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    let tls =
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
    let tls = tls.expect("TLS 1.2 and 1.3").with_root_certificates(roots).with_no_client_auth();
    let mut tcp = Tcp::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    let tls = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().wrap_connector(tcp);
    let connect = BoxCloneSyncService::new(Timeout::new(tls, CONNECT));
    let client = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connect);
    let connector = SharedHttpConnector::new(Http1(client));
    http_client_fn(move |_, _| connector.clone())
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write as _};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use aws_sdk_dynamodb::config::retry::RetryConfig;
    use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
    use aws_sdk_dynamodb::error::{DisplayErrorContext, SdkError};
    use aws_sdk_dynamodb::{Client as Table, Config};
    use rcgen::CertifiedKey;
    use rustls::ServerConfig;
    use rustls::pki_types::PrivateKeyDer;
    use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::super::timeouts;
    use super::*;

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
            write!(
                said,
                "HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 2\r\n\r\n{{}}"
            )?;
            stream.write_all(&said).await?;
        }
        Ok(())
    }

    /// A table's client that trusts these, and tries twice.
    fn table(endpoint: String, trusted: Vec<CertificateDer<'static>>) -> Table {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .retry_config(RetryConfig::standard().with_max_attempts(2))
            .timeout_config(timeouts())
            .http_client(trusting(trusted))
            .endpoint_url(endpoint);
        Table::from_conf(config.build())
    }

    /// A server behind TLS, and the certificate that it shows.
    async fn behind_tls() -> (Server, CertificateDer<'static>) {
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![cert.der().clone()], key);
        let tls = TlsAcceptor::from(Arc::new(config.expect("a key that fits")));
        (Server::start(Some(tls), &["200 OK"; 2]).await, cert.der().clone())
    }

    #[tokio::test]
    async fn a_service_that_a_root_vouches_for_is_asked_over_tls() {
        let (server, root) = behind_tls().await;
        let table = table(format!("https://localhost:{}", server.port), vec![root]);
        table.list_tables().send().await.expect("an answer");
    }

    #[tokio::test]
    async fn a_service_that_no_root_vouches_for_is_not_asked() {
        let (server, _) = behind_tls().await;
        let table = table(format!("https://localhost:{}", server.port), Vec::new());
        let refused = table.list_tables().send().await.expect_err("not trusted");
        let refused = DisplayErrorContext(&refused).to_string();
        assert!(refused.contains("UnknownIssuer"), "{refused}");
    }

    #[tokio::test]
    async fn a_name_that_the_certificate_does_not_hold_is_not_asked() {
        let (server, root) = behind_tls().await;
        let table = table(format!("https://127.0.0.1:{}", server.port), vec![root]);
        let refused = table.list_tables().send().await.expect_err("another's certificate");
        let refused = DisplayErrorContext(&refused).to_string();
        assert!(refused.contains("NotValidForName"), "{refused}");
    }

    #[tokio::test]
    async fn a_connection_is_kept_from_call_to_call() {
        let server = Server::start(None, &["200 OK"; 3]).await;
        let table = table(format!("http://127.0.0.1:{}", server.port), Vec::new());
        for _ in 0..3 {
            table.list_tables().send().await.expect("an answer");
        }
        assert_eq!(server.connections(), 1);
    }

    #[tokio::test]
    async fn a_connection_that_was_closed_while_nothing_was_asked_is_replaced() {
        let server = Server::start(None, &["200 OK"]).await;
        let table = table(format!("http://127.0.0.1:{}", server.port), Vec::new());
        for _ in 0..3 {
            table.list_tables().send().await.expect("an answer");
        }
        assert_eq!(server.connections(), 3);
    }

    #[tokio::test]
    async fn a_connection_on_which_a_call_failed_is_not_used_again() {
        let server = Server::start(None, &["503 Service Unavailable"; 3]).await;
        let table = table(format!("http://127.0.0.1:{}", server.port), Vec::new());
        table.list_tables().send().await.expect_err("unavailable, twice");
        assert_eq!(server.connections(), 2);
    }

    #[tokio::test]
    async fn a_connection_that_breaks_before_the_answer_is_tried_again() {
        let server = Server::start(None, &[]).await;
        let table = table(format!("http://127.0.0.1:{}", server.port), Vec::new());
        table.list_tables().send().await.expect_err("never an answer");
        assert_eq!(server.connections(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_service_that_never_ends_the_handshake_is_given_up_as_one_that_can_not_be_reached() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let table = table(format!("https://127.0.0.1:{port}"), Vec::new());
        let refused = table.list_tables().send().await.expect_err("never an answer");
        assert!(matches!(refused, SdkError::DispatchFailure(_)), "{refused:?}");
        drop(listener);
    }
}
