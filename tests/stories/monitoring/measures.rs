//! What the dashboard and the alarms see.

use catalog::CountTestSets;
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use testing::System;
use worker::Context;

use crate::lifecycle::soon;

const KIND: &str = "count_test_sets";

async fn one(_: CountTestSets, _: Context) -> worker::Result<i64> {
    Ok(1)
}

#[tokio::test]
async fn the_relay_measures_how_late_it_is_and_a_claim_how_long_it_waited() {
    let recorder = DebuggingRecorder::new();
    let seen = recorder.snapshotter();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let swept = relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    assert_eq!(swept.lag_seconds, 0, "a task that was just kicked is not the relay's");

    system.messages.take_all();
    // Due to the relay 30 s after its start, and 100 s later still there.
    system.pass(id, 130.0).await;
    let swept = relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    assert!((95..=105).contains(&swept.lag_seconds), "{swept:?}");
    swept.count();
    system.drain(KIND, &system.worker(one)).await;

    let measured = seen.snapshot().into_vec();
    let of = |name: &str| {
        let mut found = measured.iter().filter(|(key, ..)| key.key().name() == name).map(|(.., value)| value);
        found.next().unwrap_or_else(|| panic!("{name} is not measured"))
    };
    assert_eq!(*of("outbox_lag_seconds"), DebugValue::Gauge((swept.lag_seconds as f64).into()));
    assert_eq!(*of("wakes_sent"), DebugValue::Counter(1));
    assert_eq!(*of("attempts_started"), DebugValue::Counter(1));
    let DebugValue::Histogram(delays) = of("start_delay_seconds") else { panic!("not a histogram") };
    assert!(delays.len() == 1 && (129.0..140.0).contains(&delays[0].into_inner()), "{delays:?}");
    let DebugValue::Histogram(runs) = of("run_seconds") else { panic!("not a histogram") };
    assert!(runs.len() == 1 && runs[0].into_inner() < 5.0, "{runs:?}");
    assert!(measured.iter().all(|(key, ..)| key.key().name() != "engine_bugs"), "nought is not written");
}
