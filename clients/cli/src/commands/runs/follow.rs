use std::time::{Duration, Instant};

use serde_json::value::RawValue;
use uuid::Uuid;

use super::gate::Counts;
use crate::api::Api;
use crate::exit::Failure;
use crate::interrupt;
use crate::output::Bar;

/// How often is looked: a person sees it move.
const PAUSE: Duration = Duration::from_millis(700);

/// Waits until a run has ended; answers it as the API shows it.
pub(super) async fn until_ended(api: &Api, run: Uuid) -> Result<(Counts, Box<RawValue>), Failure> {
    goes_on(run);
    let bar = Bar::new(0, "tests");
    let begun = Instant::now();
    loop {
        let (counts, shown) = look(api, run).await?;
        if !["Queued", "Progress"].contains(&counts.status.as_str()) {
            return Ok((counts, shown));
        }
        bar.show(counts.done, counts.total, &standing(&counts, begun.elapsed()));
        tokio::time::sleep(PAUSE).await;
    }
}

/// Who stops from now on is told how to come back to the run.
pub(super) fn goes_on(run: Uuid) {
    interrupt::say(format!("The run {run} goes on. To wait again: rhesis-tasks run show --wait {run}"));
}

/// A run as it stands.
pub(super) async fn look(api: &Api, run: Uuid) -> Result<(Counts, Box<RawValue>), Failure> {
    let shown: Box<RawValue> = api.get(format!("/test_runs/{run}")).await?;
    let counts = serde_json::from_str(shown.get())
        .map_err(|_| Failure::unreachable("The answer is no test run as this API shows it."))?;
    Ok((counts, shown))
}

#[allow(clippy::cast_precision_loss, reason = "a rate that a person reads")]
fn standing(counts: &Counts, elapsed: Duration) -> String {
    let rate = counts.done as f64 / elapsed.as_secs_f64().max(0.1);
    format!("{} passed, {} failed, {} errors, {rate:.1}/s", counts.passed, counts.failed, counts.errors)
}
