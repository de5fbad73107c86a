use crate::column::Column;
use crate::condition::Condition;
use crate::list::Listing;
use crate::place::Place;

/// Which part of a list is asked for.
#[derive(Debug, Clone)]
pub struct Query {
    /// What rows must be.
    pub condition: Option<Condition>,
    /// The order.
    pub sort: Sort,
    /// Where the page before ended.
    pub behind: Option<Place>,
    /// How many rows to leave out.
    pub skip: i64,
    /// How many to show at most.
    pub limit: u16,
}

impl Query {
    /// The first page of a list in its own order, all of its rows.
    #[must_use]
    pub fn first(list: &'static Listing, limit: u16) -> Self {
        Self { condition: None, sort: list.sort(), behind: None, skip: 0, limit }
    }
}

/// An order: by a column, and among equals by ids, in the same direction.
#[derive(Debug, Clone, Copy)]
pub struct Sort {
    /// The column; one that [`Column::sorts`].
    pub column: &'static Column,
    /// Which way.
    pub direction: Direction,
}

/// Which way an order goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the least, or the earliest, on.
    Ascending,
    /// From the greatest, or the latest, on.
    Descending,
}

impl Direction {
    /// Its name in a query string.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }

    /// The direction of this name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        [Self::Ascending, Self::Descending].into_iter().find(|direction| direction.as_str() == word)
    }
}
