use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// Between a function and Postgres: counts what is asked and committed, and can lose an answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wire {
    counted: Arc<Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    statements: AtomicUsize,
    commits: AtomicUsize,
    /// Statements since Postgres was last ready.
    open: AtomicUsize,
    loses_next_claim: AtomicBool,
    losing: AtomicBool,
}

impl Wire {
    /// Listens on a port of its own for connections to the server on `port`; answers that port.
    pub(crate) async fn to(&self, port: u16) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let wire = self.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::spawn(wire.clone().forward(from_client, to_server, false));
                tokio::spawn(wire.clone().forward(from_server, to_client, true));
            }
        });
        own
    }

    /// Statements and commits since this was last asked.
    pub(crate) fn take(&self) -> (usize, usize) {
        (self.counted.statements.swap(0, Ordering::SeqCst), self.counted.commits.swap(0, Ordering::SeqCst))
    }

    /// The next claim reaches Postgres, and its answer does not arrive: the connection breaks.
    pub(crate) fn lose_next_claim(&self) {
        self.counted.loses_next_claim.store(true, Ordering::SeqCst);
    }

    async fn forward(self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf, answers: bool) -> Option<()> {
        // The first message of a client has no type.
        let mut typed = answers;
        loop {
            let kind = if typed { Some(from.read_u8().await.ok()?) } else { None };
            let length = from.read_u32().await.ok()?;
            let mut body = vec![0; length as usize - 4];
            from.read_exact(&mut body).await.ok()?;
            match kind {
                Some(kind) if answers => self.heard(kind, &body)?,
                Some(kind) => self.said(kind, &body),
                None => typed = true,
            }
            let mut message: Vec<u8> = kind.into_iter().collect();
            message.extend(length.to_be_bytes());
            message.extend(body);
            to.write_all(&message).await.ok()?;
        }
    }

    /// Of a client: a simple query, or the execution of a prepared statement.
    fn said(&self, kind: u8, body: &[u8]) {
        if kind == b'P' && String::from_utf8_lossy(body).contains("tasks.take") {
            let loses = self.counted.loses_next_claim.swap(false, Ordering::SeqCst);
            self.counted.losing.store(loses, Ordering::SeqCst);
        }
        if matches!(kind, b'Q' | b'E') {
            self.counted.statements.fetch_add(1, Ordering::SeqCst);
            self.counted.open.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Of the server: that it is ready, and whether in a transaction; none if the connection shall break.
    fn heard(&self, kind: u8, body: &[u8]) -> Option<()> {
        // A row of an answer.
        if kind == b'D' && self.counted.losing.swap(false, Ordering::SeqCst) {
            return None;
        }
        if kind == b'Z' && self.counted.open.swap(0, Ordering::SeqCst) > 0 && body == b"I" {
            self.counted.commits.fetch_add(1, Ordering::SeqCst);
        }
        Some(())
    }
}
