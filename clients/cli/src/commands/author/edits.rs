use std::fs;
use std::path::{Path, PathBuf};

use crate::exit::Failure;

/// Changes of files that are made together, or taken back: dropped before [`Edits::keep`], everything is as it was.
pub(super) struct Edits {
    root: PathBuf,
    /// What was there before, newest last; none: nothing was.
    before: Vec<(PathBuf, Option<Vec<u8>>)>,
    /// Folders that were made.
    folders: Vec<PathBuf>,
}

impl Edits {
    pub(super) fn of(root: &Path) -> Self {
        Self { root: root.to_owned(), before: Vec::new(), folders: Vec::new() }
    }

    /// Remembers a file as it is, because somebody else is going to change it.
    pub(super) fn remember(&mut self, file: &str) {
        let path = self.root.join(file);
        let before = fs::read(&path).ok();
        self.before.push((path, before));
    }

    /// Writes a file, and the folders that it needs.
    pub(super) fn write(&mut self, file: &str, text: &str) -> Result<(), Failure> {
        self.remember(file);
        let path = self.root.join(file);
        let missing: Vec<PathBuf> =
            path.ancestors().skip(1).take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(&folder).map_err(|error| wrong(file, &error))?;
            self.folders.push(folder);
        }
        fs::write(&path, text).map_err(|error| wrong(file, &error))
    }

    /// Removes a file.
    pub(super) fn remove(&mut self, file: &str) -> Result<(), Failure> {
        self.remember(file);
        fs::remove_file(self.root.join(file)).map_err(|error| wrong(file, &error))
    }

    /// It is as it shall be.
    pub(super) fn keep(mut self) {
        self.before.clear();
        self.folders.clear();
    }
}

impl Drop for Edits {
    fn drop(&mut self) {
        for (path, before) in self.before.drain(..).rev() {
            let _ = match before {
                Some(bytes) => {
                    path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, bytes))
                }
                None => fs::remove_file(&path),
            };
        }
        for folder in self.folders.drain(..).rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn wrong(file: &str, error: &std::io::Error) -> Failure {
    Failure::failed(format!("{file}: {error}: nothing was changed."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_that_are_not_kept_leave_everything_as_it_was() {
        let root = std::env::temp_dir().join(format!("rhesis-tasks-edits-{}", std::process::id()));
        fs::create_dir_all(&root).unwrap();
        fs::write(root.join("there"), "as it was").unwrap();
        fs::write(root.join("going"), "too").unwrap();
        let mut edits = Edits::of(&root);
        edits.write("there", "changed").unwrap();
        edits.write("there", "changed again").unwrap();
        edits.write("a/b/new", "new").unwrap();
        edits.remove("going").unwrap();
        assert!(edits.write("there/below", "x").is_err());
        drop(edits);
        assert_eq!(fs::read_to_string(root.join("there")).unwrap(), "as it was");
        assert_eq!(fs::read_to_string(root.join("going")).unwrap(), "too");
        assert!(!root.join("a").exists());
        fs::remove_dir_all(root).unwrap();
    }
}
