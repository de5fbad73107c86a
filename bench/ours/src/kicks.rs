//! What stands for SQS between the producer's process and the worker's: a socket, and a file while nobody listens.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::OnceLock;

use queue::{Memory, Message, Queue};
use store::Asked;
use task::Wake;
use tokio::net::UnixDatagram;

fn path(ending: &str) -> PathBuf {
    PathBuf::from(format!("{}.{ending}", std::env::var("BENCH_EXEC_FILE").unwrap()))
}

/// The producer's end.
pub(crate) struct Sender {
    memory: Memory,
    socket: UnixDatagram,
    file: OnceLock<File>,
}

impl Sender {
    pub(crate) fn new() -> Self {
        Self { memory: Memory::default(), socket: UnixDatagram::unbound().unwrap(), file: OnceLock::new() }
    }

    /// Sends as a function does after its commit.
    pub(crate) async fn kick(&self, wakes: &[Wake]) {
        Queue::Memory(self.memory.clone()).dispatch(wakes).await;
        let bodies: String = self.memory.take_all().iter().map(body).collect();
        if self.file.get().is_some() || self.socket.send_to(bodies.as_bytes(), path("socket")).await.is_err() {
            let kicks = || OpenOptions::new().append(true).create(true).open(path("kicks")).unwrap();
            self.file.get_or_init(kicks).write_all(bodies.as_bytes()).unwrap();
        }
    }
}

fn body(wake: &Wake) -> String {
    Message { task_id: wake.task_id, attempt: wake.attempt }.body() + "\n"
}

/// The worker's end: first what was left in the file, then what comes.
pub(crate) struct Receiver {
    socket: UnixDatagram,
    buffer: Vec<u8>,
}

impl Receiver {
    pub(crate) fn open() -> (Self, Vec<Asked>) {
        std::fs::remove_file(path("socket")).ok();
        let socket = UnixDatagram::bind(path("socket")).unwrap();
        let waiting = asked(&std::fs::read(path("kicks")).unwrap_or_default());
        std::fs::remove_file(path("kicks")).ok();
        (Self { socket, buffer: vec![0; 1 << 20] }, waiting)
    }

    pub(crate) async fn receive(&mut self) -> Vec<Asked> {
        let size = self.socket.recv(&mut self.buffer).await.unwrap();
        asked(&self.buffer[..size])
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        std::fs::remove_file(path("socket")).ok();
    }
}

fn asked(bodies: &[u8]) -> Vec<Asked> {
    let lines = std::str::from_utf8(bodies).unwrap().lines();
    lines.filter_map(Message::parse).map(|Message { task_id, attempt }| Asked { task_id, attempt }).collect()
}
