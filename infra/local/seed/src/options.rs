use lexopt::{Arg, Parser, ValueExt as _};
use rhesis::import::{self, Format, Row};
use rhesis::metrics::CLASSES;

const USAGE: &str = "usage: seed --database-url URL --tests FILE --endpoint-url URL [--organization NAME] [--metric exact|contains|regex]...";

/// What to seed.
#[derive(Debug)]
pub(crate) struct Options {
    /// The database, as its owner.
    pub(crate) database_url: String,
    /// A JSONL or CSV file.
    pub(crate) tests: String,
    /// Takes `{"input": …}` by POST and answers `{"output": …}`.
    pub(crate) endpoint_url: String,
    /// The organization's name.
    pub(crate) organization: String,
    /// Classes of metrics, without repeats.
    pub(crate) metrics: Vec<String>,
}

impl Options {
    pub(crate) fn from_args(mut args: Parser) -> Result<Self, String> {
        let (mut database_url, mut tests, mut endpoint_url, mut organization) = (None, None, None, None);
        let mut metrics: Vec<String> = Vec::new();
        while let Some(arg) = args.next().map_err(usage)? {
            let slot = match arg {
                Arg::Long("database-url") => &mut database_url,
                Arg::Long("tests") => &mut tests,
                Arg::Long("endpoint-url") => &mut endpoint_url,
                Arg::Long("organization") => &mut organization,
                Arg::Long("metric") => {
                    let metric = metric(&text(&mut args)?)?;
                    if !metrics.contains(&metric) {
                        metrics.push(metric);
                    }
                    continue;
                }
                other => return Err(usage(other.unexpected())),
            };
            *slot = Some(text(&mut args)?);
        }
        if metrics.is_empty() {
            metrics.push("exact".to_owned());
        }
        let given = |option: Option<String>, name: &str| {
            option.filter(|text| !text.trim().is_empty()).ok_or_else(|| usage(format!("--{name} is missing")))
        };
        Ok(Self {
            database_url: given(database_url, "database-url")?,
            tests: given(tests, "tests")?,
            endpoint_url: given(endpoint_url, "endpoint-url")?,
            organization: given(organization.or(Some("Demo".to_owned())), "organization")?,
            metrics,
        })
    }

    /// The file's name without its folders.
    pub(crate) fn test_set_name(&self) -> &str {
        self.tests.rsplit('/').next().unwrap_or(&self.tests)
    }

    /// Reads the file of tests; the error names the file and the line.
    pub(crate) fn read_tests(&self) -> Result<Vec<Row>, String> {
        let format = Format::of_name(&self.tests)
            .ok_or_else(|| format!("{}: must end in .jsonl, .ndjson or .csv", self.tests))?;
        let file = std::fs::read(&self.tests).map_err(|error| format!("{}: {error}", self.tests))?;
        import::read(format, &file).map_err(|error| format!("{}: {error}", self.tests))
    }
}

fn metric(name: &str) -> Result<String, String> {
    if CLASSES.contains(&name) {
        return Ok(name.to_owned());
    }
    Err(usage(format!("--metric is {name:?}: must be one of {}", CLASSES.join(", "))))
}

fn text(args: &mut Parser) -> Result<String, String> {
    args.value().and_then(|value| value.string()).map_err(usage)
}

fn usage(problem: impl std::fmt::Display) -> String {
    format!("{problem}; {USAGE}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(args: &str) -> Result<Options, String> {
        Options::from_args(Parser::from_args(args.split_whitespace()))
    }

    #[test]
    fn exact_is_the_metric_unless_others_are_named() {
        let least = "--database-url d --tests t.csv --endpoint-url e";
        assert_eq!(options(least).unwrap().metrics, ["exact"]);
        let named = options(&format!("{least} --metric contains --metric regex --metric contains")).unwrap();
        assert_eq!(named.metrics, ["contains", "regex"]);
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        for (args, named) in [
            ("--tests t --endpoint-url e", "--database-url is missing"),
            ("--database-url d --endpoint-url e", "--tests is missing"),
            ("--database-url d --tests t --endpoint-url", "--endpoint-url"),
            ("--nonsense", "--nonsense"),
            ("--metric vibes", "--metric is \"vibes\": must be one of exact, contains, regex"),
        ] {
            let problem = options(args).unwrap_err();
            assert!(problem.contains(named) && !problem.contains('\n'), "{problem}");
        }
    }
}
