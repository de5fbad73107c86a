use std::fs;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::name::Name;
use crate::exit::Failure;
use crate::interrupt::Held;

/// Where the contracts are listed.
pub(super) const CATALOG: &str = "shared/catalog/src/lib.rs";

/// What is made of the contracts, or changes with them: the dashboard and the API's document name every kind.
pub(super) const MADE: [&str; 5] =
    ["template.yaml", "infra/monitoring.yaml", "Cargo.lock", "docs/openapi.json", "docs/reference.md"];

/// A checkout of this repository.
pub(super) struct Checkout {
    pub(super) root: PathBuf,
}

impl Checkout {
    /// That of this folder, or of the nearest one above it.
    pub(super) fn find() -> Result<Self, Failure> {
        let here = std::env::current_dir().map_err(|error| Failure::failed(format!("{error}.")))?;
        let root = here
            .ancestors()
            .find(|folder| folder.join("template.yaml").is_file() && folder.join(CATALOG).is_file());
        let root = root.ok_or_else(|| Failure::usage("This is no checkout of the repository: no folder above has template.yaml and shared/catalog."))?;
        Ok(Self { root: root.to_owned() })
    }

    /// The text of a file.
    pub(super) fn read(&self, file: &str) -> Result<String, Failure> {
        fs::read_to_string(self.root.join(file)).map_err(|error| Failure::failed(format!("{file}: {error}.")))
    }

    /// Whether a package of the workspace, or one that it uses, has this name.
    pub(super) fn has_package(&self, name: &Name) -> Result<bool, Failure> {
        Ok(self.read("Cargo.lock")?.contains(&format!("\nname = \"{}\"\n", name.kind)))
    }

    /// Whether the template has something of this name.
    pub(super) fn has_resource(&self, name: &str) -> bool {
        self.read("template.yaml").is_ok_and(|text| text.contains(&format!("\n  {name}:\n")))
    }

    /// Writes the kinds' parts of the template anew, from the contracts as they are now in the source.
    pub(super) fn make_template(&self, held: &Held) -> Result<(), Failure> {
        self.run(held, "template", &["--offline", "--package", "template"])
    }

    /// Writes the API's document anew, in which every kind has an operation. What it is compiled of may have to be fetched.
    pub(super) fn make_document(&self, held: &Held) -> Result<(), Failure> {
        self.run(held, "document", &["--package", "api", "--example", "openapi"])
    }

    fn run(&self, held: &Held, what: &str, package: &[&str]) -> Result<(), Failure> {
        let wrong = |error| Failure::failed(format!("cargo: {error}: nothing was changed."));
        let cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["run", "--quiet"])
            .args(package)
            .current_dir(&self.root)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(wrong)?;
        held.helped_by(Some(cargo.id()));
        let done = cargo.wait_with_output();
        held.helped_by(None);
        let done = done.map_err(wrong)?;
        if held.is_over() {
            return Err(Failure::failed("It was stopped: nothing was changed."));
        }
        if done.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&done.stderr);
        let why = said.lines().find(|line| line.starts_with("error")).unwrap_or("it says nothing");
        Err(Failure::failed(format!("The {what} could not be made ({why}): nothing was changed.")))
    }

    /// The text as `cargo fmt` would have it; as it is where there is no rustfmt.
    pub(super) fn formatted(&self, text: String) -> String {
        let rustfmt = Command::new("rustfmt")
            .args(["--quiet", "--edition", "2024"])
            .current_dir(&self.root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut rustfmt) = rustfmt else { return text };
        let given = rustfmt.stdin.take().is_some_and(|mut stdin| stdin.write_all(text.as_bytes()).is_ok());
        match rustfmt.wait_with_output() {
            Ok(done) if given && done.status.success() => String::from_utf8(done.stdout).unwrap_or(text),
            _ => text,
        }
    }

    /// The files that name a kind, beside those that are only there for it.
    pub(super) fn users_of(&self, name: &Name) -> Vec<String> {
        let own = [
            format!("functions/tasks/{}", name.kind),
            format!("shared/catalog/src/{}.rs", name.kind),
            format!("tests/events/{}-one.json", name.kind),
            format!("tests/events/{}-batch.json", name.kind),
            CATALOG.into(),
            // What makes kinds names some as examples.
            "clients/cli".into(),
            "infra/template".into(),
            // The story of how one is made.
            "docs/first-task.md".into(),
            "tests/author".into(),
            "tests/wiring/docs/files.rs".into(),
        ];
        let mut users = Vec::new();
        for folder in ["shared", "functions", "tests", "infra", "clients", "docs", "bench"] {
            self.look(Path::new(folder), name, &own, &mut users);
        }
        users.sort();
        users
    }

    fn look(&self, folder: &Path, name: &Name, own: &[String], users: &mut Vec<String>) {
        let Ok(entries) = fs::read_dir(self.root.join(folder)) else { return };
        for entry in entries.flatten() {
            let path = folder.join(entry.file_name());
            let text = path.to_string_lossy().into_owned();
            if own.contains(&text)
                || MADE.contains(&text.as_str())
                || text.ends_with("/target")
                || text.contains("/.")
            {
                continue;
            }
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                self.look(&path, name, own, users);
            } else if fs::read_to_string(self.root.join(&path)).is_ok_and(|source| names(&source, name)) {
                users.push(text);
            }
        }
    }
}

/// Whether a text has the kind or its type as a word.
fn names(text: &str, name: &Name) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    [&name.kind, &name.camel].into_iter().any(|wanted| {
        text.match_indices(wanted.as_str())
            .any(|(at, found)| !text[..at].ends_with(word) && !text[at + found.len()..].starts_with(word))
    })
}
