use std::sync::Arc;

use reqwest::Url;

use super::session::SHORTEST_SECRET;
use super::{Identity, Issuer, Session};

/// A setting that opens no way in as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingsError {
    /// The environment's variable.
    pub variable: &'static str,
    /// What it must be.
    pub must: &'static str,
}

impl std::fmt::Display for SettingsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.variable, self.must)
    }
}

impl std::error::Error for SettingsError {}

/// Reads the settings; one that is empty is as good as none, so that a template can always pass it.
pub(super) fn read(setting: impl Fn(&str) -> Option<String>) -> Result<Identity, SettingsError> {
    let given = |name: &str| setting(name).filter(|value| !value.is_empty());
    let wrong = |variable, must| SettingsError { variable, must };
    let session = match given("JWT_SECRET_KEY") {
        Some(secret) if secret.len() < SHORTEST_SECRET => {
            return Err(wrong("JWT_SECRET_KEY", "must have at least 32 bytes"));
        }
        secret => secret.map(|secret| Arc::new(Session::new(&secret))),
    };
    let issuer = match (given("JWT_ISSUER"), given("JWT_AUDIENCE"), given("JWT_JWKS_URL")) {
        (None, None, None) => None,
        (Some(issuer), Some(audience), Some(url)) => {
            let url = Url::parse(&url).ok().filter(|url| url.scheme() == "https");
            let url = url.ok_or_else(|| wrong("JWT_JWKS_URL", "must be an https URL"))?;
            let issuer = Issuer::new(&issuer, &audience, url);
            Some(Arc::new(issuer.map_err(|_| wrong("JWT_JWKS_URL", "cannot be asked: no HTTP client"))?))
        }
        (None, ..) => return Err(wrong("JWT_ISSUER", "is missing: there is JWT_AUDIENCE or JWT_JWKS_URL")),
        (_, None, _) => return Err(wrong("JWT_AUDIENCE", "is missing: there is JWT_ISSUER")),
        (.., None) => return Err(wrong("JWT_JWKS_URL", "is missing: there is JWT_ISSUER")),
    };
    Ok(Identity { session, issuer })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(settings: &[(&str, &str)]) -> Result<Identity, SettingsError> {
        read(|name| settings.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn without_settings_no_way_is_open() {
        for settings in [&[][..], &[("JWT_SECRET_KEY", ""), ("JWT_ISSUER", ""), ("JWT_JWKS_URL", "")]] {
            let identity = read_all(settings).unwrap();
            assert!(identity.session.is_none() && identity.issuer.is_none());
        }
    }

    #[test]
    fn half_a_setting_or_a_weak_one_is_refused_by_its_name() {
        let whole =
            [("JWT_ISSUER", "https://i.test"), ("JWT_AUDIENCE", "a"), ("JWT_JWKS_URL", "https://i.test/k")];
        assert!(read_all(&whole).unwrap().issuer.is_some());
        for missing in 0..3 {
            let mut settings = whole.to_vec();
            let (name, _) = settings.remove(missing);
            assert_eq!(read_all(&settings).unwrap_err().variable, name);
        }
        for url in ["http://127.0.0.1/keys", "file:///keys", "keys"] {
            let error = read_all(&[whole[0], whole[1], ("JWT_JWKS_URL", url)]).unwrap_err();
            assert_eq!(error.to_string(), "JWT_JWKS_URL must be an https URL", "{url}");
        }
        assert_eq!(read_all(&[("JWT_SECRET_KEY", "short")]).unwrap_err().variable, "JWT_SECRET_KEY");
    }
}
