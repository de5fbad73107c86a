//! Functions that are killed.

use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::Method;

use crate::endpoint::Endpoint;
use crate::processes::{self, LIVES};
use crate::stack::Stack;

/// A lease of 45 s, at most a minute until the next sweep, and a backoff of at most a second; twice, because the emulator
/// may have started its schedule just before. Then the rest of the run.
const PATIENCE: Duration = Duration::from_secs(180);

#[tokio::test]
async fn a_run_whose_functions_are_killed_in_the_middle_ends_with_every_test_accounted_for() {
    let stack = Stack::here();
    let prompts: Vec<String> = (0..12).map(|n| format!("slow {n}")).collect();
    let prompts: Vec<&str> = prompts.iter().map(String::as_str).collect();
    let tenant = stack.tenant(&prompts, Endpoint::start().await).await;
    let killing = LIVES.write().await;
    let task = tenant.execute().await;

    let begun = Instant::now();
    while tenant.endpoint.asked().len() < 4 {
        assert!(begun.elapsed() < Duration::from_secs(60), "the run does not begin");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let killed = processes::of(stack.emulator_pid, "execute_test");
    assert!(!killed.is_empty(), "there is nobody to kill");
    for pid in &killed {
        Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
    }
    drop(killing);
    let (_, running) = tenant.call(Method::GET, &format!("/tasks/{task}"), None).await;
    assert_eq!(running["status"], "STARTED", "{running}");

    let ended = tenant.end_of(&task, PATIENCE).await;
    assert_eq!(ended["status"], "SUCCESS", "{ended}");
    assert_eq!((ended["result"]["total"].as_i64(), ended["result"]["passed"].as_i64()), (Some(12), Some(12)));
    let asked = tenant.endpoint.asked();
    assert_eq!(asked.len(), 12);
    assert!(asked.values().any(|times| *times > 1), "somebody was killed while asking: {asked:?}");
}
