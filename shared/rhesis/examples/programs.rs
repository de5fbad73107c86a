//! What the largest legal programs cost: `cargo run --release -p rhesis --example programs`.
//!
//! Each is measured in a process of its own: once as the API reads it and tries it, and ten times at once as a batch runs it in
//! the worker, each with an answer of its own. Memory is the peak of the process, less that of one that does nothing.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a command for maintainers")]

use std::process::{Command, Stdio};
use std::time::Instant;

use futures::future::join_all;
use rhesis::programs::{Allowance, Path, Pattern, Schema, Template, apart};
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// The most that is read of an answer, in bytes.
const ANSWER: usize = 2 * 1024 * 1024;

const CASES: [(&str, fn()); 9] = [
    ("template: steps", steps),
    ("template: memory", memory),
    ("template: output", output),
    ("template: texts and nodes", nodes),
    ("JSONPath: every value of 1,000,000", every_value),
    ("regex: many states, given up", given_up),
    ("regex: one automaton over 2 MiB", automaton),
    ("JSON Schema: ways times values", ways),
    ("JSON Schema: patterns", patterns),
];

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    if let (Some(case), Some(times)) = (args.next(), args.next()) {
        return measured(&case, times.parse().unwrap()).await;
    }
    println!("| largest legal | API: ms | MB | batch of ten: ms | MB |\n|---|---|---|---|---|");
    let (_, nothing) = run("nothing", 1);
    for (name, _) in CASES {
        let ((once, small), (ten, large)) = (run(name, 1), run(name, 10));
        println!(
            "| {name} | {once} | {} | {ten} | {} |",
            small.saturating_sub(nothing),
            large.saturating_sub(nothing)
        );
    }
}

/// Milliseconds and megabytes of a case, in a process of its own.
fn run(case: &str, times: usize) -> (u64, u64) {
    let me = std::env::current_exe().unwrap();
    let done = Command::new(me).arg(case).arg(times.to_string()).stderr(Stdio::inherit()).output().unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    let mut numbers = said.split_whitespace().map(|number| number.parse().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

async fn measured(name: &str, times: usize) {
    let began = Instant::now();
    if let Some((_, case)) = CASES.iter().find(|(known, _)| *known == name) {
        for done in join_all((0..times).map(|_| apart(*case))).await {
            done.unwrap();
        }
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").trim().parse().unwrap();
    println!("{} {}", began.elapsed().as_millis(), peak / 1024);
}

fn render(template: &Value) {
    Template::read(template).unwrap().render(&[("input", "a prompt of some words")]).unwrap();
}

fn steps() {
    let leaf = "{% for i in range(75) %}{% for j in range(60) %}{{ j }}{% endfor %}{% endfor %}";
    render(&json!([leaf, leaf]));
}

fn memory() {
    render(&json!("{% set x = 'a' * 2000000 %}{% set y = x ~ 'b' %}{{ y|length }}"));
}

fn output() {
    render(&json!("{% set x = 'a' * 20000 %}{% for i in range(104) %}{{ x }}{% endfor %}"));
}

fn nodes() {
    let long = "x".repeat(150_000);
    let many = (0..990).map(|i| json!({"role": i, "content": "{{ input }}"})).collect::<Vec<_>>();
    render(&json!({"system": long, "messages": many, "more": vec![1; 6_900]}));
}

fn every_value() {
    let answer = format!("[{}0]", "0,".repeat(ANSWER / 2 - 2));
    let answer: &RawValue = serde_json::from_str(&answer).unwrap();
    let allowance = Allowance::default();
    Path::read("$..*").unwrap().first(&allowance.search(answer)).unwrap();
}

/// Letters without a pattern in them.
fn letters(many: usize) -> String {
    let mut state = 1_u64;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        if state >> 63 == 0 { 'a' } else { 'b' }
    };
    (0..many).map(|_| letter()).collect()
}

fn given_up() {
    Pattern::read("(?:a|b)*a(?:a|b){800}c").unwrap().is_in(&letters(80_000)).unwrap();
}

fn automaton() {
    Pattern::read(r"^(\w{1,40}\s?)*\d$").unwrap().is_in(&letters(ANSWER)).unwrap();
}

fn ways() {
    let answer: Value = json!((0..90_000).collect::<Vec<_>>());
    let wide: Vec<_> = (0..100).map(|i| json!({"const": -i - 1})).collect();
    Schema::read(&json!({"items": {"anyOf": wide}})).unwrap().judge(&answer).unwrap();
}

fn patterns() {
    let answer = json!(letters(200));
    let all: Vec<_> = (0..32).map(|i| json!({"pattern": format!(r"\w{{{}}}x", 10 + i)})).collect();
    Schema::read(&json!({"anyOf": all})).unwrap().judge(&answer).unwrap();
}
