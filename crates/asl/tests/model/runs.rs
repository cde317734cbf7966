//! One run: a random machine, random happenings in random order, the interpreter beside the reference.

use std::collections::{BTreeMap, BTreeSet};

use asl::{
    Context, Definition, Effect, Env, Execution, JournalEvent, MachineKind, Status, TaskId,
    TimerId, Trigger, history::Projector,
};
use serde_json::{Value, json};

use crate::{
    generator::{self, Dice},
    reference::{Happening, Model, Pending, Told, WORDS, in_order},
};

/// Happenings after which an execution is stopped, should it not have ended.
const MOST_HAPPENINGS: usize = 300;

/// What a run came to.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) runs: u64,
    pub(crate) happenings: u64,
    pub(crate) events: u64,
    pub(crate) by_status: BTreeMap<&'static str, u64>,
}

/// The interpreter as a driver sees it.
struct Live {
    definition: Definition,
    state: Execution,
    journal: Vec<JournalEvent>,
    tasks: BTreeMap<u64, String>,
    timers: BTreeMap<u64, i64>,
    projector: Projector,
    told: Vec<Told>,
    now_ms: i64,
    ended: Option<Status>,
}

impl Live {
    fn take(&mut self, trigger: Trigger, seed: u64) -> usize {
        let (from, mut next) = (self.journal.len(), Some(trigger));
        while let Some(trigger) = next.take() {
            let env = Env {
                now_ms: self.now_ms,
                seed,
            };
            let step = asl::advance(&self.definition, &mut self.state, trigger, &env);
            for event in step.events {
                self.told
                    .extend(self.projector.push(self.now_ms, &event).map(|e| told(&e)));
                self.journal.push(event);
            }
            for effect in step.effects {
                match effect {
                    Effect::ScheduleTask(task) => {
                        self.tasks
                            .insert(task.task.0, in_order(&json(&task.arguments)).to_string());
                    }
                    Effect::SetTimer { timer, due_ms } => {
                        self.timers.insert(timer.0, due_ms);
                    }
                    Effect::ClearTimer { timer } => {
                        self.timers.remove(&timer.0);
                    }
                    Effect::CancelTask { task } => {
                        self.tasks.remove(&task.0);
                    }
                    Effect::Continue => next = Some(Trigger::Continue),
                    Effect::Finished { status, .. } => self.ended = Some(status),
                    Effect::StartMapRun { .. }
                    | Effect::CancelMapRun { .. }
                    | Effect::RedriveMapRun { .. } => {
                        panic!("no Map run was asked for")
                    }
                }
            }
        }
        self.journal.len() - from
    }

    fn pending(&self) -> Vec<Pending> {
        let tasks = self.tasks.iter().map(|(id, arguments)| Pending::Task {
            id: *id,
            arguments: arguments.clone(),
        });
        let timers = self.timers.iter().map(|(id, due_ms)| Pending::Timer {
            id: *id,
            due_ms: *due_ms,
        });
        tasks.chain(timers).collect()
    }
}

fn json(value: &asl::Value) -> Value {
    plain(value.to_json())
}

/// Puts [`WORDS`] in the place of causes that the interpreter worded.
fn plain(value: Value) -> Value {
    match value {
        Value::String(text) if text.starts_with("An error occurred while executing the state") => {
            json!(WORDS)
        }
        Value::Array(items) => items.into_iter().map(plain).collect(),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(k, v)| (k, plain(v))).collect())
        }
        other => other,
    }
}

/// Returns of a history event what the reference tells.
pub(crate) fn told(event: &asl::history::HistoryEvent) -> Told {
    let details = event
        .details
        .as_ref()
        .map(|(_, d)| json(d))
        .unwrap_or_default();
    let text = |name: &str| {
        let text = details[name].as_str().unwrap();
        plain(serde_json::from_str(text).unwrap())
    };
    // The reference calls every task a function.
    let kind = event.kind.replace("Activity", "LambdaFunction");
    let kind = kind.as_str();
    let failure = || json!({"error": details["error"], "cause": details["cause"]});
    let (name, data) = if kind.ends_with("StateEntered") {
        (details["name"].clone(), text("input"))
    } else if kind.ends_with("StateExited") {
        (details["name"].clone(), text("output"))
    } else if kind.starts_with("MapIteration") {
        (details["name"].clone(), details["index"].clone())
    } else {
        let data = match kind {
            "ExecutionStarted" | "LambdaFunctionScheduled" => text("input"),
            "ExecutionSucceeded" | "LambdaFunctionSucceeded" => text("output"),
            "ExecutionFailed"
            | "ExecutionAborted"
            | "ExecutionTimedOut"
            | "LambdaFunctionFailed"
            | "LambdaFunctionTimedOut" => failure(),
            "MapStateStarted" => details["length"].clone(),
            _ => Value::Null,
        };
        (Value::Null, data)
    };
    Told {
        kind: kind.to_owned(),
        name,
        data,
    }
}

fn context() -> Context {
    Context {
        execution_arn: "arn:aws:states:us-east-1:000000000000:execution:m:e".into(),
        execution_name: "e".into(),
        role_arn: "arn:aws:iam::000000000000:role/r".into(),
        start_time: "2024-01-01T00:00:00.000Z".into(),
        redrive_count: 0,
        machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".into(),
        machine_name: "m".into(),
        region: "us-east-1".into(),
    }
}

/// Runs the machine of a seed. **Errors**: where the interpreter differs from the reference.
pub(crate) fn run(seed: u64, tally: &mut Tally) -> Result<(), String> {
    let mut dice = Dice(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let machine = generator::machine(&mut dice, true);
    let input = dice.data();
    let definition = Definition::parse(&machine.to_string(), MachineKind::Standard)
        .map_err(|found| format!("{machine}\n{}", asl::invalid_definition(&found)))?;
    let mut live = Live {
        projector: Projector::new(&definition),
        definition,
        state: Execution::new(),
        journal: Vec::new(),
        tasks: BTreeMap::new(),
        timers: BTreeMap::new(),
        told: Vec::new(),
        now_ms: 1_000_000,
        ended: None,
    };
    live.take(
        Trigger::Start {
            context: context(),
            input_text: input.to_string().into(),
        },
        dice.next(),
    );
    let mut model = Model::start(&machine, &input, live.now_ms);
    let mut started = BTreeSet::new();
    for number in 0.. {
        let differs = |what: &str| {
            format!("{what} after {number} happenings\nmachine {machine}\ninput {input}")
        };
        compare(&live, &model).map_err(|what| differs(&what))?;
        if live.ended.is_some() {
            break;
        }
        if dice.one_in(8) {
            // A process was lost: the next one reads the journal.
            let mut replayed = Execution::new();
            live.journal
                .iter()
                .for_each(|event| asl::evolve(&mut replayed, event));
            if replayed != live.state {
                return Err(differs("the replayed state is not the live one"));
            }
            live.state = replayed;
        }
        tally.happenings += 1;
        let stop = number > MOST_HAPPENINGS || dice.one_in(100);
        let happening = if stop {
            Happening::Stopped
        } else {
            next(&mut dice, &mut live, &mut started)?
        };
        live.take(trigger(&happening), dice.next());
        model.happen(live.now_ms, happening);
    }
    // Whatever comes now comes too late.
    for late in [
        Happening::TaskSucceeded(0, json!(1)),
        Happening::TimeIsUp(0),
        Happening::Stopped,
    ] {
        if live.take(trigger(&late), 0) > 0 {
            return Err(format!(
                "{late:?} changed an execution that is over\nmachine {machine}\ninput {input}"
            ));
        }
    }
    tally.runs += 1;
    tally.events += live.told.len() as u64;
    *tally.by_status.entry(model.status).or_default() += 1;
    Ok(())
}

/// Chooses what happens next and lets the clock move on to it.
fn next(
    dice: &mut Dice,
    live: &mut Live,
    started: &mut BTreeSet<u64>,
) -> Result<Happening, String> {
    if dice.one_in(10) {
        // Something that is not awaited, or not any more.
        let id = dice.next() % 12;
        let happening = if dice.one_in(2) {
            Happening::TimeIsUp(id)
        } else {
            Happening::TaskSucceeded(id, json!(1))
        };
        let awaited = match happening {
            Happening::TimeIsUp(id) => live.timers.contains_key(&id),
            _ => live.tasks.contains_key(&id),
        };
        if !awaited {
            return Ok(happening);
        }
    }
    let pending = live.pending();
    if pending.is_empty() {
        return Err("it waits for nothing and has not ended".to_owned());
    }
    Ok(match &pending[dice.roll(pending.len())] {
        Pending::Timer { id, due_ms } => {
            live.now_ms = live.now_ms.max(*due_ms) + i64::try_from(dice.roll(3)).unwrap() * 700;
            live.timers.remove(id);
            Happening::TimeIsUp(*id)
        }
        Pending::Task { id, .. } if started.insert(*id) && !dice.one_in(8) => {
            Happening::TaskStarted(*id)
        }
        Pending::Task { id, .. } => {
            live.tasks.remove(id);
            match dice.roll(3) {
                0 => {
                    let error = generator::error(dice);
                    let error = if error.is_empty() {
                        Value::Null
                    } else {
                        json!(error)
                    };
                    let cause = if dice.one_in(2) {
                        json!("it broke")
                    } else {
                        Value::Null
                    };
                    Happening::TaskFailed(*id, error, cause)
                }
                _ => Happening::TaskSucceeded(*id, dice.data()),
            }
        }
    })
}

fn trigger(happening: &Happening) -> Trigger {
    let text = |value: &Value| value.as_str().map(Into::into);
    match happening {
        Happening::TaskStarted(id) => Trigger::TaskStarted {
            task: TaskId(*id),
            worker_name: None,
        },
        Happening::TaskSucceeded(id, output) => Trigger::TaskSucceeded {
            task: TaskId(*id),
            output: output.into(),
        },
        Happening::TaskFailed(id, error, cause) => Trigger::TaskFailed {
            task: TaskId(*id),
            error: text(error),
            cause: text(cause),
        },
        Happening::TimeIsUp(id) => Trigger::TimerFired {
            timer: TimerId(*id),
        },
        Happening::Stopped => Trigger::Stop {
            error: None,
            cause: None,
        },
    }
}

fn compare(live: &Live, model: &Model<'_>) -> Result<(), String> {
    for (at, pair) in live.told.iter().zip(&model.history).enumerate() {
        if pair.0 != pair.1 {
            return Err(format!(
                "event {} is {:?}, not {:?}",
                at + 1,
                pair.0,
                pair.1
            ));
        }
    }
    if live.told.len() != model.history.len() {
        let (live, model) = (
            live.told.get(model.history.len()),
            model.history.get(live.told.len()),
        );
        return Err(format!(
            "one tells more: {live:?}, or the reference {model:?}"
        ));
    }
    let status = live.ended.map_or("RUNNING", Status::as_str);
    if status != model.status {
        return Err(format!("it is {status}, not {}", model.status));
    }
    if live.ended.is_none() && live.pending() != model.pending() {
        return Err(format!(
            "it waits for {:?}, not {:?}",
            live.pending(),
            model.pending()
        ));
    }
    if live.ended.is_some() && !live.pending().is_empty() {
        return Err(format!("it is over and waits for {:?}", live.pending()));
    }
    let output = live.state.output().map(json).unwrap_or_default();
    let error = live
        .state
        .failure()
        .error
        .as_deref()
        .map_or(Value::Null, |e| json!(e));
    if (&output, &error) != (&model.output, &model.error) {
        return Err(format!(
            "it came to {output} {error}, not to {} {}",
            model.output, model.error
        ));
    }
    Ok(())
}
