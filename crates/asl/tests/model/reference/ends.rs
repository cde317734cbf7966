//! What goes wrong: retries, catchers, time limits, and the end.

use serde_json::{Map, Value, json};

use super::{
    Doing, Model, Thread, Trouble,
    paths::{combined, list, speaks_of},
};

impl<'d> Model<'d> {
    /// A state failed: it is tried again, or caught, or its failure goes up.
    pub(super) fn fail(&mut self, thread: usize, trouble: Trouble) {
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

    pub(super) fn retry(&mut self, thread: usize, error: &str) -> bool {
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

    pub(super) fn give_up(&mut self, thread: usize, error: Value, cause: Value) {
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
    pub(super) fn stop_children(&mut self, thread: usize) {
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

    pub(super) fn end(&mut self, status: &'static str, kind: &str, error: Value, cause: Value) {
        self.tell_failure(kind, &error, &cause);
        self.status = status;
        self.error = error;
    }

    pub(super) fn time_is_up(&mut self, timer: u64) {
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
    pub(super) fn with_task(&self, task: u64) -> Option<usize> {
        let waits = |t: &Option<Thread<'_>>| {
            t.as_ref()
                .is_some_and(|t| matches!(t.doing, Doing::Task { id, .. } if id == task))
        };
        self.threads.iter().position(waits)
    }
}
