use std::pin::Pin;
use std::time::Duration;

use login::Login;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions, PgRow};
use sqlx::query::QueryScalar;
use sqlx::{Connection, FromRow, PgConnection, Postgres, Transaction};

use super::cached::{Cached, CheckedOut};
use super::renewal::Renewal;
use crate::{Database, Result};

/// A connection that was used so recently is taken to live: to ask it would double every statement's way to Postgres. A
/// function that was frozen in between asks.
const FRESH: Duration = Duration::from_secs(1);

/// What everything that asks Postgres would otherwise hold by value, and all of sqlx with it.
pub(crate) type Asking<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Every verb of the engine, over a small pool of connections.
#[derive(Debug, Clone)]
pub struct Store {
    pool: PgPool,
    cached: Cached,
    sleeps: bool,
    renewal: Option<Renewal>,
}

/// Why a function cannot even try to reach its database: a sentence that names the setting and quotes none.
#[derive(thiserror::Error)]
pub enum ConnectError {
    /// A setting is missing.
    #[error(transparent)]
    Missing(#[from] settings::Missing),
    /// The variable is no Postgres URL; its text is left out, because it may hold a password.
    #[error("DATABASE_URL is not a Postgres URL")]
    Malformed,
    /// A token would go to whoever answers.
    #[error("DATABASE_URL must say sslmode=verify-full, because DATABASE_AUTH is iam")]
    Unprotected,
    /// The certificates that may vouch for Postgres cannot be read.
    #[error("DATABASE_CA names a file that cannot be read: {0}")]
    Roots(std::io::Error),
    /// The token or the secret is not to be had.
    #[error(transparent)]
    Login(#[from] login::Error),
}

impl std::fmt::Debug for ConnectError {
    /// What a `main` that returns it prints: the sentence.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl Store {
    /// A store on a database, which is dialled at the first statement, not here.
    ///
    /// # Errors
    /// If no token can be signed, or the secret cannot be read.
    pub async fn open(database: &Database, connections: u32) -> std::result::Result<Self, ConnectError> {
        let pool = pool(database.options().await?, connections, database.sleeps());
        let renewal = (!database.is_constant()).then(|| Renewal::new(database.clone()));
        Ok(Self { pool, cached: Cached::default(), sleeps: database.sleeps(), renewal })
    }

    /// A store on the database of `url` with at most so many connections.
    ///
    /// # Errors
    /// If the URL cannot be read.
    pub async fn new(url: &str, connections: u32) -> std::result::Result<Self, ConnectError> {
        Self::open(&Database::new(url, None, Login::Url)?, connections).await
    }

    /// The same for a database that may sleep: its server hangs up on connections that idle, and a statement waits until
    /// it has woken.
    ///
    /// # Errors
    /// If the URL cannot be read.
    pub async fn letting_sleep(url: &str, connections: u32) -> std::result::Result<Self, ConnectError> {
        Self::open(&Database::new(url, None, Login::Url)?.letting_sleep(), connections).await
    }

    /// A store over connections that somebody else made.
    #[must_use]
    pub fn over(pool: PgPool) -> Self {
        Self { pool, cached: Cached::default(), sleeps: false, renewal: None }
    }

    /// The connections, for the next statement: whoever asks a minute later asks anew, because a log-in does not hold for
    /// ever.
    ///
    /// # Errors
    /// If there is nothing to log in with.
    pub async fn pool(&self) -> Result<&PgPool> {
        drop(self.cached.release());
        self.renewed().await
    }

    async fn renewed(&self) -> Result<&PgPool> {
        if let Some(renewal) = &self.renewal {
            renewal.renew(&self.pool).await?;
        }
        Ok(&self.pool)
    }

    /// A transaction, begun with this statement.
    pub(crate) fn begin_with(&self, begin: String) -> Asking<'_, Transaction<'static, Postgres>> {
        Box::pin(async {
            let _waiting = self.cached.release();
            sql::begin_with(self.renewed().await?, begin).await
        })
    }

    /// A connection for one use.
    pub(crate) fn check_out(&self) -> Asking<'_, CheckedOut> {
        Box::pin(self.checked_out())
    }

    async fn checked_out(&self) -> Result<CheckedOut> {
        let _waiting = match self.cached.take() {
            Ok((mut connection, since)) => {
                if !in_doubt(self.sleeps, since.elapsed()) || connection.ping().await.is_ok() {
                    return Ok(CheckedOut::new(connection, &self.cached));
                }
                drop(connection);
                self.cached.release()
            }
            Err(waiting) => waiting,
        };
        Ok(CheckedOut::new(self.renewed().await?.acquire().await?, &self.cached))
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
            let asking: Asking<'_, O> = Box::pin(self.one(verb()));
            match asking.await {
                Err(error) if tries < 3 && asks_again(&error) => tries += 1,
                answer => return answer,
            }
        }
    }

    /// Runs a verb in a commit of its own.
    pub(crate) async fn one<O>(&self, verb: QueryScalar<'_, Postgres, O, PgArguments>) -> Result<O>
    where
        O: Send + Unpin,
        (O,): for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let mut connection = self.check_out().await?;
        let asking: Asking<'_, O> = Box::pin(sql::one(&mut connection, verb));
        let answer = asking.await?;
        connection.done();
        Ok(answer)
    }

    /// Checks a connection out for statements that are commits of their own; after an error it is closed.
    ///
    /// # Errors
    /// Those of `statements`, or if Postgres cannot be reached.
    pub async fn ask<T, E: From<sqlx::Error>>(
        &self,
        statements: impl AsyncFnOnce(&mut PgConnection) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut connection = self.check_out().await?;
        let answer = statements(&mut connection).await?;
        connection.done();
        Ok(answer)
    }

    /// Says goodbye to Postgres.
    pub async fn close(&self) {
        let _waiting = self.cached.release();
        self.pool.close().await;
    }
}

fn pool(options: PgConnectOptions, connections: u32, sleeps: bool) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections)
        // Below every function's timeout: else "no database" would read as "timed out". A paused one takes about 15 s to wake.
        .acquire_timeout(Duration::from_secs(if sleeps { 20 } else { 8 }))
        .idle_timeout(Duration::from_secs(600))
        .test_before_acquire(false)
        .before_acquire(move |connection, past| {
            Box::pin(async move {
                if in_doubt(sleeps, past.idle_for) {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options)
}

/// Whether a connection is asked if it lives. The clock may have stood still while a function was frozen, and where the database
/// sleeps its server has hung up meanwhile: there one always asks.
fn in_doubt(sleeps: bool, idle: Duration) -> bool {
    sleeps || idle > FRESH
}

/// Whether Postgres asks for the same again: deadlock or serialization failure.
pub(crate) fn asks_again(error: &sqlx::Error) -> bool {
    matches!(error.as_database_error().and_then(|e| e.code()).as_deref(), Some("40P01" | "40001"))
}
