use catalog::Spec;

use crate::document::{Document, Problem};
use crate::functions::of_type;

/// What every kind is watched for: metric, and where it is measured, with the end of its name.
const OF_A_KIND: [(&str, &str); 4] = [
    ("ApproximateNumberOfMessagesVisible", "${Stack}-${Kind}-dead"),
    ("ApproximateAgeOfOldestMessage", "${Stack}-${Kind}"),
    ("Errors", "${Stack}-${Kind}"),
    ("Throttles", "${Stack}-${Kind}"),
];

/// What is watched once.
const OF_THE_STACK: [&str; 4] = ["5xx", "outbox_lag_seconds", "engine_bugs", "tasks_failed"];

/// What nobody is told about: kinds whose block has no alarms, alarms that are missing or mute.
pub(crate) fn problems(
    template: &Document,
    of_a_kind: &Document,
    of_the_stack: &Document,
    specs: &[Spec],
) -> Vec<Problem> {
    let stacks = of_type(template, "AWS::CloudFormation::Stack")
        .filter(|(_, stack)| stack.at("TemplateURL").text() == "infra/alarms.yaml");
    let watched: Vec<_> = stacks.map(|(_, stack)| stack.at("Parameters").at("Kind")).collect();
    let mut problems = Vec::new();
    for kind in specs.iter().map(|spec| spec.kind) {
        if watched.iter().all(|it| it.text() != kind) {
            let queues = of_type(template, "AWS::SQS::Queue");
            let queue = queues
                .map(|(_, queue)| queue.at("QueueName"))
                .find(|it| it.text().ends_with(&format!("-{kind}")));
            let at = queue.unwrap_or(template.root().at("Resources"));
            problems
                .push(at.problem(format!("{kind}: no alarm watches it: add a stack of infra/alarms.yaml")));
        }
    }
    for kind in watched.iter().filter(|it| specs.iter().all(|spec| spec.kind != it.text())) {
        problems.push(kind.problem(format!("{}: has alarms but no contract in shared/catalog", kind.text())));
    }

    let missing = OF_A_KIND.iter().filter(|(metric, of)| {
        of_type(of_a_kind, "AWS::CloudWatch::Alarm").all(|(_, alarm)| {
            let measured = alarm.at("Dimensions").items();
            alarm.at("MetricName").text() != *metric || measured.iter().all(|it| it.at("Value").text() != *of)
        })
    });
    problems.extend(missing.map(|(metric, of)| {
        of_a_kind.root().at("Resources").problem(format!("no alarm watches {metric} of {of}"))
    }));
    for metric in OF_THE_STACK {
        if of_type(of_the_stack, "AWS::CloudWatch::Alarm")
            .all(|(_, alarm)| alarm.at("MetricName").text() != metric)
        {
            problems.push(of_the_stack.root().at("Resources").problem(format!("no alarm watches {metric}")));
        }
    }
    for document in [of_a_kind, of_the_stack] {
        for (id, alarm) in of_type(document, "AWS::CloudWatch::Alarm") {
            let actions = alarm.at("AlarmActions");
            if actions.items().iter().all(|it| it.text() != "Topic") {
                problems
                    .push(actions.problem(format!("{id}: tells nobody: AlarmActions must be [!Ref Topic]")));
            }
        }
    }
    problems
}
