//! The first half of an aggregation, over the rows of a view: what `AggregateExec` makes in its mode `Partial`.

use std::{fmt, sync::Arc};

use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray, RecordBatch},
        datatypes::SchemaRef,
    },
    common::{Result, internal_err, tree_node::TreeNodeRecursion},
    execution::{TaskContext, memory_pool::MemoryConsumer},
    logical_expr::{EmitTo, GroupsAccumulator},
    physical_expr::{PhysicalExpr, aggregate::AggregateFunctionExpr},
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, ReplaceChildrenOptions,
        SendableRecordBatchStream, execution_plan::EmissionType, stream::RecordBatchStreamAdapter,
    },
};
use futures::{StreamExt, TryStreamExt};

use super::{
    keys::{Groups, Keys},
    scan::properties,
    view::{Chunk, Computed, View},
};

/// Pieces between two looks at whether others want to go on.
const PIECES: usize = 8;

/// One aggregate.
#[derive(Debug)]
pub(super) struct Aggregate {
    pub(super) function: Arc<AggregateFunctionExpr>,
    pub(super) args: Vec<Computed>,
    pub(super) filter: Option<Computed>,
}

/// What is done, without how it is split.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) view: Arc<View>,
    pub(super) keys: Keys,
    pub(super) aggregates: Vec<Aggregate>,
    /// The keys, then the aggregates' states.
    pub(super) schema: SchemaRef,
}

/// Groups a view's rows, a share of its pieces in each partition.
#[derive(Debug)]
pub(super) struct SnapshotAggregate {
    work: Arc<Work>,
    properties: Arc<PlanProperties>,
}

impl SnapshotAggregate {
    pub(super) fn new(work: Work, parts: usize) -> Self {
        let properties = properties(Arc::clone(&work.schema), parts, EmissionType::Final);
        Self {
            work: Arc::new(work),
            properties,
        }
    }
}

impl Work {
    async fn run(&self, part: usize, parts: usize, context: &TaskContext) -> Result<RecordBatch> {
        let memory = MemoryConsumer::new(format!("SnapshotAggregate[{part}]"));
        let memory = memory.register(context.memory_pool());
        let mut groups = Groups::new(&self.keys);
        let functions = self
            .aggregates
            .iter()
            .map(|a| a.function.create_groups_accumulator());
        let mut states = functions.collect::<Result<Vec<_>>>()?;
        memory.try_resize(groups.bytes())?;
        for (n, piece) in self.view.share(part, parts).enumerate() {
            if n % PIECES == PIECES - 1 {
                tokio::task::yield_now().await;
                let sizes: usize = states.iter().map(|s| s.size()).sum();
                memory.try_resize(groups.bytes() + sizes)?;
            }
            if let Some(chunk) = self.view.chunk(piece)? {
                groups.find(&chunk);
                for (aggregate, state) in self.aggregates.iter().zip(&mut states) {
                    aggregate.update(&chunk, &groups, state.as_mut())?;
                }
            }
        }
        let mut columns = groups.values()?;
        for (aggregate, mut state) in self.aggregates.iter().zip(states) {
            match groups.len() == 0 && self.keys.is_empty() {
                // Without keys there is one group, of no rows too.
                true => columns.extend(aggregate.of_nothing()?),
                false => columns.extend(state.state(EmitTo::All)?),
            }
        }
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

impl Aggregate {
    fn update(
        &self,
        chunk: &Chunk<'_>,
        groups: &Groups<'_>,
        state: &mut dyn GroupsAccumulator,
    ) -> Result<()> {
        let args = self.args.iter().map(|a| a.evaluate(chunk));
        let args = args.collect::<Result<Vec<_>>>()?;
        let filter = self
            .filter
            .as_ref()
            .map(|f| f.evaluate(chunk))
            .transpose()?;
        let filter = filter.as_ref().map(|f| f.as_boolean());
        state.update_batch(&args, &groups.rows, filter, groups.len())
    }

    fn of_nothing(&self) -> Result<Vec<ArrayRef>> {
        let state = self.function.create_accumulator()?.state()?;
        state.iter().map(|value| value.to_array()).collect()
    }
}

impl DisplayAs for SnapshotAggregate {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.work.aggregates.iter().map(|a| a.function.name());
        let names: Vec<&str> = names.collect();
        write!(f, "SnapshotAggregate: aggr=[{}]", names.join(", "))
    }
}

impl ExecutionPlan for SnapshotAggregate {
    fn name(&self) -> &'static str {
        "SnapshotAggregate"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, part: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let parts = self.properties.partitioning.partition_count();
        if part >= parts {
            return internal_err!("a snapshot's aggregation has no partition {part}");
        }
        let work = Arc::clone(&self.work);
        let rows = context.session_config().batch_size().max(1);
        let made = async move { work.run(part, parts, &context).await };
        let batches = futures::stream::once(made).map_ok(move |batch| {
            let starts = (0..batch.num_rows()).step_by(rows);
            let batches: Vec<Result<RecordBatch>> = starts
                .map(|from| Ok(batch.slice(from, rows.min(batch.num_rows() - from))))
                .collect();
            futures::stream::iter(batches)
        });
        let stream = RecordBatchStreamAdapter::new(self.schema(), batches.try_flatten().boxed());
        Ok(Box::pin(stream))
    }
}
