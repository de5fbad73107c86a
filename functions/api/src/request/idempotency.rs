use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use store::NewTask;

use crate::App;
use crate::answer::problem::Problem;

/// The header's name, as problems say it.
pub(crate) const HEADER: &str = "Idempotency-Key";

/// The longest key, in characters.
const LONGEST: usize = 255;

/// `Idempotency-Key: …`: the same key with the same request answers the task that the first of them started.
#[derive(Debug, Clone)]
pub(crate) struct IdempotencyKey(Option<String>);

impl FromRequestParts<App> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        read(&parts.headers).map(Self)
    }
}

impl IdempotencyKey {
    /// Gives the key to the task, which may have been given the same one by its body.
    pub(crate) fn give(&self, task: &mut NewTask) -> Result<(), Problem> {
        if task.idempotency_key.is_some() && self.0.is_some() && task.idempotency_key != self.0 {
            return Err(Problem::invalid(HEADER, "contradicts idempotency_key or task_id: give one of them"));
        }
        if let Some(key) = &self.0 {
            task.idempotency_key = Some(key.clone());
        }
        Ok(())
    }

    /// The key, if there is one.
    pub(crate) fn text(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Refuses the header, where it would have to hold for more than one task.
    pub(crate) fn refuse(&self) -> Result<(), Problem> {
        match self.0 {
            Some(_) => {
                Err(Problem::invalid(HEADER, "is for one task: give each task its own idempotency_key"))
            }
            None => Ok(()),
        }
    }

    /// The problem in the words of whoever sent the header.
    pub(crate) fn name(&self, problem: Problem) -> Problem {
        if self.0.is_some() { problem.renamed("idempotency_key", HEADER) } else { problem }
    }
}

fn read(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(HEADER).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let key = value.to_str().map(|text| text.trim_matches(' ')).unwrap_or_default();
    if values.next().is_some() || !(1..=LONGEST).contains(&key.len()) {
        return Err(Problem::invalid(HEADER, "must be there once, with 1 to 255 characters of ASCII"));
    }
    Ok(Some(key.to_owned()))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn key(values: &[&str]) -> Result<Option<String>, Problem> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HEADER, HeaderValue::from_str(value).unwrap());
        }
        read(&headers)
    }

    #[test]
    fn a_key_is_one_text_of_1_to_255_characters() {
        assert_eq!(key(&[]).unwrap(), None);
        assert_eq!(key(&[" order 7 "]).unwrap().unwrap(), "order 7");
        assert!(key(&[&"k".repeat(255)]).is_ok());
        for bad in [&["" as &str][..], &[" "], &["a", "a"], &["k\u{e4}"], &[&"k".repeat(256)]] {
            assert!(key(bad).is_err(), "{bad:?}");
        }
    }
}
