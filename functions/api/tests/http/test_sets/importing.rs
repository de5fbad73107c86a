//! A file of tests in one request.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::played::id;
use crate::world::{Answer, Api, Client};

const LINES: &str = "application/x-ndjson";
const CSV: &str = "text/csv; charset=utf-8";

async fn import(client: &Client, content_type: &str, file: impl Into<Body>) -> Answer {
    let request = Request::post("/test_sets/import?name=prompts").header("content-type", content_type);
    client.send(request.body(file.into()).unwrap()).await
}

async fn prompts(client: &Client, set: Uuid) -> Vec<(String, Option<String>)> {
    let body = client.get(&format!("/test_sets/{set}/tests?limit=200")).await.body;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let tests = body.as_array().unwrap().iter();
    tests.map(|test| (text(&test["prompt"]).unwrap(), text(&test["expected"]))).collect()
}

async fn nothing_was_made(client: &Client) {
    assert_eq!(client.get("/test_sets/stats").await.body["total"], 0);
}

#[tokio::test]
async fn json_lines_and_csv_become_test_sets_in_the_order_of_the_file() {
    let api = Api::new().await;
    let client = api.client().await;
    let lines = "\u{feff}{\"prompt\": \"{{ a }}\\n\\\"b\\\"\", \"expected\": \"\"}\r\n\n{\"prompt\": \"\u{5e9}🦀\", \"expected\": \"=1\"}";
    let csv = "\u{feff}id,expected,prompt\r\n1,,\"{{ a }}\n\"\"b\"\"\"\r\n2,=1,\u{5e9}🦀\r\n";
    for (content_type, file) in [(LINES, lines), ("application/jsonl", lines), (CSV, csv)] {
        let answer = import(&client, content_type, file).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        assert_eq!(answer.body["tests"], 2);
        let set = id(&answer.body["test_set_id"]);
        assert_eq!(answer.headers["location"], format!("/test_sets/{set}"));
        let expected = [("{{ a }}\n\"b\"".to_owned(), None), ("\u{5e9}🦀".to_owned(), Some("=1".to_owned()))];
        assert_eq!(prompts(&client, set).await, expected);
        assert_eq!(client.get(&format!("/test_sets/{set}")).await.body["name"], "prompts");
    }
}

#[tokio::test]
async fn a_row_that_is_wrong_is_named_by_its_line_and_field_and_nothing_is_made() {
    let api = Api::new().await;
    let client = api.client().await;
    let deep = format!("{{\"prompt\": {}{}}}", "[".repeat(200), "]".repeat(200));
    for (content_type, file, row, field) in [
        (LINES, &b"{\"prompt\": \"a\"}\n\n{\"prompt\": 3}\n{\"prompt\": 4}"[..], json!(3), "prompt"),
        (LINES, b"{\"prompt\": \"a\", \"expected\": {}}", json!(1), "expected"),
        (LINES, b"{\"expected\": \"a\"}", json!(1), "prompt"),
        (LINES, b"{\"prompt\": \"a\"}\n{\"prompt\": \"a\\u0000\"}", json!(2), "prompt"),
        (LINES, b"{\"prompt\": \"a\"}\n{\"prompt\": \"\xff\"}", json!(2), "body"),
        (LINES, b"{\"prompt\": \"a\"}\n[1]", json!(2), "body"),
        (LINES, deep.as_bytes(), json!(1), "prompt"),
        (LINES, b"{\"prompt\": \"a\", \"prompt\": \"b\"}", json!(1), "body"),
        (LINES, b"[\n{\"prompt\": \"a\"}\n]", json!(1), "body"),
        (LINES, b"{\"prompt\": \"a\"}\r\r{\"prompt\": \"b\", \"expcted\": \"c\"}", json!(3), "body"),
        (LINES, b"", Value::Null, "body"),
        (LINES, b"\xff\xfe{\x00", json!(1), "body"),
        (CSV, b"prompt,expected\n\"two\nlines\",x\n ,y\n", json!(4), "prompt"),
        (CSV, b"prompt\na\n\xff\n", json!(3), "prompt"),
        (CSV, b"prompt\na\n\0\n", json!(3), "prompt"),
        (CSV, b"prompt,expected\na\n", json!(2), "body"),
        (CSV, b"prompt,expected\na,b\n\"c,d\ne,f\n", json!(3), "body"),
        (CSV, b"question\na\n", json!(1), "body"),
        (CSV, b"prompt,expcted\na,b\n", json!(1), "body"),
        (CSV, b"prompt,Prompt\na,b\n", json!(1), "body"),
        (CSV, b"prompt,expected\r\n\r\n\"say \\\"hi\\\"\",x\r\n", json!(3), "body"),
        (CSV, b"prompt\ra\r\r\"q\"x\r", json!(4), "body"),
        (CSV, b"prompt\n", Value::Null, "body"),
    ] {
        let answer = import(&client, content_type, file.to_vec()).await;
        assert_eq!(answer.problem(), (422, Some(field)), "{answer:?}");
        assert_eq!(answer.body["row"], row, "{answer:?}");
    }
    nothing_was_made(&client).await;
}

#[tokio::test]
async fn a_bad_row_behind_thousands_of_good_ones_leaves_nothing_of_them() {
    let api = Api::new().await;
    let client = api.client().await;
    let file = format!("prompt\n{}\" \"\n", "fine\n".repeat(12_000));
    let answer = import(&client, CSV, file).await;
    assert_eq!(answer.problem(), (422, Some("prompt")));
    assert_eq!(answer.body["row"], 12_002);
    nothing_was_made(&client).await;
    let left: i64 = sql::query_scalar("select count(*) from prompt")
        .fetch_one(api.system.database.owner())
        .await
        .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_request_that_is_no_file_of_tests_is_refused() {
    let api = Api::new().await;
    let client = api.client().await;
    for content_type in ["application/json", "text/plain", "text/csv; charset=latin1"] {
        assert_eq!(import(&client, content_type, "prompt\na\n").await.problem(), (415, None));
    }
    let large = import(&client, CSV, vec![b'a'; (4 << 20) + 1]).await;
    assert_eq!(large.problem(), (413, None));
    assert!(large.body["detail"].as_str().unwrap().contains("POST /imports"), "{large:?}");
    for (query, field) in [
        ("", "name"),
        ("?name=", "name"),
        ("?name=a&visibility=mine", "visibility"),
        ("?name=a&format=csv", "format"),
    ] {
        let request = Request::post(format!("/test_sets/import{query}")).header("content-type", CSV);
        let answer = client.send(request.body("prompt\na\n".into()).unwrap()).await;
        assert_eq!(answer.problem(), (422, Some(field)), "{query}");
    }
    nothing_was_made(&client).await;
}
