//! The contracts: one file per kind of task, and the list of them.
//!
//! A contract is what both sides of a queue agree on: arguments, output and policy. It links no code that runs tasks.

mod collect_results;
mod count_test_sets;
mod deliver_webhook;
mod execute_test;
mod execute_test_configuration;
mod fields;
mod schedule;
mod spec;

pub use collect_results::CollectResults;
pub use count_test_sets::CountTestSets;
pub use deliver_webhook::{DeliverWebhook, Delivery};
pub use execute_test::{ExecuteTest, TestVerdict};
pub use execute_test_configuration::{ExecuteTestConfiguration, RunSummary};
pub use schedule::{Schedule, When};
pub use spec::{BadArgs, Spec};

/// Every kind of task there is.
pub const TASKS: &[Spec] = &[
    Spec::of::<ExecuteTestConfiguration>(),
    Spec::of::<ExecuteTest>(),
    Spec::of::<CollectResults>(),
    Spec::of::<CountTestSets>(),
    Spec::of::<DeliverWebhook>(),
];

/// Every schedule of the system; none yet, because every task there is works for a tenant.
pub const SCHEDULES: &[Schedule] = &[];

/// The contract of `kind`, if there is one.
#[must_use]
pub fn find(kind: &str) -> Option<&'static Spec> {
    TASKS.iter().find(|spec| spec.kind == kind)
}
