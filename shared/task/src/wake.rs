use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A wake-up call for one attempt of one task: what the engine wants sent, and where.
///
/// Only `task_id` and `attempt` travel in the message. It carries no authority: Postgres decides what it starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wake {
    /// The task to look at.
    pub task_id: Uuid,
    /// The attempt that may start.
    pub attempt: i32,
    /// Names the queue.
    pub kind: String,
    /// Whose task it is; the queue is fair between organizations. None for a system task.
    pub organization_id: Option<Uuid>,
    /// Seconds until the attempt may start; 0 for at once.
    #[serde(default)]
    pub wait_seconds: f64,
}

impl Wake {
    /// The longest delay that SQS can hold a message for.
    pub const LONGEST_DELAY: Duration = Duration::from_secs(900);

    /// The wait as SQS wants it: whole seconds, rounded up so that a message is never early, at most 900.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the value lies between 0 and 900")]
    pub fn delay_seconds(&self) -> i32 {
        self.wait_seconds.ceil().clamp(0.0, Self::LONGEST_DELAY.as_secs_f64()) as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_rounded_up_and_bounded() {
        let wake = |wait_seconds| Wake {
            task_id: Uuid::nil(),
            attempt: 1,
            kind: "k".into(),
            organization_id: None,
            wait_seconds,
        };
        let delays: Vec<i32> =
            [-3.0, 0.0, 0.2, 10.0, 10.01, 899.5, 1e9].map(|w| wake(w).delay_seconds()).into();
        assert_eq!(delays, [0, 0, 1, 10, 11, 900, 900]);
    }
}
