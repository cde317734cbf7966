//! `/_taxiway/health`: whether the server can do its work.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use aws::Body;
use futures::FutureExt;
use hyper::{
    Request, Response, StatusCode,
    header::{CONTENT_TYPE, HeaderValue},
};
use serde_json::{Map, Value, json};
use store::{Batch, Expect, Key, Store};
use tokio::sync::Mutex;

use crate::surveys;

/// Where a commit is tried. Nobody reads it.
const PROBE: &str = "server/health";
/// A store that takes longer than this is as good as none.
const WITHIN: Duration = Duration::from_secs(5);
/// How long an answer serves others: whoever asks often does not make the disk work.
const FRESH_MS: i64 = 1_000;

/// What is looked at.
pub(crate) struct Health {
    data: PathBuf,
    stores: Vec<(&'static str, Store)>,
    services: Vec<&'static str>,
    clock: Arc<dyn store::Clock>,
    workflow: Arc<workflow::StepFunctions>,
    last: Mutex<Option<(i64, bool, String)>>,
}

impl Health {
    pub(crate) fn new(
        data: &Path,
        stores: Vec<(&'static str, Store)>,
        services: Vec<&'static str>,
        clock: Arc<dyn store::Clock>,
        workflow: Arc<workflow::StepFunctions>,
    ) -> Arc<Self> {
        Arc::new(Self {
            data: data.to_owned(),
            stores,
            services,
            clock,
            workflow,
            last: Mutex::new(None),
        })
    }

    /// Answers a request: 200 with `"status": "running"`, or 503 with `"degraded"` when a store takes no commits.
    pub(crate) async fn answer(self: Arc<Self>, _: Request<Body>) -> Response<Body> {
        let mut last = self.last.lock().await;
        let now_ms = self.clock.now_ms();
        let (healthy, text) = match &*last {
            Some((at, healthy, text)) if (0..FRESH_MS).contains(&(now_ms - at)) => {
                (*healthy, text.clone())
            }
            _ => {
                let (healthy, text) = self.look(now_ms).await;
                *last = Some((now_ms, healthy, text.clone()));
                (healthy, text)
            }
        };
        let mut response = Response::new(Body::from(text));
        if !healthy {
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        }
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }

    async fn look(&self, now_ms: i64) -> (bool, String) {
        let (mut healthy, mut stores) = (true, Map::new());
        for (file, store) in &self.stores {
            let said = match writable(store, now_ms).await {
                Ok(()) => "writable".to_owned(),
                Err(why) => {
                    healthy = false;
                    why
                }
            };
            stores.insert((*file).to_owned(), said.into());
        }
        let status = if healthy { "running" } else { "degraded" };
        let answer = json!({
            "status": status,
            "version": env!("CARGO_PKG_VERSION"),
            "services": self.services,
            "store": stores,
            "executions": executions(&self.workflow),
            "disk": disk(&self.data),
        });
        (healthy, answer.to_string())
    }
}

/// Tries a commit.
async fn writable(store: &Store, now_ms: i64) -> Result<(), String> {
    let mut batch = Batch::new();
    let key = Key::of(&["probe"]);
    batch
        .put_json(PROBE, key, &now_ms, Expect::Any)
        .map_err(|e| e.to_string())?;
    match tokio::time::timeout(WITHIN, store.commit(batch)).await {
        Ok(committed) => committed.map_err(|e| e.to_string()),
        Err(_) => Err(format!("no commit within {} s", WITHIN.as_secs())),
    }
}

/// Returns how many invariants did not hold of executions that were read since the start, and what the last survey of
/// all of them found.
fn executions(workflow: &workflow::StepFunctions) -> Value {
    let survey = workflow.surveyed().as_ref().map(surveys::summary);
    json!({"broken": workflow.broken_invariants(), "survey": survey})
}

/// Returns the room on the data folder's disk; null where the system does not tell.
fn disk(data: &Path) -> Value {
    rustix::fs::statvfs(data).map_or(Value::Null, |fs| {
        json!({"freeBytes": fs.f_bavail * fs.f_frsize, "totalBytes": fs.f_blocks * fs.f_frsize})
    })
}

/// Answers `/_taxiway/metrics`.
pub(crate) fn metrics(_: Request<Body>) -> futures::future::BoxFuture<'static, Response<Body>> {
    async {
        let mut response = Response::new(Body::from(telemetry::metrics::page()));
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static(telemetry::metrics::CONTENT_TYPE),
        );
        response
    }
    .boxed()
}
