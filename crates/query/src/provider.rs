//! A catalog's table as DataFusion sees it: prunes partitions, lists what is left, builds the scans.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray},
        compute::{and_kleene, cast},
        datatypes::{DataType, Field as ArrowField, Schema, SchemaRef},
    },
    catalog::Session,
    common::{DFSchema, DataFusionError, Result, ScalarValue},
    datasource::{
        TableProvider, TableType,
        listing::PartitionedFile,
        physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource},
        source::DataSourceExec,
        table_schema::TableSchema,
    },
    execution::object_store::ObjectStoreUrl,
    logical_expr::{Expr, TableProviderFilterPushDown, utils::conjunction},
    physical_plan::{
        ExecutionPlan, empty::EmptyExec, streaming::StreamingTableExec, union::UnionExec,
    },
};
use object_store::{ObjectMeta, path::Path};
use objects::{ObjectInfo, Objects};

use crate::{
    Format, Part, QueryError, Table,
    counting::Scanned,
    listing::data_files,
    parquet::ByNameInAnyCase,
    text::{LineFile, LineScan},
};

/// A table of files, for one query.
pub(crate) struct FilesTable {
    pub(crate) objects: Arc<Objects>,
    pub(crate) scanned: Scanned,
    table: Arc<Table>,
    /// The files' columns, then the partition columns.
    schema: SchemaRef,
}

impl std::fmt::Debug for FilesTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FilesTable")
            .field("table", &self.table)
            .finish_non_exhaustive()
    }
}

/// One file of a partition, and the partition's place among the table's.
struct Found {
    bucket: String,
    info: ObjectInfo,
    part: usize,
}

impl FilesTable {
    pub(crate) fn new(objects: Arc<Objects>, scanned: Scanned, table: Table) -> Self {
        let fields = table.columns.iter().chain(&table.partition_columns);
        let schema = Schema::new(
            fields
                .map(|f| ArrowField::new(&f.name, f.data_type.arrow(), true))
                .collect::<Vec<_>>(),
        );
        Self {
            objects,
            scanned,
            table: Arc::new(table),
            schema: Arc::new(schema),
        }
    }

    fn partition_schema(&self) -> SchemaRef {
        let from = self.table.columns.len();
        Arc::new(Schema::new(self.schema.fields()[from..].to_vec()))
    }

    fn is_about_partitions(&self, filter: &Expr) -> bool {
        let columns = filter.column_refs();
        !columns.is_empty()
            && !filter.is_volatile()
            && columns.iter().all(|c| {
                self.table
                    .partition_columns
                    .iter()
                    .any(|p| p.name == c.name)
            })
    }

    /// Returns the places of the partitions that may match, and the partition values typed, a column each.
    fn pruned(&self, state: &dyn Session, filters: &[Expr]) -> Result<(Vec<usize>, Vec<ArrayRef>)> {
        let parts = &self.table.parts;
        let schema = self.partition_schema();
        let columns = schema
            .fields()
            .iter()
            .enumerate()
            .map(|(i, field)| {
                let text: StringArray = parts
                    .iter()
                    .map(|p| p.values.get(i).and_then(Option::as_deref))
                    .collect();
                Ok(cast(&text, field.data_type())?)
            })
            .collect::<Result<Vec<ArrayRef>>>()?;
        let about: Vec<Expr> = filters
            .iter()
            .filter(|f| self.is_about_partitions(f))
            .cloned()
            .collect();
        let Some(predicate) = conjunction(about) else {
            return Ok(((0..parts.len()).collect(), columns));
        };
        if parts.is_empty() {
            return Ok((Vec::new(), columns));
        }
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns.clone())?;
        let predicate =
            state.create_physical_expr(predicate, &DFSchema::try_from(Arc::clone(&schema))?)?;
        let mask = predicate.evaluate(&batch)?.into_array(parts.len())?;
        let all: BooleanArray = vec![true; parts.len()].into();
        let mask = and_kleene(mask.as_boolean(), &all)?;
        let kept = (0..parts.len())
            .filter(|i| mask.is_valid(*i) && mask.value(*i))
            .collect();
        Ok((kept, columns))
    }

    async fn files(&self, parts: &[usize]) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        for part in parts {
            let Some(Part { location, .. }) = self.table.parts.get(*part) else {
                continue;
            };
            for info in data_files(&self.objects, location).await? {
                found.push(Found {
                    bucket: location.bucket.clone(),
                    info,
                    part: *part,
                });
            }
        }
        Ok(found)
    }

    fn parquet(
        &self,
        files: Vec<Found>,
        values: &[ArrayRef],
        projection: Option<&Vec<usize>>,
        limit: Option<usize>,
        groups: usize,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let from = self.table.columns.len();
        let file_schema = Arc::new(Schema::new(self.schema.fields()[..from].to_vec()));
        let partition_fields = self.schema.fields()[from..].to_vec();
        let mut by_bucket: BTreeMap<String, Vec<PartitionedFile>> = BTreeMap::new();
        for Found { bucket, info, part } in files {
            let location = Path::parse(&info.key).map_err(|e| {
                DataFusionError::from(QueryError::failed("HIVE_CANNOT_OPEN_SPLIT", e.to_string()))
            })?;
            let meta = ObjectMeta {
                location,
                last_modified: chrono::DateTime::from_timestamp_millis(info.modified_ms)
                    .unwrap_or_default(),
                size: info.size,
                e_tag: Some(info.etag),
                version: None,
            };
            let values = values
                .iter()
                .map(|column| ScalarValue::try_from_array(column, part))
                .collect::<Result<Vec<_>>>()?;
            let file = PartitionedFile::new_from_meta(meta).with_partition_values(values);
            by_bucket.entry(bucket).or_default().push(file);
        }
        let mut scans: Vec<Arc<dyn ExecutionPlan>> = Vec::new();
        for (bucket, files) in by_bucket {
            let schema = TableSchema::builder(Arc::clone(&file_schema))
                .with_table_partition_cols(partition_fields.clone())
                .build();
            let config = FileScanConfigBuilder::new(
                ObjectStoreUrl::parse(format!("s3://{bucket}"))?,
                Arc::new(ParquetSource::new(schema)),
            )
            .with_file_groups(FileGroup::new(files).split_files(groups))
            .with_expr_adapter(Some(Arc::new(ByNameInAnyCase)))
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
            scans.push(DataSourceExec::from_data_source(config));
        }
        match scans.len() {
            1 => Ok(scans.swap_remove(0)),
            _ => UnionExec::try_new(scans),
        }
    }

    fn lines(
        &self,
        files: Vec<Found>,
        values: &[ArrayRef],
        projection: Option<&Vec<usize>>,
        limit: Option<usize>,
        groups: usize,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let wanted: Vec<usize> = match projection {
            Some(indices) => indices.clone(),
            None => (0..self.schema.fields().len()).collect(),
        };
        let schema = Arc::new(self.schema.project(&wanted)?);
        let mut split: Vec<Vec<LineFile>> = Vec::new();
        split.resize_with(groups.clamp(1, files.len().max(1)), Vec::new);
        let count = split.len();
        for (i, Found { bucket, info, part }) in files.into_iter().enumerate() {
            let values = values
                .iter()
                .map(|v| ScalarValue::try_from_array(v, part))
                .collect::<Result<Vec<_>>>()?;
            split[i % count].push(LineFile {
                bucket,
                key: info.key,
                values,
            });
        }
        let streams = split
            .into_iter()
            .map(|files| {
                LineScan::partition(
                    Arc::clone(&self.objects),
                    self.scanned.clone(),
                    Arc::clone(&self.table),
                    wanted.clone(),
                    Arc::clone(&schema),
                    files,
                )
            })
            .collect::<Result<Vec<_>, QueryError>>()?;
        Ok(Arc::new(StreamingTableExec::try_new(
            schema,
            streams,
            None,
            [],
            false,
            limit,
        )?))
    }
}

#[async_trait]
impl TableProvider for FilesTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(filters
            .iter()
            .map(|filter| match &self.table.format {
                _ if self.is_about_partitions(filter) => TableProviderFilterPushDown::Exact,
                Format::Parquet => TableProviderFilterPushDown::Inexact,
                _ => TableProviderFilterPushDown::Unsupported,
            })
            .collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if let Format::Unsupported(name) = &self.table.format {
            let message = format!("Reading {name} is not supported");
            return Err(QueryError::failed("HIVE_UNSUPPORTED_FORMAT", message).into());
        }
        let (parts, values) = self.pruned(state, filters)?;
        let files = self.files(&parts).await?;
        if files.is_empty() {
            let schema = match projection {
                Some(indices) => Arc::new(self.schema.project(indices)?),
                None => Arc::clone(&self.schema),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let groups = state.config().target_partitions();
        match self.table.format {
            Format::Parquet => self.parquet(files, &values, projection, limit, groups),
            _ => self.lines(files, &values, projection, limit, groups),
        }
    }
}

/// Returns rows of text as a table at hand.
pub(crate) fn rows_table(
    columns: &[String],
    rows: &[Vec<Option<String>>],
) -> Result<Arc<dyn TableProvider>> {
    let fields: Vec<ArrowField> = columns
        .iter()
        .map(|c| ArrowField::new(c, DataType::Utf8, true))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let arrays: Vec<ArrayRef> = (0..columns.len())
        .map(|i| {
            let column: StringArray = rows
                .iter()
                .map(|r| r.get(i).and_then(Option::as_deref))
                .collect();
            Arc::new(column) as ArrayRef
        })
        .collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays)?;
    Ok(Arc::new(datafusion::datasource::MemTable::try_new(
        schema,
        vec![vec![batch]],
    )?))
}
