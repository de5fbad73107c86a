use std::collections::BTreeMap;

use rhesis::endpoints::{Endpoint, MAX_SECRETS, is_secret_name};
use rhesis::secrets::{Keys, MASKED, SHORTEST, Sealed, is_maskable};
use secrecy::SecretString;
use serde_json::Value;

use crate::answer::problem::Problem;
use crate::request::body::object;
use crate::request::options::text;

/// The longest secret, in bytes.
const LONGEST: usize = 8192;

/// The secrets that an endpoint names, sealed, and which of them say that they stay what they were.
pub(super) fn read(
    value: Value,
    keys: &Keys,
    before: Option<&Endpoint>,
) -> Result<(BTreeMap<String, Sealed>, Vec<String>), Problem> {
    let fields = object(value)?;
    if fields.0.len() > MAX_SECRETS {
        return Err(Problem::unprocessable(format!("must be at most {MAX_SECRETS}")));
    }
    let (mut secrets, mut stay) = (BTreeMap::new(), Vec::new());
    for (name, value) in fields.0 {
        if !is_secret_name(&name) {
            let why = "must have a name of at most 64 letters, digits and _, that begins with no digit";
            return Err(Problem::invalid(name, why));
        }
        let given = text(&name, value)?;
        if given == MASKED {
            stay.push(name.clone());
        }
        let stored = before.and_then(|before| before.secrets.get(&name));
        let sealed = sealed(&name, given, keys, stored)?;
        secrets.insert(name, sealed);
    }
    Ok((secrets, stay))
}

/// A secret sealed, or the one `before` if it says that it stays. What it must never be is repeated, so nothing here quotes one.
pub(super) fn sealed(
    name: &str,
    given: String,
    keys: &Keys,
    before: Option<&Sealed>,
) -> Result<Sealed, Problem> {
    if given == MASKED {
        let stays = before.cloned();
        return stays.ok_or_else(|| Problem::invalid(name, "must be said: there is none that could stay"));
    }
    if given.chars().any(char::is_control) || given.len() > LONGEST {
        return Err(Problem::invalid(name, format!("must be a line of at most {LONGEST} bytes")));
    }
    if !is_maskable(&given) {
        let why = format!(
            "must have at least {SHORTEST} characters beside spaces, +, -, _, / and backslashes: a shorter one could not be told \
             from the words of an answer, and be kept out of it"
        );
        return Err(Problem::invalid(name, why));
    }
    keys.seal(&SecretString::from(given)).map_err(|error| Problem::invalid(name, error.to_string()))
}
