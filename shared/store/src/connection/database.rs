use std::fmt;
use std::str::FromStr as _;
use std::sync::Arc;

use login::{Credentials, Login, Place};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{Connection as _, PgConnection};

use crate::{ConnectError, Result};

/// The roots of Amazon RDS; where they are from: `certificates/README.md`.
const AMAZON_RDS: &[u8] = include_bytes!("../../certificates/amazon-rds.pem");

/// Where Postgres is, who vouches for it, and how to log in.
#[derive(Clone)]
pub struct Database {
    options: PgConnectOptions,
    named: bool,
    sleeps: bool,
    login: Arc<Login>,
}

impl Database {
    /// The database of `DATABASE_URL`, logged in to as `DATABASE_AUTH` says. Nothing is dialled.
    ///
    /// # Errors
    /// If a setting is missing or contradicts another, or the file of `DATABASE_CA` cannot be read.
    pub async fn from_settings() -> std::result::Result<Self, ConnectError> {
        let url = settings::DATABASE_URL.require()?;
        let roots = match settings::DATABASE_CA.get() {
            None => None,
            Some(path) => Some(std::fs::read(path).map_err(ConnectError::Roots)?),
        };
        let database = Self::new(&url, roots, Login::from_settings().await?)?;
        let sleeps = settings::SLEEPING_DATABASE.get().as_deref() == Some("true");
        Ok(if sleeps { database.letting_sleep() } else { database })
    }

    /// The database of `url`. `roots`, in PEM, may vouch for it beside Mozilla's, if the URL asks for that; none: those of
    /// Amazon RDS.
    ///
    /// # Errors
    /// If the URL cannot be read, or asks for less protection than the log-in needs.
    pub fn new(url: &str, roots: Option<Vec<u8>>, login: Login) -> std::result::Result<Self, ConnectError> {
        let options = PgConnectOptions::from_str(url).map_err(|_| ConnectError::Malformed)?;
        if matches!(login, Login::Iam(_)) && !matches!(options.get_ssl_mode(), PgSslMode::VerifyFull) {
            return Err(ConnectError::Unprotected);
        }
        let named = url.split(['/', '?']).nth(2).is_some_and(|authority| authority.contains('@'));
        // A file that the URL names is the reader's own choice.
        let options = match roots {
            None if url.contains("sslrootcert") => options,
            roots => options.ssl_root_cert_from_pem(roots.unwrap_or_else(|| AMAZON_RDS.to_vec())),
        };
        Ok(Self { options, named, sleeps: false, login: Arc::new(login) })
    }

    /// The same, which may sleep. A frozen function that keeps a connection keeps it awake: the server shall hang up.
    #[must_use]
    pub fn letting_sleep(self) -> Self {
        let options = self.options.options([("idle_session_timeout", "60s")]);
        Self { options, sleeps: true, ..self }
    }

    /// Whether it may sleep.
    pub(crate) fn sleeps(&self) -> bool {
        self.sleeps
    }

    /// How to log in now: with a new token, or with what the secret holds at this moment.
    ///
    /// # Errors
    /// If no token can be signed, or the secret cannot be read.
    pub async fn options(&self) -> std::result::Result<PgConnectOptions, login::Error> {
        let credentials = self.login.credentials(&self.place()).await?;
        Ok(self.with(credentials))
    }

    /// One connection, of the caller's own.
    ///
    /// # Errors
    /// If Postgres cannot be reached, is not who it should be, or refuses the log-in.
    pub async fn connect(&self) -> Result<PgConnection> {
        PgConnection::connect_with(&self.options().await.map_err(unable)?).await
    }

    /// Whether what was told to Postgres once holds for later connections too.
    pub(crate) fn is_constant(&self) -> bool {
        matches!(*self.login, Login::Url)
    }

    /// Whether somebody else may change what is told to Postgres.
    pub(crate) fn is_rotated(&self) -> bool {
        matches!(*self.login, Login::Secret(..))
    }

    fn place(&self) -> Place {
        let Self { options, .. } = self;
        Place {
            host: options.get_host().to_owned(),
            port: options.get_port(),
            user: options.get_username().to_owned(),
        }
    }

    fn with(&self, credentials: Option<Credentials>) -> PgConnectOptions {
        let options = self.options.clone();
        let Some(Credentials { user, password }) = credentials else { return options };
        // A secret that several functions share names nobody of them.
        match user.filter(|_| !self.named) {
            Some(user) => options.username(&user).password(&password),
            None => options.password(&password),
        }
    }
}

impl fmt::Debug for Database {
    /// The place: the rest may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Database").field(&self.place()).finish()
    }
}

/// To whoever asks, no database is there; to the log, why.
pub(crate) fn unable(error: login::Error) -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::other(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secrets_user_counts_only_if_the_url_names_none() {
        for (url, user) in [
            ("postgres://task_x@host:1/db?sslmode=verify-full", "task_x"),
            ("postgres://host:1/db?application_name=a@b", "of_secret"),
        ] {
            let database = Database::new(url, None, Login::Url).unwrap();
            let credentials = Credentials { user: Some("of_secret".into()), password: "p".into() };
            assert_eq!(database.with(Some(credentials)).get_username(), user, "{url}");
        }
    }

    #[test]
    fn a_database_that_is_written_down_shows_no_password() {
        let database = Database::new("postgres://me:hunter2@host/db", None, Login::Url).unwrap();
        assert!(!format!("{database:?}").contains("hunter2"));
    }

    #[test]
    fn every_root_of_amazon_rds_can_be_read() {
        let text = std::str::from_utf8(AMAZON_RDS).unwrap();
        assert_eq!(text.matches("-----BEGIN CERTIFICATE-----").count(), 81);
        assert!(text.contains("# Amazon RDS eu-central-1 Root CA RSA2048 G1"));
    }
}
