//! What the template, the documents and the code promise each other; the tests are in `main.rs`.
