//! Decides what may be dialled: the one place where an address of a user's choice is let through or refused.
//!
//! Twice, because a URL says a name and the network says addresses: [`Guard::check`] looks at the URL, and
//! [`Guard::addresses`] at what the name stands for at the moment of dialling, whose answer alone is dialled.

mod allow;
mod dial;
mod lookup;
mod ranges;

use std::net::IpAddr;
use std::sync::Arc;

use url::{Host, Url};

pub use allow::{Allow, BadAllow};
pub(super) use dial::Refused;
pub use lookup::Lookup;
pub(super) use lookup::System;

use crate::endpoints::CallError;

/// The only port that is dialled without an entry in the allow-list.
const PORT: u16 = 443;
/// Names that no public server has: of this machine, of this network, or of nobody.
const INNER: [&str; 6] = ["localhost", "local", "internal", "lan", "home.arpa", "onion"];

/// What may be dialled.
#[derive(Clone)]
pub struct Guard {
    allow: Allow,
    lookup: Arc<dyn Lookup>,
}

/// Why a URL is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Its scheme and port are the usual ones, so its addresses must be public.
    Public,
    /// The allow-list names its host, whose addresses may be private, and never this machine's.
    Listed,
    /// The allow-list names a port of this machine: no other address.
    Local,
}

impl Guard {
    /// Lets public addresses through, and what the list names.
    pub(super) fn new(allow: Allow, lookup: Arc<dyn Lookup>) -> Self {
        Self { allow, lookup }
    }

    /// A guard that looks names up as this machine does.
    pub fn of(allow: Allow) -> Self {
        Self::new(allow, Arc::new(System))
    }

    /// Whether this URL may be called, as far as it can be seen without looking its name up.
    ///
    /// `field` is what an error names; `schemes` are the plain and the encrypted one, as `["http", "https"]`.
    pub(super) fn check(&self, field: &str, url: &Url, schemes: [&str; 2]) -> Result<Way, CallError> {
        let refuse = |why: &str| Err(CallError::invalid(field, why));
        let [plain, encrypted] = schemes;
        if url.scheme() != plain && url.scheme() != encrypted {
            return refuse(&format!("must begin with {encrypted}://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("holds a user name or password: they belong into auth");
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return refuse("has no host");
        };
        let ip = literal(&host);
        if ip.is_some_and(ranges::is_never_dialled) {
            return refuse("leads to an address that is never called");
        }
        if let Some(way) = self.allow.names(&host, port) {
            return Ok(way);
        }
        if ip.is_some_and(ranges::is_this_machine) {
            return refuse("leads to this machine, of which only a local stack calls ports that it was told");
        }
        if url.scheme() != encrypted {
            return refuse(&format!("must begin with {encrypted}:// (ENDPOINT_ALLOW can name exceptions)"));
        }
        if port != PORT {
            return refuse("must have port 443 (ENDPOINT_ALLOW can name exceptions)");
        }
        let inner = match &host {
            Host::Domain(name) => is_inner(name),
            _ => !ip.is_some_and(ranges::is_public),
        };
        if inner {
            return refuse("leads to an address that is not public (ENDPOINT_ALLOW can name exceptions)");
        }
        Ok(Way::Public)
    }

    /// The addresses of a name, if every one of them may be dialled.
    ///
    /// One that may not refuses them all: a name that stands for a public and a private address is a trap.
    pub(super) async fn addresses(&self, way: Way, name: &str) -> Result<Vec<IpAddr>, Refused> {
        let found = self.lookup.look_up(name).await.map_err(|_| Refused::Unknown)?;
        let may = |ip: &IpAddr| match way {
            Way::Public => ranges::is_public(*ip) || self.allow.holds(*ip, PORT),
            Way::Listed => !ranges::is_this_machine(*ip),
            Way::Local => ranges::is_this_machine(*ip),
        };
        if found.is_empty() || !found.iter().all(|ip| may(ip) && !ranges::is_never_dialled(*ip)) {
            return Err(Refused::Forbidden);
        }
        Ok(found)
    }
}

fn literal(host: &Host<&str>) -> Option<IpAddr> {
    match host {
        Host::Domain(_) => None,
        Host::Ipv4(ip) => Some((*ip).into()),
        Host::Ipv6(ip) => Some((*ip).into()),
    }
}

fn is_inner(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    !name.contains('.') || INNER.iter().any(|inner| name == *inner || name.ends_with(&format!(".{inner}")))
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard").field("allow", &self.allow).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
