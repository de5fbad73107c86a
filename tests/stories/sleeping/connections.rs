use store::Store;

use super::world::Sleeping;

#[tokio::test]
async fn the_server_hangs_up_on_a_function_that_idles_and_the_function_dials_again() {
    let world = Sleeping::new().await;
    let store = Store::letting_sleep(&world.system.database.url_as(Some("tasks_relay")), 1).await.unwrap();
    let timeout: String =
        sql::query_scalar("show idle_session_timeout").fetch_one(store.pool().await.unwrap()).await.unwrap();
    assert_eq!(timeout, "1min");

    let hung_up = "select count(*) from pg_stat_activity a, pg_terminate_backend(a.pid, 5000) gone
        where a.datname = current_database() and a.usename = 'tasks_relay' and gone";
    assert_eq!(world.count(hung_up).await, 1);
    // A connection that was used a moment ago is not asked whether it lives.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(store.next_due().await.unwrap(), None);
}
