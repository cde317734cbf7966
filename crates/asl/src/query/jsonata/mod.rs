//! The seam to the `jsonata` crate: parse once, evaluate against `$states` and the variables.

mod host;
mod names;
mod values;

use std::{fmt, rc::Rc, sync::Arc};

use super::{Misread, Random, Surroundings};
use crate::Value;

/// Evaluations nested in each other at which AWS gives up.
const MAX_DEPTH: usize = 100;
/// Evaluations in all: about a second's work.
const MAX_STEPS: u64 = 5_000_000;
const STACK_OVERFLOW: &str = "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive";

fn thrown(error: &jsonata::Error) -> Failure {
    match error.code {
        "U1001" => Failure::Ended(STACK_OVERFLOW),
        code => Failure::Thrown(format!("{code}: {}", error.message())),
    }
}

/// Returns the code of a `{% … %}` string, without the marks and the space around it.
pub(crate) fn inside(text: &str) -> Option<&str> {
    Some(text.strip_prefix("{%")?.strip_suffix("%}")?.trim())
}

/// A compiled expression.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    pub(crate) text: Arc<str>,
    compiled: jsonata::Expression,
    /// Names after `$`: variables, functions, `states`.
    names: Vec<String>,
    states: names::StatesUse,
}

/// Why an expression gave no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Undefined,
    /// `T1006: Attempted to invoke a non-function`
    Thrown(String),
    /// A limit ended the evaluation.
    Ended(&'static str),
    OutOfRange(String),
    Type {
        expected: &'static str,
        was: &'static str,
        value: String,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undefined => f.write_str("returned nothing (undefined)."),
            Self::Thrown(message) => write!(f, "threw an error during evaluation. {message}"),
            Self::Ended(message) => write!(f, "threw an error during evaluation: {message}"),
            Self::OutOfRange(value) => {
                write!(f, "returned a value outside the acceptable range: {value}")
            }
            Self::Type {
                expected,
                was,
                value,
            } => write!(
                f,
                "returned an unexpected result type. Expected '{expected}', but was '{was}' for value: {value}"
            ),
        }
    }
}

/// Returns the name that JSONata messages give a value's type.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

impl Expression {
    /// **Errors**: the parser's message, or that it reads what is not there.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let compiled = jsonata::Expression::parse(text).map_err(|e| e.message())?;
        if let Some(name) = names::top_level_name(text) {
            return Err(format!(
                "Reference to '{name}' at the top level is not supported."
            ));
        }
        Ok(Self {
            text: text.into(),
            compiled,
            names: names::variables(text),
            states: names::StatesUse::of(text),
        })
    }

    /// Returns the value of the expression in these surroundings.
    pub(crate) fn value(
        &self,
        around: &Surroundings<'_>,
        location: &str,
    ) -> Result<Value, Misread> {
        let environment = self.environment(around);
        let found = self
            .compiled
            .evaluate(&jsonata::Value::Undefined, &environment)
            .map_err(|e| self.misread(location, thrown(&e)))?;
        values::from(&found).ok_or_else(|| self.misread(location, Failure::Undefined))
    }

    /// Binds what the expression names and nothing else: inputs may be large.
    fn environment(&self, around: &Surroundings<'_>) -> jsonata::Environment {
        let random = Rc::new(Random::new(around.random.next()));
        let mut bindings = Vec::new();
        for name in &self.names {
            let value = match name.as_str() {
                "states" => Some(self.states(around)),
                name => around
                    .variable(name)
                    .map(|value| values::into(&value))
                    .or_else(|| host::function(name, &random)),
            };
            bindings.extend(value.map(|value| (Arc::from(name.as_str()), value)));
        }
        jsonata::Environment {
            bindings,
            now_ms: around.now_ms,
            seed: random.next(),
            limits: jsonata::Limits {
                depth: MAX_DEPTH,
                steps: MAX_STEPS,
            },
        }
    }

    /// Returns the object that `$states` is, as far as the expression reads it.
    fn states(&self, around: &Surroundings<'_>) -> jsonata::Value {
        let mut members = jsonata::Object::new();
        let mut add = |wanted: bool, name: &str, value: Option<&Value>| {
            if let (true, Some(value)) = (wanted, value) {
                members.insert(name.into(), values::into(value));
            }
        };
        add(self.states.input, "input", Some(around.input));
        if self.states.context {
            add(true, "context", Some(around.context()));
        }
        add(self.states.result, "result", around.result);
        add(self.states.error_output, "errorOutput", around.error_output);
        jsonata::Value::object(members)
    }

    /// The expression's value is not of the type that the field takes.
    pub(crate) fn wrong_type(
        &self,
        location: &str,
        expected: &'static str,
        value: &Value,
    ) -> Misread {
        self.misread(
            location,
            Failure::Type {
                expected,
                was: type_name(value),
                value: value.to_text(),
            },
        )
    }

    pub(crate) fn thrown(&self, location: &str, message: &str) -> Misread {
        self.misread(location, Failure::Thrown(message.to_owned()))
    }

    pub(crate) fn out_of_range(&self, location: &str, value: &Value) -> Misread {
        self.misread(location, Failure::OutOfRange(value.to_text()))
    }

    pub(crate) fn misread(&self, location: &str, why: Failure) -> Misread {
        Misread::Jsonata {
            expression: Arc::clone(&self.text),
            location: location.to_owned(),
            why,
        }
    }

    /// Returns the names of the variables it reads and does not bind itself.
    pub(crate) fn free_variables(&self) -> Vec<String> {
        names::free(&self.text)
    }
}
