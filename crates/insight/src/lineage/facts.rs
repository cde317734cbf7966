//! What services know, asked once for each walk.

use std::{collections::HashMap, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{text::locations, thing::Thing};
use crate::{Insight, inventory::list, runs::Run, web::Ask};

/// How much of a script is read.
const SCRIPT: &str = "bytes=0-262143";
/// Pages of a history, of a thousand events each, that are looked through.
const PAGES: usize = 5;
/// Runs among which a starter is looked for.
const RUNS: usize = 500;

/// A job run's description and the locations that it and its script name.
#[derive(Default)]
pub(super) struct JobFacts {
    pub(super) run: Value,
    /// Bucket and key of its script.
    pub(super) script: Option<(String, String)>,
    pub(super) locations: Vec<(String, String)>,
}

/// What has been asked.
pub(super) struct Facts<'a> {
    pub(super) insight: &'a Insight,
    pub(super) ask: &'a Ask,
    jobs: HashMap<String, Arc<JobFacts>>,
    started: HashMap<String, Arc<Vec<Thing>>>,
    executions: HashMap<String, Arc<Value>>,
    /// When the objects at a location were written.
    pub(super) written: HashMap<(String, String), Arc<Vec<f64>>>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(insight: &'a Insight, ask: &'a Ask) -> Self {
        Self {
            insight,
            ask,
            jobs: HashMap::new(),
            started: HashMap::new(),
            executions: HashMap::new(),
            written: HashMap::new(),
        }
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.insight.clock.now_ms()
    }

    /// Makes a Call; what cannot be answered is nothing.
    pub(super) async fn call(&self, service: &str, operation: &str, input: Value) -> Value {
        let asked = self
            .ask
            .call(&*self.insight.door, service, operation, input);
        asked.await.unwrap_or_default()
    }

    pub(super) async fn execution(&mut self, arn: &str) -> Arc<Value> {
        if let Some(known) = self.executions.get(arn) {
            return Arc::clone(known);
        }
        let input = json!({"executionArn": arn});
        let found = Arc::new(self.call("states", "DescribeExecution", input).await);
        self.executions.insert(arn.to_owned(), Arc::clone(&found));
        found
    }

    pub(super) async fn job(&mut self, cluster: &str, id: &str) -> Arc<JobFacts> {
        if let Some(known) = self.jobs.get(id) {
            return Arc::clone(known);
        }
        let input = json!({"virtualClusterId": cluster, "id": id});
        let mut answer = self.call("emr-containers", "DescribeJobRun", input).await;
        let run = answer["jobRun"].take();
        let driver = run["jobDriver"].to_string();
        let entry = &run["jobDriver"]["sparkSubmitJobDriver"]["entryPoint"];
        let script = locations(entry.as_str().unwrap_or_default()).pop();
        let mut named = locations(&driver);
        if let Some((bucket, key)) = &script {
            let input = json!({"Bucket": bucket, "Key": key, "Range": SCRIPT});
            let object = self.call("s3", "GetObject", input).await;
            let body = object["Body"].as_str().unwrap_or_default();
            let text = BASE64_STANDARD.decode(body).unwrap_or_default();
            named.extend(locations(&String::from_utf8_lossy(&text)));
        }
        let named = named
            .into_iter()
            .filter(|named| Some(named) != script.as_ref());
        let facts = Arc::new(JobFacts {
            locations: named.collect(),
            script,
            run,
        });
        self.jobs.insert(id.to_owned(), Arc::clone(&facts));
        facts
    }

    /// Returns what an execution's tasks started: job runs, queries, executions.
    pub(super) async fn started(&mut self, arn: &str) -> Arc<Vec<Thing>> {
        if let Some(known) = self.started.get(arn) {
            return Arc::clone(known);
        }
        let mut found: Vec<Thing> = Vec::new();
        let mut input = json!({"executionArn": arn, "maxResults": 1000});
        for _ in 0..PAGES {
            let mut page = self
                .call("states", "GetExecutionHistory", input.clone())
                .await;
            for event in list(page["events"].take()) {
                let thing = started_by(&event);
                found.extend(thing.filter(|thing| !found.contains(thing)));
            }
            if !page["nextToken"].is_string() {
                break;
            }
            input["nextToken"] = page["nextToken"].take();
        }
        let found = Arc::new(found);
        self.started.insert(arn.to_owned(), Arc::clone(&found));
        found
    }

    /// Returns runs that began or ended lately, the latest first.
    pub(super) async fn runs(&self, kind: &str) -> Vec<Run> {
        let principal = &self.ask.context.principal;
        let at = (&*principal.account, &*principal.region);
        let runs = self.insight.runs().await.recent(at, RUNS).await;
        let runs = runs.unwrap_or_default();
        runs.into_iter().filter(|run| run.kind == kind).collect()
    }

    /// Returns the executions that ran at a time, the latest first.
    pub(super) async fn executions_at(&self, ms: i64) -> Vec<Run> {
        const SLACK_MS: i64 = 2_000;
        let mut runs = self.runs("execution").await;
        runs.retain(|run| {
            run.start_ms <= ms + SLACK_MS && run.stop_ms.is_none_or(|stop| stop + SLACK_MS >= ms)
        });
        runs
    }
}

/// Returns what a history event says that a task started.
fn started_by(event: &Value) -> Option<Thing> {
    let details = ["taskSubmittedEventDetails", "taskSucceededEventDetails"];
    let details = details.iter().map(|name| &event[*name]);
    let details = details.into_iter().find(|details| details.is_object())?;
    let output: Value = serde_json::from_str(details["output"].as_str()?).ok()?;
    let text = |name: &str| Some(output[name].as_str()?.to_owned());
    match details["resourceType"].as_str()? {
        "emr-containers" => Some(Thing::Job {
            cluster: text("VirtualClusterId")?,
            id: text("Id")?,
        })
        .filter(|_| {
            details["resource"]
                .as_str()
                .is_some_and(|r| r.starts_with("startJobRun"))
        }),
        "athena" => Some(Thing::Query {
            id: text("QueryExecutionId").or_else(|| {
                let id = &output["QueryExecution"]["QueryExecutionId"];
                Some(id.as_str()?.to_owned())
            })?,
        }),
        "states" => Some(Thing::Execution {
            arn: text("ExecutionArn")?,
        }),
        _ => None,
    }
}
