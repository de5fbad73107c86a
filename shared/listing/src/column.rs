/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A UUID.
    Uuid,
    /// A time.
    Time,
    /// A number, of whatever type.
    Number,
    /// True or false.
    Flag,
}

/// A column that `$filter` may name, and `sort_by` unless it is [`Column::unsorted`].
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// What it is called.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The expression for it.
    pub(crate) sql: &'static str,
    /// The expression that rows are ordered by, which is never null.
    pub(crate) key: Option<&'static str>,
}

impl Column {
    /// A column of texts; `sql` is the expression for it, never null.
    #[must_use]
    pub const fn text(name: &'static str, sql: &'static str) -> Self {
        Self { name, kind: Kind::Text, sql, key: Some(sql) }
    }

    /// A column of UUIDs.
    #[must_use]
    pub const fn uuid(name: &'static str, sql: &'static str) -> Self {
        Self { name, kind: Kind::Uuid, sql, key: Some(sql) }
    }

    /// A column of times.
    #[must_use]
    pub const fn time(name: &'static str, sql: &'static str) -> Self {
        Self { name, kind: Kind::Time, sql, key: Some(sql) }
    }

    /// A column of numbers.
    #[must_use]
    pub const fn number(name: &'static str, sql: &'static str) -> Self {
        Self { name, kind: Kind::Number, sql, key: Some(sql) }
    }

    /// A column of truth values.
    #[must_use]
    pub const fn flag(name: &'static str, sql: &'static str) -> Self {
        Self { name, kind: Kind::Flag, sql, key: Some(sql) }
    }

    /// Rows are ordered by this instead, because the column may be null: a place in the order is compared with it.
    #[must_use]
    pub const fn sorted_by(self, key: &'static str) -> Self {
        Self { key: Some(key), ..self }
    }

    /// No order: it may be null, or is too long for a cursor to carry.
    #[must_use]
    pub const fn unsorted(self) -> Self {
        Self { key: None, ..self }
    }

    /// Whether rows can be ordered by it.
    #[must_use]
    pub const fn sorts(&self) -> bool {
        self.key.is_some()
    }
}

impl Kind {
    /// What a value of it is called in a sentence.
    pub(crate) fn article(self) -> &'static str {
        match self {
            Self::Text => "a text in single quotes",
            Self::Uuid => "a UUID",
            Self::Time => "a time as 2026-03-12T19:03:58Z",
            Self::Number => "a number",
            Self::Flag => "true or false",
        }
    }
}
