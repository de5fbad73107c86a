use std::error::Error;

use task::Cause;

/// Whose doing an error of Postgres is: the connection's, or another transaction's; none if it is the statement's own.
#[must_use]
pub fn cause_of(error: &sqlx::Error) -> Option<Cause> {
    match error.as_database_error().and_then(|error| error.code()).as_deref() {
        Some("40001" | "40P01") => Some(Cause::Contention),
        // 08: the connection; 53: no room, as for one more connection; 57P: shutting down, crashed, starting.
        Some(code) => {
            ["08", "53", "57P"].iter().any(|class| code.starts_with(class)).then_some(Cause::Platform)
        }
        None => matches!(
            error,
            sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
        )
        .then_some(Cause::Platform),
    }
}

/// The same of any error, for [`Cause::recognized_by`].
#[must_use]
pub fn recognize(error: &(dyn Error + 'static)) -> Option<Cause> {
    error.downcast_ref::<sqlx::Error>().and_then(cause_of)
}
