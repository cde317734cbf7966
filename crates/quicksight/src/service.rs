//! The service: its parts and its operations.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use aws::{Invoke, Operations, Service};
use objects::Objects;
use parking_lot::Mutex;
use query::{Engine, Settings};
use store::{Clock, Store};
use tokio::{
    sync::{Notify, Semaphore},
    task::AbortHandle,
};

use crate::{api, asset::Scope, bundle, lasting, report, schedule, spice};

/// How many ingestions run at once; the others wait in state QUEUED.
const INGESTIONS: usize = 2;

/// How many charts are drawn at once.
const DRAWERS: usize = 2;

/// By account, region and data set.
type Turns = Mutex<HashMap<(Scope, String), Arc<tokio::sync::Mutex<()>>>>;

/// Amazon QuickSight.
pub struct QuickSight {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    /// Everyone's buckets: manifests, files, exports.
    pub(crate) objects: Arc<Objects>,
    /// Reads files in everyone's buckets.
    pub(crate) engine: Arc<Engine>,
    pub(crate) spice: spice::Spice,
    /// Exported and imported bundles.
    pub(crate) bundles: bundle::Shelf,
    pub(crate) invoke: Arc<dyn Invoke>,
    /// One ingestion of a data set at a time, in the order of their requests.
    pub(crate) turns: Turns,
    pub(crate) slots: Arc<Semaphore>,
    /// The tasks of ingestions that have not ended, by ARN.
    pub(crate) running: Mutex<HashMap<String, AbortHandle>>,
    /// Wakes the loop of refresh schedules.
    pub(crate) schedules: Arc<Notify>,
    pub(crate) answers: report::Answers,
    /// Draws for files; browsers draw by themselves.
    pub(crate) renderer: chart::Renderer,
    /// Where the server listens, for URLs that are handed out.
    pub(crate) endpoint: OnceLock<String>,
}

impl QuickSight {
    /// Returns the service. `snapshots` is the object layer of its own that SPICE and the files of bundles are kept
    /// in, apart from everyone's buckets; `settings` say how much memory its questions and SPICE's columns take.
    ///
    /// **Errors**: their buckets cannot be made.
    pub async fn open(
        store: Store,
        clock: Arc<dyn Clock>,
        objects: Arc<Objects>,
        snapshots: Arc<Objects>,
        invoke: Arc<dyn Invoke>,
        settings: Settings,
    ) -> Result<Arc<Self>, objects::Error> {
        let engine = Engine::new(Arc::clone(&objects), settings);
        let engine = Arc::new(engine.mount(spice::BUCKET, Arc::clone(&snapshots)));
        let bundles = bundle::Shelf::open(Arc::clone(&snapshots)).await?;
        let spice = spice::Spice::open(snapshots).await?;
        Ok(Arc::new(Self {
            store,
            clock,
            objects,
            engine,
            spice,
            bundles,
            invoke,
            turns: Mutex::new(HashMap::new()),
            slots: Arc::new(Semaphore::new(INGESTIONS)),
            running: Mutex::new(HashMap::new()),
            schedules: Arc::new(Notify::new()),
            answers: report::Answers::default(),
            renderer: chart::Renderer::new(DRAWERS),
            endpoint: OnceLock::new(),
        }))
    }

    /// Says where the server listens (`http://host:port`), for URLs that are handed out; the first time only.
    pub fn listens_at(&self, endpoint: String) {
        let _ = self.endpoint.set(endpoint);
    }

    /// Takes up, in the background, what had not ended when the process did.
    pub fn start(self: &Arc<Self>) {
        tokio::spawn(schedule::run(Arc::downgrade(self)));
        tokio::spawn(schedule::follow(Arc::downgrade(self)));
        let service = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = spice::resume(&service).await {
                tracing::error!(%error, "ingestions that had not ended could not be taken up");
            }
            if let Err(error) = lasting::resume::<report::SnapshotJob>(&service).await {
                tracing::error!(%error, "snapshot jobs that had not ended could not be taken up");
            }
            if let Err(error) = lasting::resume::<bundle::Job>(&service).await {
                tracing::error!(%error, "asset bundle jobs that had not ended could not be taken up");
            }
        });
    }
}

impl Service for QuickSight {
    fn name(&self) -> &'static str {
        "quicksight"
    }

    fn operations(self: Arc<Self>) -> Operations {
        api::operations(&self, Operations::new()).whole()
    }
}
