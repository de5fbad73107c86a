//! Pages of lists: which rows are asked for, in which order, and behind which one of them.
//!
//! A list says its columns once, as [`Column`]s of a [`Listing`]. From these alone follow what `$filter` and `sort_by` may name, what
//! is compared with what, and the statement: SQL comes from columns, values are bound, and nothing that was asked for becomes text of
//! a statement. A page is picked by ids; what a row shows is its room's matter.
//!
//! The order is that of a column and then of ids, so that no two rows stand at the same place; the place of the last row is the
//! cursor of the next page, which costs the same wherever it begins.

mod column;
mod compile;
mod condition;
mod list;
mod odata;
mod place;
mod query;
mod sort;
mod value;

pub use column::{Column, Kind};
pub use condition::Condition;
pub use list::{Listing, Page, Picked, Sql};
pub use odata::{BadFilter, MOST_CHARACTERS, MOST_LEVELS, MOST_TERMS};
pub use place::Place;
pub use query::Query;
pub use sort::{Direction, Sort};
pub use value::Value;
