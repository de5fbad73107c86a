use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::op::{Crash, End, Op, Options, Shape};

/// Random histories: something is started, then anything may happen.
pub(crate) fn histories() -> impl Strategy<Value = Vec<Op>> {
    (vec(start(), 1..4), vec(prop_oneof![1 => start(), 9 => op()], 1..70))
        .prop_map(|(first, rest)| [first, rest].concat())
}

/// One that chance finds once in some thousand: a callback runs while a member of its group begins anew, and is given back.
pub(crate) fn callback_given_back_beside_a_member_begun_anew() -> Vec<Op> {
    let options = || Options { max_retries: 0, countdown: 0, expires_in: None, limited: false };
    let group = Shape {
        members: 1,
        window: 1,
        callback: true,
        all_succeeded: false,
        stops_on_failure: false,
        options: options(),
    };
    // The tasks stand in the order of their ids, which need not be that of their making: so each is tried as the member.
    let retries = (0..2).map(|task| Op::Retry { task, countdown: 0, kicked: false });
    [
        Op::StartGroup { shape: group, kicked: true },
        Op::Run { message: 0, end: End::Failure },
        Op::Deliver { message: 0, batch: 1, again: false },
    ]
    .into_iter()
    .chain(retries)
    .chain([Op::End { worker: 0, end: End::GaveBack, crash: Crash::Never }])
    .collect()
}

fn start() -> impl Strategy<Value = Op> {
    prop_oneof![
        (options(), sent()).prop_map(|(options, kicked)| Op::Start { options, kicked }),
        (shape(), sent()).prop_map(|(shape, kicked)| Op::StartGroup { shape, kicked }),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![21 => by_a_function(), 9 => by_the_queue(), 7 => by_the_clock(), 5 => by_a_request()]
}

fn by_a_function() -> impl Strategy<Value = Op> {
    prop_oneof![
        8 => (n(), end()).prop_map(|(message, end)| Op::Run { message, end }),
        4 => n().prop_map(|worker| Op::Heartbeat { worker }),
        1 => n().prop_map(|worker| Op::Checkpoint { worker }),
        7 => (n(), end(), crash()).prop_map(|(worker, end, crash)| Op::End { worker, end, crash }),
        1 => (n(), end()).prop_map(|(worker, end)| Op::EndAgain { worker, end }),
    ]
}

fn by_the_queue() -> impl Strategy<Value = Op> {
    prop_oneof![
        12 => (n(), 1..5_usize, rarely())
            .prop_map(|(message, batch, again)| Op::Deliver { message, batch, again }),
        1 => n().prop_map(|message| Op::Lose { message }),
        2 => (n(), -1..3_i32).prop_map(|(task, offset)| Op::Forge { task, offset }),
        1 => (n(), end()).prop_map(|(task, end)| Op::ForgeEnd { task, end }),
        1 => Just(Op::ForgeUnknown),
    ]
}

fn by_the_clock() -> impl Strategy<Value = Op> {
    prop_oneof![
        (prop::sample::select(vec![2, 29, 31, 46, 95, 130, 1000]), rarely())
            .prop_map(|(seconds, relay_sleeps)| Op::Pass { seconds, relay_sleeps }),
        option::weighted(0.3, 0..4_u8).prop_map(|dies_after| Op::Sweep { dies_after }),
    ]
}

fn by_a_request() -> impl Strategy<Value = Op> {
    prop_oneof![
        3 => (n(), sent()).prop_map(|(task, kicked)| Op::Revoke { task, kicked }),
        1 => (n(), sent()).prop_map(|(group, kicked)| Op::Cancel { group, kicked }),
        5 => (n(), prop::sample::select(vec![0, 20, 2000]), sent())
            .prop_map(|(task, countdown, kicked)| Op::Retry { task, countdown, kicked }),
    ]
}

fn n() -> std::ops::Range<usize> {
    0..32
}

fn options() -> impl Strategy<Value = Options> {
    let countdown = prop_oneof![4 => Just(0), 1 => Just(20), 1 => Just(2000)];
    let expires_in = prop_oneof![8 => Just(None), 1 => Just(Some(50)), 1 => Just(Some(300))];
    (0..3_i32, countdown, expires_in, rarely()).prop_map(|(max_retries, countdown, expires_in, limited)| {
        Options {
            max_retries,
            countdown,
            expires_in: expires_in.map(|seconds: u32| countdown + seconds),
            limited,
        }
    })
}

fn shape() -> impl Strategy<Value = Shape> {
    (0..5_usize, 1..4_u16, often(), rarely(), rarely(), options()).prop_map(
        |(members, window, callback, all_succeeded, stops_on_failure, options)| Shape {
            members,
            window,
            callback,
            all_succeeded,
            stops_on_failure,
            options,
        },
    )
}

fn end() -> impl Strategy<Value = End> {
    let after = || prop::sample::select(vec![0, 5, 1000]);
    prop_oneof![
        8 => Just(End::Success),
        2 => Just(End::Failure),
        3 => Just(End::Retry),
        1 => after().prop_map(End::RetryAfter),
        1 => Just(End::TimedOut),
        1 => Just(End::Panicked),
        1 => after().prop_map(End::Snooze),
        1 => Just(End::GaveBack),
        1 => Just(End::Continued),
        3 => shape().prop_map(End::HandOver),
    ]
}

fn crash() -> impl Strategy<Value = Crash> {
    prop_oneof![8 => Just(Crash::Never), 1 => Just(Crash::BeforeCommit), 1 => Just(Crash::BeforeKick)]
}

fn sent() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.8)
}

fn often() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.8)
}

fn rarely() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.2)
}
