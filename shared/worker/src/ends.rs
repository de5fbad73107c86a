use std::collections::HashMap;
use std::time::Duration;

use store::{Claimed, Ending, Outcome, Settled};
use task::Wake;
use tracing::field::{DisplayValue, display};
use uuid::Uuid;

use crate::worker::Worker;

/// Pauses between tries to write ends while Postgres does not answer, in milliseconds; beyond, the lease decides.
const PAUSES: [u64; 6] = [0, 50, 150, 400, 800, 1200];

/// What an invocation claimed: the token that it claimed with, and whose tasks they are.
pub(crate) struct Claims {
    pub(crate) token: Uuid,
    owners: HashMap<Uuid, Option<Uuid>>,
}

impl Claims {
    pub(crate) fn new(token: Uuid, claimed: &[Claimed]) -> Self {
        Self { token, owners: claimed.iter().map(|task| (task.task_id, task.organization_id)).collect() }
    }

    /// The organization of a task, for its log lines.
    fn owner(&self, task_id: Uuid) -> Option<DisplayValue<Uuid>> {
        self.owners.get(&task_id).copied().flatten().map(display)
    }
}

/// Whether Postgres will not store what it was given, however often it is asked.
fn is_refusal(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some() && store::cause_of(error).is_none()
}

impl Worker {
    /// Writes endings and answers the wake-up calls that follow. One that Postgres will not store fails alone.
    pub(crate) async fn finish(&self, claims: &Claims, endings: Vec<Ending>) -> Vec<Wake> {
        match self.write(claims, &endings).await {
            Ok(wakes) => wakes,
            Err(error) if is_refusal(&error) => {
                let mut wakes = Vec::new();
                for ending in endings {
                    wakes.extend(self.finish_one(claims, ending).await);
                }
                wakes
            }
            Err(_) => Vec::new(),
        }
    }

    async fn finish_one(&self, claims: &Claims, ending: Ending) -> Vec<Wake> {
        let (task_id, attempt) = (ending.task_id, ending.attempt);
        match self.write(claims, &[ending]).await {
            Ok(wakes) => wakes,
            Err(error) => {
                let message = format!("its end could not be stored: {error}");
                let ending = Ending::other(task_id, attempt, Outcome::Retry, "NotStorable", &message);
                self.write(claims, &[ending]).await.unwrap_or_default()
            }
        }
    }

    async fn write(&self, claims: &Claims, endings: &[Ending]) -> store::Result<Vec<Wake>> {
        if endings.is_empty() {
            return Ok(Vec::new());
        }
        let mut last = None;
        for pause in PAUSES {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            match self.store.finish(claims.token, endings).await {
                Ok(settled) => {
                    for ending in endings {
                        self.log(claims, ending, settled.ended.contains(&ending.task_id));
                    }
                    return Ok(settled.wakes);
                }
                Err(error) => {
                    tracing::error!(kind = self.kind, error = error.to_string(), "ends not written");
                    let refused = is_refusal(&error);
                    last = Some(error);
                    if refused {
                        break;
                    }
                }
            }
        }
        Err(last.unwrap_or(sqlx::Error::PoolTimedOut))
    }

    /// Gives claims back whose handlers have not begun, at no cost.
    pub(crate) async fn give_back(&self, claims: &Claims, claimed: &[Claimed]) {
        let give_back = |task: &Claimed| {
            let message = "given back before it began";
            Ending::other(task.task_id, task.attempt, Outcome::GaveBack, "GaveBack", message)
        };
        let wakes = self.finish(claims, claimed.iter().map(give_back).collect()).await;
        self.queue.dispatch(&wakes).await;
    }

    /// Notes an end that was committed together with its handler's transaction.
    pub(crate) fn settled(
        &self,
        claims: &Claims,
        settled: Settled,
        task_id: Uuid,
        attempt: i32,
    ) -> Vec<Wake> {
        if settled.ended.is_empty() {
            self.fenced(claims, task_id, attempt);
        } else {
            let organization_id = claims.owner(task_id);
            tracing::info!(kind = self.kind, %task_id, attempt, organization_id, "attempt ended in its handler's transaction");
            metrics::counter!("attempts_ended", "kind" => self.kind, "outcome" => "committed").increment(1);
        }
        settled.wakes
    }

    fn log(&self, claims: &Claims, ending: &Ending, written: bool) {
        let (kind, task_id, attempt) = (self.kind, ending.task_id, ending.attempt);
        if !written {
            return self.fenced(claims, task_id, attempt);
        }
        let outcome = ending.outcome.as_str();
        let error_type = ending.error.as_ref().and_then(|error| error["type"].as_str());
        let organization_id = claims.owner(task_id);
        tracing::info!(kind, %task_id, attempt, organization_id, outcome, error_type, "attempt ended");
        metrics::counter!("attempts_ended", "kind" => kind, "outcome" => outcome).increment(1);
    }

    /// A zombie came back: its claim is gone, and nothing that it had to say was written.
    fn fenced(&self, claims: &Claims, task_id: Uuid, attempt: i32) {
        let organization_id = claims.owner(task_id);
        tracing::warn!(kind = self.kind, %task_id, attempt, organization_id, "superseded: nothing was written");
        metrics::counter!("zombies_fenced", "kind" => self.kind).increment(1);
    }
}
