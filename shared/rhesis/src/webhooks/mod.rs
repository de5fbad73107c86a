//! Webhooks: whom an organization wants told that a run has ended or a task has failed for good.
//!
//! What is to be told is decided by triggers of the database, in the commit of the end; see the migration `1012`. Here is
//! who wants to know, and the call: signed as Standard Webhooks says, to where the guard of endpoints lets it.

mod event;
mod note;
mod receiver;
mod send;
mod stored;

pub use event::Event;
pub use note::note;
pub use receiver::{Receiver, load};
pub use send::{Reply, SendError, refuse, send};
pub use stored::{LIST, MOST, Webhook, create, delete, exists, generate_secret, list};
