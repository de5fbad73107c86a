use std::path::Path;

use super::{Document, read};
use crate::ROOT;

/// Blocks of code that are no longer what their file holds. The first line of such a block names the file: `// path: …`.
pub(super) fn stale_examples(documents: &[Document]) -> Vec<String> {
    let mut problems = Vec::new();
    for Document { path, text } in documents {
        for block in text.split("```rust\n// ").skip(1) {
            let (source, code) = block.split_once('\n').unwrap();
            let source = source.split(':').next().unwrap();
            let code = code.split("```").next().unwrap();
            if !read(source).is_some_and(|file| file.contains(code)) {
                problems.push(format!("{path}: the example from {source} is not in it any more"));
            }
        }
    }
    problems
}

/// Links to files that are not there.
pub(super) fn dead_links(documents: &[Document]) -> Vec<String> {
    let mut problems = Vec::new();
    for Document { path, text } in documents {
        let folder = Path::new(ROOT).join(path).parent().unwrap().to_owned();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap();
            if !file.is_empty() && !file.contains("://") && !folder.join(file).exists() {
                problems.push(format!("{path}: {link} leads nowhere"));
            }
        }
    }
    problems
}
