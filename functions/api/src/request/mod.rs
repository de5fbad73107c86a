//! What a request is read with: who asks, the body, the query, ids, options.

pub(crate) mod body;
pub(crate) mod caller;
pub(crate) mod fields;
pub(crate) mod id;
pub(crate) mod idempotency;
pub(crate) mod items;
pub(crate) mod kind;
pub(crate) mod options;
pub(crate) mod query;
pub(crate) mod storable;
