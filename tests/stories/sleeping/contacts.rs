//! What is where when a process dies at one of its contacts with SQS, before and after each.

use std::time::Duration;

use relay::on_ticks;
use serde_json::json;
use store::Asked;

use super::crashes::parent;
use super::death::dies_at;
use super::world::{KIND, Sleeping, plain, soon};

/// What there is at a death: ticks, unfinished tasks, messages to functions.
type There = (usize, i64, usize);

async fn there(world: &Sleeping) -> There {
    // All there are, and lost with that.
    let messages = world.system.messages.take_all().len();
    (world.ticks.held().len(), world.unfinished().await, messages)
}

async fn comes_to_rest(world: &Sleeping, at: u64) {
    assert!(world.is_covered().await, "{at}");
    world.rest().await;
    assert!(world.all_succeeded().await, "{at}");
}

#[tokio::test]
async fn an_api_arms_then_commits_then_kicks() {
    let world = Sleeping::new().await;
    let table: [(u64, &str, There); 4] = [
        (1, "before it arms", (0, 0, 0)),
        (2, "armed, before it begins", (1, 0, 0)),
        (3, "committed, before the kick", (1, 1, 0)),
        (4, "kicked, before the answer", (1, 1, 1)),
    ];
    for (at, when, expected) in table {
        assert!(dies_at(&world.ticks, at, world.start(plain())).await.is_none(), "{when}");
        assert_eq!(there(&world).await, expected, "{when}");
        comes_to_rest(&world, at).await;
    }
    assert!(dies_at(&world.ticks, 5, world.start(plain())).await.is_some(), "there is no fifth contact");
}

#[tokio::test]
async fn a_function_arms_then_claims_then_ends_then_kicks() {
    let world = Sleeping::new().await;
    // The API's tick is there in the first two: the row that the message came from has it.
    let table: [(u64, &str, There); 4] = [
        (1, "before it arms", (1, 1, 0)),
        (2, "armed, before the claim", (2, 1, 0)),
        (3, "ended with a child, before the kick", (2, 1, 0)),
        (4, "kicked", (2, 1, 1)),
    ];
    for (at, when, expected) in table {
        world.start(plain()).await;
        let wake = world.system.messages.take(KIND, 1).remove(0);
        let asked = [Asked { task_id: wake.task_id, attempt: 1 }];
        let function = parent(&world);
        assert!(dies_at(&world.ticks, at, function.work(&asked, &Sleeping::invocation())).await.is_none());
        assert_eq!(there(&world).await, expected, "{when}");
        comes_to_rest(&world, at).await;
    }
}

#[tokio::test]
async fn a_relay_sends_then_arms_then_lets_its_tick_go() {
    let world = Sleeping::new().await;
    let table: [(u64, &str, There); 4] = [
        (1, "swept, before it sends", (1, 2, 0)),
        (2, "sent, before it looks ahead", (1, 2, 1)),
        (3, "before it arms", (1, 2, 1)),
        (4, "armed, before its tick goes", (2, 2, 1)),
    ];
    for (at, when, expected) in table {
        world.start(json!({ "countdown": 3600 })).await;
        world.start_by_sql().await;
        world.ticks.delete(&world.ticks.held());
        world.new_process().look_now().await.unwrap();
        world.pass(Duration::from_secs(1)).await;
        let ticks: Vec<_> = world.ticks.receive(Duration::from_secs(60)).iter().map(|h| h.tick).collect();
        let relay = world.new_process();
        let done = dies_at(&world.ticks, at, on_ticks(&world.system.relay, &relay, &ticks, soon())).await;
        assert!(done.is_none(), "{when}");
        assert_eq!(there(&world).await, expected, "{when}");
        comes_to_rest(&world, at).await;
    }
}
