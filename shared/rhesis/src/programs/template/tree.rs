//! A template as it is kept: without borrowed text, and with nothing in it that has no bound.

use minijinja::Value;

/// Something that is written, or done.
#[derive(Debug)]
pub(super) enum Node {
    Text(Box<str>),
    Emit(Expr),
    If { test: Expr, then: Vec<Node>, otherwise: Vec<Node> },
    For(Box<For>),
    With { names: Vec<(Target, Expr)>, body: Vec<Node> },
    Set(Target, Expr),
}

#[derive(Debug)]
pub(super) struct For {
    pub(super) target: Target,
    pub(super) items: Expr,
    pub(super) filter: Option<Expr>,
    pub(super) body: Vec<Node>,
    pub(super) otherwise: Vec<Node>,
}

/// What a value is given to.
#[derive(Debug)]
pub(super) enum Target {
    Name(Box<str>),
    Parts(Vec<Target>),
}

/// Something that has a value.
#[derive(Debug)]
pub(super) enum Expr {
    Const(Value),
    Name(Box<str>),
    Not(Box<Expr>),
    Negative(Box<Expr>),
    And(Box<(Expr, Expr)>),
    Or(Box<(Expr, Expr)>),
    Math(Math, Box<(Expr, Expr)>),
    /// `a < b <= c`: each pair must hold.
    Compare(Box<Expr>, Vec<(Relation, Expr)>),
    IfElse(Box<(Expr, Expr)>, Option<Box<Expr>>),
    Filter(Box<str>, Box<Expr>, Arguments),
    Test(Box<str>, Box<Expr>, Arguments),
    Attribute(Box<Expr>, Box<str>),
    Item(Box<(Expr, Expr)>),
    Slice(Box<Expr>, [Option<Box<Expr>>; 3]),
    Range(Arguments),
    Dict(Arguments),
    List(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
}

impl Expr {
    /// Whether it is a text that stands in the template, or one of several: `{{ "," if not loop.last }}`.
    pub(super) fn is_of_the_template(&self) -> bool {
        match self {
            Self::Const(value) => value.as_str().is_some(),
            Self::IfElse(both, otherwise) => {
                both.1.is_of_the_template() && otherwise.as_ref().is_none_or(|expr| expr.is_of_the_template())
            }
            _ => false,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub(super) plain: Vec<Expr>,
    pub(super) named: Vec<(Box<str>, Expr)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Math {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    Power,
    Concat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}
