//! The parsed states.

use std::sync::Arc;

use crate::{
    MachineKind, StateId, Value,
    query::{Template, jsonpath::JsonPath, jsonpath::ReferencePath},
    states::{Choice, Fail, Map, Parallel, Pass, Task, Wait},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum QueryLanguage {
    #[default]
    JsonPath,
    Jsonata,
}

/// All states of a definition, nested ones too, in one table.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) timeout_s: Option<i64>,
    pub(crate) states: Vec<State>,
}

impl Machine {
    pub(crate) fn state(&self, id: StateId) -> Option<&State> {
        self.states.get(id.0 as usize)
    }

    pub(crate) fn named(&self, name: &str) -> Option<&State> {
        self.states.iter().find(|s| &*s.name == name)
    }

    pub(crate) fn item_processor(&self, map_state: &str) -> Option<(StateId, MachineKind)> {
        match &self.named(map_state)?.kind {
            StateKind::Map(map) => {
                Some((map.start, map.child_kind.unwrap_or(MachineKind::Standard)))
            }
            _ => None,
        }
    }
}

/// One state.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) name: Arc<str>,
    pub(crate) language: QueryLanguage,
    pub(crate) kind: StateKind,
    /// Absent: the state ends its program, or chooses itself.
    pub(crate) next: Option<StateId>,
    pub(crate) io: Io,
    pub(crate) assign: Option<Template>,
    /// `Output` of a JSONata state.
    pub(crate) output: Option<Template>,
    pub(crate) retry: Vec<Retrier>,
    pub(crate) catch: Vec<Catcher>,
}

#[derive(Debug)]
pub(crate) enum StateKind {
    Pass(Pass),
    Wait(Wait),
    Choice(Choice),
    Succeed,
    Fail(Fail),
    Task(Box<Task>),
    Parallel(Parallel),
    Map(Box<Map>),
}

impl StateKind {
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Pass(_) => "Pass",
            Self::Wait(_) => "Wait",
            Self::Choice(_) => "Choice",
            Self::Succeed => "Succeed",
            Self::Fail(_) => "Fail",
            Self::Task(_) => "Task",
            Self::Parallel(_) => "Parallel",
            Self::Map(_) => "Map",
        }
    }
}

/// A path that may be left out (the whole) or `null` (nothing, an empty object).
#[derive(Debug, Default)]
pub(crate) enum PathField {
    #[default]
    Whole,
    Nothing,
    Path(JsonPath),
}

#[derive(Debug, Default)]
pub(crate) enum ResultPath {
    /// The result replaces the input.
    #[default]
    Replace,
    /// The result is dropped.
    Discard,
    At(ReferencePath),
}

/// The fields that shape a state's data on its way in and out.
#[derive(Debug, Default)]
pub(crate) struct Io {
    pub(crate) input_path: PathField,
    /// `Parameters`, or `Arguments` of JSONata.
    pub(crate) parameters: Option<Template>,
    pub(crate) result_selector: Option<Template>,
    pub(crate) result_path: ResultPath,
    pub(crate) output_path: PathField,
}

impl Io {
    /// Tells whether the input flows through as it is.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.input_path, PathField::Whole)
            && self.parameters.is_none()
            && matches!(self.result_path, ResultPath::Replace)
            && matches!(self.output_path, PathField::Whole)
    }
}

#[derive(Debug)]
pub(crate) struct Retrier {
    pub(crate) errors: Vec<Arc<str>>,
    pub(crate) interval_s: f64,
    pub(crate) max_attempts: u32,
    pub(crate) backoff: f64,
    pub(crate) max_delay_s: Option<f64>,
    pub(crate) full_jitter: bool,
}

#[derive(Debug)]
pub(crate) struct Catcher {
    pub(crate) errors: Vec<Arc<str>>,
    pub(crate) next: StateId,
    pub(crate) result_path: ResultPath,
    pub(crate) output: Option<Template>,
    pub(crate) assign: Option<Template>,
}

/// A number or text that stands in the definition, behind a path or in an expression.
#[derive(Debug)]
pub(crate) enum Setting {
    Literal(Value),
    /// The path and the field's name (`MaxConcurrencyPath`).
    Path(JsonPath, &'static str),
    /// The expression and the field's name.
    Expression(Template, &'static str),
}
