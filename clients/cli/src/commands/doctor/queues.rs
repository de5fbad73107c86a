use std::time::Duration;

use aws::Trust;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::timeout::TimeoutConfig;
use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::QueueAttributeName as Name;
use catalog::Spec;
use settings::QUEUE_URL_PREFIX;

use super::finding::Finding;

const CHECK: &str = "queues";
/// Deliveries before a message is put aside.
const RECEIVES: i64 = 5;

/// What is wrong with the queues of the kinds; nothing where `QUEUE_URL_PREFIX` is not set.
pub(super) async fn examine() -> Vec<Finding> {
    let Some(prefix) = QUEUE_URL_PREFIX.get() else { return Vec::new() };
    let trust = match Trust::from_settings() {
        Ok(trust) => trust,
        Err(error) => return vec![Finding::fault(CHECK, error.to_string(), "Correct AWS_CA_BUNDLE.")],
    };
    let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_secs(10)).build();
    let client = Client::new(&aws::config(trust, timeouts));
    let mut findings = Vec::new();
    for spec in catalog::TASKS {
        findings.extend(of_kind(&client, &prefix, spec).await);
    }
    findings
}

async fn of_kind(client: &Client, prefix: &str, spec: &Spec) -> Vec<Finding> {
    let (live, dead) = (format!("{prefix}{}", spec.kind), format!("{prefix}{}-dead", spec.kind));
    match (attributes(client, &live).await, attributes(client, &dead).await) {
        (Ok(live), Ok(dead)) => judge(spec, &live, &dead),
        (Err(error), _) | (_, Err(error)) => vec![error],
    }
}

/// What a queue says of itself, as far as it is looked at.
#[derive(Debug, Default)]
struct Attributes {
    visibility: u64,
    redrive: Option<String>,
    messages: u64,
    retention: u64,
}

async fn attributes(client: &Client, url: &str) -> Result<Attributes, Finding> {
    let asked = client.get_queue_attributes().queue_url(url).attribute_names(Name::All).send().await;
    let answer = asked.map_err(|error| {
        let missing = error.as_service_error().is_some_and(|it| it.is_queue_does_not_exist());
        if missing {
            return Finding::fault(
                CHECK,
                format!("there is no queue {url}"),
                "Deploy the stack; see that QUEUE_URL_PREFIX is its own.",
            );
        }
        let why = DisplayErrorContext(&error).to_string();
        Finding::unknown(
            CHECK,
            format!("{url} cannot be asked: {why}"),
            "Ask with credentials that may sqs:GetQueueAttributes.",
        )
    })?;
    let attributes = answer.attributes().cloned().unwrap_or_default();
    let number = |name: &Name| attributes.get(name).and_then(|text| text.parse().ok()).unwrap_or_default();
    Ok(Attributes {
        visibility: number(&Name::VisibilityTimeout),
        redrive: attributes.get(&Name::RedrivePolicy).cloned(),
        messages: number(&Name::ApproximateNumberOfMessages),
        retention: number(&Name::MessageRetentionPeriod),
    })
}

fn judge(spec: &Spec, live: &Attributes, dead: &Attributes) -> Vec<Finding> {
    let kind = spec.kind;
    let mut findings = Vec::new();
    let least = spec.visibility_timeout();
    if live.visibility < least {
        findings.push(Finding::fault(
            CHECK,
            format!("{kind}: messages come again after {} s, its contract needs {least}", live.visibility),
            "`make template` and deploy: until then tasks that run are delivered twice.",
        ));
    }
    let policy: serde_json::Value =
        live.redrive.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let receives =
        policy["maxReceiveCount"].as_i64().or_else(|| policy["maxReceiveCount"].as_str()?.parse().ok());
    let target = policy["deadLetterTargetArn"].as_str().unwrap_or_default();
    if receives != Some(RECEIVES) || !target.ends_with(&format!("{kind}-dead")) {
        findings.push(Finding::fault(
            CHECK,
            format!("{kind}: messages that fail {RECEIVES} times do not go to {kind}-dead"),
            "Deploy the stack: somebody changed the queue's redrive policy.",
        ));
    }
    if dead.retention < live.retention {
        findings.push(Finding::warning(
            CHECK,
            format!("{kind}-dead keeps messages for {} s, less than {kind}", dead.retention),
            "Deploy the stack: a message's age counts from its first queue.",
        ));
    }
    if dead.messages > 0 {
        findings.push(Finding::fault(
            CHECK,
            format!("{kind}-dead holds {} messages", dead.messages),
            "Read the function's log, mend the cause, then purge the queue: no task is lost with it.",
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_that_is_not_as_its_contract_needs_is_told_and_one_that_is_is_quiet() {
        let spec = &catalog::TASKS[0];
        let policy = format!(
            r#"{{"deadLetterTargetArn":"arn:aws:sqs:x:1:s-{}-dead","maxReceiveCount":5}}"#,
            spec.kind
        );
        let least = spec.visibility_timeout();
        let live = || Attributes {
            visibility: least,
            redrive: Some(policy.clone()),
            messages: 7,
            retention: 345_600,
        };
        let dead = || Attributes { retention: 1_209_600, ..Attributes::default() };
        assert_eq!(judge(spec, &live(), &dead()), []);
        for (live, dead, said) in [
            (Attributes { visibility: 30, ..live() }, dead(), "come again after 30 s"),
            (Attributes { redrive: None, ..live() }, dead(), "do not go to"),
            (Attributes { redrive: Some(policy.replace(":5", ":9")), ..live() }, dead(), "do not go to"),
            (live(), Attributes { messages: 2, ..dead() }, "holds 2 messages"),
            (live(), Attributes { retention: 60, ..dead() }, "keeps messages for 60 s"),
        ] {
            let found = judge(spec, &live, &dead);
            assert!(found.len() == 1 && found[0].found.contains(said), "{said}: {found:?}");
        }
    }
}
