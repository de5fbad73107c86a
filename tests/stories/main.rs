//! What the system promises, each promise a story over a real Postgres and the real runtime around handlers.

mod groups;
mod lifecycle;
mod losses;
mod retries;
mod tenants;
