//! `seed --check`, which `make run` asks before anything slow, says of a file what an import of it would say.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::PathBuf;
use std::process::Command;

use rhesis::import::{self, Format};

/// A file of these bytes, gone with this value.
struct File(PathBuf);

impl File {
    fn of(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("seed-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

#[test]
fn a_file_is_read_as_an_import_reads_it() {
    let long = format!("{{\"prompt\": \"{}\\u2028\u{2028}\"}}\r\n", "x".repeat(200_000));
    for (name, bytes) in [
        ("long.jsonl", long.as_bytes()),
        ("spaces.csv", b" prompt , Expected \n\xe2\x80\xa8,b\n,\n"),
        ("tabs.csv", b"prompt\texpected\r\na\tb\r\n"),
        ("quoted.csv", b"prompt\n\n\"say \\\"hi\\\"\"\n"),
        ("near.csv", b"prompt,expcted\na,b\n"),
        ("near.jsonl", b"\r\r{\"promt\": \"a\"}"),
        ("unicode.csv", b"\xff\xfep\0"),
        ("empty.ndjson", b"\n"),
    ] {
        let file = File::of(name, bytes);
        let done = Command::new(env!("CARGO_BIN_EXE_seed"))
            .args(["--check", "--tests"])
            .arg(&file.0)
            .output()
            .unwrap();
        let (said, complained) =
            (String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap());
        match import::read(Format::of_name(name).unwrap(), bytes) {
            Ok(rows) => {
                assert!(done.status.success(), "{name}: {complained}");
                assert_eq!(said.trim(), format!("{{\"tests\":{}}}", rows.len()), "{name}");
            }
            Err(problem) => {
                assert_eq!(done.status.code(), Some(2), "{name}");
                assert_eq!(complained.trim(), format!("seed: {}: {problem}", file.0.display()));
            }
        }
    }
}
