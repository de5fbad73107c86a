//! From Queued to Progress.

use rhesis::configurations::{self, NewConfiguration};
use rhesis::runs::{self, Progress, StartError};
use rhesis::{organizations, test_sets};
use sqlx::PgConnection;
use testing::Database;
use uuid::Uuid;

use crate::world::{World, column};

async fn statuses(conn: &mut PgConnection) -> Vec<Option<String>> {
    column(conn, "select status from test_run order by id").await
}

#[tokio::test]
async fn the_run_that_was_queued_with_a_task_is_the_one_that_starts() {
    let database = Database::new().await;
    let world = World::new(&database, 3).await;
    let (id, user, task_id) = (world.configuration_id, world.founded.user_id, Uuid::now_v7());
    let mut tx = world.begin().await;
    let configuration = configurations::load(&mut tx, id).await.unwrap();
    let queued = runs::queue(&mut tx, &configuration, task_id, Some(user)).await.unwrap();
    assert_eq!(statuses(&mut tx).await, [Some("Queued".to_owned())]);
    let progress = runs::progress(&mut tx, task_id).await.unwrap();
    assert_eq!(progress, Some(Progress { test_run_id: queued, done: 0, total: 3 }));
    let started = runs::start(&mut tx, id, task_id).await.unwrap();
    assert_eq!((started.test_run_id, started.tests.len(), started.window), (queued, 3, 10));
    assert_eq!(statuses(&mut tx).await, [Some("Progress".to_owned())]);
}

#[tokio::test]
async fn a_task_without_a_queued_run_gets_one_run_however_often_it_starts() {
    let database = Database::new().await;
    let world = World::new(&database, 2).await;
    let (id, task_id) = (world.configuration_id, Uuid::now_v7());
    let mut tx = world.begin().await;
    let first = runs::start(&mut tx, id, task_id).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = world.begin().await;
    assert_eq!(runs::start(&mut tx, id, task_id).await.unwrap(), first);
    assert_eq!(statuses(&mut tx).await.len(), 1);
    assert_eq!(runs::progress(&mut tx, Uuid::now_v7()).await.unwrap(), None);
}

#[tokio::test]
async fn the_tests_of_a_run_are_fixed_in_their_order_when_it_starts() {
    let database = Database::new().await;
    let world = World::new(&database, 5).await;
    let (id, task_id) = (world.configuration_id, Uuid::now_v7());
    let mut tx = world.begin().await;
    let prompts = "select p.content from test_run_test rt join test t on t.id = rt.test_id
                   join prompt p on p.id = t.prompt_id order by rt.position";
    sql::query("update test_test_set set position = 100 - position").execute(&mut *tx).await.unwrap();
    let first = runs::start(&mut tx, id, task_id).await.unwrap();
    let asked: Vec<String> = column(&mut tx, prompts).await.into_iter().flatten().collect();
    assert_eq!(asked, ["q5", "q4", "q3", "q2", "q1"]);
    sql::query("delete from test where id = $1").bind(first.tests[0]).execute(&mut *tx).await.unwrap();
    assert_eq!(runs::start(&mut tx, id, task_id).await.unwrap(), first);
}

#[tokio::test]
async fn a_sequential_run_has_a_window_of_one() {
    let database = Database::new().await;
    let world = World::new(&database, 1).await;
    let id = world.configuration_id;
    let mut tx = world.begin().await;
    set_attributes(&mut tx, r#"{"execution_mode": "Sequential"}"#).await;
    assert_eq!(runs::start(&mut tx, id, Uuid::now_v7()).await.unwrap().window, 1);
}

#[tokio::test]
async fn what_cannot_be_executed_is_refused_in_words_before_anything_is_written() {
    let database = Database::new().await;
    let world = World::new(&database, 1).await;
    let (id, unknown) = (world.configuration_id, Uuid::now_v7());
    let mut tx = world.begin().await;
    assert_eq!(refusal(&mut tx, unknown).await, format!("Test configuration {unknown} not found"));
    set_attributes(&mut tx, r#"{"batch_concurrency": 100}"#).await;
    assert!(refusal(&mut tx, id).await.contains("attributes.batch_concurrency is 100: must be"));
    set_attributes(&mut tx, "{}").await;
    let empty = test_sets::create(&mut tx, "Empty", &[], None).await.unwrap();
    set_test_set(&mut tx, Some(empty)).await;
    assert_eq!(refusal(&mut tx, id).await, format!("Test set {empty} has no tests"));
    set_test_set(&mut tx, None).await;
    assert_eq!(refusal(&mut tx, id).await, format!("Test configuration {id} has no test set assigned"));
    assert!(configurations::load(&mut tx, id).await.is_err());
    assert_eq!(statuses(&mut tx).await.len(), 0);
}

async fn refusal(conn: &mut PgConnection, configuration_id: Uuid) -> String {
    let at_the_door = configurations::load(conn, configuration_id).await.unwrap_err();
    let later: StartError = runs::start(conn, configuration_id, Uuid::now_v7()).await.unwrap_err();
    assert_eq!(at_the_door.to_string(), later.to_string());
    assert!(!later.is_transient());
    later.to_string()
}

async fn set_attributes(conn: &mut PgConnection, attributes: &str) {
    let query = "update test_configuration set attributes = $1::jsonb";
    sql::query(query).bind(attributes).execute(conn).await.unwrap();
}

async fn set_test_set(conn: &mut PgConnection, test_set_id: Option<Uuid>) {
    let query = "update test_configuration set test_set_id = $1";
    sql::query(query).bind(test_set_id).execute(conn).await.unwrap();
}

/// Requests with one idempotency key make configurations of one id, in the same moment if need be.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn configurations_of_one_id_that_are_made_in_the_same_moment_are_one() {
    let database = Database::new().await;
    let world = World::new(&database, 1).await;
    let mut tx = world.begin().await;
    let stored = configurations::find(&mut tx, world.configuration_id).await.unwrap().unwrap();
    drop(tx);
    let api = database.store_with("tasks_api", 8).pool().await.unwrap().clone();
    for _ in 0..200 {
        let new = NewConfiguration {
            id: Uuid::now_v7(),
            endpoint_id: stored.endpoint_id,
            test_set_id: world.test_set_id,
            attributes: serde_json::Map::new(),
            user_id: None,
        };
        let makers = (0..8).map(|_| {
            let (api, new, organization) = (api.clone(), new.clone(), world.founded.organization_id);
            tokio::spawn(async move {
                let mut tx = api.begin().await?;
                organizations::enter(&mut tx, organization).await?;
                configurations::create_new(&mut tx, &new).await?;
                tx.commit().await
            })
        });
        for made in futures::future::join_all(makers).await {
            made.unwrap().unwrap();
        }
    }
    let count = "select count(*)::text from test_configuration";
    assert_eq!(column(&mut *world.begin().await, count).await, [Some("201".to_owned())]);
}
