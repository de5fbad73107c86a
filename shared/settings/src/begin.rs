use std::fmt;

use crate::setting::{Missing, Setting, declare};
use crate::{DATABASE_AUTH, DATABASE_SECRET_ARN, FUNCTION_ROLE_AUTH, FUNCTION_ROLE_SECRET_ARN};
use crate::{SLEEPING_DATABASE, TICK_QUEUE_URL};

/// Which of two settings asks for which other.
const TOGETHER: [(Setting, &str, Setting); 3] = [
    (SLEEPING_DATABASE, "true", TICK_QUEUE_URL),
    (DATABASE_AUTH, "secret", DATABASE_SECRET_ARN),
    (FUNCTION_ROLE_AUTH, "secret", FUNCTION_ROLE_SECRET_ARN),
];

/// Everything that is wrong with a function's settings, said in one go.
#[derive(Clone, PartialEq, Eq)]
pub struct Faults(Vec<String>);

/// Begins this process as a function: from now on only what its list declares can be read.
///
/// # Errors
/// If a required variable is missing, one holds what it must not, or one asks for another that is missing; the error names
/// every one and quotes none.
pub fn begin(function: &str) -> Result<(), Faults> {
    let faults = faults(declare(function), |setting| setting.of_environment());
    if faults.is_empty() { Ok(()) } else { Err(Faults(faults)) }
}

fn faults(list: &[Setting], read: impl Fn(Setting) -> Option<String>) -> Vec<String> {
    let missing: Vec<_> =
        list.iter().filter(|it| it.is_required() && read(**it).is_none()).map(|it| it.name()).collect();
    let mut faults = Vec::new();
    if !missing.is_empty() {
        faults.push(Missing(missing).to_string());
    }
    faults.extend(list.iter().filter_map(|it| it.fault(&read(*it)?)));
    for (asking, word, asked) in TOGETHER {
        if list.contains(&asking) && read(asking).as_deref() == Some(word) && read(asked).is_none() {
            let (asking, asked) = (asking.name(), asked.name());
            faults.push(format!("{asked} is not set, which {asking}={word} needs"));
        }
    }
    faults
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl fmt::Debug for Faults {
    /// What a `main` that returns it prints: the sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Faults {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_names_everything_that_is_wrong_at_once_and_quotes_nothing() {
        let environment = |setting: Setting| match setting.name() {
            "DATABASE_AUTH" => Some("secret".to_owned()),
            "DATABASE_URL" => Some("mysql://me:hunter2@host".to_owned()),
            "LOG_LEVEL" => Some("loud".to_owned()),
            _ => None,
        };
        let said = Faults(faults(crate::of("relay"), environment)).to_string();
        assert_eq!(
            said,
            "QUEUE_URL_PREFIX is not set; DATABASE_URL must begin with postgres:// or postgresql://; \
             LOG_LEVEL must be error or warn or info or debug or trace; \
             DATABASE_SECRET_ARN is not set, which DATABASE_AUTH=secret needs"
        );
    }

    #[test]
    fn a_function_reads_nothing_that_its_list_does_not_declare() {
        // The environment of a test has a PATH; no list has it. What else it has is the developer's.
        assert!(std::env::var("PATH").is_ok());
        drop(begin("relay"));
        assert_eq!(Setting::optional("PATH").get(), None);
        assert_eq!(Setting::required("PATH").require().unwrap_err().to_string(), "PATH is not set");
        assert_eq!(crate::function(), Some("relay"));
    }

    #[test]
    fn no_test_of_this_crate_asks_what_the_developer_has_set() {
        const CHILD: &str = "SETTINGS_TESTED_AGAIN";
        if std::env::var(CHILD).is_ok() {
            return;
        }
        let names = ["api", "migrate", "execute_test"].iter().flat_map(|function| crate::of(function));
        let set: Vec<_> =
            names.map(|setting| (setting.name(), "postgres://developer@localhost/mine")).collect();
        let done = std::process::Command::new(std::env::current_exe().unwrap())
            .envs(set)
            .env(CHILD, "1")
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    }
}
