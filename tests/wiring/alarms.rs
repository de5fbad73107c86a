use catalog::Spec;

use crate::document::{At, Document, Problem};

/// What every kind is watched for: metric, and where it is measured, with the end of its name.
const OF_A_KIND: [(&str, &str, &str); 4] = [
    ("ApproximateNumberOfMessagesVisible", "QueueName", "${Stack}-${Kind}-dead"),
    ("ApproximateAgeOfOldestMessage", "QueueName", "${Stack}-${Kind}"),
    ("Errors", "FunctionName", "${Stack}-${Kind}"),
    ("Throttles", "FunctionName", "${Stack}-${Kind}"),
];

/// What is watched once.
const OF_THE_STACK: [&str; 4] = ["5xx", "outbox_lag_seconds", "engine_bugs", "tasks_failed"];

/// What nobody is told about: kinds that the template does not hand to the alarms, alarms that are missing or mute.
pub(crate) fn problems(template: &Document, monitoring: &Document, specs: &[Spec]) -> Vec<Problem> {
    let handed =
        template.root().at("Resources").at("Monitoring").at("Properties").at("Parameters").at("Kinds");
    let kinds: Vec<&str> = handed.text().split(',').collect();
    let mut problems: Vec<Problem> = specs
        .iter()
        .filter(|spec| !kinds.contains(&spec.kind))
        .map(|spec| handed.problem(format!("{}: no alarm watches it: add it to Kinds", spec.kind)))
        .collect();
    for kind in kinds.iter().filter(|kind| specs.iter().all(|spec| spec.kind != **kind)) {
        problems.push(handed.problem(format!("{kind}: is in Kinds but has no contract in shared/catalog")));
    }

    let resources = monitoring.root().at("Resources");
    let of_a_kind = resources.at("Fn::ForEach::Queues");
    let looped = of_a_kind.items().get(2).copied().unwrap_or(of_a_kind);
    for (metric, dimension, value) in OF_A_KIND {
        let watched = looped.entries().any(|(_, alarm)| {
            let properties = alarm.at("Properties");
            let measured = properties.at("Dimensions").items();
            properties.at("MetricName").text() == metric
                && measured
                    .iter()
                    .any(|it| it.at("Name").text() == dimension && it.at("Value").text() == value)
        });
        if !watched {
            problems.push(of_a_kind.problem(format!("no alarm watches {metric} of {value}")));
        }
    }
    for metric in OF_THE_STACK {
        if resources.entries().all(|(_, alarm)| alarm.at("Properties").at("MetricName").text() != metric) {
            problems.push(resources.problem(format!("no alarm watches {metric}")));
        }
    }
    let looped = resources.entries().filter_map(|(_, it)| it.items().get(2).copied()).flat_map(At::entries);
    for (id, alarm) in resources.entries().chain(looped) {
        let actions = alarm.at("Properties").at("AlarmActions");
        if alarm.at("Type").text() == "AWS::CloudWatch::Alarm"
            && actions.items().iter().all(|it| it.text() != "Topic")
        {
            problems.push(
                alarm
                    .at("Properties")
                    .problem(format!("{id}: tells nobody: AlarmActions must be [!Ref Topic]")),
            );
        }
    }
    problems
}
