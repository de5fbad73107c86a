//! Test runs and what they come to.

mod configuring;
mod downloading;
mod ending;
mod executing;
mod judging;
mod reading;
