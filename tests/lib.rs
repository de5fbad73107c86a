//! Whole-system stories: see `stories/`.
