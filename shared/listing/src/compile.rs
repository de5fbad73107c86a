use crate::condition::{Condition, Operand, Operator, Place, Term};
use crate::list::Sql;

impl Condition {
    /// Appends the condition, in parentheses. It holds or does not, but for what compares null: as in OData, equal to a value is
    /// false of it and different is true.
    pub(crate) fn push(&self, sql: &mut Sql) {
        sql.push("(");
        match self {
            Self::All(conditions) => joined(conditions, " and ", sql),
            Self::Any(conditions) => joined(conditions, " or ", sql),
            Self::Not(condition) => {
                sql.push("not ");
                condition.push(sql);
            }
            Self::Compare(term, operator, operand) => compare(*term, *operator, operand, sql),
            Self::In(term, operands) => {
                term.push(sql);
                sql.push(" is not null and ");
                term.push(sql);
                sql.push(" in (");
                for (place, operand) in operands.iter().enumerate() {
                    sql.push(if place == 0 { "" } else { ", " });
                    operand.push(sql);
                }
                sql.push(")");
            }
            Self::Text(term, place, operand) => text(*term, *place, operand, sql),
            Self::Null(term) => {
                term.push(sql);
                sql.push(" is null");
            }
            Self::True(column) => {
                sql.push(column.sql);
            }
        }
        sql.push(")");
    }
}

fn joined(conditions: &[Condition], word: &'static str, sql: &mut Sql) {
    for (place, condition) in conditions.iter().enumerate() {
        sql.push(if place == 0 { "" } else { word });
        condition.push(sql);
    }
}

fn compare(term: Term, operator: Operator, operand: &Operand, sql: &mut Sql) {
    if operator == Operator::Equal {
        // Apart from the comparison, which an index can answer.
        term.push(sql);
        sql.push(" is not null and ");
    }
    term.push(sql);
    sql.push(match operator {
        Operator::Equal => " = ",
        Operator::NotEqual => " is distinct from ",
        Operator::Less => " < ",
        Operator::AtMost => " <= ",
        Operator::Greater => " > ",
        Operator::AtLeast => " >= ",
    });
    operand.push(sql);
}

/// Not by `like`, in which some characters mean others.
fn text(term: Term, place: Place, operand: &Operand, sql: &mut Sql) {
    sql.push(match place {
        Place::Anywhere => "strpos(",
        Place::Start => "starts_with(",
        Place::End => "right(",
    });
    term.push(sql);
    sql.push(", ");
    match place {
        Place::Anywhere | Place::Start => {
            operand.push(sql);
            sql.push(if place == Place::Anywhere { ") > 0" } else { ")" });
        }
        Place::End => {
            sql.push("char_length(");
            operand.push(sql);
            sql.push(")) = ");
            operand.push(sql);
        }
    }
}

impl Term {
    fn push(self, sql: &mut Sql) {
        if self.lower {
            sql.push("lower(").push(self.column.sql).push(")");
        } else {
            sql.push(self.column.sql);
        }
    }
}

impl Operand {
    fn push(&self, sql: &mut Sql) {
        if self.lower {
            sql.push("lower(");
        }
        self.value.push(sql);
        if self.lower {
            sql.push(")");
        }
    }
}
