//! `deliver_webhook`: tells an organization's webhook of an event. It alone fails if nobody listens.

use catalog::{DeliverWebhook, Delivery};
use rhesis::{endpoints::Client, webhooks};
use worker::{Context, Error, Result, StartError};

#[tokio::main]
async fn main() -> Result<(), StartError> {
    worker::run_with(Client::from_env, deliver).await
}

async fn deliver(task: DeliverWebhook, ctx: Context, client: &'static Client) -> Result<Delivery> {
    let Some(receiver) = webhooks::load(&mut *ctx.begin().await?, task.webhook_id).await? else {
        return Ok(Delivery { outcome: "inactive".into(), status: None });
    };
    let attempt = webhooks::send(client, &receiver, &ctx.idempotency_key(), &task).await;
    let mut tx = ctx.begin().await?;
    webhooks::note(&mut tx, task.webhook_id, &attempt).await?;
    tx.commit().await?;
    attempt.map(Delivery::from).map_err(|error| Error::of(&error, error.is_transient(), error.retry_after()))
}
