//! Tasks that end the process that runs them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use catalog::CountTestSets;
use task::Wake;
use testing::System;
use tokio::sync::Notify;
use uuid::Uuid;
use worker::{Context, Worker};

use crate::lifecycle::soon;

const KIND: &str = "count_test_sets";

/// A function whose process dies as soon as it runs `poison`: everything in it stops where it is.
struct Function {
    worker: Worker,
    died: Arc<Notify>,
    /// How many attempts of each task began.
    began: Arc<Mutex<HashMap<Uuid, usize>>>,
}

impl Function {
    fn new(system: &System, poison: Uuid) -> Self {
        let (died, began) = (Arc::<Notify>::default(), Arc::<Mutex<HashMap<Uuid, usize>>>::default());
        let (dies, begins) = (died.clone(), began.clone());
        let worker = system.worker(move |_: CountTestSets, context: Context| {
            let (dies, begins) = (dies.clone(), begins.clone());
            async move {
                *begins.lock().unwrap().entry(context.task_id()).or_default() += 1;
                if context.task_id() == poison {
                    dies.notify_one();
                }
                // Nobody ends before the process does.
                tokio::time::sleep(Duration::from_millis(100)).await;
                Ok(1)
            }
        });
        Self { worker, died, began }
    }

    /// Answers whether the process outlived the batch.
    async fn lives_through(&self, system: &System, wakes: &[Wake]) -> bool {
        tokio::select! {
            biased;
            () = self.died.notified() => false,
            () = system.deliver(&self.worker, wakes) => true,
        }
    }
}

#[tokio::test]
async fn a_task_that_ends_its_process_costs_its_neighbours_one_attempt_and_then_harms_itself_only() {
    let system = System::new().await;
    let mut tasks = Vec::new();
    for _ in 0..10 {
        tasks.push(system.start(&CountTestSets {}).await);
    }
    let poison = tasks[4];
    let function = Function::new(&system, poison);
    let mut deaths = 0;
    for _ in 0..8 {
        loop {
            let wakes = system.messages.take(KIND, 10);
            if wakes.is_empty() {
                break;
            }
            deaths += usize::from(!function.lives_through(&system, &wakes).await);
        }
        for id in &tasks {
            system.pass(*id, 120.0).await;
        }
        relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    }
    for id in tasks {
        let state = system.state(id).await;
        let began = function.began.lock().unwrap()[&id];
        if id == poison {
            assert_eq!(state.status, "FAILURE");
            assert_eq!(state.error.unwrap()["type"], "Lost");
            assert_eq!(began, 4, "once and three retries");
        } else {
            assert_eq!(
                (state.status.as_str(), began),
                ("SUCCESS", 2),
                "one attempt was lost with the process"
            );
        }
    }
    assert_eq!(deaths, 4);
}
