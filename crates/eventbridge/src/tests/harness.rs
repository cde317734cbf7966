//! A service on a store file that can be closed and opened again, and a door that remembers.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use aws::{ApiError, Call, Invoke, testing::TestDoor};
use futures::future::BoxFuture;
use parking_lot::Mutex;
use serde_json::{Value, json};
use store::{Batch, BusEvent, Store, testing::SimClock};
use tempfile::TempDir;
use tokio::sync::watch;

use crate::{
    EventBridge,
    firing::Firing,
    rules::{BusRef, RuleRef},
};

pub(crate) const ACCOUNT: &str = "000000000000";
pub(crate) const REGION: &str = "us-east-1";
pub(crate) const MACHINE: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:m";
pub(crate) const ROLE: &str = "arn:aws:iam::000000000000:role/r";

/// Answers StartExecution as Step Functions does, and what else as told.
pub(crate) struct Door {
    /// Answers to give first, before behaving.
    pub(crate) script: Mutex<VecDeque<Script>>,
    pub(crate) calls: Mutex<Vec<Call>>,
    /// Inputs by execution name.
    executions: Mutex<HashMap<String, String>>,
    streams: Mutex<Vec<String>>,
    pub(crate) started: watch::Sender<usize>,
}

pub(crate) enum Script {
    /// Does nothing and fails.
    Fail(ApiError),
    /// Does what it is asked and then fails, as when the answer is lost.
    LoseAnswer,
}

pub(crate) fn unavailable() -> ApiError {
    ApiError::new("ServiceUnavailable", "not now").with_status(503)
}

impl Door {
    pub(crate) fn new() -> Self {
        Self {
            script: Mutex::default(),
            calls: Mutex::default(),
            executions: Mutex::default(),
            streams: Mutex::default(),
            started: watch::Sender::new(0),
        }
    }

    /// Returns the inputs of all executions, sorted.
    pub(crate) fn inputs(&self) -> Vec<String> {
        let mut inputs: Vec<_> = self.executions.lock().values().cloned().collect();
        inputs.sort();
        inputs
    }

    fn answer(&self, call: &Call) -> Result<Value, ApiError> {
        self.calls.lock().push(call.clone());
        let script = self.script.lock().pop_front();
        if let Some(Script::Fail(error)) = script {
            return Err(error);
        }
        let answer = self.behave(call);
        match script {
            Some(Script::LoseAnswer) => Err(unavailable()),
            _ => answer,
        }
    }

    fn behave(&self, call: &Call) -> Result<Value, ApiError> {
        let text = |name: &str| call.input[name].as_str().unwrap_or_default().to_owned();
        match &*call.operation {
            "StartExecution" => {
                let (name, input) = (text("name"), text("input"));
                assert!(name.len() <= 80, "{name}");
                if self.executions.lock().contains_key(&name) {
                    return Err(ApiError::new("ExecutionAlreadyExists", name));
                }
                self.executions.lock().insert(name.clone(), input);
                self.started.send_modify(|count| *count += 1);
                Ok(json!({"executionArn": format!("arn:{name}"), "startDate": 0}))
            }
            "CreateLogStream" => {
                self.streams.lock().push(text("logStreamName"));
                Ok(json!({}))
            }
            "PutLogEvents" if !self.streams.lock().contains(&text("logStreamName")) => {
                Err(ApiError::new(
                    "ResourceNotFoundException",
                    "The specified log stream does not exist.",
                ))
            }
            "PutLogEvents" => Ok(json!({})),
            other => Err(ApiError::new("UnknownOperationException", other)),
        }
    }
}

impl Invoke for Door {
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Value, ApiError>> {
        let answer = self.answer(&call);
        Box::pin(async move { answer })
    }
}

pub(crate) struct House {
    folder: Arc<TempDir>,
    pub(crate) clock: SimClock,
    pub(crate) door: Arc<Door>,
    pub(crate) store: Store,
    /// Another service's store.
    pub(crate) other: Store,
    pub(crate) service: Arc<EventBridge>,
}

fn store_at(folder: &TempDir, name: &str) -> Store {
    let options = store::Options {
        sync: false,
        ..Default::default()
    };
    Store::open(&folder.path().join(name), options).unwrap()
}

impl House {
    pub(crate) async fn new() -> Self {
        let folder = Arc::new(TempDir::new().unwrap());
        // 2026-11-23T23:45:30Z
        let clock = SimClock::at(1_795_477_530_000);
        Self::open(folder, clock, Arc::new(Door::new())).await
    }

    async fn open(folder: Arc<TempDir>, clock: SimClock, door: Arc<Door>) -> Self {
        let (store, other) = (
            store_at(&folder, "events.db"),
            store_at(&folder, "other.db"),
        );
        let sources = vec![
            ("other".to_owned(), other.clone()),
            ("again".to_owned(), store.clone()),
        ];
        let service = EventBridge::open(
            store.clone(),
            sources,
            Arc::new(clock.clone()),
            door.clone(),
        );
        let service = service.await.unwrap();
        Self {
            folder,
            clock,
            door,
            store,
            other,
            service,
        }
    }

    /// Ends the service without a word and starts it on the same files.
    pub(crate) async fn restart(self) -> Self {
        let Self {
            folder,
            clock,
            door,
            store,
            other,
            service,
        } = self;
        drop((store, other, service));
        Self::open(folder, clock, door).await
    }

    pub(crate) async fn call(&self, operation: &str, input: Value) -> Result<Value, ApiError> {
        let door = TestDoor::new(self.service.clone());
        door.call("events", operation, input).await
    }

    pub(crate) async fn ok(&self, operation: &str, input: Value) -> Value {
        let answer = self.call(operation, input.clone()).await;
        answer.unwrap_or_else(|error| panic!("{operation} {input}: {error}"))
    }

    /// Returns code and message of a refusal.
    pub(crate) async fn refused(&self, operation: &str, input: Value) -> String {
        match self.call(operation, input.clone()).await {
            Ok(answer) => panic!("{operation} {input}: {answer}"),
            Err(error) => error.to_string(),
        }
    }

    /// Puts a rule with one target: the state machine, with what `target` says besides.
    pub(crate) async fn rule(&self, name: &str, when: Value, target: Value) {
        let mut rule = when;
        rule["Name"] = name.into();
        self.ok("PutRule", rule).await;
        let mut whole = json!({"Id": "1", "Arn": MACHINE, "RoleArn": ROLE});
        for (name, value) in target.as_object().unwrap() {
            whole[name] = value.clone();
        }
        let put = self
            .ok("PutTargets", json!({"Rule": name, "Targets": [whole]}))
            .await;
        assert_eq!(put["FailedEntryCount"], 0, "{put}");
    }

    pub(crate) async fn put_event(&self, detail: Value) -> String {
        let entry = json!({"Source": "app", "DetailType": "t", "Detail": detail.to_string()});
        let put = self.ok("PutEvents", json!({"Entries": [entry]})).await;
        put["Entries"][0]["EventId"].as_str().unwrap().to_owned()
    }

    /// Does everything that is due.
    pub(crate) async fn settle(&self) {
        self.service.match_published().await.unwrap();
        self.service.fire_due().await.unwrap();
        self.service.replay_due().await.unwrap();
        self.service.deliver_due().await.unwrap();
    }

    pub(crate) async fn firings(&self, rule: &str) -> Vec<Firing> {
        self.service.firings(&rule_ref(rule)).await.unwrap()
    }
}

pub(crate) fn rule_ref(name: &str) -> RuleRef {
    RuleRef {
        bus: BusRef {
            account: ACCOUNT.into(),
            region: REGION.into(),
            name: "default".into(),
        },
        name: name.into(),
    }
}

/// Publishes as a service does.
pub(crate) async fn publish(store: &Store, source: &str, detail: Value, internal: bool) {
    let mut batch = Batch::new();
    batch.publish(BusEvent {
        id: crate::id::new_id(),
        time_ms: 1_795_477_000_000,
        account: ACCOUNT.into(),
        region: REGION.into(),
        bus: "default".into(),
        source: source.into(),
        detail_type: "t".into(),
        resources: Vec::new(),
        detail: detail.to_string(),
        internal,
    });
    store.commit(batch).await.unwrap();
}
