use queue::Tick;
use serde_json::Value;

/// What woke the relay.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// Its schedule, or somebody by hand.
    Demand,
    /// Messages of its own queue.
    Ticks {
        /// What they say.
        ticks: Vec<Tick>,
        /// Their ids, for those that must come again.
        message_ids: Vec<String>,
    },
}

impl Event {
    /// Reads an invocation's event; what comes not from SQS is a demand to sweep.
    #[must_use]
    pub fn read(event: &Value) -> Self {
        let Some(records) = event["Records"].as_array() else { return Self::Demand };
        let text = |record: &Value, field: &str| record[field].as_str().map(str::to_owned);
        Self::Ticks {
            ticks: records.iter().map(|r| Tick::parse(&text(r, "body").unwrap_or_default())).collect(),
            message_ids: records.iter().filter_map(|record| text(record, "messageId")).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_batch_of_ticks_is_told_from_any_other_event() {
        for other in [json!({}), json!(null), json!({ "source": "aws.scheduler" }), json!({ "Records": 1 })] {
            assert_eq!(Event::read(&other), Event::Demand);
        }
        let tick = Tick { due: 7, cover: true };
        let records = json!({ "Records": [{ "messageId": "a", "body": tick.body() }, { "messageId": "b" }] });
        let ticks = vec![tick, Tick { due: 0, cover: false }];
        assert_eq!(Event::read(&records), Event::Ticks { ticks, message_ids: vec!["a".into(), "b".into()] });
    }
}
