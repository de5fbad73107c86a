//! Rhesis's own SDK, which speaks to this API unmodified: see docs/sdk.md.
//!
//! Requests are read under its names by the routes themselves. Answers differ where one field cannot be what both read: those are
//! turned into its shapes here, for requests that are made as it makes them.

mod asked;
mod names;
mod shapes;

pub(crate) use asked::AskedBySdk;
pub(crate) use names::one_of;
pub(crate) use shapes::answers;
