use bench_common::{BULK0, payload, timed};
use store::{NewGroup, NewTask, Policy, Store};
use uuid::Uuid;

use crate::contract::Noop;
use crate::kicks::Sender;
use crate::setup::{store_as, tenant};

const BATCH: usize = 1000;

fn new(id: usize) -> NewTask {
    NewTask::of(&Noop(payload(id)))
}

async fn start(store: &Store, kicks: &Sender, tasks: &[NewTask]) {
    let enqueued = store.start(tenant(), tasks).await.unwrap();
    kicks.kick(&enqueued.wakes).await;
}

pub(crate) async fn one(n: usize) {
    let (store, kicks) = (store_as("tasks_api", 1).await, Sender::new());
    store.pool().await.unwrap().acquire().await.unwrap();
    timed(n, 1, async {
        for id in 0..n {
            start(&store, &kicks, &[new(id)]).await;
        }
    })
    .await;
}

pub(crate) async fn bulk(n: usize) {
    let (store, kicks) = (store_as("tasks_api", 1).await, Sender::new());
    store.pool().await.unwrap().acquire().await.unwrap();
    timed(n, BATCH, async {
        for first in (0..n).step_by(BATCH) {
            let tasks: Vec<NewTask> = (first..n.min(first + BATCH)).map(|id| new(BULK0 + id)).collect();
            start(&store, &kicks, &tasks).await;
        }
    })
    .await;
}

/// One group of `n` members behind the widest window, with a callback.
pub(crate) async fn group(n: usize) {
    let (store, kicks) = (store_as("tasks_api", 1).await, Sender::new());
    let group = NewGroup {
        id: Uuid::now_v7(),
        window: bench_common::env("WINDOW", 64).try_into().unwrap(),
        members: (0..n).map(|id| new(BULK0 + id)).collect(),
        callback: Some(new(BULK0 + n)),
        policy: Policy::AllEnded,
        stops_on_failure: false,
        idempotency_key: None,
    };
    timed(n, n, async {
        let mut tx = store.begin(tenant()).await.unwrap();
        let enqueued = store::enqueue_group(&mut tx, &group).await.unwrap();
        tx.commit().await.unwrap();
        kicks.kick(&enqueued.wakes).await;
    })
    .await;
}

pub(crate) async fn probe(n: usize) {
    let (store, kicks) = (store_as("tasks_api", 1).await, Sender::new());
    bench_common::probe(n, async |id| start(&store, &kicks, &[new(id)]).await).await;
}
