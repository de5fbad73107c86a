//! Models: language models behind an OpenAI-compatible chat API, which judge answers.

mod bad;
mod stored;

pub use bad::BadModel;
pub use stored::{LIST, Model, NewModel, Shown, create, delete, list, show};
