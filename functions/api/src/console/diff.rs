use std::time::Duration;

use maud::{Markup, html};
use similar::{Algorithm, ChangeTag, TextDiff};

/// How long two texts are compared at most; then the rest is told as replaced.
const PATIENCE: Duration = Duration::from_millis(50);

/// What is compared of a text, in characters.
const LONGEST: usize = 200_000;

/// The words of two texts, with those that are new and those that are gone.
pub(super) fn words(before: &str, after: &str) -> Markup {
    let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
    let (old, new) = (cut(before), cut(after));
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).timeout(PATIENCE).diff_words(&old, &new);
    html! {
        div.text.diff dir="auto" tabindex="0" {
            @if old == new { (new) } @else {
                @for (tag, text) in joined(diff.iter_all_changes().map(|change| (change.tag(), change.value()))) {
                    @match tag {
                        ChangeTag::Equal => { (text) },
                        ChangeTag::Insert => { ins { (text) } },
                        ChangeTag::Delete => { del { (text) } },
                    }
                }
            }
        }
        @if before.chars().count().max(after.chars().count()) > LONGEST { p.help { "Only the first " (LONGEST) " characters were compared." } }
    }
}

/// Words of one kind that stand together, as one text: a page has a mark for each change, not for each word.
fn joined<'a>(words: impl Iterator<Item = (ChangeTag, &'a str)>) -> Vec<(ChangeTag, String)> {
    let mut parts: Vec<(ChangeTag, String)> = Vec::new();
    for (tag, word) in words {
        match parts.last_mut().filter(|(last, _)| *last == tag) {
            Some((_, text)) => text.push_str(word),
            None => parts.push((tag, word.to_owned())),
        }
    }
    parts
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
