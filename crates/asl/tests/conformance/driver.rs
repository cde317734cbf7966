//! An in-memory driver with a simulated clock.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, VecDeque},
};

use asl::{
    Context, Definition, Effect, Env, Execution, ItemSource, JournalEvent, MapRunSpec, Status,
    TimerId, Trigger, Value, advance, decide, evolve, history, map_run, time,
};
use serde_json::{Value as Json, json};

const START_MS: i64 = 1_700_000_000_000;

pub struct Ran {
    pub result: Json,
    pub history: Json,
}

struct Driver<'a> {
    definition: &'a Definition,
    state: Execution,
    /// Kept by `evolve` alone.
    replayed: Execution,
    journal: Vec<(i64, JournalEvent)>,
    now_ms: i64,
    timers: BTreeMap<TimerId, i64>,
    due: BinaryHeap<Reverse<(i64, u64)>>,
    queue: VecDeque<Trigger>,
    seed: u64,
    map_runs: u32,
}

pub fn run(definition: &Definition, input: &str) -> Ran {
    let driver = drive(definition, input);
    let (status, failure) = (
        driver.state.status().unwrap_or(Status::Running),
        driver.state.failure(),
    );
    let mut result = json!({ "status": status.as_str() });
    if let Some(output) = driver.state.output_text() {
        result["output"] = json!(output);
    }
    for (name, text) in [("error", &failure.error), ("cause", &failure.cause)] {
        if let Some(text) = text {
            result[name] = json!(&**text);
        }
    }
    let journal = driver.journal.iter().map(|(at, event)| (*at, event));
    let events: Vec<Json> = history::project(definition, journal)
        .into_iter()
        .map(|e| {
            let mut event = json!({"id": e.id, "previousEventId": e.previous_id, "type": e.kind, "timestamp": "<timestamp>"});
            if let Some((member, details)) = &e.details {
                event[*member] = details.to_json();
            }
            event
        })
        .collect();
    let mut history = json!(events);
    crate::compare::normalise(&mut result);
    crate::compare::normalise(&mut history);
    Ran { result, history }
}

fn drive<'a>(definition: &'a Definition, input: &str) -> Driver<'a> {
    let mut driver = Driver {
        definition,
        state: Execution::new(),
        replayed: Execution::new(),
        journal: Vec::new(),
        now_ms: START_MS,
        timers: BTreeMap::new(),
        due: BinaryHeap::new(),
        queue: VecDeque::new(),
        seed: 7,
        map_runs: 0,
    };
    let context = Context {
        execution_arn: "arn:<partition>:states:<region>:<account>:execution:<machine>:<execution>"
            .into(),
        execution_name: "<execution>".into(),
        role_arn: "<role>".into(),
        start_time: time::iso(START_MS).into(),
        redrive_count: 0,
        machine_arn: "arn:<partition>:states:<region>:<account>:stateMachine:<machine>".into(),
        machine_name: "<machine>".into(),
        region: "<region>".into(),
    };
    driver.queue.push_back(Trigger::Start {
        context,
        input_text: input.into(),
    });
    while driver.turn() {}
    assert_eq!(
        driver.state, driver.replayed,
        "the replayed journal is not the live state"
    );
    let saved = serde_json::to_string(&driver.state).unwrap();
    assert_eq!(
        serde_json::from_str::<Execution>(&saved).unwrap(),
        driver.state,
        "the saved state is another"
    );
    let journal = serde_json::to_string(&driver.journal).unwrap();
    assert_eq!(
        serde_json::from_str::<Vec<(i64, JournalEvent)>>(&journal).unwrap(),
        driver.journal
    );
    driver
}

impl Driver<'_> {
    fn turn(&mut self) -> bool {
        let trigger = match self.queue.pop_front() {
            Some(trigger) => trigger,
            None => match self.next_timer() {
                Some(timer) => Trigger::TimerFired { timer },
                None => return false,
            },
        };
        self.seed += 1;
        let env = Env {
            now_ms: self.now_ms,
            seed: self.seed,
        };
        let decided = decide(self.definition, &self.state, trigger.clone(), &env);
        let step = advance(self.definition, &mut self.state, trigger, &env);
        assert_eq!(
            decided.events, step.events,
            "the same trigger led elsewhere"
        );
        for event in step.events {
            evolve(&mut self.replayed, &event);
            self.journal.push((self.now_ms, event));
        }
        step.effects
            .into_iter()
            .for_each(|effect| self.carry_out(effect));
        true
    }

    fn next_timer(&mut self) -> Option<TimerId> {
        while let Some(Reverse((due_ms, timer))) = self.due.pop() {
            if self.timers.remove(&TimerId(timer)).is_some() {
                self.now_ms = self.now_ms.max(due_ms);
                return Some(TimerId(timer));
            }
        }
        None
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::SetTimer { timer, due_ms } => {
                self.timers.insert(timer, due_ms);
                self.due.push(Reverse((due_ms, timer.0)));
            }
            Effect::ClearTimer { timer } => {
                self.timers.remove(&timer);
            }
            Effect::Continue => self.queue.push_back(Trigger::Continue),
            Effect::StartMapRun { map_run, spec } => {
                self.map_runs += 1;
                let n = self.map_runs;
                let arn = format!(
                    "arn:<partition>:states:<region>:<account>:mapRun:<machine>/<map-run-label:{n}>:<map-run:{n}>"
                );
                self.queue.push_back(Trigger::MapRunStarted {
                    map_run,
                    arn: arn.into(),
                });
                self.queue.push_back(match self.children(&spec) {
                    Ok(output) => Trigger::MapRunSucceeded { map_run, output },
                    Err(failure) => Trigger::MapRunFailed {
                        map_run,
                        error: failure.error.unwrap_or_else(|| "".into()),
                        cause: failure.cause,
                    },
                });
            }
            Effect::ScheduleTask(task) => panic!("no service here to carry out {}", task.resource),
            Effect::CancelTask { .. }
            | Effect::CancelMapRun { .. }
            | Effect::RedriveMapRun { .. }
            | Effect::Finished { .. } => {}
        }
    }

    fn children(&self, spec: &MapRunSpec) -> Result<Value, asl::Failure> {
        let ItemSource::Given(items) = &spec.items else {
            panic!("no items here")
        };
        let env = Env {
            now_ms: self.now_ms,
            seed: self.seed,
        };
        let inputs: Result<Vec<_>, _> = map_run::given_items(items)
            .iter()
            .map(|item| map_run::item_input(self.definition, spec, item, &env))
            .collect();
        let inputs = map_run::child_inputs(spec, inputs?)?;
        let processor = self
            .definition
            .item_processor(&spec.state)
            .expect("a Map state");
        let (mut outputs, mut failed) = (Vec::new(), 0);
        let total = inputs.len() as u64;
        for input in inputs {
            let child = drive(&processor, &input.to_text());
            match child.state.output() {
                Some(output) => outputs.push(output.clone()),
                None => failed += 1,
            }
        }
        if map_run::is_exceeded(spec, failed, total) {
            Err(map_run::threshold_exceeded())
        } else {
            Ok(Value::array(outputs))
        }
    }
}
