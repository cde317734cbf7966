//! One execution told as a story: a definition, an input, what happens outside, what must come of it.

use std::collections::BTreeMap;

use asl::{
    Context, Definition, Effect, Env, Execution, JournalEvent, MachineKind, ScheduleTask, Status,
    Step, TaskId, TimerId, Trigger, Value, advance, evolve, history, time,
};

const START_MS: i64 = 1_700_000_000_000;

pub struct InterpreterCase {
    definition: Definition,
    state: Execution,
    replayed: Execution,
    journal: Vec<(i64, JournalEvent)>,
    pub effects: Vec<Effect>,
    pub tasks: Vec<ScheduleTask>,
    pub timers: BTreeMap<TimerId, i64>,
    now_ms: i64,
    seed: u64,
}

impl InterpreterCase {
    pub fn new(definition: &str) -> Self {
        Self::of_kind(definition, MachineKind::Standard)
    }

    pub fn of_kind(definition: &str, kind: MachineKind) -> Self {
        let definition = match Definition::parse(definition, kind) {
            Ok(definition) => definition,
            Err(found) => panic!("{}", asl::invalid_definition(&found)),
        };
        Self {
            definition,
            state: Execution::new(),
            replayed: Execution::new(),
            journal: Vec::new(),
            effects: Vec::new(),
            tasks: Vec::new(),
            timers: BTreeMap::new(),
            now_ms: START_MS,
            seed: 1,
        }
    }

    pub fn input(mut self, input: &str) -> Self {
        let context = Context {
            execution_arn: "arn:aws:states:us-east-1:000000000000:execution:m:e".into(),
            execution_name: "e".into(),
            role_arn: "arn:aws:iam::000000000000:role/r".into(),
            start_time: time::iso(START_MS).into(),
            redrive_count: 0,
            machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".into(),
            machine_name: "m".into(),
            region: "us-east-1".into(),
        };
        self.event(Trigger::Start {
            context,
            input_text: input.into(),
        });
        self
    }

    /// Gives a trigger and carries on while there is more to do at once.
    pub fn event(&mut self, trigger: Trigger) {
        let mut next = Some(trigger);
        while let Some(trigger) = next.take() {
            self.seed += 1;
            let env = Env {
                now_ms: self.now_ms,
                seed: self.seed,
            };
            let Step { events, effects } =
                advance(&self.definition, &mut self.state, trigger, &env);
            for event in events {
                evolve(&mut self.replayed, &event);
                self.journal.push((self.now_ms, event));
            }
            assert_eq!(
                self.state, self.replayed,
                "the replayed journal is not the live state"
            );
            for effect in effects {
                match &effect {
                    Effect::ScheduleTask(task) => self.tasks.push(task.clone()),
                    Effect::SetTimer { timer, due_ms } => {
                        self.timers.insert(*timer, *due_ms);
                    }
                    Effect::ClearTimer { timer } => {
                        self.timers.remove(timer);
                    }
                    Effect::Continue => next = Some(Trigger::Continue),
                    _ => {}
                }
                self.effects.push(effect);
            }
        }
    }

    /// Lets the next timer fire. Returns how many milliseconds that took.
    pub fn wait(&mut self) -> i64 {
        let (timer, due_ms) = self
            .timers
            .iter()
            .min_by_key(|(_, due)| **due)
            .map(|(t, d)| (*t, *d))
            .expect("a timer");
        self.timers.remove(&timer);
        let waited = due_ms - self.now_ms;
        self.now_ms = due_ms;
        self.event(Trigger::TimerFired { timer });
        waited
    }

    /// The task that was scheduled last.
    pub fn task(&self) -> TaskId {
        self.tasks.last().expect("a task").task
    }

    pub fn start_task(&mut self) {
        let task = self.task();
        self.event(Trigger::TaskStarted {
            task,
            worker_name: None,
        });
    }

    pub fn succeed(&mut self, output: &str) {
        let task = self.task();
        self.event(Trigger::TaskSucceeded {
            task,
            output: Value::parse(output).expect("JSON"),
        });
    }

    pub fn fail(&mut self, error: &str, cause: &str) {
        let task = self.task();
        self.event(Trigger::TaskFailed {
            task,
            error: Some(error.into()),
            cause: Some(cause.into()),
        });
    }

    pub fn status(&self) -> Status {
        self.state.status().expect("started")
    }

    pub fn output(&self) -> String {
        self.state.output_text().unwrap_or_default()
    }

    pub fn error(&self) -> &str {
        self.state.failure().error.as_deref().unwrap_or_default()
    }

    pub fn cause(&self) -> &str {
        self.state.failure().cause.as_deref().unwrap_or_default()
    }

    pub fn state(&self) -> &Execution {
        &self.state
    }

    /// The history in short: `id<previous Type`.
    pub fn history(&self) -> Vec<String> {
        let journal = self.journal.iter().map(|(at, event)| (*at, event));
        let events = history::project(&self.definition, journal);
        events
            .iter()
            .map(|e| format!("{}<{} {}", e.id, e.previous_id, e.kind))
            .collect()
    }

    pub fn journal(&self) -> impl Iterator<Item = &JournalEvent> {
        self.journal.iter().map(|(_, event)| event)
    }

    /// Nothing is left behind when it is over.
    pub fn assert_over(&self) {
        assert!(self.timers.is_empty(), "timers are left: {:?}", self.timers);
        assert_eq!(self.state.pending_tasks().count(), 0);
        let finished = self
            .effects
            .iter()
            .filter(|e| matches!(e, Effect::Finished { .. }))
            .count();
        assert_eq!(finished, 1, "finished once");
    }
}
