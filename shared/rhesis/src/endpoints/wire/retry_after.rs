use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};

/// The longest wait that an endpoint can ask for.
const LONGEST: Duration = Duration::from_secs(600);

/// How long the endpoint asks to wait, from seconds or an HTTP date; never more than ten minutes.
pub(in crate::endpoints) fn read(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => httpdate::parse_http_date(text).ok()?.duration_since(now).unwrap_or_default(),
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Option<Duration> {
        let now = httpdate::parse_http_date("Sun, 22 Nov 2026 10:00:00 GMT").unwrap();
        read(&HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]), now)
    }

    #[test]
    fn seconds_and_dates_are_understood() {
        assert_eq!(asked("7"), Some(Duration::from_secs(7)));
        assert_eq!(asked("Sun, 22 Nov 2026 10:00:30 GMT"), Some(Duration::from_secs(30)));
    }

    #[test]
    fn a_date_that_has_passed_means_now() {
        assert_eq!(asked("Sun, 22 Nov 2026 09:00:00 GMT"), Some(Duration::ZERO));
    }

    #[test]
    fn nobody_can_ask_for_more_than_ten_minutes() {
        assert_eq!(asked("99999999"), Some(LONGEST));
        assert_eq!(asked("Sun, 22 Nov 2099 10:00:00 GMT"), Some(LONGEST));
    }

    #[test]
    fn nonsense_asks_for_nothing() {
        for nonsense in ["soon", "-1", "1.5", ""] {
            assert_eq!(asked(nonsense), None, "{nonsense}");
        }
    }
}
