//! The names of columns.

use std::{collections::HashMap, ops::ControlFlow};

use datafusion::sql::sqlparser::{
    ast::{
        DataType, Expr, GroupByExpr, Ident, Select, SelectItem, Statement, Value, Visit, VisitMut,
        Visitor, VisitorMut, visit_expressions, visit_expressions_mut,
    },
    tokenizer::Span,
};

use super::build::{cast, function, null, text};
use crate::functions::NAMED;

/// How columns without a name begin until their place is known.
pub(crate) const UNNAMED: &str = "__unnamed_";

/// Gives every cast of a rewritten statement a name of its own, its type, and every subquery its text: DataFusion
/// takes expressions that differ in these alone for one.
pub(crate) fn name_casts(statement: &mut Statement) {
    let _ = statement.visit(&mut Naming);
}

/// Tells whether expressions that a select groups by, or functions that it calls, differ in their casts alone.
pub(crate) fn casts_decide(statement: &Statement) -> bool {
    statement.visit(&mut Comparing).is_break()
}

struct Comparing;

impl Visitor for Comparing {
    type Break = ();

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        let mut seen: HashMap<String, String> = HashMap::new();
        let mut differs = |expr: &Expr| {
            let whole = expr.to_string();
            let bare = without_casts(expr.clone());
            *seen.entry(bare).or_insert_with(|| whole.clone()) != whole
        };
        let shown = select.projection.iter().filter_map(|item| match item {
            SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr),
            _ => None,
        });
        let grouped: &[Expr] = match &select.group_by {
            GroupByExpr::Expressions(by, _) => by,
            GroupByExpr::All(_) => &[],
        };
        if !grouped.is_empty() && shown.clone().chain(grouped).any(&mut differs) {
            return ControlFlow::Break(());
        }
        for expr in shown.chain(grouped).chain(&select.having) {
            visit_expressions(expr, |inner| match inner {
                Expr::Function(_) if differs(inner) => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            })?;
        }
        ControlFlow::Continue(())
    }
}

/// Returns an expression's text without its casts.
fn without_casts(mut expr: Expr) -> String {
    let _ = visit_expressions_mut(&mut expr, |expr| {
        if let Expr::Cast { expr: inner, .. } | Expr::Nested(inner) = expr {
            *expr = std::mem::replace(inner, null());
        }
        ControlFlow::<()>::Continue(())
    });
    expr.to_string()
}

struct Naming;

impl VisitorMut for Naming {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let name = match expr {
            Expr::Cast {
                kind, data_type, ..
            } => format!("{kind:?} {data_type}"),
            Expr::TypedString(typed) => typed.data_type.to_string(),
            Expr::Subquery(query) => query.to_string(),
            _ => return ControlFlow::Continue(()),
        };
        let own = std::mem::replace(expr, null());
        *expr = function(NAMED, vec![own, text(&name)]);
        ControlFlow::Continue(())
    }
}

/// Whole numbers that fit are integers in Trino, not bigints: where a column is nothing but one.
pub(super) fn integer(expr: &mut Expr) {
    let fits = match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse::<i32>().is_ok(),
            _ => false,
        },
        _ => false,
    };
    if fits {
        *expr = cast(std::mem::replace(expr, null()), DataType::Int(None));
    }
}

/// Names what has no name as Trino does, `_col0`; behind a wildcard the place is not known yet.
pub(super) fn name_columns(select: &mut Select) {
    let mut behind_wildcard = false;
    for (i, item) in select.projection.iter_mut().enumerate() {
        if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item {
            integer(expr);
        }
        match item {
            SelectItem::UnnamedExpr(Expr::Identifier(_) | Expr::CompoundIdentifier(_)) => {}
            SelectItem::UnnamedExpr(expr) => {
                let name = if behind_wildcard {
                    format!("{UNNAMED}{i}")
                } else {
                    format!("_col{i}")
                };
                let expr = std::mem::replace(expr, null());
                *item = SelectItem::ExprWithAlias {
                    expr,
                    alias: quoted(name),
                };
            }
            SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => behind_wildcard = true,
            _ => {}
        }
    }
    // The same column twice: the second has another name until the answer is shown.
    let mut seen: Vec<String> = Vec::new();
    for (i, item) in select.projection.iter_mut().enumerate() {
        let name = match item {
            SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts
                .last()
                .map(|p| p.value.to_lowercase())
                .unwrap_or_default(),
            SelectItem::UnnamedExpr(Expr::Identifier(name)) => name.value.to_lowercase(),
            SelectItem::ExprWithAlias { alias, .. } => alias.value.to_lowercase(),
            _ => continue,
        };
        if !seen.contains(&name) {
            seen.push(name);
            continue;
        }
        let again = quoted(format!("{name}__{i}"));
        match item {
            SelectItem::UnnamedExpr(expr) => {
                let expr = std::mem::replace(expr, null());
                *item = SelectItem::ExprWithAlias { expr, alias: again };
            }
            SelectItem::ExprWithAlias { alias, .. } => *alias = again,
            _ => {}
        }
    }
}

fn quoted(name: String) -> Ident {
    Ident {
        value: name,
        quote_style: Some('"'),
        span: Span::empty(),
    }
}
