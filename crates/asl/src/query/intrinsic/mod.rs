//! Intrinsic functions of the JSONPath language: `States.Format('Hello {}', $.name)`.

pub(crate) mod functions;
mod parse;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub(crate) use parse::parse;

use super::{Misread, Surroundings, jsonpath::JsonPath, template};
use crate::Value;
use functions::Function;

/// A compiled call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// As the definition has it.
    pub(crate) text: Arc<str>,
    function: Function,
    arguments: Vec<Argument>,
}

#[derive(Clone, Debug)]
enum Argument {
    Literal(Value),
    Path(JsonPath),
    Call(Call),
}

impl Call {
    pub(crate) fn evaluate(&self, around: &Surroundings<'_>) -> Result<Value, Misread> {
        let mut given = Vec::with_capacity(self.arguments.len());
        for argument in &self.arguments {
            given.push(match argument {
                Argument::Literal(value) => value.clone(),
                Argument::Path(path) => path
                    .read(around)
                    .map_err(|_| self.no_argument(path, around))?,
                Argument::Call(inner) => inner.evaluate(around)?,
            });
        }
        self.function
            .apply(&given, around.random)
            .map_err(|why| Misread::Intrinsic {
                call: Arc::clone(&self.text),
                why,
            })
    }

    fn no_argument(&self, path: &JsonPath, around: &Surroundings<'_>) -> Misread {
        let Misread::Path { input, .. } = template::missing(path, "", around) else {
            return Misread::Intrinsic {
                call: Arc::clone(&self.text),
                why: String::new(),
            };
        };
        Misread::Intrinsic {
            call: Arc::clone(&self.text),
            why: format!(
                "The JsonPath argument for the field '{}' could not be found in the input '{input}'",
                path.text
            ),
        }
    }

    /// Calls `visit` with each path among the arguments, nested calls included.
    pub(crate) fn paths(&self, visit: &mut impl FnMut(&JsonPath)) {
        for argument in &self.arguments {
            match argument {
                Argument::Path(path) => visit(path),
                Argument::Call(call) => call.paths(visit),
                Argument::Literal(_) => {}
            }
        }
    }
}
