//! Tasks that begin: one, or many in one commit.

pub(super) mod bulk;
pub(super) mod start;

pub(crate) use bulk::read;
