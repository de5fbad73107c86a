//! What is looked for in a text that may hold a secret.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::mask::is_maskable;
use super::spelled::Spelled;

/// What is looked for: the secret, what is a secret of its own in it, and each in base64 and as hexadecimal digits.
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
            let hexadecimal: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
            let in_base64 = (0..3).map(|before| inner_base64(secret, before));
            let texts = [secret.clone(), hexadecimal].into_iter().chain(in_base64);
            let mut needles = Vec::new();
            texts.for_each(|text| Spelled::each(&text, |spelled| needles.push(spelled.bytes.clone())));
            needles
        })
        .collect()
}

/// What base64 makes of the secret behind so many bytes, without what the bytes around it have a part in.
fn inner_base64(secret: &str, before: usize) -> String {
    let mut bytes = vec![0; before];
    bytes.extend_from_slice(secret.as_bytes());
    let encoded = STANDARD_NO_PAD.encode(&bytes);
    let (first, last) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
    encoded[first..last].to_owned()
}
