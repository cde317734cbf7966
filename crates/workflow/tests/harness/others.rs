//! Simulated services: job runs, virtual clusters and queries that go on when they are told to.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use aws::{ApiError, Call};
use serde_json::{Value, json};
use store::{Batch, BusEvent, Store};

/// What runs, and what was asked for.
#[derive(Default)]
pub(crate) struct Others {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    store: Option<Store>,
    jobs: BTreeMap<String, Value>,
    by_token: HashMap<String, String>,
    queries: BTreeMap<String, String>,
    /// What operations answer that are not simulated, the next one first.
    prepared: HashMap<String, VecDeque<Result<Value, ApiError>>>,
    calls: Vec<(String, Value)>,
    /// Job runs end in this state when they are looked at so often; none: only when told.
    ends_in: Option<(&'static str, usize)>,
    looked_at: HashMap<String, usize>,
}

impl Others {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    pub(crate) fn publish_to(&self, store: Store) {
        self.inner.lock().unwrap().store = Some(store);
    }

    /// Lets job runs end by themselves when they are looked at so often.
    pub(crate) fn jobs_end_in(&self, state: &'static str, looks: usize) {
        self.inner.lock().unwrap().ends_in = Some((state, looks));
    }

    /// Lets an operation answer so, once.
    pub(crate) fn prepare(&self, operation: &str, answer: Result<Value, ApiError>) {
        let mut inner = self.inner.lock().unwrap();
        let prepared = inner.prepared.entry(operation.to_owned()).or_default();
        prepared.push_back(answer);
    }

    /// Returns how often an operation was called.
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.inner
            .lock()
            .unwrap()
            .calls
            .iter()
            .filter(|(o, _)| o == operation)
            .count()
    }

    /// Returns the inputs that an operation was called with.
    pub(crate) fn inputs(&self, operation: &str) -> Vec<Value> {
        let inner = self.inner.lock().unwrap();
        inner
            .calls
            .iter()
            .filter(|(o, _)| o == operation)
            .map(|(_, i)| i.clone())
            .collect()
    }

    pub(crate) fn jobs(&self) -> Vec<String> {
        self.inner.lock().unwrap().jobs.keys().cloned().collect()
    }

    /// Ends a job run and says so on the bus.
    pub(crate) async fn end_job(&self, id: &str, state: &str) {
        let store = {
            let mut inner = self.inner.lock().unwrap();
            let job = inner.jobs.get_mut(id).unwrap();
            job["state"] = state.into();
            job["stateDetails"] = format!("it is {state}").into();
            inner.store.clone().unwrap()
        };
        let mut batch = Batch::new();
        batch.publish(BusEvent {
            id: "event".into(),
            time_ms: 0,
            account: super::ACCOUNT.into(),
            region: super::REGION.into(),
            bus: "default".into(),
            source: "aws.emr-containers".into(),
            detail_type: "EMR Job Run State Change".into(),
            resources: vec![],
            detail: json!({"id": id, "state": state}).to_string(),
            internal: false,
        });
        store.commit(batch).await.unwrap();
    }

    pub(crate) async fn call(&self, call: Call) -> Result<Value, ApiError> {
        let mut inner = self.inner.lock().unwrap();
        inner
            .calls
            .push((call.operation.to_string(), call.input.clone()));
        let input = &call.input;
        let prepared = inner.prepared.get_mut(&*call.operation);
        if let Some(answer) = prepared.and_then(VecDeque::pop_front) {
            return answer;
        }
        match &*call.operation {
            "CreateVirtualCluster" => {
                Ok(json!({"id": "vc1", "name": input["name"], "arn": "arn:vc1"}))
            }
            "StartJobRun" => {
                if input["virtualClusterId"] == "none" {
                    return Err(ApiError::new(
                        "ResourceNotFoundException",
                        "Virtual cluster none doesn't exist.",
                    ));
                }
                let token = input["clientToken"].as_str().unwrap().to_owned();
                let next = format!("job{}", inner.jobs.len() + 1);
                let id = inner.by_token.entry(token).or_insert(next).clone();
                let job = json!({"id": id, "name": input["name"], "virtualClusterId": input["virtualClusterId"],
                    "state": "RUNNING", "createdAt": 1_700_000_000.25});
                inner.jobs.entry(id.clone()).or_insert(job);
                Ok(
                    json!({"id": id, "name": input["name"], "arn": format!("arn:{id}"),
                    "virtualClusterId": input["virtualClusterId"]}),
                )
            }
            "DescribeJobRun" => {
                let id = input["id"].as_str().unwrap().to_owned();
                let looked_at = inner.looked_at.entry(id.clone()).or_default();
                *looked_at += 1;
                let looked_at = *looked_at;
                if let Some((state, looks)) = inner.ends_in
                    && looked_at >= looks
                {
                    inner.jobs.get_mut(&id).unwrap()["state"] = state.into();
                }
                Ok(json!({"jobRun": inner.jobs[&id]}))
            }
            "CancelJobRun" => {
                let id = input["id"].as_str().unwrap().to_owned();
                inner.jobs.get_mut(&id).unwrap()["state"] = "CANCELLED".into();
                Ok(json!({"id": id, "virtualClusterId": input["virtualClusterId"]}))
            }
            "StartQueryExecution" => {
                let token = input["ClientRequestToken"].as_str().unwrap().to_owned();
                inner.queries.insert(token.clone(), "SUCCEEDED".into());
                Ok(json!({"QueryExecutionId": token}))
            }
            "GetQueryExecution" => {
                let id = input["QueryExecutionId"].as_str().unwrap();
                Ok(
                    json!({"QueryExecution": {"QueryExecutionId": id, "Status": {"State": inner.queries[id]}}}),
                )
            }
            "PutEvents" => Ok(json!({"FailedEntryCount": 0, "Entries": [{"EventId": "e1"}]})),
            other => Err(ApiError::new(
                "UnknownOperationException",
                format!("{other} is not simulated"),
            )),
        }
    }
}
