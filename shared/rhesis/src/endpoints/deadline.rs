use std::time::{Duration, Instant};

/// When a call must have ended, with all that it takes: its token, its connection, its response.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline(Option<Instant>);

/// What is left without a deadline; as good as for ever.
const AGES: Duration = Duration::from_secs(86_400);

impl Deadline {
    pub(super) fn after(limit: Duration) -> Self {
        Self(Instant::now().checked_add(limit))
    }

    pub(super) fn never() -> Self {
        Self(None)
    }

    pub(super) fn left(self) -> Duration {
        self.0.map_or(AGES, |end| end.saturating_duration_since(Instant::now()))
    }
}
