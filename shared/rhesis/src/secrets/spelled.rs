//! One spelling of a text that may be written in many: escapes are decoded, case and separators are let go.

/// How deep encodings within encodings are followed: a JSON text in a form in HTML in JSON is four.
const DEEPEST: usize = 8;

/// Named references of HTML for characters that secrets are made of.
const NAMED: [(&[u8], u8); 24] = [
    (b"amp", b'&'),
    (b"lt", b'<'),
    (b"gt", b'>'),
    (b"quot", b'"'),
    (b"apos", b'\''),
    (b"sol", b'/'),
    (b"plus", b'+'),
    (b"equals", b'='),
    (b"colon", b':'),
    (b"semi", b';'),
    (b"num", b'#'),
    (b"dollar", b'$'),
    (b"percnt", b'%'),
    (b"excl", b'!'),
    (b"quest", b'?'),
    (b"commat", b'@'),
    (b"lpar", b'('),
    (b"rpar", b')'),
    (b"ast", b'*'),
    (b"comma", b','),
    (b"period", b'.'),
    (b"lowbar", b'_'),
    (b"bsol", b'\\'),
    (b"verbar", b'|'),
];

/// A text in its one spelling, and where in the text each byte of it was spelled.
#[derive(Debug, Default)]
pub(super) struct Spelled {
    pub(super) bytes: Vec<u8>,
    /// Beginning and end of each byte's spelling.
    spans: Vec<(u32, u32)>,
}

impl Spelled {
    /// Reads a text of less than 4 GiB.
    pub(super) fn of(text: &str) -> Self {
        let mut spelled = Self::default();
        for (at, byte) in text.bytes().enumerate() {
            let at = u32::try_from(at).unwrap_or(u32::MAX - 1);
            spelled.push(byte, (at, at + 1));
        }
        for _ in 0..DEEPEST {
            match spelled.decoded() {
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
    fn decoded(&self) -> Option<Self> {
        if !self.bytes.iter().any(|byte| matches!(byte, b'\\' | b'%' | b'&')) {
            return None;
        }
        let (mut less, mut at, mut found) = (Self::default(), 0, false);
        while at < self.bytes.len() {
            let rest = &self.bytes[at..];
            let escape = match rest[0] {
                b'\\' => backslash(rest),
                b'%' => hex(rest.get(1..3)).map(|code| (code, 3, true)),
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

    /// Small letters, and none of what is dropped, added or exchanged on the way: white space, `+` for a space, `-` and `_`
    /// for `+` and `/`, a backslash before what needs none.
    fn folded(self) -> Self {
        let mut kept = Self::default();
        for (byte, span) in self.bytes.into_iter().zip(self.spans) {
            if byte > b' ' && !matches!(byte, b'\\' | b'+' | b'-' | b'_' | b'/' | 0x7f) {
                kept.push(byte.to_ascii_lowercase(), span);
            }
        }
        kept
    }
}

/// `\u002B`, `\u{2B}` or `\x2B`, behind as many backslashes as there are.
fn backslash(rest: &[u8]) -> Option<(u32, usize, bool)> {
    // All of a long run are dropped in the end, whether or not they belong to an escape.
    let slashes = rest.iter().take(16).take_while(|byte| **byte == b'\\').count();
    let (kind, rest) = rest[slashes..].split_first()?;
    match kind {
        b'x' | b'X' => hex(rest.get(..2)).map(|code| (code, slashes + 3, true)),
        b'u' | b'U' if rest.first() == Some(&b'{') => {
            let digits = rest.iter().take(8).position(|byte| *byte == b'}')?;
            hex(rest.get(1..digits)).map(|code| (code, slashes + digits + 2, false))
        }
        b'u' | b'U' => {
            let high = hex(rest.get(..4))?;
            let low = (rest.get(4..).filter(|_| (0xD800..0xDC00).contains(&high)))
                .and_then(|rest| rest.strip_prefix(b"\\u"))
                .and_then(|rest| hex(rest.get(..4)))
                .filter(|low| (0xDC00..0xE000).contains(low));
            Some(match low {
                Some(low) => (0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00), slashes + 11, false),
                None => (high, slashes + 5, false),
            })
        }
        _ => None,
    }
}

/// `&amp;`, `&#43;` or `&#x2B;`; their semicolon may be missing behind a number.
fn reference(rest: &[u8]) -> Option<(u32, usize, bool)> {
    let body = rest.get(1..)?;
    let Some(number) = body.strip_prefix(b"#") else {
        let length = body.iter().take(8).position(|byte| *byte == b';')?;
        let (_, byte) = NAMED.iter().find(|(name, _)| *name == &body[..length])?;
        return Some((u32::from(*byte), length + 2, false));
    };
    let (radix, skipped) = if matches!(number.first(), Some(b'x' | b'X')) { (16, 1) } else { (10, 0) };
    let digits = number.get(skipped..)?;
    let length = digits.iter().take(7).take_while(|byte| char::from(**byte).is_digit(radix)).count();
    let code = u32::from_str_radix(std::str::from_utf8(&digits[..length]).ok()?, radix).ok()?;
    let semicolon = usize::from(digits.get(length) == Some(&b';'));
    Some((code, 2 + skipped + length + semicolon, false))
}

fn hex(digits: Option<&[u8]>) -> Option<u32> {
    let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
