use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// What became of a test from one run to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It passes now, and did not.
    Better,
    /// It passed, and does not now.
    Worse,
    /// The answer is another one, or a Fail is an Error now or the other way round.
    Changed,
    /// Verdict and answer are the same.
    Same,
    /// It has a result in the earlier run only.
    OnlyBefore,
    /// It has a result in the later run only.
    OnlyAfter,
}

impl Change {
    /// Every change there is, with its word.
    pub const ALL: [(Self, &str); 6] = [
        (Self::Worse, "worse"),
        (Self::Better, "better"),
        (Self::Changed, "changed"),
        (Self::Same, "same"),
        (Self::OnlyBefore, "only_before"),
        (Self::OnlyAfter, "only_after"),
    ];

    /// The change of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == word).map(|(change, _)| change)
    }

    /// Its word.
    pub fn as_str(self) -> &'static str {
        Self::ALL.into_iter().find(|(change, _)| *change == self).map_or("same", |(_, word)| word)
    }
}

/// How many tests changed how. A test without a result in one of the runs is no passing one: it is counted apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct Comparison {
    /// See [`Change::Better`].
    pub better: i64,
    /// See [`Change::Worse`].
    pub worse: i64,
    /// See [`Change::Changed`].
    pub changed: i64,
    /// See [`Change::Same`].
    pub same: i64,
    /// See [`Change::OnlyBefore`].
    pub only_before: i64,
    /// See [`Change::OnlyAfter`].
    pub only_after: i64,
    /// Of the better ones, those that are flaky: see [`super::FlakyTest`].
    pub better_flaky: i64,
    /// Of the worse ones, those that are flaky.
    pub worse_flaky: i64,
}

/// A test in both runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct ComparedTest {
    /// The test.
    pub test_id: Uuid,
    /// Its place in the later run, or in the earlier one if it is not in the later.
    pub position: i32,
    /// What was asked, in its first 300 characters; `None` if the test was deleted since.
    pub prompt: Option<String>,
    /// One of the words of [`Change`].
    #[schema(value_type = Change)]
    pub change: String,
    /// The verdict of the earlier run.
    #[schema(value_type = Option<crate::Verdict>)]
    pub before_status: Option<String>,
    /// The verdict of the later run.
    #[schema(value_type = Option<crate::Verdict>)]
    pub after_status: Option<String>,
    /// The result of the earlier run.
    pub before_id: Option<Uuid>,
    /// The result of the later run.
    pub after_id: Option<Uuid>,
    /// Whether its verdict went to and fro over the last runs up to the later one: then this change may say nothing.
    pub flaky: bool,
}

/// The tests of two runs side by side, matched by their ids. An index has all of it.
macro_rules! compared {
    ($select:literal) => {
        concat!(
            "with before as (
                 select test_id, status, output_digest from test_result where test_run_id = $1
             ), after as (
                 select test_id, status, output_digest from test_result where test_run_id = $2
             ), flaky as materialized (
                 select unnest(flaky_tests) as test_id from test_run where id = $2
             ), compared as (
                 select coalesce(a.test_id, b.test_id) as test_id, a.test_id is null as is_gone,
                     case when a.test_id is null then 'only_before'
                          when b.test_id is null then 'only_after'
                          when a.status = 'Pass' and b.status <> 'Pass' then 'better'
                          when a.status <> 'Pass' and b.status = 'Pass' then 'worse'
                          when a.status <> b.status or a.output_digest <> b.output_digest then 'changed'
                          else 'same' end as change
                 from before b full join after a on a.test_id = b.test_id
             ) ",
            $select
        )
    };
}

/// How many tests changed how from the run `before` to the run `after`.
pub async fn compare(conn: &mut PgConnection, before: Uuid, after: Uuid) -> sqlx::Result<Comparison> {
    sql::query_as(compared!(
        "select count(*) filter (where change = 'better') as better, count(*) filter (where change = 'worse') as worse,
             count(*) filter (where change = 'changed') as changed, count(*) filter (where change = 'same') as same,
             count(*) filter (where change = 'only_before') as only_before,
             count(*) filter (where change = 'only_after') as only_after,
             count(f.test_id) filter (where change = 'better') as better_flaky,
             count(f.test_id) filter (where change = 'worse') as worse_flaky
         from compared left join flaky f using (test_id)"
    ))
    .bind(before)
    .bind(after)
    .fetch_one(conn)
    .await
}

/// The tests that changed so, or all; in their order, behind a position and a test, at most `limit`.
pub async fn compared_tests(
    conn: &mut PgConnection,
    (before, after): (Uuid, Uuid),
    change: Option<Change>,
    behind: (i32, Uuid),
    limit: i64,
) -> sqlx::Result<Vec<ComparedTest>> {
    sql::query_as(compared!(
        "select c.test_id, c.position, left(p.content, 300) as prompt, c.change, b.status as before_status,
             a.status as after_status, b.id as before_id, a.id as after_id,
             exists (select from flaky f where f.test_id = c.test_id) as flaky
         from (
             select c.test_id, c.change, rt.position
             from compared c
             join test_run_test rt on rt.test_run_id = any ($7) and rt.test_id = c.test_id and (rt.test_run_id = $2) <> c.is_gone
             where ($3::text is null or c.change = $3) and (rt.position, c.test_id) > ($4, $5)
             order by rt.position, c.test_id limit $6
         ) c
         left join test_result b on b.test_run_id = $1 and b.test_id = c.test_id
         left join test_result a on a.test_run_id = $2 and a.test_id = c.test_id
         left join test t on t.id = c.test_id
         left join prompt p on p.id = t.prompt_id
         order by c.position, c.test_id"
    ))
    .bind(before)
    .bind(after)
    .bind(change.map(Change::as_str))
    .bind(behind.0)
    .bind(behind.1)
    .bind(limit)
    .bind(match change {
        // Where the places of such tests are.
        None => vec![before, after],
        Some(Change::OnlyBefore) => vec![before],
        Some(_) => vec![after],
    })
    .fetch_all(conn)
    .await
}
