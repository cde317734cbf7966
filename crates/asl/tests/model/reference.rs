//! What an execution should do, written as plainly as can be: the reference that the interpreter is held against.
//!
//! Everything is looked up in the definition's JSON each time, nothing is shared and nothing is fast. It knows
//! the JSONPath language's plain paths (`$.a.b`, `$$.Map.Item.Value`), Pass, Choice, Wait, Succeed, Fail, Task
//! (a Lambda function, so that its events are few), Parallel and inline Map, with Retry, Catch and time limits.
//! Of an error that the interpreter finds itself the name counts, the words do not: they are [`WORDS`] here.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

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

    fn work(&mut self, thread: usize) -> Result<(), Trouble> {
        let state = self.state(thread);
        match self.kind(thread) {
            "Pass" => {
                let input = self.effective_input(thread)?;
                let result = state.get("Result").cloned().unwrap_or(input);
                self.leave(thread, result)
            }
            "Succeed" => {
                let input = self.filtered_input(thread)?;
                self.leave(thread, input)
            }
            "Fail" => Err(Trouble {
                error: state.get("Error").cloned().unwrap_or_default(),
                cause: state.get("Cause").cloned().unwrap_or_default(),
                fatal: false,
            }),
            "Choice" => self.choose(thread),
            "Wait" => {
                let input = self.filtered_input(thread)?;
                let seconds = match state.get("SecondsPath") {
                    Some(path) => find(&input, path)
                        .and_then(|v| v.as_i64())
                        .filter(|s| *s >= 0)
                        .ok_or_else(runtime)?,
                    None => state["Seconds"].as_i64().unwrap(),
                };
                if seconds == 0 {
                    return self.leave(thread, input);
                }
                let (timer, due_ms) = self.timer(seconds * 1000);
                self.at_mut(thread).doing = Doing::Waiting { timer, due_ms };
                Ok(())
            }
            "Task" => {
                let arguments = self.effective_input(thread)?;
                self.tasks += 1;
                let id = self.tasks - 1;
                let limit = state["TimeoutSeconds"]
                    .as_i64()
                    .map(|s| self.timer(s * 1000));
                self.tell("LambdaFunctionScheduled", Value::Null, arguments.clone());
                self.at_mut(thread).doing = Doing::Task {
                    id,
                    arguments,
                    limit,
                };
                Ok(())
            }
            "Parallel" => {
                let input = self.effective_input(thread)?;
                self.tell("ParallelStateStarted", Value::Null, Value::Null);
                let branches = state["Branches"].as_array().unwrap();
                let mut running = Vec::new();
                for (index, branch) in branches.iter().enumerate() {
                    running.push(self.begin(Some(thread), index, branch, input.clone(), None));
                }
                let results = vec![None; branches.len()];
                self.at_mut(thread).doing = Doing::Forked {
                    running,
                    results,
                    begun: 0,
                    items: Vec::new(),
                    input,
                };
                Ok(())
            }
            "Map" => {
                let input = self.filtered_input(thread)?;
                let items = match state.get("ItemsPath") {
                    Some(path) => find(&input, path).ok_or_else(runtime)?,
                    None => input.clone(),
                };
                let items = items.as_array().ok_or_else(runtime)?.clone();
                self.tell("MapStateStarted", Value::Null, json!(items.len()));
                let results = vec![None; items.len()];
                self.at_mut(thread).doing = Doing::Forked {
                    running: Vec::new(),
                    results,
                    begun: 0,
                    items,
                    input,
                };
                self.iterate(thread)?;
                self.join(thread)
            }
            other => panic!("no state type {other}"),
        }
    }

    fn choose(&mut self, thread: usize) -> Result<(), Trouble> {
        let input = self.filtered_input(thread)?;
        let state = self.state(thread);
        let mut next = None;
        for rule in state["Choices"].as_array().unwrap() {
            if holds(rule, &input)? {
                next = rule["Next"].as_str();
                break;
            }
        }
        let Some(next) = next.or(state["Default"].as_str()) else {
            return Err(named("States.NoChoiceMatched"));
        };
        let output = filtered(state.get("OutputPath"), &input)?;
        self.exit(thread, output, Some(next));
        Ok(())
    }

    /// Begins as many iterations as may run at once.
    fn iterate(&mut self, thread: usize) -> Result<(), Trouble> {
        let state = self.state(thread);
        let most = match state["MaxConcurrency"].as_u64() {
            None | Some(0) => 40,
            Some(most) => most.min(40),
        };
        loop {
            let Doing::Forked {
                running,
                begun,
                items,
                input,
                ..
            } = &self.at(thread).doing
            else {
                return Ok(());
            };
            if *begun == items.len() || running.len() as u64 == most {
                return Ok(());
            }
            let index = *begun;
            let item = json!({"Index": index, "Value": items[index]});
            let flow = match state.get("ItemSelector") {
                Some(selector) => filled(selector, &input.clone(), Some(&item))?,
                None => items[index].clone(),
            };
            self.tell(
                "MapIterationStarted",
                json!(self.at(thread).state),
                json!(index),
            );
            let child = self.begin(
                Some(thread),
                index,
                &state["ItemProcessor"],
                flow,
                Some(item),
            );
            if let Doing::Forked { running, begun, .. } = &mut self.at_mut(thread).doing {
                running.push(child);
                *begun += 1;
            }
        }
    }

    /// Goes on when all branches or iterations have ended.
    fn join(&mut self, thread: usize) -> Result<(), Trouble> {
        let Doing::Forked { results, .. } = &self.at(thread).doing else {
            return Ok(());
        };
        let Some(results) = results.iter().cloned().collect::<Option<Vec<Value>>>() else {
            return Ok(());
        };
        self.tell(
            &format!("{}StateSucceeded", self.kind(thread)),
            Value::Null,
            Value::Null,
        );
        self.complete(thread, Value::Array(results))
    }

    fn filtered_input(&self, thread: usize) -> Result<Value, Trouble> {
        filtered(self.state(thread).get("InputPath"), &self.at(thread).flow)
    }

    fn effective_input(&self, thread: usize) -> Result<Value, Trouble> {
        let input = self.filtered_input(thread)?;
        match self.state(thread).get("Parameters") {
            Some(template) => filled(template, &input, self.item(thread)),
            None => Ok(input),
        }
    }

    /// Returns the item of the innermost iteration around a thread.
    fn item(&self, mut thread: usize) -> Option<&Value> {
        loop {
            match &self.at(thread).item {
                Some(item) => return Some(item),
                None => thread = self.at(thread).parent?,
            }
        }
    }

    /// The work of a Task, Parallel or Map gave a result.
    fn complete(&mut self, thread: usize, result: Value) -> Result<(), Trouble> {
        let result = match self.state(thread).get("ResultSelector") {
            Some(selector) => filled(selector, &result, self.item(thread))?,
            None => result,
        };
        self.leave(thread, result)
    }

    fn leave(&mut self, thread: usize, result: Value) -> Result<(), Trouble> {
        let state = self.state(thread);
        let combined = combined(state.get("ResultPath"), &self.at(thread).flow, result)?;
        let output = filtered(state.get("OutputPath"), &combined)?;
        self.exit(thread, output, state["Next"].as_str());
        Ok(())
    }

    fn exit(&mut self, thread: usize, output: Value, next: Option<&'d str>) {
        let name = json!(self.at(thread).state);
        self.tell(
            &format!("{}StateExited", self.kind(thread)),
            name,
            output.clone(),
        );
        let at = self.at_mut(thread);
        at.flow = output;
        if let Some(next) = next {
            at.state = next;
            at.doing = Doing::Due;
            self.turns.push_back(thread);
            return;
        }
        at.doing = Doing::Done;
        let Some(parent) = at.parent else {
            let output = at.flow.clone();
            self.tell("ExecutionSucceeded", Value::Null, output.clone());
            self.status = "SUCCEEDED";
            self.output = output;
            return;
        };
        let joined = self.joined(parent, thread);
        self.settle(parent, joined);
    }

    fn joined(&mut self, parent: usize, child: usize) -> Result<(), Trouble> {
        let ended = self.threads[child].take().unwrap();
        if let Doing::Forked {
            running, results, ..
        } = &mut self.at_mut(parent).doing
        {
            running.retain(|r| *r != child);
            results[ended.index] = Some(ended.flow);
        }
        if self.kind(parent) == "Map" {
            self.tell(
                "MapIterationSucceeded",
                json!(self.at(parent).state),
                json!(ended.index),
            );
            self.iterate(parent)?;
        }
        self.join(parent)
    }

    /// A state failed: it is tried again, or caught, or its failure goes up.
    fn fail(&mut self, thread: usize, trouble: Trouble) {
        let state = self.state(thread);
        let error = trouble.error.as_str().unwrap_or_default().to_owned();
        if self.retry(thread, &error) {
            return;
        }
        let catcher = list(state, "Catch").iter().find(|c| speaks_of(c, &error));
        if trouble.fatal && catcher.is_none() {
            return self.end("FAILED", "ExecutionFailed", trouble.error, trouble.cause);
        }
        self.stop_children(thread);
        if matches!(self.kind(thread), "Map" | "Parallel") {
            self.tell(
                &format!("{}StateFailed", self.kind(thread)),
                Value::Null,
                Value::Null,
            );
        }
        let Some(catcher) = catcher else {
            return self.give_up(thread, trouble.error, trouble.cause);
        };
        let mut output = Map::new();
        for (name, value) in [("Error", trouble.error), ("Cause", trouble.cause)] {
            if !value.is_null() {
                output.insert(name.to_owned(), value);
            }
        }
        match combined(
            catcher.get("ResultPath"),
            &self.at(thread).flow,
            Value::Object(output),
        ) {
            Ok(output) => self.exit(thread, output, catcher["Next"].as_str()),
            Err(worse) => self.give_up(thread, worse.error, worse.cause),
        }
    }

    fn retry(&mut self, thread: usize, error: &str) -> bool {
        let retriers = list(self.state(thread), "Retry");
        let Some(which) = retriers.iter().position(|r| speaks_of(r, error)) else {
            return false;
        };
        let retrier = &retriers[which];
        let retries = &mut self.at_mut(thread).retries;
        retries.resize(retries.len().max(which + 1), 0);
        if retries[which] >= retrier["MaxAttempts"].as_u64().unwrap_or(3) {
            return false;
        }
        let interval = retrier["IntervalSeconds"].as_f64().unwrap_or(1.0);
        let backoff = retrier["BackoffRate"].as_f64().unwrap_or(2.0);
        let most = retrier["MaxDelaySeconds"].as_f64().unwrap_or(f64::MAX);
        let pause_s = (interval * backoff.powf(retries[which] as f64)).min(most);
        retries[which] += 1;
        self.stop_children(thread);
        let (timer, due_ms) = self.timer((pause_s * 1000.0) as i64);
        self.at_mut(thread).doing = Doing::Pausing { timer, due_ms };
        true
    }

    fn give_up(&mut self, thread: usize, error: Value, cause: Value) {
        let Some(parent) = self.at(thread).parent else {
            return self.end("FAILED", "ExecutionFailed", error, cause);
        };
        let gone = self.threads[thread].take().unwrap();
        if let Doing::Forked { running, .. } = &mut self.at_mut(parent).doing {
            running.retain(|r| *r != thread);
        }
        if self.kind(parent) == "Map" {
            self.tell(
                "MapIterationFailed",
                json!(self.at(parent).state),
                json!(gone.index),
            );
        }
        self.fail(
            parent,
            Trouble {
                error,
                cause,
                fatal: false,
            },
        );
    }

    /// Gives up all branches or iterations that still run, the oldest first.
    fn stop_children(&mut self, thread: usize) {
        let Doing::Forked { running, .. } = &mut self.at_mut(thread).doing else {
            return;
        };
        for child in std::mem::take(running) {
            self.stop_children(child);
            let gone = self.threads[child].take().unwrap();
            if !matches!(gone.doing, Doing::Due | Doing::Done) {
                let kind = gone.states[gone.state]["Type"].as_str().unwrap();
                let kind = if matches!(kind, "Wait" | "Parallel" | "Map") {
                    kind
                } else {
                    "Task"
                };
                self.tell(&format!("{kind}StateAborted"), Value::Null, Value::Null);
            }
            if self.kind(thread) == "Map" {
                self.tell(
                    "MapIterationAborted",
                    json!(self.at(thread).state),
                    json!(gone.index),
                );
            }
        }
    }

    fn end(&mut self, status: &'static str, kind: &str, error: Value, cause: Value) {
        self.tell_failure(kind, &error, &cause);
        self.status = status;
        self.error = error;
    }

    fn time_is_up(&mut self, timer: u64) {
        if self.deadline.is_some_and(|(id, _)| id == timer) {
            return self.end("TIMED_OUT", "ExecutionTimedOut", Value::Null, Value::Null);
        }
        for thread in 0..self.threads.len() {
            let Some(at) = &mut self.threads[thread] else {
                continue;
            };
            match &at.doing {
                Doing::Waiting { timer: is, .. } if *is == timer => {
                    let done = self
                        .filtered_input(thread)
                        .and_then(|input| self.leave(thread, input));
                    return self.settle(thread, done);
                }
                Doing::Pausing { timer: is, .. } if *is == timer => {
                    at.doing = Doing::Again;
                    return self.turns.push_back(thread);
                }
                Doing::Task {
                    limit: Some((is, _)),
                    ..
                } if *is == timer => {
                    at.doing = Doing::Entered;
                    let error = json!("States.Timeout");
                    self.tell_failure("LambdaFunctionTimedOut", &error, &Value::Null);
                    return self.fail(
                        thread,
                        Trouble {
                            error,
                            cause: Value::Null,
                            fatal: false,
                        },
                    );
                }
                _ => {}
            }
        }
    }

    /// Returns the thread that waits for a task.
    fn with_task(&self, task: u64) -> Option<usize> {
        let waits = |t: &Option<Thread<'_>>| {
            t.as_ref()
                .is_some_and(|t| matches!(t.doing, Doing::Task { id, .. } if id == task))
        };
        self.threads.iter().position(waits)
    }
}

fn list<'d>(state: &'d Value, name: &str) -> &'d [Value] {
    state
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Tells whether a retrier or a catcher speaks of an error.
fn speaks_of(rule: &Value, error: &str) -> bool {
    let terminal = matches!(error, "States.Runtime" | "States.DataLimitExceeded");
    let names = rule["ErrorEquals"].as_array().unwrap();
    names.iter().any(|name| match name.as_str().unwrap() {
        "States.ALL" => !terminal,
        "States.TaskFailed" => !terminal && error != "States.Timeout",
        name => name == error,
    })
}

/// Follows `$.a.b`.
fn find(data: &Value, path: &Value) -> Option<Value> {
    let mut at = data;
    for step in path.as_str().unwrap().split('.').skip(1) {
        at = at.as_object()?.get(step)?;
    }
    Some(at.clone())
}

/// Applies an InputPath or OutputPath.
fn filtered(path: Option<&Value>, data: &Value) -> Result<Value, Trouble> {
    match path {
        None => Ok(data.clone()),
        Some(Value::Null) => Ok(json!({})),
        Some(path) => find(data, path).ok_or_else(runtime),
    }
}

/// Fills a template: members `name.$` are paths.
fn filled(template: &Value, input: &Value, item: Option<&Value>) -> Result<Value, Trouble> {
    match template {
        Value::Object(members) => {
            let mut made = Map::new();
            for (name, value) in members {
                match name.strip_suffix(".$") {
                    None => made.insert(name.clone(), filled(value, input, item)?),
                    Some(name) => {
                        let path = value.as_str().unwrap();
                        let found = match path.strip_prefix("$$.Map.Item.") {
                            Some(member) => item.and_then(|i| i.get(member)).cloned(),
                            None => find(input, value),
                        };
                        made.insert(name.to_owned(), found.ok_or_else(runtime)?)
                    }
                };
            }
            Ok(Value::Object(made))
        }
        Value::Array(items) => items.iter().map(|i| filled(i, input, item)).collect(),
        other => Ok(other.clone()),
    }
}

/// Applies a ResultPath.
fn combined(path: Option<&Value>, raw: &Value, result: Value) -> Result<Value, Trouble> {
    match path {
        None => Ok(result),
        Some(Value::Null) => Ok(raw.clone()),
        Some(path) => {
            let mut onto = raw.clone();
            let name = path.as_str().unwrap().strip_prefix("$.").unwrap();
            let members = onto
                .as_object_mut()
                .ok_or_else(|| named("States.ResultPathMatchFailure"))?;
            members.insert(name.to_owned(), result);
            Ok(onto)
        }
    }
}

fn holds(rule: &Value, input: &Value) -> Result<bool, Trouble> {
    if let Some(all) = rule.get("And") {
        for one in all.as_array().unwrap() {
            if !holds(one, input)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    if let Some(any) = rule.get("Or") {
        for one in any.as_array().unwrap() {
            if holds(one, input)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(inner) = rule.get("Not") {
        return Ok(!holds(inner, input)?);
    }
    let found = find(input, &rule["Variable"]);
    if let Some(wanted) = rule.get("IsPresent") {
        return Ok(json!(found.is_some()) == *wanted);
    }
    let found = found.ok_or_else(runtime)?;
    Ok(
        match (rule.get("NumericGreaterThan"), rule.get("StringEquals")) {
            (Some(limit), _) => found.as_i64().is_some_and(|n| n > limit.as_i64().unwrap()),
            (_, Some(text)) => found == *text,
            _ => panic!("no such test: {rule}"),
        },
    )
}

/// Returns a value with its members in the order of their names, which is left open.
pub(crate) fn in_order(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(in_order).collect(),
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            Value::Object(
                sorted
                    .into_iter()
                    .map(|(k, v)| (k.clone(), in_order(v)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}
