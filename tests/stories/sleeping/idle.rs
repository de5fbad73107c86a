use std::time::Duration;

use serde_json::json;
use sqlx::{Connection, PgConnection};

use super::world::{Sleeping, plain};

/// Statements that began in the world's database since `mark`, on any connection of a client.
struct Statements {
    admin: PgConnection,
    database: String,
    mark: f64,
}

impl Statements {
    async fn from_now(world: &Sleeping) -> Self {
        let url = std::env::var("TEST_DATABASE_URL").unwrap();
        let mut admin = PgConnection::connect(&url).await.unwrap();
        let owner = world.system.database.owner();
        let database = sql::query_scalar("select current_database()::text").fetch_one(owner).await.unwrap();
        let mark = sql::query_scalar("select extract(epoch from clock_timestamp())::double precision")
            .fetch_one(&mut admin)
            .await
            .unwrap();
        Self { admin, database, mark }
    }

    async fn count(&mut self) -> i64 {
        sql::query_scalar(
            "select count(*) from pg_stat_activity
             where datname = $1 and backend_type = 'client backend' and extract(epoch from query_start) > $2",
        )
        .bind(&self.database)
        .bind(self.mark)
        .fetch_one(&mut self.admin)
        .await
        .unwrap()
    }
}

#[tokio::test]
async fn when_nothing_is_to_come_no_tick_is_left_and_nobody_asks_the_database() {
    let world = Sleeping::new().await;
    world.start(plain()).await;
    let rest = world.rest().await;
    assert_eq!(rest.ended, 0, "the kick was enough");
    assert!(rest.quiet <= 111, "two ticks, of the API and of the function, and then nothing: {rest:?}");

    let mut statements = Statements::from_now(&world).await;
    world.ticks.pass(Duration::from_secs(3600));
    world.relay().await;
    assert_eq!(statements.count().await, 0);
}

#[tokio::test]
async fn in_an_idle_hour_before_something_is_due_there_is_no_statement_and_then_it_is_in_time() {
    let world = Sleeping::new().await;
    world.start(json!({ "countdown": 7200 })).await;
    world.system.messages.take_all();
    world.ticks.pass(Duration::from_secs(100));
    world.relay().await;
    assert_eq!(world.ticks.held().len(), 1, "the next look, and nothing else");
    let sent = world.ticks.sent();

    let mut statements = Statements::from_now(&world).await;
    for _ in 0..60 {
        world.ticks.pass(Duration::from_secs(60));
        world.relay().await;
    }
    assert_eq!(statements.count().await, 0);
    assert_eq!(world.ticks.sent() - sent, 4, "a message carries a tick for a quarter of an hour");
    assert_eq!(world.ticks.held().len(), 1);

    // So far the hour was the queue's only.
    sql::query("update tasks.outbox set not_before = not_before - $1, visible_at = visible_at - $1")
        .bind(Duration::from_secs(3600))
        .execute(world.system.database.owner())
        .await
        .unwrap();
    let rest = world.rest().await;
    assert!((3598..=3602).contains(&rest.ended), "{rest:?}");
    assert!(statements.count().await > 0, "a statement would have been seen");
}

#[tokio::test]
async fn many_ticks_become_one() {
    let world = Sleeping::new().await;
    for _ in 0..20 {
        world.start(json!({ "countdown": 7200 })).await;
    }
    assert_eq!(world.ticks.held().len(), 20, "twenty processes, each with its own");
    // One relay, which remembers what it has armed.
    let relay = world.system.queue();
    for _ in 0..30 {
        world.ticks.pass(Duration::from_secs(100));
        for held in world.ticks.receive(Duration::from_secs(60)) {
            let deadline = super::world::soon();
            relay::on_ticks(&world.system.relay, &relay, &[held.tick], deadline).await.unwrap();
            world.ticks.delete(&[held]);
        }
    }
    assert_eq!(world.ticks.held().len(), 1);
}

#[tokio::test]
async fn one_process_arms_one_tick_for_all_it_does_in_half_a_minute() {
    let world = Sleeping::new().await;
    let function = world.function();
    for _ in 0..5 {
        world.start(plain()).await;
    }
    let sent = world.ticks.sent();
    for wake in world.system.messages.take_all() {
        world.system.deliver(&function, &[wake]).await;
    }
    // The test's invocations have 60 s each.
    assert_eq!(world.ticks.sent() - sent, 1);
}
