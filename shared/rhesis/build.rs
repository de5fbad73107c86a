//! Rebuilds the crate when a migration is added: `migrate!` reads a folder that cargo does not watch.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
