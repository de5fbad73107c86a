use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

use super::{Way, literal, ranges};

/// What may be called beside the Internet's https on port 443, in private deployments and on one machine: a list of
/// `host`, `host:port`, `cidr` and `cidr:port`. What an entry names may be http, and at any port if it says none.
///
/// Of this machine an entry names one port: `localhost:port` or `address:port`. A name or a network that leads to it by the
/// way does not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allow {
    entries: Vec<Entry>,
    /// Ports of this machine that no entry allows.
    barred: Vec<u16>,
    /// Whether every other port of this machine is allowed.
    this_machine: bool,
}

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
#[error("{setting}: {entry:?} {why}")]
pub struct BadAllow {
    setting: &'static str,
    entry: String,
    why: &'static str,
}

impl Allow {
    /// What the settings say: `ENDPOINT_ALLOW` of everything but this machine, `LOCAL_ENDPOINTS`, which a local stack alone has,
    /// of ports of this machine. Whatever they say, the functions' runtime, AWS's emulator and Postgres are never among them.
    pub fn from_env() -> Result<Self, BadAllow> {
        let (wide, local) = (settings::ENDPOINT_ALLOW, settings::LOCAL_ENDPOINTS);
        let mut entries = Entry::list(wide.name(), &wide.get().unwrap_or_default(), |entry| {
            (!entry.is_local()).then_some(()).ok_or("is this machine, which only a local stack may call")
        })?;
        entries.extend(Entry::list(local.name(), &local.get().unwrap_or_default(), |entry| {
            entry.is_local().then_some(()).ok_or("is not this machine")
        })?);
        Ok(Self { entries, barred: own_ports(), this_machine: false })
    }

    /// Entries separated by commas.
    pub fn parse(text: &str) -> Result<Self, BadAllow> {
        let entries = Entry::list(settings::ENDPOINT_ALLOW.name(), text, |_| Ok(()))?;
        Ok(Self { entries, ..Self::default() })
    }

    /// Every port of this machine: for tests, whose servers have any. No setting reads as this.
    pub fn this_machine() -> Self {
        Self { this_machine: true, ..Self::default() }
    }

    /// The same without these ports of this machine.
    #[must_use]
    pub fn without(self, ports: &[u16]) -> Self {
        Self { barred: ports.to_vec(), ..self }
    }

    /// Exactly the host and port of one URL, for whoever may decide that; nothing, if it is no URL.
    pub fn of_url(url: &str) -> Self {
        let Ok(url) = Url::parse(url.trim()) else { return Self::default() };
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Self::default();
        };
        Self::parse(&format!("{host}:{port}")).unwrap_or_default()
    }

    /// The way to this host at this port, if an entry names it: its name, or the address that it is.
    pub(super) fn names(&self, host: &Host<&str>, port: u16) -> Option<Way> {
        match (host, literal(host)) {
            (Host::Domain(name), _) => {
                let name = canonical(name);
                let local = is_localhost(&name);
                let listed = self.any(port, |what| matches!(what, What::Name(known) if *known == name));
                let allowed = if local { self.local(port, listed) } else { listed };
                allowed.then_some(if local { Way::Local } else { Way::Listed })
            }
            (_, Some(ip)) => {
                let way = if ranges::is_this_machine(ip) { Way::Local } else { Way::Listed };
                self.holds(ip, port).then_some(way)
            }
            (_, None) => None,
        }
    }

    /// Whether an entry holds this address at this port.
    pub(super) fn holds(&self, ip: IpAddr, port: u16) -> bool {
        let local = ranges::is_this_machine(ip);
        let ip = ip.to_canonical();
        let listed = self.any(port, |what| match what {
            What::Range(range) => {
                range.contains(&ip) && (!local || range.prefix_len() == range.max_prefix_len())
            }
            What::Name(_) => false,
        });
        if local { self.local(port, listed) } else { listed }
    }

    fn local(&self, port: u16, listed: bool) -> bool {
        (listed || self.this_machine) && !self.barred.contains(&port)
    }

    fn any(&self, port: u16, is: impl Fn(&What) -> bool) -> bool {
        self.entries.iter().any(|entry| entry.port.is_none_or(|only| only == port) && is(&entry.what))
    }
}

/// The ports of this machine that belong to the platform itself.
fn own_ports() -> Vec<u16> {
    let runtime = settings::AWS_LAMBDA_RUNTIME_API.get();
    let runtime = runtime.and_then(|address| address.rsplit_once(':')?.1.parse().ok());
    let urls = [(settings::AWS_ENDPOINT_URL, 443), (settings::DATABASE_URL, 5432)];
    let urls = urls.into_iter().filter_map(|(setting, usual)| {
        let url = Url::parse(&setting.get()?).ok()?;
        Some(url.port_or_known_default().unwrap_or(usual))
    });
    runtime.into_iter().chain(urls).collect()
}

impl Entry {
    /// The entries of a setting, each of which `may` be there.
    fn list(
        setting: &'static str,
        text: &str,
        may: impl Fn(&Self) -> Result<(), &'static str>,
    ) -> Result<Vec<Self>, BadAllow> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let read = |text: &str| {
            let entry = Self::parse(text).and_then(|entry| may(&entry).map(|()| entry));
            entry.map_err(|why| BadAllow { setting, entry: text.to_owned(), why })
        };
        entries.map(read).collect()
    }

    /// Whether it names this machine.
    fn is_local(&self) -> bool {
        match &self.what {
            What::Name(name) => is_localhost(name),
            What::Range(range) => ranges::is_this_machine(range.network()),
        }
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let entry = Self::read(text)?;
        let whole = match &entry.what {
            What::Name(_) => false,
            What::Range(range) => range.prefix_len() < range.max_prefix_len(),
        };
        if entry.is_local() && (whole || entry.port.is_none()) {
            return Err("is this machine: name a port of it, as 127.0.0.1:9123");
        }
        Ok(entry)
    }

    fn read(text: &str) -> Result<Self, &'static str> {
        if let Some(what) = What::range(text) {
            return what.map(|what| Self { what, port: None });
        }
        let (host, port) = match text.rsplit_once(':') {
            None => (text, None),
            Some((host, port)) => {
                let port = port.parse().ok().filter(|port| *port > 0);
                (host, Some(port.ok_or("has a port that is not a number from 1 to 65535")?))
            }
        };
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let what = What::range(bare).unwrap_or_else(|| What::name(host))?;
        Ok(Self { what, port })
    }
}

impl What {
    fn range(text: &str) -> Option<Result<Self, &'static str>> {
        let range = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
        Some(if range.prefix_len() == 0 {
            Err("allows everything, which is not allowed")
        } else if [range.network(), range.broadcast()].into_iter().all(ranges::is_never_dialled) {
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

fn is_localhost(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &str, url: &str) -> bool {
        let url = Url::parse(url).unwrap();
        let allow = Allow::parse(list).unwrap();
        allow.names(&url.host().unwrap(), url.port_or_known_default().unwrap()).is_some()
    }

    #[test]
    fn an_entry_allows_what_it_names_and_nothing_else() {
        for (list, url, expected) in [
            ("LocalHost:8000", "http://localhost.:8000", true),
            ("localhost:8000", "http://localhost:8000", true),
            ("localhost:8000", "http://localhost:8001", false),
            ("localhost:80", "http://127.0.0.1", false),
            ("127.0.0.1:80", "http://localhost", false),
            ("a.b", "http://a.b:8000", true),
            ("a.b", "http://x.a.b", false),
            ("127.0.0.1:9", "http://0x7f.1:9", true),
            ("127.0.0.1:9", "http://2130706433:9", true),
            ("127.0.0.1:9", "http://[::ffff:127.0.0.1]:9", true),
            ("127.0.0.1:9", "http://127.0.0.2:9", false),
            ("0.0.0.0/1", "http://127.0.0.1:9", false),
            ("0.0.0.0/1:9", "http://127.0.0.1:9", false),
            ("::/1", "http://[::1]:9", false),
            ("::/1", "http://[::127.0.0.1]:9", false),
            ("64:ff9b::/96", "http://[64:ff9b::7f00:1]:9", false),
            ("127.0.0.1:9", "http://127.0.0.1:10", false),
            ("10.0.0.0/8", "http://10.1.2.3", true),
            ("10.0.0.0/8:80", "http://10.1.2.3", true),
            ("10.0.0.0/8:81", "http://10.1.2.3", false),
            ("10.0.0.0/8", "http://11.1.2.3", false),
            ("10.0.0.0/8", "http://[::ffff:10.1.2.3]", true),
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
            "0.0.0.0",
            "127.0.0.1",
            "127.0.0.0/8",
            "127.0.0.0/8:9",
            "::1",
            "localhost",
            "a.localhost",
            "::ffff:127.0.0.1",
        ] {
            let problem = Allow::parse(&format!("a.b,{bad}")).unwrap_err().to_string();
            assert!(problem.starts_with(&format!("ENDPOINT_ALLOW: {bad:?} ")), "{problem}");
        }
    }
    #[test]
    fn a_barred_port_of_this_machine_is_allowed_by_no_entry_under_no_name() {
        let allow = Allow::parse("127.0.0.1:9,[::1]:9,localhost:9,a.b:9").unwrap().without(&[9]);
        for (url, named) in [
            ("http://127.0.0.1:9", false),
            ("http://localhost:9", false),
            ("http://[::1]:9", false),
            ("http://[::ffff:7f00:1]:9", false),
            ("http://a.b:9", true),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(allow.names(&url.host().unwrap(), 9).is_some(), named, "{url}");
        }
    }
}
