use std::fmt;
use std::sync::OnceLock;

static BEGUN: OnceLock<&'static [Setting]> = OnceLock::new();

/// A variable of the environment that some function reads. Set to nothing is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    name: &'static str,
    required: bool,
    of_lambda: bool,
}

/// Variables that a function cannot do without, and that nobody set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing(Vec<&'static str>);

impl Setting {
    pub(crate) const fn required(name: &'static str) -> Self {
        Self { name, required: true, of_lambda: false }
    }

    pub(crate) const fn optional(name: &'static str) -> Self {
        Self { name, required: false, of_lambda: false }
    }

    /// Not the template's to set: Lambda does.
    pub(crate) const fn of_lambda(self) -> Self {
        Self { of_lambda: true, ..self }
    }

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Whether a function that reads it cannot start without it.
    #[must_use]
    pub const fn is_required(self) -> bool {
        self.required
    }

    /// Whether Lambda sets it, not the template.
    #[must_use]
    pub const fn is_of_lambda(self) -> bool {
        self.of_lambda
    }

    /// Its text; none if it is unset, empty, or not in the list of the function that this process began as.
    #[must_use]
    pub fn get(self) -> Option<String> {
        let declared = BEGUN.get().is_none_or(|list| list.contains(&self));
        let text = if declared { std::env::var(self.name).ok() } else { None };
        text.filter(|text| !text.is_empty())
    }

    /// Its text.
    ///
    /// # Errors
    /// If it is not set; the error names it.
    pub fn require(self) -> Result<String, Missing> {
        self.get().ok_or_else(|| Missing(vec![self.name]))
    }
}

/// Begins this process as a function: from now on only what its list declares can be read.
///
/// # Errors
/// If a required variable is missing; the error names every one.
pub fn begin(function: &str) -> Result<(), Missing> {
    let list = BEGUN.get_or_init(|| crate::of(function));
    missing(list, |setting| setting.get().is_some()).map_or(Ok(()), Err)
}

fn missing(list: &[Setting], is_set: impl Fn(Setting) -> bool) -> Option<Missing> {
    let names: Vec<_> = list.iter().filter(|it| it.required && !is_set(**it)).map(|it| it.name).collect();
    (!names.is_empty()).then_some(Missing(names))
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} not set", self.0.join(", "), if self.0.len() == 1 { "is" } else { "are" })
    }
}

impl std::error::Error for Missing {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_that_lacks_variables_names_every_one() {
        let all = |_| true;
        assert_eq!(missing(crate::of("api"), all), None);
        let none = missing(crate::of("relay"), |_| false).map(|missing| missing.to_string());
        assert_eq!(none.as_deref(), Some("DATABASE_URL, QUEUE_URL_PREFIX are not set"));
        let one = missing(crate::of("execute_test"), |setting| setting != crate::QUEUE_URL_PREFIX);
        assert_eq!(one.map(|missing| missing.to_string()).as_deref(), Some("QUEUE_URL_PREFIX is not set"));
    }

    #[test]
    fn a_function_reads_nothing_that_its_list_does_not_declare() {
        let path = Setting::optional("PATH");
        assert!(path.get().is_some());
        let _ = begin("relay");
        assert_eq!(path.get(), None);
    }
}
