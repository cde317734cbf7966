//! The scan of a snapshot: the rows of a view as plain arrays.

use std::{fmt, sync::Arc};

use datafusion::{
    arrow::{array::RecordBatch, datatypes::SchemaRef},
    common::{Result, Statistics, internal_err, stats::Precision, tree_node::TreeNodeRecursion},
    execution::TaskContext,
    physical_expr::{EquivalenceProperties, PhysicalExpr},
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
        ReplaceChildrenOptions, SendableRecordBatchStream, StatisticsArgs,
        coop::cooperative,
        execution_plan::{Boundedness, EmissionType, SchedulingType},
        stream::RecordBatchStreamAdapter,
    },
};

use super::view::View;

/// Reads a view, a share of its pieces in each partition.
#[derive(Debug)]
pub(super) struct SnapshotScan {
    pub(super) view: Arc<View>,
    /// Which of the view's columns come out.
    pub(super) projection: Vec<usize>,
    pub(super) fetch: Option<usize>,
    properties: Arc<PlanProperties>,
}

/// Returns the properties of a plan that reads a snapshot by shares.
pub(super) fn properties(
    schema: SchemaRef,
    parts: usize,
    emits: EmissionType,
) -> Arc<PlanProperties> {
    let properties = PlanProperties::new(
        EquivalenceProperties::new(schema),
        Partitioning::UnknownPartitioning(parts),
        emits,
        Boundedness::Bounded,
    );
    Arc::new(properties.with_scheduling_type(SchedulingType::Cooperative))
}

impl SnapshotScan {
    pub(super) fn new(
        view: Arc<View>,
        projection: Vec<usize>,
        parts: usize,
        fetch: Option<usize>,
    ) -> Result<Self> {
        let schema = Arc::new(view.schema.project(&projection)?);
        Ok(Self {
            view,
            projection,
            fetch,
            properties: properties(schema, parts.max(1), EmissionType::Incremental),
        })
    }

    pub(super) fn parts(&self) -> usize {
        self.properties.partitioning.partition_count()
    }
}

impl DisplayAs for SnapshotScan {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self
            .view
            .schema
            .fields()
            .iter()
            .map(|f| f.name().as_str())
            .collect();
        write!(f, "SnapshotScan: columns=[{}]", names.join(", "))?;
        if self.view.is_filtered() {
            f.write_str(", filtered")?;
        }
        match self.fetch {
            Some(fetch) => write!(f, ", fetch={fetch}"),
            None => Ok(()),
        }
    }
}

impl ExecutionPlan for SnapshotScan {
    fn name(&self) -> &'static str {
        "SnapshotScan"
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

    fn execute(&self, part: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        if part >= self.parts() {
            return internal_err!("a snapshot's scan has no partition {part}");
        }
        let view = Arc::clone(&self.view);
        let (columns, schema) = (self.projection.clone(), self.schema());
        let mut left = self.fetch.unwrap_or(usize::MAX);
        let batches = self.view.share(part, self.parts()).map_while(move |piece| {
            if left == 0 {
                return None;
            }
            let batch = read(&view, piece, &columns, &schema).transpose();
            Some(batch.map(|batch| {
                batch.map(|batch| {
                    let batch = batch.slice(0, batch.num_rows().min(left));
                    left -= batch.num_rows();
                    batch
                })
            }))
        });
        let stream = futures::stream::iter(batches.flatten());
        Ok(Box::pin(cooperative(RecordBatchStreamAdapter::new(
            self.schema(),
            stream,
        ))))
    }

    fn statistics_from_inputs(
        &self,
        _: &[Arc<Statistics>],
        args: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        let mut known = Statistics::new_unknown(&self.schema());
        let rows = self.view.rows();
        known.num_rows = match (args.partition(), self.view.is_filtered(), self.fetch) {
            (None, false, None) => Precision::Exact(rows),
            (None, _, fetch) => Precision::Inexact(rows.min(fetch.unwrap_or(rows))),
            (Some(_), ..) => Precision::Inexact(rows.div_ceil(self.parts())),
        };
        Ok(Arc::new(known))
    }
}

fn read(
    view: &View,
    piece: usize,
    columns: &[usize],
    schema: &SchemaRef,
) -> Result<Option<RecordBatch>> {
    match view.chunk(piece)? {
        Some(chunk) => chunk.batch(columns, schema).map(Some),
        None => Ok(None),
    }
}
