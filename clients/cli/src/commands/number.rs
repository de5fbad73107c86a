use std::time::{Duration, Instant};

/// Reads a number that is one: JSON has no other, and null would be sent instead of it.
pub(crate) fn number(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err(format!("{text:?} is no number")),
    }
}

/// Reads seconds from now on.
pub(crate) fn seconds(text: &str) -> Result<f64, String> {
    match number(text)? {
        seconds if seconds >= 0.0 => Ok(seconds),
        _ => Err(format!("{text:?} is in the past")),
    }
}

/// The time so many seconds from now; none if no clock goes so far.
pub(crate) fn from_now(seconds: u64) -> Option<Instant> {
    Instant::now().checked_add(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_json_can_say_is_a_number() {
        assert_eq!(number("-2.5e1"), Ok(-25.0));
        assert_eq!(seconds("0"), Ok(0.0));
        for wrong in ["nan", "NaN", "inf", "-inf", "infinity", "1e999", "", "1s", "0x10"] {
            assert!(number(wrong).is_err() && seconds(wrong).is_err(), "{wrong}");
        }
        assert!(seconds("-1").is_err());
        assert!(from_now(1).is_some() && from_now(u64::MAX).is_none());
    }
}
