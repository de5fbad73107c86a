//! The secrets of an endpoint: that of `auth`, and those that its user names; how a header or a query parameter asks for one, and
//! what of them a change of the endpoint would send elsewhere.

mod check;
mod moved;
mod opened;
mod placeholder;

pub(super) use check::check;
pub use check::{MAX_SECRETS, is_secret_name};
pub(super) use opened::Opened;
pub(super) use placeholder::{Name, around, is_in, replace, says_auth_token, whole};
