//! One state: what all have in common, then its type.

use std::sync::Arc;

use super::{Fields, Reader, Targets};
use crate::{
    Value,
    model::{Io, QueryLanguage, State, StateKind},
    query::Template,
    states::{Choice, Fail, Map, Parallel, Pass, Task, Wait},
};

const TYPES: &str = "[Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]";
const JSONPATH_ONLY: [&str; 19] = [
    "Result",
    "InputPath",
    "OutputPath",
    "ResultPath",
    "ResultSelector",
    "Parameters",
    "SecondsPath",
    "TimestampPath",
    "ErrorPath",
    "CausePath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "ItemsPath",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
    "MaxItemsPath",
    "MaxItemsPerBatchPath",
    "MaxInputBytesPerBatchPath",
];
const JSONATA_ONLY: [&str; 3] = ["Arguments", "Output", "Items"];
const COMMON: [&str; 3] = ["Type", "Comment", "QueryLanguage"];

/// The fields of each state type besides the common ones.
fn known_fields(kind: &str) -> &'static [&'static str] {
    match kind {
        "Pass" => &[
            "Next",
            "End",
            "InputPath",
            "OutputPath",
            "Parameters",
            "Result",
            "ResultPath",
            "Assign",
            "Output",
        ],
        "Wait" => &[
            "Next",
            "End",
            "InputPath",
            "OutputPath",
            "Seconds",
            "SecondsPath",
            "Timestamp",
            "TimestampPath",
            "Assign",
            "Output",
        ],
        "Choice" => &[
            "Choices",
            "Default",
            "InputPath",
            "OutputPath",
            "Assign",
            "Output",
        ],
        "Succeed" => &["InputPath", "OutputPath", "Output"],
        "Fail" => &["Error", "Cause", "ErrorPath", "CausePath"],
        "Task" => &[
            "Next",
            "End",
            "InputPath",
            "OutputPath",
            "Parameters",
            "ResultSelector",
            "ResultPath",
            "Retry",
            "Catch",
            "Resource",
            "TimeoutSeconds",
            "TimeoutSecondsPath",
            "HeartbeatSeconds",
            "HeartbeatSecondsPath",
            "Credentials",
            "Arguments",
            "Output",
            "Assign",
        ],
        "Parallel" => &[
            "Next",
            "End",
            "InputPath",
            "OutputPath",
            "Parameters",
            "ResultSelector",
            "ResultPath",
            "Retry",
            "Catch",
            "Branches",
            "Arguments",
            "Output",
            "Assign",
        ],
        "Map" => &[
            "Next",
            "End",
            "InputPath",
            "OutputPath",
            "Parameters",
            "ResultSelector",
            "ResultPath",
            "Retry",
            "Catch",
            "Iterator",
            "ItemProcessor",
            "ItemsPath",
            "Items",
            "ItemSelector",
            "ItemReader",
            "ItemBatcher",
            "ResultWriter",
            "MaxConcurrency",
            "MaxConcurrencyPath",
            "ToleratedFailureCount",
            "ToleratedFailureCountPath",
            "ToleratedFailurePercentage",
            "ToleratedFailurePercentagePath",
            "Label",
            "Output",
            "Assign",
        ],
        _ => &[],
    }
}

impl Reader {
    pub(crate) fn state(
        &mut self,
        name: &Arc<str>,
        value: &Value,
        at: &str,
        targets: &Targets,
    ) -> Option<State> {
        let Some(object) = value.as_object() else {
            self.wrong("Expected value of type Object", at);
            return None;
        };
        let language = self.query_language(object, at, self.language);
        let fields = Fields::new(object, at, language);
        if self.language == QueryLanguage::Jsonata && language == QueryLanguage::JsonPath {
            self.wrong(
                "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
                at,
            );
        }
        if !self.required(&fields, &["Type"]) {
            return None;
        }
        let kind = self.string(&fields, "Type")?;
        let more = known_fields(kind);
        if more.is_empty() {
            self.wrong(
                format!("The field 'Type' should have one of these values: {TYPES}"),
                fields.place("Type"),
            );
            return None;
        }
        let known: Vec<_> = COMMON.iter().chain(more).copied().collect();
        self.known(&fields, &known);
        self.string(&fields, "Comment");
        self.known_languages(&fields, more);
        self.assemble(name, kind, &fields, targets)
    }

    /// Fields of the other language are reported only where the type has them at all.
    fn known_languages(&mut self, fields: &Fields<'_>, more: &[&str]) {
        let of = |names: &[&'static str]| {
            names
                .iter()
                .copied()
                .filter(|n| more.contains(n))
                .collect::<Vec<_>>()
        };
        self.only_for(fields, &of(&JSONPATH_ONLY), &of(&JSONATA_ONLY));
    }

    fn assemble(
        &mut self,
        name: &Arc<str>,
        kind: &str,
        fields: &Fields<'_>,
        targets: &Targets,
    ) -> Option<State> {
        let io = self.io(fields, kind);
        let assign = self.assign(fields);
        let output = if fields.is_jsonata() && kind != "Fail" {
            self.template(fields, "Output")
        } else {
            None
        };
        let read = match kind {
            "Pass" => Pass::read(fields).map(StateKind::Pass),
            "Wait" => Wait::read(self, fields).map(StateKind::Wait),
            "Choice" => Choice::read(self, fields, targets).map(StateKind::Choice),
            "Succeed" => Some(StateKind::Succeed),
            "Fail" => Fail::read(self, fields).map(StateKind::Fail),
            "Task" => Task::read(self, fields).map(|t| StateKind::Task(Box::new(t))),
            "Parallel" => Parallel::read(self, fields).map(StateKind::Parallel),
            _ => Map::read(self, fields).map(|m| StateKind::Map(Box::new(m))),
        };
        let retry = self.retriers(fields);
        let catch = self.catchers(fields, targets);
        let next = self.next(kind, fields, targets);
        Some(State {
            name: Arc::clone(name),
            language: fields.language,
            kind: read?,
            next: next?,
            io,
            assign,
            output,
            retry,
            catch,
        })
    }

    /// `Some(None)`: the state ends its program.
    fn next(
        &mut self,
        kind: &str,
        fields: &Fields<'_>,
        targets: &Targets,
    ) -> Option<Option<crate::StateId>> {
        if matches!(kind, "Choice" | "Succeed" | "Fail") {
            return Some(None);
        }
        let end = self.boolean(fields, "End");
        match (fields.has("Next"), end) {
            (true, Some(true)) => {
                self.one_of(fields, &["Next", "End"]);
                None
            }
            (true, _) => match self.target(fields, "Next", targets) {
                Some(id) => Some(Some(id)),
                // The graph's findings tell of it.
                None => Some(None),
            },
            (false, Some(true)) => Some(None),
            (false, _) if self.open => Some(None),
            (false, _) => {
                self.required(fields, &["Next"]);
                None
            }
        }
    }

    fn io(&mut self, fields: &Fields<'_>, kind: &str) -> Io {
        if fields.is_jsonata() {
            let parameters = self.template(fields, "Arguments");
            return Io {
                parameters,
                ..Io::default()
            };
        }
        Io {
            input_path: self.path_field(fields, "InputPath"),
            // A Map's Parameters are the older name of its ItemSelector.
            parameters: if kind == "Map" {
                None
            } else {
                self.template(fields, "Parameters")
            },
            result_selector: self.template(fields, "ResultSelector"),
            result_path: self.result_path(fields, "ResultPath"),
            output_path: self.path_field(fields, "OutputPath"),
        }
    }

    pub(crate) fn assign(&mut self, fields: &Fields<'_>) -> Option<Template> {
        let names = self.object(fields, "Assign")?;
        for name in names.keys() {
            let short = if fields.is_jsonata() {
                name
            } else {
                name.strip_suffix(".$").unwrap_or(name)
            };
            let place = fields.place("Assign");
            if short == "states" {
                self.wrong(
                    format!("The variable name '{short}' is reserved"),
                    format!("{place}/{name}"),
                );
            }
            if short.chars().count() > 80 || !short.chars().all(|c| c.is_alphanumeric() || c == '_')
            {
                self.wrong(
                    format!("Invalid variable name '{short}'"),
                    format!("{place}/{name}"),
                );
            }
        }
        self.template(fields, "Assign")
    }
}
