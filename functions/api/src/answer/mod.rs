//! What answers are made with: problem documents, pages, tables.

pub(crate) mod paging;
pub(crate) mod problem;
pub(crate) mod refusal;
pub(crate) mod table;
