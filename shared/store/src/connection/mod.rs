//! The connections of a function: how they are opened, kept, renewed and bound to a tenant.

pub(crate) mod cached;
pub(crate) mod database;
pub(crate) mod interrupted;
pub(crate) mod renewal;
pub(crate) mod store;
pub(crate) mod tenant;
