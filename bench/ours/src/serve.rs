use std::sync::Arc;
use std::time::Duration;

use bench_common::{env, record};
use queue::{Memory, Queue};
use store::Asked;
use task::Task;
use tokio::sync::{Mutex, mpsc};
use worker::{Context, End, Invocation, Worker};

use crate::contract::Noop;
use crate::kicks::Receiver;
use crate::setup::store_as;

type Messages = Arc<Mutex<mpsc::UnboundedReceiver<Asked>>>;

/// Invocations at a time (`CONCURRENCY`), each of at most `BATCH_SIZE` messages, until it is told to stop.
pub(crate) async fn serve() {
    let (mut receiver, waiting) = Receiver::open();
    let (sender, messages) = mpsc::unbounded_channel();
    let messages: Messages = Arc::new(Mutex::new(messages));
    waiting.into_iter().for_each(|asked| sender.send(asked).unwrap());
    for _ in 0..env("CONCURRENCY", 2) {
        tokio::spawn(invoke(Arc::clone(&messages), sender.clone()));
    }
    let received = async {
        loop {
            receiver.receive().await.into_iter().for_each(|asked| sender.send(asked).unwrap());
        }
    };
    tokio::select! { () = received => {}, () = bench_common::terminated() => {} }
}

/// One function after the other, as Lambda would call it: the engine's worker, its connections and a batch of messages.
async fn invoke(messages: Messages, sender: mpsc::UnboundedSender<Asked>) {
    let sent = Memory::default();
    let (engine, handlers) = (store_as("task_noop", 1).await, store_as("task_noop", 2).await);
    let worker = Worker::new::<Noop, _, _, _>(engine, handlers, Queue::Memory(sent.clone()), run);
    loop {
        let mut batch = Vec::new();
        messages.lock().await.recv_many(&mut batch, env("BATCH_SIZE", 1000)).await;
        let invocation = Invocation::new("bench", "bench", Duration::from_secs(60));
        worker.work(&batch, &invocation).await.unwrap();
        for wake in sent.take(Noop::KIND, usize::MAX) {
            sender.send(Asked { task_id: wake.task_id, attempt: wake.attempt }).unwrap();
        }
    }
}

/// The task; every first attempt fails if `FAIL_FIRST` is set.
async fn run(task: Noop, ctx: Context) -> task::Result<End<()>> {
    if ctx.attempt() == 1 && env("FAIL_FIRST", 0) == 1 {
        let refused = std::io::Error::other("as the benchmark wants it");
        return Err(task::Error::of(&refused, true, Some(Duration::ZERO)));
    }
    record(task.0.id);
    Ok(End::Output(()))
}
