use sqlx::{Postgres, Transaction};

use crate::answer::problem::Problem;

/// How often a transaction that Postgres gave up in favour of another is begun again.
pub(crate) const TRIES: u32 = 3;

/// Does some work in one transaction that sees the caller's rows only: `transact!(app, caller, |tx| …)`, where the work may
/// use `await`, `?` and `return`, and is begun again if Postgres gave it up in favour of another.
///
/// A macro, because no function can promise that the future of a borrowing `async` closure is `Send`, as routes must be.
macro_rules! transact {
    ($app:expr, $caller:expr, |$tx:ident| $work:expr) => {{
        let mut tries = 1;
        loop {
            let mut transaction = $app.store.begin($caller.tenant()).await?;
            let $tx = &mut *transaction;
            let outcome: Result<_, $crate::answer::problem::Problem> = async { $work }.await;
            match $crate::database::end(transaction, outcome).await {
                Err(problem) if problem.asks_again() && tries < $crate::database::TRIES => tries += 1,
                outcome => break outcome,
            }
        }
    }};
}
pub(crate) use transact;

/// Ends a transaction as its work ended: commit, or roll back.
///
/// Both are waited for. Left to the transaction's drop, the rollback would be sent by a background task, and
/// Lambda freezes those between two invocations: the transaction would stay open.
pub(crate) async fn end<T>(tx: Transaction<'_, Postgres>, outcome: Result<T, Problem>) -> Result<T, Problem> {
    match outcome {
        Ok(value) => {
            tx.commit().await?;
            Ok(value)
        }
        Err(problem) => {
            if let Err(error) = tx.rollback().await {
                tracing::warn!(error = error.to_string(), "connection lost before its rollback");
            }
            Err(problem)
        }
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.code()).map(|code| code.into_owned());
        let message = error.to_string();
        if matches!(code.as_deref(), Some("40P01" | "40001")) {
            tracing::warn!(code, error = message, "transaction given up");
            return Self::given_up();
        }
        if is_unreachable(&error, code.as_deref()) {
            tracing::error!(code, error = message, "database unreachable");
            Self::unavailable()
        } else {
            tracing::error!(code, error = message, "statement failed");
            Self::internal()
        }
    }
}

/// Whether the server is to blame, and not the statement: no connection, no log-in, no room, shutting down, or
/// a transaction that it broke off.
fn is_unreachable(error: &sqlx::Error, code: Option<&str>) -> bool {
    match code {
        Some(code) => ["08", "28", "3D", "40", "53", "57P"].iter().any(|class| code.starts_with(class)),
        None => matches!(
            error,
            sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
        ),
    }
}
