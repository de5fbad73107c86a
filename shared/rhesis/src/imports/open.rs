use chrono::{DateTime, Utc};
use listing::{Column, Direction, Listing, Page, Query, Sql};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::import::Format;
use crate::test_sets::Visibility;

/// How many unfinished imports an organization may have.
pub const MOST_OPEN: i64 = 20;

/// An import to be opened.
#[derive(Debug, Clone)]
pub struct NewImport {
    /// What the test set will be called; not blank.
    pub name: String,
    /// How the file is written.
    pub format: Format,
    /// Who will see the test set.
    pub visibility: Visibility,
    /// Of how many parts the file is, if that is known.
    pub parts: Option<i32>,
    /// Who imports.
    pub user_id: Option<Uuid>,
}

/// An import as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct Import {
    /// The import.
    pub import_id: Uuid,
    /// What the test set is called.
    pub name: String,
    /// `jsonl` or `csv`.
    #[schema(value_type = Format)]
    pub format: String,
    /// Who sees the test set.
    #[schema(value_type = Visibility)]
    pub visibility: String,
    /// Of how many parts the file is, if that was said.
    pub parts: Option<i32>,
    /// The numbers of the parts that have come; none once it is committed.
    pub received: Vec<i32>,
    /// How many bytes they have.
    pub bytes: i64,
    /// Until when it must be committed.
    pub expires_at: DateTime<Utc>,
    /// The test set, once it is committed.
    pub test_set_id: Option<Uuid>,
    /// How many tests that has.
    pub tests: Option<i32>,
}

/// Why an import is not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There are [`MOST_OPEN`] unfinished ones.
    #[error("There are {MOST_OPEN} unfinished imports: commit or delete one of them")]
    TooMany,
    /// Postgres could not answer.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Opens an import, and deletes those of the organization that have expired unfinished; answers its id.
pub async fn open(conn: &mut PgConnection, new: &NewImport) -> Result<Uuid, OpenError> {
    sql::query("delete from import where test_set_id is null and expires_at < clock_timestamp()")
        .execute(&mut *conn)
        .await?;
    let unfinished: i64 = sql::query_scalar("select count(*) from import where test_set_id is null")
        .fetch_one(&mut *conn)
        .await?;
    if unfinished >= MOST_OPEN {
        return Err(OpenError::TooMany);
    }
    let id = sql::query_scalar(
        "insert into import (id, name, format, visibility, parts, user_id) values ($1, $2, $3, $4, $5, $6) returning id",
    )
    .bind(Uuid::now_v7())
    .bind(&new.name)
    .bind(new.format.as_str())
    .bind(new.visibility.as_str())
    .bind(new.parts)
    .bind(new.user_id)
    .fetch_one(conn)
    .await?;
    Ok(id)
}

/// The list of a user's imports, newest first.
pub const LIST: Listing = Listing {
    name: "imports",
    from: "import i",
    id: "i.id",
    columns: &[
        Column::uuid("import_id", "i.id"),
        Column::text("name", "i.name"),
        Column::text("format", "i.format"),
        Column::text("visibility", "i.visibility"),
        Column::number("parts", "i.parts").unsorted(),
        Column::time("expires_at", "i.expires_at"),
        Column::uuid("test_set_id", "i.test_set_id").unsorted(),
        Column::number("tests", "i.tests").unsorted(),
    ],
    order: (0, Direction::Descending),
};

/// A statement for imports, of those that `$which` selects from `import i`.
macro_rules! shown {
    ($which:literal) => {
        concat!(
            "select i.id as import_id, i.name, i.format, i.visibility, i.parts, i.expires_at, i.test_set_id, i.tests,
                    p.received, p.bytes
             from import i
             cross join lateral (
                 select coalesce(array_agg(number order by number), '{}') as received,
                        coalesce(sum(octet_length(content)), 0)::bigint as bytes
                 from import_part where import_id = i.id
             ) p
             where ",
            $which
        )
    };
}

/// Lists the imports of the bound user that have not expired unfinished.
pub async fn list(conn: &mut PgConnection, user_id: Uuid, query: &Query) -> sqlx::Result<Page<Import>> {
    let only = |sql: &mut Sql| {
        sql.push(" and (i.test_set_id is not null or i.expires_at >= clock_timestamp()) and i.user_id = ")
            .push_bind(user_id);
    };
    let picked = LIST.pick(conn, query, only).await?;
    let rows = sql::query_as(shown!("i.id = any ($1) order by array_position($1, i.id)"))
        .bind(&picked.ids)
        .fetch_all(conn)
        .await?;
    Ok(picked.page(rows))
}

/// One import; `None` if there is none, or it has expired unfinished.
pub async fn find(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Import>> {
    sql::query_as(shown!("i.id = $1 and (i.test_set_id is not null or i.expires_at >= clock_timestamp())"))
        .bind(id)
        .fetch_optional(conn)
        .await
}

/// Deletes an import with its parts, if there is one; a test set that it became stays.
pub async fn close(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<bool> {
    let done = sql::query("delete from import where id = $1").bind(id).execute(conn).await?;
    Ok(done.rows_affected() > 0)
}
