//! A file of tests in parts.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::world::{Answer, Api, Client};

async fn open(client: &Client, body: Value) -> String {
    let answer = client.post("/imports", &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let address = answer.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(client.get(&address).await.body, answer.body);
    address
}

async fn part(client: &Client, import: &str, number: usize, content: impl Into<Body>) -> Answer {
    let request = Request::put(format!("{import}/parts/{number}"))
        .header("content-type", "application/octet-stream")
        .body(content.into())
        .unwrap();
    client.send(request).await
}

async fn commit(client: &Client, import: &str) -> Answer {
    client.post(&format!("{import}/commit"), &json!({})).await
}

async fn sets(client: &Client) -> Value {
    client.get("/test_sets/stats").await.body["total"].clone()
}

#[tokio::test]
async fn parts_in_any_order_cut_anywhere_become_a_test_set_only_when_they_are_committed() {
    let api = Api::new().await;
    let client = api.client().await;
    let file = "prompt,expected\r\n\"first\r\nsecond\",\u{5e9}\r\n🦀,b\r\n".as_bytes();
    let parts: Vec<&[u8]> = file.chunks(7).collect();
    let import = open(&client, json!({ "name": "large", "format": "csv", "parts": parts.len() })).await;
    for (place, content) in parts.iter().enumerate().rev() {
        assert_eq!(part(&client, &import, place + 1, "wrong at first").await.status, 200);
        assert_eq!(part(&client, &import, place + 1, content.to_vec()).await.body["bytes"], content.len());
    }
    let open = client.get(&import).await.body;
    assert_eq!((&open["bytes"], &open["test_set_id"]), (&json!(file.len()), &Value::Null));
    assert_eq!(sets(&client).await, 0);
    let done = commit(&client, &import).await;
    assert_eq!((done.status.as_u16(), &done.body["tests"]), (201, &json!(2)));
    let again = commit(&client, &import).await;
    assert_eq!((again.status.as_u16(), &again.body), (200, &done.body));
    assert_eq!(sets(&client).await, 1);
    let tests =
        client.get(&format!("/test_sets/{}/tests", done.body["test_set_id"].as_str().unwrap())).await.body;
    assert_eq!((&tests[0]["prompt"], &tests[1]["prompt"]), (&json!("first\r\nsecond"), &json!("🦀")));
    assert_eq!(part(&client, &import, 1, "x").await.problem(), (409, None));
    let shown = client.get(&import).await.body;
    assert_eq!((&shown["test_set_id"], &shown["received"]), (&done.body["test_set_id"], &json!([])));
    assert_eq!(client.delete(&import).await.status, 204);
    assert_eq!(sets(&client).await, 1);
}

#[tokio::test]
async fn a_commit_that_cannot_be_says_why_and_can_be_repeated_with_another_part() {
    let api = Api::new().await;
    let client = api.client().await;
    let import = open(&client, json!({ "name": "n", "format": "jsonl", "parts": 2 })).await;
    assert_eq!(commit(&client, &import).await.problem(), (422, Some("parts")));
    part(&client, &import, 1, "{\"prompt\": \"a\"}\n{\"pro").await;
    let missing = commit(&client, &import).await;
    assert_eq!(missing.problem(), (422, Some("parts")));
    assert_eq!(missing.body["detail"], "part 2 has not come");
    part(&client, &import, 2, "mpt\": 7}").await;
    let wrong = commit(&client, &import).await;
    assert_eq!((wrong.problem(), &wrong.body["row"]), ((422, Some("prompt")), &json!(2)));
    assert_eq!(sets(&client).await, 0);
    part(&client, &import, 2, "mpt\": \"b\"}").await;
    assert_eq!(commit(&client, &import).await.body["tests"], 2);
}

#[tokio::test]
async fn commits_at_once_make_one_test_set() {
    let api = Api::new().await;
    let client = api.client().await;
    let import = open(&client, json!({ "name": "n", "format": "csv" })).await;
    part(&client, &import, 1, "prompt\na\n").await;
    let answers = futures::future::join_all((0..4).map(|_| commit(&client, &import))).await;
    assert!(answers.iter().all(|answer| answer.body == answers[0].body), "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(sets(&client).await, 1);
}

#[tokio::test]
async fn an_import_has_limits_of_number_and_size_and_time() {
    let api = Api::new().await;
    let client = api.client().await;
    let import = open(&client, json!({ "name": "n", "format": "csv", "parts": 20 })).await;
    assert_eq!(part(&client, &import, 0, "x").await.problem(), (422, Some("number")));
    assert_eq!(part(&client, &import, 21, "x").await.problem(), (422, Some("number")));
    assert_eq!(part(&client, &import, 1, "").await.problem(), (422, Some("body")));
    assert_eq!(part(&client, &import, 1, vec![b'a'; (4 << 20) + 1]).await.problem(), (413, None));
    for number in 1..=16 {
        assert_eq!(part(&client, &import, number, vec![b'a'; 4 << 20]).await.status, 200, "{number}");
    }
    assert_eq!(part(&client, &import, 17, "x").await.problem(), (413, None));
    assert_eq!(part(&client, &import, 16, "x").await.status, 200);
    for _ in 1..20 {
        open(&client, json!({ "name": "n", "format": "csv" })).await;
    }
    let one_more = json!({ "name": "n", "format": "csv" });
    assert_eq!(client.post("/imports", &one_more).await.problem(), (409, None));
    api.change("update import set expires_at = clock_timestamp() - interval '1 second'".into()).await;
    assert_eq!(client.get(&import).await.problem(), (404, None));
    assert_eq!(part(&client, &import, 1, "x").await.problem(), (404, None));
    assert_eq!(commit(&client, &import).await.problem(), (404, None));
    open(&client, one_more).await;
    let left: (i64, i64) =
        sql::query_as("select (select count(*) from import), (select count(*) from import_part)")
            .fetch_one(api.system.database.owner())
            .await
            .unwrap();
    assert_eq!(left, (1, 0));
}

#[tokio::test]
async fn an_import_is_the_tenants_and_what_is_wrong_with_it_is_named() {
    let api = Api::new().await;
    let (client, stranger) = (api.client().await, api.client().await);
    let import = open(&client, json!({ "name": "n", "format": "csv", "visibility": "user" })).await;
    assert_eq!(stranger.get(&import).await.problem(), (404, None));
    assert_eq!(part(&stranger, &import, 1, "x").await.problem(), (404, None));
    assert_eq!(commit(&stranger, &import).await.problem(), (404, None));
    assert_eq!(stranger.delete(&import).await.problem(), (404, None));
    for (body, field) in [
        (json!({ "format": "csv" }), "name"),
        (json!({ "name": "n" }), "format"),
        (json!({ "name": "n", "format": "xlsx" }), "format"),
        (json!({ "name": "n", "format": "csv", "parts": 0 }), "parts"),
        (json!({ "name": "n", "format": "csv", "parts": 1001 }), "parts"),
        (json!({ "name": "n", "format": "csv", "size": 1 }), "size"),
    ] {
        assert_eq!(client.post("/imports", &body).await.problem(), (422, Some(field)), "{body}");
    }
}
