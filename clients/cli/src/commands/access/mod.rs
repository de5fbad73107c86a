//! Who asks: profiles, and whom a token speaks for.

mod login;
mod logout;
mod profiles;
mod whoami;

pub(crate) use login::Login;
pub(crate) use logout::Logout;
pub(crate) use profiles::Profiles;
pub(crate) use whoami::Whoami;

/// The name of a profile that nobody named.
const USUAL: &str = "default";
