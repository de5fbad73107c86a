use std::time::{Duration, Instant};

/// When a call must have ended, with all that it takes: its token, its connection, its response.
#[derive(Debug, Clone, Copy)]
pub(in crate::endpoints) struct Deadline(Option<Instant>);

/// What is left without a deadline; as good as for ever.
const AGES: Duration = Duration::from_secs(86_400);

impl Deadline {
    pub(in crate::endpoints) fn after(limit: Duration) -> Self {
        Self(Instant::now().checked_add(limit))
    }

    pub(in crate::endpoints) fn never() -> Self {
        Self(None)
    }

    pub(in crate::endpoints) fn left(self) -> Duration {
        self.0.map_or(AGES, |end| end.saturating_duration_since(Instant::now()))
    }
}
