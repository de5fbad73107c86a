//! What answers are made with: problem documents, lists, tables.

pub(crate) mod cursor;
pub(crate) mod list;
pub(crate) mod paging;
pub(crate) mod problem;
pub(crate) mod refusal;
pub(crate) mod sorted;
pub(crate) mod table;
