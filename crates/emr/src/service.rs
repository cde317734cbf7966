//! The service: what it holds, how it opens, and its table of operations.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, atomic::AtomicBool},
};

use aws::{DoorHandle, Operations, Service};
use objects::Objects;
use parking_lot::Mutex;
use store::{Clock, Store};
use tokio::sync::Notify;

use crate::{
    api::{job_runs, job_templates, tags, virtual_clusters},
    config::Config,
    engine::{Engine, Spark, SparkConfig},
    history_server::HistoryServer,
};

/// EMR on EKS.
pub struct Emr {
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) objects: Arc<Objects>,
    pub(crate) door: DoorHandle,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) history: HistoryServer,
    /// Rung when a job run may have to be started or cancelled.
    pub(crate) wake: Notify,
    /// The job runs that a task of this process looks after.
    pub(crate) attended: Mutex<HashSet<String>>,
    /// The spans of the requests that asked for job runs which are not attended to yet.
    pub(crate) askers: Mutex<HashMap<String, tracing::Span>>,
    /// The deletions of an earlier server were finished.
    pub(crate) terminations_done: AtomicBool,
}

impl Emr {
    /// Opens the service with Spark as its engine. Nothing runs before [`start`](Self::start).
    pub fn new(
        config: Config,
        store: Store,
        clock: Arc<dyn Clock>,
        objects: Arc<Objects>,
        door: DoorHandle,
    ) -> Arc<Self> {
        let spark = Spark::new(SparkConfig {
            setup: config.setup.clone(),
            endpoint: config.endpoint.clone(),
            master: config.master.clone(),
            credentials: config.credentials.clone(),
            strict: config.strict,
        });
        Self::with_engine(config, store, clock, objects, door, Arc::new(spark))
    }

    /// Opens the service with another engine.
    pub fn with_engine(
        config: Config,
        store: Store,
        clock: Arc<dyn Clock>,
        objects: Arc<Objects>,
        door: DoorHandle,
        engine: Arc<dyn Engine>,
    ) -> Arc<Self> {
        let history =
            HistoryServer::new(config.data_dir.join("spark-history"), config.setup.clone());
        Arc::new(Self {
            history,
            config,
            store,
            clock,
            objects,
            door,
            engine,
            wake: Notify::new(),
            attended: Mutex::default(),
            askers: Mutex::default(),
            terminations_done: AtomicBool::new(false),
        })
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }
}

impl Service for Emr {
    fn name(&self) -> &'static str {
        "emr-containers"
    }

    fn operations(self: Arc<Self>) -> Operations {
        Operations::new()
            .on(&self, "CreateVirtualCluster", virtual_clusters::create)
            .on(&self, "DescribeVirtualCluster", virtual_clusters::describe)
            .on(&self, "ListVirtualClusters", virtual_clusters::list)
            .on(&self, "DeleteVirtualCluster", virtual_clusters::delete)
            .on(&self, "StartJobRun", job_runs::start)
            .on(&self, "DescribeJobRun", job_runs::describe)
            .on(&self, "ListJobRuns", job_runs::list)
            .on(&self, "CancelJobRun", job_runs::cancel)
            .on(&self, "CreateJobTemplate", job_templates::create)
            .on(&self, "DescribeJobTemplate", job_templates::describe)
            .on(&self, "ListJobTemplates", job_templates::list)
            .on(&self, "DeleteJobTemplate", job_templates::delete)
            .on(&self, "TagResource", tags::tag)
            .on(&self, "UntagResource", tags::untag)
            .on(&self, "ListTagsForResource", tags::list)
            .whole()
    }
}
