use std::collections::HashMap;
use std::time::Duration;

use store::Store;
use tokio::task::{AbortHandle, JoinHandle};
use uuid::Uuid;

/// Three beats fit into a lease: one may be lost without harm.
const PERIOD: Duration = Duration::from_secs(20);

/// Renews the leases of an invocation until it is dropped, and stops handlers whose claim is gone.
pub(crate) struct Heartbeat {
    beats: JoinHandle<()>,
}

impl Heartbeat {
    pub(crate) fn start(store: Store, token: Uuid, handlers: HashMap<Uuid, AbortHandle>) -> Self {
        let beats = tokio::spawn(async move {
            let mut ticks = tokio::time::interval(PERIOD);
            ticks.tick().await;
            loop {
                ticks.tick().await;
                beat(&store, token, &handlers).await;
            }
        });
        Self { beats }
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.beats.abort();
    }
}

async fn beat(store: &Store, token: Uuid, handlers: &HashMap<Uuid, AbortHandle>) {
    let running: Vec<Uuid> =
        handlers.iter().filter(|(_, handler)| !handler.is_finished()).map(|(id, _)| *id).collect();
    if running.is_empty() {
        return;
    }
    match store.heartbeat(token, &running).await {
        Ok(ours) => {
            for id in running.iter().filter(|id| !ours.contains(id)) {
                tracing::warn!(task_id = %id, "claim is gone, handler stopped");
                handlers[id].abort();
            }
        }
        // Nothing is known, so nothing is stopped: the fence decides at the end.
        Err(error) => tracing::warn!(error = error.to_string(), "heartbeat failed"),
    }
}
