use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres};

/// The connection that was used last, kept for the next statement. A pool asks each connection that comes back whether it
/// lives; with a pool of one, the next statement would wait for that answer: as long as for its own.
#[derive(Debug, Clone, Default)]
pub(crate) struct InHand(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    kept: Option<(PoolConnection<Postgres>, Instant)>,
    /// How many wait for the pool: while there are any, what comes back is theirs.
    waiting: usize,
}

/// Somebody waits for the pool.
pub(crate) struct Waiting(InHand);

impl InHand {
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

/// A connection for one use. Dropped, it goes back to the pool, which looks after it.
pub(crate) struct Lent {
    connection: PoolConnection<Postgres>,
    hand: InHand,
}

impl Lent {
    pub(crate) fn new(connection: PoolConnection<Postgres>, hand: &InHand) -> Self {
        Self { connection, hand: hand.clone() }
    }

    /// Everything went well, and no transaction is open: it may be kept for the next.
    pub(crate) fn done(self) {
        self.hand.keep(self.connection);
    }
}

impl Deref for Lent {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}
