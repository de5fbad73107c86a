//! The runtime around a handler: claim, run, finish.
//!
//! A task function is a contract and an async function; everything between SQS and Postgres is here:
//!
//! ```no_run
//! use catalog::CountTestSets;
//! use worker::{Context, Result, StartError};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), StartError> {
//!     worker::run(count).await
//! }
//!
//! async fn count(_: CountTestSets, ctx: Context) -> Result<i64> {
//!     let mut tx = ctx.begin().await?;
//!     Ok(sql::query_scalar("select count(*) from test_set").fetch_one(&mut *tx).await?)
//! }
//! ```

mod attempt;
mod batch;
mod close;
mod context;
mod end;
mod ends;
mod handler;
mod run;
mod start;
mod suspect;
mod transaction;
mod watch;
mod worker;

pub use context::Context;
pub use end::End;
pub use start::{StartError, run, run_with};
pub use store::Group;
pub use task::{Error, OrEnd};
pub use transaction::Tx;
pub use worker::{Invocation, Unavailable, Worker};

/// What a handler returns: its output, or why there is none.
pub type Result<T, E = Error> = std::result::Result<T, E>;
