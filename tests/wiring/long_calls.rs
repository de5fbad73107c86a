use crate::document::{Document, Problem};
use crate::functions::all;

/// What is wrong with how many requests may hold an instance of the API for seconds: some instances must stay free of them.
pub(crate) fn problems(template: &Document) -> Vec<Problem> {
    let mut problems = Vec::new();
    for function in all(template).into_iter().filter(|function| function.name == "api") {
        let instances =
            crate::services::reserved(function.properties.at("ReservedConcurrentExecutions")).number();
        let setting = function.properties.at("Environment").at("Variables").at("LONG_CALLS");
        let calls = setting.text().parse::<u64>().ok();
        if calls.zip(instances).is_none_or(|(calls, instances)| calls < 1 || calls >= instances) {
            problems.push(setting.problem(
                "LONG_CALLS must be at least 1 and below the api's ReservedConcurrentExecutions: see docs/operating.md, Limits",
            ));
        }
    }
    problems
}
