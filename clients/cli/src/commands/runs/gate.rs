use clap::Args;
use serde::Deserialize;
use serde_json::Value;

use crate::exit::Exit;

/// Millionths of a percent: thresholds are compared as whole numbers.
const UNIT: u64 = 1_000_000;

/// A threshold in percent, exactly as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Percent(u64);

/// What makes a run fail beside itself.
#[derive(Debug, Args)]
pub(super) struct Gate {
    /// Fail if fewer tests passed than this, as 95%; a test that ended in an error has not passed
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    fail_under: Option<Percent>,
    /// For --fail-under, leave out tests that ended in an error
    #[arg(long, requires = "fail_under")]
    ignore_errors: bool,
    /// Fail if more tests than this ended in an error
    #[arg(long, value_name = "N")]
    max_errors: Option<u64>,
    /// Fail if a test that passed in this earlier run does not pass now
    #[arg(long, value_name = "RUN")]
    pub(super) fail_on_regression: Option<String>,
}

/// How the tests of a run stand, of `GET /test_runs/{id}`.
#[derive(Debug, Deserialize)]
pub(super) struct Counts {
    pub(super) status: String,
    pub(super) total: u64,
    pub(super) done: u64,
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) errors: u64,
    #[serde(default)]
    pub(super) error: Value,
}

/// The one judgement of a run: what is printed, reported and the exit status all come from it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Every reason why it failed; none if it did not.
    pub(super) reasons: Vec<String>,
}

impl Verdict {
    pub(super) fn exit(&self) -> Exit {
        if self.reasons.is_empty() { Exit::Done } else { Exit::Failed }
    }
}

impl Gate {
    /// Judges a run that has ended; `worse` is how many tests passed before and do not now.
    pub(super) fn judge(&self, run: &Counts, worse: Option<u64>) -> Verdict {
        let mut reasons = Vec::new();
        if !["Completed", "Partial"].contains(&run.status.as_str()) {
            let why = run.error.as_str().map(|error| format!(": {error}")).unwrap_or_default();
            reasons.push(format!("the run is {}{why}", run.status));
        }
        if let Some(Percent(least)) = self.fail_under {
            let of = if self.ignore_errors { run.total - run.errors.min(run.total) } else { run.total };
            // passed / of >= least / 100, without rounding.
            if of == 0 || u128::from(run.passed) * 100 * u128::from(UNIT) < u128::from(least) * u128::from(of)
            {
                let least = Percent(least);
                reasons.push(format!("{} of {of} passed, which is under {least}", run.passed));
            }
        }
        if let Some(most) = self.max_errors.filter(|most| run.errors > *most) {
            reasons.push(format!("{} tests ended in an error, more than {most}", run.errors));
        }
        if let Some(worse) = worse.filter(|worse| *worse > 0) {
            reasons.push(format!("{worse} tests are worse than before"));
        }
        Verdict { reasons }
    }
}

/// Reads `95`, `95%` or `99.5%`.
pub(super) fn percent(text: &str) -> Result<Percent, String> {
    let wrong = || format!("{text:?} is no percentage: write it as 95% or 99.5%");
    let number = text.trim_end_matches('%');
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty()
        || part.len() > 6
        || !(whole.bytes().chain(part.bytes())).all(|byte| byte.is_ascii_digit())
    {
        return Err(wrong());
    }
    let whole: u64 = whole.parse().map_err(|_| wrong())?;
    let part: u64 = format!("{part:0<6}").parse().map_err(|_| wrong())?;
    let value = whole.checked_mul(UNIT).and_then(|whole| whole.checked_add(part)).ok_or_else(wrong)?;
    if value > 100 * UNIT { Err(wrong()) } else { Ok(Percent(value)) }
}

impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, part) = (self.0 / UNIT, self.0 % UNIT);
        if part == 0 {
            return write!(f, "{whole}%");
        }
        write!(f, "{whole}.{}%", format!("{part:06}").trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(fail_under: Option<&str>) -> Gate {
        let fail_under = fail_under.map(|text| percent(text).unwrap());
        Gate { fail_under, ignore_errors: false, max_errors: None, fail_on_regression: None }
    }

    fn run(passed: u64, failed: u64, errors: u64) -> Counts {
        let total = passed + failed + errors;
        Counts { status: "Completed".into(), total, done: total, passed, failed, errors, error: Value::Null }
    }

    #[test]
    fn a_threshold_is_met_by_exactly_it_and_errors_have_not_passed() {
        let exit = |fail_under, run: &Counts| gate(Some(fail_under)).judge(run, None).exit();
        assert_eq!(exit("95%", &run(19, 1, 0)), Exit::Done);
        assert_eq!(exit("95.000001%", &run(19, 1, 0)), Exit::Failed);
        assert_eq!(exit("95%", &run(19, 0, 1)), Exit::Done);
        assert_eq!(exit("99.9%", &run(999, 1, 0)), Exit::Done);
        assert_eq!(exit("100%", &run(3, 0, 1)), Exit::Failed);
        assert_eq!(exit("0%", &run(0, 0, 0)), Exit::Failed, "no test at all is no good run");
        let ignoring = Gate { ignore_errors: true, ..gate(Some("100%")) };
        assert_eq!(ignoring.judge(&run(3, 0, 1), None).exit(), Exit::Done);
        assert_eq!(ignoring.judge(&run(0, 0, 4), None).exit(), Exit::Failed, "only errors is no good run");
    }

    #[test]
    fn without_a_threshold_only_a_run_that_was_not_executed_fails() {
        assert_eq!(gate(None).judge(&run(0, 5, 5), None).exit(), Exit::Done);
        let failed = Counts { status: "Failed".into(), error: "no endpoint".into(), ..run(1, 0, 0) };
        assert_eq!(gate(None).judge(&failed, None).reasons, ["the run is Failed: no endpoint"]);
        let strict = Gate { max_errors: Some(0), ..gate(None) };
        assert_eq!(strict.judge(&run(1, 0, 1), Some(2)).reasons.len(), 2);
    }

    #[test]
    fn a_percentage_is_read_as_it_is_written() {
        for (text, said) in [("95", "95%"), ("99.5%", "99.5%"), ("0%", "0%"), ("100.0%", "100%")] {
            assert_eq!(percent(text).unwrap().to_string(), said);
        }
        for wrong in ["", "%", "101%", "-1", "9,5", "1e2", "100.0000001", "99999999999999999999"] {
            assert!(percent(wrong).is_err(), "{wrong}");
        }
    }
}
