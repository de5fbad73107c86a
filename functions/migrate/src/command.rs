use serde::Deserialize;
use serde_json::Value;

use crate::Error;

/// What a person asks `migrate` for: `{"command": …}`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// To bring the database up to date; what `{}` asks for, too.
    #[default]
    Migrate,
    /// To tell under which keys of `DB_ENCRYPTION_KEY` the stored secrets are.
    CountSecrets,
    /// To encrypt those anew that are not under the first.
    ReencryptSecrets,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ByHand {
    #[serde(default)]
    command: Command,
}

impl Command {
    /// The command in an event that is none of CloudFormation's.
    ///
    /// # Errors
    /// The event is something else: nothing is done by mistake.
    pub fn of(event: &Value) -> Result<Self, Error> {
        let by_hand: Option<ByHand> = serde_json::from_value(event.clone()).map_err(|error| {
            let known = "{}, or {\"command\": …} with migrate, count_secrets or reencrypt_secrets";
            format!("the event must be {known}: {error}")
        })?;
        Ok(by_hand.unwrap_or_default().command)
    }
}
