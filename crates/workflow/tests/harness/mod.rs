//! A service on a store, with a clock that is set by hand and services beside it that are simulated.

#![allow(dead_code, reason = "each test file uses a part of it")]

mod buckets;
mod faulty;
mod others;

use std::{sync::Arc, time::Duration};

use aws::{ApiError, Call, Context, DoorHandle, Invoke, Operations, Principal, Service};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use store::{Clock, Store, testing::SimClock};
use workflow::StepFunctions;

#[allow(unused_imports, reason = "each test file uses a part of it")]
pub(crate) use buckets::Shelf;
#[allow(unused_imports, reason = "each test file uses a part of it")]
pub(crate) use faulty::Faulty;
pub(crate) use others::Others;

pub(crate) const ACCOUNT: &str = "000000000000";
pub(crate) const REGION: &str = "us-east-1";
pub(crate) const ROLE: &str = "arn:aws:iam::000000000000:role/r";

/// How often a condition is looked at before the test gives up.
const PATIENCE: usize = 4000;

/// One life of the service.
pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) clock: SimClock,
    pub(crate) service: Arc<StepFunctions>,
    pub(crate) others: Arc<Others>,
    operations: Operations,
    door: DoorHandle,
}

/// Calls of `states` go to the service itself, all others to the simulated ones.
struct Router {
    states: Operations,
    others: Arc<Others>,
}

impl Invoke for Router {
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Value, ApiError>> {
        if &*call.service == "states" {
            let context = Context {
                principal: call.principal,
                request_id: call.request_id,
            };
            return match self.states.get(&call.operation) {
                Some(handler) => (handler.run)(context, call.input),
                None => Box::pin(async move {
                    Err(ApiError::new("UnknownOperationException", "no handler"))
                }),
            };
        }
        let others = Arc::clone(&self.others);
        Box::pin(async move { others.call(call).await })
    }
}

impl House {
    /// Opens a service on a new store.
    pub(crate) async fn new() -> Self {
        Self::on(
            Store::in_memory().unwrap(),
            SimClock::default(),
            Others::new(),
        )
        .await
    }

    /// Opens a service on what an earlier life left.
    pub(crate) async fn on(store: Store, clock: SimClock, others: Arc<Others>) -> Self {
        let door = DoorHandle::new();
        others.publish_to(store.clone());
        let time: Arc<dyn Clock> = Arc::new(clock.clone());
        let service = StepFunctions::open(store.clone(), time, Arc::new(door.clone()))
            .await
            .unwrap();
        let operations = Arc::clone(&service).operations();
        door.bind(Arc::new(Router {
            states: operations.clone(),
            others: Arc::clone(&others),
        }));
        service.start();
        Self {
            store,
            clock,
            service,
            others,
            operations,
            door,
        }
    }

    /// Calls an operation as a client does.
    pub(crate) async fn call(&self, operation: &str, input: Value) -> Result<Value, ApiError> {
        let context = Context {
            principal: Principal::root(ACCOUNT, REGION),
            request_id: "request".into(),
        };
        let handler = self
            .operations
            .get(operation)
            .unwrap_or_else(|| panic!("no handler of {operation}"));
        (handler.run)(context, input).await
    }

    pub(crate) async fn ok(&self, operation: &str, input: Value) -> Value {
        self.call(operation, input)
            .await
            .unwrap_or_else(|e| panic!("{operation}: {e} {:?}", e.source))
    }

    /// Returns code and message of a refusal.
    pub(crate) async fn refused(&self, operation: &str, input: Value) -> (String, String) {
        match self.call(operation, input).await {
            Ok(answer) => panic!("{operation} was accepted: {answer}"),
            Err(error) => (error.code, error.message),
        }
    }

    /// Creates a state machine and returns its ARN.
    pub(crate) async fn machine(&self, name: &str, definition: &Value) -> String {
        let input = json!({"name": name, "definition": definition.to_string(), "roleArn": ROLE});
        text(
            &self.ok("CreateStateMachine", input).await,
            "stateMachineArn",
        )
    }

    pub(crate) async fn express(&self, name: &str, definition: &Value) -> String {
        let input = json!({"name": name, "definition": definition.to_string(), "roleArn": ROLE, "type": "EXPRESS"});
        text(
            &self.ok("CreateStateMachine", input).await,
            "stateMachineArn",
        )
    }

    /// Starts an execution and returns its ARN.
    pub(crate) async fn start(&self, machine: &str, input: &Value) -> String {
        let input = json!({"stateMachineArn": machine, "input": input.to_string()});
        text(&self.ok("StartExecution", input).await, "executionArn")
    }

    pub(crate) async fn describe(&self, execution: &str) -> Value {
        self.ok("DescribeExecution", json!({"executionArn": execution}))
            .await
    }

    pub(crate) async fn history(&self, execution: &str) -> Vec<Value> {
        let mut events = Vec::new();
        let mut input = json!({"executionArn": execution, "maxResults": 1000});
        loop {
            let page = self.ok("GetExecutionHistory", input.clone()).await;
            events.extend(page["events"].as_array().unwrap().iter().cloned());
            match page.get("nextToken") {
                Some(token) => input["nextToken"] = token.clone(),
                None => return events,
            }
        }
    }

    pub(crate) async fn event_types(&self, execution: &str) -> Vec<String> {
        self.history(execution)
            .await
            .iter()
            .map(|e| text(e, "type"))
            .collect()
    }

    /// Waits until the execution has ended, while the clock moves on.
    pub(crate) async fn ended(&self, execution: &str) -> Value {
        for round in 0..PATIENCE {
            let found = self.describe(execution).await;
            if found["status"] != "RUNNING" {
                return found;
            }
            self.pass(round).await;
        }
        panic!(
            "{execution} does not end: {:?}",
            self.event_types(execution).await
        );
    }

    /// Waits until something holds, while the clock stands still.
    pub(crate) async fn until(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        for _ in 0..PATIENCE {
            if holds().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("{what}: not in time");
    }

    /// Lets others run; now and then the clock moves on.
    pub(crate) async fn pass(&self, round: usize) {
        tokio::time::sleep(Duration::from_millis(1)).await;
        if round % 8 == 7 {
            self.clock.advance(1000);
        }
    }

    /// Ends this life: what is left is the store.
    pub(crate) fn release(&self) {
        self.door.release();
    }
}

/// Returns a text member.
pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no text {name} in {value}"))
        .to_owned()
}
