use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::App;
use crate::answer::problem::Problem;
use crate::request::fields::query;
use crate::request::query::Filters;

/// The longest wait, in seconds; the function and the gateway before it give up at 29 and 30.
const LONGEST: f64 = 20.0;

query! {
    /// How long the answer may be held back.
    pub(crate) struct Waiting {
        /// Answer as soon as the task has ended, or after so many seconds.
        #[param(minimum = 0, maximum = 20)]
        wait: Option<f64>,
    }
}

/// `?wait=20`: how long an answer may be held back until it is final; without it, not at all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wait(pub(crate) Duration);

impl FromRequestParts<App> for Wait {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let mut filters = Filters::from_request_parts(parts, app).await?;
        filters.only(Waiting::FIELDS)?;
        let Some(text) = filters.take("wait") else {
            return Ok(Self(Duration::ZERO));
        };
        seconds(&text).map(|seconds| Self(Duration::from_secs_f64(seconds))).ok_or_else(|| {
            Problem::invalid("wait", format!("must be a number of seconds from 0 to {LONGEST}"))
        })
    }
}

fn seconds(text: &str) -> Option<f64> {
    text.parse().ok().filter(|seconds| (0.0..=LONGEST).contains(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_a_number_of_seconds_up_to_twenty() {
        for good in ["0", "20", "0.5", "20.0"] {
            assert!(seconds(good).is_some(), "{good}");
        }
        for bad in ["", "-1", "20.01", "1e9", "inf", "NaN", "5s", " 5"] {
            assert!(seconds(bad).is_none(), "{bad}");
        }
    }
}
