//! Lists that can be sorted, filtered and counted: one shape everywhere.

mod cursors;
mod filtering;
mod hostile;
mod pages;
mod sorting;

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::world::{Answer, Client};

/// What lists may be asked for beside their own filters.
const LISTS: [&str; 9] = [
    "/test_sets",
    "/test_configurations",
    "/test_runs",
    "/imports",
    "/endpoints",
    "/metrics",
    "/behaviors",
    "/models",
    "/tokens",
];

/// Asks for a list with these names in its query string.
async fn ask(client: &Client, list: &str, query: &[(&str, &str)]) -> Answer {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    client.get(&format!("{list}?{query}")).await
}

/// The names of the rows of a page.
#[track_caller]
fn names(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

/// Makes test sets of these names, in their order.
async fn make_sets(client: &Client, names: &[&str]) {
    for name in names {
        let made = client.post("/test_sets", &json!({ "name": name })).await;
        assert_eq!(made.status, 201, "{made:?}");
    }
}

/// All rows of a list, page by page.
async fn walk(client: &Client, list: &str, query: &[(&str, &str)]) -> Vec<Value> {
    let mut page = ask(client, list, query).await;
    let mut rows = Vec::new();
    loop {
        assert_eq!(page.status, 200, "{page:?}");
        rows.extend(page.body.as_array().unwrap().iter().cloned());
        let Some(next) = page.next(list) else { return rows };
        page = client.get(&next).await;
        assert!(page.headers.get("x-total-count").is_none(), "nothing is counted behind a cursor");
    }
}
