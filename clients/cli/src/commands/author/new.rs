use clap::{Args, Subcommand};
use serde_json::json;

use super::checkout::{CATALOG, Checkout, MADE};
use super::edits::Edits;
use super::name::Name;
use super::{catalog, texts};
use crate::commands::Consent;
use crate::exit::{Ended, Exit, Failure};
use crate::interrupt::{self, Held};
use crate::output::{Sink, aside};

/// Makes what is new in a checkout of the repository
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks new task word_count", arg_required_else_help = true)]
pub(crate) struct New {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Task(NewTask),
}

/// Makes a kind of task: contract, function with a test, and its parts of the template
///
/// It runs as it is; then say what it is given, what it does and what it answers. All of it is made, or nothing.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  $ rhesis-tasks new task word_count
  $ rhesis-tasks new task --remove word_count")]
struct NewTask {
    /// Its name: lower-case letters, digits and underscores, a letter first
    name: String,
    /// Take it away instead, if nothing uses it
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    consent: Consent,
}

/// The ends of the names that a kind's resources have in the template.
const RESOURCES: [&str; 5] = ["Queue", "DeadLetterQueue", "Function", "Events", "Alarms"];

impl New {
    pub(crate) fn run(self, mut out: Sink) -> Ended {
        let What::Task(task) = self.what;
        let name = Name::read(&task.name)?;
        let checkout = Checkout::find()?;
        let changed =
            if task.remove { remove(&checkout, &name, &task.consent)? } else { make(&checkout, &name)? };
        for file in &changed {
            out.answer(&json!({"kind": name.kind, "file": file}), file)?;
        }
        if !task.remove {
            aside(&hints(&name));
        }
        Ok(Exit::Done)
    }
}

fn make(checkout: &Checkout, name: &Name) -> Result<Vec<String>, Failure> {
    let list = checkout.read(CATALOG)?;
    let taken = |by: &str| Err(Failure::usage(format!("{:?} is taken: {by}.", name.kind)));
    if catalog::has(&list, name) {
        return taken("the catalog has it");
    }
    if checkout.has_package(name)? {
        return taken("a package has this name");
    }
    if let Some(resource) = resources(name).find(|it| checkout.has_resource(it)) {
        return taken(&format!("template.yaml has {resource}"));
    }
    let files = files(checkout, name);
    if let Some((file, _)) = files.iter().find(|(file, _)| checkout.root.join(file).exists()) {
        return taken(&format!("{file} is there"));
    }
    let held = Held::begin();
    let mut edits = Edits::of(&checkout.root);
    for (file, text) in &files {
        edits.write(file, text)?;
    }
    edits.write(CATALOG, &checkout.formatted(catalog::with(&list, name)?))?;
    let mut changed: Vec<String> = files.into_iter().map(|(file, _)| file).collect();
    changed.push(CATALOG.into());
    finish(checkout, &held, edits, changed)
}

fn remove(checkout: &Checkout, name: &Name, consent: &Consent) -> Result<Vec<String>, Failure> {
    let list = checkout.read(CATALOG)?;
    let without = catalog::without(&list, name);
    if without == list {
        return Err(Failure::not_found(format!("The catalog has no kind {}.", name.kind)));
    }
    let users = checkout.users_of(name);
    if !users.is_empty() {
        return Err(Failure::failed(format!("{} is used, so it stays: {}.", name.kind, users.join(", "))));
    }
    let known = files(checkout, name);
    let folder = format!("functions/tasks/{}", name.kind);
    let there = files_below(checkout, &folder);
    if let Some(own) = there.iter().find(|file| known.iter().all(|(known, _)| known != *file)) {
        return Err(Failure::failed(format!(
            "{own} was not made by `new task`: move it, or remove the kind by hand."
        )));
    }
    let is_own = |file: &str, text: &str| checkout.read(file).is_ok_and(|now| now != text);
    let own: Vec<&str> =
        known.iter().filter(|(file, text)| is_own(file, text)).map(|(file, _)| file.as_str()).collect();
    if !own.is_empty() {
        consent.to(&format!("Deletes what was written since into {}.", own.join(", ")))?;
    }
    let held = Held::begin();
    let mut edits = Edits::of(&checkout.root);
    let mut changed = Vec::new();
    for (file, _) in known {
        if checkout.root.join(&file).exists() {
            edits.remove(&file)?;
            changed.push(file);
        }
    }
    edits.write(CATALOG, &without)?;
    changed.push(CATALOG.into());
    // Cargo takes a folder without a manifest for a mistake.
    for folder in [format!("{folder}/src"), folder] {
        let _ = std::fs::remove_dir(checkout.root.join(folder));
    }
    finish(checkout, &held, edits, changed)
}

/// Makes the template and the document, which checks that the catalog compiles; and keeps everything.
fn finish(
    checkout: &Checkout,
    held: &Held,
    mut edits: Edits,
    mut changed: Vec<String>,
) -> Result<Vec<String>, Failure> {
    for file in MADE {
        edits.remember(file);
        changed.push(file.into());
    }
    aside("making the template (cargo compiles the contracts) …");
    interrupt::say("Nothing was changed.");
    checkout.make_template(held)?;
    aside("making docs/openapi.json (cargo compiles the API, the first time for minutes) …");
    checkout.make_document(held)?;
    edits.keep();
    interrupt::say("It was stopped when everything was done.");
    Ok(changed)
}

/// The files that a kind begins with, as `cargo fmt` leaves them.
fn files(checkout: &Checkout, name: &Name) -> Vec<(String, String)> {
    let mut files = texts::files(name);
    for (path, text) in &mut files {
        if path.ends_with(".rs") {
            *text = checkout.formatted(std::mem::take(text));
        }
    }
    files.into()
}

/// What its resources are called in the template.
fn resources(name: &Name) -> impl Iterator<Item = String> {
    RESOURCES.iter().map(|end| format!("{}{end}", name.camel))
}

fn files_below(checkout: &Checkout, folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(checkout.root.join(folder)).into_iter().flatten().flatten() {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.extend(files_below(checkout, &path));
        } else {
            found.push(path);
        }
    }
    found
}

fn hints(name: &Name) -> String {
    let kind = &name.kind;
    format!(
        "{kind} runs as it is. Fill in: shared/catalog/src/{kind}.rs (what it is given, its policy), functions/tasks/{kind}/src/main.rs (what it does), \
         functions/tasks/{kind}/src/tests.rs (what it promises). `make test ARGS=--bin={kind}` runs its test, `make run` runs it, and \
         `rhesis-tasks start {kind} input=hello --wait` starts it. Contract changed? `make template openapi`."
    )
}
