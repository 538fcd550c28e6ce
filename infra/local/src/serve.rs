//! Accepting connections.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn};
use axum::{Router, serve};
use shared::http::source::Peer;
use tokio::net::TcpListener;

/// Serves these routes on a port of their own until the process ends; gives the URL.
///
/// # Errors
/// No port can be bound.
pub async fn endpoint(router: Router) -> std::io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { serve(listener, router).await });
    Ok(endpoint)
}

/// Serves until the process ends. Each request knows its connection's other end.
///
/// # Errors
/// The listener fails.
pub async fn run(listener: TcpListener, router: Router) -> std::io::Result<()> {
    let router = router.layer(from_fn(async |mut request: Request, next: Next| {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
        if let Some(address) = peer {
            request.extensions_mut().insert(Peer(address));
        }
        next.run(request).await
    }));
    serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await
}
