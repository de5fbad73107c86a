//! What token servers answer, read more freely than RFC 6749 writes it: many do not keep to the letter.

use std::time::Duration;

use serde_json::{Map, Value};
use url::form_urlencoded;

/// How long a token is good for if its server does not say.
const USUAL_LIFE: Duration = Duration::from_secs(3600);
/// And however long it says, it is fetched anew after this.
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);
/// How much of a server's own words is kept, in characters.
const KEPT: usize = 300;

/// A token, and how long it is good for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Granted {
    pub(super) token: String,
    pub(super) life: Duration,
}

/// The token in the body of a success; the error says why there is none, and quotes nothing that may be one.
pub(super) fn read(body: &[u8]) -> Result<Granted, String> {
    let fields = fields(body)?;
    if let Some(said) = said(&fields) {
        return Err(format!("refused: {said}"));
    }
    let bad = |why: &str| Err(format!("answered with an access_token that {why}"));
    let token = match fields.get("access_token") {
        Some(Value::String(token)) if token.trim().is_empty() => return bad("is empty"),
        Some(Value::String(token)) if token.bytes().all(|byte| (b' '..0x7f).contains(&byte)) => {
            token.trim().to_owned()
        }
        Some(Value::String(_)) => return bad("holds a character that no header may hold"),
        None | Some(Value::Null) => return Err("answered without an access_token".to_owned()),
        Some(_) => return bad("is no text"),
    };
    Ok(Granted { token, life: life(fields.get("expires_in"))? })
}

/// What a server says of its refusal, if it says anything that is known to be of it.
pub(super) fn refusal(body: &[u8]) -> Option<String> {
    said(&fields(body).ok()?)
}

/// A JSON object, whatever its `Content-Type` and with or without a byte order mark; or a form, as older servers write it.
fn fields(body: &[u8]) -> Result<Map<String, Value>, String> {
    let text =
        std::str::from_utf8(body).map_err(|_| "answered with something that is not UTF-8".to_owned())?;
    let text = text.trim_start_matches('\u{feff}').trim();
    match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => return Ok(fields),
        Ok(_) => return Err("answered with JSON that is no object".to_owned()),
        Err(_) if text.is_empty() => return Err("answered with nothing".to_owned()),
        Err(_) => {}
    }
    let pairs = || form_urlencoded::parse(text.as_bytes());
    if !text.contains(char::is_whitespace)
        && pairs().any(|(name, _)| ["access_token", "error"].contains(&&*name))
    {
        return Ok(pairs()
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect());
    }
    Err("answered with something that is neither JSON nor a form".to_owned())
}

/// Seconds as a number or a text, with or without a fraction.
fn life(expires_in: Option<&Value>) -> Result<Duration, String> {
    let seconds = match expires_in {
        None | Some(Value::Null) => return Ok(USUAL_LIFE),
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(USUAL_LIFE),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    match seconds.filter(|seconds| f64::is_finite(*seconds)) {
        // What has expired already is fetched anew at the next call.
        Some(seconds) => Ok(Duration::from_secs_f64(seconds.clamp(0.0, LONGEST_LIFE.as_secs_f64()).trunc())),
        None => Err("answered with an expires_in that is no number of seconds".to_owned()),
    }
}

/// `error` and `error_description` of RFC 6749, or what others have in their place.
fn said(fields: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let code = text("error").or_else(|| fields.get("error")?.get("message")?.as_str());
    let more = ["error_description", "errorSummary", "message", "detail"].into_iter().find_map(text);
    if code.is_none() && fields.contains_key("access_token") {
        return None;
    }
    let words = [code, more].into_iter().flatten().collect::<Vec<_>>().join(": ");
    let line =
        words.split(|sign: char| sign.is_whitespace() || sign.is_control()).filter(|word| !word.is_empty());
    let line: String = line.collect::<Vec<_>>().join(" ").chars().take(KEPT).collect();
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<(String, u64), String> {
        super::read(body.as_bytes()).map(|granted| (granted.token, granted.life.as_secs()))
    }

    #[test]
    fn a_token_is_read_however_its_server_writes_it() {
        for (rest, life) in [
            ("", 3600),
            (r#", "token_type": "Bearer", "expires_in": 3599"#, 3599),
            (r#", "expires_in": "3599""#, 3599),
            (r#", "expires_in": " 3599 ""#, 3599),
            (r#", "expires_in": 3600.0"#, 3600),
            (r#", "expires_in": "3600.9""#, 3600),
            (r#", "expires_in": 3.6e3"#, 3600),
            (r#", "expires_in": null, "token_type": null"#, 3600),
            (r#", "expires_in": """#, 3600),
            (r#", "expires_in": -1"#, 0),
            (r#", "expires_in": 1e300"#, 2_592_000),
            (r#", "scope": ["a", "b"], "token_type": 7"#, 3600),
            (r#", "scope": {"a": 1}, "refresh_token": null, "message": "welcome""#, 3600),
        ] {
            for before in ["", "\u{feff}", " \r\n"] {
                let body = format!("{before}{{\"access_token\": \"t0k3n\"{rest}}}\n");
                assert_eq!(read(&body), Ok(("t0k3n".to_owned(), life)), "{body}");
            }
        }
        let form = "access_token=t0k%2B3n&expires_in=60&token_type=bearer";
        assert_eq!(read(form), Ok(("t0k+3n".to_owned(), 60)));
    }

    #[test]
    fn what_is_no_token_says_why_and_is_not_quoted() {
        for (body, why) in [
            ("", "answered with nothing"),
            ("<html>t0k3n</html>", "answered with something that is neither JSON nor a form"),
            ("[\"t0k3n\"]", "answered with JSON that is no object"),
            ("\"t0k3n\"", "answered with JSON that is no object"),
            ("{\"token\": \"t0k3n\"}", "answered without an access_token"),
            ("{\"access_token\": null, \"x\": \"t0k3n\"}", "answered without an access_token"),
            ("{\"access_token\": \" \"}", "answered with an access_token that is empty"),
            ("{\"access_token\": [\"t0k3n\"]}", "answered with an access_token that is no text"),
            (
                "{\"access_token\": \"t0k3n\\nx: y\"}",
                "answered with an access_token that holds a character that no header may hold",
            ),
            (
                "{\"access_token\": \"t0k3n\", \"expires_in\": \"soon\"}",
                "answered with an expires_in that is no number of seconds",
            ),
            (
                "{\"access_token\": \"t0k3n\", \"expires_in\": \"NaN\"}",
                "answered with an expires_in that is no number of seconds",
            ),
            (
                "{\"access_token\": \"t0k3n\", \"expires_in\": \"Infinity\"}",
                "answered with an expires_in that is no number of seconds",
            ),
            (
                "{\"access_token\": \"t0k3n\", \"expires_in\": [60]}",
                "answered with an expires_in that is no number of seconds",
            ),
            ("{\"error\": \"invalid_scope\"}", "refused: invalid_scope"),
            ("error=invalid_scope&error_description=no+such", "refused: invalid_scope: no such"),
        ] {
            let error = read(body).unwrap_err();
            assert_eq!(error, why, "{body}");
            assert!(!error.contains("t0k3n"));
        }
        assert!(super::read(b"\xff\xfe{").unwrap_err().contains("not UTF-8"));
    }

    #[test]
    fn a_refusal_is_told_in_the_servers_words_as_one_short_line() {
        let told = |body: &str| refusal(body.as_bytes());
        for (body, said) in [
            (
                r#"{"error": "invalid_client", "error_description": "AADSTS7000215:\r\n  bad"}"#,
                "invalid_client: AADSTS7000215: bad",
            ),
            (r#"{"error": {"message": "no such app"}}"#, "no such app"),
            (r#"{"errorCode": "x", "errorSummary": "Not found"}"#, "Not found"),
            (r#"{"message": "Too many"}"#, "Too many"),
        ] {
            assert_eq!(told(body).as_deref(), Some(said));
        }
        assert_eq!(told(&format!("{{\"error\": \"{}\"}}", "x".repeat(9999))).unwrap().len(), KEPT);
        assert_eq!(told("<html>Forbidden"), None);
        assert_eq!(told("{\"error\": null}"), None);
    }
}
