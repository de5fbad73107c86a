//! What is looked for in a text that may hold a secret.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use url::form_urlencoded::byte_serialize;

use super::mask::is_maskable;
use super::spelled::Spelled;

/// What an address carries as it is: RFC 3986, 2.3.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is looked for: the secret, what is a secret of its own in it, and each in base64 and as hexadecimal digits, also of what JSON, URLs
/// and HTML make of it, and of each other.
pub(super) fn spellings(secret: &str) -> Vec<Vec<u8>> {
    let mut secrets = vec![secret.to_owned()];
    // `Bearer x`, given with its scheme.
    secrets.extend(secret.split_whitespace().last().map(str::to_owned));
    // `user:x`, as it is or as a header of HTTP Basic has it.
    let decoded = secrets.iter().find_map(|word| {
        let bytes = STANDARD.decode(word).or_else(|_| URL_SAFE_NO_PAD.decode(word)).ok()?;
        String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
    });
    secrets.extend(decoded);
    let passwords = secrets.iter().filter_map(|text| text.split_once(':')).map(|(_, word)| word.to_owned());
    secrets.extend(passwords.collect::<Vec<_>>());
    (secrets.iter().filter(|secret| is_maskable(secret)))
        .flat_map(|secret| {
            let mut needles = Vec::new();
            let texts = escaped(secret).into_iter().flat_map(|text| encoded(&text).into_iter().chain([text]));
            texts.for_each(|text| Spelled::each(&text, |spelled| needles.push(spelled.bytes.clone())));
            needles
        })
        .collect()
}

/// The secret, and what is written for it in JSON, in an address, in a form and in HTML, where that is something else.
fn escaped(secret: &str) -> Vec<String> {
    let json = serde_json::Value::from(secret).to_string();
    let json = json[1..json.len() - 1].to_owned();
    let percent = percent_encode(secret.as_bytes(), UNRESERVED).to_string();
    let form = byte_serialize(secret.as_bytes()).collect();
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let mut texts = vec![
        secret.to_owned(),
        json.replace('/', "\\/"),
        json,
        percent,
        form,
        html.replace('\'', "&#39;"),
        html,
    ];
    if let Some(mantissa) = mantissa(secret) {
        texts.push(mantissa);
    }
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// Digits as a number with an exponent: `1234000` is `1.234e6`.
fn mantissa(digits: &str) -> Option<String> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (first, rest) = digits.split_at(1);
    Some(format!("{first}.{}e{}", rest.trim_end_matches('0'), rest.len()))
}

/// A text in base64 and as hexadecimal digits, and each of these in the other.
fn encoded(text: &str) -> Vec<String> {
    let in_base64 = |text: &str| (0..3).map(|before| inner_base64(text, before)).collect::<Vec<_>>();
    let digits = hexadecimal(text);
    let (once, of_digits) = (in_base64(text), in_base64(&digits));
    let of_large = in_base64(&digits.to_uppercase());
    let digits_of = once.iter().map(|text| hexadecimal(text));
    // The URL's alphabet differs from the other in two signs.
    let urls = once.iter().map(|text| text.replace('+', "-").replace('/', "_"));
    let urls: Vec<String> = urls.filter(|text| !once.contains(text)).collect();
    let twice = once.iter().chain(&urls).flat_map(|text| in_base64(text));
    let mut texts: Vec<String> =
        digits_of.chain(urls.iter().map(|text| hexadecimal(text))).chain(twice).collect();
    texts.extend([digits].into_iter().chain(once).chain(of_digits).chain(of_large));
    texts
}

fn hexadecimal(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// What base64 makes of the secret behind so many bytes, without what the bytes around it have a part in.
fn inner_base64(secret: &str, before: usize) -> String {
    let mut bytes = vec![0; before];
    bytes.extend_from_slice(secret.as_bytes());
    let encoded = STANDARD_NO_PAD.encode(&bytes);
    let (first, last) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
    encoded[first..last].to_owned()
}
