use std::collections::HashMap;
use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use lambda_runtime::{LambdaEvent, service_fn};
use queue::Queue;
use settings::TASK_CONNECTIONS;
use store::{Database, Store};
use task::Task;
use tracing::Instrument;

use crate::worker::{Invocation, Worker};
use crate::{Context, End, batch};

/// Why a function does not start. Says which setting is wrong.
pub type StartError = lambda_runtime::Error;

/// Runs the function of one kind of task: `handler` is called for every attempt that this function claims.
///
/// The kind is that of the handler's first argument. What its variables must hold: `settings::of`.
///
/// # Errors
/// If a setting is missing or wrong, or the Lambda runtime cannot be reached.
pub async fn run<T, F, Fut, R>(handler: F) -> Result<(), StartError>
where
    T: Task,
    F: Fn(T, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = task::Result<R>> + Send + 'static,
    R: Into<End<T::Output>>,
{
    login::begin(T::KIND).await?;
    begun(handler).await
}

/// What is left when the settings can be read.
async fn begun<T, F, Fut, R>(handler: F) -> Result<(), StartError>
where
    T: Task,
    F: Fn(T, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = task::Result<R>> + Send + 'static,
    R: Into<End<T::Output>>,
{
    telemetry::init();
    let database = Database::from_settings().await?;
    let engine = Store::open(&database, TASK_CONNECTIONS.0).await?;
    let handlers = Store::open(&database, TASK_CONNECTIONS.1).await?;
    let worker = Worker::new::<T, _, _, _>(engine, handlers, Queue::from_env()?, handler);
    let served: Pin<Box<dyn Future<Output = Result<(), StartError>>>> = Box::pin(serve(worker));
    served.await
}

/// Without type parameters, so that the Lambda runtime is compiled once for all functions.
async fn serve(worker: Worker) -> Result<(), StartError> {
    let log_stream = settings::AWS_LAMBDA_LOG_STREAM_NAME.get().unwrap_or_default();
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| {
        let invocation =
            Invocation::new(&event.context.request_id, &log_stream, time_until(event.context.deadline));
        let worker = worker.clone();
        let span = tracing::info_span!("invocation", request_id = event.context.request_id);
        async move {
            let response = handle(&worker, event.payload, invocation).instrument(span).await;
            telemetry::flush();
            telemetry::send_spans().await;
            Ok::<_, StartError>(response)
        }
    }))
    .await
}

/// Like [`run`], with something that every attempt shares: an HTTP client, say. It is made when the settings can be read, and
/// lives as long as the process.
///
/// # Errors
/// As [`run`], or if it cannot be made.
pub async fn run_with<D, E, T, F, Fut, R>(
    shared: impl FnOnce() -> Result<D, E>,
    handler: F,
) -> Result<(), StartError>
where
    D: Sync + 'static,
    E: Into<StartError>,
    T: Task,
    F: Fn(T, Context, &'static D) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = task::Result<R>> + Send + 'static,
    R: Into<End<T::Output>>,
{
    login::begin(T::KIND).await?;
    let shared: &'static D = Box::leak(Box::new(shared().map_err(Into::into)?));
    begun(move |task, ctx| handler(task, ctx, shared)).await
}

/// Works off one SQS batch. Only if nothing could be claimed do messages go back to SQS: all of them.
async fn handle(worker: &Worker, event: SqsEvent, invocation: Invocation) -> SqsBatchResponse {
    let bodies: HashMap<String, String> = event
        .records
        .into_iter()
        .filter_map(|record| Some((record.message_id?, record.body.unwrap_or_default())))
        .collect();
    let asked = batch::asked(bodies.values().map(String::as_str));
    let mut response = SqsBatchResponse::default();
    if let Err(error) = worker.work(&asked, &invocation).await {
        tracing::error!(request_id = invocation.request_id, error = error.to_string(), "nothing claimed");
        response.batch_item_failures = bodies
            .into_keys()
            .map(|id| {
                let mut failure = BatchItemFailure::default();
                failure.item_identifier = id;
                failure
            })
            .collect();
    }
    response
}

/// The time from now to a deadline in milliseconds of the epoch.
fn time_until(deadline: u64) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Duration::from_millis(deadline).saturating_sub(now)
}
