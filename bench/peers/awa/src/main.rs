//! awa with its default storage: receipts, segments, batched completion; keeps what it ran for 24 h.

use std::time::Duration;

use awa::model::{QueueStorage, QueueStorageConfig, insert::params_with, migrations};
use awa::{Client, InsertOpts, JobArgs, JobContext, JobError, JobResult, QueueConfig};
use bench_common::{BULK0, Payload, args, database_url, env, payload, probe, record, terminated, timed};
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgPoolOptions;

const BATCH: usize = 1000;

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Noop(Payload);

impl JobArgs for Noop {
    fn kind() -> &'static str {
        "noop"
    }
}

fn options() -> InsertOpts {
    InsertOpts { max_attempts: 4, ..InsertOpts::default() }
}

#[tokio::main]
async fn main() {
    let (verb, n) = args();
    let connections = if verb == "worker" { 20 } else { 2 };
    let pool = PgPoolOptions::new().max_connections(connections).connect(&database_url()).await.unwrap();
    let storage = QueueStorage::new(QueueStorageConfig::default()).unwrap();
    let one = async |id| {
        awa::insert_with(&pool, &Noop(payload(id)), options()).await.unwrap();
    };
    match verb.as_str() {
        "schema" => {
            migrations::run(&pool).await.unwrap();
            storage.install(&pool).await.unwrap();
        }
        "enqueue-one" => {
            timed(n, 1, async {
                for id in 0..n {
                    one(id).await;
                }
            })
            .await;
        }
        "enqueue-bulk" => {
            timed(n, BATCH, async {
                for first in (0..n).step_by(BATCH) {
                    let ids = first..n.min(first + BATCH);
                    let jobs: Vec<_> =
                        ids.map(|id| params_with(&Noop(payload(BULK0 + id)), options()).unwrap()).collect();
                    storage.enqueue_params_copy(&pool, &jobs).await.unwrap();
                }
            })
            .await;
        }
        "probe" => probe(n, one).await,
        "worker" => {
            let queue = QueueConfig {
                max_workers: u32::try_from(env("CONCURRENCY", 500)).unwrap(),
                claimers: u16::try_from(env("CLAIMERS", 1)).unwrap(),
                claim_batch_size: env("BATCH_SIZE", 500),
                poll_interval: Duration::from_millis(50),
                ..QueueConfig::default()
            };
            let client = Client::builder(pool)
                .queue("default", queue)
                .register::<Noop, _, _>(|noop: Noop, _: &JobContext| async move {
                    record(noop.0.id);
                    Ok::<_, JobError>(JobResult::Completed)
                })
                .build()
                .unwrap();
            client.start().await.unwrap();
            terminated().await;
            client.shutdown(Duration::from_secs(5)).await;
        }
        _ => panic!("unknown verb {verb}"),
    }
}
