//! Metrics: how an answer is judged.
//!
//! A metric that cannot be evaluated makes the verdict an Error with its reason, never a Fail.

mod bad;
mod chosen;
mod classes;
mod evaluate;
mod judge;
mod material;
mod metric;
mod read;
mod score;
mod score_type;
mod stored;
#[cfg(test)]
mod tests;
mod threshold;

pub use bad::BadMetric;
pub use chosen::{Chosen, choose};
pub use classes::CLASSES;
pub use evaluate::{Again, Evaluation, evaluate};
pub use material::Material;
pub use metric::{Metric, assign, create};
pub use score_type::{Operator, ScoreType};
pub use stored::{
    LIST, StoredMetric, are_there, delete, list, of_behavior, of_test_set, release, replace, show,
};
