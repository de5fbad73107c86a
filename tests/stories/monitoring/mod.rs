//! What those who watch are shown and told.

mod measures;
mod notifications;
mod tally;
mod when_it_ran;
