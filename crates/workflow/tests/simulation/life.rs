//! One life of the process, and what goes on around it.

use std::{sync::Arc, time::Duration};

use aws::{ApiError, Call, Context, DoorHandle, Invoke, Operations, Principal, Service};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use store::{
    Clock, Scan, Store,
    simulated::{Death, Dice, Disk, Faults},
};
use workflow::StepFunctions;

use crate::{
    ACCOUNT, REGION,
    clock::Virtual,
    others::Others,
    outside::{Outside, answer},
    plan::{Machine, Plan, written},
};

/// By then every execution of a plan has ended, clocks that jump back included.
const LONGEST: Duration = Duration::from_secs(2 * 24 * 3600);
const ROLE: &str = "arn:aws:iam::000000000000:role/r";

/// How a life ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ended {
    Died(Death),
    /// Everything that was planned has come to its end.
    Done,
    /// Nothing goes on.
    Stuck,
}

/// The service as its callers see it.
#[derive(Clone)]
pub(crate) struct Api {
    operations: Operations,
    store: Store,
}

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
                None => Box::pin(async {
                    Err(ApiError::new("UnknownOperationException", "no handler"))
                }),
            };
        }
        let others = Arc::clone(&self.others);
        Box::pin(async move { others.call(call).await })
    }
}

impl Api {
    async fn call(&self, operation: &str, input: Value) -> Result<Value, ApiError> {
        let context = Context {
            principal: Principal::root(ACCOUNT, REGION),
            request_id: "request".into(),
        };
        (self.operations.get(operation).unwrap().run)(context, input).await
    }

    /// Calls until the server says yes, or no for a reason of its own.
    async fn surely(&self, operation: &str, input: Value) -> Result<Value, ApiError> {
        loop {
            match self.call(operation, input.clone()).await {
                Err(error) if error.status >= 500 => {
                    tokio::time::sleep(Duration::from_millis(700)).await
                }
                answer => return answer,
            }
        }
    }

    pub(crate) async fn history(&self, arn: &str) -> Result<Vec<Value>, ApiError> {
        let mut input = json!({"executionArn": arn, "maxResults": 1000});
        let mut events = Vec::new();
        loop {
            let page = self.call("GetExecutionHistory", input.clone()).await?;
            events.extend(page["events"].as_array().unwrap().iter().cloned());
            match page.get("nextToken") {
                Some(token) => input["nextToken"] = token.clone(),
                None => return Ok(events),
            }
        }
    }

    pub(crate) async fn describe(&self, arn: &str) -> Result<Value, ApiError> {
        self.call("DescribeExecution", json!({"executionArn": arn}))
            .await
    }
}

pub(crate) fn machine_name(at: usize) -> String {
    format!("m{at}")
}

pub(crate) fn arn(plan: &Plan, execution: usize) -> String {
    let is = &plan.executions[execution];
    format!(
        "arn:aws:states:{REGION}:{ACCOUNT}:execution:{}:{}",
        machine_name(is.machine),
        is.name
    )
}

pub(crate) fn definition(machine: &Machine) -> Value {
    match machine {
        Machine::Random(made) => made.clone(),
        Machine::Written(which) => written().swap_remove(*which).1,
    }
}

/// Opens the service on a disk; `start`: lets it work.
pub(crate) async fn open(
    store: Store,
    clock: Arc<dyn Clock>,
    outside: &Outside,
    start: bool,
) -> (Api, DoorHandle, Arc<StepFunctions>) {
    let door = DoorHandle::new();
    let service = StepFunctions::open(store.clone(), clock, Arc::new(door.clone()))
        .await
        .unwrap();
    let operations = Arc::clone(&service).operations();
    door.bind(Arc::new(Router {
        states: operations.clone(),
        others: Arc::clone(&outside.others),
    }));
    if start {
        service.start();
    }
    (Api { operations, store }, door, service)
}

/// Lives until everything has ended, or death.
pub(crate) async fn live(
    disk: &Disk,
    faults: Faults,
    plan: &Arc<Plan>,
    outside: &Arc<Outside>,
    now_ms: &mut i64,
    dice: &mut Dice,
) -> Ended {
    let (store, mut over) = disk.store(faults);
    outside.others.publish_to(store.clone());
    let clock = Virtual::at(*now_ms);
    let (api, door, service) = open(store, Arc::new(clock.clone()), outside, true).await;
    for (after_ms, by_ms) in plan.jumps.iter().copied() {
        let clock = clock.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(after_ms)).await;
            clock.jump(by_ms);
        });
    }
    let work = work(api, Arc::clone(plan), Arc::clone(outside), dice.fork());
    let ended = tokio::select! {
        biased;
        death = async { over.wait_for(Option::is_some).await.ok().and_then(|d| *d) } => death.map_or(Ended::Stuck, Ended::Died),
        () = work => Ended::Done,
        () = tokio::time::sleep(LONGEST) => Ended::Stuck,
    };
    *now_ms = clock.now_ms();
    assert_eq!(service.broken_invariants(), 0);
    door.release();
    ended
}

async fn work(api: Api, plan: Arc<Plan>, outside: Arc<Outside>, mut dice: Dice) {
    let activity = json!({"name": "a"});
    let _ = api.surely("CreateActivity", activity).await;
    for (at, machine) in plan.machines.iter().enumerate() {
        let input = json!({"name": machine_name(at), "definition": definition(machine).to_string(), "roleArn": ROLE});
        if let Err(error) = api.surely("CreateStateMachine", input).await {
            panic!("CreateStateMachine: {error}");
        }
    }
    take_up(&api, &outside).await;
    for _ in 0..2 {
        tokio::spawn(worker(api.clone(), Arc::clone(&outside), dice.fork()));
    }
    let clients: Vec<_> = (0..plan.executions.len())
        .map(|n| {
            tokio::spawn(client(
                api.clone(),
                Arc::clone(&plan),
                Arc::clone(&outside),
                n,
            ))
        })
        .collect();
    for client in clients {
        client.await.unwrap();
    }
}

/// Finds tasks that were handed out to nobody: the worker's answer was lost with the process.
async fn take_up(api: &Api, outside: &Arc<Outside>) {
    let all = Scan::prefix(&[]);
    let offered = api
        .store
        .scan("workflow/activity-tasks", &all)
        .await
        .unwrap();
    let offered: Vec<String> = offered
        .iter()
        .map(|(_, row)| {
            row.json::<Value>().unwrap()["token"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    for (key, _) in api.store.scan("workflow/tokens", &all).await.unwrap() {
        let token = key.parts().remove(0);
        if !offered.contains(&token) {
            outside.know(|k| {
                if k.handed_out.insert(token.clone(), 1).is_none() {
                    k.to_answer.insert(token);
                }
            });
        }
    }
    for token in outside.know(|k| k.to_answer.clone()) {
        tokio::spawn(tell(api.clone(), Arc::clone(outside), token));
    }
}

async fn worker(api: Api, outside: Arc<Outside>, mut dice: Dice) {
    let activity = format!("arn:aws:states:{REGION}:{ACCOUNT}:activity:a");
    loop {
        let input = json!({"activityArn": activity});
        let task = match api.call("GetActivityTask", input).await {
            Ok(task) => task,
            Err(_) => {
                tokio::time::sleep(Duration::from_millis(900)).await;
                continue;
            }
        };
        let Some(token) = task["taskToken"].as_str() else {
            continue;
        };
        outside.know(|k| {
            *k.handed_out.entry(token.to_owned()).or_default() += 1;
            k.to_answer.insert(token.to_owned());
        });
        tokio::time::sleep(Duration::from_millis(dice.roll(3000))).await;
        tokio::spawn(tell(api.clone(), Arc::clone(&outside), token.to_owned()));
    }
}

async fn tell(api: Api, outside: Arc<Outside>, token: String) {
    let told = match answer(&token) {
        Ok(output) => {
            api.surely(
                "SendTaskSuccess",
                json!({"taskToken": token, "output": output.to_string()}),
            )
            .await
        }
        Err(error) => {
            api.surely(
                "SendTaskFailure",
                json!({"taskToken": token, "error": error}),
            )
            .await
        }
    };
    // Refused: it has run out of time, or an answer arrived that nobody heard the receipt of.
    if let Err(refused) = &told {
        assert!(
            matches!(
                refused.code.as_str(),
                "TaskTimedOut" | "InvalidToken" | "TaskDoesNotExist"
            ),
            "{refused}"
        );
    }
    outside.know(|k| k.to_answer.remove(&token));
}

async fn client(api: Api, plan: Arc<Plan>, outside: Arc<Outside>, number: usize) {
    let is = &plan.executions[number];
    tokio::time::sleep(Duration::from_millis(is.start_after_ms)).await;
    if !outside.know(|k| k.started.contains(&number)) {
        let machine = format!(
            "arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{}",
            machine_name(is.machine)
        );
        let input =
            json!({"stateMachineArn": machine, "name": is.name, "input": is.input.to_string()});
        match api.surely("StartExecution", input).await {
            Ok(_) => {}
            // Started by a call that was never answered.
            Err(error) => assert_eq!(error.code, "ExecutionAlreadyExists", "{error}"),
        }
        outside.know(|k| k.started.insert(number));
    }
    let arn = arn(&plan, number);
    if let Some(after_ms) = is.stop_after_ms {
        tokio::time::sleep(Duration::from_millis(after_ms)).await;
        let _ = api
            .surely("StopExecution", json!({"executionArn": arn}))
            .await;
    }
    loop {
        let status = api.describe(&arn).await.map(|d| d["status"].clone());
        match status {
            Ok(status) if status == "RUNNING" => {}
            Ok(status) => {
                let again = is.redrive
                    && status != "SUCCEEDED"
                    && !outside.know(|k| k.redriven.contains(&number));
                if !again {
                    return;
                }
                outside.know(|k| k.redrives_asked.insert(number));
                if api
                    .surely(
                        "RedriveExecution",
                        json!({"executionArn": arn, "clientToken": "t"}),
                    )
                    .await
                    .is_ok()
                {
                    outside.know(|k| k.redriven.insert(number));
                }
            }
            Err(error) => assert!(error.status >= 500, "{error}"),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
