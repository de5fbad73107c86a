//! The relay: sends whatever is due and recovers what was lost, on its schedule, or where the database may sleep, on ticks.

use std::pin::Pin;
use std::time::SystemTime;

use lambda_runtime::{LambdaEvent, service_fn};
use queue::Queue;
use relay::{Event, Swept, on_demand, on_ticks};
use serde_json::{Value, json};
use store::{Database, Store};

// One event at a time on a fraction of a core: a second thread would only have to be woken.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    login::begin("relay").await?;
    telemetry::init();
    let store = Store::open(&Database::from_settings().await?, settings::RELAY_CONNECTIONS).await?;
    let queue = Queue::from_env()?;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| {
        let (store, queue) = (store.clone(), queue.clone());
        async move {
            let LambdaEvent { payload, context } = event;
            // Its type forgotten: rustc's limit for nested futures is near.
            let event = Event::read(&payload);
            let answer: Pin<Box<dyn Future<Output = _> + Send>> =
                Box::pin(answer(&store, &queue, &event, &context.request_id, context.deadline()));
            let answer = answer.await;
            telemetry::send_spans().await;
            telemetry::flush();
            answer
        }
    }))
    .await
}

/// What the sweep did; for ticks, which of them must come again: none, or all.
async fn answer(
    store: &Store,
    queue: &Queue,
    event: &Event,
    request_id: &str,
    deadline: SystemTime,
) -> Result<Value, lambda_runtime::Error> {
    let (ticks, message_ids) = match event {
        Event::Demand => {
            let swept = on_demand(store, queue, deadline).await?;
            log(&swept, request_id);
            return Ok(serde_json::to_value(swept)?);
        }
        Event::Ticks { ticks, message_ids } => (ticks, message_ids),
    };
    let failures: Vec<Value> = match on_ticks(store, queue, ticks, deadline).await {
        Ok(Some(swept)) => {
            log(&swept, request_id);
            Vec::new()
        }
        Ok(None) => Vec::new(),
        Err(error) => {
            tracing::error!(request_id, error = error.to_string(), "ticks go back to SQS");
            message_ids.iter().map(|id| json!({ "itemIdentifier": id })).collect()
        }
    };
    Ok(json!({ "batchItemFailures": failures }))
}

fn log(swept: &Swept, request_id: &str) {
    tracing::info!(
        request_id,
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
}
