//! The relay: on its schedule, sends whatever is due and recovers what was lost.

use lambda_runtime::{LambdaEvent, service_fn};
use queue::Queue;
use relay::sweep;
use serde_json::Value;
use store::{Database, Store};

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    login::begin("relay").await?;
    telemetry::init();
    let store = Store::open(&Database::from_settings().await?, settings::RELAY_CONNECTIONS).await?;
    let queue = Queue::from_env().await?;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| {
        let (store, queue) = (store.clone(), queue.clone());
        async move {
            let swept = sweep(&store, &queue, event.context.deadline()).await;
            telemetry::send_spans().await;
            let swept = swept?;
            tracing::info!(
                request_id = event.context.request_id,
                lag_seconds = swept.lag_seconds,
                scheduled = swept.scheduled,
                schedules_paused = swept.schedules_paused,
                schedules_stuck = swept.schedules_stuck,
                sent = swept.sent,
                unsent = swept.unsent,
                overdue = swept.overdue,
                stuck = swept.stuck,
                pruned = swept.pruned,
                groups_checked = swept.groups_checked,
                groups_corrected = swept.groups_corrected,
                after_gap = swept.after_gap,
                "swept"
            );
            swept.count();
            telemetry::flush();
            Ok::<_, lambda_runtime::Error>(swept)
        }
    }))
    .await
}
