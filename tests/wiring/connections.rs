use settings::{API_CONNECTIONS, MIGRATE_CONNECTIONS, RELAY_CONNECTIONS, TASK_CONNECTIONS};

use crate::document::{At, Document, Problem};
use crate::functions::{all, of_type};

/// The share of the database's connections that the functions may use together; the rest is for people.
const SHARE_PERCENT: u64 = 80;

/// What is wrong with how many connections the functions may open at once, all of them busy.
pub(crate) fn problems(template: &Document) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut sum = 0;
    for function in all(template) {
        let (concurrency, each) = match function.name {
            "api" => (function.properties.at("ReservedConcurrentExecutions"), API_CONNECTIONS),
            "relay" => (function.properties.at("ReservedConcurrentExecutions"), RELAY_CONNECTIONS),
            "migrate" => (function.properties.at("ReservedConcurrentExecutions"), MIGRATE_CONNECTIONS),
            _ => (of_source(template, function.id), TASK_CONNECTIONS.0 + TASK_CONNECTIONS.1),
        };
        match concurrency.number() {
            Some(concurrency) => sum += concurrency * u64::from(each),
            None => problems
                .push(concurrency.problem(format!("{}: nothing limits its concurrency", function.name))),
        }
    }
    let maximum = template.root().at("Mappings").at("Database").at("Connections").at("Maximum");
    let most = maximum.number().unwrap_or(0) * SHARE_PERCENT / 100;
    if sum > most {
        problems.push(maximum.problem(format!(
            "the functions may open {sum} connections, at most {most} may be: {SHARE_PERCENT} % of the database's; lower a \
             MaximumConcurrency or ReservedConcurrentExecutions"
        )));
    }
    problems
}

fn of_source<'a>(template: &'a Document, id: &str) -> At<'a> {
    let alias = format!("{id}.Alias");
    of_type(template, "AWS::Lambda::EventSourceMapping")
        .find(|(_, mapping)| mapping.at("FunctionName").text() == alias)
        .map_or(template.root().at("Resources"), |(_, mapping)| {
            mapping.at("ScalingConfig").at("MaximumConcurrency")
        })
}
