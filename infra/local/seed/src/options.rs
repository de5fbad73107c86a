use lexopt::{Arg, Parser, ValueExt as _};
use rhesis::import::{self, Format, Row};
use rhesis::metrics::CLASSES;

const USAGE: &str = "usage: seed --database-url URL --tests FILE --endpoint-url URL [--organization NAME] [--metric exact|contains|regex]..., or seed --check --tests FILE";

/// What the command is to do.
#[derive(Debug)]
pub(crate) enum Asked {
    /// Read a file, and say what is wrong with it.
    Check(String),
    /// Seed a database.
    Seed(Options),
}

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

impl Asked {
    pub(crate) fn from_args(mut args: Parser) -> Result<Self, String> {
        let (mut database_url, mut tests, mut endpoint_url, mut organization) = (None, None, None, None);
        let mut metrics: Vec<String> = Vec::new();
        let mut check = false;
        while let Some(arg) = args.next().map_err(usage)? {
            let slot = match arg {
                Arg::Long("database-url") => &mut database_url,
                Arg::Long("tests") => &mut tests,
                Arg::Long("endpoint-url") => &mut endpoint_url,
                Arg::Long("organization") => &mut organization,
                Arg::Long("check") => {
                    check = true;
                    continue;
                }
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
        if check {
            return Ok(Self::Check(given(tests, "tests")?));
        }
        Ok(Self::Seed(Options {
            database_url: given(database_url, "database-url")?,
            tests: given(tests, "tests")?,
            endpoint_url: given(endpoint_url, "endpoint-url")?,
            organization: given(organization.or(Some("Demo".to_owned())), "organization")?,
            metrics,
        }))
    }
}

impl Options {
    /// The file's name without its folders.
    pub(crate) fn test_set_name(&self) -> &str {
        self.tests.rsplit('/').next().unwrap_or(&self.tests)
    }
}

/// Reads a file of tests; the error names the file and the line.
pub(crate) fn read(tests: &str) -> Result<Vec<Row>, String> {
    let format =
        Format::of_name(tests).ok_or_else(|| format!("{tests}: must end in .jsonl, .ndjson or .csv"))?;
    let file = std::fs::read(tests).map_err(|error| format!("{tests}: {error}"))?;
    import::read(format, &file).map_err(|error| format!("{tests}: {error}"))
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
        match Asked::from_args(Parser::from_args(args.split_whitespace()))? {
            Asked::Seed(options) => Ok(options),
            Asked::Check(file) => panic!("only {file} is checked"),
        }
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
