//! What operators do to tasks: revoke, redrive, many at once.

mod batches;
mod redriving;
mod revoking;
