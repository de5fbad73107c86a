use super::Name;
use super::placeholder::{names, whole};
use crate::endpoints::{CallError, Endpoint};

/// The most secrets that an endpoint may name.
pub const MAX_SECRETS: usize = 16;
/// The longest name of one, in bytes.
const LONGEST: usize = 64;

/// Whether a secret may have this name: letters, digits and `_`, no digit first.
pub fn is_secret_name(name: &str) -> bool {
    name.len() <= LONGEST
        && !name.starts_with(|sign: char| sign.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Refuses secrets that are sent nowhere: their user believes that they are.
pub(in crate::endpoints) fn check(endpoint: &Endpoint) -> Result<(), CallError> {
    let headers = endpoint.headers.values().filter_map(|value| value.as_str()).flat_map(names);
    let in_query = endpoint.query.values().filter_map(|value| value.as_str()).filter_map(whole);
    let asked: Vec<_> = headers.chain(in_query.map(Name::Named)).collect();
    match endpoint.secrets.keys().find(|name| !asked.contains(&Name::Named(name.as_str()))) {
        Some(name) => {
            let why = format!(
                "is sent nowhere: no header says {{{{ secrets.{name} }}}}, and no query parameter says it alone"
            );
            Err(CallError::invalid(&format!("secrets.{name}"), &why))
        }
        None => Ok(()),
    }
}
