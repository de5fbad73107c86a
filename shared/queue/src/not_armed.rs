/// A tick that SQS did not take. What it was to cover must not be begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotArmed;

impl std::fmt::Display for NotArmed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the relay's next look could not be arranged: SQS did not take the tick")
    }
}

impl std::error::Error for NotArmed {}
