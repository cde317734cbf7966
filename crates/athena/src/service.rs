//! The service: its parts and its operations.

use std::{collections::HashMap, sync::Arc};

use aws::{ApiError, Context, Operations, Service};
use objects::Objects;
use parking_lot::Mutex;
use query::{Engine, Settings};
use store::{Clock, Store};
use tokio::{sync::Semaphore, task::AbortHandle};

use crate::{
    api,
    catalog::{Catalog, Scope},
};

/// How many queries run at once; the others wait in state QUEUED.
const CONCURRENT: usize = 20;

/// Amazon Athena.
pub struct Athena {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) catalog: Catalog,
    pub(crate) objects: Arc<Objects>,
    pub(crate) engine: Arc<Engine>,
    /// The tasks of queries that have not ended, by execution id.
    pub(crate) running: Mutex<HashMap<String, AbortHandle>>,
    pub(crate) slots: Arc<Semaphore>,
}

impl Athena {
    /// Returns the service with an engine of its own over the object layer.
    pub fn new(store: Store, clock: Arc<dyn Clock>, objects: Arc<Objects>) -> Arc<Self> {
        let engine = Arc::new(Engine::new(Arc::clone(&objects), Settings::default()));
        Self::with_engine(store, clock, objects, engine)
    }

    /// Returns the service with an engine that others use too.
    pub fn with_engine(
        store: Store,
        clock: Arc<dyn Clock>,
        objects: Arc<Objects>,
        engine: Arc<Engine>,
    ) -> Arc<Self> {
        Arc::new(Self {
            catalog: Catalog::new(store.clone(), Arc::clone(&clock)),
            store,
            clock,
            objects,
            engine,
            running: Mutex::new(HashMap::new()),
            slots: Arc::new(Semaphore::new(CONCURRENT)),
        })
    }

    /// Takes up, in the background, the queries that had not ended when the process did.
    pub fn start(self: &Arc<Self>) {
        let athena = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = crate::execution::resume(&athena).await {
                tracing::error!(%error, "queries that had not ended could not be taken up");
            }
        });
    }

    pub(crate) fn scope(context: &Context) -> Scope {
        Scope::new(context.account(), context.region())
    }
}

impl Service for Athena {
    fn name(&self) -> &'static str {
        "athena"
    }

    fn operations(self: Arc<Self>) -> Operations {
        let operations = api::executions::operations(&self, Operations::new());
        let operations = api::results::operations(&self, operations);
        let operations = api::work_groups::operations(&self, operations);
        let operations = api::named_queries::operations(&self, operations);
        let operations = api::prepared_statements::operations(&self, operations);
        let operations = api::metadata::operations(&self, operations);
        api::tags::operations(&self, operations)
            .whole()
            // Every query runs anew; a result that is reused would be the same.
            .accept("StartQueryExecution", &["ResultReuseConfiguration"])
            // It is for notebooks' sessions.
            .refuse("StartQueryExecution", &["EngineConfiguration"])
            .accept("GetDatabase", &["WorkGroup"])
            .accept("ListDatabases", &["WorkGroup"])
            .accept("GetTableMetadata", &["WorkGroup"])
            .accept("ListTableMetadata", &["WorkGroup"])
            .accept("GetDataCatalog", &["WorkGroup"])
            .accept("ListDataCatalogs", &["MaxResults", "WorkGroup"])
    }
}

/// Returns a refusal in Athena's shape.
pub(crate) fn invalid(code: &str, message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidRequestException", message).with_field("AthenaErrorCode", code)
}

/// Returns a refusal of an input that breaks a rule of the API.
pub(crate) fn invalid_input(message: impl Into<String>) -> ApiError {
    invalid("INVALID_INPUT", message)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the service makes ids"
)]
pub(crate) fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
