//! Test runs and what they come to.

mod configuring;
mod downloading;
mod ending;
mod executing;
mod failing;
mod judging;
mod reading;
