use listing::{Condition, Direction, Listing, Place, Query, Sort};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::answer::cursor::{self, Cursors};
use crate::answer::list::{List, json};
use crate::answer::paging::{DEFAULT_LIMIT, MOST, address};
use crate::answer::problem::Problem;
use crate::request::caller::Caller;
use crate::request::fields::query;
use crate::request::options::flag;
use crate::request::query::Filters;

query! {
    /// Which part of a list is asked for, in which order; its columns are added by the document.
    pub(crate) struct SortedPage {
        /// How many rows at most.
        #[param(minimum = 1, maximum = 200, default = 50)]
        limit: Option<u16>,
        /// Go on behind this place: as the `Link` of the page before has it.
        cursor: Option<String>,
        /// Leave out so many rows; not together with `cursor`, which costs the same wherever it stands.
        #[param(minimum = 0, maximum = 1_000_000)]
        skip: Option<u32>,
        /// Whether `X-Total-Count` says how many rows there are on all pages. Without, a page costs the same whatever there is.
        #[param(default = true)]
        count: Option<bool>,
        /// The column that the order is by.
        sort_by: Option<String>,
        /// Which way the order goes; of a column that `sort_by` names, `desc` unless it is said.
        sort_order: Option<String>,
        /// Only those of which this holds, as OData writes it: `eq`, `ne`, `lt`, `le`, `gt`, `ge`, `in`, `and`, `or`, `not`,
        /// `contains`, `startswith`, `endswith`, `tolower`, parentheses.
        #[param(max_length = 4000)]
        filter as "$filter": Option<String>,
    }
}

/// How large the rows of a page may be together, in bytes: Lambda answers with 6 MiB at most.
const MOST_BYTES: usize = 5 << 20;

/// How many rows may be left out: behind them a cursor is the way.
const MOST_SKIPPED: i64 = 1_000_000;

/// Which part of a list is asked for, in which order, of which rows; counted, unless a cursor goes on.
#[derive(Debug)]
pub(crate) struct Sorted {
    /// What is asked for.
    pub(crate) query: Query,
    cursors: Cursors,
    /// What else was asked for, which the next page is asked for too.
    asked: Vec<(String, String)>,
}

impl Sorted {
    /// Takes the names of [`SortedPage`] out of the query string; `of` tells the list from those of the same name.
    pub(crate) fn read(
        filters: &mut Filters,
        caller: &Caller,
        list: &'static Listing,
        of: &str,
    ) -> Result<Self, Problem> {
        Self::read_with_limit(filters, caller, list, of, DEFAULT_LIMIT)
    }

    /// The same, with so many rows where `limit` is not said.
    pub(crate) fn read_with_limit(
        filters: &mut Filters,
        caller: &Caller,
        list: &'static Listing,
        of: &str,
        default_limit: u16,
    ) -> Result<Self, Problem> {
        let asked = filters.without(&["cursor", "skip"]);
        let limit = filters.limit(default_limit, MOST)?;
        let sort = sort(filters, list)?;
        let skip = filters.take("skip").map(|text| skip(&text)).transpose()?;
        let order = format!("{} {}", sort.column.name, sort.direction.as_str());
        let cursors = Cursors::of(caller, &format!("{}\0{of}", list.name), &order);
        let behind = match filters.take("cursor") {
            Some(_) if skip.is_some() => {
                return Err(Problem::invalid("skip", "contradicts cursor: give one of them"));
            }
            Some(text) => Some(Place::read(&cursors.place(&text)?, sort).ok_or_else(cursor::broken)?),
            None => None,
        };
        let counted =
            filters.take("count").map(|word| flag("count", word.into())).transpose()?.unwrap_or(true);
        if !counted && skip.is_some() {
            return Err(Problem::invalid("count", "contradicts skip: with that they are counted"));
        }
        let condition = filters.take("$filter").filter(|text| !text.trim().is_empty());
        let condition = condition.map(|text| Condition::parse(&text, list.columns)).transpose();
        let condition = condition.map_err(|bad| Problem::invalid("$filter", bad.to_string()))?;
        let query = Query { condition, sort, behind, counted, skip, limit };
        Ok(Self { query, cursors, asked })
    }

    /// The answer: as many of the rows as an answer has room for.
    ///
    /// # Errors
    /// It has no room for all of them, and whoever asks counts rows: a page that is shorter would be taken for the last.
    pub(crate) fn page<T: Serialize>(&self, page: listing::Page<impl Into<T>>) -> Result<List<T>, Problem> {
        let page = page.map(Into::into);
        let rows = fitting(&page.rows);
        let page = page.first(rows.len());
        if page.is_cut && self.query.skip.is_some() {
            let why = format!(
                "asks for rows of more than {MOST_BYTES} bytes: ask for fewer, at most {}",
                rows.len()
            );
            return Err(Problem::invalid("limit", why));
        }
        let next = page.next.map(|place| address(&self.asked, &self.cursors.cursor(&place)));
        Ok(List::of_json(rows, next, page.total))
    }
}

/// As many of the rows as an answer has room for; at least one, if there is one.
fn fitting(rows: &[impl Serialize]) -> Vec<Box<RawValue>> {
    let (mut fitting, mut bytes) = (Vec::with_capacity(rows.len()), 0);
    for row in rows.iter().map(json) {
        bytes += row.get().len();
        if bytes > MOST_BYTES && !fitting.is_empty() {
            break;
        }
        fitting.push(row);
    }
    fitting
}

fn sort(filters: &mut Filters, list: &'static Listing) -> Result<Sort, Problem> {
    let own = list.sort();
    let named = filters.take("sort_by");
    // Of what is named, `desc` with every list, as Rhesis's own API has it.
    let usual = if named.is_some() { Direction::Descending } else { own.direction };
    let column = match named {
        None => own.column,
        Some(name) => list.column(&name).filter(|column| column.sorts()).ok_or_else(|| {
            let names: Vec<_> = list.sorts().collect();
            Problem::invalid("sort_by", format!("must be one of {}", names.join(", ")))
        })?,
    };
    let direction = match filters.take("sort_order") {
        None => usual,
        Some(word) => {
            Direction::named(&word).ok_or_else(|| Problem::invalid("sort_order", "must be asc or desc"))?
        }
    };
    Ok(Sort { column, direction })
}

fn skip(text: &str) -> Result<i64, Problem> {
    text.parse()
        .ok()
        .filter(|skip| (0..=MOST_SKIPPED).contains(skip))
        .ok_or_else(|| Problem::invalid("skip", format!("must be a whole number from 0 to {MOST_SKIPPED}")))
}
