use bench_common::Payload;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use task::Task;

/// The task that every peer runs: about 200 bytes of arguments, a line in a file, no result.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Noop(#[schemars(with = "serde_json::Value")] pub(crate) Payload);

impl Task for Noop {
    const KIND: &'static str = "noop";
    type Output = ();
}
