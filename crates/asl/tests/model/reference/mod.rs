//! What an execution should do, written as plainly as can be: the reference that the interpreter is held against.
//!
//! Everything is looked up in the definition's JSON each time, nothing is shared and nothing is fast. It knows
//! the JSONPath language's plain paths (`$.a.b`, `$$.Map.Item.Value`), Pass, Choice, Wait, Succeed, Fail, Task
//! (a Lambda function, so that its events are few), Parallel and inline Map, with Retry, Catch and time limits.
//! Of an error that the interpreter finds itself the name counts, the words do not: they are [`WORDS`] here.

mod ends;
mod paths;
mod states;

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

pub(crate) use self::paths::in_order;

/// Stands for a cause that the interpreter words itself.
pub(crate) const WORDS: &str = "*";

/// One history event: its type, the state or iteration it names, and what flows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) kind: String,
    pub(crate) name: Value,
    pub(crate) data: Value,
}

/// What an execution waits for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pending {
    Task { id: u64, arguments: String },
    Timer { id: u64, due_ms: i64 },
}

/// What happens outside.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    TaskStarted(u64),
    TaskSucceeded(u64, Value),
    /// Error and cause.
    TaskFailed(u64, Value, Value),
    TimeIsUp(u64),
    Stopped,
}

#[derive(Clone)]
struct Thread<'d> {
    parent: Option<usize>,
    /// Which branch or iteration.
    index: usize,
    states: &'d Map<String, Value>,
    state: &'d str,
    flow: Value,
    /// `{"Index": …, "Value": …}` within an iteration.
    item: Option<Value>,
    retries: Vec<u64>,
    doing: Doing,
}

#[derive(Clone)]
enum Doing {
    /// Its state is to be entered.
    Due,
    Entered,
    Waiting {
        timer: u64,
        due_ms: i64,
    },
    Task {
        id: u64,
        arguments: Value,
        limit: Option<(u64, i64)>,
    },
    Pausing {
        timer: u64,
        due_ms: i64,
    },
    /// Its state is to be tried again.
    Again,
    Forked {
        running: Vec<usize>,
        results: Vec<Option<Value>>,
        begun: usize,
        items: Vec<Value>,
        input: Value,
    },
    Done,
}

struct Trouble {
    error: Value,
    cause: Value,
    /// Ends the execution at once unless the very state catches it.
    fatal: bool,
}

fn runtime() -> Trouble {
    Trouble {
        error: json!("States.Runtime"),
        cause: json!(WORDS),
        fatal: true,
    }
}

fn named(error: &str) -> Trouble {
    Trouble {
        error: json!(error),
        cause: json!(WORDS),
        fatal: false,
    }
}

/// An execution.
pub(crate) struct Model<'d> {
    threads: Vec<Option<Thread<'d>>>,
    turns: VecDeque<usize>,
    pub(crate) history: Vec<Told>,
    pub(crate) status: &'static str,
    pub(crate) output: Value,
    pub(crate) error: Value,
    now_ms: i64,
    tasks: u64,
    timers: u64,
    deadline: Option<(u64, i64)>,
}

impl<'d> Model<'d> {
    /// Starts an execution and follows it until it waits.
    pub(crate) fn start(definition: &'d Value, input: &Value, now_ms: i64) -> Self {
        let mut this = Self {
            threads: Vec::new(),
            turns: VecDeque::new(),
            history: Vec::new(),
            status: "RUNNING",
            output: Value::Null,
            error: Value::Null,
            now_ms,
            tasks: 0,
            timers: 0,
            deadline: None,
        };
        this.tell("ExecutionStarted", Value::Null, input.clone());
        if let Some(seconds) = definition["TimeoutSeconds"].as_i64() {
            this.deadline = Some(this.timer(seconds * 1000));
        }
        this.begin(None, 0, definition, input.clone(), None);
        this.run();
        this
    }

    /// Takes in what happened; what comes too late changes nothing.
    pub(crate) fn happen(&mut self, now_ms: i64, happening: Happening) {
        self.now_ms = now_ms;
        if self.status != "RUNNING" {
            return;
        }
        match happening {
            Happening::Stopped => self.end("ABORTED", "ExecutionAborted", Value::Null, Value::Null),
            Happening::TimeIsUp(timer) => self.time_is_up(timer),
            Happening::TaskStarted(id) => {
                if self.with_task(id).is_some() {
                    self.tell("LambdaFunctionStarted", Value::Null, Value::Null);
                }
            }
            Happening::TaskSucceeded(id, output) => {
                if let Some(thread) = self.with_task(id) {
                    self.tell("LambdaFunctionSucceeded", Value::Null, output.clone());
                    let done = self.complete(thread, output);
                    self.settle(thread, done);
                }
            }
            Happening::TaskFailed(id, error, cause) => {
                if let Some(thread) = self.with_task(id) {
                    self.tell_failure("LambdaFunctionFailed", &error, &cause);
                    self.fail(
                        thread,
                        Trouble {
                            error,
                            cause,
                            fatal: false,
                        },
                    );
                }
            }
        }
        self.run();
    }

    /// Returns what it waits for, in order.
    pub(crate) fn pending(&self) -> Vec<Pending> {
        let mut found = Vec::new();
        if self.status != "RUNNING" {
            return found;
        }
        let timer = |&(id, due_ms): &(u64, i64)| Pending::Timer { id, due_ms };
        found.extend(self.deadline.iter().map(timer));
        for thread in self.threads.iter().flatten() {
            match &thread.doing {
                Doing::Waiting { timer: id, due_ms } | Doing::Pausing { timer: id, due_ms } => {
                    found.push(timer(&(*id, *due_ms)));
                }
                Doing::Task {
                    id,
                    arguments,
                    limit,
                } => {
                    found.push(Pending::Task {
                        id: *id,
                        arguments: in_order(arguments).to_string(),
                    });
                    found.extend(limit.iter().map(timer));
                }
                _ => {}
            }
        }
        found.sort();
        found
    }

    fn tell(&mut self, kind: &str, name: Value, data: Value) {
        self.history.push(Told {
            kind: kind.to_owned(),
            name,
            data,
        });
    }

    fn tell_failure(&mut self, kind: &str, error: &Value, cause: &Value) {
        self.tell(kind, Value::Null, json!({"error": error, "cause": cause}));
    }

    fn timer(&mut self, after_ms: i64) -> (u64, i64) {
        self.timers += 1;
        (self.timers - 1, self.now_ms + after_ms)
    }

    fn begin(
        &mut self,
        parent: Option<usize>,
        index: usize,
        program: &'d Value,
        flow: Value,
        item: Option<Value>,
    ) -> usize {
        let states = program["States"].as_object().unwrap();
        let state = program["StartAt"].as_str().unwrap();
        self.threads.push(Some(Thread {
            parent,
            index,
            states,
            state,
            flow,
            item,
            retries: Vec::new(),
            doing: Doing::Due,
        }));
        self.turns.push_back(self.threads.len() - 1);
        self.threads.len() - 1
    }

    fn at(&self, thread: usize) -> &Thread<'d> {
        self.threads[thread].as_ref().unwrap()
    }

    fn at_mut(&mut self, thread: usize) -> &mut Thread<'d> {
        self.threads[thread].as_mut().unwrap()
    }

    /// Returns the definition of the state that a thread is in.
    fn state(&self, thread: usize) -> &'d Value {
        let at = self.at(thread);
        &at.states[at.state]
    }

    fn kind(&self, thread: usize) -> &'d str {
        self.state(thread)["Type"].as_str().unwrap()
    }

    /// All threads that can move take turns, one state each.
    fn run(&mut self) {
        while let Some(thread) = self.turns.pop_front() {
            if self.status != "RUNNING" {
                break;
            }
            let Some(at) = &self.threads[thread] else {
                continue;
            };
            match at.doing {
                Doing::Due => {
                    let (name, flow) = (json!(at.state), at.flow.clone());
                    self.tell(&format!("{}StateEntered", self.kind(thread)), name, flow);
                    self.at_mut(thread).retries.clear();
                }
                Doing::Again => {}
                _ => continue,
            }
            self.at_mut(thread).doing = Doing::Entered;
            let done = self.work(thread);
            self.settle(thread, done);
        }
        self.turns.clear();
    }

    fn settle(&mut self, thread: usize, done: Result<(), Trouble>) {
        if let Err(trouble) = done {
            self.fail(thread, trouble);
        }
    }
}
