use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};
use serde::{Deserialize, Serialize};

use super::Place;
use crate::exit::{Exit, Failure};

/// Only its owner reads a file of tokens.
const PRIVATE: u32 = 0o600;

/// What `login` keeps: a file of the user's own.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Profiles {
    /// The one that is used if none is named.
    usual: Option<String>,
    profiles: BTreeMap<String, Profile>,
}

/// An address and a token under a name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) url: String,
    pub(crate) token: String,
}

impl Profiles {
    /// Those that are there; none if there is no file. A file that others may read is refused: its tokens may be known.
    pub(crate) fn load() -> Result<Self, Failure> {
        let path = path()?;
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(Self::default());
            }
            Err(error) => return Err(Failure::failed(format!("{}: {error}.", path.display()))),
        };
        let mode = fs::metadata(&path).map(|it| it.permissions().mode()).unwrap_or(PRIVATE);
        if mode & 0o077 != 0 {
            let path = path.display();
            return Err(Failure {
                exit: Exit::NotAllowed,
                sentence: format!(
                    "{path} holds tokens and may be read by others: `chmod 600 {path}`, and revoke them if it was."
                ),
            });
        }
        serde_json::from_str(&text).map_err(|error| {
            Failure::failed(format!("{} is broken: {error}. Remove it and log in again.", path.display()))
        })
    }

    /// Writes all of them, or leaves the file as it was.
    pub(crate) fn save(&self) -> Result<(), Failure> {
        let path = path()?;
        self.write(&path).map_err(|error| Failure::failed(format!("{}: {error}.", path.display())))
    }

    /// The name of the usual one.
    pub(crate) fn usual(&self) -> Option<&str> {
        self.usual.as_deref()
    }

    /// Names and profiles.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &Profile)> {
        self.profiles.iter().map(|(name, profile)| (name.as_str(), profile))
    }

    /// Keeps a profile, as the usual one if it is the first or is to be.
    pub(crate) fn keep(&mut self, name: &str, profile: Profile, usual: bool) {
        if usual || self.profiles.is_empty() {
            self.usual = Some(name.to_owned());
        }
        self.profiles.insert(name.to_owned(), profile);
    }

    /// Forgets a profile; whether there was one.
    pub(crate) fn forget(&mut self, name: &str) -> bool {
        if self.usual.as_deref() == Some(name) {
            self.usual = None;
        }
        self.profiles.remove(name).is_some()
    }

    /// Where a profile leads.
    pub(crate) fn place(&self, name: &str) -> Result<Place, Failure> {
        let profile = self.profiles.get(name).ok_or_else(|| {
            Failure::usage(format!("There is no profile {name:?}: `rhesis-tasks profiles` lists them."))
        })?;
        let Profile { url, token } = profile.clone();
        Ok(Place { url, token, console: None, source: format!("the profile {name}"), is_found: false })
    }

    fn write(&self, path: &PathBuf) -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let draft = path.with_extension(format!("draft-{}", std::process::id()));
        let mut file =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(PRIVATE).open(&draft)?;
        let written = file.write_all(format!("{:#}\n", serde_json::json!(self)).as_bytes());
        let kept = written.and_then(|()| file.sync_all()).and_then(|()| fs::rename(&draft, path));
        if kept.is_err() {
            let _ = fs::remove_file(&draft);
        }
        kept
    }
}

/// The file, below `$XDG_CONFIG_HOME` or what stands for it.
fn path() -> Result<PathBuf, Failure> {
    let places = choose_base_strategy().map_err(|_| {
        Failure::failed("There is no home directory to keep profiles in: set HOME or XDG_CONFIG_HOME.")
    })?;
    Ok(places.config_dir().join("rhesis-tasks").join("profiles.json"))
}
