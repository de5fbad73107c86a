//! Programs that are read once per process: by what they say, so that no row needs to be watched for changes.

use std::sync::{Arc, LazyLock};

use serde_json::Value;

use super::cache::Cache;
use super::{BadProgram, Misplaced, Path, Pattern, Schema, Template};

static TEMPLATES: LazyLock<Cache<Template>> = LazyLock::new(Cache::new);
static PATHS: LazyLock<Cache<Path>> = LazyLock::new(Cache::new);
static PATTERNS: LazyLock<Cache<Pattern>> = LazyLock::new(Cache::new);
static SCHEMAS: LazyLock<Cache<Schema>> = LazyLock::new(Cache::new);

/// What a template takes beside its text: its words and signs, each a node.
const OF_TEXT: usize = 16;

/// A template, read or cached.
pub(crate) fn template(template: &Value) -> Result<Arc<Template>, Misplaced> {
    let text = template.to_string();
    TEMPLATES.get(text.as_bytes(), || Template::read(template), |_| text.len() * OF_TEXT)
}

/// A JSON path, read or cached.
pub(crate) fn path(path: &str) -> Result<Arc<Path>, BadProgram> {
    PATHS.get(path.as_bytes(), || Path::read(path), |_| path.len() * OF_TEXT)
}

/// A regular expression, read or cached.
pub(crate) fn pattern(pattern: &str) -> Result<Arc<Pattern>, BadProgram> {
    PATTERNS.get(pattern.as_bytes(), || Pattern::read(pattern), Pattern::size)
}

/// A JSON Schema, read or cached.
pub(crate) fn schema(schema: &Value) -> Result<Arc<Schema>, BadProgram> {
    SCHEMAS.get(schema.to_string().as_bytes(), || Schema::read(schema), Schema::size)
}
