//! The HTTPS client under every client of the SDK: HTTP/1.1, which every service of AWS is asked in here, and TLS with the
//! system's roots.

use std::sync::Arc;
use std::time::Duration;

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

/// How long a connection may take to be made, its name looked up and TLS agreed upon.
const CONNECT: Duration = Duration::from_secs(2);

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
