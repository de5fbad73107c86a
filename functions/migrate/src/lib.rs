//! What `migrate` does, and how it answers whoever asked: CloudFormation, as a custom resource, or a person.

mod command;
mod request;
mod roles;
mod run;
mod secrets;

pub use command::Command;
pub use request::Request;
pub use run::{Error, facts, migrate, run};
pub use secrets::secrets;
