use std::time::{Duration, SystemTime};

use secrecy::SecretString;

/// A token is fetched anew so long before it expires.
const MARGIN: Duration = Duration::from_secs(60);

/// What a token server gave.
#[derive(Debug, Clone)]
pub(in crate::endpoints) struct Token {
    pub(in crate::endpoints) secret: SecretString,
    pub(in crate::endpoints) expires_at: SystemTime,
}

impl Token {
    /// Whether it will hold for the length of a call.
    pub(super) fn is_good(&self) -> bool {
        self.expires_at > SystemTime::now() + MARGIN
    }
}
