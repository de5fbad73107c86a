use super::error::{BadFilter, bad};
use super::operand::Side;
use super::token::{Piece, Token, tokens};
use crate::column::{Column, Kind};
use crate::condition::{Condition, Operand, Operator, Place, Term};
use crate::value::Value;

/// How many characters a filter may have: what every gateway lets through in an address.
pub const MOST_CHARACTERS: usize = 4000;

/// How deep parentheses and `not` may nest.
pub const MOST_LEVELS: usize = 20;

/// How many comparisons there may be, every value of an `in` counted.
pub const MOST_TERMS: usize = 200;

pub(super) struct Parser {
    tokens: Vec<Token>,
    next: usize,
    level: usize,
    terms: usize,
    pub(super) columns: &'static [Column],
}

impl Condition {
    /// What a `$filter` over these columns asks for.
    ///
    /// # Errors
    /// The first place at which it is no filter, names what there is not, or compares a column with a value of another kind.
    pub fn parse(filter: &str, columns: &'static [Column]) -> Result<Self, BadFilter> {
        if filter.chars().count() > MOST_CHARACTERS {
            return Err(bad(
                MOST_CHARACTERS + 1,
                format!("there may be {MOST_CHARACTERS} characters at most"),
            ));
        }
        let mut parser = Parser { tokens: tokens(filter)?, next: 0, level: 0, terms: 0, columns };
        let condition = parser.any()?;
        match parser.take() {
            Token { is: Piece::End, .. } => Ok(condition),
            other => Err(expected("`and`, `or` or the end", &other)),
        }
    }
}

impl Parser {
    pub(super) fn peek(&self) -> &Piece {
        &self.tokens[self.next].is
    }

    pub(super) fn at(&self) -> usize {
        self.tokens[self.next].at
    }

    /// The next piece; the end as often as it is asked for.
    pub(super) fn take(&mut self) -> Token {
        let token = self.tokens[self.next].clone();
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        token
    }

    fn take_word(&mut self, word: &str) -> bool {
        let there = matches!(self.peek(), Piece::Word(next) if next == word);
        if there {
            self.take();
        }
        there
    }

    pub(super) fn expect(&mut self, piece: &Piece) -> Result<(), BadFilter> {
        let token = self.take();
        if token.is == *piece { Ok(()) } else { Err(expected(&piece.name(), &token)) }
    }

    fn any(&mut self) -> Result<Condition, BadFilter> {
        let mut conditions = vec![self.all()?];
        while self.take_word("or") {
            conditions.push(self.all()?);
        }
        Ok(one_or(conditions, Condition::Any))
    }

    fn all(&mut self) -> Result<Condition, BadFilter> {
        let mut conditions = vec![self.one()?];
        while self.take_word("and") {
            conditions.push(self.one()?);
        }
        Ok(one_or(conditions, Condition::All))
    }

    fn one(&mut self) -> Result<Condition, BadFilter> {
        let at = self.at();
        let is_not = self.take_word("not");
        if !is_not && *self.peek() != Piece::Open {
            return self.term();
        }
        self.level += 1;
        if self.level > MOST_LEVELS {
            return Err(bad(at, format!("parentheses and `not` may nest {MOST_LEVELS} deep at most")));
        }
        let condition = if is_not {
            Condition::Not(Box::new(self.one()?))
        } else {
            self.take();
            let condition = self.any()?;
            self.expect(&Piece::Close)?;
            condition
        };
        self.level -= 1;
        Ok(condition)
    }

    pub(super) fn count(&mut self, at: usize) -> Result<(), BadFilter> {
        self.terms += 1;
        if self.terms > MOST_TERMS {
            return Err(bad(
                at,
                format!("there may be {MOST_TERMS} comparisons at most, values of `in` counted"),
            ));
        }
        Ok(())
    }

    fn term(&mut self) -> Result<Condition, BadFilter> {
        let at = self.at();
        self.count(at)?;
        if let Some(place) = self.function() {
            let condition = self.text(place)?;
            return self.is_true(condition);
        }
        let left = self.side()?;
        let token = self.take();
        let operator = match &token.is {
            Piece::Word(word) if word == "in" => return self.listed(at, left),
            Piece::Word(word) => Operator::named(word),
            _ => None,
        };
        if let Some(operator) = operator {
            let right = self.side()?;
            return left.compared(at, operator, right);
        }
        self.next -= usize::from(token.is != Piece::End);
        match left {
            Side::Column(Term { column, .. }) if column.kind == Kind::Flag => Ok(Condition::True(column)),
            _ => Err(expected("an operator (eq, ne, lt, le, gt, ge or in)", &token)),
        }
    }

    /// The function that answers true or false and begins here.
    fn function(&mut self) -> Option<Place> {
        let place = match self.peek() {
            Piece::Word(word) if word == "contains" => Place::Anywhere,
            Piece::Word(word) if word == "startswith" => Place::Start,
            Piece::Word(word) if word == "endswith" => Place::End,
            _ => return None,
        };
        self.take();
        Some(place)
    }

    fn text(&mut self, place: Place) -> Result<Condition, BadFilter> {
        self.expect(&Piece::Open)?;
        let at = self.at();
        let Side::Column(term) = self.side()? else {
            return Err(bad(at, "expected a column, in which a text is to be found"));
        };
        if term.column.kind != Kind::Text {
            return Err(bad(at, format!("`{}` is no column of texts", term.column.name)));
        }
        self.expect(&Piece::Comma)?;
        let at = self.at();
        let operand = self.side()?.value_for(at, term)?;
        self.expect(&Piece::Close)?;
        Ok(Condition::Text(term, place, operand))
    }

    /// What answers true or false may be compared with it: `contains(name, 'a') eq true`.
    fn is_true(&mut self, condition: Condition) -> Result<Condition, BadFilter> {
        let equal = match self.peek() {
            Piece::Word(word) if word == "eq" => true,
            Piece::Word(word) if word == "ne" => false,
            _ => return Ok(condition),
        };
        self.take();
        let at = self.at();
        match self.side()? {
            Side::Value(Operand { value: Value::Flag(flag), .. }) if flag == equal => Ok(condition),
            Side::Value(Operand { value: Value::Flag(_), .. }) => Ok(Condition::Not(Box::new(condition))),
            _ => Err(bad(at, "expected true or false")),
        }
    }

    fn listed(&mut self, at: usize, left: Side) -> Result<Condition, BadFilter> {
        let Side::Column(term) = left else {
            return Err(bad(at, "expected a column before `in`"));
        };
        self.expect(&Piece::Open)?;
        let mut operands = Vec::new();
        loop {
            let at = self.at();
            // The first was counted as the comparison that this is.
            if !operands.is_empty() {
                self.count(at)?;
            }
            operands.push(self.side()?.value_for(at, term)?);
            match self.take() {
                Token { is: Piece::Comma, .. } => {}
                Token { is: Piece::Close, .. } => return Ok(Condition::In(term, operands)),
                other => return Err(expected("`,` or `)`", &other)),
            }
        }
    }
}

fn one_or(mut conditions: Vec<Condition>, several: fn(Vec<Condition>) -> Condition) -> Condition {
    match conditions.pop() {
        Some(only) if conditions.is_empty() => only,
        Some(last) => {
            conditions.push(last);
            several(conditions)
        }
        None => several(conditions),
    }
}

pub(super) fn expected(what: &str, found: &Token) -> BadFilter {
    bad(found.at, format!("expected {what}, not {}", found.is.name()))
}
