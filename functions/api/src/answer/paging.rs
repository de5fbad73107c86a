use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::answer::list::List;
use crate::answer::problem::Problem;
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

query! {
    /// Which part of a list is asked for, that can be counted.
    pub(crate) struct CountedPage {
        /// How many rows at most.
        #[param(minimum = 1, maximum = 200, default = 50)]
        limit: Option<u16>,
        /// Go on behind this place: as the `Link` of the page before has it.
        cursor: Option<String>,
        /// Leave out so many rows, and count all in `X-Total-Count`; not together with `cursor`.
        #[param(minimum = 0, maximum = 1_000_000)]
        skip: Option<u32>,
    }
}

/// Which part of a list is asked for: `cursor` goes on behind the page before, `skip` leaves out so many and counts.
#[derive(Debug)]
pub(crate) struct Paging<C> {
    limit: u16,
    /// Where the page before ended.
    pub(crate) behind: Option<C>,
    skip: Option<u32>,
    /// What else was asked for, which the next page is asked for too.
    asked: Vec<(String, String)>,
}

impl<C: Serialize + DeserializeOwned> Paging<C> {
    /// Takes `limit` (1 to 200, 50 if it is not said), and `cursor` or `skip`, out of the query string.
    pub(crate) fn read(filters: &mut Filters) -> Result<Self, Problem> {
        let asked = filters.without(&["cursor", "skip"]);
        let limit = filters.limit(50, 200)?;
        let behind = filters.take("cursor").map(|cursor| decoded(&cursor)).transpose()?;
        let skip = filters.take("skip").map(|text| skip(&text)).transpose()?;
        if behind.is_some() && skip.is_some() {
            return Err(Problem::invalid("skip", "contradicts cursor: give one of them"));
        }
        Ok(Self { limit, behind, skip, asked })
    }

    /// How many rows to leave out.
    pub(crate) fn skip(&self) -> i64 {
        self.skip.unwrap_or_default().into()
    }

    /// How many rows to ask for: one more than are shown, which tells that there is another page.
    pub(crate) fn ask(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// Whether the rows of all pages are to be counted: who pages by `skip` wants to know where the end is.
    pub(crate) fn counts(&self) -> bool {
        self.skip.is_some()
    }

    /// How many rows a page has at most.
    pub(crate) fn limit(&self) -> u16 {
        self.limit
    }

    /// The answer, of one row more than it shows if there are more; `cursor` is the place of a row.
    pub(crate) fn page<T>(&self, mut rows: Vec<T>, total: Option<i64>, cursor: impl Fn(&T) -> C) -> List<T> {
        let more = rows.len() > usize::from(self.limit);
        rows.truncate(self.limit.into());
        let next = rows.last().filter(|_| more).map(cursor);
        List { total, ..self.page_before(rows, next) }
    }

    /// The answer: the rows, and the place behind which the next page begins; `None` if this is the last.
    pub(crate) fn page_before<T>(&self, rows: Vec<T>, next: Option<C>) -> List<T> {
        List { rows, next: next.map(|place| self.address(&place)), total: None }
    }

    /// The address of the page behind a place, relative to the one that was asked for: a query alone, so that it holds behind any
    /// prefix that a gateway has taken off.
    fn address(&self, place: &C) -> String {
        let mut query = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
        query.extend_pairs(&self.asked).append_pair("cursor", &encoded(place));
        query.finish()
    }
}

fn encoded(place: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(json!(place).to_string())
}

fn decoded<C: DeserializeOwned>(cursor: &str) -> Result<C, Problem> {
    let place: Option<Value> =
        URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|text| serde_json::from_slice(&text).ok());
    place
        .and_then(|place| serde_json::from_value(place).ok())
        .ok_or_else(|| Problem::invalid("cursor", "must be that of a page's link to the next"))
}

fn skip(text: &str) -> Result<u32, Problem> {
    text.parse()
        .ok()
        .filter(|skip| *skip <= 1_000_000)
        .ok_or_else(|| Problem::invalid("skip", "must be a whole number from 0 to 1000000"))
}
