//! Where a request comes from: the gateway's word or the connection's, never a header's (`security.md` AU-13).

use std::net::IpAddr;

use http::Extensions;
use lambda_http::request::RequestContext;
use sha2::{Digest, Sha256};

/// The other end of a connection, where there is no gateway: set by whoever accepts connections.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// A client's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source(Option<IpAddr>);

impl Source {
    /// The address of a request.
    pub fn of(extensions: &Extensions) -> Self {
        let gateway = extensions.get::<RequestContext>().and_then(|context| match context {
            RequestContext::ApiGatewayV2(context) => context.http.source_ip.as_deref()?.parse().ok(),
            _ => None,
        });
        let connection = || extensions.get::<Peer>().map(|Peer(address)| *address);
        Self(gateway.or_else(connection))
    }

    /// What is limited together: an IPv4 address, or an IPv6 network of 64 bits (requirement P8), hashed.
    pub fn key(self) -> [u8; 16] {
        let network = match self.0.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(address)) => address.octets().to_vec(),
            Some(IpAddr::V6(address)) => address.octets()[..8].to_vec(),
            None => Vec::new(),
        };
        Sha256::digest(network).first_chunk().copied().unwrap_or_default()
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(address) => write!(f, "{address}"),
            None => f.write_str("unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source(Some(text.parse().expect("an address")))
    }

    #[test]
    fn an_ipv6_network_of_64_bits_is_one_source() {
        assert_eq!(source("2001:db8::1").key(), source("2001:db8::ffff:1").key());
        assert_ne!(source("2001:db8::1").key(), source("2001:db8:0:1::1").key());
    }

    #[test]
    fn an_ipv4_address_is_one_source_however_it_is_written() {
        assert_eq!(source("192.0.2.1").key(), source("::ffff:192.0.2.1").key());
        assert_ne!(source("192.0.2.1").key(), source("192.0.2.2").key());
    }
}
