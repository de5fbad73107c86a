//! What is dropped, added or exchanged on the way of a text.

/// What becomes of the beginning of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folded {
    /// It says nothing: white space, `+` for a space, `-` and `_` for `+` and `/`, a backslash before what needs none, quotation marks that
    /// are doubled or closed and opened again; and what typography makes of these.
    Dropped,
    /// A byte, as a small letter.
    Kept(u8),
}

/// The first byte or character, and how many bytes it has. Bytes that are no UTF-8 are kept one by one.
pub(super) fn folded(rest: &[u8]) -> (Folded, usize) {
    let kept = |byte: u8| {
        let is_dropped =
            byte <= b' ' || matches!(byte, b'\\' | b'+' | b'-' | b'_' | b'/' | b'"' | b'\'' | 0x7f);
        if is_dropped { Folded::Dropped } else { Folded::Kept(byte.to_ascii_lowercase()) }
    };
    match *rest {
        // No-break space, next line, soft hyphen.
        [0xC2, 0xA0 | 0x85 | 0xAD, ..] => (Folded::Dropped, 2),
        // Ogham space and Mongolian vowel separator.
        [0xE1, 0x9A, 0x80, ..] | [0xE1, 0xA0, 0x8E, ..]
        // U+2000 to U+201F: spaces, joiners, directions, hyphens, dashes, quotation marks.
        | [0xE2, 0x80, 0x80..=0x9F, ..]
        // U+2028 to U+202F: separators, directions, narrow space.
        | [0xE2, 0x80, 0xA8..=0xAF, ..]
        // U+205F to U+2064: mathematical space, word joiner, what is not seen.
        | [0xE2, 0x81, 0x9F..=0xA4, ..]
        // Minus, ideographic space, byte order mark.
        | [0xE2, 0x88, 0x92, ..] | [0xE3, 0x80, 0x80, ..] | [0xEF, 0xBB, 0xBF, ..] => (Folded::Dropped, 3),
        // U+FF01 to U+FF5E: the signs of ASCII in full width.
        [0xEF, 0xBC, last @ 0x81..=0xBF, ..] => (kept(last - 0x60), 3),
        [0xEF, 0xBD, last @ 0x80..=0x9E, ..] => (kept(last - 0x20), 3),
        [first, ..] => (kept(first), 1),
        [] => (Folded::Dropped, 0),
    }
}
