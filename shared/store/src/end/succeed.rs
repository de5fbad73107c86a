use serde_json::Value;
use sqlx::Postgres;
use sqlx::postgres::PgArguments;
use sqlx::query::QueryScalar;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{Ending, Outcome};

/// Successes that concern nobody else: two look-ups each, and nothing to lock, to decide or to call.
pub(crate) struct Successes<'a> {
    tasks: Vec<Uuid>,
    attempts: Vec<i32>,
    results: Vec<Json<&'a Value>>,
}

impl<'a> Successes<'a> {
    /// None if one of them is something else.
    pub(crate) fn of(endings: &'a [Ending]) -> Option<Self> {
        let mut rows = Vec::with_capacity(endings.len());
        for Ending { task_id, attempt, outcome, result, alone, .. } in endings {
            let result = result.as_ref().filter(|_| *alone && *outcome == Outcome::Success)?;
            rows.push((*task_id, *attempt, Json(result)));
        }
        // Whoever locks several rows locks them in this order.
        rows.sort_unstable_by_key(|(task_id, ..)| *task_id);
        let (mut tasks, mut attempts, mut results) = (Vec::new(), Vec::new(), Vec::new());
        for (task_id, attempt, result) in rows {
            tasks.push(task_id);
            attempts.push(attempt);
            results.push(result);
        }
        Some(Self { tasks, attempts, results })
    }

    /// The statement that writes them; it answers those that were still held.
    pub(crate) fn writing(&self, token: Uuid) -> QueryScalar<'_, Postgres, Vec<Uuid>, PgArguments> {
        sql::query_scalar("select tasks.succeed($1, $2, $3, $4)")
            .bind(token)
            .bind(&self.tasks)
            .bind(&self.attempts)
            .bind(&self.results)
    }
}
