use sqlx::PgConnection;
use uuid::Uuid;

/// The most tests that a test set may have by being given them one list after the other.
pub const MOST_TESTS: i64 = 100_000;

/// What giving tests to a test set found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Associated {
    /// So many are in it now that were not.
    Done(u64),
    /// There is no test with this id, or none that the bound user may see: nothing was added.
    NoTest(Uuid),
    /// The set would have more than [`MOST_TESTS`]: nothing was added.
    TooMany,
}

/// Appends tests that there are to a test set, in the order of the ids; those that are in it stay where they are.
///
/// Locks the set, so that two at a time append one behind the other. `None` if there is no such test set.
pub async fn associate(
    conn: &mut PgConnection,
    test_set_id: Uuid,
    tests: &[Uuid],
    user_id: Uuid,
) -> sqlx::Result<Option<Associated>> {
    if lock(conn, test_set_id).await?.is_none() {
        return Ok(None);
    }
    // `for share`: nobody deletes one meanwhile. What another user keeps private is not there.
    let there: Vec<Uuid> = sql::query_scalar("select id from test where id = any ($1) order by id for share")
        .bind(tests)
        .fetch_all(&mut *conn)
        .await?;
    if let Some(missing) = tests.iter().find(|id| there.binary_search(id).is_err()) {
        return Ok(Some(Associated::NoTest(*missing)));
    }
    let added = sql::query(
        "insert into test_test_set (test_set_id, test_id, position)
         select $1, n.id, coalesce((select max(m.position) from test_test_set m where m.test_set_id = $1), 0)
                          + row_number() over (order by n.place)
         from (select id, min(place) as place from unnest($2::uuid[]) with ordinality as r (id, place) group by id) n
         where not exists (select from test_test_set m where m.test_set_id = $1 and m.test_id = n.id)",
    )
    .bind(test_set_id)
    .bind(tests)
    .execute(&mut *conn)
    .await?;
    let total: i64 = sql::query_scalar("select count(*) from test_test_set where test_set_id = $1")
        .bind(test_set_id)
        .fetch_one(&mut *conn)
        .await?;
    if total > MOST_TESTS {
        return Ok(Some(Associated::TooMany));
    }
    // From here on they are as private as the sets they are in.
    sql::query(
        "delete from private_test p using test t
         where t.id = any ($1) and p.id in (t.id, t.prompt_id) and p.user_id = $2",
    )
    .bind(tests)
    .bind(user_id)
    .execute(conn)
    .await?;
    Ok(Some(Associated::Done(added.rows_affected())))
}

/// Takes tests out of a test set and answers how many were in it; the tests stay. `None` if there is no such test set.
///
/// What is in no other set stays as private as this one is. Runs that have begun keep their tests.
pub async fn disassociate(
    conn: &mut PgConnection,
    test_set_id: Uuid,
    tests: &[Uuid],
    user_id: Uuid,
) -> sqlx::Result<Option<u64>> {
    let Some(visibility) = lock(conn, test_set_id).await? else { return Ok(None) };
    if visibility == "user" {
        // Two sets that lose the same test at a time: the later one sees that it is the last.
        sql::query("select from test where id = any ($1) order by id for update")
            .bind(tests)
            .execute(&mut *conn)
            .await?;
        sql::query(
            "insert into private_test (id, user_id)
             select distinct kept.id, $3::uuid
             from test_test_set m
             join test t on t.id = m.test_id
             cross join lateral (values (t.id), (t.prompt_id)) kept (id)
             where m.test_set_id = $1 and m.test_id = any ($2)
               and not is_in_another_set(m.test_id, $1)
             on conflict do nothing",
        )
        .bind(test_set_id)
        .bind(tests)
        .bind(user_id)
        .execute(&mut *conn)
        .await?;
    }
    let removed = sql::query("delete from test_test_set where test_set_id = $1 and test_id = any ($2)")
        .bind(test_set_id)
        .bind(tests)
        .execute(conn)
        .await?;
    Ok(Some(removed.rows_affected()))
}

/// Who sees the set, which is locked until the transaction ends.
async fn lock(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<String>> {
    sql::query_scalar("select visibility from test_set where id = $1 for update")
        .bind(id)
        .fetch_optional(conn)
        .await
}
