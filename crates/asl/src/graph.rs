//! A definition as a graph: states and what leads from one to another, for drawing.

use std::sync::Arc;

use crate::{
    Definition, StateId,
    model::{Machine, State, StateKind},
};

/// The states that are reached from one start.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    pub start: Arc<str>,
    /// In the order in which they are reached.
    pub states: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub name: Arc<str>,
    /// `Pass`, `Task`, …
    pub kind: &'static str,
    /// The Resource ARN of a Task.
    pub resource: Option<Arc<str>>,
    pub edges: Vec<Edge>,
    /// The branches of a Parallel, or a Map's item processor.
    pub inside: Vec<Program>,
    /// Nothing follows it.
    pub is_end: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    pub to: Arc<str>,
    pub kind: EdgeKind,
}

/// Why one state follows another.
#[derive(Clone, Debug, PartialEq)]
pub enum EdgeKind {
    Next,
    /// The rule of a Choice, by its index.
    Choice(usize),
    Default,
    /// A catcher, with the errors that it catches.
    Catch(Vec<Arc<str>>),
}

impl Definition {
    /// Returns the graph of the definition.
    pub fn graph(&self) -> Program {
        program(&self.machine, self.start)
    }
}

fn program(machine: &Machine, start: StateId) -> Program {
    let (mut order, mut next) = (vec![start], 0);
    let mut states = Vec::new();
    while let Some(state) = order.get(next).and_then(|id| machine.state(*id)) {
        for (to, _) in leads(state) {
            if !order.contains(&to) {
                order.push(to);
            }
        }
        states.push(node(machine, state));
        next += 1;
    }
    let start = machine
        .state(start)
        .map_or_else(|| "".into(), |s| Arc::clone(&s.name));
    Program { start, states }
}

fn leads(state: &State) -> Vec<(StateId, EdgeKind)> {
    let mut all: Vec<_> = state
        .next
        .map(|id| (id, EdgeKind::Next))
        .into_iter()
        .collect();
    if let StateKind::Choice(choice) = &state.kind {
        all.extend(
            choice
                .rules
                .iter()
                .enumerate()
                .map(|(i, rule)| (rule.next, EdgeKind::Choice(i))),
        );
        all.extend(choice.default.map(|id| (id, EdgeKind::Default)));
    }
    all.extend(
        state
            .catch
            .iter()
            .map(|c| (c.next, EdgeKind::Catch(c.errors.clone()))),
    );
    all
}

fn node(machine: &Machine, state: &State) -> Node {
    let named = |(id, kind): (StateId, EdgeKind)| {
        machine.state(id).map(|to| Edge {
            to: Arc::clone(&to.name),
            kind,
        })
    };
    let inside = match &state.kind {
        StateKind::Parallel(parallel) => parallel
            .starts
            .iter()
            .map(|s| program(machine, *s))
            .collect(),
        StateKind::Map(map) => vec![program(machine, map.start)],
        _ => Vec::new(),
    };
    Node {
        name: Arc::clone(&state.name),
        kind: state.kind.type_name(),
        resource: match &state.kind {
            StateKind::Task(task) => Some(Arc::clone(&task.resource)),
            _ => None,
        },
        edges: leads(state).into_iter().filter_map(named).collect(),
        inside,
        is_end: state.next.is_none() && !matches!(state.kind, StateKind::Choice(_)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MachineKind;

    #[test]
    fn a_graph_has_every_way_from_state_to_state() {
        let text = r#"{"StartAt":"A","States":{
            "A":{"Type":"Choice","Choices":[{"Variable":"$","IsNull":true,"Next":"P"}],"Default":"Z"},
            "P":{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}],
                 "Catch":[{"ErrorEquals":["States.ALL"],"Next":"Z"}],"End":true},
            "Z":{"Type":"Succeed"}}}"#;
        let graph = Definition::parse(text, MachineKind::Standard)
            .unwrap()
            .graph();
        let names: Vec<_> = graph.states.iter().map(|n| &*n.name).collect();
        assert_eq!((&*graph.start, names), ("A", vec!["A", "P", "Z"]));
        assert_eq!(
            graph.states[0].edges[1],
            Edge {
                to: "Z".into(),
                kind: EdgeKind::Default
            }
        );
        assert_eq!(
            graph.states[1].edges[0].kind,
            EdgeKind::Catch(vec!["States.ALL".into()])
        );
        assert_eq!(&*graph.states[1].inside[0].start, "B");
        assert!(graph.states[2].is_end);
    }
}
