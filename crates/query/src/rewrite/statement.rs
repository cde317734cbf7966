//! A whole statement.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, LimitClause, Query, Select, SetExpr, Statement, TableFactor, VisitMut, VisitorMut,
};

use super::{
    build::{function, null, number},
    expressions::expression,
    names::{integer, name_columns},
};
use crate::QueryError;

/// Rewrites a statement in place.
///
/// **Errors**: what cannot be said in DataFusion's terms.
pub(crate) fn rewrite(statement: &mut Statement) -> Result<(), QueryError> {
    match statement.visit(&mut Rewriter) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Rewriter;

impl VisitorMut for Rewriter {
    type Break = QueryError;

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<QueryError> {
        name_columns(select);
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<QueryError> {
        if let TableFactor::UNNEST {
            alias,
            array_exprs,
            with_ordinality,
            ..
        } = factor
        {
            let named = alias.as_ref().map_or(0, |a| a.columns.len());
            if let [map] = array_exprs.as_slice()
                && named == 2 + usize::from(*with_ordinality)
            {
                // Two names for one value: keys and values.
                let (keys, values) = (map.clone(), map.clone());
                *array_exprs = vec![
                    function("map_keys", vec![keys]),
                    function("map_values", vec![values]),
                ];
            }
            if std::mem::take(with_ordinality)
                && let Some(first) = array_exprs.first().cloned()
            {
                let places = vec![number("1"), function("cardinality", vec![first])];
                array_exprs.push(function("generate_series", places));
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<QueryError> {
        // `FETCH FIRST n ROWS ONLY` is a limit.
        if let Some(fetch) = query.fetch.take_if(|f| !f.with_ties && !f.percent) {
            let offset = match query.limit_clause.take() {
                Some(LimitClause::LimitOffset { offset, .. }) => offset,
                _ => None,
            };
            let limit = fetch.quantity.or_else(|| Some(number("1")));
            query.limit_clause = Some(LimitClause::LimitOffset {
                limit,
                offset,
                limit_by: Vec::new(),
            });
        }
        if let SetExpr::Values(values) = query.body.as_mut() {
            values
                .rows
                .iter_mut()
                .flat_map(|row| row.content.iter_mut())
                .for_each(integer);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<QueryError> {
        let taken = std::mem::replace(expr, null());
        match expression(taken) {
            Ok(made) => {
                *expr = made;
                ControlFlow::Continue(())
            }
            Err(error) => ControlFlow::Break(error),
        }
    }
}
