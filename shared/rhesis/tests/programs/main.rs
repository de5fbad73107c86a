//! What users' programs may cost: hostile ones are refused by the name of the limit, before they cost anything.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod docs;
mod old_rows;
mod paths;
mod patterns;
mod rendering;
mod schema_texts;
mod schemas;
mod templates;
mod worst;

use std::process::Command;
use std::thread;

use rhesis::programs::BadProgram;

/// Runs on a thread with the stack that is least in the system: a worker thread of the runtime has 2 MiB. What the limits
/// allow must fit the 8 MiB of [`rhesis::programs::apart`]; what they refuse must not have needed more than this.
fn in_a_small_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(run).unwrap().join().unwrap()
}

/// The same in the stack that programs have.
fn in_a_programs_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    thread::Builder::new().stack_size(8 * 1024 * 1024).spawn(run).unwrap().join().unwrap()
}

/// Runs an ignored test of this file by itself, in a process that has so many bytes for its data.
fn with_little_memory(bytes: u32, test: &str) {
    let child = Command::new("prlimit")
        .args([&format!("--data={bytes}"), "--"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{}\n{said}\n{}", child.status, String::from_utf8_lossy(&child.stderr));
    assert!(said.contains("1 passed"), "{said}");
}

/// The name of the limit that it goes beyond.
fn limit(bad: &BadProgram) -> &'static str {
    match bad {
        BadProgram::TooMuch(much) => much.0.name,
        BadProgram::Invalid(_) => "none",
    }
}
