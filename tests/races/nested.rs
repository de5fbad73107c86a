use serde_json::json;
use sqlx::types::Json;
use store::{NewGroup, Settled};
use uuid::Uuid;

use crate::arena::{Arena, CALLBACK, MEMBER, jitter, race};
use crate::moves::{Held, new_group};

/// Hands a claimed task over to a group, in a commit of its own.
async fn hand_over(arena: &Arena, held: Held, group: &NewGroup) -> Settled {
    let mut tx = arena.store(MEMBER).pool().await.unwrap().begin().await.unwrap();
    sql::query("insert into test_set (name, description, organization_id) values ($1, $2, $3)")
        .persistent(false)
        .bind(format!("{} hand_over", held.task_id))
        .bind(held.attempt.to_string())
        .bind(arena.system.organization.id)
        .execute(arena.system.database.owner())
        .await
        .unwrap();
    let Json(settled): Json<Settled> = sql::query_scalar("select tasks.hand_over($1, $2, $3, $4)")
        .persistent(false)
        .bind(held.token)
        .bind(held.task_id)
        .bind(held.attempt)
        .bind(Json(json!(group)))
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(settled.ended, [held.task_id]);
    settled
}

/// A group, one of whose two members waits for a group of its own, and the last things that run of each.
async fn nest(arena: &Arena) -> (Uuid, Uuid, Held, Held) {
    let outer = new_group(2, 2);
    let wakes = arena.start_group(&outer).await.wakes;
    let held = arena.claim(MEMBER, &wakes).await;
    let inner = hand_over(arena, held[0], &new_group(1, 1)).await;
    let member = arena.claim(MEMBER, &inner.wakes).await[0];
    let fired = arena.succeed(MEMBER, member).await.wakes;
    let callback = arena.claim(CALLBACK, &fired).await[0];
    (outer.id, held[0].task_id, held[1], callback)
}

#[tokio::test]
async fn a_waiting_member_is_revoked_or_ended_by_its_callback_while_its_group_goes_on() {
    race(20, async |arena| {
        let (_, waiting, neighbour, callback) = nest(arena).await;
        let revoke = async {
            jitter().await;
            arena.revoke(waiting).await;
        };
        let end = async |kind, held| {
            jitter().await;
            arena.succeed(kind, held).await.wakes
        };
        let ((), mut fired, more) = futures::join!(revoke, end(CALLBACK, callback), end(MEMBER, neighbour));
        fired.extend(more);
        arena.check().await;
        assert_eq!(arena.count("select count(*) from tasks.outbox").await, 1, "the outer callback's");
    })
    .await;
}

#[tokio::test]
async fn a_group_is_cancelled_while_a_member_of_it_is_ended_by_a_group_of_its_own() {
    race(20, async |arena| {
        let (outer, _, neighbour, callback) = nest(arena).await;
        let cancel = async {
            jitter().await;
            arena.cancel(outer).await;
        };
        let end = async |kind, held| {
            jitter().await;
            arena.succeed(kind, held).await.wakes
        };
        futures::join!(cancel, end(CALLBACK, callback), end(MEMBER, neighbour));
        arena.check().await;
        assert_eq!(arena.count("select count(*) from tasks.outbox").await, 1, "the outer callback's");
    })
    .await;
}
