//! Programs: a set of states and how they lead to one another.

use std::{collections::HashSet, sync::Arc};

use super::{Fields, Reader, Targets};
use crate::{
    MachineKind, Object, StateId, Value,
    model::{Io, QueryLanguage, State, StateKind},
    states::Pass,
};

/// Programs in programs beyond this are refused, so that no definition overflows the stack.
const MAX_DEPTH: usize = 50;

impl Reader {
    /// Reads `StartAt` and `States`. Returns where the program begins.
    pub(crate) fn program(&mut self, fields: &Fields<'_>) -> Option<StateId> {
        self.depth += 1;
        let start = if self.depth > MAX_DEPTH {
            self.wrong("Definition is nested too deeply", fields.here());
            None
        } else {
            self.program_inside(fields)
        };
        self.depth -= 1;
        start
    }

    fn program_inside(&mut self, fields: &Fields<'_>) -> Option<StateId> {
        let complete = self.required(fields, &["States", "StartAt"]);
        let states = self.object(fields, "States")?;
        if states.is_empty() {
            self.wrong("Value cannot be empty", fields.place("States"));
        }
        let targets = self.claim(states, &fields.place("States"));
        let dangling_before = std::mem::take(&mut self.dangling);
        let (open, found_before) = (std::mem::replace(&mut self.open, false), self.found.len());
        for (name, state) in states {
            if let Some(id) = targets.get(name) {
                let place = format!("{}/{name}", fields.place("States"));
                let read = self.state(name, state, &place, &targets);
                self.states[id.0 as usize] = read;
            }
        }
        let start = if complete {
            self.target(fields, "StartAt", &targets)
        } else {
            None
        };
        let dangling = std::mem::replace(&mut self.dangling, dangling_before);
        self.open = open;
        if self.found.len() == found_before {
            self.graph(&targets, start, dangling, &fields.place("States"));
        }
        start
    }

    /// Gives each state its place in the table.
    fn claim(&mut self, states: &Object, at: &str) -> Targets {
        let taken: HashSet<Arc<str>> = self.names.iter().cloned().collect();
        let mut targets = Targets::new();
        for name in states.keys() {
            if taken.contains(name) {
                self.wrong_with(
                    "DUPLICATE_STATE_NAME",
                    format!("Duplicate State name: {name}"),
                    Some(format!("{at}/{name}")),
                );
            }
            if name.chars().count() > 80 {
                self.wrong(
                    "State name must be at most 80 characters",
                    format!("{at}/{name}"),
                );
            }
            self.names.insert(Arc::clone(name));
            targets.insert(Arc::clone(name), StateId(self.states.len() as u32));
            self.states.push(None);
        }
        targets
    }

    fn graph(
        &mut self,
        targets: &Targets,
        start: Option<StateId>,
        dangling: Vec<(String, String)>,
        at: &str,
    ) {
        const CODE: &str = "MISSING_TRANSITION_TARGET";
        for (target, place) in dangling {
            self.wrong_with(
                CODE,
                format!("Missing 'Next' target: {target}"),
                Some(place),
            );
        }
        let mut ids: Vec<_> = targets.values().copied().collect();
        ids.sort_unstable();
        if !ids.iter().any(|id| {
            self.states[id.0 as usize]
                .as_ref()
                .is_some_and(State::is_terminal)
        }) {
            self.wrong_with("MISSING_END_STATE", "Workflow has no terminal state", None);
            return;
        }
        let mut reached: HashSet<StateId> = start.into_iter().collect();
        for id in &ids {
            if let Some(state) = &self.states[id.0 as usize] {
                reached.extend(state.leads_to());
            }
        }
        for id in ids.iter().filter(|id| !reached.contains(id)) {
            if let Some(name) = self.states[id.0 as usize]
                .as_ref()
                .map(|s| Arc::clone(&s.name))
            {
                self.wrong_with(
                    CODE,
                    format!("State \"{name}\" is not reachable."),
                    Some(format!("{at}/{name}")),
                );
            }
        }
    }

    /// Reads a state that stands alone.
    pub(crate) fn lone(&mut self, document: &Value) -> Option<StateId> {
        self.open = true;
        self.states.push(None);
        let name: Arc<str> = "StateName".into();
        let state = self.state(&name, document, "/States/StateName", &Targets::new());
        self.states[0] = state;
        Some(StateId(0))
    }

    /// Reads `ItemProcessor`, `Iterator` or a branch: a program with its own place.
    pub(crate) fn nested(&mut self, object: &Object, at: &str, more: &[&str]) -> Option<StateId> {
        let fields = Fields::new(object, at, self.language);
        let mut known = vec!["Comment", "StartAt", "States"];
        known.extend(more);
        self.known(&fields, &known);
        self.program(&fields)
    }

    /// Reads `ProcessorConfig`: the mode and the children's type.
    pub(crate) fn processor_config(
        &mut self,
        object: &Object,
        at: &str,
    ) -> Option<Option<MachineKind>> {
        let fields = Fields::new(object, at, self.language);
        let config = self.object(&fields, "ProcessorConfig")?;
        let fields = Fields::new(config, fields.place("ProcessorConfig"), self.language);
        self.known(&fields, &["Mode", "ExecutionType"]);
        match self.string(&fields, "Mode").map(|m| &**m) {
            None | Some("INLINE") => None,
            Some("DISTRIBUTED") => {
                self.required(&fields, &["ExecutionType"]);
                match self.string(&fields, "ExecutionType").map(|t| &**t) {
                    Some("EXPRESS") => Some(Some(MachineKind::Express)),
                    Some("STANDARD") => Some(Some(MachineKind::Standard)),
                    Some(_) => {
                        self.wrong(
                            "The field 'ExecutionType' should have one of these values: [STANDARD, EXPRESS]",
                            fields.place("ExecutionType"),
                        );
                        Some(None)
                    }
                    None => Some(None),
                }
            }
            Some(_) => {
                self.wrong(
                    "The field 'Mode' should have one of these values: [INLINE, DISTRIBUTED]",
                    fields.place("Mode"),
                );
                None
            }
        }
    }
}

impl State {
    /// A state that is known by name alone.
    pub(crate) fn outside(name: Arc<str>) -> Self {
        Self {
            name,
            language: QueryLanguage::JsonPath,
            kind: StateKind::Pass(Pass { result: None }),
            next: None,
            io: Io::default(),
            assign: None,
            output: None,
            retry: Vec::new(),
            catch: Vec::new(),
        }
    }

    fn is_terminal(&self) -> bool {
        match &self.kind {
            StateKind::Succeed | StateKind::Fail(_) => true,
            StateKind::Choice(_) => false,
            _ => self.next.is_none(),
        }
    }

    fn leads_to(&self) -> Vec<StateId> {
        let mut all: Vec<StateId> = self
            .next
            .into_iter()
            .chain(self.catch.iter().map(|c| c.next))
            .collect();
        if let StateKind::Choice(choice) = &self.kind {
            all.extend(choice.rules.iter().map(|r| r.next).chain(choice.default));
        }
        all
    }
}
