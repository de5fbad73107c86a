//! Test sets over HTTP, and the files that become some.

mod crud;
mod heavy;
mod importing;
mod importing_parts;
mod large;
mod private;
mod uploading;
