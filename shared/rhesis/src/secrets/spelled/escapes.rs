//! Escapes of URLs, JSON and programming languages: the code that each stands for, its length, and whether it is a byte of UTF-8.

use super::{BREAKS, Reading};

/// `%2B`, however often its own sign was written so in turn (`%25252B`), or `%u002B`.
pub(super) fn percent(rest: &[u8]) -> Option<(u32, usize, bool)> {
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
pub(super) fn backslash(rest: &[u8], reading: Reading) -> Option<(u32, usize, bool)> {
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

fn hex(digits: Option<&[u8]>) -> Option<u32> {
    let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
