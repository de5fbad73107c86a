//! What any request may look like.

mod addresses;
mod bodies;
mod events;
mod late;
mod long_calls;
