use serde_json::json;

use super::{LISTS, ask, make_sets, names};
use crate::world::{Api, Client};

async fn filtered(client: &Client, filter: &str) -> Vec<String> {
    let query = [("$filter", filter), ("sort_by", "name"), ("sort_order", "asc")];
    names(&ask(client, "/test_sets", &query).await).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_filter_lets_through_what_it_says_and_the_count_is_of_that() {
    let api = Api::new().await;
    let client = api.client().await;
    make_sets(&client, &["Alpha", "beta", "100% O'Hara", "a_b", "a-b"]).await;
    let described = json!({ "name": "described", "description": "so", "is_published": true });
    client.post("/test_sets", &described).await;
    for (filter, expected) in [
        ("name eq 'Alpha'", vec!["Alpha"]),
        ("tolower(name) eq 'alpha'", vec!["Alpha"]),
        ("tolower(name) eq tolower('ALPHA')", vec!["Alpha"]),
        ("name eq 'alpha'", vec![]),
        ("name eq '100% O''Hara'", vec!["100% O'Hara"]),
        ("contains(name, '%')", vec!["100% O'Hara"]),
        ("contains(name, '_')", vec!["a_b"]),
        ("startswith(name, 'a_')", vec!["a_b"]),
        ("endswith(tolower(name), 'A')", vec![]),
        ("endswith(tolower(name), tolower('TA'))", vec!["beta"]),
        ("endswith(name, '')", vec!["100% O'Hara", "a-b", "a_b", "Alpha", "beta", "described"]),
        ("name in ('beta', 'a-b', 'none')", vec!["a-b", "beta"]),
        ("description eq null and not (name eq 'Alpha') and startswith(name, 'b')", vec!["beta"]),
        ("description ne null", vec!["described"]),
        ("description ne 'so' and contains(name, 'b')", vec!["a-b", "a_b", "beta"]),
        ("not (description eq 'so') and contains(name, 'b')", vec!["a-b", "a_b", "beta"]),
        ("is_published", vec!["described"]),
        ("is_published eq true and created_at gt 2020-01-01T00:00:00Z", vec!["described"]),
        ("created_at lt 2020-01-01T00:00:00Z or name eq 'beta'", vec!["beta"]),
        ("visibility eq 'organization' and name in ('Alpha')", vec!["Alpha"]),
    ] {
        let mut found = filtered(&client, filter).await;
        let mut expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{filter}");
    }
    let counted = ask(&client, "/test_sets", &[("$filter", "contains(name,'b')"), ("limit", "1")]).await;
    assert_eq!(counted.headers["x-total-count"], "4", "{counted:?}");
    let id = client.get("/test_sets?limit=1").await.body[0]["id"].as_str().unwrap().to_owned();
    for filter in [format!("id eq '{id}'"), format!("id eq {id}"), format!("id in ('{id}')")] {
        assert_eq!(filtered(&client, &filter).await, ["described"]);
    }
}

#[tokio::test]
async fn every_column_of_every_list_can_be_asked_for_and_ordered_by() {
    let api = Api::new().await;
    let client = api.client().await;
    let document: serde_json::Value =
        serde_json::from_str(include_str!("../../../../../docs/openapi.json")).unwrap();
    let mut asked = 0;
    for list in LISTS.iter().chain(&["/webhooks", "/test_results"]) {
        let parameters = document["paths"][*list]["get"]["parameters"].as_array().unwrap();
        let named = |name: &str| parameters.iter().find(|one| one["name"] == name).unwrap();
        let about = named("$filter")["description"].as_str().unwrap();
        let columns = about.split("Columns: ").nth(1).unwrap().trim_end_matches('.');
        let run = api.configuration(&client, 1).await.0;
        let run = client.post(&format!("/test_configurations/{run}/execute"), &json!({})).await;
        let of_run = format!("test_run_id eq {}", run.body["test_run_id"].as_str().unwrap());
        for column in columns.split(", ").map(|name| name.trim_matches('`')) {
            let filter = match *list {
                "/test_results" => format!("{of_run} and {column} eq null"),
                _ => format!("{column} ne null"),
            };
            let answer = ask(&client, list, &[("$filter", &filter)]).await;
            assert_eq!(answer.status, 200, "{list} {filter} {answer:?}");
            asked += 1;
        }
        for column in named("sort_by")["schema"]["enum"].as_array().unwrap() {
            let filter = if *list == "/test_results" { of_run.as_str() } else { "" };
            let query = [("sort_by", column.as_str().unwrap()), ("$filter", filter)];
            let answer = ask(&client, list, &query).await;
            assert_eq!(answer.status, 200, "{list} {column} {answer:?}");
            asked += 1;
        }
    }
    assert!(asked > 100, "{asked}");
}

#[tokio::test]
async fn what_a_filter_cannot_be_is_told_and_secrets_are_no_columns() {
    let api = Api::new().await;
    let client = api.client().await;
    for (list, filter, said) in [
        (
            "/test_sets",
            "nme eq 'a'",
            "is wrong at character 1: there is no column `nme`; there are id, name, description, visibility, is_published, user_id, created_at, updated_at",
        ),
        ("/test_sets", "organization_id eq null", "there is no column `organization_id`"),
        (
            "/models",
            "key eq 'sk-1'",
            "there is no column `key`; there are id, name, model_name, endpoint, has_key, created_at",
        ),
        ("/endpoints", "contains(auth, 'a')", "there is no column `auth`"),
        ("/tokens", "token_hash gt 'a'", "there is no column `token_hash`"),
        ("/webhooks", "secret ne null", "there is no column `secret`"),
        (
            "/test_sets",
            "name eq 'a' and (",
            "is wrong at character 18: expected a column or a value, not the end",
        ),
    ] {
        let answer = ask(&client, list, &[("$filter", filter)]).await;
        assert_eq!(answer.problem(), (422, Some("$filter")), "{filter}");
        assert!(answer.body["detail"].as_str().unwrap().contains(said), "{}", answer.body);
    }
    let twice = client.get("/test_sets?$filter=is_published&$filter=is_published").await;
    assert_eq!(twice.problem(), (422, Some("$filter")));
    assert_eq!(client.get("/tasks?$filter=kind%20eq%20'a'").await.problem(), (422, Some("$filter")));
}

#[tokio::test]
async fn results_are_of_the_run_that_the_filter_names() {
    let api = Api::new().await;
    let client = api.client().await;
    assert_eq!(client.get("/test_results").await.problem(), (422, Some("test_run_id")));
    let run = uuid::Uuid::now_v7();
    let either = format!("test_run_id eq '{run}' or status eq 'Pass'");
    let answer = ask(&client, "/test_results", &[("$filter", &either)]).await;
    assert_eq!(answer.problem(), (422, Some("test_run_id")), "all runs would be asked");
    let answer = ask(&client, "/test_results", &[("$filter", &format!("test_run_id eq '{run}'"))]).await;
    assert_eq!(answer.problem(), (404, None));
}
