//! One spelling of a text that may be written in many: escapes are decoded, case and separators are let go.

mod escapes;
mod folding;
mod html;

use self::escapes::{backslash, percent};
use self::folding::{Folded, folded};
use self::html::reference;

/// How deep encodings within encodings are followed: a JSON text in a form in HTML in JSON is four.
const DEEPEST: usize = 16;

/// What stands behind the backslash in an escape of white space.
const BREAKS: [u8; 5] = *b"nrtfb";

/// What is taken for an escape. A text alone does not say it: `\n` may be a line break, or the beginning of a word behind a backslash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Nothing.
    AsItIs,
    /// All but those of white space.
    Decoded,
    /// Those too: they are dropped as a whole, as white space is.
    WithBreaks,
}

/// A text in its one spelling, and where in the text each byte of it was spelled.
#[derive(Debug, Default)]
pub(super) struct Spelled {
    pub(super) bytes: Vec<u8>,
    /// Beginning and end of each byte's spelling.
    spans: Vec<(u32, u32)>,
    /// Whether there are escapes of white space that were read as letters.
    has_breaks: bool,
}

impl Spelled {
    /// Reads a text of less than 4 GiB in each way in which it can be read, one after the other: each takes nine times its memory.
    pub(super) fn each(text: &str, mut see: impl FnMut(&Self)) {
        see(&Self::read(text, Reading::AsItIs));
        if text.bytes().any(is_sign) {
            let decoded = Self::read(text, Reading::Decoded);
            see(&decoded);
            if decoded.has_breaks {
                drop(decoded);
                see(&Self::read(text, Reading::WithBreaks));
            }
        }
    }

    fn read(text: &str, reading: Reading) -> Self {
        let mut spelled = Self::default();
        for (at, byte) in text.bytes().enumerate() {
            let at = u32::try_from(at).unwrap_or(u32::MAX - 1);
            spelled.push(byte, (at, at + 1));
        }
        let deepest = if reading == Reading::AsItIs { 0 } else { DEEPEST };
        for _ in 0..deepest {
            match spelled.decoded(reading) {
                Some(less) => spelled = less,
                None => break,
            }
        }
        spelled.folded()
    }

    /// Where the bytes from `start` to `end` were spelled.
    pub(super) fn span(&self, start: usize, end: usize) -> (usize, usize) {
        (self.spans[start].0 as usize, self.spans[end - 1].1 as usize)
    }

    fn push(&mut self, byte: u8, span: (u32, u32)) {
        self.bytes.push(byte);
        self.spans.push(span);
    }

    /// One level of escapes less; `None` if there is none.
    fn decoded(&self, reading: Reading) -> Option<Self> {
        if !self.bytes.iter().copied().any(is_sign) {
            return None;
        }
        let (mut less, mut at, mut found) = (Self::default(), 0, false);
        while at < self.bytes.len() {
            let rest = &self.bytes[at..];
            let escape = match rest[0] {
                b'\\' => backslash(rest, reading),
                b'%' => percent(rest),
                b'&' => reference(rest),
                _ => None,
            };
            let Some((code, length, is_byte)) = escape else {
                less.push(rest[0], self.spans[at]);
                at += 1;
                continue;
            };
            found = true;
            let span = (self.spans[at].0, self.spans[at + length - 1].1);
            let mut buffer = [0; 4];
            match u8::try_from(code) {
                Ok(byte) if is_byte || byte.is_ascii() => less.push(byte, span),
                _ => {
                    let spelled = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                    spelled.encode_utf8(&mut buffer).bytes().for_each(|byte| less.push(byte, span));
                }
            }
            at += length;
        }
        found.then_some(less)
    }

    /// Small letters, and none of what is dropped, added or exchanged on the way.
    fn folded(self) -> Self {
        let is_break = |pair: &[u8]| pair[0] == b'\\' && BREAKS.contains(&pair[1]);
        let mut kept = Self { has_breaks: self.bytes.windows(2).any(is_break), ..Self::default() };
        let mut at = 0;
        while at < self.bytes.len() {
            let (read, length) = folded(&self.bytes[at..]);
            if let Folded::Kept(byte) = read {
                kept.push(byte, (self.spans[at].0, self.spans[at + length - 1].1));
            }
            at += length;
        }
        kept
    }
}

/// Whether an escape may begin so.
fn is_sign(byte: u8) -> bool {
    matches!(byte, b'\\' | b'%' | b'&')
}
