use super::Document;

/// A fenced block of a document.
pub(super) struct Block<'a> {
    /// The line of its first line, from 1.
    pub(super) line: usize,
    /// What stands behind the fence: `sh`, `json`, ….
    pub(super) language: &'a str,
    /// Its lines.
    pub(super) lines: Vec<&'a str>,
}

/// What stands between two backticks; a line break in it is a space.
pub(super) struct Span {
    /// The line it begins on, from 1.
    pub(super) line: usize,
    pub(super) text: String,
}

impl Document {
    pub(super) fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks: Vec<Block<'_>> = Vec::new();
        let mut open = false;
        for (line, number) in self.text.lines().zip(1..) {
            match line.trim_start().strip_prefix("```") {
                Some(language) if !open => {
                    blocks.push(Block { line: number + 1, language, lines: Vec::new() });
                    open = true;
                }
                Some(_) => open = false,
                None if open => blocks.last_mut().unwrap().lines.push(line),
                None => {}
            }
        }
        blocks
    }

    pub(super) fn spans(&self) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut open: Option<Span> = None;
        let mut in_block = false;
        for (line, number) in self.text.lines().zip(1..) {
            if line.trim_start().starts_with("```") {
                in_block = !in_block;
                continue;
            }
            // A backtick that is never closed ends with its paragraph.
            if in_block || line.trim().is_empty() {
                open = None;
                continue;
            }
            for (place, part) in line.split('`').enumerate() {
                if place > 0 {
                    match open.take() {
                        Some(span) => spans.push(span),
                        None => open = Some(Span { line: number, text: String::new() }),
                    }
                }
                if let Some(span) = &mut open {
                    if !span.text.is_empty() {
                        span.text.push(' ');
                    }
                    span.text.push_str(part.trim());
                }
            }
        }
        spans
    }
}
