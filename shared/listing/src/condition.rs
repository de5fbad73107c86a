use crate::column::Column;
use crate::value::Value;

/// What rows must be, to be listed: as `$filter` says it, each value of the kind of its column.
#[derive(Debug, Clone)]
pub enum Condition {
    /// All of them.
    All(Vec<Condition>),
    /// One of them at least.
    Any(Vec<Condition>),
    /// Not so.
    Not(Box<Condition>),
    /// A column is to a value as the operator says.
    Compare(Term, Operator, Operand),
    /// A column is one of these.
    In(Term, Vec<Operand>),
    /// A text has another one in it.
    Text(Term, Place, Operand),
    /// A column is null.
    Null(Term),
    /// A column is true.
    True(&'static Column),
}

/// A column, or the lower case of it.
#[derive(Debug, Clone, Copy)]
pub struct Term {
    /// The column.
    pub column: &'static Column,
    /// Whether its lower case is meant.
    pub lower: bool,
}

/// A value, or the lower case of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Operand {
    /// The value.
    pub value: Value,
    /// Whether its lower case is meant.
    pub lower: bool,
}

/// How a column is to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `eq`
    Equal,
    /// `ne`: also if there is no value.
    NotEqual,
    /// `lt`
    Less,
    /// `le`
    AtMost,
    /// `gt`
    Greater,
    /// `ge`
    AtLeast,
}

/// Where one text is in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `contains`
    Anywhere,
    /// `startswith`
    Start,
    /// `endswith`
    End,
}

impl Condition {
    /// The value that every row has in a column, as far as the condition says so.
    #[must_use]
    pub fn fixed(&self, name: &str) -> Option<&Value> {
        match self {
            Self::All(conditions) => conditions.iter().find_map(|condition| condition.fixed(name)),
            Self::Compare(Term { column, lower: false }, Operator::Equal, operand)
                if column.name == name && !operand.lower =>
            {
                Some(&operand.value)
            }
            _ => None,
        }
    }
}

impl Operator {
    /// The operator of this name.
    pub(crate) fn named(word: &str) -> Option<Self> {
        Some(match word {
            "eq" => Self::Equal,
            "ne" => Self::NotEqual,
            "lt" => Self::Less,
            "le" => Self::AtMost,
            "gt" => Self::Greater,
            "ge" => Self::AtLeast,
            _ => return None,
        })
    }

    /// The one that says the same with its sides exchanged.
    pub(crate) fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
            same => same,
        }
    }

    /// Whether it asks which of two is greater.
    pub(crate) fn orders(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }
}
