use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sqlx::PgPool;
use tokio::sync::Mutex;

use super::database::unable;
use crate::{Database, Result};

/// How old a log-in may be when a connection is opened with it: far below the 15 minutes that a token is valid.
const FRESH: Duration = Duration::from_secs(60);

/// Postgres's word for a log-in that it does not take.
const WRONG_PASSWORD: &str = "28P01";

/// Keeps what a pool tells Postgres at a log-in true, however long the function was frozen in between.
///
/// By the clock on the wall, because the other one stands still while a function is frozen; and at each use, because no
/// timer runs then either.
#[derive(Debug, Clone)]
pub(crate) struct Renewal {
    database: Database,
    renewed: Arc<Mutex<SystemTime>>,
}

impl Renewal {
    pub(crate) fn new(database: Database) -> Self {
        Self { database, renewed: Arc::new(Mutex::new(SystemTime::now())) }
    }

    /// Makes sure that the pool can log in, if it has to.
    pub(crate) async fn renew(&self, pool: &PgPool) -> Result<()> {
        let everybody_is_in = pool.size() >= pool.options().get_max_connections();
        if everybody_is_in && pool.num_idle() == 0 {
            return Ok(());
        }
        let mut renewed = self.renewed.lock().await;
        // A clock that was set back makes everything old.
        let fresh = renewed.elapsed().is_ok_and(|age| age < FRESH);
        if fresh && pool.num_idle() > 0 {
            return Ok(());
        }
        if self.database.is_rotated() {
            self.try_log_in(pool).await?;
        } else {
            pool.set_connect_options(self.database.options().await.map_err(unable)?);
        }
        *renewed = SystemTime::now();
        Ok(())
    }

    /// Opens a connection, unless one is idle. If Postgres does not take the password, it was changed: the secret is read
    /// again, once.
    async fn try_log_in(&self, pool: &PgPool) -> Result<()> {
        match pool.acquire().await {
            Err(error) if is_refused(&error) => {
                pool.set_connect_options(self.database.options().await.map_err(unable)?);
                pool.acquire().await.map(drop)
            }
            other => other.map(drop),
        }
    }
}

fn is_refused(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).as_deref() == Some(WRONG_PASSWORD)
}
