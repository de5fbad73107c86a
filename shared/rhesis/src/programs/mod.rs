//! Programs: what users write and the system runs. Templates, JSON paths, regular expressions and JSON Schemas.
//!
//! Whatever a user can store has a bound here, on length, nesting, steps, output and memory: [`limits`] has every number and
//! its reason. What can be known of a program by itself is checked when it is read, by a scan of its own that takes time
//! linear in its length, before a parser that recurses sees it; what depends on the prompt or the answer, when it runs. A
//! program is read where it is stored, and again where it runs: rows that were written before a limit are there.
//!
//! Nothing here touches the network or the database. What may take more than a millisecond is for [`apart`].

mod apart;
mod budget;
mod cache;
mod cached;
mod error;
mod limit;
pub mod limits;
mod matched;
mod path;
mod pattern;
mod schema;
mod size;
mod template;
mod verbatim;

pub use apart::{BrokenOff, apart, apart_with};
pub(crate) use cached::{path, pattern, schema, template};
pub use error::BadProgram;
pub use limit::{Limit, TooMuch};
pub use matched::Matched;
pub use path::{Allowance, Path, Searched, Unsearchable};
pub use pattern::Pattern;
pub use schema::{Schema, Takes, Validity};
pub use size::Size;
pub use template::{Misplaced, Syntax, Template};
pub(crate) use verbatim::{held, verbatim};
