use std::time::Duration;

use catalog::CountTestSets;
use relay::on_ticks;
use store::Asked;
use worker::Worker;

use super::death::dies_after;
use super::world::{KIND, Sleeping, plain, soon};

/// Seconds until a task has ended whose process died: a covered commit is looked at after at most 76 s (an invocation of
/// 30 s) or 81 s (of 35 s); a lost attempt has its lease of 45 s from then on, and 30 s more if its retry's kick is lost too.
const API: u64 = 80;
const FUNCTION: u64 = 81 + 45 + 1 + 31 + 5;
const RELAY: u64 = 60 + 31;

#[tokio::test]
async fn an_api_that_dies_at_any_point_leaves_nothing_or_a_task_that_the_relay_comes_for() {
    let world = Sleeping::new().await;
    let mut only_armed = 0;
    for steps in 0.. {
        let answer = dies_after(steps, world.start(plain())).await;
        world.system.messages.take_all();
        assert!(world.is_covered().await, "died after {steps} steps");
        let committed = world.unfinished().await;
        only_armed += u32::from(committed == 0 && !world.ticks.held().is_empty());

        let rest = world.rest().await;
        assert!(world.all_succeeded().await && rest.ended <= API, "died after {steps} steps: {rest:?}");
        if let Some(answer) = answer {
            assert_eq!((answer.status().as_u16(), committed), (202, 1));
            break;
        }
    }
    assert!(only_armed > 0);
}

#[tokio::test]
async fn a_function_that_dies_at_any_point_loses_no_task_and_none_that_it_started() {
    let world = Sleeping::new().await;
    let mut only_committed = 0;
    for steps in 0.. {
        world.start(plain()).await;
        let wakes = world.system.messages.take(KIND, 10);
        // Whatever the API armed is over: what follows stands on the function's own tick.
        world.ticks.delete(&world.ticks.held());
        let asked = [Asked { task_id: wakes[0].task_id, attempt: 1 }];
        let function = parent(&world);
        let done = dies_after(steps, function.work(&asked, &Sleeping::invocation())).await;
        world.system.messages.take_all();
        if world.ticks.held().is_empty() {
            // It died before it touched anything: the message comes again, and so would have the API's tick.
            world.system.deliver(&function, &wakes).await;
        }
        assert!(world.is_covered().await, "died after {steps} steps");
        only_committed += u32::from(done.is_none() && world.unfinished().await == 1);

        let rest = world.rest().await;
        assert!(world.all_succeeded().await && rest.ended <= FUNCTION, "died after {steps} steps: {rest:?}");
        if done.is_some() {
            break;
        }
    }
    assert!(only_committed > 0);
    let (tasks, children) = (
        world.count("select count(*) from tasks.task where parent_id is null").await,
        world.count("select count(*) from tasks.task where parent_id is not null").await,
    );
    assert!(children > 0 && children <= tasks, "{children} children of {tasks} tasks");
}

#[tokio::test]
async fn a_relay_that_dies_at_any_point_is_called_again_and_loses_nothing() {
    let world = Sleeping::new().await;
    for steps in 0.. {
        // Something for each of its errands: a task nobody kicked, one whose kick is lost, one that is due in an hour.
        world.start_by_sql().await;
        world.start(plain()).await;
        world.start(serde_json::json!({ "countdown": 3600 })).await;
        world.system.messages.take_all();
        world.ticks.delete(&world.ticks.held());
        world.new_process().look_now().await.unwrap();
        world.pass(Duration::from_secs(31)).await;

        let held = world.ticks.receive(Duration::from_secs(60));
        let ticks: Vec<_> = held.iter().map(|held| held.tick).collect();
        assert_eq!(ticks.len(), 1);
        let relay = world.new_process();
        let done = dies_after(steps, on_ticks(&world.system.relay, &relay, &ticks, soon())).await;
        let finished = done.is_some();
        if let Some(answer) = done {
            answer.unwrap();
            world.ticks.delete(&held);
        } else {
            // Sent or not, what it sent is lost.
            world.system.messages.take_all();
        }
        assert!(world.is_covered().await, "died after {steps} steps");

        let rest = world.rest().await;
        assert!(world.all_succeeded().await, "died after {steps} steps: {rest:?}");
        assert!((3500..=3600 + RELAY).contains(&rest.ended), "died after {steps} steps: {rest:?}");
        if finished {
            break;
        }
    }
}

/// A function whose handler writes, starts a child and ends, all in one commit.
pub(crate) fn parent(world: &Sleeping) -> Worker {
    let store = world.system.database.store_as("task_count_test_sets");
    let queue = world.new_process();
    Worker::new::<CountTestSets, _, _, _>(store.clone(), store, queue, |_, ctx| async move {
        let mut tx = ctx.begin().await?;
        tx.enqueue(&CountTestSets {}).await?;
        ctx.finish_in(tx);
        Ok(1)
    })
}
