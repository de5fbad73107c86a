use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::interrupt;

/// A file that is written beside its place and takes it when it is whole: whoever looks finds the old one or the new one. What is no
/// ordinary file (a pipe, `/dev/stdout`, `/dev/null`) is written as it is.
pub(crate) struct Draft {
    file: File,
    /// The draft and the place that it takes; none if it is written in its place.
    whole: Option<(PathBuf, PathBuf)>,
}

impl Draft {
    /// Begins a file for this place.
    pub(crate) fn begin(place: &Path) -> io::Result<Self> {
        // A link stays one: what it leads to is replaced.
        let place = fs::canonicalize(place).unwrap_or_else(|_| place.to_owned());
        match fs::metadata(&place) {
            Ok(facts) if facts.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(facts) if !facts.is_file() => {
                return Ok(Self { file: OpenOptions::new().write(true).open(place)?, whole: None });
            }
            _ => {}
        }
        let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let draft = place.with_file_name(format!(".{name}.{}", std::process::id()));
        interrupt::draft(Some(&draft));
        let file = File::create(&draft)?;
        if let Ok(before) = fs::metadata(&place) {
            let _ = fs::set_permissions(&draft, before.permissions());
        }
        Ok(Self { file, whole: Some((draft, place)) })
    }

    /// It is whole: it takes its place.
    pub(crate) fn keep(mut self) -> io::Result<()> {
        let Some((draft, place)) = self.whole.take() else { return self.file.flush() };
        let kept = self.file.sync_all().and_then(|()| fs::rename(&draft, place));
        if kept.is_err() {
            let _ = fs::remove_file(&draft);
        }
        interrupt::draft(None);
        kept
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some((draft, _)) = self.whole.take() {
            let _ = fs::remove_file(draft);
            interrupt::draft(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_when_it_is_whole_and_what_is_no_file_stays_what_it_is() {
        let folder = std::env::temp_dir().join(format!("rhesis-tasks-draft-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (place, link) = (folder.join("run.csv"), folder.join("link.csv"));
        let mut broken = Draft::begin(&place).unwrap();
        broken.write_all(b"half").unwrap();
        drop(broken);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        fs::write(&place, "before").unwrap();
        std::os::unix::fs::symlink(&place, &link).unwrap();
        let mut whole = Draft::begin(&link).unwrap();
        whole.write_all(b"after").unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), "before");
        whole.keep().unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), "after");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        let mut null = Draft::begin(Path::new("/dev/null")).unwrap();
        null.write_all(b"x").unwrap();
        null.keep().unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        assert!(Draft::begin(&folder).is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
