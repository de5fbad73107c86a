//! The HTTP API: asked again where that is safe, and understood in whatever way it answers.

mod answer;
pub(crate) mod ask;
mod client;
mod pages;
mod patience;

pub(crate) use ask::Ask;
pub(crate) use client::Api;
pub(crate) use pages::{Pages, next_query};
