use std::ops::{BitAnd, BitOr, Not};

use serde_json::Value;

/// Some of the kinds of JSON values. There is one null, one true and one false; of the others there are many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const NULL: Self = Self(1);
    pub(super) const TRUE: Self = Self(1 << 1);
    pub(super) const FALSE: Self = Self(1 << 2);
    pub(super) const WHOLE: Self = Self(1 << 3);
    pub(super) const FRACTION: Self = Self(1 << 4);
    pub(super) const TEXT: Self = Self(1 << 5);
    pub(super) const LIST: Self = Self(1 << 6);
    pub(super) const OBJECT: Self = Self(1 << 7);
    pub(super) const NUMBER: Self = Self(Self::WHOLE.0 | Self::FRACTION.0);
    pub(super) const NO: Self = Self(0);
    pub(super) const EVERY: Self = Self(u8::MAX);

    /// Those that a schema names.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "null" => Self::NULL,
            "boolean" => Self::TRUE | Self::FALSE,
            "integer" => Self::WHOLE,
            "number" => Self::NUMBER,
            "string" => Self::TEXT,
            "array" => Self::LIST,
            "object" => Self::OBJECT,
            _ => Self::NO,
        }
    }

    /// That of a value. 1 may be equal to 1.0, so a number is of both.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(true) => Self::TRUE,
            Value::Bool(false) => Self::FALSE,
            Value::Number(_) => Self::NUMBER,
            Value::String(_) => Self::TEXT,
            Value::Array(_) => Self::LIST,
            Value::Object(_) => Self::OBJECT,
        }
    }

    pub(super) fn has(self, other: Self) -> bool {
        self & other == other
    }
}

impl BitAnd for Kinds {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for Kinds {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Not for Kinds {
    type Output = Self;
    fn not(self) -> Self {
        Self(!self.0)
    }
}

/// What is known of what a schema takes: the kinds of which it takes each value, and those of which it takes none. Of the
/// others it takes some, or it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) all: Kinds,
    pub(super) none: Kinds,
}

impl Part {
    pub(super) const ALL: Self = Self { all: Kinds::EVERY, none: Kinds::NO };
    pub(super) const NONE: Self = Self { all: Kinds::NO, none: Kinds::EVERY };
    pub(super) const UNKNOWN: Self = Self { all: Kinds::NO, none: Kinds::NO };

    /// Some of these kinds, and all of the others.
    pub(super) fn some(of: Kinds) -> Self {
        Self { all: !of, none: Kinds::NO }
    }

    /// None of these kinds, and all of the others.
    pub(super) fn without(kinds: Kinds) -> Self {
        Self { all: !kinds, none: kinds }
    }

    /// All, or else some of these kinds.
    pub(super) fn all_or_some(all: bool, of: Kinds) -> Self {
        if all { Self::ALL } else { Self::some(of) }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self { all: self.all & other.all, none: self.none | other.none }
    }

    pub(super) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    pub(super) fn not(self) -> Self {
        Self { all: self.none, none: self.all }
    }

    /// What exactly one of them takes.
    pub(super) fn one_of(parts: &[Self]) -> Self {
        let (mut nobody, mut one, mut somebody, mut many) = (Kinds::EVERY, Kinds::NO, Kinds::NO, Kinds::NO);
        for part in parts {
            many = many | (somebody & part.all);
            somebody = somebody | part.all;
            one = (one & part.none) | (nobody & part.all);
            nobody = nobody & part.none;
        }
        Self { all: one, none: nobody | many }
    }

    pub(super) fn is_all(self) -> bool {
        self.all == Kinds::EVERY
    }

    pub(super) fn is_none(self) -> bool {
        self.none == Kinds::EVERY
    }
}
