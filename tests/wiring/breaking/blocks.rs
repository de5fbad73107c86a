use catalog::TASKS;

use super::is_reported;
use crate::document::Document;
use crate::functions::{all, of_type};
use crate::{TEMPLATE, read};

#[test]
fn a_number_or_a_switch_of_any_kinds_block_that_is_wrong_is_reported_with_its_line() {
    let template = Document::parse(TEMPLATE, &read(TEMPLATE));
    for spec in TASKS {
        let kind = spec.kind;
        let function = all(&template).into_iter().find(|function| function.name == kind).unwrap();
        let queue = |wanted: &str| {
            let mut queues = of_type(&template, "AWS::SQS::Queue");
            queues.find(|(_, queue)| queue.at("QueueName").text().ends_with(wanted)).unwrap()
        };
        let (queue_id, properties) = queue(&format!("}}-{kind}"));
        let alias = format!("{}.Alias", function.id);
        let (source, _) = of_type(&template, "AWS::Lambda::EventSourceMapping")
            .find(|(_, mapping)| mapping.at("FunctionName").text() == alias)
            .unwrap();
        let of = |id: &str, path: &[&str], value: &str, said: &str| {
            let path = [&["Resources", id, "Properties"], path].concat();
            is_reported(&path, Some(value), &format!("{kind}: {said}"));
        };

        let least = spec.time_limit.as_secs() + 5;
        let seconds = (least - 1).to_string();
        of(function.id, &["Timeout"], &seconds, &format!("Timeout is {seconds} s, must be at least {least}"));
        let least = function.properties.at("Timeout").number().unwrap() * 6;
        let seconds = (least - 1).to_string();
        let said = format!("VisibilityTimeout is {seconds} s, must be at least {least}");
        of(queue_id, &["VisibilityTimeout"], &seconds, &said);
        let dead = properties.at("RedrivePolicy").at("deadLetterTargetArn").text();
        assert_ne!(dead, "AnotherDeadLetterQueue.Arn");
        of(queue_id, &["RedrivePolicy", "maxReceiveCount"], "4", "maxReceiveCount is 4, must be at least 5");
        let said = "deadLetterTargetArn must be the queue";
        of(queue_id, &["RedrivePolicy", "deadLetterTargetArn"], "!GetAtt AnotherDeadLetterQueue.Arn", said);
        of(function.id, &["CodeUri"], "functions/api", "CodeUri must be functions/tasks/");
        let said = "FunctionResponseTypes must be [ReportBatchItemFailures]";
        of(source, &["FunctionResponseTypes"], "[]", said);
        let said = format!("FunctionName must be !Ref {alias}");
        of(source, &["FunctionName"], &format!("!Ref {}", function.id), &said);
        of(source, &["ScalingConfig"], "{}", "nothing limits its concurrency");
    }
}
