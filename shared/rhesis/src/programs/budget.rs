use super::limit::{Limit, TooMuch};

/// What is left of a limit while a program runs.
#[derive(Debug)]
pub(super) struct Left {
    limit: &'static Limit,
    left: u64,
}

impl Left {
    /// All of it.
    pub(super) fn all_of(limit: &'static Limit) -> Self {
        Self { limit, left: limit.most }
    }

    /// Takes some of it, before it is used.
    pub(super) fn take(&mut self, some: impl TryInto<u64>) -> Result<(), TooMuch> {
        let some = some.try_into().unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(some).ok_or(TooMuch(self.limit))?;
        Ok(())
    }
}
