//! A database that may sleep: nobody asks it anything while nothing is due, and nothing is lost for that.

mod connections;
mod contacts;
mod crashes;
pub(crate) mod death;
mod idle;
mod refusals;
mod wakes;
mod world;
