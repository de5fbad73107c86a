use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres};

/// The connection that was used last, kept for the next statement. A pool asks each connection that comes back whether it
/// lives; with a pool of one, the next statement would wait for that answer: as long as for its own.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cached(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    kept: Option<(PoolConnection<Postgres>, Instant)>,
    /// How many wait for the pool: while there are any, what comes back is theirs.
    waiting: usize,
}

/// Somebody waits for the pool.
pub(crate) struct Waiting(Cached);

impl Cached {
    /// What is kept, and since when; otherwise the caller is taken to wait for the pool until the guard is dropped.
    pub(crate) fn take(&self) -> Result<(PoolConnection<Postgres>, Instant), Waiting> {
        let mut state = self.state();
        state.kept.take().ok_or_else(|| {
            state.waiting += 1;
            Waiting(self.clone())
        })
    }

    /// Gives what is kept back to the pool; the caller is taken to wait for it until the guard is dropped.
    pub(crate) fn release(&self) -> Waiting {
        let mut state = self.state();
        state.kept = None;
        state.waiting += 1;
        Waiting(self.clone())
    }

    fn keep(&self, connection: PoolConnection<Postgres>) {
        let mut state = self.state();
        if state.waiting == 0 {
            state.kept = Some((connection, Instant::now()));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.state().waiting -= 1;
    }
}

/// Only `done` and `drop` take it, and both are the end of its `CheckedOut`.
const HELD: &str = "a connection that is checked out";

/// A connection for one use. Dropped before that is done, it is closed: a statement may be under way on it, or a transaction
/// open (sqlx#4393).
pub(crate) struct CheckedOut {
    connection: Option<PoolConnection<Postgres>>,
    cache: Cached,
}

impl CheckedOut {
    pub(crate) fn new(connection: PoolConnection<Postgres>, cache: &Cached) -> Self {
        Self { connection: Some(connection), cache: cache.clone() }
    }

    /// Everything went well, and no transaction is open: it may be kept for the next.
    pub(crate) fn done(mut self) {
        if let Some(connection) = self.connection.take() {
            self.cache.keep(connection);
        }
    }
}

impl Drop for CheckedOut {
    fn drop(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            connection.close_on_drop();
        }
    }
}

impl Deref for CheckedOut {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect(HELD)
    }
}

impl DerefMut for CheckedOut {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect(HELD)
    }
}
