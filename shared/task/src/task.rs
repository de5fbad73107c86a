use std::time::Duration;

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::Retry;

/// The contract of one kind of task: its arguments are the implementing struct, its policy the constants.
///
/// Whoever starts a task needs only this, never the code that runs it.
pub trait Task: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// The name of the kind: of its folder, its queue, its function and its database role.
    ///
    /// A promise to the database: rows carry it. To rename a kind add the new one, let the old one run dry, remove it.
    const KIND: &'static str;

    /// The version of the arguments. Raise it when a function of the last release could not run what this one
    /// starts; a function leaves tasks of a newer version alone until it is replaced.
    const VERSION: i32 = 1;

    /// How often and how soon a failed attempt is repeated.
    const RETRY: Retry = Retry::DEFAULT;

    /// How long one attempt may run, in whole seconds. The function's own timeout must be at least 5 s longer.
    const TIME_LIMIT: Duration = Duration::from_secs(60);

    /// How long an ended task and its result are kept. After that its id is unknown.
    const RETENTION: Duration = Duration::from_secs(30 * 24 * 3600);

    /// Whether only other tasks start it, as the members of a group: the API's door is closed to it.
    const INTERNAL: bool = false;

    /// What a finished task answers, as JSON.
    type Output: Serialize + DeserializeOwned + JsonSchema + Send + 'static;
}
