//! What `--version` says beside the version: the commit, and the newest migrations that this release knows.

use std::path::Path;
use std::process::Command;

fn main() {
    let commit = git(&["rev-parse", "--short=12", "HEAD"]).unwrap_or_else(|| "unknown".into());
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
        println!("cargo::rerun-if-changed={log}");
    }
    println!("cargo::rustc-env=COMMIT={commit}");
    for (name, folder) in [("ENGINE_SCHEMA", "store"), ("DOMAIN_SCHEMA", "rhesis")] {
        let folder = format!("../../shared/{folder}/migrations");
        println!("cargo::rerun-if-changed={folder}");
        println!("cargo::rustc-env={name}={}", newest(Path::new(&folder)));
    }
}

/// The greatest number at the beginning of a file's name; 0 outside of a checkout.
fn newest(folder: &Path) -> u64 {
    let Ok(files) = std::fs::read_dir(folder) else { return 0 };
    let numbers = files.flatten().filter_map(|file| {
        let name = file.file_name().into_string().ok()?;
        name.split('_').next()?.parse().ok()
    });
    numbers.max().unwrap_or(0)
}

fn git(arguments: &[&str]) -> Option<String> {
    let done = Command::new("git").args(arguments).output().ok()?;
    let said = String::from_utf8(done.stdout).ok()?;
    (done.status.success() && !said.trim().is_empty()).then(|| said.trim().to_owned())
}
