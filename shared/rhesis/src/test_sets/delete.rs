use sqlx::PgConnection;
use uuid::Uuid;

/// What a delete found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// The test set is gone.
    Done,
    /// This run of it has not ended, and its metrics are the test set's: it stays.
    InUse(Uuid),
}

/// Deletes a test set; `None` if there is no such test set.
///
/// What was run keeps its results and, for them, its tests; tests that were never run go with their test set, unless they
/// are in another one too. Configurations of the test set stay, without a test set.
pub async fn delete(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Deleted>> {
    let found: Option<Uuid> = sql::query_scalar("select id from test_set where id = $1 for update")
        .bind(id)
        .fetch_optional(&mut *conn)
        .await?;
    if found.is_none() {
        return Ok(None);
    }
    let runs: Vec<(Uuid, bool)> = sql::query_as(
        "select r.id, r.status in ('Queued', 'Progress') as on
         from test_configuration c join test_run r on r.test_configuration_id = c.id
         where c.test_set_id = $1
         order by 2 desc limit 1",
    )
    .bind(id)
    .fetch_all(&mut *conn)
    .await?;
    if let Some((run, true)) = runs.first() {
        return Ok(Some(Deleted::InUse(*run)));
    }
    if runs.is_empty() {
        delete_tests(conn, id).await?;
    }
    sql::query("delete from test_set where id = $1").bind(id).execute(conn).await?;
    Ok(Some(Deleted::Done))
}

async fn delete_tests(conn: &mut PgConnection, test_set_id: Uuid) -> sqlx::Result<()> {
    let prompts: Vec<Uuid> = sql::query_scalar(
        "delete from test t using test_test_set m
         where m.test_set_id = $1 and t.id = m.test_id
           and not is_in_another_set(t.id, $1)
         returning t.prompt_id",
    )
    .bind(test_set_id)
    .fetch_all(&mut *conn)
    .await?;
    sql::query(
        "delete from prompt p where p.id = any ($1) and not exists (select from test t where t.prompt_id = p.id)",
    )
    .bind(prompts)
    .execute(conn)
    .await?;
    Ok(())
}
