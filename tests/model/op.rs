/// One step of a history. Numbers choose among what is there, modulo its count; a step with nothing to choose does nothing.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    /// A request starts a task.
    Start { options: Options, kicked: bool },
    /// A request starts a group.
    StartGroup { shape: Shape, kicked: bool },
    /// A batch of up to `batch` messages reaches a function, which claims them. With `again` they stay in the queue.
    Deliver { message: usize, batch: usize, again: bool },
    /// A message reaches a function, which lives, works and ends in one go.
    Run { message: usize, end: End },
    /// A message is lost.
    Lose { message: usize },
    /// Somebody sends a message for an attempt so many beside the right one.
    Forge { task: usize, offset: i32 },
    /// A function ends the attempt that a task is at, though it never claimed it.
    ForgeEnd { task: usize, end: End },
    /// Somebody sends a message for a task that never was.
    ForgeUnknown,
    /// A function says that it lives. One that never does this again is dead.
    Heartbeat { worker: usize },
    /// A function saves its cursor.
    Checkpoint { worker: usize },
    /// A function ends its attempt. If its lease is over, it is a zombie.
    End { worker: usize, end: End, crash: Crash },
    /// A function that has ended its attempt says so again.
    EndAgain { worker: usize, end: End },
    /// Time goes by; with the relay asleep it will see a gap.
    Pass { seconds: u32, relay_sleeps: bool },
    /// The relay sweeps; it dies after so many of its four phases, before it sends what the last of them answered.
    Sweep { dies_after: Option<u8> },
    /// A request revokes a task.
    Revoke { task: usize, kicked: bool },
    /// A request cancels a group.
    Cancel { group: usize, kicked: bool },
    /// A request begins an ended task anew.
    Retry { task: usize, countdown: u32, kicked: bool },
}

/// What a task is started with.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) max_retries: i32,
    pub(crate) countdown: u32,
    pub(crate) expires_in: Option<u32>,
    pub(crate) limited: bool,
}

/// What a group is started with.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) members: usize,
    pub(crate) window: u16,
    pub(crate) callback: bool,
    pub(crate) all_succeeded: bool,
    pub(crate) stops_on_failure: bool,
    pub(crate) options: Options,
}

/// How an attempt ends.
#[derive(Debug, Clone)]
pub(crate) enum End {
    Success,
    Failure,
    Retry,
    RetryAfter(u32),
    TimedOut,
    Panicked,
    Snooze(u32),
    GaveBack,
    Continued,
    HandOver(Shape),
}

/// Where the function dies while it ends its attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crash {
    Never,
    BeforeCommit,
    BeforeKick,
}
