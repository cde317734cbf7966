//! Every service, connected: opened on one data folder, behind one door.

use std::{net::SocketAddr, path::Path, sync::Arc};

use aws::{DoorHandle, door::Door, sigv4::Signatures, throttle::Throttle};
use futures::FutureExt;
use insight::Insight;
use objects::Objects;
use remote::Remote;
use store::{Clock, Options, Store, SystemClock};

use crate::{
    Config, ServerError,
    buckets::ObjectBuckets,
    connections::EventBridgeConnections,
    health::{self, Health},
    keys::Keys,
    seams,
    surveys::SurveyPages,
};

/// The services of one data folder.
pub struct Platform {
    door: Arc<Door>,
    handle: DoorHandle,
    workflow: Arc<workflow::StepFunctions>,
    emr: Arc<emr::Emr>,
    eventbridge: Arc<eventbridge::EventBridge>,
    scheduler: Arc<eventbridge::Scheduler>,
    logs: Arc<logs::Logs>,
    s3: Arc<s3::S3>,
    athena: Arc<athena::Athena>,
    quicksight: Arc<quicksight::QuickSight>,
    insight: Arc<Insight>,
}

fn opening(what: &'static str) -> impl FnOnce(&dyn std::fmt::Display) -> ServerError {
    move |reason| ServerError::Open {
        what,
        reason: reason.to_string(),
    }
}

fn open_store(folder: &Path, file: &'static str) -> Result<Store, ServerError> {
    Store::open(&folder.join(file), Options::default()).map_err(|e| opening(file)(&e))
}

impl Platform {
    /// Opens the stores and the services; nothing runs before [`start`](Self::start). `address` is where the
    /// listener will be, so that jobs find it.
    ///
    /// **Errors**: `Open` with what could not be opened and why: the folder is in use, or newer, or damaged.
    pub async fn open(config: &Config, address: SocketAddr) -> Result<Self, ServerError> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let folder = &config.data;
        let main = open_store(folder, "taxiway.db")?;
        let object_store = open_store(folder, "objects.db")?;
        let log_store = open_store(folder, "logs.db")?;
        let spice_store = open_store(folder, "spice.db")?;
        let stores = vec![
            ("taxiway.db", main.clone()),
            ("objects.db", object_store.clone()),
            ("logs.db", log_store.clone()),
            ("spice.db", spice_store.clone()),
        ];
        let handle = DoorHandle::new();
        let invoke: Arc<dyn aws::Invoke> = Arc::new(handle.clone());

        let objects = Objects::open(
            object_store.clone(),
            &folder.join("objects"),
            Arc::clone(&clock),
        )
        .await;
        let objects = objects.map_err(|e| opening("the objects")(&e))?;
        let s3 = s3::S3::new(Arc::clone(&objects), Arc::clone(&clock));
        let logs = logs::Logs::new(log_store, Arc::clone(&clock));
        let workflow =
            workflow::StepFunctions::open(main.clone(), Arc::clone(&clock), Arc::clone(&invoke))
                .await;
        let workflow = workflow.map_err(|e| opening("Step Functions")(&e))?;
        workflow.use_buckets(Arc::new(ObjectBuckets(Arc::clone(&objects))));
        if let Some(days) = config.keep_days {
            workflow.keep_executions(days);
        }
        let sources = vec![("objects".to_owned(), object_store.clone())];
        let eventbridge = eventbridge::EventBridge::open(
            main.clone(),
            sources,
            Arc::clone(&clock),
            Arc::clone(&invoke),
        )
        .await;
        let eventbridge = eventbridge.map_err(|e| opening("EventBridge")(&e))?;
        workflow.use_connections(Arc::new(EventBridgeConnections(Arc::clone(&eventbridge))));
        let scheduler =
            eventbridge::Scheduler::new(main.clone(), Arc::clone(&clock), Arc::clone(&invoke));
        let mut jobs = emr::Config::new(folder.join("jobs"), format!("http://{address}"));
        jobs.credentials = config
            .credentials
            .as_ref()
            .map(|keys| (keys.access_key_id.clone(), keys.secret_access_key.clone()));
        let emr = emr::Emr::new(
            jobs,
            main.clone(),
            Arc::clone(&clock),
            Arc::clone(&objects),
            handle.clone(),
        );
        let glue = athena::Glue::new(main.clone(), Arc::clone(&clock));
        let athena = athena::Athena::new(main.clone(), Arc::clone(&clock), Arc::clone(&objects));

        let snapshots = Objects::open(
            spice_store.clone(),
            &folder.join("spice"),
            Arc::clone(&clock),
        )
        .await;
        let snapshots = snapshots.map_err(|e| opening("SPICE")(&e))?;
        let mut engine = query::Settings::default();
        engine.snapshot_bytes = config.spice_bytes.unwrap_or(engine.snapshot_bytes);
        let quicksight = quicksight::QuickSight::open(
            main.clone(),
            Arc::clone(&clock),
            Arc::clone(&objects),
            snapshots,
            Arc::clone(&invoke),
            engine,
        )
        .await;
        let quicksight = quicksight.map_err(|e| opening("QuickSight")(&e))?;

        let identity = identity::Identity::open(main.clone(), Arc::clone(&clock)).await;
        let identity = identity.map_err(|e| opening("STS")(&e))?;
        let hosts = config.host_rule();
        let now = Arc::clone(&clock);
        let signatures = if config.credentials.is_some() {
            Signatures::Checked
        } else {
            Signatures::Accepted
        };
        let keys = Arc::new(Keys::new(config.credentials.as_ref(), identity.clone()));
        let insight = Insight::open(insight::Parts {
            folder: folder.clone(),
            clock: Arc::clone(&clock),
            door: Arc::clone(&invoke),
            credentials: keys.clone(),
            signatures_checked: signatures == Signatures::Checked,
            services: Arc::new(seams::Services {
                workflow: workflow.clone(),
                emr: emr.clone(),
                eventbridge: eventbridge.clone(),
                scheduler: scheduler.clone(),
                logs: logs.clone(),
                engine: Arc::new(query::Engine::new(
                    Arc::clone(&objects),
                    query::Settings::default(),
                )),
            }),
            model: open_store(folder, "insight.db")?,
            buses: vec![("main", main.clone()), ("objects", object_store)],
        });
        let insight = insight.map_err(|e| opening("the console's sessions")(&e))?;
        let (routes, console) = (Arc::clone(&insight), Arc::clone(&insight));
        let (frames, dashboards) = (Arc::clone(&insight), quicksight.clone());
        let door = Door::builder()
            .framed(quicksight::EMBED_ROOT, move |request| {
                let (frames, dashboards) = (Arc::clone(&frames), Arc::clone(&dashboards));
                async move {
                    let ancestors = dashboards.frame_ancestors(request.uri()).await;
                    frames.embedded(&request, &ancestors)
                }
                .boxed()
            })
            .path("/_taxiway", move |request| {
                Arc::clone(&routes).handle(request)
            })
            .console("/_console", move |request| {
                futures::future::ready(console.console(&request)).boxed()
            })
            .hosts(hosts)
            .now(move || now.now_ms())
            .throttle("states", Throttle::new(config.throttle.iter().cloned()))
            .raw("s3", s3.clone())
            .service(workflow.clone())
            .service(emr.clone())
            .service(emr::Eks::new(Arc::clone(&emr)))
            .service(glue)
            .service(athena.clone())
            .service(quicksight.clone())
            .service(eventbridge.clone())
            .service(scheduler.clone())
            .service(logs.clone())
            .service(identity.clone())
            .credentials(keys, signatures);
        let health = Health::new(
            folder,
            stores,
            door.names(),
            Arc::clone(&clock),
            Arc::clone(&workflow),
        );
        let door = door
            .path("/_taxiway/health", move |request| {
                Arc::clone(&health).answer(request).boxed()
            })
            .path("/_taxiway/metrics", health::metrics);
        let door = Arc::new(door.build());
        let time = Arc::clone(&clock);
        handle.bind(Arc::new(Remote::new(
            Arc::new((*door).clone()),
            &config.endpoints,
            config.endpoint_keys.clone(),
            move || time.now_ms(),
        )));
        quicksight.listens_at(format!("http://{address}"));
        let reports: Arc<dyn aws::door::OwnPages> = quicksight.clone();
        let spark_ui: Arc<dyn aws::door::OwnPages> = emr.clone();
        let survey: Arc<dyn aws::door::OwnPages> = Arc::new(SurveyPages(Arc::clone(&workflow)));
        insight.mount([
            ("reports", reports),
            ("spark-ui", spark_ui),
            ("survey", survey),
        ]);
        let (offering, elsewhere) = (Arc::downgrade(&door), config.endpoints.clone());
        insight.offer(move || {
            let door = offering.upgrade();
            door.map_or_else(Vec::new, |door| seams::integrations(&door, &elsewhere))
        });
        Ok(Self {
            door,
            handle,
            workflow,
            emr,
            eventbridge,
            scheduler,
            logs,
            s3,
            athena,
            quicksight,
            insight,
        })
    }

    /// Returns the door, for a listener.
    pub fn door(&self) -> Arc<Door> {
        Arc::clone(&self.door)
    }

    /// Begins all work in the background: what an earlier life left, timers, schedules, sweeps.
    pub fn start(&self) {
        self.logs.start();
        self.s3.start();
        self.emr.start();
        self.athena.start();
        self.quicksight.start();
        self.workflow.start();
        self.workflow.survey_in_background();
        self.eventbridge.start();
        self.scheduler.start();
        self.insight.start();
    }

    /// Ends the streams that clients follow, which would hold up the listener's end; they come back to the next
    /// server with their cursors.
    pub fn end_streams(&self) {
        self.insight.end_streams();
    }

    /// Returns the coverage page.
    pub fn coverage(&self) -> String {
        self.door.coverage()
    }

    /// Lets go of everything. Running jobs go on: the next server finds them again.
    pub async fn stop(self) {
        self.handle.release();
    }
}
