use crate::Swept;

impl Swept {
    /// Counts this sweep for CloudWatch. Whatever is an engine's error is one counter: each is worth the same alarm, and its
    /// log line says which it was.
    #[allow(clippy::cast_precision_loss, reason = "a metric is a float, and these numbers are small")]
    pub fn count(&self) {
        metrics::gauge!("outbox_lag_seconds").set(self.lag_seconds as f64);
        let bugs = self.stuck + self.schedules_stuck + self.groups_corrected;
        for (name, times) in [
            ("attempts_overdue", self.overdue as u64),
            ("wakes_sent", self.sent as u64),
            ("wakes_unsent", self.unsent as u64),
            ("schedules_fired", self.scheduled.unsigned_abs()),
            ("engine_bugs", bugs.unsigned_abs()),
        ] {
            // Nought is not written: a metric that is never needed is never billed.
            if times > 0 {
                metrics::counter!(name).increment(times);
            }
        }
    }
}
