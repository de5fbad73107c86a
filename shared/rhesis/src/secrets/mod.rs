//! Secrets at rest: Fernet tokens, which Python's `cryptography.fernet` reads and writes with the same key; and how they are
//! kept out of what is stored and shown.

mod keys;
mod mask;
mod needles;
mod rotation;
mod sealed;
mod spelled;

pub use keys::{Keys, SETTING, SecretError};
pub use mask::{MASKED, Mask, SHORTEST, is_maskable};
pub use rotation::{KeyReport, Rotation, RotationError, Unreadable, rotate};
pub use sealed::Sealed;
