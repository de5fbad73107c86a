//! Programs that are read once per process: by what they say, so that no row needs to be watched for changes.

use std::sync::{Arc, LazyLock};

use serde_json::Value;

use super::kept::Kept;
use super::{BadProgram, Misplaced, Path, Pattern, Schema, Template};

static TEMPLATES: LazyLock<Kept<Template>> = LazyLock::new(Kept::new);
static PATHS: LazyLock<Kept<Path>> = LazyLock::new(Kept::new);
static PATTERNS: LazyLock<Kept<Pattern>> = LazyLock::new(Kept::new);
static SCHEMAS: LazyLock<Kept<Schema>> = LazyLock::new(Kept::new);

/// What a template takes beside its text: its words and signs, each a node.
const OF_TEXT: usize = 16;

/// A template, read or kept.
pub(crate) fn template(template: &Value) -> Result<Arc<Template>, Misplaced> {
    let text = template.to_string();
    TEMPLATES.get(text.as_bytes(), || Template::read(template), |_| text.len() * OF_TEXT)
}

/// A JSON path, read or kept.
pub(crate) fn path(path: &str) -> Result<Arc<Path>, BadProgram> {
    PATHS.get(path.as_bytes(), || Path::read(path), |_| path.len() * OF_TEXT)
}

/// A regular expression, read or kept.
pub(crate) fn pattern(pattern: &str) -> Result<Arc<Pattern>, BadProgram> {
    PATTERNS.get(pattern.as_bytes(), || Pattern::read(pattern), Pattern::size)
}

/// A JSON Schema, read or kept.
pub(crate) fn schema(schema: &Value) -> Result<Arc<Schema>, BadProgram> {
    SCHEMAS.get(schema.to_string().as_bytes(), || Schema::read(schema), Schema::size)
}
