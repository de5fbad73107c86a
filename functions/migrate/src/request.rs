use std::panic::AssertUnwindSafe;
use std::time::{Duration, SystemTime};

use futures::FutureExt as _;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::Migrated;

use crate::{Error, facts};

/// What is kept back of the invocation's time for the answer.
const MARGIN: Duration = Duration::from_secs(15);
/// Pauses between tries to answer, in milliseconds: one that does not arrive holds the deployment up for an hour.
const PAUSES: [u64; 4] = [0, 500, 1000, 2000];
/// How long one try may take.
const TIMEOUT: Duration = Duration::from_secs(3);
/// The longest reason; CloudFormation takes 4 KiB for the whole answer.
const LONGEST_REASON: usize = 1000;

/// Why nothing was done that should have been, in one sentence for the deployment's log.
type Reason = String;

/// What CloudFormation asks of a custom resource.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Request {
    #[serde(rename = "ResponseURL")]
    response_url: String,
    #[serde(default)]
    request_type: String,
    #[serde(default)]
    stack_id: String,
    #[serde(default)]
    request_id: String,
    #[serde(default)]
    logical_resource_id: String,
    physical_resource_id: Option<String>,
    #[serde(default)]
    resource_properties: Properties,
}

/// What the template gives the custom resource.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Properties {
    /// Whatever of the stack's parameters reaches a function.
    #[serde(default)]
    settings: Value,
}

impl Request {
    /// The request in an event, if it is one: it names the place where the answer goes.
    #[must_use]
    pub fn of(event: &Value) -> Option<Self> {
        serde_json::from_value(event.clone()).ok()
    }

    /// Does `work`, and answers, whatever becomes of it: done, failed, panicked, or not done in time. Deleting does nothing,
    /// because the data stay.
    ///
    /// # Errors
    /// If the answer could not be delivered.
    pub async fn answer<W>(self, deadline: SystemTime, work: W) -> Result<Value, Error>
    where
        W: Future<Output = Result<Migrated, Error>>,
    {
        let outcome = match self.request_type.as_str() {
            "Delete" => Ok(Value::Null),
            _ => within(deadline, work).await,
        };
        if let Err(reason) = &outcome {
            tracing::error!(error = reason, "not migrated");
        }
        let answer = self.in_words(outcome);
        self.deliver(&answer).await?;
        Ok(answer)
    }

    fn in_words(&self, outcome: Result<Value, Reason>) -> Value {
        let (status, reason, data) = match outcome {
            Ok(Value::Object(mut data)) => {
                data.insert("Settings".into(), self.resource_properties.digest().into());
                ("SUCCESS", String::new(), Value::Object(data))
            }
            Ok(data) => ("SUCCESS", String::new(), data),
            Err(reason) => ("FAILED", reason.chars().take(LONGEST_REASON).collect(), Value::Null),
        };
        json!({
            "Status": status,
            "Reason": reason,
            // One and the same for ever: another would make CloudFormation delete the old one.
            "PhysicalResourceId": self.physical_resource_id.as_deref().unwrap_or("schema"),
            "StackId": self.stack_id,
            "RequestId": self.request_id,
            "LogicalResourceId": self.logical_resource_id,
            "Data": data,
        })
    }

    async fn deliver(&self, answer: &Value) -> Result<(), Error> {
        let http = client()?;
        let mut last: Option<Error> = None;
        for pause in PAUSES {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            // Without a content type: the URL is signed for none.
            let sent = http.put(&self.response_url).body(answer.to_string()).send().await;
            match sent.and_then(reqwest::Response::error_for_status) {
                Ok(_) => return Ok(()),
                // The URL lets anybody answer: it does not belong into a log.
                Err(error) => last = Some(error.without_url().into()),
            }
        }
        Err(last.unwrap_or_else(|| "not answered".into()))
    }
}

impl Properties {
    /// A text that is another if any setting is: the template makes new versions of the functions by it.
    fn digest(&self) -> String {
        format!("{:x}", Sha256::digest(self.settings.to_string()))
    }
}

/// The work, with a panic caught, and with enough time left to answer.
async fn within<W>(deadline: SystemTime, work: W) -> Result<Value, Reason>
where
    W: Future<Output = Result<Migrated, Error>>,
{
    let left = deadline.duration_since(SystemTime::now()).unwrap_or_default().saturating_sub(MARGIN);
    match tokio::time::timeout(left, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(Ok(migrated))) => Ok(facts(&migrated)),
        Ok(Ok(Err(error))) => Err(error.to_string()),
        Ok(Err(_)) => Err("migrate panicked; its log says where".into()),
        Err(_) => Err(format!("not migrated within {} s: does somebody hold a lock?", left.as_secs())),
    }
}

fn client() -> Result<reqwest::Client, Error> {
    let client = reqwest::Client::builder().tls_backend_preconfigured(tls::config());
    Ok(client.no_proxy().timeout(TIMEOUT).build()?)
}
