use std::time::Duration;

use axum::http::StatusCode;
use catalog::CountTestSets;
use store::{Group, NewTask};
use task::Error;
use worker::End;

use super::world::{KIND, Sleeping, plain};

#[tokio::test]
async fn a_task_of_the_sql_function_alone_begins_with_the_next_kick() {
    let world = Sleeping::new().await;
    world.start_by_sql().await;
    assert!(world.ticks.held().is_empty(), "nobody comes for it");

    let answer = world.post("/kick", plain()).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    let rest = world.rest().await;
    assert!(world.all_succeeded().await);
    assert!(rest.ended <= 1, "{rest:?}");
}

#[tokio::test]
async fn a_kick_wants_a_token() {
    let world = Sleeping::new().await;
    let stranger = Sleeping { token: "rh-stranger".into(), ..world };
    assert_eq!(stranger.post("/kick", plain()).await.status(), StatusCode::UNAUTHORIZED);
    assert!(stranger.ticks.held().is_empty());
}

#[tokio::test]
async fn the_relay_comes_for_everything_that_waits_for_its_time() {
    let world = Sleeping::new().await;
    let arrange = async |statement: &'static str| {
        sql::query(statement).execute(world.system.database.owner()).await.unwrap();
    };
    assert_eq!(world.system.relay.next_due().await.unwrap(), None);
    arrange(
        "insert into tasks.schedule (name, kind, every, next_at)
         values ('s', 'count_test_sets', interval '1 day', clock_timestamp() + interval '600 s')",
    )
    .await;
    assert!(due_in(&world).await.abs_diff(600) <= 2);
    arrange("update tasks.schedule set paused_at = clock_timestamp()").await;
    assert_eq!(world.system.relay.next_due().await.unwrap(), None);
    let later = NewTask { countdown: Some(5000.0), ..NewTask::of(&CountTestSets {}) };
    world.system.start_new(later).await;
    assert!(due_in(&world).await.abs_diff(5000) <= 2);
    let expiring = NewTask { expires_in: Some(20.0), ..NewTask::of(&CountTestSets {}) };
    world.system.start_new(expiring).await;
    assert!(due_in(&world).await.abs_diff(20) <= 2);
}

#[tokio::test]
async fn a_retry_whose_kick_is_lost_begins_in_its_time() {
    let world = Sleeping::new().await;
    world.start(plain()).await;
    let failing = world.system.worker(|_: CountTestSets, _| async {
        Err::<i64, _>(Error::of(&std::fmt::Error, true, Some(Duration::from_secs(2000))))
    });
    world.system.drain(KIND, &failing).await;
    let rest = world.rest().await;
    assert!(world.all_succeeded().await);
    assert!((1999..=2003).contains(&rest.ended), "{rest:?}");
}

#[tokio::test]
async fn a_group_whose_member_waits_does_not_keep_the_database_awake_and_a_stuck_one_is_looked_at() {
    let world = Sleeping::new().await;
    world.start(plain()).await;
    let parent = world.system.worker(|_: CountTestSets, _| async {
        Ok(End::<i64>::HandOver(Group::new([CountTestSets {}], 1, &CountTestSets {})))
    });
    let wakes = world.system.messages.take(KIND, 1);
    world.system.deliver(&parent, &wakes).await;
    // Its member is in flight, and waits for an hour.
    sql::query(
        "update tasks.outbox set not_before = clock_timestamp() + interval '1 hour',
        visible_at = clock_timestamp() + interval '1 hour' where position = 0",
    )
    .execute(world.system.database.owner())
    .await
    .unwrap();
    assert!(due_in(&world).await.abs_diff(3600) <= 2);

    // A bug has left it with nothing that is under way.
    sql::query("update tasks.outbox set not_before = 'infinity', visible_at = 'infinity' where position = 0")
        .execute(world.system.database.owner())
        .await
        .unwrap();
    assert!(due_in(&world).await.abs_diff(300) <= 2);
    world.system.messages.take_all();
    world.rest().await;
    assert!(world.all_succeeded().await);
}

#[tokio::test]
async fn where_the_database_does_not_sleep_nothing_is_armed() {
    let system = testing::System::new().await;
    let queue = system.queue();
    assert!(!queue.sleeps());
    queue.look_now().await.unwrap();
    queue.cover(std::time::SystemTime::now()).await.unwrap();
    let swept = relay::on_demand(&system.relay, &queue, super::world::soon()).await.unwrap();
    assert_eq!(swept.sent, 0);
}

async fn due_in(world: &Sleeping) -> u64 {
    let due = world.system.relay.next_due().await.unwrap().unwrap();
    due.as_secs()
}
