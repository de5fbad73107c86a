use maud::{Markup, html};
use serde_json::Value;

/// How much of a text a page shows, in characters; the rest is said to be there.
const SHOWN: usize = 16_000;

/// A value as readable JSON; nothing of it is run or read as markup.
pub(in crate::console) fn json(value: &Value) -> Markup {
    match value {
        Value::Null => html! { span.none { "–" } },
        value => {
            let text = serde_json::to_string_pretty(value).unwrap_or_default();
            html! { pre.json tabindex="0" { (cut(&text)) } }
        }
    }
}

/// A text that somebody else wrote: its direction is its own, and characters that could not be seen are.
pub(in crate::console) fn long(value: &Value) -> Markup {
    match value.as_str() {
        None if value.is_null() => html! { span.none { "–" } },
        None => json(value),
        Some("") => html! { span.none { "(empty)" } },
        Some(text) => html! { div.text dir="auto" tabindex="0" { (cut(text)) } },
    }
}

fn cut(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).map(visible).collect();
    let more = text.chars().count().saturating_sub(SHOWN);
    if more > 0 {
        shown.push_str(&format!("\n… {more} characters more: the API has all of it"));
    }
    shown
}

/// Control characters as the pictures that Unicode has of them; marks that turn a text around as an escape.
fn visible(character: char) -> char {
    match character {
        '\n' | '\t' => character,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        character => character,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_others_wrote_is_shown_as_text() {
        let shown = long(&json!("<script>alert(1)</script>\u{1b}[31m\u{202e}x")).into_string();
        assert!(shown.contains("&lt;script&gt;") && !shown.contains("<script>"), "{shown}");
        assert!(shown.contains('\u{241b}') && !shown.contains('\u{202e}'), "{shown}");
        assert!(json(&json!({"</pre><b>": 1})).into_string().contains("&lt;/pre&gt;"));
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let shown = long(&json!("x".repeat(2_000_000))).into_string();
        assert!(shown.len() < 20_000 && shown.contains("1984000 characters more"), "{}", shown.len());
    }
}
