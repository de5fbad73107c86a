use std::error::Error;
use std::sync::OnceLock;

/// Whose doing an error is, if not the task's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The platform's: a connection broke, or there was none to be had.
    Platform,
    /// Another transaction's, in whose favour Postgres gave this one up.
    Contention,
}

/// Says of an error whose doing it is; none: the task's own.
pub type Recognize = fn(&(dyn Error + 'static)) -> Option<Cause>;

static RECOGNIZE: OnceLock<Recognize> = OnceLock::new();

impl Cause {
    /// From now on every error that a handler ends with is asked whose doing it is, and each of its causes. Given by the runtime,
    /// which knows Postgres; this crate does not.
    pub fn recognized_by(recognize: Recognize) {
        // The second runtime of a process, as tests make it, recognizes the same.
        let _ = RECOGNIZE.set(recognize);
    }

    /// Whose doing an error is, by itself or by a cause of its.
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        let recognize = RECOGNIZE.get()?;
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(cause) = recognize(error) {
                return Some(cause);
            }
            next = error.source();
        }
        None
    }
}
