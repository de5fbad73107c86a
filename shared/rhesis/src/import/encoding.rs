/// How files begin that are no text in UTF-8, and what they are.
const BEGINNINGS: [(&[u8], &str); 5] = [
    (b"\xff\xfe", UTF_16),
    (b"\xfe\xff", UTF_16),
    (b"\x00\x00\xfe\xff", UTF_16),
    (b"PK\x03\x04", "an Excel workbook or another ZIP archive"),
    (b"\x1f\x8b", "compressed by gzip"),
];
const UTF_16: &str = "UTF-16 or UTF-32, which Excel calls Unicode text";

/// What a file is, if its first bytes say that it is not text in UTF-8.
pub(super) fn other_than_utf_8(file: &[u8]) -> Option<&'static str> {
    let known = BEGINNINGS.iter().find(|(beginning, _)| file.starts_with(beginning)).map(|(_, what)| *what);
    // Without a byte order mark every other byte of Latin letters is zero; no text begins so.
    known.or_else(|| file.iter().take(2).any(|byte| *byte == 0).then_some(UTF_16))
}

/// The file without the byte order mark that UTF-8 may have; some programs write one before the one that is there.
pub(super) fn without_mark(mut file: &[u8]) -> &[u8] {
    while let Some(rest) = file.strip_prefix(b"\xef\xbb\xbf") {
        file = rest;
    }
    file
}
