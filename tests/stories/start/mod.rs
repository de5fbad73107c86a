//! What a start may ask for.

mod idempotency;
mod options;
mod options_in_sql;
