//! How attempts and tasks end: by their function, or by whoever revokes, cancels or begins them anew.

pub(crate) mod batch_operation;
pub(crate) mod cancel;
pub(crate) mod finish;
pub(crate) mod succeed;
