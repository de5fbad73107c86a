use serde_json::{Value, json};

use crate::api::{Api, Ask, Pages};
use crate::exit::Failure;

/// Classes of metrics that need nothing but the test's expected answer, so that one can be made by its name alone.
const BY_NAME: [&str; 3] = ["exact", "contains", "regex"];

/// The metrics of these names, as a configuration takes them; those that need nothing but a name are made if there are none.
pub(super) async fn metrics(api: &Api, names: &[String]) -> Result<Vec<Value>, Failure> {
    let mut metrics = Vec::new();
    for name in names {
        let id = match find(api, name).await? {
            Some(id) => id,
            None if BY_NAME.contains(&name.as_str()) => {
                let body = json!({"name": name, "class_name": name});
                api.object(Ask::post("/metrics").json(&body), "id").await?["id"].clone()
            }
            None => return Err(Failure::not_found(format!("There is no metric named {name}."))),
        };
        metrics.push(json!({"id": id}));
    }
    Ok(metrics)
}

async fn find(api: &Api, name: &str) -> Result<Option<Value>, Failure> {
    let mut pages = Pages::of(api, "/metrics?limit=200");
    while let Some(page) = pages.next().await? {
        for row in page {
            let metric: Value = serde_json::from_str(row.get()).unwrap_or_default();
            if metric["name"] == *name || metric["id"] == *name {
                return Ok(Some(metric["id"].clone()));
            }
        }
    }
    Ok(None)
}
