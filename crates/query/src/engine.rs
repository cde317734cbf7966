//! Sessions: from SQL and a catalog to a plan, and from a plan to rows.

use std::{
    collections::HashMap,
    fmt,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use async_trait::async_trait;
use datafusion::{
    arrow::{
        array::RecordBatch,
        datatypes::{DataType, SchemaRef},
    },
    catalog::{
        CatalogProvider, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider,
        SchemaProvider,
    },
    common::{Column, DataFusionError, SchemaError, TableReference},
    datasource::{TableProvider, ViewTable},
    execution::{
        SessionState, SessionStateBuilder,
        memory_pool::{FairSpillPool, MemoryPool, TrackConsumersPool},
        runtime_env::RuntimeEnvBuilder,
    },
    logical_expr::LogicalPlan,
    physical_plan::{SendableRecordBatchStream, displayable, execute_stream},
    prelude::SessionConfig,
    sql::parser::Statement as DfStatement,
};
use futures::{FutureExt, StreamExt, future::BoxFuture};
use object_store::ObjectStore;
use objects::{Objects, bucket_as_object_store};

use crate::{
    Location, QueryError, Relation, Table,
    counting::{CountingStore, Scanned},
    error::{innermost, running},
    functions, lateral,
    provider::{FilesTable, rows_table},
    render,
    snapshot::{AggregateSnapshots, Columns, SnapshotTable},
    statement::{Parsed, parse},
    types::{base_name, hive_of, trino_name},
};

/// The catalog's name in queries.
const CATALOG: &str = "awsdatacatalog";
/// Views of views: deeper than this is taken for a circle.
const VIEW_DEPTH: usize = 16;

/// What tables there are.
#[async_trait]
pub trait Catalog: Send + Sync {
    /// Returns the table or view; nothing where the schema has none of that name. Names are in lower case.
    ///
    /// **Errors**: a schema that is not there, or a catalog that cannot be read.
    async fn relation(&self, schema: &str, name: &str) -> Result<Option<Relation>, QueryError>;

    /// Tells whether there is such a schema.
    async fn has_schema(&self, schema: &str) -> Result<bool, QueryError>;
}

/// How much a session may take.
#[derive(Clone, Debug)]
pub struct Settings {
    /// For all queries together; what sorts and joins need beyond it spills to `spill_dir`.
    pub memory_bytes: usize,
    /// For columns of snapshots that stay in memory; beyond it the least lately used are let go.
    pub snapshot_bytes: usize,
    /// How many partitions of one query work at once.
    pub parallelism: usize,
    pub spill_dir: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        let parallelism = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            memory_bytes: 2 << 30,
            snapshot_bytes: 1 << 30,
            parallelism,
            spill_dir: None,
        }
    }
}

/// Buckets that are in an object layer of their own.
type Mounts = Arc<HashMap<String, Arc<Objects>>>;

/// Plans and runs queries over one object layer; cheap to share.
pub struct Engine {
    objects: Arc<Objects>,
    mounts: Mounts,
    /// Of snapshots, in memory.
    pub(crate) columns: Arc<Columns>,
    /// Made when the first query comes: it holds all functions.
    base: OnceLock<SessionState>,
    pool: Arc<dyn MemoryPool>,
    settings: Settings,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// One column of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultColumn {
    pub name: String,
    /// Trino's name without parameters: `varchar`, `decimal`, `row`.
    pub type_name: &'static str,
    /// Trino's whole name: `decimal(10,2)`, `array(varchar)`.
    pub full_type: String,
    pub precision: i32,
    pub scale: i32,
    /// Hive's type for a table made from the answer; absent where there is none.
    pub hive_type: Option<crate::HiveType>,
}

impl Engine {
    pub fn new(objects: Arc<Objects>, settings: Settings) -> Self {
        let spill = FairSpillPool::new(settings.memory_bytes);
        let consumers = std::num::NonZeroUsize::MIN.saturating_add(4);
        let pool: Arc<dyn MemoryPool> = Arc::new(TrackConsumersPool::new(spill, consumers));
        Self {
            objects,
            mounts: Mounts::default(),
            columns: Arc::new(Columns::new(settings.snapshot_bytes)),
            base: OnceLock::new(),
            pool,
            settings,
        }
    }

    /// Has one bucket read from an object layer of its own, in place of the engine's.
    #[must_use]
    pub fn mount(mut self, bucket: &str, objects: Arc<Objects>) -> Self {
        let mut mounts = (*self.mounts).clone();
        mounts.insert(bucket.to_owned(), objects);
        self.mounts = Arc::new(mounts);
        self
    }

    /// Returns the object layer that a bucket is in.
    fn objects_of(&self, bucket: &str) -> &Arc<Objects> {
        self.mounts.get(bucket).unwrap_or(&self.objects)
    }

    fn snapshot(&self, table: Table, scanned: &Scanned) -> Result<SnapshotTable, QueryError> {
        let [part] = table.parts.as_slice() else {
            return Err(QueryError::Internal {
                message: "a snapshot has one place".into(),
            });
        };
        let location = part.location.clone();
        let objects = Arc::clone(self.objects_of(&location.bucket));
        let files = FilesTable::new(objects, scanned.clone(), table);
        let columns = Arc::clone(&self.columns);
        Ok(SnapshotTable::new(files, location, columns))
    }

    /// Reads a snapshot of so many rows into memory before anyone asks, unless that would push out most others.
    pub async fn read_ahead(&self, snapshot: Table, rows: usize) -> Result<(), QueryError> {
        let snapshot = self.snapshot(snapshot, &Scanned::default())?;
        snapshot.read_ahead(rows).await.map_err(running)
    }

    /// Lets go of what is in memory of the snapshots at and under a place.
    pub fn forget(&self, snapshots: &Location) {
        self.columns.forget(snapshots);
    }

    fn base(&self) -> &SessionState {
        self.base.get_or_init(|| base(&self.settings))
    }

    pub fn objects(&self) -> &Arc<Objects> {
        &self.objects
    }

    /// Plans a query in a schema of a catalog.
    ///
    /// **Errors**: what the text, the catalog and the types refuse, with its place in the text.
    pub async fn prepare(
        &self,
        sql: &str,
        schema: &str,
        catalog: &dyn Catalog,
    ) -> Result<Prepared, QueryError> {
        let scanned = Scanned::default();
        let planning = Planning {
            engine: self,
            catalog,
            scanned: scanned.clone(),
        };
        let (plan, state, names) = planning.plan(sql, schema, 0).await?;
        let columns = columns(&plan, names.as_deref());
        Ok(Prepared {
            plan,
            state,
            columns,
            scanned,
        })
    }

    /// Checks a query's syntax alone.
    pub fn check_syntax(sql: &str) -> Result<(), QueryError> {
        parse(sql).map(|_| ())
    }

    /// Returns a session of its own for one query: its catalog, its reader's counter, the shared memory.
    pub(crate) fn session(
        &self,
        schema: &str,
        scanned: &Scanned,
    ) -> Result<SessionState, QueryError> {
        let internal = |e: DataFusionError| QueryError::Internal {
            message: e.strip_backtrace(),
        };
        let mut runtime = RuntimeEnvBuilder::new().with_memory_pool(Arc::clone(&self.pool));
        if let Some(dir) = &self.settings.spill_dir {
            runtime = runtime.with_temp_file_path(dir);
        }
        let stores = BucketStores {
            objects: Arc::clone(&self.objects),
            mounts: Arc::clone(&self.mounts),
            scanned: scanned.clone(),
        };
        let runtime = runtime
            .with_object_store_registry(Arc::new(stores))
            .build_arc()
            .map_err(internal)?;
        let mut config = self.base().config().clone();
        let catalog = &mut config.options_mut().catalog;
        CATALOG.clone_into(&mut catalog.default_catalog);
        schema.clone_into(&mut catalog.default_schema);
        let mut state = SessionStateBuilder::new_from_existing(self.base().clone())
            .with_config(config)
            .with_catalog_list(Arc::new(MemoryCatalogProviderList::new()))
            .with_runtime_env(runtime)
            .build();
        // What `now()` means.
        state.mark_start_execution();
        Ok(state)
    }
}

/// Returns the session that all others begin as.
fn base(settings: &Settings) -> SessionState {
    let config = SessionConfig::new()
        .with_target_partitions(settings.parallelism.max(1))
        .with_information_schema(false)
        .with_create_default_catalog_and_schema(false)
        .set_str("datafusion.sql_parser.default_null_ordering", "nulls_last")
        .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false)
        .set_bool("datafusion.sql_parser.parse_float_as_decimal", true)
        .set_bool(
            "datafusion.execution.parquet.schema_force_view_types",
            false,
        )
        .set_bool("datafusion.execution.parquet.pushdown_filters", true)
        .set_str("datafusion.execution.parquet.coerce_int96", "ms");
    let mut state = SessionStateBuilder::new()
        .with_config(config)
        .with_default_features()
        .with_physical_optimizer_rule(Arc::new(AggregateSnapshots))
        .build();
    functions::register(&mut state);
    state
}

struct Planning<'a> {
    engine: &'a Engine,
    catalog: &'a dyn Catalog,
    scanned: Scanned,
}

type Planned = (LogicalPlan, SessionState, Option<Vec<Option<String>>>);

impl Planning<'_> {
    fn plan<'b>(
        &'b self,
        sql: &'b str,
        schema: &'b str,
        depth: usize,
    ) -> BoxFuture<'b, Result<Planned, QueryError>> {
        async move {
            let parsed = parse(sql)?;
            let state = self.engine.session(schema, &self.scanned)?;
            let statement = DfStatement::Statement(Box::new(parsed.statement.clone()));
            let references = state
                .resolve_table_references(&statement)
                .map_err(|e| planning_error(&parsed, e))?;
            let mut tables: HashMap<(String, String), Arc<dyn TableProvider>> = HashMap::new();
            for reference in references {
                let (database, name) = self.resolved(&parsed, reference, schema)?;
                let provider = self.table(&parsed, &database, &name, depth).await?;
                tables.insert((database, name), provider);
            }
            register(&state, tables).map_err(|e| planning_error(&parsed, e))?;
            let plan = state
                .statement_to_plan(statement)
                .await
                .map_err(|e| planning_error(&parsed, e))?;
            let plan = lateral::unnest(plan).map_err(|e| planning_error(&parsed, e))?;
            Ok((plan, state, parsed.names))
        }
        .boxed()
    }

    fn resolved(
        &self,
        parsed: &Parsed,
        reference: TableReference,
        schema: &str,
    ) -> Result<(String, String), QueryError> {
        let name = reference.table().to_owned();
        if let Some(catalog) = reference.catalog()
            && catalog != CATALOG
        {
            let (line, column) = parsed.place_of_table(&name);
            let message = format!("Catalog '{catalog}' does not exist");
            return Err(QueryError::Semantic {
                code: "CATALOG_NOT_FOUND",
                line,
                column,
                message,
            });
        }
        Ok((reference.schema().unwrap_or(schema).to_owned(), name))
    }

    async fn table(
        &self,
        parsed: &Parsed,
        schema: &str,
        name: &str,
        depth: usize,
    ) -> Result<Arc<dyn TableProvider>, QueryError> {
        let semantic = |code, message| {
            let (line, column) = parsed.place_of_table(name);
            QueryError::Semantic {
                code,
                line,
                column,
                message,
            }
        };
        let Some(relation) = self.catalog.relation(schema, name).await? else {
            if !self.catalog.has_schema(schema).await? {
                return Err(semantic(
                    "SCHEMA_NOT_FOUND",
                    format!("Schema '{schema}' does not exist"),
                ));
            }
            let message = format!("Table '{CATALOG}.{schema}.{name}' does not exist");
            return Err(semantic("TABLE_NOT_FOUND", message));
        };
        match relation {
            Relation::Table(table) => {
                let bucket = table
                    .parts
                    .first()
                    .map_or("", |p| p.location.bucket.as_str());
                let objects = Arc::clone(self.engine.objects_of(bucket));
                Ok(Arc::new(FilesTable::new(
                    objects,
                    self.scanned.clone(),
                    table,
                )))
            }
            Relation::Snapshot(table) => Ok(Arc::new(self.engine.snapshot(table, &self.scanned)?)),
            Relation::Rows { columns, rows } => rows_table(&columns, &rows).map_err(running),
            Relation::View(_) if depth >= VIEW_DEPTH => Err(semantic(
                "VIEW_IS_RECURSIVE",
                format!("Statement is recursive: view '{schema}.{name}'"),
            )),
            Relation::View(view) => {
                let planned = self.plan(&view.sql, &view.schema, depth + 1).await;
                let (plan, _, names) = planned.map_err(|e| {
                    let message =
                        format!("Failed analyzing stored view '{CATALOG}.{schema}.{name}': {e}");
                    semantic("INVALID_VIEW", message)
                })?;
                let plan = with_names(plan, names.as_deref()).map_err(running)?;
                Ok(Arc::new(ViewTable::new(plan, None)))
            }
        }
    }
}

/// Gives a view's columns the names that they show, in lower case.
fn with_names(
    plan: LogicalPlan,
    names: Option<&[Option<String>]>,
) -> Result<LogicalPlan, DataFusionError> {
    use datafusion::logical_expr::{Expr, LogicalPlanBuilder};
    let shown = columns(&plan, names);
    let fields: Vec<Expr> = plan
        .schema()
        .iter()
        .zip(&shown)
        .map(|((qualifier, field), column)| {
            Expr::Column(Column::new(qualifier.cloned(), field.name()))
                .alias(column.name.to_lowercase())
        })
        .collect();
    LogicalPlanBuilder::from(plan).project(fields)?.build()
}

fn register(
    state: &SessionState,
    tables: HashMap<(String, String), Arc<dyn TableProvider>>,
) -> Result<(), DataFusionError> {
    let catalog = MemoryCatalogProvider::new();
    for ((schema, name), table) in tables {
        let provider = match catalog.schema(&schema) {
            Some(provider) => provider,
            None => {
                let provider: Arc<dyn SchemaProvider> = Arc::new(MemorySchemaProvider::new());
                catalog.register_schema(&schema, Arc::clone(&provider))?;
                provider
            }
        };
        provider.register_table(name, table)?;
    }
    state
        .catalog_list()
        .register_catalog(CATALOG.to_owned(), Arc::new(catalog));
    Ok(())
}

/// Returns the answer's columns: the names as written where that is known, `_colN` for those without one.
pub(crate) fn columns(plan: &LogicalPlan, names: Option<&[Option<String>]>) -> Vec<ResultColumn> {
    let fields = plan.schema().fields();
    let names = names.filter(|n| n.len() == fields.len());
    fields
        .iter()
        .enumerate()
        .map(|(i, field)| {
            let written = names.and_then(|n| n.get(i)).cloned().flatten();
            let name = match written {
                Some(name) => name,
                None if field.name().starts_with(crate::rewrite::UNNAMED) => format!("_col{i}"),
                None => field.name().clone(),
            };
            let data_type = field.data_type();
            let (precision, scale) = precision(data_type);
            ResultColumn {
                name,
                type_name: base_name(data_type),
                full_type: trino_name(data_type),
                precision,
                scale,
                hive_type: hive_of(data_type),
            }
        })
        .collect()
}

fn precision(data_type: &DataType) -> (i32, i32) {
    match data_type {
        DataType::Int8 => (3, 0),
        DataType::Int16 | DataType::UInt8 => (5, 0),
        DataType::Int32 | DataType::UInt16 => (10, 0),
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => (19, 0),
        DataType::Float16 | DataType::Float32 | DataType::Float64 => (17, 0),
        DataType::Decimal32(p, s)
        | DataType::Decimal64(p, s)
        | DataType::Decimal128(p, s)
        | DataType::Decimal256(p, s) => (i32::from(*p), i32::from(*s)),
        DataType::Timestamp(..) => (3, 0),
        _ => match base_name(data_type) {
            "varchar" => (i32::MAX, 0),
            "varbinary" => (1_073_741_824, 0),
            _ => (0, 0),
        },
    }
}

/// Returns what DataFusion's refusal to plan means to the caller, with its place.
fn planning_error(parsed: &Parsed, error: DataFusionError) -> QueryError {
    let error = match innermost(error) {
        Ok(own) => return own,
        Err(other) => other,
    };
    match error {
        DataFusionError::SchemaError(schema, _) => match *schema {
            SchemaError::FieldNotFound { field, .. } => {
                let qualifier = field.relation.as_ref().map(|r| r.table().to_owned());
                let (line, column, written) =
                    parsed.place_of_column(qualifier.as_deref(), &field.name);
                let message = format!("Column '{written}' cannot be resolved");
                QueryError::Semantic {
                    code: "COLUMN_NOT_FOUND",
                    line,
                    column,
                    message,
                }
            }
            SchemaError::AmbiguousReference { field } => {
                let (line, column, written) = parsed.place_of_column(None, &field.name);
                let message = format!("Column '{written}' is ambiguous");
                QueryError::Semantic {
                    code: "AMBIGUOUS_NAME",
                    line,
                    column,
                    message,
                }
            }
            other => at_start("TYPE_MISMATCH", other.to_string()),
        },
        DataFusionError::Plan(message) => planned(parsed, message),
        DataFusionError::NotImplemented(message) => at_start("NOT_SUPPORTED", message),
        DataFusionError::SQL(error, _) => at_start("SYNTAX_ERROR", error.to_string()),
        other => running(other),
    }
}

fn at_start(code: &'static str, message: String) -> QueryError {
    QueryError::Semantic {
        code,
        line: 1,
        column: 1,
        message,
    }
}

fn planned(parsed: &Parsed, message: String) -> QueryError {
    let message = message.lines().next().unwrap_or_default().to_owned();
    let quoted = |prefix: &str| {
        let rest = message.split_once(prefix)?.1;
        Some(rest.split('\'').next().unwrap_or(rest).to_owned())
    };
    if let Some(name) = quoted("Invalid function '") {
        let (line, column) = parsed.place_of_function(&name);
        let message = format!("Function '{name}' not registered");
        return QueryError::Semantic {
            code: "FUNCTION_NOT_FOUND",
            line,
            column,
            message,
        };
    }
    if message.contains("must appear in the GROUP BY clause")
        || message.contains("must be an aggregate")
    {
        let column = message
            .split_once("column \"")
            .and_then(|(_, rest)| rest.split('"').next());
        let name = column
            .map(|c| c.rsplit('.').next().unwrap_or(c).to_owned())
            .unwrap_or_default();
        let (line, column, written) = parsed.place_of_column(None, &name);
        let message =
            format!("'{written}' must be an aggregate expression or appear in GROUP BY clause");
        return QueryError::Semantic {
            code: "EXPRESSION_NOT_AGGREGATE",
            line,
            column,
            message,
        };
    }
    at_start("TYPE_MISMATCH", message)
}

/// A planned query.
pub struct Prepared {
    plan: LogicalPlan,
    state: SessionState,
    columns: Vec<ResultColumn>,
    scanned: Scanned,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared")
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

impl Prepared {
    pub(crate) fn new(
        plan: LogicalPlan,
        state: SessionState,
        columns: Vec<ResultColumn>,
        scanned: Scanned,
    ) -> Self {
        Self {
            plan,
            state,
            columns,
            scanned,
        }
    }

    pub fn columns(&self) -> &[ResultColumn] {
        &self.columns
    }

    /// Starts the query. Dropping the rows ends it.
    pub async fn run(self) -> Result<Rows, QueryError> {
        let physical = self
            .state
            .create_physical_plan(&self.plan)
            .await
            .map_err(running)?;
        let schema = physical.schema();
        let stream = execute_stream(physical, self.state.task_ctx()).map_err(running)?;
        Ok(Rows {
            stream,
            schema,
            columns: self.columns,
            scanned: self.scanned,
        })
    }

    /// Returns the optimised plan as indented text, a line per operator.
    pub async fn explain(&self) -> Result<String, QueryError> {
        let physical = self
            .state
            .create_physical_plan(&self.plan)
            .await
            .map_err(running)?;
        Ok(displayable(physical.as_ref()).indent(false).to_string())
    }
}

/// A query's answer as it comes.
pub struct Rows {
    stream: SendableRecordBatchStream,
    pub(crate) schema: SchemaRef,
    columns: Vec<ResultColumn>,
    scanned: Scanned,
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

impl Rows {
    pub fn columns(&self) -> &[ResultColumn] {
        &self.columns
    }

    /// Returns the next rows, each cell as text, absent for NULL; nothing at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<Vec<Option<String>>>>, QueryError> {
        match self.next_batch().await? {
            Some(batch) => render::rows(&batch).map(Some),
            None => Ok(None),
        }
    }

    pub(crate) async fn next_batch(&mut self) -> Result<Option<RecordBatch>, QueryError> {
        self.stream.next().await.transpose().map_err(running)
    }

    /// Returns the counter of bytes read, which outlives the rows.
    pub fn scanned(&self) -> ScannedBytes {
        ScannedBytes(self.scanned.clone())
    }

    /// Returns the bytes read from objects so far.
    pub fn scanned_bytes(&self) -> u64 {
        self.scanned.bytes()
    }
}

/// How many bytes a query has read from objects.
#[derive(Clone, Debug)]
pub struct ScannedBytes(Scanned);

impl ScannedBytes {
    pub fn bytes(&self) -> u64 {
        self.0.bytes()
    }
}

/// Gives DataFusion a counting store for any bucket.
#[derive(Clone)]
struct BucketStores {
    objects: Arc<Objects>,
    mounts: Mounts,
    scanned: Scanned,
}

impl fmt::Debug for BucketStores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BucketStores")
    }
}

impl datafusion::execution::object_store::ObjectStoreRegistry for BucketStores {
    fn register_store(
        &self,
        _: &url::Url,
        _: Arc<dyn ObjectStore>,
    ) -> Option<Arc<dyn ObjectStore>> {
        None
    }

    fn get_store(&self, url: &url::Url) -> Result<Arc<dyn ObjectStore>, DataFusionError> {
        let bucket = url.host_str().unwrap_or("");
        let objects = self.mounts.get(bucket).unwrap_or(&self.objects);
        let inner = bucket_as_object_store(Arc::clone(objects), bucket);
        Ok(Arc::new(CountingStore {
            inner,
            scanned: self.scanned.clone(),
        }))
    }
}
