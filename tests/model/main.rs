//! The engine's state machine under random histories: whatever is started, delivered, lost, forged, killed, revoked or delayed,
//! in any order, the promises hold at every step, and in the end every task has ended.
//!
//! `MODEL_CASES` is the number of histories. One that breaks a promise is made as short as it can be and printed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod broken;
mod deliveries;
mod ends;
mod groups;
mod histories;
mod op;
mod quiescence;
mod relay;
mod requests;
mod seen;
mod workers;
mod world;

use std::time::Duration;

use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use testing::System;
use tokio::time::timeout;

use crate::op::Op;
use crate::world::World;

/// No history needs so long, on however busy a machine.
const ENOUGH: Duration = Duration::from_secs(30);

#[test]
fn every_history_keeps_every_promise_and_comes_to_rest() {
    let cases = std::env::var("MODEL_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(40);
    let (max_shrink_iters, max_shrink_time) = (1000, 60_000);
    let config =
        Config { cases, max_shrink_iters, max_shrink_time, failure_persistence: None, ..Config::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _entered = runtime.enter();
    let system = runtime.block_on(System::new());
    let store =
        |spec: &catalog::Spec| (spec.kind, system.database.store_with(&format!("task_{}", spec.kind), 1));
    let stores = catalog::TASKS.iter().map(store).collect();
    let live = |history: Vec<Op>| {
        let world = World::new(&system, &stores);
        match runtime.block_on(async { timeout(ENOUGH, world.live(&history)).await }) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(broken)) => Err(TestCaseError::fail(broken.to_string())),
            Err(_) => Err(TestCaseError::fail("it takes too long")),
        }
    };
    live(histories::callback_given_back_beside_a_member_begun_anew()).unwrap();
    let ran = TestRunner::new(config).run(&histories::histories(), live);
    match ran {
        Ok(()) => {}
        Err(TestError::Fail(reason, history)) => {
            let steps: Vec<String> =
                history.iter().enumerate().map(|(step, op)| format!("{step:>3}  {op:?}")).collect();
            panic!("{reason}\n{}", steps.join("\n"));
        }
        Err(aborted) => panic!("{aborted}"),
    }
}
