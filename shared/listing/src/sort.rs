use crate::column::Column;

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
