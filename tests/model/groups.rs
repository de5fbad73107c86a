use serde_json::{Value, json};
use store::NewTask;
use uuid::Uuid;

use crate::op::{Options, Shape};

impl Shape {
    /// The callback takes the options but the countdown, and expires only if its members may.
    pub(crate) fn callback_task(&self) -> NewTask {
        let options = Options { countdown: 0, limited: false, ..self.options.clone() };
        options.new_task("collect_results")
    }

    /// The group as a function hands its task over to it.
    pub(crate) fn handed_over_to(&self) -> Value {
        let members: Vec<NewTask> =
            (0..self.members).map(|_| self.options.new_task("execute_test_configuration")).collect();
        json!({
            "id": Uuid::now_v7(), "window": self.window, "members": members, "callback": self.callback_task(),
            "policy": if self.all_succeeded { "all_succeeded" } else { "all_ended" },
            "stops_on_failure": self.stops_on_failure,
        })
    }
}
