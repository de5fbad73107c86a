use std::fs;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// A document: its path in the checkout and its text.
pub(super) struct Page {
    pub(super) path: String,
    pub(super) text: String,
}

/// Something that a page shows, and where.
pub(super) struct Shown {
    /// The page and the line.
    pub(super) place: String,
    /// What stands behind the fence of a block; nothing for what stands between backticks.
    pub(super) language: String,
    /// The text before it, back to the heading.
    pub(super) before: String,
    pub(super) text: String,
}

/// README and everything in `docs/`.
pub(super) fn all() -> Vec<Page> {
    let mut paths = vec!["README.md".to_owned()];
    let names = fs::read_dir(format!("{ROOT}/docs")).unwrap().map(|entry| entry.unwrap().file_name());
    paths.extend(
        names.filter_map(|name| Some(format!("docs/{}", name.to_str().filter(|it| it.ends_with(".md"))?))),
    );
    paths.sort();
    paths
        .into_iter()
        .map(|path| Page { text: fs::read_to_string(format!("{ROOT}/{path}")).unwrap(), path })
        .collect()
}

impl Page {
    /// The blocks of some languages.
    pub(super) fn blocks(&self, languages: &[&str]) -> Vec<Shown> {
        let mut shown: Vec<Shown> = Vec::new();
        let (mut open, mut before) = (false, String::new());
        for (line, number) in self.text.lines().zip(1..) {
            if let Some(language) = line.strip_prefix("```") {
                open = !open;
                if open {
                    let (place, before) = (format!("{}:{number}", self.path), std::mem::take(&mut before));
                    shown.push(Shown { place, language: language.into(), before, text: String::new() });
                }
                continue;
            }
            let text = if open { &mut shown.last_mut().unwrap().text } else { &mut before };
            text.push_str(line);
            text.push('\n');
        }
        shown.retain(|block| languages.contains(&block.language.as_str()));
        shown
    }

    /// What stands between two backticks, a line break in it a space.
    pub(super) fn spans(&self) -> Vec<Shown> {
        let mut shown: Vec<Shown> = Vec::new();
        let (mut in_block, mut open) = (false, false);
        for (line, number) in self.text.lines().zip(1..) {
            in_block ^= line.starts_with("```");
            // A backtick that is never closed ends with its paragraph.
            if in_block || line.trim().is_empty() {
                open = false;
                continue;
            }
            for (place, part) in line.split('`').enumerate() {
                open ^= place > 0;
                match shown.last_mut().filter(|_| place == 0) {
                    Some(span) if open => span.text.push_str(&format!(" {}", part.trim())),
                    _ if open => {
                        let place = format!("{}:{number}", self.path);
                        let (language, before) = (String::new(), String::new());
                        shown.push(Shown { place, language, before, text: part.to_owned() });
                    }
                    _ => {}
                }
            }
        }
        shown
    }
}
