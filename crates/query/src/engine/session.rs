//! The engine, and the session that each query has of its own.

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use datafusion::{
    catalog::MemoryCatalogProviderList,
    common::DataFusionError,
    execution::{
        SessionState, SessionStateBuilder,
        memory_pool::{FairSpillPool, MemoryPool, TrackConsumersPool},
        runtime_env::RuntimeEnvBuilder,
    },
    prelude::SessionConfig,
};
use objects::Objects;

use super::{
    Catalog, Prepared, columns,
    guard::{guarded, guarded_now},
    planning::{CATALOG, Planning},
    stores::{BucketStores, Mounts},
};
use crate::{
    Location, QueryError, Table,
    counting::Scanned,
    error::running,
    functions,
    provider::FilesTable,
    snapshot::{AggregateSnapshots, Columns, SnapshotTable},
    statement::parse,
};

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
    pub(super) fn objects_of(&self, bucket: &str) -> &Arc<Objects> {
        self.mounts.get(bucket).unwrap_or(&self.objects)
    }

    pub(super) fn snapshot(
        &self,
        table: Table,
        scanned: &Scanned,
    ) -> Result<SnapshotTable, QueryError> {
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
        guarded(async { snapshot.read_ahead(rows).await.map_err(|e| running(&e)) }).await
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
        let (plan, state, names) = guarded(planning.plan(sql, schema, 0)).await?;
        let columns = columns(&plan, names.as_deref());
        Ok(Prepared::new(plan, state, columns, scanned))
    }

    /// Checks a query's syntax alone.
    pub fn check_syntax(sql: &str) -> Result<(), QueryError> {
        guarded_now(|| parse(sql).map(|_| ()))
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
