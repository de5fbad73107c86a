//! A test that a model judges, and attempts at it.

use rhesis::cases;
use rhesis::endpoints::{Allow, Client, Endpoint};
use rhesis::metrics::{self, Metric};
use rhesis::models::{self, NewModel};
use rhesis::secrets::Keys;
use rhesis::{Outcome, results, runs};
use serde_json::json;
use testing::Database;
use uuid::Uuid;

use crate::world::World;

/// A client that may call this machine, with a key for secrets.
pub(crate) fn client() -> Client {
    let keys = Keys::parse("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=").unwrap();
    Client::builder().allow(Allow::this_machine()).keys(keys).build().unwrap()
}

pub(crate) fn polite() -> Metric {
    let given = json!({"name": "polite", "class_name": "NumericJudge", "evaluation_prompt": "Is it polite?",
        "min_score": 0, "max_score": 10, "threshold": 5});
    Metric::read(&given).unwrap()
}

/// A world whose only metric is this one, judged by a model at this URL; and a run of it.
pub(crate) async fn judged_by(
    database: &Database,
    endpoint: &Endpoint,
    metric: Metric,
    url: &str,
) -> (World, Uuid, Uuid) {
    let world = World::with_endpoint(database, 1, endpoint).await;
    let mut tx = world.begin().await;
    sql::query("delete from metric").execute(&mut *tx).await.unwrap();
    let model_id = model(&mut tx, url).await;
    let metric = Metric { model_id: Some(model_id), ..metric };
    let metric_id = metrics::create(&mut tx, &metric, None).await.unwrap();
    metrics::assign(&mut tx, metric_id, world.test_set_id).await.unwrap();
    let run = runs::start(&mut tx, world.configuration_id, Uuid::now_v7()).await.unwrap();
    tx.commit().await.unwrap();
    (world, run.test_run_id, run.tests[0])
}

pub(crate) async fn model(conn: &mut sqlx::PgConnection, url: &str) -> Uuid {
    let new = NewModel {
        name: "Judge".to_owned(),
        model_name: "judge-1".to_owned(),
        endpoint: url.to_owned(),
        key: Some("sk-s3cr3t".to_owned().into()),
    };
    let client = client();
    new.check(client.guard()).unwrap();
    let sealed = client.keys().seal(new.key.as_ref().unwrap()).unwrap();
    models::create(conn, &new, Some(&sealed), None).await.unwrap()
}

/// One attempt, as the function makes it.
pub(crate) async fn attempt(
    world: &World,
    run: Uuid,
    test: Uuid,
    client: &Client,
    last_try: bool,
) -> Result<Outcome, String> {
    let mut case = cases::load(&mut *world.begin().await, run, test).await.unwrap();
    if case.ask(client, last_try).await.map_err(|error| error.to_string())? {
        let mut tx = world.begin().await;
        case.keep(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }
    let outcome = case.judge(client, last_try).await.map_err(|error| error.to_string())?;
    let mut tx = world.begin().await;
    results::store(&mut tx, run, test, &outcome).await.unwrap();
    tx.commit().await.unwrap();
    Ok(outcome)
}
