/// A text of somebody else on one line of a terminal: what would move the cursor, change colours or turn the text around is shown as
/// a mark; line breaks become spaces.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(harmless).collect()
}

/// The beginning of a text in at most `most` characters, cleaned; `…` says that there is more.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let mut kept: String = text.chars().take(most).map(harmless).collect();
    if text.chars().nth(most).is_some() {
        kept.pop();
        kept.push('…');
    }
    kept
}

fn harmless(character: char) -> char {
    match character {
        '\n' | '\r' | '\t' => ' ',
        c if c.is_control() => '·',
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => '·',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_command_the_terminal_is_shown_as_a_mark() {
        assert_eq!(clean("\u{1b}[2Jgone\u{7}\u{9b}1m"), "·[2Jgone··1m");
        assert_eq!(clean("a\nb\u{202e}c"), "a b·c");
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("abcd", 4), "abcd");
    }
}
