use std::fmt;
use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{Guard, Way};

/// What reqwest asks for the addresses of a name: those, and only those, are dialled.
///
/// It is not asked for a URL that holds an address; [`Guard::check`] has seen that one.
#[derive(Debug)]
pub(in crate::endpoints) struct Resolver {
    pub(in crate::endpoints) guard: Guard,
    pub(in crate::endpoints) way: Way,
}

/// Why a name is not dialled.
#[derive(Debug)]
pub(in crate::endpoints) enum Refused {
    /// An address of it may not be called. Not said which: it may be of a network that is nobody's business.
    Forbidden,
    /// It has no address, or none could be found out.
    Unknown,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, way) = (self.guard.clone(), self.way);
        Box::pin(async move {
            let found = guard.addresses(way, name.as_str()).await?;
            // Port 0 stands for the URL's.
            Ok(Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0))) as Addrs)
        })
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forbidden => f.write_str("its host name leads to an address that is not public"),
            Self::Unknown => f.write_str("its host name could not be resolved"),
        }
    }
}

impl std::error::Error for Refused {}
