use sqlx::postgres::PgDatabaseError;

/// An option of a new task that the engine refused; nothing was enqueued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadOption {
    /// Which: `eta`, `max_retries`, `backoff.factor`, …
    pub option: String,
    /// Of which task of the list, from 0.
    pub index: usize,
    /// What is wrong, in a sentence that begins with the option.
    pub detail: String,
}

/// The option that was bad, if that is what an error says.
#[must_use]
pub fn bad_option(error: &sqlx::Error) -> Option<BadOption> {
    let error = error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?;
    if error.code() != "22023" {
        return None;
    }
    let index = error.detail().and_then(|index| index.parse().ok()).unwrap_or(0);
    Some(BadOption { option: error.column()?.into(), index, detail: error.message().into() })
}
