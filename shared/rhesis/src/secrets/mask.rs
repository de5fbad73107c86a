//! Takes secrets out of what others say: an endpoint may answer with what it was sent, in whatever spelling.

use std::fmt;

use aho_corasick::{AhoCorasick, MatchKind};
use serde_json::{Map, Value};

use super::needles::spellings;
use super::spelled::Spelled;

/// What stands in the place of a secret.
pub const MASKED: &str = "***";
/// Shorter ones may be words of an answer; counted without white space, `+`, `-`, `_`, `/`, backslashes and quotation marks.
pub const SHORTEST: usize = 8;
/// So much of a secret at the end of a text that was cut is taken for its beginning.
const BEGINNING: usize = 4;
/// The longest escape is a byte longer: `&#x000026;`.
const HALF_AN_ESCAPE: usize = 9;

/// The secrets of a call, and how they are found.
#[derive(Clone, Default)]
pub struct Mask {
    needles: Vec<Vec<u8>>,
    finder: Option<AhoCorasick>,
}

/// Whether a secret can be told from the words of an answer.
pub fn is_maskable(secret: &str) -> bool {
    let mut shortest = usize::MAX;
    Spelled::each(secret, |spelled| shortest = shortest.min(spelled.bytes.len()));
    shortest >= SHORTEST
}

impl Mask {
    /// Finds these secrets. Those that are too short to be told from words are not looked for.
    pub fn of<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let mut needles: Vec<Vec<u8>> = secrets.into_iter().flat_map(spellings).collect();
        needles.retain(|needle| needle.len() >= SHORTEST);
        needles.sort();
        needles.dedup();
        // It fails for more than 4 GiB of needles only.
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&needles).ok();
        Self { finder: finder.filter(|_| !needles.is_empty()), needles }
    }

    /// The text without the secrets.
    pub fn text(&self, text: String) -> String {
        let Some(finder) = &self.finder else { return text };
        let spans = spans(finder, &text);
        if spans.is_empty() {
            return text;
        }
        let (mut masked, mut done) = (String::with_capacity(text.len()), 0);
        for (start, end) in spans {
            // A span ends within a character only where that one was taken for bytes of its own.
            let (start, end) = (text.floor_char_boundary(start), text.ceil_char_boundary(end));
            if start >= done {
                masked.push_str(&text[done..start]);
                masked.push_str(MASKED);
            }
            done = done.max(end);
        }
        masked.push_str(&text[done..]);
        masked
    }

    /// The same for a text that was cut: the beginning of a secret at its end is taken out, too, and half an escape with it.
    pub fn excerpt(&self, text: String) -> String {
        let mut masked = self.text(text);
        for cut in 0..=HALF_AN_ESCAPE.min(masked.len()) {
            let Some(whole) = masked.get(..masked.len() - cut) else { continue };
            let mut beginning = None;
            Spelled::each(whole, |spelled| {
                beginning = [beginning, self.beginning(spelled)].into_iter().flatten().min();
            });
            if let Some(start) = beginning {
                masked.truncate(masked.floor_char_boundary(start));
                masked.push_str(MASKED);
                break;
            }
        }
        masked
    }

    /// Where the beginning of a secret begins that the text ends with.
    fn beginning(&self, spelled: &Spelled) -> Option<usize> {
        let end = spelled.bytes.len();
        let longest = (self.needles.iter())
            .filter_map(|needle| {
                let lengths = BEGINNING..=needle.len().min(end);
                lengths.rev().find(|length| spelled.bytes.ends_with(&needle[..*length]))
            })
            .max()?;
        Some(spelled.span(end - longest, end).0)
    }

    /// The value without the secrets: in its texts, in the names of its fields, and in its numbers.
    pub fn value(&self, value: Value) -> Value {
        if self.finder.is_none() {
            return value;
        }
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.into_iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => {
                let fields = fields.into_iter().map(|(name, field)| (self.text(name), self.value(field)));
                Value::Object(fields.collect::<Map<_, _>>())
            }
            Value::Number(number) => {
                let digits = number.to_string();
                let masked = self.text(digits.clone());
                if masked == digits { Value::Number(number) } else { Value::String(masked) }
            }
            plain => plain,
        }
    }
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mask(***)")
    }
}

/// Where the secrets stand in a text, in order. Those that are found in several readings of it overlap.
fn spans(finder: &AhoCorasick, text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    Spelled::each(text, |spelled| {
        spans.extend(finder.find_iter(&spelled.bytes).map(|found| spelled.span(found.start(), found.end())));
    });
    spans.sort_unstable();
    spans
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use serde_json::json;

    use super::*;

    const SECRET: &str = "aB3/dE+f\"7&9=x!Z";

    fn masked(text: &str) -> String {
        Mask::of([SECRET]).text(text.to_owned())
    }

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        let percent: String = SECRET.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let escaped: String = SECRET.bytes().map(|byte| format!("\\u{byte:04X}")).collect();
        let doubly = json!(json!(SECRET).to_string()).to_string();
        for spelling in [
            SECRET.to_owned(),
            r#"aB3\/dE\u002Bf\"7&9=x!Z"#.to_owned(),
            r#"aB3\\\/dE\\u002bf\\\"7\u00269\x3dx!Z"#.to_owned(),
            "aB3%2FdE%2Bf%227%269%3Dx%21Z".to_owned(),
            "aB3%2fdE%2bf%227%269%3dx!Z".to_owned(),
            "aB3%252FdE%252Bf%25227%25269%253Dx%2521Z".to_owned(),
            "aB3/dE f%227%269=x!Z".to_owned(),
            "aB3&#x2F;dE&#43;f&quot;7&amp;9&equals;x&#33;Z".to_owned(),
            "aB3&sol;dE&plus;f&#34;7&amp;amp;9=x&excl;Z".to_owned(),
            SECRET.to_uppercase(),
            SECRET.to_lowercase(),
            percent.to_uppercase(),
            percent.replace('%', "%25"),
            percent,
            escaped,
            doubly.trim_matches(['"', '\\']).to_owned(),
            "aB3/dE+f\r\n \"7&9=x!Z".to_owned(),
            SECRET.bytes().map(|byte| format!("{byte:02X}")).collect(),
            SECRET.bytes().map(|byte| format!("%u00{byte:02X}")).collect(),
            SECRET.bytes().map(|byte| format!("%{}{byte:02x}", "25".repeat(20))).collect(),
            format!("aB3/dE+f\"7&{}9=x!Z", "amp;".repeat(12)),
            "aB3/dE+f&quot7&amp9=x!Z".to_owned(),
            r#"aB3/dE\n+f\r\n\"7&9=\tx!Z"#.to_owned(),
            r#"aB3/dE\\n+f\\\"7\\u000a&9=x!Z"#.to_owned(),
            r#"aB3/dE+f""7&9=x!Z"#.to_owned(),
            r#"aB3/dE+f'"'7&'"'9=x!Z"#.to_owned(),
            "aB3&#x0000000000002F;dE&#000000000000043;f&#00000000034;7&AMP9=x&#x00021;Z".to_owned(),
            format!("aB3/dE+f\"7&{}9=x!Z", "amp;".repeat(200)),
            "aB3/\u{a0}dE\u{85}+f\u{2028}\"\u{feff}7&\u{200b}9=\u{3000}x!\u{2009}Z".to_owned(),
            "aB3/&nbsp;dE&ZeroWidthSpace;+&shy;f&quot;7&#xA0;&amp;9=&thinsp;x!Z".to_owned(),
            "aB3/dE+f\u{201c}7&9=x!Z".to_owned(),
            "ａＢ３／ｄＥ＋ｆ＂７＆９＝ｘ！Ｚ".to_owned(),
        ] {
            let said = masked(&format!("it says «{spelling}»."));
            assert_eq!(said, "it says «***».", "{spelling}");
        }
    }

    #[test]
    fn a_secret_in_base64_is_found_behind_whatever_stands_before_it() {
        for before in ["", "u:", "me:", "Bearer ", "somebody:"] {
            for after in ["", "!", "\n\n"] {
                let plain = format!("{before}{SECRET}{after}");
                for encoded in [STANDARD.encode(&plain), URL_SAFE_NO_PAD.encode(&plain)] {
                    let said = masked(&encoded);
                    assert!(said.contains(MASKED) && said.len() <= plain.len() - SECRET.len() + 20, "{said}");
                }
            }
        }
    }

    #[test]
    fn a_secret_is_found_in_codes_of_what_escapes_make_of_it() {
        let json = json!(SECRET).to_string();
        let percent: String = SECRET.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let url = "aB3%2FdE%2Bf%227%269%3Dx%21Z";
        let html = "aB3/dE+f&quot;7&amp;9=x!Z";
        let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
        for before in ["", "a", "user:"] {
            for text in [json.trim_matches('"'), url, html, SECRET] {
                let text = format!("{before}{text}");
                let encoded = STANDARD.encode(&text);
                for spelling in [
                    encoded.clone(),
                    hex(&text),
                    hex(&encoded),
                    STANDARD.encode(hex(&text)),
                    STANDARD.encode(hex(&text).to_uppercase()),
                    STANDARD.encode(&encoded),
                    STANDARD.encode(URL_SAFE_NO_PAD.encode(&text)),
                    hex(&URL_SAFE_NO_PAD.encode(&text)).to_uppercase(),
                ] {
                    let said = masked(&spelling);
                    assert!(said.contains(MASKED), "{text}: {spelling}");
                    assert!(said.len() < 30 + 4 * before.len(), "{text}: {said} is left of {spelling}");
                }
            }
        }
        assert_eq!(masked(&percent), MASKED);
    }

    #[test]
    fn lines_of_base64_are_found_in_a_json_text() {
        let encoded = STANDARD.encode(format!("somebody-with-a-name:{SECRET}"));
        for line in [4, 5, 19, 76] {
            let lines: Vec<&str> =
                encoded.as_bytes().chunks(line).map(|line| std::str::from_utf8(line).unwrap()).collect();
            for between in ["\n", "\r\n", "\\n", "\\r\\n", "\\\\n", "&NewLine;", "%0D%0A"] {
                let said = masked(&lines.join(between));
                let left: String = said.split(between).collect();
                assert!(said.contains(MASKED) && left.len() <= encoded.len() - SECRET.len(), "{said}");
            }
        }
    }

    #[test]
    fn every_sign_of_a_secret_is_found_as_html_writes_it() {
        let names = "excl num dollar percnt amp lpar rpar ast comma period colon semi lt equals gt quest commat lsqb rsqb Hat grave \
                     lcub verbar rcub lbrack rbrack lbrace rbrace vert VerticalLine midast DiacriticalGrave bsol AMP LT GT QUOT";
        let signs = "!#$%&()*,.:;<=>?@[]^`{|}[]{}||*`\\&<>\"";
        for (name, sign) in names.split_whitespace().zip(signs.chars()) {
            let mask = Mask::of([format!("abcd{sign}efgh5").as_str()]);
            assert_eq!(mask.text(format!("<abcd&{name};efgh5>")), "<***>", "{name}");
        }
    }

    #[test]
    fn a_letter_behind_a_backslash_belongs_to_the_secret_or_not() {
        for secret in ["nABCdefgh", "u0041bcdefgh", "x41bcdefgh", r"ABC\nefghij", "ABCnefghij"] {
            let mask = Mask::of([secret]);
            for before in ["", "\\", "a", "/"] {
                let said = mask.text(format!("{before}{secret}"));
                assert!(!said.contains(&secret[2..]), "{secret}: {said}");
            }
        }
    }

    #[test]
    fn the_password_is_found_where_the_secret_is_one_of_http_basic() {
        let basic = STANDARD.encode("somebody:hunter2hunter2");
        for secret in [basic.clone(), format!("Basic {basic}"), "somebody:hunter2hunter2".to_owned()] {
            let mask = Mask::of([secret.as_str()]);
            for said in ["hunter2hunter2", &basic, "somebody:hunter2hunter2"] {
                assert!(!mask.text(format!("<{said}>")).contains(said), "{secret}: {said}");
            }
        }
    }

    #[test]
    fn all_else_stays_as_it_was() {
        for text in ["", "aB3", "100 % & more \\ \\u00 \\u12 %zz &# &#; &nbsp; é🦀", "aB3/dE+f\"7&9=x!"] {
            assert_eq!(masked(text), text);
        }
        assert_eq!(Mask::of(["short"]).text("a short word".to_owned()), "a short word");
        assert_eq!(masked(&format!("é{SECRET}🦀{SECRET}")), "é***🦀***");
    }

    #[test]
    fn the_texts_the_names_and_the_numbers_of_a_value_are_masked() {
        let mask = Mask::of([SECRET, "1234567890"]);
        let value = json!({SECRET: [1, {"a": SECRET}], "n": 1234567890, "f": 1.5, "t": true});
        assert_eq!(mask.value(value), json!({"***": [1, {"a": "***"}], "n": "***", "f": 1.5, "t": true}));
    }

    #[test]
    fn a_secret_of_digits_is_found_with_an_exponent() {
        let mask = Mask::of(["123456789012345000"]);
        for number in
            ["1.23456789012345e17", "1.23456789012345E+17", "123456789012345000", "123456789012345000.0"]
        {
            assert!(!mask.text(format!("[{number}]")).contains("2345"), "{number}");
        }
        assert_eq!(mask.text("1.23456789e17".to_owned()), "1.23456789e17");
    }

    #[test]
    fn the_beginning_of_a_secret_where_a_text_was_cut_is_taken_out() {
        let mask = Mask::of([SECRET]);
        for length in 6..=SECRET.len() {
            assert_eq!(mask.excerpt(format!("x {}", &SECRET[..length])), "x ***");
        }
        assert_eq!(mask.excerpt("x aB3%2FdE%2".to_owned()), "x ***");
        assert_eq!(mask.excerpt("x aB".to_owned()), "x aB");
    }

    #[test]
    fn a_text_of_nothing_but_escapes_is_read_in_little_time() {
        let mask = Mask::of([SECRET]);
        for piece in ["%25", "&#", "\\", "&amp;", "\\u005c", "%"] {
            let text = piece.repeat(2 * 1024 * 1024 / piece.len());
            let began = std::time::Instant::now();
            mask.text(text);
            assert!(began.elapsed() < std::time::Duration::from_secs(5), "{piece}: {:?}", began.elapsed());
        }
    }
}
