/// What a webhook can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, utoipa::ToSchema)]
pub enum Event {
    /// A test run has ended, however it did.
    #[schema(rename = "test_run.ended")]
    TestRunEnded,
    /// A task has failed for good.
    #[schema(rename = "task.failed")]
    TaskFailed,
}

impl Event {
    /// Every event there is to be subscribed to.
    pub const ALL: [Self; 2] = [Self::TestRunEnded, Self::TaskFailed];

    /// What tries a webhook out; nobody subscribes to it.
    pub const TEST: &'static str = "webhook.test";

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TestRunEnded => "test_run.ended",
            Self::TaskFailed => "task.failed",
        }
    }

    /// The event of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == word)
    }
}
