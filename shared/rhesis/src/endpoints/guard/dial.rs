use std::error::Error;
use std::time::Duration;
use std::{fmt, io};

use tokio::net::TcpStream;
use tokio::time::timeout;
use url::{Host, Url};

use super::{Guard, Way};

/// How long an address has before the next is tried.
const PATIENCE: Duration = Duration::from_secs(3);

impl Guard {
    /// A connection to the host of a checked URL, at the first of its addresses that answers.
    pub(in crate::endpoints) async fn dial(
        &self,
        way: Way,
        url: &Url,
    ) -> Result<TcpStream, Box<dyn Error + Send + Sync>> {
        let port = url.port_or_known_default().unwrap_or_default();
        let mut addresses = match url.host() {
            Some(Host::Domain(name)) => self.addresses(way, name).await?,
            Some(Host::Ipv4(ip)) => vec![ip.into()],
            Some(Host::Ipv6(ip)) => vec![ip.into()],
            None => Vec::new(),
        };
        let last = addresses.pop().ok_or(io::ErrorKind::AddrNotAvailable).map_err(io::Error::from)?;
        for ip in addresses {
            if let Ok(Ok(stream)) = timeout(PATIENCE, TcpStream::connect((ip, port))).await {
                return Ok(stream);
            }
        }
        Ok(TcpStream::connect((last, port)).await?)
    }
}

/// Why a name is not dialled.
#[derive(Debug)]
pub(in crate::endpoints) enum Refused {
    /// An address of it may not be called. Not said which: it may be of a network that is nobody's business.
    Forbidden,
    /// It has no address, or none could be found out.
    Unknown,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forbidden => f.write_str("its host name leads to an address that is not public"),
            Self::Unknown => f.write_str("its host name could not be resolved"),
        }
    }
}

impl Error for Refused {}
