use crate::condition::Condition;
use crate::list::Listing;
use crate::place::Place;
use crate::sort::Sort;

/// Which part of a list is asked for.
#[derive(Debug, Clone)]
pub struct Query {
    /// What rows must be.
    pub condition: Option<Condition>,
    /// The order.
    pub sort: Sort,
    /// Where the page before ended.
    pub behind: Option<Place>,
    /// Whether the rows of all pages are counted, which reads all of them; never behind a place.
    pub counted: bool,
    /// How many rows to leave out. Whoever says so takes a page of fewer rows than `limit` for the last.
    pub skip: Option<i64>,
    /// How many to show at most.
    pub limit: u16,
}

impl Query {
    /// The first page of a list in its own order, all of its rows.
    #[must_use]
    pub fn first(list: &'static Listing, limit: u16) -> Self {
        Self { condition: None, sort: list.sort(), behind: None, counted: true, skip: None, limit }
    }
}
