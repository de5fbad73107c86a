use std::fmt;
use std::time::Duration;

use crate::Cause;

/// What a handler returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an attempt did not succeed, and what shall become of its task.
///
/// `?` turns every standard error into one that is retried with backoff; [`OrEnd`] says otherwise where the error
/// arises. The type does not implement `std::error::Error`: that is what lets `?` take everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    disposition: Disposition,
    kind: String,
    message: String,
}

/// What shall become of a task whose attempt did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// Try again after a backoff; spends one retry.
    Retry,
    /// Try again after this time; spends one retry.
    RetryAfter(Duration),
    /// Never again: the task fails now.
    Permanent,
    /// Not now, and nobody's fault: again after this time; spends no retry.
    Snooze(Duration),
    /// Not the task's doing: again after a pause that grows; spends no retry, within bounds.
    Blameless(Cause),
}

impl Error {
    /// An error after which the task is retried with backoff.
    pub fn retry(message: impl fmt::Display) -> Self {
        Self::new(Disposition::Retry, message)
    }

    /// An error after which the task fails at once.
    pub fn permanent(message: impl fmt::Display) -> Self {
        Self::new(Disposition::Permanent, message)
    }

    /// What became of a call: worth another try if `transient`, after `wait` if the other side named a time; else
    /// permanent.
    pub fn of<E: std::error::Error + 'static>(error: &E, transient: bool, wait: Option<Duration>) -> Self {
        let told = Self::told(error);
        let disposition = match (transient, wait) {
            (false, _) => Disposition::Permanent,
            (true, None) => told.disposition,
            (true, Some(time)) => Disposition::RetryAfter(time),
        };
        Self { disposition, ..told }
    }

    /// Puts the task off without spending a retry.
    #[must_use]
    pub fn snooze(time: Duration) -> Self {
        Self::new(Disposition::Snooze(time), format_args!("put off for {} s", time.as_secs_f64()))
    }

    fn new(disposition: Disposition, message: impl fmt::Display) -> Self {
        Self { disposition, kind: "Error".into(), message: message.to_string() }
    }

    /// The same error under another type name, as error records show it.
    #[must_use]
    pub fn of_kind(mut self, kind: &str) -> Self {
        self.kind = kind.into();
        self
    }

    /// What shall become of the task.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        self.disposition
    }

    /// The name of the error's type, without its path.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// What went wrong, with the causes joined by colons.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl<E: std::error::Error + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self::told(&error)
    }
}

impl Error {
    fn told<E: std::error::Error + 'static>(error: &E) -> Self {
        let path = std::any::type_name::<E>();
        let plain = path.split('<').next().unwrap_or(path);
        let kind = plain.rsplit("::").next().unwrap_or(plain).to_owned();
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            if !message.ends_with(&text) {
                message = format!("{message}: {text}");
            }
            source = cause.source();
        }
        let disposition = Cause::of(error).map_or(Disposition::Retry, Disposition::Blameless);
        Self { disposition, kind, message }
    }
}

/// Words after a call that say what its failure means for the task.
pub trait OrEnd<T> {
    /// Never again: `why` and the cause become the task's error.
    ///
    /// # Errors
    /// The permanent error, if there is no value.
    fn or_permanent(self, why: &str) -> Result<T>;

    /// Again, but not before `time` has passed.
    ///
    /// # Errors
    /// The error with the time of the next attempt, if there is no value.
    fn or_retry_after(self, time: Duration) -> Result<T>;
}

impl<T, E: Into<Error>> OrEnd<T> for std::result::Result<T, E> {
    fn or_permanent(self, why: &str) -> Result<T> {
        self.map_err(|error| {
            let cause: Error = error.into();
            Error {
                disposition: Disposition::Permanent,
                message: format!("{why}: {}", cause.message),
                ..cause
            }
        })
    }

    fn or_retry_after(self, time: Duration) -> Result<T> {
        self.map_err(|error| Error { disposition: Disposition::RetryAfter(time), ..error.into() })
    }
}

impl<T> OrEnd<T> for Option<T> {
    fn or_permanent(self, why: &str) -> Result<T> {
        self.ok_or_else(|| Error::permanent(why))
    }

    fn or_retry_after(self, time: Duration) -> Result<T> {
        self.ok_or_else(|| Error::new(Disposition::RetryAfter(time), "nothing there yet"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_mark_retries_and_names_the_type() {
        let error: Error = "x".parse::<i32>().unwrap_err().into();
        assert_eq!(error.disposition(), Disposition::Retry);
        assert_eq!(error.kind(), "ParseIntError");
        assert_eq!(error.message(), "invalid digit found in string");
    }

    #[test]
    fn words_after_the_call_decide() {
        let permanent = "x".parse::<i32>().or_permanent("no number").unwrap_err();
        assert_eq!(permanent.disposition(), Disposition::Permanent);
        assert_eq!(permanent.message(), "no number: invalid digit found in string");
        let later = None::<i32>.or_retry_after(Duration::from_secs(7)).unwrap_err();
        assert_eq!(later.disposition(), Disposition::RetryAfter(Duration::from_secs(7)));
    }
}
