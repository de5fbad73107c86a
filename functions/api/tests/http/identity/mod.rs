//! Who calls.

mod credentials;
mod issued;
mod issuer;
mod sessions;
mod tokens;
