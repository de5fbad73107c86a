//! A run from Queued to its end.

mod cases;
mod endings;
mod rough;
mod starts;
