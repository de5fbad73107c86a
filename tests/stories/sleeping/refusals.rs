use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use store::Asked;
use worker::Unavailable;

use super::world::{KIND, Sleeping, plain, soon};

#[tokio::test]
async fn without_a_tick_the_api_answers_503_and_has_written_nothing() {
    let world = Sleeping::new().await;
    world.ticks.refuse(true);
    assert_eq!(world.start(plain()).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(world.count("select count(*) from tasks.task").await, 0);
    assert_eq!(world.post("/kick", plain()).await.status(), StatusCode::SERVICE_UNAVAILABLE);

    world.ticks.refuse(false);
    assert_eq!(world.start(plain()).await.status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn without_a_tick_a_function_claims_nothing_and_its_messages_come_again() {
    let world = Sleeping::new().await;
    world.start(plain()).await;
    let wake = world.system.messages.take(KIND, 1).remove(0);
    world.ticks.refuse(true);
    let asked = [Asked { task_id: wake.task_id, attempt: wake.attempt }];
    let refused = world.function().work(&asked, &Sleeping::invocation()).await;
    assert!(matches!(refused, Err(Unavailable::NotArmed(_))));
    assert_eq!(world.count("select count(*) from tasks.outbox where claimed_at is not null").await, 0);

    world.ticks.refuse(false);
    world.rest().await;
    assert!(world.all_succeeded().await);
}

#[tokio::test]
async fn a_relay_that_cannot_arm_its_next_look_is_called_again() {
    let world = Sleeping::new().await;
    world.start(plain()).await;
    world.system.messages.take_all();
    world.pass(Duration::from_secs(40)).await;
    sql::query("update tasks.outbox set visible_at = clock_timestamp() + interval '20 s'")
        .execute(world.system.database.owner())
        .await
        .unwrap();
    world.pass(Duration::from_secs(40)).await;
    world.ticks.refuse(true);
    world.relay().await;
    assert_eq!(world.ticks.held().len(), 1, "not deleted");

    world.ticks.refuse(false);
    world.rest().await;
    assert!(world.all_succeeded().await);
}

#[tokio::test]
async fn a_relay_that_finds_no_database_comes_again_in_a_minute() {
    let world = Sleeping::new().await;
    let gone = world.system.database.store_as("tasks_relay");
    gone.close().await;
    let queue = world.new_process();
    let tick = queue::Tick { due: 0, cover: false };
    let swept = relay::on_ticks(&gone, &queue, &[tick], soon()).await.unwrap();
    assert_eq!(swept, None);
    let next = world.ticks.held()[0].visible_at.duration_since(SystemTime::now()).unwrap();
    assert!((58..=61).contains(&next.as_secs()), "{next:?}");
}
