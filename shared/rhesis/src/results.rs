//! Test results: one row for each test of a run, however often its attempt is repeated.

mod read;

pub use read::{LIST, ResultFilter, ResultLine, StoredResult, find, list};

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Outcome;

/// Stores what became of a test of a run, and forgets the answer that was kept for it; a second outcome replaces the first.
/// False if the run has ended meanwhile, and nothing was stored: a result that came now would belie its counts.
///
/// Fails on constraint `test_result_test_of_the_run` if the test is not one of the run.
pub async fn store(
    conn: &mut PgConnection,
    test_run_id: Uuid,
    test_id: Uuid,
    outcome: &Outcome,
) -> sqlx::Result<bool> {
    let stored = sql::query(
        "with judged as (
             update test_run_test set answer = null where test_run_id = $2 and test_id = $3 and answer is not null
         )
         insert into test_result (id, test_run_id, test_id, status, reason, test_output, test_metrics)
         select $1, $2, $3, $4, $5, $6, $7
         where not exists (
             select from test_run where id = $2 and status in ('Completed', 'Partial', 'Failed', 'Cancelled'))
         on conflict (test_run_id, test_id) do update
         set status = excluded.status, reason = excluded.reason, test_output = excluded.test_output,
             test_metrics = excluded.test_metrics, updated_at = clock_timestamp()",
    )
    .bind(Uuid::now_v7())
    .bind(test_run_id)
    .bind(test_id)
    .bind(outcome.verdict.as_str())
    .bind(outcome.reason.as_deref().map(storable_text))
    .bind(storable(&outcome.output))
    .bind(storable(&outcome.metrics))
    .execute(conn)
    .await?;
    Ok(stored.rows_affected() == 1)
}

/// Postgres stores every character but U+0000, and an endpoint may answer with it: it becomes U+FFFD.
pub(crate) fn storable_text(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

pub(crate) fn storable(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(storable_text(text)),
        Value::Array(items) => items.iter().map(storable).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, field)| (storable_text(key), storable(field))).collect()
        }
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_zero_character_is_replaced_wherever_it_hides() {
        assert_eq!(
            storable(&json!({"a\0": ["b\0", {"c": "\0"}, 1, null]})),
            json!({"a\u{fffd}": ["b\u{fffd}", {"c": "\u{fffd}"}, 1, null]})
        );
    }
}
