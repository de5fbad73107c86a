//! One spelling of a text that may be written in many: escapes are decoded, case and separators are let go.

/// How deep encodings within encodings are followed: a JSON text in a form in HTML in JSON is four.
const DEEPEST: usize = 16;

/// Named references of HTML for the characters of ASCII.
const NAMED: [(&[u8], u8); 45] = [
    (b"amp", b'&'),
    (b"AMP", b'&'),
    (b"lt", b'<'),
    (b"LT", b'<'),
    (b"gt", b'>'),
    (b"GT", b'>'),
    (b"quot", b'"'),
    (b"QUOT", b'"'),
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
    (b"midast", b'*'),
    (b"comma", b','),
    (b"period", b'.'),
    (b"lowbar", b'_'),
    (b"UnderBar", b'_'),
    (b"bsol", b'\\'),
    (b"verbar", b'|'),
    (b"vert", b'|'),
    (b"VerticalLine", b'|'),
    (b"lsqb", b'['),
    (b"lbrack", b'['),
    (b"rsqb", b']'),
    (b"rbrack", b']'),
    (b"lcub", b'{'),
    (b"lbrace", b'{'),
    (b"rcub", b'}'),
    (b"rbrace", b'}'),
    (b"Hat", b'^'),
    (b"grave", b'`'),
    (b"DiacriticalGrave", b'`'),
    (b"Tab", b'\t'),
    (b"NewLine", b'\n'),
];
/// The longest of them has so many letters.
const LONGEST_NAME: usize = 16;
/// Those that stand without a semicolon, too.
const BARE: [&[u8]; 4] = [b"amp", b"lt", b"gt", b"quot"];

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

    /// Small letters, and none of what is dropped, added or exchanged on the way: white space, `+` for a space, `-` and `_`
    /// for `+` and `/`, a backslash before what needs none, quotation marks that are doubled or closed and opened again.
    fn folded(self) -> Self {
        let is_break = |pair: &[u8]| pair[0] == b'\\' && BREAKS.contains(&pair[1]);
        let mut kept = Self { has_breaks: self.bytes.windows(2).any(is_break), ..Self::default() };
        for (byte, span) in self.bytes.into_iter().zip(self.spans) {
            if byte > b' ' && !matches!(byte, b'\\' | b'+' | b'-' | b'_' | b'/' | b'"' | b'\'' | 0x7f) {
                kept.push(byte.to_ascii_lowercase(), span);
            }
        }
        kept
    }
}

/// Whether an escape may begin so.
fn is_sign(byte: u8) -> bool {
    matches!(byte, b'\\' | b'%' | b'&')
}

/// `%2B`, however often its own sign was written so in turn (`%25252B`), or `%u002B`.
fn percent(rest: &[u8]) -> Option<(u32, usize, bool)> {
    if matches!(rest.get(1), Some(b'u' | b'U')) {
        return hex(rest.get(2..6)).map(|code| (code, 6, false));
    }
    let again = rest[1..].chunks_exact(2).take_while(|digits| digits == b"25").count();
    // The last `25` is a sign itself if nothing follows that it would introduce.
    (0..=again).rev().find_map(|again| {
        let length = 2 * again + 3;
        hex(rest.get(length - 2..length)).map(|code| (code, length, true))
    })
}

/// `\u002B`, `\u{2B}` or `\x2B`, behind as many backslashes as there are; `\n` and the like, where they are taken for white space.
fn backslash(rest: &[u8], reading: Reading) -> Option<(u32, usize, bool)> {
    // All of a long run are dropped in the end, whether or not they belong to an escape.
    let slashes = rest.iter().take(16).take_while(|byte| **byte == b'\\').count();
    let (kind, rest) = rest[slashes..].split_first()?;
    match kind {
        letter if BREAKS.contains(letter) && reading == Reading::WithBreaks => {
            Some((0x20, slashes + 1, true))
        }
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

/// `&amp;`, `&#43;` or `&#x2B;`; their semicolon may be missing behind a number, and behind the oldest names.
fn reference(rest: &[u8]) -> Option<(u32, usize, bool)> {
    let body = rest.get(1..)?;
    let Some(number) = body.strip_prefix(b"#") else {
        let length = body.iter().take_while(|byte| byte.is_ascii_alphabetic()).take(LONGEST_NAME).count();
        let named =
            |name: &[u8]| NAMED.iter().find(|(known, _)| *known == name).map(|(_, byte)| u32::from(*byte));
        if body.get(length) == Some(&b';') {
            return named(&body[..length]).map(|code| (code, length + 2, false));
        }
        let bare = BARE.iter().find(|name| body.starts_with(name))?;
        return named(bare).map(|code| (code, bare.len() + 1, false));
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
