use std::time::{Duration, Instant};

use maud::{Markup, html};
use similar::algorithms::{Capture, Replace, patience};
use similar::{DiffOp, DiffTag};

/// How long two texts are compared at most; then the rest is told as replaced.
const PATIENCE: Duration = Duration::from_millis(50);

/// What is compared of a text, in characters.
const LONGEST: usize = 200_000;

/// The words of two texts, with those that are new and those that are gone.
pub(super) fn words(before: &str, after: &str) -> Markup {
    let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
    let (old, new) = (cut(before), cut(after));
    html! {
        div.text.diff dir="auto" tabindex="0" {
            @if old == new { (new) } @else {
                @let (olds, news) = (pieces(&old), pieces(&new));
                @for change in changes(&olds, &news) {
                    @match change.as_tag_tuple() {
                        (DiffTag::Equal, _, kept) => { (news[kept].concat()) },
                        (_, gone, come) => {
                            @if !gone.is_empty() { del { (olds[gone].concat()) } }
                            @if !come.is_empty() { ins { (news[come].concat()) } }
                        }
                    }
                }
            }
        }
        @if before.chars().count().max(after.chars().count()) > LONGEST { p.help { "Only the first " (LONGEST) " characters were compared." } }
    }
}

/// What became of the pieces of a text. Of the library one algorithm for one type of lists: all that it can is a megabyte of code.
fn changes(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let mut found = Replace::new(Capture::new());
    let deadline = Some(Instant::now() + PATIENCE);
    let Ok(()) = patience::diff_deadline(&mut found, old, 0..old.len(), new, 0..new.len(), deadline);
    found.into_inner().into_ops()
}

/// The words of a text, and what is white between them.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|sign: char| sign.is_whitespace() != first.is_whitespace()).unwrap_or(rest.len());
        let (piece, behind) = rest.split_at(end);
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_differ_are_marked_and_shown_as_text() {
        let shown = words("the <b> is 4", "the <b> is 5").into_string();
        assert!(
            shown.contains("<del>4</del>") && shown.contains("<ins>5</ins>") && shown.contains("&lt;b&gt;"),
            "{shown}"
        );
        assert!(!words("same", "same").into_string().contains("<ins>"));
    }

    #[test]
    fn two_long_texts_without_a_common_word_are_compared_in_time() {
        let text = |letter: char| (0..40_000).map(|n| format!("{letter}{n} ")).collect::<String>();
        let began = std::time::Instant::now();
        let shown = words(&text('a'), &text('b')).into_string();
        assert!(shown.matches("<ins>").count() < 100, "{}", shown.len());
        assert!(began.elapsed() < Duration::from_secs(5));
    }
}
