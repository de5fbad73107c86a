use catalog::Spec;

use crate::document::{At, Document, Problem};
use crate::functions::{all, name, of_type};

/// Seconds that a function needs beyond its handler's time limit, to write down how the attempt ended.
const MARGIN: u64 = 5;
/// AWS's advice for SQS and Lambda: visibility of at least six times the function's timeout.
const VISIBILITY_FACTOR: u64 = 6;
/// Fewer, and throttling alone would bury good messages.
const LEAST_RECEIVES: u64 = 5;

/// What is wrong between the contracts and the blocks of the template.
pub(crate) fn problems(template: &Document, specs: &[Spec]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for spec in specs {
        let kind = spec.kind;
        block(template, spec, &mut |at: At<'_>, problem: String| {
            problems.push(at.problem(format!("{kind}: {problem}")));
        });
    }
    for (_, queue) in of_type(template, "AWS::SQS::Queue") {
        let kind = name(queue.at("QueueName"));
        // The relay's queue is no kind's: it holds its ticks.
        if !kind.ends_with("-dead") && kind != "relay" && !specs.iter().any(|spec| spec.kind == kind) {
            problems.push(queue.problem(format!("{kind}: has a queue but no contract in shared/catalog")));
        }
    }
    problems
}

fn block(template: &Document, spec: &Spec, say: &mut impl FnMut(At<'_>, String)) {
    let kind = spec.kind;
    let resources = template.root().at("Resources");
    let Some((queue_id, queue)) =
        of_type(template, "AWS::SQS::Queue").find(|(_, queue)| name(queue.at("QueueName")) == kind)
    else {
        return say(resources, format!("there is no queue named ${{AWS::StackName}}-{kind}"));
    };
    let Some(function) = all(template).into_iter().find(|function| function.name == kind) else {
        return say(resources, format!("there is no function named ${{AWS::StackName}}-{kind}"));
    };

    let code = function.properties.at("CodeUri");
    if code.text() != format!("functions/tasks/{kind}") {
        say(code, format!("CodeUri must be functions/tasks/{kind}"));
    }
    let timeout = function.properties.at("Timeout");
    let (seconds, least) = (timeout.number().unwrap_or(0), spec.time_limit.as_secs() + MARGIN);
    if seconds < least {
        say(
            timeout,
            format!("Timeout is {seconds} s, must be at least {least}: the contract's limit and {MARGIN}"),
        );
    }
    let visibility = queue.at("VisibilityTimeout");
    let (seconds, least) = (visibility.number().unwrap_or(0), seconds * VISIBILITY_FACTOR);
    if seconds < least {
        let why = format!("{VISIBILITY_FACTOR} × Timeout");
        say(visibility, format!("VisibilityTimeout is {seconds} s, must be at least {least}: {why}"));
    }
    let url = function.properties.at("Environment").at("Variables").at("DATABASE_URL");
    if !url.text().starts_with(&format!("postgres://task_{kind}$")) {
        say(url, format!("DATABASE_URL must log in as task_{kind}"));
    }

    let redrive = queue.at("RedrivePolicy");
    let receives = redrive.at("maxReceiveCount");
    if receives.number().unwrap_or(0) < LEAST_RECEIVES {
        say(receives, format!("maxReceiveCount is {}, must be at least {LEAST_RECEIVES}", receives.text()));
    }
    let dead = redrive.at("deadLetterTargetArn");
    let dead_id = dead.text().trim_end_matches(".Arn");
    if name(resources.at(dead_id).at("Properties").at("QueueName")) != format!("{kind}-dead") {
        say(dead, format!("deadLetterTargetArn must be the queue ${{AWS::StackName}}-{kind}-dead"));
    }
    source(template, &format!("{queue_id}.Arn"), &format!("{}.Alias", function.id), say);
}

/// The event source mapping between a queue and the alias of its function.
fn source(template: &Document, queue: &str, alias: &str, say: &mut impl FnMut(At<'_>, String)) {
    let mut mappings = of_type(template, "AWS::Lambda::EventSourceMapping");
    let Some((_, mapping)) = mappings.find(|(_, mapping)| mapping.at("EventSourceArn").text() == queue)
    else {
        return say(template.root().at("Resources"), format!("no event source mapping reads {queue}"));
    };
    let function = mapping.at("FunctionName");
    if function.text() != alias {
        say(function, format!("FunctionName must be !Ref {alias}"));
    }
    let types = mapping.at("FunctionResponseTypes");
    if types.items().iter().all(|answer| answer.text() != "ReportBatchItemFailures") {
        say(types, "FunctionResponseTypes must be [ReportBatchItemFailures]".into());
    }
}
