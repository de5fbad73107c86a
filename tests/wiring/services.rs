//! The functions that are no kind: what is around them says how long they may take, and how many may run.

use crate::document::{At, Document, Problem};
use crate::functions::{all, of_type};

/// A number of a function's block, and from where to where it may go.
pub(crate) struct Rule {
    pub(crate) function: &'static str,
    pub(crate) property: &'static str,
    pub(crate) least: u64,
    pub(crate) most: u64,
    why: &'static str,
}

const fn rule(function: &'static str, property: &'static str, range: (u64, u64), why: &'static str) -> Rule {
    Rule { function, property, least: range.0, most: range.1, why }
}

pub(crate) const RULES: [Rule; 8] = [
    rule("api", "Timeout", (25, 29), "?wait= holds an answer for 20 s, and an HTTP API gives up after 30"),
    rule("api", "ReservedConcurrentExecutions", (2, 1000), "one request that waits must not be all"),
    rule("api", "MemorySize", (256, 10_240), "less memory is less of a core: a request would take seconds"),
    rule(
        "relay",
        "Timeout",
        (30, 59),
        "the next sweep comes after 60 s, and a sweep of thousands takes half a minute",
    ),
    rule(
        "relay",
        "ReservedConcurrentExecutions",
        (2, 10),
        "a tick beside a sweep; more would only wait for each other",
    ),
    rule("relay", "MemorySize", (256, 10_240), "a sweep holds 500 wake-up calls and a TLS client"),
    rule(
        "migrate",
        "Timeout",
        (120, 900),
        "an index of a large table is built in it; Lambda ends it after 900 s",
    ),
    rule("migrate", "ReservedConcurrentExecutions", (1, 1), "two deployments must not migrate at once"),
];

/// Seconds that CloudFormation waits beyond the migrate function's own end.
const ANSWER: u64 = 30;
/// What CloudFormation allows for a custom resource.
const LONGEST_SERVICE: u64 = 3600;

/// How many of a function may run at once where the condition `Reserves` holds; without the condition, the value itself.
pub(crate) fn reserved(value: At<'_>) -> At<'_> {
    match (value.tag(), &value.items()[..]) {
        (Some("If"), [condition, number, otherwise])
            if condition.text() == "Reserves" && otherwise.text() == "AWS::NoValue" =>
        {
            *number
        }
        _ => value,
    }
}

/// What is wrong with the numbers of `api`, `relay` and `migrate`.
pub(crate) fn problems(template: &Document) -> Vec<Problem> {
    let mut problems = Vec::new();
    let functions = all(template);
    let globals = template.root().at("Globals").at("Function");
    for Rule { function, property, least, most, why } in &RULES {
        let Some(block) = functions.iter().find(|it| it.name == *function) else {
            problems
                .push(template.root().at("Resources").problem(format!("there is no function {function}")));
            continue;
        };
        let Some(value) = block.properties.get(property).or_else(|| globals.get(property)) else {
            problems.push(block.properties.problem(format!("{function}: {property} is missing: {why}")));
            continue;
        };
        let number = reserved(value);
        if !number.number().is_some_and(|number| (*least..=*most).contains(&number)) {
            let said = number.text();
            problems.push(
                value.problem(format!("{function}: {property} is {said}, must be {least} to {most}: {why}")),
            );
        } else if *property == "ReservedConcurrentExecutions" && value.tag().is_none() {
            problems.push(value.problem(format!(
                "{function}: {property} must be behind the condition Reserves: a new account may reserve nothing"
            )));
        }
    }
    let timeout = |name: &str| {
        functions
            .iter()
            .find(|it| it.name == name)
            .and_then(|it| it.properties.get("Timeout"))
            .and_then(|timeout| timeout.number())
    };
    for (_, migration) in of_type(template, "Custom::Migration") {
        let service = migration.at("ServiceTimeout");
        let least = timeout("migrate").unwrap_or_default() + ANSWER;
        if !service.number().is_some_and(|seconds| (least..=LONGEST_SERVICE).contains(&seconds)) {
            problems.push(service.problem(format!(
                "migrate: ServiceTimeout is {}, must be {least} to {LONGEST_SERVICE}: its Timeout and {ANSWER}",
                service.text()
            )));
        }
    }
    for (id, queue) in of_type(template, "AWS::SQS::Queue").filter(|(id, _)| *id == "RelayQueue") {
        let visibility = queue.at("VisibilityTimeout");
        let least = timeout("relay").unwrap_or_default();
        if visibility.number().is_none_or(|seconds| seconds < least) {
            let said = visibility.text();
            problems.push(visibility.problem(format!(
                "relay: VisibilityTimeout of {id} is {said}, must be at least {least}: a tick must not come twice at once"
            )));
        }
    }
    problems
}
