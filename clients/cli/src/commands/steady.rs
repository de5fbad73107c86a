use std::fs::{File, Metadata};
use std::time::SystemTime;

/// How an ordinary file was when it was opened: whoever reads it for a while asks whether it is so still.
pub(crate) struct Steady {
    file: File,
    pub(crate) size: u64,
    pub(crate) modified: Option<SystemTime>,
}

impl Steady {
    /// The file as it is now; none of what is no ordinary file, which is read once whatever it is.
    pub(crate) fn of(file: &File) -> std::io::Result<Option<Self>> {
        let facts = file.metadata()?;
        let kept = Self { file: file.try_clone()?, size: facts.len(), modified: modified(&facts) };
        Ok(facts.is_file().then_some(kept))
    }

    /// Whether nobody wrote to it since.
    pub(crate) fn holds(&self) -> bool {
        self.file.metadata().is_ok_and(|now| now.len() == self.size && modified(&now) == self.modified)
    }
}

fn modified(facts: &Metadata) -> Option<SystemTime> {
    facts.modified().ok()
}
