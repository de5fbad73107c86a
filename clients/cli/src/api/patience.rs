use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// The pauses before a request is sent again, if whoever refused it does not say how long.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(8)];
/// The longest pause that is taken from an answer: whoever asks for more is not there.
const LONGEST: Duration = Duration::from_secs(30);
/// After so many refused connections nobody is there.
const REFUSED_CONNECTIONS: usize = 2;

/// How a request went wrong.
pub(crate) enum Wrong<'a> {
    /// It reached nobody.
    Unconnected,
    /// It was sent, and no whole answer came.
    Lost,
    /// It was refused.
    Refused(StatusCode, &'a HeaderMap),
}

/// How long to wait before the request is sent again; none if it is not.
///
/// What reached nobody, or was turned away for coming too often, has done nothing and is safe to send again. After anything else it
/// may have been done: only what is the same when done twice is sent again.
pub(crate) fn pause(tries: usize, wrong: &Wrong<'_>, repeatable: bool) -> Option<Duration> {
    let usual = PAUSES.get(tries).copied()?;
    match wrong {
        Wrong::Unconnected => (tries < REFUSED_CONNECTIONS).then_some(usual),
        Wrong::Lost => repeatable.then_some(usual),
        Wrong::Refused(status, headers) => {
            let again = match status.as_u16() {
                429 => true,
                502..=504 => repeatable,
                _ => false,
            };
            again.then(|| retry_after(headers).unwrap_or(usual).min(LONGEST))
        }
    }
}

/// The header `Retry-After` in seconds.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: StatusCode, after: Option<&str>, repeatable: bool) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        if let Some(after) = after {
            headers.insert(RETRY_AFTER, after.parse().unwrap());
        }
        pause(0, &Wrong::Refused(status, &headers), repeatable)
    }

    #[test]
    fn only_what_is_the_same_when_done_twice_is_sent_again_after_it_may_have_been_done() {
        assert_eq!(pause(0, &Wrong::Lost, false), None);
        assert_eq!(pause(0, &Wrong::Lost, true), Some(PAUSES[0]));
        assert_eq!(pause(0, &Wrong::Unconnected, false), Some(PAUSES[0]));
        assert_eq!(refused(StatusCode::SERVICE_UNAVAILABLE, None, false), None);
        assert_eq!(refused(StatusCode::TOO_MANY_REQUESTS, None, false), Some(PAUSES[0]));
        assert_eq!(refused(StatusCode::INTERNAL_SERVER_ERROR, None, true), None);
    }

    #[test]
    fn a_pause_that_is_asked_for_is_made_up_to_half_a_minute_and_tries_end() {
        let busy = StatusCode::SERVICE_UNAVAILABLE;
        assert_eq!(refused(busy, Some("2"), true), Some(Duration::from_secs(2)));
        assert_eq!(refused(busy, Some("86400"), true), Some(LONGEST));
        assert_eq!(refused(busy, Some("soon"), true), Some(PAUSES[0]));
        assert_eq!(pause(PAUSES.len(), &Wrong::Lost, true), None);
    }
}
