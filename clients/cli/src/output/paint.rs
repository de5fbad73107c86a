use anstyle::{AnsiColor, Style};

/// The words that say how something stands, and their colours.
const WORDS: [(&str, AnsiColor); 17] = [
    ("SUCCESS", AnsiColor::Green),
    ("Completed", AnsiColor::Green),
    ("Pass", AnsiColor::Green),
    ("better", AnsiColor::Green),
    ("passed", AnsiColor::Green),
    ("FAILURE", AnsiColor::Red),
    ("Failed", AnsiColor::Red),
    ("Fail", AnsiColor::Red),
    ("worse", AnsiColor::Red),
    ("failed", AnsiColor::Red),
    ("Error", AnsiColor::Red),
    ("REVOKED", AnsiColor::Yellow),
    ("Cancelled", AnsiColor::Yellow),
    ("Partial", AnsiColor::Yellow),
    ("RETRY", AnsiColor::Yellow),
    ("STARTED", AnsiColor::Cyan),
    ("Progress", AnsiColor::Cyan),
];

/// A finished line with those words in their colours; its width stays what it was.
pub(super) fn paint(line: &str) -> String {
    line.split_inclusive(' ').map(word).collect()
}

/// A line in bold.
pub(super) fn bold(line: &str) -> String {
    let style = Style::new().bold();
    format!("{style}{line}{style:#}")
}

fn word(word: &str) -> String {
    let bare = word.trim_end_matches([' ', ',', '.', ':']);
    match WORDS.iter().find(|(known, _)| *known == bare) {
        Some((_, colour)) => {
            let style = colour.on_default();
            format!("{style}{bare}{style:#}{}", &word[bare.len()..])
        }
        None => word.to_owned(),
    }
}
