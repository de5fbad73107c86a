//! What an operator sees and does.

mod batch_operations;
mod dead_letters;
mod kinds;
mod limits;
mod schedules;
mod stats;
mod webhooks;
