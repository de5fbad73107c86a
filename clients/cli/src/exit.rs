//! How a command ends.

use std::process::ExitCode;

/// An exit status; the numbers are a promise to scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// What was asked for is done.
    Done = 0,
    /// It was done, and its outcome is a failure: a task, a run, a threshold, a disk.
    Failed = 1,
    /// It was asked for wrongly; nothing was changed.
    Usage = 2,
    /// Nobody answered, or with something that is no answer of ours.
    Unreachable = 3,
    /// The token is wrong, or may not.
    NotAllowed = 4,
    /// There is no such thing.
    NotFound = 5,
}

/// The text of the exit statuses in the help of the whole.
pub(crate) const TABLE: &str = "\
Exit status:
  0    done
  1    the task, the run or the threshold failed, or something on this machine did
  2    asked for wrongly: nothing was changed
  3    the API cannot be reached, or answers nothing usable
  4    not allowed: a token that is wrong, expired or missing
  5    not found
  130  stopped by Ctrl-C";

/// One sentence for the user, and the exit status that goes with it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) sentence: String,
}

/// What a command answers.
pub(crate) type Ended = Result<Exit, Failure>;

impl Failure {
    /// It failed here, or its outcome is a failure.
    pub(crate) fn failed(sentence: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, sentence: sentence.into() }
    }

    /// It was asked for wrongly.
    pub(crate) fn usage(sentence: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, sentence: sentence.into() }
    }

    /// Nobody answered.
    pub(crate) fn unreachable(sentence: impl Into<String>) -> Self {
        Self { exit: Exit::Unreachable, sentence: sentence.into() }
    }

    /// There is no such thing.
    pub(crate) fn not_found(sentence: impl Into<String>) -> Self {
        Self { exit: Exit::NotFound, sentence: sentence.into() }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
