//! How a secret may be spelled by whoever repeats it, and how it is looked for.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;

/// What the tenant keeps: the token of `auth`, a secret in a header, and one in the query.
pub(crate) const SECRETS: [&str; 3] =
    ["tk/Wq8+eRt\"5&Yu=1oPx", "hd-4Zx7'cVb{9}Nm;Q2k", "sg_6Lp3%jHg~8 fDs<0aZ"];

/// As many spellings of a text as `spelled` knows.
pub(crate) const MANY: usize = 21;

/// The spelling of a number below `MANY`, with its quotation marks, escapes and line breaks.
pub(crate) fn spelled(text: &str, number: usize) -> String {
    let each = |spell: fn(&mut String, u8)| {
        text.bytes().fold(String::new(), |mut all, byte| {
            spell(&mut all, byte);
            all
        })
    };
    let percent = || each(|all, byte| write!(all, "%{byte:02X}").unwrap());
    match number {
        0 => text.to_owned(),
        1 => text.to_uppercase(),
        2 => text.to_lowercase(),
        3 => percent(),
        4 => percent().to_lowercase(),
        5 => percent().replace('%', "%25"),
        6 => percent().replace('%', "%2525252525252525252525"),
        7 => each(|all, byte| write!(all, "\\u{byte:04X}").unwrap()),
        8 => each(|all, byte| write!(all, "\\x{byte:02x}").unwrap()),
        9 => each(|all, byte| write!(all, "&#{byte};").unwrap()),
        10 => each(|all, byte| write!(all, "&#x{byte:X};").unwrap()),
        11 => each(|all, byte| write!(all, "{byte:02x}").unwrap()),
        12 => each(|all, byte| write!(all, "{byte:02X} ").unwrap()),
        13 => text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('{', "&lcub;"),
        14 => text.replace('/', "\\/").replace('"', "\\\"").replace('+', "\\u002b"),
        15 => text.replace('"', "\"\"").replace('\'', "''"),
        16 => format!("{}\"\"{}", &text[..7], &text[7..]),
        17 => STANDARD.encode(text),
        18 => URL_SAFE_NO_PAD.encode(format!("somebody:{text}")),
        19 => lines(&STANDARD.encode(format!("Bearer {text}"))),
        20 => json!(json!(text).to_string()).to_string(),
        _ => unreachable!("there are {MANY}"),
    }
}

/// In lines, as in a letter.
fn lines(text: &str) -> String {
    text.as_bytes().chunks(12).map(|line| String::from_utf8_lossy(line).into_owned() + "\r\n").collect()
}

/// Fails if a text holds a secret, in any spelling, as JSON or as HTML writes that.
#[track_caller]
pub(crate) fn holds_none(text: &str, what: &str) {
    let signs = letters(text);
    for (secret, number) in SECRETS.iter().flat_map(|secret| (0..MANY).map(move |number| (*secret, number))) {
        let said = spelled(secret, number);
        let quoted = json!(said).to_string();
        let html =
            said.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('\'', "&#39;");
        let found = [&said, quoted.trim_matches('"'), &html].into_iter().find(|said| text.contains(*said));
        assert!(found.is_none(), "{what} holds {found:?}: {text}");
        assert!(!signs.contains(&letters(&said)), "{what} holds {said} with other signs between: {text}");
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}
