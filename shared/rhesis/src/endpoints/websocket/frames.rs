//! What is seen of a WebSocket's frames (RFC 6455, 5.2), beside what their library tells: whether a message was begun and not ended,
//! and the code of a closing also where it is none that may be sent.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The longest head of a frame, with the two bytes of a closing's code.
const LONGEST_HEAD: usize = 16;
const CLOSE: u8 = 8;

/// The frames that came, as far as a closing.
#[derive(Debug, Default)]
pub(super) struct Frames {
    head: [u8; LONGEST_HEAD],
    read: usize,
    /// Bytes of the frame's payload that are to come.
    left: u64,
    unfinished: bool,
    closed: bool,
    code: Option<u16>,
}

impl Frames {
    /// Whether a message was begun whose last fragment has not come.
    pub(super) fn are_unfinished(&self) -> bool {
        self.unfinished
    }

    /// The code that the other side has closed with.
    pub(super) fn code(&self) -> Option<u16> {
        self.code
    }

    fn see(&mut self, mut bytes: &[u8]) {
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.closed {
                return;
            }
            if self.left > 0 {
                let passed = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
                self.left -= passed as u64;
                bytes = &bytes[passed..];
                continue;
            }
            self.head[self.read] = byte;
            self.read += 1;
            bytes = rest;
            if let Some((length, payload)) = self.lengths()
                && self.read == length
            {
                self.begin(length, payload);
            }
        }
    }

    /// How long the head is, and how much of the payload comes behind it; `None` while that is not known.
    fn lengths(&self) -> Option<(usize, u64)> {
        let head = &self.head[..self.read];
        let [first, second, ..] = *head else { return None };
        let (mut length, mut payload) = match second & 0x7f {
            126 => (4, u64::from(u16::from_be_bytes(head.get(2..4)?.try_into().ok()?))),
            127 => (10, u64::from_be_bytes(head.get(2..10)?.try_into().ok()?)),
            short => (2, u64::from(short)),
        };
        if second & 0x80 != 0 {
            length += 4;
        }
        if first & 0x0f == CLOSE && payload >= 2 {
            length += 2;
            payload -= 2;
        }
        Some((length, payload))
    }

    fn begin(&mut self, length: usize, payload: u64) {
        let (first, is_coded) = (self.head[0], self.head[1] & 0x7f >= 2);
        match first & 0x0f {
            CLOSE => {
                self.closed = true;
                self.code =
                    is_coded.then(|| u16::from_be_bytes([self.head[length - 2], self.head[length - 1]]));
            }
            // Of control frames, which may come between fragments, none has parts.
            data if data < CLOSE => self.unfinished = first & 0x80 == 0,
            _ => {}
        }
        (self.left, self.read) = (payload, 0);
    }
}

/// A connection whose frames are seen as they are read.
#[derive(Debug)]
pub(super) struct Watched<S> {
    stream: S,
    frames: Frames,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, frames: Frames::default() }
    }

    pub(super) fn frames(&self) -> &Frames {
        &self.frames
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let (this, before) = (self.get_mut(), buffer.filled().len());
        ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        this.frames.see(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: [u8; 4] = [0x01, 2, b'h', b'a'];
    const MIDDLE: [u8; 3] = [0x00, 1, b'l'];
    const LAST: [u8; 3] = [0x80, 1, b'f'];
    const WHOLE: [u8; 3] = [0x81, 1, b'x'];
    const PING: [u8; 3] = [0x89, 1, b'p'];

    fn seen(frames: &[&[u8]]) -> Frames {
        let (bytes, mut whole, mut single) = (frames.concat(), Frames::default(), Frames::default());
        whole.see(&bytes);
        bytes.iter().for_each(|&byte| single.see(&[byte]));
        assert_eq!(format!("{whole:?}"), format!("{single:?}"), "however it is cut");
        whole
    }

    #[test]
    fn a_message_is_unfinished_until_its_last_fragment() {
        for (frames, unfinished) in [
            (vec![], false),
            (vec![&WHOLE[..]], false),
            (vec![&FIRST], true),
            (vec![&FIRST, &PING], true),
            (vec![&FIRST, &MIDDLE], true),
            (vec![&FIRST, &PING, &MIDDLE, &LAST], false),
            (vec![&WHOLE, &FIRST], true),
        ] {
            assert_eq!(seen(&frames).are_unfinished(), unfinished, "{frames:?}");
        }
    }

    #[test]
    fn long_frames_are_passed_over() {
        let long = [&[0x81, 126, 1, 44][..], &[0x08; 300]].concat();
        let longer = [&[0x81, 127, 0, 0, 0, 0, 0, 1, 17, 112][..], &[0x01; 70_000]].concat();
        assert!(!seen(&[&long, &longer]).are_unfinished());
        assert!(seen(&[&long, &longer, &FIRST]).are_unfinished());
    }

    #[test]
    fn a_closing_has_its_code_or_none_and_is_the_end() {
        for (frame, code) in [
            (&[0x88, 0][..], None),
            (&[0x88, 1, 3], None),
            (&[0x88, 2, 3, 232], Some(1000)),
            (&[0x88, 5, 3, 246, b'b', b'y', b'e'], Some(1014)),
            (&[0x88, 0x82, 0, 0, 0, 0, 3, 232], Some(1000)),
        ] {
            let frames = seen(&[&WHOLE, frame]);
            assert_eq!((frames.code(), frames.are_unfinished()), (code, false), "{frame:?}");
            assert!(seen(&[&FIRST, frame, &LAST]).are_unfinished(), "what follows is not looked at");
        }
    }
}
