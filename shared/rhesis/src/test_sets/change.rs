use sqlx::PgConnection;
use uuid::Uuid;

use super::Visibility;

/// What is to become of a test set; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct TestSetChange {
    /// Its name; not blank.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What it is for, in a line.
    pub short_description: Option<String>,
    /// Who sees it.
    pub visibility: Option<Visibility>,
    /// Whether it is published.
    pub is_published: Option<bool>,
}

/// What a change found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// The test set is as it was to be.
    Done,
    /// It is another user's: only that one may keep it to himself.
    NotOwn,
    /// This run of it by somebody else has not ended, and would lose sight of it: it stays as it was.
    InUse(Uuid),
}

/// Changes a test set; `None` if there is no such test set.
pub async fn change(
    conn: &mut PgConnection,
    id: Uuid,
    user_id: Uuid,
    change: &TestSetChange,
) -> sqlx::Result<Option<Changed>> {
    let owner: Option<Option<Uuid>> =
        sql::query_scalar("select user_id from test_set where id = $1 for update")
            .bind(id)
            .fetch_optional(&mut *conn)
            .await?;
    let Some(owner) = owner else {
        return Ok(None);
    };
    if change.visibility == Some(Visibility::User) {
        if owner != Some(user_id) {
            return Ok(Some(Changed::NotOwn));
        }
        if let Some(run) = run_of_another(conn, id, user_id).await? {
            return Ok(Some(Changed::InUse(run)));
        }
    }
    sql::query(
        "update test_set
         set name = coalesce($2, name), description = coalesce($3, description),
             short_description = coalesce($6, short_description), visibility = coalesce($4, visibility), is_published = coalesce($5, is_published),
             updated_at = clock_timestamp()
         where id = $1",
    )
    .bind(id)
    .bind(&change.name)
    .bind(&change.description)
    .bind(change.visibility.map(Visibility::as_str))
    .bind(change.is_published)
    .bind(&change.short_description)
    .execute(conn)
    .await?;
    Ok(Some(Changed::Done))
}

async fn run_of_another(conn: &mut PgConnection, id: Uuid, user_id: Uuid) -> sqlx::Result<Option<Uuid>> {
    sql::query_scalar(
        "select r.id
         from test_configuration c
         join test_run r on r.test_configuration_id = c.id
         left join tasks.task t on t.id = r.task_id
         where c.test_set_id = $1 and r.status in ('Queued', 'Progress')
           and coalesce(t.user_id, r.user_id) is distinct from $2
         limit 1",
    )
    .bind(id)
    .bind(user_id)
    .fetch_optional(conn)
    .await
}
