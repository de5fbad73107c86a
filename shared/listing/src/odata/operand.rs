use super::error::{BadFilter, bad, quoted};
use super::parser::{Parser, expected};
use super::token::Piece;
use crate::column::Kind;
use crate::condition::{Condition, Operand, Operator, Term};
use crate::value::Value;

/// What stands on one side of an operator.
#[derive(Debug)]
pub(super) enum Side {
    Column(Term),
    Value(Operand),
    Null,
}

impl Parser {
    /// A column, a value, or the lower case of one of them.
    pub(super) fn side(&mut self) -> Result<Side, BadFilter> {
        let token = self.take();
        let word = match token.is {
            Piece::Value(value) => return Ok(Side::Value(Operand { value, lower: false })),
            Piece::Word(word) => word,
            _ => return Err(expected("a column or a value", &token)),
        };
        match word.as_str() {
            "true" | "false" => Ok(Side::Value(Operand { value: Value::Flag(word == "true"), lower: false })),
            "null" => Ok(Side::Null),
            "tolower" if *self.peek() == Piece::Open => self.lower(),
            _ if *self.peek() == Piece::Open => Err(bad(
                token.at,
                format!(
                    "there is no function {}; there are contains, startswith, endswith and tolower",
                    quoted(&word)
                ),
            )),
            _ => match self.columns.iter().find(|column| column.name == word) {
                Some(column) => Ok(Side::Column(Term { column, lower: false })),
                None => {
                    let names: Vec<_> = self.columns.iter().map(|column| column.name).collect();
                    let detail =
                        format!("there is no column {}; there are {}", quoted(&word), names.join(", "));
                    Err(bad(token.at, detail))
                }
            },
        }
    }

    /// `tolower(…)`, of which the name was taken.
    fn lower(&mut self) -> Result<Side, BadFilter> {
        self.expect(&Piece::Open)?;
        let at = self.at();
        // Not by way of `side`, which would nest as deep as it is asked to.
        let token = self.take();
        let side = match token.is {
            Piece::Value(value @ Value::Text(_)) => Side::Value(Operand { value, lower: true }),
            Piece::Word(word) => match self.columns.iter().find(|column| column.name == word) {
                Some(column) if column.kind == Kind::Text => Side::Column(Term { column, lower: true }),
                _ => {
                    return Err(bad(
                        at,
                        format!("tolower takes a column of texts, and {} is none", quoted(&word)),
                    ));
                }
            },
            _ => return Err(bad(at, "tolower takes a column of texts, or a text")),
        };
        self.expect(&Piece::Close)?;
        Ok(side)
    }
}

impl Side {
    /// The condition that this is to the other side as the operator says; `at` is where it begins.
    pub(super) fn compared(self, at: usize, operator: Operator, right: Self) -> Result<Condition, BadFilter> {
        match (self, right) {
            (Self::Column(term), Self::Null) | (Self::Null, Self::Column(term)) => match operator {
                Operator::Equal => Ok(Condition::Null(term)),
                Operator::NotEqual => Ok(Condition::Not(Box::new(Condition::Null(term)))),
                _ => Err(bad(at, "null can be compared by eq and ne only")),
            },
            (Self::Column(term), value @ Self::Value(_)) => compared(at, term, operator, value),
            (value @ Self::Value(_), Self::Column(term)) => compared(at, term, operator.turned(), value),
            (Self::Column(_), Self::Column(_)) => Err(bad(at, "a column can be compared with a value only")),
            _ => Err(bad(at, "a value can be compared with a column only")),
        }
    }

    /// The value that it is, if a column can have it; `at` is where it stands.
    pub(super) fn value_for(self, at: usize, term: Term) -> Result<Operand, BadFilter> {
        let (name, kind) = (term.column.name, term.column.kind);
        let Self::Value(operand) = self else {
            return Err(bad(at, format!("`{name}` can be compared with {} only", kind.article())));
        };
        let value = match &operand.value {
            // UUIDs and times may stand in quotes, as most clients write them.
            Value::Text(text) if !operand.lower => Value::from_text(kind, text),
            value => (value.kind() == kind).then(|| value.clone()),
        };
        match value {
            Some(value) => Ok(Operand { value, lower: operand.lower }),
            None => Err(bad(at, format!("`{name}` can be compared with {} only", kind.article()))),
        }
    }
}

fn compared(at: usize, term: Term, operator: Operator, value: Side) -> Result<Condition, BadFilter> {
    if operator.orders() && term.column.kind == Kind::Flag {
        return Err(bad(at, format!("`{}` is true or false, and knows eq and ne only", term.column.name)));
    }
    Ok(Condition::Compare(term, operator, value.value_for(at, term)?))
}
