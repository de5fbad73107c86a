//! Where the API is and whom it is asked for.

mod profiles;
mod stack;

use url::{Host, Url};

use crate::exit::{Exit, Failure};

pub(crate) use profiles::{Profile, Profiles};

const URL: &str = "RHESIS_TASKS_URL";
const TOKEN: &str = "RHESIS_TASKS_TOKEN";

/// An address of the API, and the token that it is asked with.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) token: String,
    /// The console, where it is somewhere else than below the API or signs in by itself.
    pub(crate) console: Option<String>,
    /// Where we have this from, for people.
    pub(crate) source: String,
    /// Whether nobody named it: it was found by the folder.
    pub(crate) is_found: bool,
}

impl Place {
    /// The place that is meant: that of the named profile, of the environment, of the usual profile, or of the stack that `make run`
    /// keeps up in this folder or one above it; the first there is.
    pub(crate) fn find(profile: Option<&str>) -> Result<Self, Failure> {
        if let Some(name) = profile {
            return Profiles::load()?.place(name);
        }
        match (variable(URL)?, variable(TOKEN)?) {
            (Some(url), Some(token)) => {
                let url = address(&url).map_err(|failure| Failure {
                    sentence: format!("{URL}: {}", failure.sentence),
                    ..failure
                })?;
                return Ok(Self {
                    url,
                    token,
                    console: None,
                    source: "the environment".into(),
                    is_found: false,
                });
            }
            (None, None) => {}
            _ => return Err(Failure::usage(format!("Set both {URL} and {TOKEN}, or neither."))),
        }
        let profiles = Profiles::load()?;
        if let Some(name) = profiles.usual() {
            return profiles.place(name);
        }
        stack::find().ok_or_else(|| Failure {
            exit: Exit::Unreachable,
            sentence: format!(
                "No API is known here: `rhesis-tasks login`, set {URL} and {TOKEN}, or start a local stack with `make run`."
            ),
        })
    }

    /// Whether it is a loopback address, which no proxy stands before.
    pub(crate) fn is_on_this_machine(&self) -> bool {
        let url = Url::parse(&self.url);
        url.is_ok_and(|url| match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        })
    }
}

/// An address as it may be given: of http or https, without a slash at its end.
pub(crate) fn address(text: &str) -> Result<String, Failure> {
    match Url::parse(text) {
        Ok(url) if ["http", "https"].contains(&url.scheme()) && url.has_host() => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err(Failure::usage(format!("{text:?} is no address: it must start with https:// or http://."))),
    }
}

fn variable(name: &str) -> Result<Option<String>, Failure> {
    let Some(value) = std::env::var_os(name) else { return Ok(None) };
    let value = value.into_string().map_err(|_| Failure::usage(format!("{name} is not UTF-8.")))?;
    Ok(Some(value.trim().to_owned()).filter(|value| !value.is_empty()))
}
