//! From definition text to the model, with everything that is wrong on the way.

mod fields;
mod graph;
mod reader;
mod retry;
mod state;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub(crate) use fields::Fields;
pub(crate) use reader::{Reader, Targets};

use crate::{
    Definition, Diagnostic, MachineKind, ParseError, Severity, StateId, Value,
    definition::Parsed,
    model::{Machine, QueryLanguage},
};

impl Definition {
    /// Parses and validates a definition.
    ///
    /// **Errors**: all findings of severity ERROR, in AWS's words and order; see [`crate::invalid_definition`]
    /// for the message of CreateStateMachine.
    pub fn parse(text: &str, kind: MachineKind) -> Result<Self, Vec<Diagnostic>> {
        machine(text, kind).definition
    }

    /// Parses like [`Definition::parse`] and gives the warnings too.
    pub fn check(text: &str, kind: MachineKind) -> Parsed {
        machine(text, kind)
    }
}

/// Parses and validates a definition.
fn machine(text: &str, kind: MachineKind) -> Parsed {
    let document = match document(text) {
        Ok(document) => document,
        Err(finding) => {
            return Parsed {
                definition: Err(vec![finding]),
                warnings: Vec::new(),
            };
        }
    };
    let mut reader = Reader::new(kind);
    let start = top(&mut reader, &document);
    reader.finish(start, kind)
}

/// Parses and validates one state alone, as TestState takes it; it may name states that are not there.
pub(crate) fn lone_state(text: &str, kind: MachineKind) -> Parsed {
    let document = match document(text) {
        Ok(document) => document,
        Err(finding) => {
            return Parsed {
                definition: Err(vec![finding]),
                warnings: Vec::new(),
            };
        }
    };
    let mut reader = Reader::new(kind);
    let start = reader.lone(&document);
    reader.finish(start, kind)
}

fn document(text: &str) -> Result<Value, Diagnostic> {
    let no_object = Diagnostic {
        severity: Severity::Error,
        code: "SCHEMA_VALIDATION_FAILED".to_owned(),
        message: "Definition must be a valid JSON object".to_owned(),
        location: None,
    };
    if text.trim().is_empty() {
        return Err(no_object);
    }
    let document = Value::parse(text).map_err(|e| not_json(text, &e))?;
    if document.as_object().is_none() {
        Err(no_object)
    } else {
        Ok(document)
    }
}

/// Jackson shows this much of the text it could not read.
const SHOWN: usize = 500;

fn not_json(text: &str, error: &ParseError) -> Diagnostic {
    let count = text.chars().count();
    let shown: String = text.chars().take(SHOWN).collect();
    let cut = if count > SHOWN {
        format!("[truncated {} chars]", count - SHOWN)
    } else {
        String::new()
    };
    let place = format!(
        "[Source: (String)\"{shown}\"{cut}; line: {}, column: {}]",
        error.line, error.column
    );
    Diagnostic {
        severity: Severity::Error,
        code: "INVALID_JSON_DESCRIPTION".to_owned(),
        message: format!("{}\n at {place}", error.message),
        location: Some(place),
    }
}

fn top(reader: &mut Reader, document: &Value) -> Option<StateId> {
    const KNOWN: [&str; 6] = [
        "Comment",
        "StartAt",
        "States",
        "Version",
        "TimeoutSeconds",
        "QueryLanguage",
    ];
    let object = document.as_object()?;
    reader.language = reader.query_language(object, "", QueryLanguage::JsonPath);
    let fields = Fields::new(object, "", reader.language);
    reader.known(&fields, &KNOWN);
    reader.timeout_s = reader.integer(&fields, "TimeoutSeconds", 1);
    reader.string(&fields, "Comment");
    reader.string(&fields, "Version");
    reader.program(&fields)
}

impl Reader {
    fn finish(self, start: Option<StateId>, kind: MachineKind) -> Parsed {
        let Self {
            states,
            found,
            warnings,
            timeout_s,
            ..
        } = self;
        let definition = match (start, states.into_iter().collect::<Option<Vec<_>>>()) {
            (Some(start), Some(states)) if found.is_empty() => Ok(Definition {
                machine: Arc::new(Machine { timeout_s, states }),
                start,
                kind,
                whole: true,
            }),
            _ => Err(found),
        };
        Parsed {
            definition,
            warnings,
        }
    }
}
