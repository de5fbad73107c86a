use std::fmt;

/// One thing that a user's program may not have more of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// What it is called in errors and in the docs.
    pub name: &'static str,
    /// The most that is allowed.
    pub most: u64,
    /// What is counted.
    pub counts: &'static str,
    /// Why it is this number.
    pub why: &'static str,
}

impl Limit {
    /// Whether so many are allowed.
    ///
    /// # Errors
    /// There are more.
    pub fn check(&'static self, found: impl TryInto<u64>) -> Result<(), TooMuch> {
        // What is no u64 is larger than any limit.
        if found.try_into().unwrap_or(u64::MAX) > self.most { Err(TooMuch(self)) } else { Ok(()) }
    }
}

/// A program goes beyond a limit. Names limit and number, and nothing of the program or of what it works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMuch(pub &'static Limit);

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Limit { name, most, counts, .. } = self.0;
        write!(f, "goes beyond the limit {name}: at most {most} {counts}")
    }
}

impl std::error::Error for TooMuch {}
