use std::collections::HashMap;
use std::sync::OnceLock;

static SUPPLIED: OnceLock<HashMap<String, String>> = OnceLock::new();

/// Keeps what the settings' secret holds; a second call, as tests make it, changes nothing.
pub(crate) fn keep(settings: HashMap<String, String>) {
    let _ = SUPPLIED.set(settings);
}

/// The text of a setting in the secret; none if it is not there or empty.
pub(crate) fn supplied(name: &str) -> Option<String> {
    SUPPLIED.get()?.get(name).filter(|text| !text.is_empty()).cloned()
}
