//! `make import` against the API over a socket. Needs the Python environment that any `make` command makes.

use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::world::{Api, Client};

/// What the command said, if it ended well, else what it has against the file.
async fn upload(api: &Api, client: &Client, name: &str, file: &[u8]) -> Result<String, String> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let path = std::env::temp_dir().join(format!("{}-{name}", uuid::Uuid::now_v7()));
    std::fs::write(&path, file).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = api.router.clone();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let mut command = Command::new(format!("{root}/.local/venv/bin/python"));
    command
        .args(["-m", "stack", "import"])
        .env("PYTHONPATH", format!("{root}/infra/local"))
        .env("TESTS", &path)
        .env("NAME", "from the command line")
        .env("API_URL", format!("http://{address}/"))
        .env("TOKEN", &client.token)
        .stdin(Stdio::null());
    let done = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    server.abort();
    std::fs::remove_file(path).unwrap();
    let (said, complained) =
        (String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap());
    if done.status.success() { Ok(said) } else { Err(complained) }
}

#[tokio::test]
async fn a_file_of_many_parts_is_imported_from_the_command_line() {
    let api = Api::new().await;
    let client = api.client().await;
    let line =
        json!({ "prompt": format!("\u{5e9}\n{}", "long ".repeat(200)), "expected": null }).to_string() + "\n";
    let said = upload(&api, &client, "tests.jsonl", line.repeat(9_000).as_bytes()).await.unwrap();
    assert!(said.contains("parts 3/3"), "{said}");
    let sets = client.get("/test_sets").await.body;
    let set = &sets[0];
    assert_eq!((&set["name"], &set["tests"]), (&json!("from the command line"), &json!(9_000)));
    assert!(said.contains(&format!("9000 tests in test set {}", set["id"].as_str().unwrap())), "{said}");
}

#[tokio::test]
async fn the_command_line_says_what_is_wrong_with_a_file_and_leaves_nothing() {
    let api = Api::new().await;
    let client = api.client().await;
    let complaint = upload(&api, &client, "tests.csv", b"prompt\nfine\n \n").await.unwrap_err();
    assert!(complaint.contains("line 3: prompt is empty"), "{complaint}");
    let complaint = upload(&api, &client, "tests.xlsx", b"prompt\n").await.unwrap_err();
    assert!(complaint.contains("must end in .jsonl, .ndjson or .csv"), "{complaint}");
    assert_eq!(client.get("/test_sets/stats").await.body["total"], 0);
    let left: Vec<Value> = sql::query_scalar("select to_jsonb(i) from import i")
        .fetch_all(api.system.database.owner())
        .await
        .unwrap();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn what_is_in_a_file_is_the_apis_to_read() {
    let api = Api::new().await;
    let client = api.client().await;
    let long = "\u{2028}x\u{85}".repeat(60_000);
    let csv = format!(" prompt ;Expected Output;;\r\n\"{long}\r\n\";\u{2028};;\r\n;;;\r\n");
    let said = upload(&api, &client, "tests.csv", csv.as_bytes()).await.unwrap();
    assert!(said.contains("1 tests in test set"), "{said}");
    let set = client.get("/test_sets").await.body[0]["id"].as_str().unwrap().to_owned();
    let tests = client.get(&format!("/test_sets/{set}/tests")).await.body;
    assert_eq!(tests[0]["prompt"], format!("{long}\r\n"));
    let complaint = upload(&api, &client, "tests.csv", b"prompt,expcted\na,b\n").await.unwrap_err();
    assert!(complaint.contains("may be meant for expected"), "{complaint}");
}
