use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

use super::{literal, ranges};

/// The setting that holds the list.
const SETTING: &str = settings::ENDPOINT_ALLOW.name();

/// What may be called beside the Internet's https on port 443, in private deployments and on one machine: a list of
/// `host`, `host:port`, `cidr` and `cidr:port`. What an entry names may be http, and at any port if it says none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allow(Vec<Entry>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    what: What,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Name(String),
    Range(IpNet),
}

/// An entry that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{SETTING}: {entry:?} {why}")]
pub struct BadAllow {
    entry: String,
    why: &'static str,
}

impl Allow {
    /// The list of the setting `ENDPOINT_ALLOW`; empty if it is not set.
    pub fn from_env() -> Result<Self, BadAllow> {
        Self::parse(&settings::ENDPOINT_ALLOW.get().unwrap_or_default())
    }

    /// Entries separated by commas.
    pub fn parse(text: &str) -> Result<Self, BadAllow> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(Entry::parse).collect::<Result<_, _>>().map(Self)
    }

    /// Exactly the host and port of one URL, for whoever may decide that; nothing, if it is no URL.
    pub fn of_url(url: &str) -> Self {
        let Ok(url) = Url::parse(url.trim()) else { return Self::default() };
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Self::default();
        };
        Self::parse(&format!("{host}:{port}")).unwrap_or_default()
    }

    /// Whether an entry names this host at this port: its name, or the address that it is.
    pub(super) fn names(&self, host: &Host<&str>, port: u16) -> bool {
        match (host, literal(host)) {
            (Host::Domain(name), _) => self.any(port, |what| *what == What::Name(canonical(name))),
            (_, Some(ip)) => self.holds(ip, port),
            (_, None) => false,
        }
    }

    /// Whether an entry holds this address at this port.
    pub(super) fn holds(&self, ip: IpAddr, port: u16) -> bool {
        let ip = ip.to_canonical();
        self.any(port, |what| matches!(what, What::Range(range) if range.contains(&ip)))
    }

    fn any(&self, port: u16, is: impl Fn(&What) -> bool) -> bool {
        self.0.iter().any(|entry| entry.port.is_none_or(|only| only == port) && is(&entry.what))
    }
}

impl Entry {
    fn parse(text: &str) -> Result<Self, BadAllow> {
        let bad = |why| BadAllow { entry: text.to_owned(), why };
        if let Some(what) = What::range(text) {
            return what.map(|what| Self { what, port: None }).map_err(bad);
        }
        let (host, port) = match text.rsplit_once(':') {
            None => (text, None),
            Some((host, port)) => {
                let port = port.parse().ok().filter(|port| *port > 0);
                (host, Some(port.ok_or_else(|| bad("has a port that is not a number from 1 to 65535"))?))
            }
        };
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let what = What::range(bare).unwrap_or_else(|| What::name(host)).map_err(bad)?;
        Ok(Self { what, port })
    }
}

impl What {
    fn range(text: &str) -> Option<Result<Self, &'static str>> {
        let range = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
        Some(if range.prefix_len() == 0 {
            Err("allows everything, which is not allowed")
        } else if ranges::is_never_dialled(range.network()) {
            Err("is never called, not even by this list")
        } else {
            Ok(Self::Range(range.trunc()))
        })
    }

    fn name(text: &str) -> Result<Self, &'static str> {
        match Host::parse(text) {
            Ok(Host::Domain(name)) if !name.contains('*') => Ok(Self::Name(canonical(&name))),
            _ => Err("must be a host or an address range in CIDR notation, with or without a port"),
        }
    }
}

fn canonical(name: &str) -> String {
    name.trim_end_matches('.').to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &str, url: &str) -> bool {
        let url = Url::parse(url).unwrap();
        Allow::parse(list).unwrap().names(&url.host().unwrap(), url.port_or_known_default().unwrap())
    }

    #[test]
    fn an_entry_allows_what_it_names_and_nothing_else() {
        for (list, url, expected) in [
            ("localhost", "http://localhost:8000", true),
            ("LocalHost", "http://localhost.:8000", true),
            ("localhost:8000", "http://localhost:8000", true),
            ("localhost:8000", "http://localhost:8001", false),
            ("localhost", "http://127.0.0.1", false),
            ("a.b", "http://x.a.b", false),
            ("127.0.0.1", "http://127.0.0.1:9", true),
            ("127.0.0.1:9", "http://0x7f.1:9", true),
            ("127.0.0.1:9", "http://127.0.0.1:10", false),
            ("10.0.0.0/8", "http://10.1.2.3", true),
            ("10.0.0.0/8:80", "http://10.1.2.3", true),
            ("10.0.0.0/8:81", "http://10.1.2.3", false),
            ("10.0.0.0/8", "http://11.1.2.3", false),
            ("10.0.0.0/8", "http://[::ffff:10.1.2.3]", true),
            ("::1", "http://[::1]:9", true),
            ("[::1]:9", "http://[::1]:9", true),
            ("[fd12::/16]:9", "http://[fd12::5]:9", true),
            ("fd12::/16", "http://[fd13::5]", false),
            (" a.b , 10.0.0.1/8 ,", "http://10.9.9.9", true),
            ("", "http://10.9.9.9", false),
        ] {
            assert_eq!(names(list, url), expected, "{list} {url}");
        }
    }

    #[test]
    fn an_entry_that_is_none_or_too_much_is_refused_by_its_text() {
        for bad in [
            "*",
            "*.a.b",
            "a b",
            "a:0",
            "a:x",
            "http://a",
            "0.0.0.0/0",
            "::/0",
            "169.254.169.254",
            "10.0.0.0/33",
            "fe80::/10",
        ] {
            let problem = Allow::parse(&format!("localhost,{bad}")).unwrap_err().to_string();
            assert!(problem.starts_with(&format!("ENDPOINT_ALLOW: {bad:?} ")), "{problem}");
        }
    }
}
