use store::Group;

/// How a handler ends its attempt well. A plain output turns into one by itself.
#[derive(Debug)]
pub enum End<O> {
    /// With its result.
    Output(O),
    /// By handing its task over: the task stays STARTED, without a function or a lease, until the group's callback
    /// ends, and then ends with the callback's result or error.
    HandOver(Group),
}

impl<O> From<O> for End<O> {
    fn from(output: O) -> Self {
        Self::Output(output)
    }
}
