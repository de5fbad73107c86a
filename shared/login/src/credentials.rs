use std::fmt;

/// Where Postgres is, as the token for it names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its host name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The role that logs in.
    pub user: String,
}

/// What Postgres is told at log-in.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The role, if not the one of `DATABASE_URL`.
    pub user: Option<String>,
    /// Its password, or a token in its place.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}
