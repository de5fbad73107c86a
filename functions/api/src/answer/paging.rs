use serde::Serialize;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use crate::answer::cursor::Cursors;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::request::caller::Caller;
use crate::request::fields::query;
use crate::request::query::Filters;

query! {
    /// Which part of a list is asked for.
    pub(crate) struct Page {
        /// How many rows at most.
        #[param(minimum = 1, maximum = 200, default = 50)]
        limit: Option<u16>,
        /// Go on behind this place: as the `Link` of the page before has it.
        cursor: Option<String>,
    }
}

/// How many rows a page has, unless `limit` says how many.
pub(crate) const DEFAULT_LIMIT: u16 = 50;

/// How many rows `limit` may ask for.
pub(super) const MOST: u16 = 200;

/// Which part of a list is asked for, that has one order and is not counted: a page costs the same whatever there is.
#[derive(Debug)]
pub(crate) struct Paging<C> {
    limit: u16,
    /// Where the page before ended.
    pub(crate) behind: Option<C>,
    cursors: Cursors,
    /// What else was asked for, which the next page is asked for too.
    asked: Vec<(String, String)>,
}

impl<C: Serialize + DeserializeOwned> Paging<C> {
    /// Takes `limit` (1 to 200, 50 if it is not said) and `cursor` out of the query string; `list` tells the list from others.
    pub(crate) fn read(filters: &mut Filters, caller: &Caller, list: &str) -> Result<Self, Problem> {
        let asked = filters.without(&["cursor"]);
        let limit = filters.limit(DEFAULT_LIMIT, MOST)?;
        let cursors = Cursors::of(caller, list, "");
        let behind = filters.take("cursor").map(|cursor| cursors.place(&cursor)).transpose()?;
        Ok(Self { limit, behind, cursors, asked })
    }

    /// How many rows to ask for: one more than are shown, which tells that there is another page.
    pub(crate) fn ask(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// How many rows a page has at most.
    pub(crate) fn limit(&self) -> u16 {
        self.limit
    }

    /// The answer, of one row more than it shows if there are more; `cursor` is the place of a row.
    pub(crate) fn page<T: Serialize>(&self, mut rows: Vec<T>, cursor: impl Fn(&T) -> C) -> List<T> {
        let more = rows.len() > usize::from(self.limit);
        rows.truncate(self.limit.into());
        let next = rows.last().filter(|_| more).map(cursor);
        self.page_before(rows, next)
    }

    /// The answer: the rows, and the place behind which the next page begins; `None` if this is the last.
    pub(crate) fn page_before<T: Serialize>(&self, rows: Vec<T>, next: Option<C>) -> List<T> {
        let next = next.map(|place| address(&self.asked, &self.cursors.cursor(&place)));
        List::page(&rows, next)
    }
}

/// The address of the page behind a cursor, relative to the one that was asked for: a query alone, so that it holds behind any
/// prefix that a gateway has taken off.
pub(super) fn address(asked: &[(String, String)], cursor: &str) -> String {
    let mut query = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
    query.extend_pairs(asked).append_pair("cursor", cursor);
    query.finish()
}
