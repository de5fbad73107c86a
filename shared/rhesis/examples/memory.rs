//! What the worst answers take in memory: `cargo run --release -p rhesis --example memory`.
//!
//! Each is called for in a process of its own, once and ten times at once as a batch does it, and kept until all are there, with the text
//! that is judged of it. Memory is the peak of the process, less that of one that calls for a small answer.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a command for maintainers")]

use std::process::{Command, Stdio};

use axum::Router;
use axum::extract::Path;
use axum::routing::post;
use futures::future::join_all;
use rhesis::endpoints::{Allow, Client, Endpoint};
use serde_json::json;
use tokio::net::TcpListener;

/// The most that is read of an answer, in bytes.
const ANSWER: usize = 2 * 1024 * 1024;

/// What an answer is, its path, and how it begins, goes on and ends.
const CASES: [(&str, &str, [&str; 3]); 8] = [
    ("small", "$.output", ["{\"output\": \"hi\"", "", "}"]),
    (
        "objects of one field, `output` beside them",
        "$.output",
        ["{\"output\": \"hi\", \"items\": [0", ",{\"\":1}", "]}"],
    ),
    ("objects of one field as `output`", "$.output", ["{\"output\": [0", ",{\"\":1}", "]}"]),
    ("objects of one field, `$..*`: refused", "$..*", ["[0", ",{\"\":1}", "]"]),
    ("a text of 2 MiB", "$.output", ["{\"output\": \"", "x", "\"}"]),
    ("a text of 2 MiB, `$[*]`", "$[*]", ["[\"", "x", "\"]"]),
    ("a million numbers, `$..*`", "$..*", ["[0", ",0", "]"]),
    ("lists in lists, `$[*]`", "$[*]", ["[0", ",[0,0,0,0]", "]"]),
];

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    if let (Some(case), Some(times), Some(url)) = (args.next(), args.next(), args.next()) {
        return measured(case.parse().unwrap(), times.parse().unwrap(), &url).await;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/{case}", post(async |Path(case): Path<usize>| body(case)));
    tokio::spawn(async move { axum::serve(listener, router).await });
    println!("| worst answer | one: MB | batch of ten: MB |\n|---|---|---|");
    let small = run(0, 1, &url).await;
    for (case, (name, ..)) in CASES.iter().enumerate().skip(1) {
        let (one, ten) = (run(case, 1, &url).await, run(case, 10, &url).await);
        println!("| {name} | {} | {} |", one.saturating_sub(small), ten.saturating_sub(small));
    }
}

fn body(case: usize) -> String {
    let (_, _, [begin, more, end]) = CASES[case];
    let times = if more.is_empty() { 0 } else { (ANSWER - begin.len() - end.len()) / more.len() };
    format!("{begin}{}{end}", more.repeat(times))
}

/// Megabytes of a case, in a process of its own.
async fn run(case: usize, times: usize, url: &str) -> u64 {
    let (me, args) =
        (std::env::current_exe().unwrap(), [case.to_string(), times.to_string(), url.to_owned()]);
    let run = move || Command::new(me).args(args).stderr(Stdio::inherit()).output().unwrap();
    let done = tokio::task::spawn_blocking(run).await.unwrap();
    String::from_utf8(done.stdout).unwrap().trim().parse().unwrap()
}

async fn measured(case: usize, times: usize, url: &str) {
    let client = Client::builder().allow(Allow::this_machine()).build().unwrap();
    let mut endpoint = Endpoint::input_output(&format!("{url}/{case}"));
    endpoint.mappings.insert("output".to_owned(), json!(CASES[case].1));
    let answers = join_all((0..times).map(|_| client.call(&endpoint, "a prompt"))).await;
    let texts: Vec<_> =
        answers.iter().map(|answer| answer.as_ref().ok().and_then(|answer| answer.output())).collect();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").trim().parse().unwrap();
    drop(texts);
    println!("{}", peak / 1024);
}
