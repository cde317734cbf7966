//! From history events to what each state came to.

use std::{collections::HashMap, mem};

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::price;

/// What is read of a history event.
pub(super) struct Event<'a> {
    id: u64,
    previous: u64,
    kind: &'a str,
    at_ms: i64,
    name: Option<&'a str>,
    map_run: Option<&'a str>,
}

impl<'a> Event<'a> {
    /// Reads an event as GetExecutionHistory has it.
    pub(super) fn of_history(event: &'a Map<String, Value>) -> Option<Self> {
        let details = event
            .iter()
            .find_map(|(name, value)| name.ends_with("EventDetails").then_some(value));
        let seconds = event.get("timestamp")?.as_f64()?;
        Some(Self {
            id: event.get("id")?.as_u64()?,
            previous: event
                .get("previousEventId")
                .and_then(Value::as_u64)
                .unwrap_or(0),
            kind: event.get("type")?.as_str()?,
            at_ms: (seconds * 1000.0).round() as i64,
            name: details.and_then(|d| d["name"].as_str()),
            map_run: details.and_then(|d| d["mapRunArn"].as_str()),
        })
    }

    /// Reads an event as it is logged: numbers are text.
    pub(super) fn of_log(line: &'a Value) -> Option<Self> {
        let number = |name: &str| {
            line[name]
                .as_str()
                .and_then(|text| text.parse::<u64>().ok())
        };
        Some(Self {
            id: number("id")?,
            previous: number("previous_event_id").unwrap_or(0),
            kind: line["type"].as_str()?,
            at_ms: i64::try_from(number("event_timestamp")?).ok()?,
            name: line["details"]["name"].as_str(),
            map_run: line["details"]["mapRunArn"].as_str(),
        })
    }
}

/// One run of a state.
struct Visit {
    name: String,
    /// `Task`, `Map`, … as the event's type has it.
    kind: String,
    /// The run of the Parallel or Map around it.
    around: Option<usize>,
    entered_ms: i64,
    /// Tries of its work, or of what is inside of it.
    tries: u64,
    /// When its last try failed; it may still be tried again or be caught.
    failed_ms: Option<i64>,
    /// A Parallel or Map that has begun and neither succeeded nor failed yet.
    open: bool,
    end: Option<End>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Succeeded(i64),
    Caught(i64),
    Failed(i64),
    Canceled,
}

/// The runs of an execution's states, from its events one by one.
#[derive(Default)]
pub(super) struct Execution {
    visits: Vec<Visit>,
    /// Which run each event belongs to.
    standing: HashMap<u64, Option<usize>>,
    last: Option<usize>,
    period: Option<(i64, i64)>,
    started: bool,
    ended: bool,
    redrives: u64,
    /// The ARNs of Map runs and the states that started them.
    map_runs: Vec<(String, String)>,
}

impl Execution {
    pub(super) fn push(&mut self, event: &Event<'_>) {
        let before = self.standing.get(&event.previous).copied().flatten();
        let here = self.apply(event, before);
        self.standing.insert(event.id, here);
        self.last = here;
        let (from, to) = self.period.unwrap_or((event.at_ms, event.at_ms));
        self.period = Some((from.min(event.at_ms), to.max(event.at_ms)));
    }

    /// Whether its start and its end are known.
    pub(super) fn is_whole(&self) -> bool {
        self.started && self.ended
    }

    fn apply(&mut self, event: &Event<'_>, before: Option<usize>) -> Option<usize> {
        let kind = event.kind;
        if let Some(state) = kind.strip_suffix("StateEntered") {
            return Some(self.entered(event, state, before));
        }
        if kind.ends_with("StateExited") {
            let visit = self.nearest(before, |v| {
                v.end.is_none() && Some(v.name.as_str()) == event.name
            })?;
            let end = match self.visits[visit].failed_ms {
                Some(_) => End::Caught(event.at_ms),
                None => End::Succeeded(event.at_ms),
            };
            self.visits[visit].end = Some(end);
            return Some(visit);
        }
        if let Some(state) = kind.strip_suffix("StateAborted") {
            let visit = self.nearest(before, |v| {
                v.end.is_none() && (v.kind == state || state == "Task")
            })?;
            self.visits[visit].end = Some(End::Canceled);
            return Some(visit);
        }
        if kind.starts_with("MapIteration") {
            return self
                .nearest(before, |v| Some(v.name.as_str()) == event.name)
                .or(before);
        }
        if kind.starts_with("MapRun") {
            return self.map_run(event, before);
        }
        if let Some(of) = ["Map", "Parallel"]
            .into_iter()
            .find(|of| kind.starts_with(&format!("{of}State")))
        {
            return self.fork(event, of, before);
        }
        if kind.starts_with("Execution") {
            return self.execution(event, before);
        }
        if let Some(visit) = before {
            let visit = &mut self.visits[visit];
            if kind.ends_with("Scheduled") {
                visit.tries += 1;
                visit.failed_ms = None;
            } else if kind.ends_with("Failed") || kind.ends_with("TimedOut") {
                visit.failed_ms = Some(event.at_ms);
            }
        }
        before
    }

    fn entered(&mut self, event: &Event<'_>, kind: &str, before: Option<usize>) -> usize {
        // What has not ended yet is around it; after one that has, it is in the same place.
        let around = before.and_then(|at| match self.visits[at].end {
            None => Some(at),
            Some(_) => self.visits[at].around,
        });
        self.visits.push(Visit {
            name: event.name.unwrap_or_default().to_owned(),
            kind: kind.to_owned(),
            around,
            entered_ms: event.at_ms,
            tries: 0,
            failed_ms: None,
            open: false,
            // Nothing comes after a Fail: its own event is its end.
            end: (kind == "Fail").then_some(End::Failed(event.at_ms)),
        });
        self.visits.len() - 1
    }

    fn fork(&mut self, event: &Event<'_>, of: &str, before: Option<usize>) -> Option<usize> {
        let begins = event.kind.ends_with("Started");
        // One that has failed for good is not the one around it that fails then.
        let meant =
            |v: &Visit| v.kind == of && v.end.is_none() && (v.open || (begins && v.tries == 0));
        let at = self.nearest(before, meant)?;
        let visit = self.visits.get_mut(at)?;
        visit.open = begins;
        if begins {
            visit.tries += 1;
            visit.failed_ms = None;
        } else if event.kind.ends_with("Failed") {
            visit.failed_ms = Some(event.at_ms);
        }
        Some(at)
    }

    fn map_run(&mut self, event: &Event<'_>, before: Option<usize>) -> Option<usize> {
        let at = self.nearest(before, |v| v.kind == "Map" && v.end.is_none())?;
        if let Some(arn) = event.map_run.filter(|_| event.kind == "MapRunStarted") {
            self.map_runs
                .push((arn.to_owned(), self.visits[at].name.clone()));
        }
        if event.kind == "MapRunFailed" {
            self.visits[at].failed_ms = Some(event.at_ms);
        }
        Some(at)
    }

    fn execution(&mut self, event: &Event<'_>, before: Option<usize>) -> Option<usize> {
        match event.kind {
            "ExecutionStarted" => self.started = true,
            "ExecutionRedriven" => {
                self.redrives += 1;
                self.ended = false;
                // What follows follows the last thing that happened.
                return before.or(self.last);
            }
            _ => self.ended = true,
        }
        before
    }

    /// Returns the nearest run, from where an event stands outwards, that is meant.
    fn nearest(&self, from: Option<usize>, meant: impl Fn(&Visit) -> bool) -> Option<usize> {
        let mut at = from;
        while let Some(visit) = at {
            if meant(&self.visits[visit]) {
                return Some(visit);
            }
            at = self.visits[visit].around;
        }
        None
    }
}

/// What a state came to in all executions together.
#[derive(Default)]
pub(super) struct State {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) runs: u64,
    pub(super) failed: u64,
    pub(super) caught: u64,
    pub(super) canceled: u64,
    pub(super) retries: u64,
    /// Child executions of a distributed Map.
    children: u64,
    /// How long the runs took that came to an end by themselves, in order.
    pub(super) took_ms: Vec<i64>,
}

impl State {
    /// Returns what AWS counts: each run, each retry, and each child execution that is started.
    pub(super) fn transitions(&self) -> u64 {
        self.runs + self.retries + self.children
    }
}

/// All executions together.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) executions: u64,
    /// From the first event to the last one.
    pub(super) period: Option<(i64, i64)>,
    /// For how long the executions would be billed as Express ones.
    pub(super) billed_ms: i64,
    redrives: u64,
    states: IndexMap<String, State>,
    map_runs: Vec<(String, String)>,
}

impl Tally {
    pub(super) fn add(&mut self, mut execution: Execution) {
        self.executions += 1;
        self.redrives += execution.redrives;
        self.map_runs.append(&mut execution.map_runs);
        if let Some((from, to)) = execution.period {
            self.billed_ms += price::billed_ms(to - from);
            let (first, last) = self.period.unwrap_or((from, to));
            self.period = Some((first.min(from), last.max(to)));
        }
        for visit in execution.visits {
            let state = self.states.entry(visit.name).or_default();
            state.kind = visit.kind;
            state.runs += 1;
            state.retries += visit.tries.saturating_sub(1);
            // What the execution's end has ended.
            let end = visit.end.unwrap_or(match visit.failed_ms {
                Some(at_ms) => End::Failed(at_ms),
                None => End::Canceled,
            });
            let ended_ms = match end {
                End::Succeeded(at_ms) => at_ms,
                End::Caught(at_ms) => {
                    state.caught += 1;
                    at_ms
                }
                End::Failed(at_ms) => {
                    state.failed += 1;
                    at_ms
                }
                End::Canceled => {
                    state.canceled += 1;
                    continue;
                }
            };
            state.took_ms.push(ended_ms - visit.entered_ms);
        }
    }

    /// Returns the Map runs that were started, with their states.
    pub(super) fn map_runs(&mut self) -> Vec<(String, String)> {
        mem::take(&mut self.map_runs)
    }

    pub(super) fn started_children(&mut self, state: &str, children: u64) {
        if let Some(state) = self.states.get_mut(state) {
            state.children += children;
        }
    }

    /// Returns the transitions of all states, and one for each redrive.
    pub(super) fn transitions(&self) -> u64 {
        self.redrives + self.states.values().map(State::transitions).sum::<u64>()
    }

    /// Returns the states in the order in which they were first entered.
    pub(super) fn into_states(self) -> impl Iterator<Item = State> {
        self.states.into_iter().map(|(name, mut state)| {
            state.name = name;
            state.took_ms.sort_unstable();
            state
        })
    }
}
