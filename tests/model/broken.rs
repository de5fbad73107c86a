use std::fmt;

/// A promise that did not hold, in a sentence.
#[derive(Debug)]
pub(crate) struct Broken(String);

/// What every step answers.
pub(crate) type Kept<T = ()> = Result<T, Broken>;

impl Broken {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    pub(crate) fn unless(holds: bool, sentence: impl FnOnce() -> String) -> Kept {
        if holds { Ok(()) } else { Err(Self(sentence())) }
    }

    /// The same, at a step of a history.
    pub(crate) fn at(self, step: impl fmt::Display) -> Self {
        Self(format!("{step}: {}", self.0))
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// No verb may fail, whatever happened before.
impl From<sqlx::Error> for Broken {
    fn from(error: sqlx::Error) -> Self {
        let place = error
            .as_database_error()
            .and_then(|e| e.try_downcast_ref::<sqlx::postgres::PgDatabaseError>())
            .and_then(|e| e.r#where())
            .unwrap_or_default()
            .to_owned();
        Self(format!("a verb failed: {error} {place}"))
    }
}
