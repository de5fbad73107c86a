//! Tasks: started, shown, waited for, ended, in groups and chains.

mod bulk;
mod chains;
mod groups;
mod idempotency;
mod identified;
mod listing;
mod options;
mod reading;
mod revoking;
mod starting;
mod waiting;
mod why;
