//! What is printed: data on stdout, for a person or for a program; everything else on stderr.

mod bar;
mod clean;
mod draft;
mod paint;
mod sink;
mod table;
mod when;

pub(crate) use bar::Bar;
pub(crate) use clean::clean;
pub(crate) use draft::Draft;
pub(crate) use sink::Sink;
pub(crate) use table::Table;
pub(crate) use when::{ago, moment, seconds};

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

static QUIET: AtomicBool = AtomicBool::new(false);

/// Whether nothing but data and errors is said from now on.
pub(crate) fn quiet(quiet: bool) {
    QUIET.store(quiet, Ordering::Relaxed);
}

/// Says how the command failed.
pub(crate) fn complain(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "error: {}", clean(sentence));
}

/// Says something that is no data, unless it shall be quiet.
pub(crate) fn aside(sentence: &str) {
    if !QUIET.load(Ordering::Relaxed) {
        let _ = writeln!(std::io::stderr(), "{}", clean(sentence));
    }
}

/// The last that is said when the user stops the command.
pub(crate) fn last_words(how: Option<&str>) {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        let _ = writeln!(stderr);
    }
    if let Some(how) = how {
        let _ = writeln!(stderr, "{}", clean(how));
    }
}

/// Whether a person looks at stderr.
pub(crate) fn is_watched() -> bool {
    !QUIET.load(Ordering::Relaxed) && std::io::stderr().is_terminal()
}

/// Whether what was written there can be written over: a bar moves, a terminal without that has lines only.
pub(crate) fn can_move() -> bool {
    is_watched() && std::env::var_os("TERM").is_some_and(|term| !term.is_empty() && term != "dumb")
}
