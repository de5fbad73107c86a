//! JSON as it was said. A parsed value forgets the order of names, the digits beyond a double's and how a number was spelled.

use serde_json::Value;
use serde_json::value::RawValue;

use super::size::text_length;

/// What becomes of numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbers {
    /// They stay as they are spelled.
    Spelled,
    /// Those that a parsed value cannot hold become texts.
    Held,
}

/// The text that is judged of a value that is none: what was sent, without white space between. Names keep their order and their
/// number, numbers their spelling; of texts, only what has to be escaped is.
///
/// `None` if a text in it is no Unicode.
pub(crate) fn verbatim(json: &RawValue) -> Option<String> {
    respelled(json.get(), Numbers::Spelled)
}

/// The value, with numbers that it could not hold as texts of the digits that were sent: `-0`, and what is neither an integer of
/// 64 bits nor a double.
///
/// `None` if a text in it is no Unicode, or it is nested too deeply.
pub(crate) fn held(json: &RawValue) -> Option<Value> {
    serde_json::from_str(&respelled(json.get(), Numbers::Held)?).ok()
}

fn respelled(json: &str, numbers: Numbers) -> Option<String> {
    let (mut text, mut rest) = (String::with_capacity(json.len()), json);
    while let Some(first) = rest.bytes().next() {
        let length = match first {
            b'"' => text_length(&rest.as_bytes()[1..]) + 2,
            b'-' | b'0'..=b'9' => rest
                .find(|sign: char| !matches!(sign, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
                .unwrap_or(rest.len()),
            _ => 1,
        };
        let (token, after) = rest.split_at_checked(length)?;
        rest = after;
        match first {
            b' ' | b'\n' | b'\r' | b'\t' => {}
            b'"' if token.contains('\\') => {
                let said: String = serde_json::from_str(token).ok()?;
                text.push_str(&serde_json::to_string(&said).ok()?);
            }
            b'-' | b'0'..=b'9' if numbers == Numbers::Held && !is_held(token) => {
                text.extend(["\"", token, "\""]);
            }
            _ => text.push_str(token),
        }
    }
    Some(text)
}

/// Whether a parsed value has the number that was sent, however it is spelled.
fn is_held(number: &str) -> bool {
    let parsed = serde_json::from_str::<serde_json::Number>(number);
    parsed.is_ok_and(|parsed| !is_negative_zero(number) && decimal(&parsed.to_string()) == decimal(number))
}

/// Postgres knows no negative zero either.
fn is_negative_zero(number: &str) -> bool {
    number.starts_with('-') && decimal(number).is_some_and(|(digits, _)| digits == "-")
}

/// A number's sign and digits without zeros around them, and the power of ten of the last; `None` if that is beyond any double.
fn decimal(number: &str) -> Option<(String, i64)> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
    let digits = [whole, fraction].concat();
    let kept = digits.trim_end_matches('0');
    let cut = i64::try_from(digits.len() - kept.len()).ok()?;
    let exponent = exponent.parse::<i64>().ok().filter(|exponent| exponent.abs() < 10_000_000)?;
    let kept = kept.trim_start_matches('0');
    let power = if kept.is_empty() { 0 } else { exponent - i64::try_from(fraction.len()).ok()? + cut };
    Some((format!("{sign}{kept}"), power))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn raw(json: &str) -> &RawValue {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn what_was_sent_is_what_is_said() {
        for (sent, text) in [
            ("12345678901234567890123", "12345678901234567890123"),
            ("-0", "-0"),
            ("1e2", "1e2"),
            ("1.10", "1.10"),
            ("0.1234567890123456789012345", "0.1234567890123456789012345"),
            ("1E400", "1E400"),
            (" [ 1 , -0.0 ,\n true,null ] ", "[1,-0.0,true,null]"),
            (
                r#"{"z": 1, "a": {"y": 2, "b": "x : , y"}, "z": 3}"#,
                r#"{"z":1,"a":{"y":2,"b":"x : , y"},"z":3}"#,
            ),
            (r#"{"\u00e9\/": "\"\\ \u00fc\ud83e\udd80\u000a"}"#, "{\"é/\":\"\\\"\\\\ ü🦀\\n\"}"),
        ] {
            assert_eq!(verbatim(raw(sent)).as_deref(), Some(text), "{sent}");
        }
    }

    #[test]
    fn a_text_that_is_no_unicode_is_none() {
        assert_eq!(verbatim(raw(r#"["\ud800"]"#)), None);
        assert_eq!(held(raw(r#"["\ud800"]"#)), None);
    }

    #[test]
    fn a_value_holds_its_numbers_or_has_them_as_texts() {
        for number in [
            "0",
            "-1",
            "18446744073709551615",
            "-9223372036854775808",
            "0.5",
            "1.10",
            "1e2",
            "5.00",
            "1e-7",
            "100000000000000000000",
        ] {
            assert!(held(raw(number)).unwrap().is_number(), "{number}");
        }
        for number in [
            "-0",
            "-0.0",
            "-0e5",
            "18446744073709551617",
            "0.1234567890123456789",
            "1e400",
            "123456789.123456789123",
            "1e99999999999",
        ] {
            assert_eq!(held(raw(number)), Some(json!(number)), "{number}");
        }
        assert_eq!(held(raw(r#"{"a": [1e2, -0], "b": "-0"}"#)), Some(json!({"a": [100.0, "-0"], "b": "-0"})));
    }
}
