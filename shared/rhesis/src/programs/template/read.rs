//! From the parser's tree to ours. What has no bound, and what nobody needs in a request, is refused by its name.

use minijinja::machinery::ast::{self, BinOpKind, CallArg, CompareOpKind, UnaryOpKind};

use super::tree::{Arguments, Expr, For, Math, Node, Relation, Target};
use super::{filters, tests};
use crate::programs::BadProgram;

/// What secrets are called where they may stand. An expression could take a part of one, or turn it round.
const SECRETS: [&str; 2] = ["auth_token", "secrets"];

type Result<T> = std::result::Result<T, BadProgram>;

pub(super) fn nodes(statements: &[ast::Stmt<'_>]) -> Result<Vec<Node>> {
    statements.iter().map(node).collect()
}

fn node(statement: &ast::Stmt<'_>) -> Result<Node> {
    Ok(match statement {
        ast::Stmt::EmitRaw(raw) => Node::Text(raw.raw.into()),
        ast::Stmt::EmitExpr(emit) => Node::Emit(expr(&emit.expr)?),
        ast::Stmt::IfCond(cond) => Node::If {
            test: expr(&cond.expr)?,
            then: nodes(&cond.true_body)?,
            otherwise: nodes(&cond.false_body)?,
        },
        ast::Stmt::ForLoop(found) if found.recursive => return unsupported("recursive for"),
        ast::Stmt::ForLoop(found) => Node::For(Box::new(For {
            target: target(&found.target)?,
            items: expr(&found.iter)?,
            filter: found.filter_expr.as_ref().map(expr).transpose()?,
            body: nodes(&found.body)?,
            otherwise: nodes(&found.else_body)?,
        })),
        ast::Stmt::WithBlock(with) => Node::With {
            names: (with.assignments.iter())
                .map(|(name, value)| Ok((target(name)?, expr(value)?)))
                .collect::<Result<_>>()?,
            body: nodes(&with.body)?,
        },
        ast::Stmt::Set(set) => Node::Set(target(&set.target)?, expr(&set.expr)?),
        ast::Stmt::SetBlock(_) => return unsupported("set without ="),
        _ => return unsupported("this statement"),
    })
}

fn target(given: &ast::Expr<'_>) -> Result<Target> {
    match given {
        ast::Expr::Var(name) => Ok(Target::Name(name.id.into())),
        ast::Expr::List(list) => list.items.iter().map(target).collect::<Result<_>>().map(Target::Parts),
        ast::Expr::Tuple(list) => list.items.iter().map(target).collect::<Result<_>>().map(Target::Parts),
        _ => unsupported("giving a value to anything but a name"),
    }
}

fn boxed(given: &ast::Expr<'_>) -> Result<Box<Expr>> {
    expr(given).map(Box::new)
}

fn pair(left: &ast::Expr<'_>, right: &ast::Expr<'_>) -> Result<Box<(Expr, Expr)>> {
    Ok(Box::new((expr(left)?, expr(right)?)))
}

fn expr(given: &ast::Expr<'_>) -> Result<Expr> {
    Ok(match given {
        ast::Expr::Const(found) => Expr::Const(found.value.clone()),
        ast::Expr::Var(found) if SECRETS.contains(&found.id) => {
            let why = format!(
                "says {}: a secret stands whole in a header or query parameter, and in no template",
                found.id
            );
            return Err(BadProgram::invalid(why));
        }
        ast::Expr::Var(found) => Expr::Name(found.id.into()),
        ast::Expr::UnaryOp(found) => match found.op {
            UnaryOpKind::Not => Expr::Not(boxed(&found.expr)?),
            UnaryOpKind::Neg => Expr::Negative(boxed(&found.expr)?),
        },
        ast::Expr::BinOp(found) => binary(found)?,
        ast::Expr::Compare(found) => {
            let rest = found.ops.iter().map(|step| Ok((relation(step.op), expr(&step.expr)?)));
            Expr::Compare(boxed(&found.expr)?, rest.collect::<Result<_>>()?)
        }
        ast::Expr::IfExpr(found) => Expr::IfElse(
            pair(&found.test_expr, &found.true_expr)?,
            found.false_expr.as_ref().map(boxed).transpose()?,
        ),
        ast::Expr::Filter(found) => {
            filters::knows(found.name)?;
            let Some(input) = &found.expr else { return unsupported("a filter of nothing") };
            Expr::Filter(found.name.into(), boxed(input)?, arguments(&found.args)?)
        }
        ast::Expr::Test(found) => {
            tests::knows(found.name)?;
            Expr::Test(found.name.into(), boxed(&found.expr)?, arguments(&found.args)?)
        }
        ast::Expr::GetAttr(found) => Expr::Attribute(boxed(&found.expr)?, found.name.into()),
        ast::Expr::GetItem(found) => Expr::Item(pair(&found.expr, &found.subscript_expr)?),
        ast::Expr::Slice(found) => {
            let part = |part: &Option<ast::Expr<'_>>| part.as_ref().map(boxed).transpose();
            let parts = [part(&found.start)?, part(&found.stop)?, part(&found.step)?];
            Expr::Slice(boxed(&found.expr)?, parts)
        }
        ast::Expr::Call(found) => match &found.expr {
            ast::Expr::Var(name) if name.id == "range" => Expr::Range(arguments(&found.args)?),
            ast::Expr::Var(name) if name.id == "dict" => Expr::Dict(arguments(&found.args)?),
            ast::Expr::Var(name) => {
                let why = format!("calls {}(): the functions that there are: range, dict", name.id);
                return Err(BadProgram::invalid(why));
            }
            ast::Expr::GetAttr(method) => {
                let why = format!("calls .{}(): values have no methods, but filters", method.name);
                return Err(BadProgram::invalid(why));
            }
            _ => return unsupported("calling this"),
        },
        ast::Expr::List(found) => Expr::List(found.items.iter().map(expr).collect::<Result<_>>()?),
        ast::Expr::Tuple(found) => Expr::List(found.items.iter().map(expr).collect::<Result<_>>()?),
        ast::Expr::Map(found) => Expr::Map(
            (found.keys.iter().zip(&found.values))
                .map(|(key, value)| Ok((expr(key)?, expr(value)?)))
                .collect::<Result<_>>()?,
        ),
    })
}

fn binary(found: &ast::BinOp<'_>) -> Result<Expr> {
    let both = || pair(&found.left, &found.right);
    let math = |math| both().map(|both| Expr::Math(math, both));
    let compare = |relation| Ok(Expr::Compare(boxed(&found.left)?, vec![(relation, expr(&found.right)?)]));
    match found.op {
        BinOpKind::ScAnd => both().map(Expr::And),
        BinOpKind::ScOr => both().map(Expr::Or),
        BinOpKind::Eq => compare(Relation::Equal),
        BinOpKind::Ne => compare(Relation::NotEqual),
        BinOpKind::Lt => compare(Relation::Less),
        BinOpKind::Lte => compare(Relation::LessOrEqual),
        BinOpKind::Gt => compare(Relation::Greater),
        BinOpKind::Gte => compare(Relation::GreaterOrEqual),
        BinOpKind::In => compare(Relation::In),
        BinOpKind::Add => math(Math::Add),
        BinOpKind::Sub => math(Math::Subtract),
        BinOpKind::Mul => math(Math::Multiply),
        BinOpKind::Div => math(Math::Divide),
        BinOpKind::FloorDiv => math(Math::FloorDivide),
        BinOpKind::Rem => math(Math::Remainder),
        BinOpKind::Pow => math(Math::Power),
        BinOpKind::Concat => math(Math::Concat),
    }
}

fn relation(op: CompareOpKind) -> Relation {
    match op {
        CompareOpKind::Eq => Relation::Equal,
        CompareOpKind::Ne => Relation::NotEqual,
        CompareOpKind::Lt => Relation::Less,
        CompareOpKind::Lte => Relation::LessOrEqual,
        CompareOpKind::Gt => Relation::Greater,
        CompareOpKind::Gte => Relation::GreaterOrEqual,
        CompareOpKind::In => Relation::In,
        CompareOpKind::NotIn => Relation::NotIn,
    }
}

fn arguments(given: &[CallArg<'_>]) -> Result<Arguments> {
    let mut arguments = Arguments::default();
    for argument in given {
        match argument {
            CallArg::Pos(value) => arguments.plain.push(expr(value)?),
            CallArg::Kwarg(name, value) => arguments.named.push(((*name).into(), expr(value)?)),
            CallArg::PosSplat(_) | CallArg::KwargSplat(_) => return unsupported("* before an argument"),
        }
    }
    Ok(arguments)
}

fn unsupported<T>(what: &str) -> Result<T> {
    Err(BadProgram::invalid(format!("has what is not supported: {what}")))
}
