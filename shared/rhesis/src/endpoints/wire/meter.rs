use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::{fmt, io};

use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// So much is read at a time, in bytes: whoever parses a flood gives the thread away after a hundred such steps.
const STEP: usize = 8 * 1024;

/// A connection that lets so much in and no more.
///
/// What is read of bodies and messages is counted elsewhere. This counts what a parser swallows without a word: interim answers,
/// headers, empty chunks and frames.
#[derive(Debug)]
pub(in crate::endpoints) struct Meter<S> {
    stream: S,
    most: usize,
    left: usize,
    renews: bool,
}

/// More came in than is let in.
#[derive(Debug)]
pub(in crate::endpoints) struct TooMuch(usize);

impl<S> Meter<S> {
    /// Lets `most` bytes in for each request that goes out.
    pub(in crate::endpoints) fn per_request(stream: S, most: usize) -> Self {
        Self { stream, most, left: most, renews: true }
    }

    /// Lets `most` bytes in, whatever goes out.
    pub(in crate::endpoints) fn in_all(stream: S, most: usize) -> Self {
        Self { stream, most, left: most, renews: false }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Meter<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.left == 0 {
            return Poll::Ready(Err(io::Error::other(TooMuch(this.most))));
        }
        let step = buffer.remaining().min(STEP).min(this.left);
        let mut part = ReadBuf::new(buffer.initialize_unfilled_to(step));
        ready!(Pin::new(&mut this.stream).poll_read(context, &mut part))?;
        let came = part.filled().len();
        buffer.advance(came);
        this.left -= came;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Meter<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.renews {
            this.left = this.most;
        }
        Pin::new(&mut this.stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

impl<S> Connection for Meter<S> {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the response takes more than {} bytes on the connection", self.0)
    }
}

impl std::error::Error for TooMuch {}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[tokio::test]
    async fn no_more_comes_in_than_is_let_in_for_a_request() {
        let (near, mut far) = duplex(1 << 20);
        let mut meter = Meter::per_request(near, 20_000);
        far.write_all(&[b'x'; 50_000]).await.unwrap();
        let mut read = vec![0; 20_000];
        meter.read_exact(&mut read).await.unwrap();
        let error = meter.read(&mut read).await.unwrap_err();
        assert!(error.get_ref().is_some_and(|inner| inner.is::<TooMuch>()), "{error}");
        meter.write_all(b"the next request").await.unwrap();
        meter.read_exact(&mut read).await.unwrap();
    }

    #[tokio::test]
    async fn in_all_means_whatever_goes_out() {
        let (near, mut far) = duplex(1 << 20);
        let mut meter = Meter::in_all(near, 10);
        far.write_all(&[b'x'; 20]).await.unwrap();
        meter.read_exact(&mut [0; 10]).await.unwrap();
        meter.write_all(b"pong").await.unwrap();
        assert!(meter.read(&mut [0; 10]).await.is_err());
    }
}
