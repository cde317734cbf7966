//! A snapshot as a table.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::{
    arrow::datatypes::SchemaRef,
    catalog::Session,
    common::{DFSchema, Result},
    datasource::{TableProvider, TableType},
    logical_expr::{Expr, TableProviderFilterPushDown},
    physical_expr::{PhysicalExpr, conjunction, expressions::Column as ColumnExpr},
    physical_plan::{
        ExecutionPlan, filter::FilterExec, limit::LocalLimitExec, projection::ProjectionExec,
    },
};

use super::{
    column::Column,
    kept::{Columns, Name},
    load::load,
    scan::SnapshotScan,
    view::View,
};
use crate::{Location, provider::FilesTable};

/// A table of files that never change.
pub(crate) struct SnapshotTable {
    files: FilesTable,
    location: Location,
    columns: Arc<Columns>,
}

impl std::fmt::Debug for SnapshotTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SnapshotTable")
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

impl SnapshotTable {
    pub(crate) fn new(files: FilesTable, location: Location, columns: Arc<Columns>) -> Self {
        Self {
            files,
            location,
            columns,
        }
    }

    fn name(&self, column: &str) -> Name {
        Name {
            snapshot: self.location.clone(),
            column: column.to_owned(),
        }
    }

    fn known(&self, schema: &SchemaRef) -> Vec<Option<Arc<Column>>> {
        let fields = schema.fields().iter();
        fields
            .map(|f| self.columns.get(&self.name(f.name())))
            .collect()
    }

    /// Reads all columns of so many rows into memory, unless they would push out most others.
    pub(crate) async fn read_ahead(&self, rows: usize) -> Result<()> {
        let schema = self.schema();
        // Eight bytes a cell is what all but long texts are.
        let bytes = rows.saturating_mul(8 * schema.fields().len());
        if rows > 0 && self.columns.has_room_for(bytes) {
            self.load(&schema).await?;
        }
        Ok(())
    }

    /// Returns the columns of a schema; nothing where the files have one of them otherwise.
    async fn load(&self, schema: &SchemaRef) -> Result<Option<Vec<Arc<Column>>>> {
        let known = self.known(schema);
        if known.iter().all(Option::is_some) {
            return Ok(fitting(known));
        }
        let turn = self.columns.turn(&self.location);
        let _mine = turn.lock().await;
        let mut known = self.known(schema);
        let missing = || (0..known.len()).filter(|i| known[*i].is_none());
        let wanted: Vec<_> = missing()
            .map(|i| schema.field(i))
            .map(|f| (f.name().clone(), f.data_type().clone()))
            .collect();
        let places: Vec<usize> = missing().collect();
        let Some(read) = load(&self.files.objects, &self.location, &wanted).await? else {
            return Ok(None);
        };
        for (i, column) in places.into_iter().zip(read) {
            self.columns.put(self.name(schema.field(i).name()), &column);
            known[i] = Some(column);
        }
        Ok(fitting(known))
    }

    /// The same rows from the files themselves.
    async fn files_alone(
        &self,
        state: &dyn Session,
        schema: &SchemaRef,
        asked: &Asked,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut plan = self
            .files
            .scan(state, Some(&asked.needed), &[], None)
            .await?;
        if !asked.filters.is_empty() {
            let all = conjunction(asked.filters.clone());
            plan = Arc::new(FilterExec::try_new(all, plan)?);
        }
        let columns = asked.projection.iter().map(|i| {
            let name = schema.field(*i).name();
            let column: Arc<dyn PhysicalExpr> = Arc::new(ColumnExpr::new(name, *i));
            (column, name.clone())
        });
        plan = Arc::new(ProjectionExec::try_new(columns, plan)?);
        if let Some(limit) = asked.limit {
            plan = Arc::new(LocalLimitExec::new(plan, limit));
        }
        Ok(plan)
    }
}

/// Columns whose pieces have the same rows; nothing where they do not fit together.
fn fitting(columns: Vec<Option<Arc<Column>>>) -> Option<Vec<Arc<Column>>> {
    let columns: Vec<Arc<Column>> = columns.into_iter().flatten().collect();
    let same = columns
        .windows(2)
        .all(|pair| pair[0].lengths().eq(pair[1].lengths()));
    same.then_some(columns)
}

/// What a scan is asked for.
struct Asked {
    /// Columns of the table: those that come out, then those that only filters need.
    needed: Vec<usize>,
    /// Which of the needed columns come out.
    projection: Vec<usize>,
    filters: Vec<Arc<dyn PhysicalExpr>>,
    limit: Option<usize>,
}

impl SnapshotTable {
    fn asked(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<(SchemaRef, Asked)> {
        let whole = self.schema();
        let mut needed: Vec<usize> = match projection {
            Some(wanted) => wanted.clone(),
            None => (0..whole.fields().len()).collect(),
        };
        let projection = (0..needed.len()).collect();
        for column in filters.iter().flat_map(Expr::column_refs) {
            let index = whole.index_of(&column.name)?;
            if !needed.contains(&index) {
                needed.push(index);
            }
        }
        let schema = Arc::new(whole.project(&needed)?);
        let named = DFSchema::try_from(Arc::clone(&schema))?;
        let filters = filters
            .iter()
            .map(|f| state.create_physical_expr(f.clone(), &named))
            .collect::<Result<_>>()?;
        let asked = Asked {
            needed,
            projection,
            filters,
            limit,
        };
        Ok((schema, asked))
    }
}

#[async_trait]
impl TableProvider for SnapshotTable {
    fn schema(&self) -> SchemaRef {
        self.files.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Exact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (schema, asked) = self.asked(state, projection, filters, limit)?;
        if asked.needed.is_empty() {
            // Rows are counted by the files' own counts.
            return self.files.scan(state, projection, filters, limit).await;
        }
        let Some(columns) = self.load(&schema).await? else {
            return self.files_alone(state, &schema, &asked).await;
        };
        let parts = state.config().target_partitions();
        let view = View::new(schema, columns, &asked.filters)?;
        let scan = SnapshotScan::new(Arc::new(view), asked.projection, parts, asked.limit)?;
        Ok(Arc::new(scan))
    }
}
