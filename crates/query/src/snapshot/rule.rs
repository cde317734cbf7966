//! Where a plan aggregates a snapshot's rows by keys with few possible values, the snapshot does it itself.

use std::sync::Arc;

use datafusion::{
    common::{
        Result,
        config::ConfigOptions,
        tree_node::{Transformed, TransformedResult, TreeNode},
    },
    physical_expr::{PhysicalExpr, aggregate::AggregateFunctionExpr, expressions::Column},
    physical_optimizer::PhysicalOptimizerRule,
    physical_plan::{
        ExecutionPlan,
        aggregates::{AggregateExec, AggregateMode},
        coop::CooperativeExec,
        projection::ProjectionExec,
    },
};

use super::{
    aggregate::{Aggregate, SnapshotAggregate, Work},
    keys::Keys,
    scan::SnapshotScan,
};

/// Those whose states are of one size each.
const FUNCTIONS: [&str; 9] = [
    "sum",
    "avg",
    "min",
    "max",
    "count",
    "var",
    "var_pop",
    "stddev",
    "stddev_pop",
];

#[derive(Debug)]
pub(crate) struct AggregateSnapshots;

impl PhysicalOptimizerRule for AggregateSnapshots {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let replaced = plan.transform_up(|node| {
            Ok(match replacement(&node)? {
                Some(other) => Transformed::yes(other),
                None => Transformed::no(node),
            })
        });
        replaced.data()
    }

    fn name(&self) -> &'static str {
        "aggregate_snapshots"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn replacement(node: &Arc<dyn ExecutionPlan>) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let Some(exec) = node.downcast_ref::<AggregateExec>() else {
        return Ok(None);
    };
    let whole = match exec.mode() {
        AggregateMode::Partial => false,
        AggregateMode::Single | AggregateMode::SinglePartitioned => true,
        _ => return Ok(None),
    };
    let group = exec.group_expr();
    let functions = exec.aggr_expr();
    if group.has_grouping_set() || !functions.iter().all(|f| is_known(f)) {
        return Ok(None);
    }
    let Some((scan, columns)) = beneath(exec.input())? else {
        return Ok(None);
    };
    // One sum over everything is quickest as it is.
    let parts = scan.parts();
    if (group.is_empty() && !scan.view.is_filtered()) || (whole && parts > 1) {
        return Ok(None);
    }
    let over = |expr: &Arc<dyn PhysicalExpr>| in_terms_of(expr, &columns);
    let keys = group
        .input_exprs()
        .iter()
        .map(over)
        .collect::<Result<Vec<_>>>()?;
    let Some(keys) = Keys::new(&keys, &scan.view)? else {
        return Ok(None);
    };
    let view = Arc::clone(&scan.view);
    let filters = exec.filter_expr();
    let aggregates = functions.iter().zip(filters).map(|(function, filter)| {
        let args = function.expressions();
        let args = args.iter().map(|arg| view.computed(&over(arg)?));
        let filter = filter.as_ref().map(|filter| view.computed(&over(filter)?));
        Ok(Aggregate {
            function: Arc::clone(function),
            args: args.collect::<Result<_>>()?,
            filter: filter.transpose()?,
        })
    });
    let aggregates = aggregates.collect::<Result<Vec<_>>>()?;
    let partial = match whole {
        false => Arc::clone(node),
        true => Arc::new(AggregateExec::try_new(
            AggregateMode::Partial,
            group.clone(),
            functions.to_vec(),
            filters.to_vec(),
            Arc::clone(exec.input()),
            exec.input_schema(),
        )?),
    };
    let work = Work {
        view,
        keys,
        aggregates,
        schema: partial.schema(),
    };
    let made: Arc<dyn ExecutionPlan> = Arc::new(SnapshotAggregate::new(work, parts));
    if !whole {
        return Ok(Some(made));
    }
    let none = vec![None; functions.len()];
    Ok(Some(Arc::new(AggregateExec::try_new(
        AggregateMode::Final,
        group.as_final(),
        functions.to_vec(),
        none,
        made,
        exec.input_schema(),
    )?)))
}

fn is_known(function: &AggregateFunctionExpr) -> bool {
    FUNCTIONS.contains(&function.fun().name())
        && !function.is_distinct()
        && function.order_bys().is_empty()
        && function.groups_accumulator_supported()
}

type Exprs = Vec<Arc<dyn PhysicalExpr>>;

/// Returns the scan that a plan's rows come from unchanged, and the plan's columns in terms of the scan's view.
fn beneath(plan: &Arc<dyn ExecutionPlan>) -> Result<Option<(&SnapshotScan, Exprs)>> {
    if let Some(scan) = plan.downcast_ref::<SnapshotScan>() {
        let column = |i: &usize| {
            let name = scan.view.schema.field(*i).name();
            Arc::new(Column::new(name, *i)) as Arc<dyn PhysicalExpr>
        };
        let columns = scan.projection.iter().map(column).collect();
        return Ok(scan.fetch.is_none().then_some((scan, columns)));
    }
    if let Some(inner) = plan.downcast_ref::<CooperativeExec>() {
        return beneath(inner.input());
    }
    let Some(projection) = plan.downcast_ref::<ProjectionExec>() else {
        return Ok(None);
    };
    let Some((scan, inner)) = beneath(projection.input())? else {
        return Ok(None);
    };
    let exprs = projection.expr().iter();
    let exprs = exprs
        .map(|e| in_terms_of(&e.expr, &inner))
        .collect::<Result<_>>()?;
    Ok(Some((scan, exprs)))
}

/// Puts expressions in the place of the columns that stand for them.
fn in_terms_of(expr: &Arc<dyn PhysicalExpr>, columns: &Exprs) -> Result<Arc<dyn PhysicalExpr>> {
    let put = Arc::clone(expr).transform_up(|node| {
        let index = node.downcast_ref::<Column>().map(Column::index);
        Ok(match index.and_then(|i| columns.get(i)) {
            Some(other) => Transformed::yes(Arc::clone(other)),
            None => Transformed::no(node),
        })
    });
    put.data()
}
