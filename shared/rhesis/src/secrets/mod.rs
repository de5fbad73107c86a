//! Secrets at rest: Fernet tokens, which Python's `cryptography.fernet` reads and writes with the same key.

mod keys;
mod sealed;

pub use keys::{Keys, SETTING, SecretError};
pub use sealed::Sealed;
