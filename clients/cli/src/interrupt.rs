//! Ctrl-C: what is waited for goes on without us; the user is told how to come back. Drafts of files go, a terminal that does not
//! show what is typed shows it again, and changes that belong together are taken back.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use rustix::process::{Pid, Signal, kill_process_group};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;

static LEFT: Mutex<Left> =
    Mutex::new(Left { how: None, draft: None, terminal: None, held: false, helper: None, came: None });

/// What a command leaves behind if it is stopped now.
struct Left {
    how: Option<String>,
    draft: Option<PathBuf>,
    terminal: Option<Termios>,
    /// A signal waits until what was begun is whole or taken back.
    held: bool,
    /// Who works for us meanwhile.
    helper: Option<Pid>,
    /// The signal that waits.
    came: Option<i32>,
}

/// The exit status of whoever is ended by a signal, as shells have it.
const BY_SIGNAL: i32 = 128;

/// From now on a signal ends the process with a sentence.
pub(crate) fn listen() {
    // A file that may grow no further is an error like a full disk, not the end.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let mut left = left();
            if left.held {
                left.came = Some(signal);
                if let Some(helper) = left.helper {
                    let _ = kill_process_group(helper, Signal::TERM);
                }
                continue;
            }
            end(&left, signal);
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

/// Remembers how the terminal is, before it stops showing what is typed.
pub(crate) fn remember_terminal() {
    left().terminal = tcgetattr(std::io::stdin()).ok();
}

/// While it lives a signal waits, and ends the helper; when it goes, the signal ends us.
pub(crate) struct Held(());

impl Held {
    pub(crate) fn begin() -> Self {
        left().held = true;
        Self(())
    }

    /// The leader of a group of processes that works for us now; whether a signal came before it.
    pub(crate) fn helped_by(&self, helper: Option<u32>) -> bool {
        let mut left = left();
        left.helper = helper.and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        left.came.is_some()
    }

    /// Whether a signal waits.
    pub(crate) fn is_over(&self) -> bool {
        left().came.is_some()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut left = left();
        left.held = false;
        if let Some(signal) = left.came {
            end(&left, signal);
        }
    }
}

fn end(left: &Left, signal: i32) -> ! {
    if let Some(draft) = &left.draft {
        let _ = std::fs::remove_file(draft);
    }
    if let Some(terminal) = &left.terminal {
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, terminal);
    }
    crate::output::last_words(left.how.as_deref());
    std::process::exit(BY_SIGNAL + signal);
}

fn left() -> std::sync::MutexGuard<'static, Left> {
    LEFT.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
