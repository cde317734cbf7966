//! The seam to the `jsonata` crate: parse once, evaluate against `$states` and the variables.

use std::{fmt, sync::Arc};

use super::{Misread, Surroundings};
use crate::Value;

/// Returns the code of a `{% … %}` string, without the marks and the space around it.
pub(crate) fn inside(text: &str) -> Option<&str> {
    Some(text.strip_prefix("{%")?.strip_suffix("%}")?.trim())
}

/// A compiled expression.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    pub(crate) text: Arc<str>,
}

/// Why an expression gave no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Undefined,
    /// `T1006: Attempted to invoke a non-function`
    Thrown(String),
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
    /// **Errors**: the parser's message.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        Ok(Self { text: text.into() })
    }

    /// Returns the value of the expression in these surroundings.
    pub(crate) fn value(
        &self,
        around: &Surroundings<'_>,
        location: &str,
    ) -> Result<Value, Misread> {
        let _ = (around, states(around));
        Err(self.misread(
            location,
            Failure::Thrown("the JSONata language is not built yet".to_owned()),
        ))
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

    /// Returns the names of the variables the expression uses but does not bind itself.
    pub(crate) fn free_variables(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Returns the object that `$states` is.
fn states(around: &Surroundings<'_>) -> Value {
    let mut members = vec![
        ("input", around.input.clone()),
        ("context", around.context().clone()),
    ];
    if let Some(result) = around.result {
        members.push(("result", result.clone()));
    }
    if let Some(error) = around.error_output {
        members.push(("errorOutput", error.clone()));
    }
    Value::object(members)
}
