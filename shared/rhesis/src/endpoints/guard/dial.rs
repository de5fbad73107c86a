use std::io;

use tokio::net::TcpStream;
use url::{Host, Url};

use super::{Guard, Refused, Way};

impl Guard {
    /// A connection to the host of a checked URL, at the first of its addresses that answers.
    pub(in crate::endpoints) async fn dial(&self, way: Way, url: &Url) -> Result<TcpStream, DialError> {
        let port = url.port_or_known_default().unwrap_or_default();
        let addresses = match url.host() {
            Some(Host::Domain(name)) => self.addresses(way, name).await.map_err(DialError::Refused)?,
            Some(Host::Ipv4(ip)) => vec![ip.into()],
            Some(Host::Ipv6(ip)) => vec![ip.into()],
            None => Vec::new(),
        };
        let mut last = io::ErrorKind::AddrNotAvailable.into();
        for ip in addresses {
            match TcpStream::connect((ip, port)).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error,
            }
        }
        Err(DialError::Unreachable(last))
    }
}

/// Why there is no connection.
#[derive(Debug)]
pub(in crate::endpoints) enum DialError {
    Refused(Refused),
    Unreachable(io::Error),
}
