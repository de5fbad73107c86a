//! Ctrl-C: what is waited for goes on without us; the user is told how to come back, and drafts of files go.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

static LEFT: Mutex<Left> = Mutex::new(Left { how: None, draft: None });

/// What a command leaves behind if it is stopped now.
struct Left {
    how: Option<String>,
    draft: Option<PathBuf>,
}

/// The exit status of whoever is ended by a signal, as shells have it.
const BY_SIGNAL: i32 = 128;

/// From now on a signal ends the process with a sentence.
pub(crate) fn listen() {
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            let left = left();
            if let Some(draft) = &left.draft {
                let _ = std::fs::remove_file(draft);
            }
            crate::output::last_words(left.how.as_deref());
            std::process::exit(BY_SIGNAL + signal);
        }
    });
}

/// What to tell a user who stops the command from now on: a sentence that says what goes on and how to come back.
pub(crate) fn say(how: impl Into<String>) {
    left().how = Some(how.into());
}

/// The file that is not whole yet, and has to go if the command is stopped; none when it is.
pub(crate) fn draft(path: Option<&Path>) {
    left().draft = path.map(Path::to_owned);
}

fn left() -> std::sync::MutexGuard<'static, Left> {
    LEFT.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
