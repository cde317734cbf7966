//! `FROM t CROSS JOIN UNNEST(t.items)`: DataFusion plans it and cannot run it, so the plan is turned into one
//! that carries the left side's columns through the unnesting.

use std::sync::Arc;

use datafusion::{
    common::{
        Column, JoinType, Result, TableReference,
        tree_node::{Transformed, TransformedResult, TreeNode},
    },
    logical_expr::{Expr, ExprSchemable, Join, LogicalPlan, LogicalPlanBuilder, Projection},
};

/// Rewrites all joins with an unnesting that looks to its left; leaves everything else.
pub(crate) fn unnest(plan: LogicalPlan) -> Result<LogicalPlan> {
    plan.transform_up_with_subqueries(|node| match &node {
        LogicalPlan::Join(join) => match joined(join)? {
            Some(made) => Ok(Transformed::yes(made)),
            None => Ok(Transformed::no(node)),
        },
        _ => Ok(Transformed::no(node)),
    })
    .data()
}

fn joined(join: &Join) -> Result<Option<LogicalPlan>> {
    let always = match &join.filter {
        None => true,
        Some(Expr::Literal(value, _)) => {
            *value == datafusion::common::ScalarValue::Boolean(Some(true))
        }
        Some(_) => false,
    };
    if !always || !join.on.is_empty() || !matches!(join.join_type, JoinType::Inner | JoinType::Left)
    {
        return Ok(None);
    }
    let LogicalPlan::SubqueryAlias(alias) = join.right.as_ref() else {
        return Ok(None);
    };
    let LogicalPlan::Subquery(subquery) = alias.input.as_ref() else {
        return Ok(None);
    };
    let carrying = Carrying {
        left: Arc::clone(&join.left),
        alias: alias.alias.clone(),
        keep_empty: join.join_type == JoinType::Left,
    };
    carrying
        .over(&subquery.subquery, false)
        .map(|found| found.map(|(plan, _)| plan))
}

struct Carrying {
    left: Arc<LogicalPlan>,
    alias: TableReference,
    keep_empty: bool,
}

impl Carrying {
    /// Returns the right side over the left one: the left columns first, and whether the right columns bear
    /// the alias already. Nothing for a right side that is more than an unnesting.
    fn over(&self, right: &LogicalPlan, under_unnest: bool) -> Result<Option<(LogicalPlan, bool)>> {
        match right {
            LogicalPlan::EmptyRelation(_) => Ok(Some((self.left.as_ref().clone(), false))),
            LogicalPlan::Unnest(unnest) => {
                let Some((input, _)) = self.over(&unnest.input, true)? else {
                    return Ok(None);
                };
                let options = unnest.options.clone().with_preserve_nulls(self.keep_empty);
                let plan = LogicalPlanBuilder::from(input)
                    .unnest_columns_with_options(unnest.exec_columns.clone(), options)?
                    .build()?;
                Ok(Some((plan, false)))
            }
            LogicalPlan::Projection(projection) => self.project(projection, under_unnest),
            _ => Ok(None),
        }
    }

    fn project(
        &self,
        right: &Projection,
        under_unnest: bool,
    ) -> Result<Option<(LogicalPlan, bool)>> {
        let Some((input, qualified)) = self.over(&right.input, false)? else {
            return Ok(None);
        };
        let left = self.left.schema();
        let mut all: Vec<Expr> = left
            .iter()
            .map(|(qualifier, field)| Expr::Column(Column::new(qualifier.cloned(), field.name())))
            .collect();
        for (expr, field) in right.expr.iter().zip(right.schema.fields()) {
            let own = expr
                .clone()
                .transform(|e| {
                    Ok(match e {
                        Expr::OuterReferenceColumn(_, column) => {
                            Transformed::yes(Expr::Column(column))
                        }
                        Expr::Column(column) if qualified && column.relation.is_none() => {
                            Transformed::yes(Expr::Column(Column::new(
                                Some(self.alias.clone()),
                                column.name,
                            )))
                        }
                        other => Transformed::no(other),
                    })
                })
                .data()?
                .unalias();
            all.push(if under_unnest {
                own.alias(field.name())
            } else {
                own.alias_qualified(Some(self.alias.clone()), field.name())
            });
        }
        // Types may have been coerced on the way: the plan is checked here.
        for expr in &all {
            expr.get_type(input.schema())?;
        }
        let plan = LogicalPlanBuilder::from(input).project(all)?.build()?;
        Ok(Some((plan, !under_unnest)))
    }
}
