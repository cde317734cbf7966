//! Columns of files that never change, kept in memory: what is asked again and again is decoded once.
//!
//! A column's rows are in the files' order, so that columns that were read at different times still fit together.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::{
    arrow::{
        array::{Array, ArrayRef, RecordBatch},
        compute::concat,
        datatypes::{DataType, SchemaRef},
    },
    catalog::Session,
    common::Result,
    datasource::{TableProvider, TableType, memory::MemorySourceConfig},
    logical_expr::Expr,
    physical_plan::{ExecutionPlan, collect_partitioned},
};
use indexmap::IndexMap;
use parking_lot::Mutex;

use crate::provider::FilesTable;

/// Rows of one batch.
const BATCH: usize = 32_768;
/// Texts are counted with 32 bits: a column beyond this is read from its files each time.
const TEXT_MAX: usize = 1 << 30;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Name {
    bucket: String,
    prefix: String,
    column: String,
}

/// Columns in memory, up to a number of bytes; the least lately used are let go.
pub(crate) struct Columns {
    kept: Mutex<Kept>,
    /// One table is read at a time, so that visuals of one report do not all read the same column.
    reading: tokio::sync::Mutex<()>,
    bytes_max: usize,
}

#[derive(Default)]
struct Kept {
    columns: IndexMap<Name, ArrayRef>,
    bytes: usize,
}

impl Columns {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self {
            kept: Mutex::default(),
            reading: tokio::sync::Mutex::default(),
            bytes_max,
        }
    }

    fn get(&self, name: &Name) -> Option<ArrayRef> {
        let mut kept = self.kept.lock();
        let at = kept.columns.get_index_of(name)?;
        let last = kept.columns.len() - 1;
        kept.columns.move_index(at, last);
        kept.columns.get(name).map(Arc::clone)
    }

    fn put(&self, name: Name, column: &ArrayRef) {
        let size = column.get_array_memory_size();
        if size > self.bytes_max {
            return;
        }
        let mut kept = self.kept.lock();
        if let Some(former) = kept.columns.insert(name, Arc::clone(column)) {
            kept.bytes -= former.get_array_memory_size();
        }
        kept.bytes += size;
        while kept.bytes > self.bytes_max {
            match kept.columns.shift_remove_index(0) {
                Some((_, gone)) => kept.bytes -= gone.get_array_memory_size(),
                None => return,
            }
        }
    }
}

/// A table of files that never change.
pub(crate) struct MemoryTable {
    files: FilesTable,
    bucket: String,
    prefix: String,
    columns: Arc<Columns>,
}

impl std::fmt::Debug for MemoryTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryTable")
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

impl MemoryTable {
    pub(crate) fn new(
        files: FilesTable,
        bucket: String,
        prefix: String,
        columns: Arc<Columns>,
    ) -> Self {
        Self {
            files,
            bucket,
            prefix,
            columns,
        }
    }

    fn name(&self, column: &str) -> Name {
        Name {
            bucket: self.bucket.clone(),
            prefix: self.prefix.clone(),
            column: column.to_owned(),
        }
    }

    fn known(&self, schema: &SchemaRef) -> Vec<Option<ArrayRef>> {
        let fields = schema.fields().iter();
        fields
            .map(|f| self.columns.get(&self.name(f.name())))
            .collect()
    }

    /// Returns the columns of a schema; nothing where one cannot be kept.
    async fn load(&self, state: &dyn Session, wanted: &[usize]) -> Result<Option<Vec<ArrayRef>>> {
        let schema = Arc::new(self.schema().project(wanted)?);
        let known = self.known(&schema);
        if known.iter().all(Option::is_some) {
            return Ok(Some(known.into_iter().flatten().collect()));
        }
        let _alone = self.columns.reading.lock().await;
        let mut known = self.known(&schema);
        let missing: Vec<usize> = (0..wanted.len()).filter(|i| known[*i].is_none()).collect();
        let places: Vec<usize> = missing.iter().map(|i| wanted[*i]).collect();
        if !places.is_empty() {
            let plan = self.files.scan(state, Some(&places), &[], None).await?;
            let config = state.config_options();
            let parts = state.config().target_partitions();
            let plan = plan.repartitioned(parts, config)?.unwrap_or(plan);
            // Parts of a file are in its order.
            let batches: Vec<RecordBatch> = collect_partitioned(plan, state.task_ctx())
                .await?
                .into_iter()
                .flatten()
                .collect();
            for (at, i) in missing.iter().enumerate() {
                let Some(column) = whole(&batches, at, schema.field(*i).data_type())? else {
                    return Ok(None);
                };
                self.columns
                    .put(self.name(schema.field(*i).name()), &column);
                known[*i] = Some(column);
            }
        }
        Ok(Some(known.into_iter().flatten().collect()))
    }
}

/// Joins the pieces of one column; nothing where it is too long for one array.
fn whole(batches: &[RecordBatch], at: usize, data_type: &DataType) -> Result<Option<ArrayRef>> {
    let pieces: Vec<&dyn Array> = batches.iter().map(|b| b.column(at).as_ref()).collect();
    let bytes: usize = pieces.iter().map(|p| p.get_buffer_memory_size()).sum();
    if matches!(data_type, DataType::Utf8 | DataType::Binary) && bytes > TEXT_MAX {
        return Ok(None);
    }
    if pieces.is_empty() {
        return Ok(Some(datafusion::arrow::array::new_empty_array(data_type)));
    }
    Ok(Some(concat(&pieces)?))
}

#[async_trait]
impl TableProvider for MemoryTable {
    fn schema(&self) -> SchemaRef {
        self.files.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let wanted: Vec<usize> = match projection {
            Some(wanted) => wanted.clone(),
            None => (0..self.schema().fields().len()).collect(),
        };
        let columns = match wanted.is_empty() {
            // Rows are counted by the files' own counts.
            true => None,
            false => self.load(state, &wanted).await?,
        };
        let Some(columns) = columns else {
            return self.files.scan(state, projection, filters, limit).await;
        };
        let schema = Arc::new(self.schema().project(&wanted)?);
        let rows = columns.first().map_or(0, |c| c.len());
        let parts = state.config().target_partitions().max(1);
        let share = rows.div_ceil(parts).next_multiple_of(BATCH);
        let mut partitions: Vec<Vec<RecordBatch>> = vec![Vec::new(); parts];
        let mut from = 0;
        while from < rows {
            let length = BATCH.min(rows - from);
            let slices = columns.iter().map(|c| c.slice(from, length)).collect();
            let batch = RecordBatch::try_new(Arc::clone(&schema), slices)?;
            if let Some(partition) = partitions.get_mut(from / share) {
                partition.push(batch);
            }
            from += length;
        }
        Ok(MemorySourceConfig::try_new_exec(&partitions, schema, None)?)
    }
}
