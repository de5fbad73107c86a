use crate::request::fields::query;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use rhesis::runs::{self, Cell, RunStatus, Shown, TestRow};
use uuid::Uuid;

use super::stored::no_such_run;
use crate::App;
use crate::answer::list::TOTAL;
use crate::answer::problem::Problem;
use crate::answer::table::{HEAVIEST_CELL, Table, too_long, verdict};
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::query::Filters;

/// How many rows are fetched at a time, of four cells that may be full each; and how many a file may have at most.
const ROWS_AT_A_TIME: i64 = 50;
const MOST_ROWS: i32 = 100_000;

/// What an answer may have, as Lambda counts it: 6 MB with every quotation mark and line break twice.
const LARGEST: usize = 5_000_000;

const COLUMNS: [&str; 7] = ["position", "test_id", "prompt", "expected", "output", "status", "reason"];

query! {
    /// Which rows the table has.
    struct Rows {
        /// Those behind this position.
        #[param(minimum = 0)]
        after: Option<i32>,
        /// How many at most.
        #[param(minimum = 1)]
        limit: Option<i32>,
    }
}

/// GET `/test_runs/{id}/download`: the tests of a run that has ended, with their results, as CSV.
///
/// What does not fit into one answer follows behind the header `Link`; those pages have no header line.
#[utoipa::path(
    get, path = "/test_runs/{id}/download", operation_id = "download_test_run", params(Rows),
    responses(
        (status = 200, description = "Comma-separated values.", body = String, content_type = "text/csv",
            headers(("Link" = String), ("X-Total-Count" = i64), ("Content-Disposition" = String))),
        (status = 409, description = "It has not ended."),
    )
)]
pub(crate) async fn download(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    mut filters: Filters,
) -> Result<(HeaderMap, Vec<u8>), Problem> {
    filters.only(Rows::FIELDS)?;
    let after = whole(&mut filters, "after", 0)?.unwrap_or_default();
    let limit = whole(&mut filters, "limit", 1)?;
    let (run, table, last) = transact!(app, caller, |tx| {
        let run = runs::find(tx, id).await?.ok_or_else(no_such_run)?;
        ended(&run)?;
        let metrics = runs::metric_names(tx, id).await?;
        let mut table = Table::default();
        if after == 0 {
            let names =
                metrics.iter().flat_map(|name| [format!("{name} score"), format!("{name} successful")]);
            table.header(COLUMNS.into_iter().map(str::to_owned).chain(names));
        }
        let (mut last, mut left) = (after, limit.unwrap_or(MOST_ROWS));
        'rows: while left > 0 {
            let rows = ROWS_AT_A_TIME.min(left.into());
            let rows = runs::rows_after(tx, id, last, rows, HEAVIEST_CELL).await?;
            if rows.is_empty() {
                last = run.total;
                break;
            }
            for row in rows {
                let position = row.position;
                if !table.row_within(LARGEST, cells(row, &metrics)) {
                    break 'rows;
                }
                (last, left) = (position, left - 1);
            }
        }
        Ok((run, table, last))
    })?;
    let more = last < run.total;
    Ok((headers(id, run.total, more.then(|| next(last, limit)))?, table.into_bytes()))
}

fn ended(run: &Shown) -> Result<(), Problem> {
    match RunStatus::from_word(&run.status)?.is_final() {
        true => Ok(()),
        false => Err(Problem::conflict(format!(
            "The test run has status '{}': its table is there when it has ended.",
            run.status
        ))),
    }
}

fn cells(row: TestRow, metrics: &[String]) -> Vec<String> {
    let mut cells = vec![
        row.position.to_string(),
        row.test_id.to_string(),
        text(row.prompt),
        text(row.expected),
        text(row.output),
        row.status.unwrap_or_default(),
        text(row.reason),
    ];
    for name in metrics {
        let metric = row.metrics.as_ref().map(|stored| &stored[name.as_str()]);
        cells.extend(verdict(metric));
    }
    cells
}

fn text(cell: Cell) -> String {
    match cell.text {
        None if cell.bytes > 0 => too_long(cell.bytes),
        text => text.unwrap_or_default(),
    }
}

fn next(last: i32, limit: Option<i32>) -> String {
    let limit = limit.map(|limit| format!("&limit={limit}")).unwrap_or_default();
    format!("<?after={last}{limit}>; rel=\"next\"")
}

fn headers(id: Uuid, total: i32, next: Option<String>) -> Result<HeaderMap, Problem> {
    let text = |text: String| HeaderValue::try_from(text).map_err(|_| Problem::internal());
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    let name = format!("attachment; filename=\"test-run-{id}.csv\"");
    headers.insert(header::CONTENT_DISPOSITION, text(name)?);
    headers.insert(TOTAL, HeaderValue::from(total));
    if let Some(next) = next {
        headers.insert(header::LINK, text(next)?);
    }
    Ok(headers)
}

fn whole(filters: &mut Filters, name: &str, least: i32) -> Result<Option<i32>, Problem> {
    let Some(text) = filters.take(name) else {
        return Ok(None);
    };
    text.parse()
        .ok()
        .filter(|number| *number >= least)
        .map(Some)
        .ok_or_else(|| Problem::invalid(name, format!("must be a whole number from {least}")))
}
