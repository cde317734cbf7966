//! What each state does, told from an execution's history.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::graph::model::Program;

/// A line of progress.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub state: String,
    /// `SUCCEEDED`, `FAILED`, `CAUGHT`, `RETRYING`, or how the execution ended while the state ran.
    pub status: &'static str,
    pub seconds: f64,
    /// Items, attempts, the error.
    pub detail: String,
}

/// A state that has been entered and not left.
struct Open {
    id: i64,
    name: String,
    entered: f64,
    attempts: u32,
    /// A task or Map run is on its way.
    busy: bool,
    error: Option<String>,
    items: Option<Items>,
}

#[derive(Clone, Copy, Default)]
struct Items {
    total: u64,
    succeeded: u64,
    failed: u64,
}

impl Items {
    fn text(self) -> String {
        let done = format!("{}/{}", self.succeeded + self.failed, self.total);
        if self.failed == 0 {
            done
        } else {
            format!("{done}, {} failed", self.failed)
        }
    }
}

/// Follows an execution event by event.
pub(crate) struct Tracker {
    /// States inside Maps: told in their Map's line.
    inner: HashSet<String>,
    open: Vec<Open>,
    previous: HashMap<i64, i64>,
    ended: bool,
}

impl Tracker {
    pub(crate) fn new(program: &Program) -> Self {
        let mut inner = HashSet::new();
        collect(program, false, &mut inner);
        Self {
            inner,
            open: Vec::new(),
            previous: HashMap::new(),
            ended: false,
        }
    }

    /// Takes the next event; returns what is to be told.
    pub(crate) fn event(&mut self, event: &Value) -> Vec<Told> {
        let kind = event["type"].as_str().unwrap_or_default();
        let id = event["id"].as_i64().unwrap_or_default();
        let at = event["timestamp"].as_f64().unwrap_or_default();
        self.previous
            .insert(id, event["previousEventId"].as_i64().unwrap_or_default());
        if let Some(name) = event["stateEnteredEventDetails"]["name"].as_str() {
            self.open.push(Open {
                id,
                name: name.to_owned(),
                entered: at,
                attempts: 0,
                busy: false,
                error: None,
                items: None,
            });
            return Vec::new();
        }
        if let Some(name) = event["stateExitedEventDetails"]["name"].as_str() {
            let found = self.find(id, Some(name));
            return found.map_or_else(Vec::new, |n| {
                let left = self.open.remove(n);
                self.tell(left, at, "SUCCEEDED")
            });
        }
        let status = match kind {
            "ExecutionSucceeded" => "SUCCEEDED",
            "ExecutionFailed" => "FAILED",
            "ExecutionTimedOut" => "TIMED_OUT",
            "ExecutionAborted" => "ABORTED",
            _ => return self.within(kind, id, at, event),
        };
        self.ended = true;
        let reason = match &event["executionFailedEventDetails"] {
            Value::Null => None,
            details => Some(reason(details)),
        };
        let open = std::mem::take(&mut self.open);
        open.into_iter()
            .flat_map(|mut o| {
                o.error = o.error.or_else(|| reason.clone());
                self.tell(o, at, status)
            })
            .collect()
    }

    /// Takes an event of a state that is open.
    fn within(&mut self, kind: &str, id: i64, at: f64, event: &Value) -> Vec<Told> {
        let details = event.as_object().and_then(|e| {
            let found = e.iter().find(|(name, _)| name.ends_with("EventDetails"));
            found.map(|(_, details)| details)
        });
        let name = kind
            .starts_with("MapIteration")
            .then(|| details.and_then(|d| d["name"].as_str()))
            .flatten();
        let Some(number) = self.find(id, name) else {
            return Vec::new();
        };
        let shown = !self.inner.contains(&self.open[number].name);
        let open = &mut self.open[number];
        match kind {
            "MapIterationSucceeded" => open.items.get_or_insert_default().succeeded += 1,
            "MapIterationFailed" => open.items.get_or_insert_default().failed += 1,
            "MapStateStarted" => {
                let total = details.and_then(|d| d["length"].as_u64());
                open.items.get_or_insert_default().total = total.unwrap_or_default();
            }
            "MapRunStarted" => open.busy = true,
            "MapRunSucceeded" => open.busy = false,
            _ if kind.ends_with("StateAborted") => {
                let left = self.open.remove(number);
                return self.tell(left, at, "ABORTED");
            }
            _ if kind.ends_with("Failed") || kind.ends_with("TimedOut") => {
                open.busy = false;
                open.error = Some(details.map(reason).unwrap_or_default());
            }
            _ if kind.ends_with("Succeeded") => {
                open.busy = false;
                open.error = None;
            }
            "TaskScheduled" | "ActivityScheduled" | "LambdaFunctionScheduled" => {
                open.busy = true;
                open.attempts += 1;
                if let Some(error) = open.error.take().filter(|_| shown) {
                    return vec![Told {
                        state: open.name.clone(),
                        status: "RETRYING",
                        seconds: at - open.entered,
                        detail: format!("attempt {} after {error}", open.attempts),
                    }];
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// Finds the open state that an event is of: back along the previous events, up to the one with the name.
    fn find(&self, id: i64, name: Option<&str>) -> Option<usize> {
        let mut at = id;
        while at > 0 {
            let found = self.open.iter().position(|o| o.id == at);
            if let Some(number) = found
                && name.is_none_or(|n| n == self.open[number].name)
            {
                return Some(number);
            }
            let before = self.previous.get(&at).copied().unwrap_or_default();
            if before >= at {
                break;
            }
            at = before;
        }
        let name = name?;
        self.open.iter().position(|o| o.name == name)
    }

    fn tell(&self, open: Open, at: f64, status: &'static str) -> Vec<Told> {
        if self.inner.contains(&open.name) {
            return Vec::new();
        }
        let mut detail: Vec<String> = open.items.map(Items::text).into_iter().collect();
        let status = match (&open.error, status) {
            (Some(_), "SUCCEEDED") => "CAUGHT",
            (Some(_), "ABORTED") => "FAILED",
            _ => status,
        };
        if open.attempts > 1 {
            detail.push(format!("{} attempts", open.attempts));
        }
        detail.extend(open.error.filter(|e| !e.is_empty()));
        vec![Told {
            state: open.name,
            status,
            seconds: (at - open.entered).max(0.0),
            detail: detail.join(", "),
        }]
    }

    /// Returns what runs now, for a line that changes: `Map 31/48, 1 failed; Other`.
    pub(crate) fn running(&self) -> String {
        let shown = self.open.iter().filter(|o| !self.inner.contains(&o.name));
        let parts: Vec<_> = shown
            .map(|o| {
                let items = o.items.map(|i| format!(" {}", i.text()));
                format!("{}{}", o.name, items.unwrap_or_default())
            })
            .collect();
        parts.join("; ")
    }

    /// Sets the items of a distributed Map, which its history does not tell.
    pub(crate) fn map_run(&mut self, state: &str, total: u64, succeeded: u64, failed: u64) {
        if let Some(open) = self.open.iter_mut().find(|o| o.name == state) {
            open.items = Some(Items {
                total,
                succeeded,
                failed,
            });
        }
    }

    /// Returns the state that was entered last, of those that run.
    pub(crate) fn newest(&self) -> &str {
        self.open.last().map_or("", |o| &o.name)
    }

    /// Returns whether the execution goes on only when a timer fires.
    pub(crate) fn only_waits(&self) -> bool {
        !self.ended && !self.open.is_empty() && self.open.iter().all(|o| !o.busy)
    }

    pub(crate) fn ended(&self) -> bool {
        self.ended
    }
}

/// Returns an event's error and cause in a line.
fn reason(details: &Value) -> String {
    let of = |key: &str| details[key].as_str().unwrap_or_default();
    format!("{} {}", of("error"), of("cause")).trim().to_owned()
}

/// Collects the names of the states inside Maps.
fn collect(program: &Program, inside: bool, into: &mut HashSet<String>) {
    for node in &program.nodes {
        if inside {
            into.insert(node.name.clone());
        }
        for child in &node.children {
            collect(child, inside || node.kind == "Map", into);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(definition: Value, events: &[Value]) -> (Vec<String>, Tracker) {
        let mut tracker = Tracker::new(&Program::read(&definition));
        let mut lines = Vec::new();
        for (n, event) in events.iter().enumerate() {
            let mut event = event.clone();
            let n = i64::try_from(n).unwrap();
            event["id"] = (n + 1).into();
            if event["previousEventId"].is_null() {
                event["previousEventId"] = n.into();
            }
            event["timestamp"] = json!(100.0 + n as f64);
            for t in tracker.event(&event) {
                lines.push(format!(
                    "{} {} {} {}",
                    t.state, t.status, t.seconds, t.detail
                ));
            }
        }
        (lines, tracker)
    }

    fn entered(name: &str) -> Value {
        json!({"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": name}})
    }

    fn exited(name: &str) -> Value {
        json!({"type": "TaskStateExited", "stateExitedEventDetails": {"name": name}})
    }

    #[test]
    fn retries_catches_and_the_end_have_their_words() {
        let definition =
            json!({"StartAt": "a", "States": {"a": {"Type": "Task"}, "b": {"Type": "Task"}}});
        let failed =
            json!({"type": "TaskFailed", "taskFailedEventDetails": {"error": "E", "cause": "why"}});
        let (lines, tracker) = told(
            definition,
            &[
                json!({"type": "ExecutionStarted"}),
                entered("a"),
                json!({"type": "TaskScheduled"}),
                failed.clone(),
                json!({"type": "TaskScheduled"}),
                failed,
                exited("a"),
                entered("b"),
                json!({"type": "ExecutionTimedOut"}),
            ],
        );
        assert_eq!(
            lines,
            [
                "a RETRYING 3 attempt 2 after E why",
                "a CAUGHT 5 2 attempts, E why",
                "b TIMED_OUT 1 ",
            ]
        );
        assert!(tracker.ended());
    }

    #[test]
    fn a_map_is_one_line_with_its_items() {
        let definition = json!({"StartAt": "m", "States": {"m": {"Type": "Map", "ItemProcessor": {
            "StartAt": "i", "States": {"i": {"Type": "Pass"}}}}}});
        let map = |kind: &str, index: u64| json!({"type": kind, "mapIterationSucceededEventDetails": {"name": "m", "index": index}});
        let mut events = vec![
            json!({"type": "ExecutionStarted"}),
            json!({"type": "MapStateEntered", "stateEnteredEventDetails": {"name": "m"}}),
            json!({"type": "MapStateStarted", "mapStateStartedEventDetails": {"length": 2}}),
            map("MapIterationStarted", 0),
            json!({"type": "PassStateEntered", "stateEnteredEventDetails": {"name": "i"}}),
            json!({"type": "PassStateExited", "stateExitedEventDetails": {"name": "i"}}),
            map("MapIterationSucceeded", 0),
        ];
        let (lines, tracker) = told(definition.clone(), &events);
        assert!(lines.is_empty());
        assert_eq!(tracker.running(), "m 1/2");
        assert!(tracker.only_waits());
        events.extend([
            map("MapIterationFailed", 1),
            json!({"type": "MapStateSucceeded"}),
            json!({"type": "MapStateExited", "stateExitedEventDetails": {"name": "m"}}),
        ]);
        assert_eq!(told(definition, &events).0, ["m SUCCEEDED 8 2/2, 1 failed"]);
    }

    #[test]
    fn a_fail_state_shows_its_error() {
        let definition = json!({"StartAt": "f", "States": {"f": {"Type": "Fail"}}});
        let failed = json!({"type": "ExecutionFailed", "executionFailedEventDetails": {"error": "E", "cause": "c"}});
        assert_eq!(
            told(definition, &[entered("f"), failed]).0,
            ["f FAILED 1 E c"]
        );
    }

    #[test]
    fn a_task_under_way_is_no_wait() {
        let definition = json!({"StartAt": "a", "States": {"a": {"Type": "Task"}}});
        let (_, tracker) = told(
            definition,
            &[entered("a"), json!({"type": "TaskScheduled"})],
        );
        assert!(!tracker.only_waits());
    }
}
