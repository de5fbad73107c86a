use serde::Serialize;
use serde_json::Value;
use store::Group;

/// How a handler ends its attempt well. A plain output turns into one by itself.
#[derive(Debug)]
pub enum End<O> {
    /// With its result.
    Output(O),
    /// By handing its task over: the task stays STARTED, without a function or a lease, until the group's callback
    /// ends, and then ends with the callback's result or error.
    HandOver(Group),
    /// In the middle: the task goes on in another invocation, which finds the cursor in
    /// [`Context::cursor`](crate::Context::cursor). Costs no retry. What lasts longer than Lambda's 15 minutes is done so.
    Continue(Value),
}

impl<O> End<O> {
    /// In the middle, from `cursor`.
    ///
    /// # Errors
    /// If the cursor cannot be written as JSON.
    pub fn go_on_from(cursor: &impl Serialize) -> task::Result<Self> {
        Ok(Self::Continue(serde_json::to_value(cursor)?))
    }
}

impl<O> From<O> for End<O> {
    fn from(output: O) -> Self {
        Self::Output(output)
    }
}
