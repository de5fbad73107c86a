//! What pages are made with.

mod bars;
mod chart;
mod layout;
mod page;
mod place;
mod text;
mod time;
mod value;

pub(super) use bars::{progress, status, verdicts};
pub(super) use chart::{Bar, chart};
pub(super) use layout::{Section, bare, csrf, layout};
pub(super) use page::{area, choice, confirm, empty, facts, field, id_link, pager, short};
pub(super) use place::{FIRST, Place};
pub(super) use text::{json, long};
pub(super) use time::{ago, duration, last_used, time};
pub(super) use value::{rows, text};
