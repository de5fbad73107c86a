//! What `migrate` does, and how it answers whoever asked: CloudFormation, as a custom resource, or a person.

mod request;
mod roles;
mod run;

pub use request::Request;
pub use run::{Error, facts, migrate, run};
