use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::can_move;

/// A bar on stderr while something is waited for; nothing where nobody looks.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// Of so many of something.
    pub(crate) fn new(total: u64, label: &str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), target());
        let style = ProgressStyle::with_template("{prefix} {bar:24} {pos}/{len} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_prefix(label.to_owned());
        Self(bar)
    }

    /// Of something whose end nobody knows.
    pub(crate) fn spinner(label: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, target());
        bar.set_style(ProgressStyle::default_spinner());
        bar.set_message(label.to_owned());
        Self(bar)
    }

    /// So many are done of so many; `says` stands behind.
    pub(crate) fn show(&self, done: u64, total: u64, says: &str) {
        self.0.set_length(total);
        self.0.set_position(done);
        self.0.set_message(super::clean(says));
    }

    /// Says what is going on now.
    pub(crate) fn says(&self, what: &str) {
        self.0.set_message(super::clean(what));
        self.0.tick();
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        self.0.finish_and_clear();
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.end();
    }
}

fn target() -> ProgressDrawTarget {
    if can_move() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() }
}
