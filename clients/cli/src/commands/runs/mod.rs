//! Test runs: from a file of tests to a verdict that a pipeline can stand on.

mod compare;
mod download;
mod follow;
mod gate;
mod import;
mod judge;
mod junit;
mod list;
mod report;
mod results;
mod run;
mod show;

pub(crate) use compare::Compare;
pub(crate) use import::Import;
pub(crate) use list::Runs;
pub(crate) use results::Results;
pub(crate) use run::Run;
