use catalog::Spec;
use yaml_serde::{Mapping, Value};

/// Seconds that a function needs beyond its handler's time limit, to write down how the attempt ended.
const MARGIN: u64 = 5;
/// AWS's advice for SQS and Lambda: visibility of at least six times the function's timeout.
const VISIBILITY_FACTOR: u64 = 6;
/// Fewer, and throttling alone would bury good messages.
const LEAST_RECEIVES: u64 = 5;

/// What is wrong between the contracts and `template.yaml`.
pub(crate) fn problems(text: &str, specs: &[Spec]) -> Vec<String> {
    let template: Value = yaml_serde::from_str(text).unwrap();
    let resources = template["Resources"].as_mapping().unwrap();
    let mut problems = Vec::new();
    for spec in specs {
        block(resources, spec, &mut |problem| problems.push(format!("{}: {problem}", spec.kind)));
    }
    for (_, queue) in of_type(resources, "AWS::SQS::Queue") {
        let kind = name(&queue["QueueName"]);
        if !kind.ends_with("-dead") && !specs.iter().any(|spec| spec.kind == kind) {
            problems.push(format!("{kind}: has a queue in template.yaml but no contract in shared/catalog"));
        }
    }
    problems
}

fn block(resources: &Mapping, spec: &Spec, say: &mut impl FnMut(String)) {
    let kind = spec.kind;
    let Some((queue_id, queue)) =
        of_type(resources, "AWS::SQS::Queue").find(|(_, queue)| name(&queue["QueueName"]) == kind)
    else {
        return say(format!("template.yaml has no queue named ${{AWS::StackName}}-{kind}"));
    };
    let Some((function_id, function)) = of_type(resources, "AWS::Serverless::Function")
        .find(|(_, function)| name(&function["FunctionName"]) == kind)
    else {
        return say(format!("template.yaml has no function named ${{AWS::StackName}}-{kind}"));
    };

    let code = format!("functions/tasks/{kind}");
    if function["CodeUri"].as_str() != Some(&code) {
        say(format!("CodeUri must be {code}"));
    }
    let timeout = function["Timeout"].as_u64().unwrap_or(0);
    let least = spec.time_limit.as_secs() + MARGIN;
    if timeout < least {
        say(format!(
            "Timeout of the function is {timeout} s, must be at least {least}: the contract's limit and {MARGIN}"
        ));
    }
    let visibility = queue["VisibilityTimeout"].as_u64().unwrap_or(0);
    let least = timeout * VISIBILITY_FACTOR;
    if visibility < least {
        say(format!(
            "VisibilityTimeout is {visibility} s, must be at least {least}: {VISIBILITY_FACTOR} × Timeout"
        ));
    }
    let url = tagged(&function["Environment"]["Variables"]["DATABASE_URL"]);
    if !url.starts_with(&format!("postgres://task_{kind}:")) {
        say(format!("DATABASE_URL must log in as task_{kind}"));
    }

    let redrive = &queue["RedrivePolicy"];
    let receives = redrive["maxReceiveCount"].as_u64().unwrap_or(0);
    if receives < LEAST_RECEIVES {
        say(format!("maxReceiveCount is {receives}, must be at least {LEAST_RECEIVES}"));
    }
    let dead = tagged(&redrive["deadLetterTargetArn"]).trim_end_matches(".Arn").to_owned();
    if name(&resources.get(dead.as_str()).unwrap_or(&Value::Null)["Properties"]["QueueName"])
        != format!("{kind}-dead")
    {
        say(format!("the dead-letter queue must be named ${{AWS::StackName}}-{kind}-dead"));
    }

    let mapping = of_type(resources, "AWS::Lambda::EventSourceMapping").find(|(_, mapping)| {
        tagged(&mapping["EventSourceArn"]) == format!("{queue_id}.Arn")
            && tagged(&mapping["FunctionName"]) == function_id
    });
    match mapping {
        None => say(format!("no event source mapping joins {queue_id} and {function_id}")),
        Some((_, mapping)) => {
            let types = mapping["FunctionResponseTypes"].as_sequence();
            if types.is_none_or(|types| types.iter().all(|t| t.as_str() != Some("ReportBatchItemFailures"))) {
                say("FunctionResponseTypes must be [ReportBatchItemFailures]".into());
            }
        }
    }
    let sends = &resources["SendTasks"]["Properties"]["PolicyDocument"]["Statement"][0]["Resource"];
    let allowed =
        sends.as_sequence().into_iter().flatten().any(|arn| tagged(arn) == format!("{queue_id}.Arn"));
    if !allowed {
        say(format!("SendTasks does not allow sending to {queue_id}"));
    }
}

/// The resources of a type: logical id and properties.
fn of_type<'a>(resources: &'a Mapping, wanted: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    resources
        .iter()
        .filter(move |(_, resource)| resource["Type"].as_str() == Some(wanted))
        .filter_map(|(id, resource)| Some((id.as_str()?, &resource["Properties"])))
}

/// What stands behind the stack's name.
fn name(value: &Value) -> String {
    tagged(value).trim_start_matches("${AWS::StackName}-").to_owned()
}

/// The text behind a tag as `!Ref` or `!Sub`, also one with a list of names; empty if there is none.
fn tagged(value: &Value) -> String {
    match value {
        Value::Tagged(tagged) => {
            tagged.value.as_str().or(tagged.value[0].as_str()).unwrap_or_default().to_owned()
        }
        plain => plain.as_str().unwrap_or_default().to_owned(),
    }
}
