//! What the documents show of the API and the database is tried: requests are sent, answers compared, routes and
//! parameters looked up, statements planned.

mod answers;
mod pages;
mod requests;
mod routes;
mod statements;

use serde_json::Value;

use crate::walk::tenant::Tenant;

/// The table that a path names before an id, or a field before `_id`.
fn table(name: &str) -> String {
    match name.replace('-', "_").trim_end_matches('s') {
        "task" => "tasks.task".into(),
        "group" => "tasks.task_group".into(),
        "schedule" => "tasks.schedule".into(),
        "batch_operation" => "tasks.batch_operation".into(),
        "evaluation_model" => "model".into(),
        "execute" => "endpoint".into(),
        "compare" => "test_run".into(),
        other => other.into(),
    }
}

/// A path with an id of the tenant for everything that stands for one: `{id}`, `$ID`, a UUID.
fn address(path: &str, tenant: &Tenant) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut segments: Vec<String> = Vec::new();
    for segment in path.split('/') {
        let stands_for_one = segment.starts_with(['$', '{']) || segment.parse::<uuid::Uuid>().is_ok();
        let known = segments.last().filter(|_| stands_for_one);
        let segment = match known.map(String::as_str) {
            Some("kinds") => "count_test_sets".to_owned(),
            Some(before) if is_id(before) => tenant.id(&table(&segments[segments.len() - 2])),
            Some(before) => tenant.id(&table(before)),
            None => segment.to_owned(),
        };
        segments.push(segment);
    }
    let path = segments.join("/");
    match query.replace("test_run_id=…", &format!("test_run_id={}", tenant.id("test_run"))) {
        query if query.is_empty() => path,
        query => format!("{path}?{query}"),
    }
}

fn is_id(text: &str) -> bool {
    text.parse::<uuid::Uuid>().is_ok()
}

/// Puts ids of the tenant where a body shows that there is one.
fn fill(value: &mut Value, key: &str, tenant: &Tenant) {
    match value {
        Value::String(text) if text.starts_with('…') || text.starts_with("01976ad0") => {
            *text = tenant.id(&table(key.trim_end_matches("_id")));
        }
        // The rest of a key or a password, which may be anything.
        Value::String(text) => *text = text.replace('…', "0123456789"),
        // An id in a list is one of what the list is called.
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, key, tenant)),
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| {
            fill(value, if name == "id" { key } else { name }, tenant);
        }),
        _ => {}
    }
}
