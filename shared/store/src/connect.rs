use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions, PgRow};
use sqlx::query::QueryScalar;
use sqlx::{FromRow, Postgres};

use crate::Result;

/// Every verb of the engine, over a small pool of connections.
#[derive(Debug, Clone)]
pub struct Store {
    pool: PgPool,
}

/// Why a function cannot even try to reach its database.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The variable is missing.
    #[error(transparent)]
    Missing(#[from] settings::Missing),
    /// The variable is no Postgres URL; its text is left out, because it may hold a password.
    #[error("DATABASE_URL is not a Postgres URL")]
    Malformed,
}

impl Store {
    /// A store on the database of `DATABASE_URL`, which is dialled at the first statement, not here.
    ///
    /// # Errors
    /// If the variable is missing or no URL.
    pub fn from_env(connections: u32) -> std::result::Result<Self, ConnectError> {
        let url = settings::DATABASE_URL.require()?;
        Self::new(&url, connections).map_err(|_| ConnectError::Malformed)
    }

    /// A store on the database of `url` with at most so many connections.
    ///
    /// # Errors
    /// If the URL cannot be read.
    pub fn new(url: &str, connections: u32) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)?;
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            // Below every function's timeout: else "no database" would read as "timed out".
            .acquire_timeout(Duration::from_secs(8))
            .idle_timeout(Duration::from_secs(600))
            .connect_lazy_with(options);
        Ok(Self { pool })
    }

    /// A store over connections that somebody else made.
    #[must_use]
    pub fn over(pool: PgPool) -> Self {
        Self { pool }
    }

    /// The connections, for statements of the domain.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Runs a verb in a commit of its own; at a deadlock or a serialization failure again, at most three times.
    pub(crate) async fn again<'q, O>(
        &self,
        verb: impl Fn() -> QueryScalar<'q, Postgres, O, PgArguments>,
    ) -> Result<O>
    where
        O: Send + Unpin,
        (O,): for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let mut tries = 0;
        loop {
            match sql::one(self.pool(), verb()).await {
                Err(error) if tries < 3 && asks_again(&error) => tries += 1,
                answer => return answer,
            }
        }
    }

    /// Says goodbye to Postgres.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Whether Postgres asks for the same again: deadlock or serialization failure.
pub(crate) fn asks_again(error: &sqlx::Error) -> bool {
    matches!(error.as_database_error().and_then(|e| e.code()).as_deref(), Some("40P01" | "40001"))
}
