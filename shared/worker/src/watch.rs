use std::collections::HashMap;
use std::time::Duration;

use store::Store;
use tokio::task::{AbortHandle, JoinHandle};
use uuid::Uuid;

/// How soon a handler whose task was revoked is stopped.
const LOOK: Duration = Duration::from_secs(2);

/// Every so many looks the leases are renewed: three times within a lease of 45 s, so that one may be lost without harm.
const LOOKS_PER_BEAT: u32 = 7;

/// The first of them: the first lease may be as short as 25 s.
const FIRST_BEAT: u32 = 3;

/// Watches over the claims of an invocation until it is dropped: renews their leases, stops handlers whose claim is gone.
pub(crate) struct Watch {
    looking: JoinHandle<()>,
}

impl Watch {
    pub(crate) fn start(store: Store, token: Uuid, handlers: HashMap<Uuid, AbortHandle>) -> Self {
        let looking = tokio::spawn(async move {
            let mut looks = 0;
            loop {
                tokio::time::sleep(LOOK).await;
                looks += 1;
                look(&store, token, &handlers, looks % LOOKS_PER_BEAT == FIRST_BEAT).await;
            }
        });
        Self { looking }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.looking.abort();
    }
}

async fn look(store: &Store, token: Uuid, handlers: &HashMap<Uuid, AbortHandle>, beat: bool) {
    let running: Vec<Uuid> =
        handlers.iter().filter(|(_, handler)| !handler.is_finished()).map(|(id, _)| *id).collect();
    if running.is_empty() {
        return;
    }
    let ours =
        if beat { store.heartbeat(token, &running).await } else { store.still_held(token, &running).await };
    match ours {
        Ok(ours) => {
            for id in running.iter().filter(|id| !ours.contains(id)) {
                // Its end may be being written this very moment: then it is over anyway.
                tracing::warn!(task_id = %id, "claim is gone, handler stopped");
                handlers[id].abort();
            }
        }
        // Nothing is known, so nothing is stopped: the fence decides at the end.
        Err(error) => tracing::warn!(error = error.to_string(), "claims could not be looked at"),
    }
}
