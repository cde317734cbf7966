//! The built-in functions.

mod arrays;
mod encode;
mod format_number;
mod higher_order;
mod numbers;
mod objects;
mod regex;
mod strings;
mod table;

use std::sync::OnceLock;

pub(crate) use regex::{first_match, next_match};
pub(crate) use strings::text_of;
pub(crate) use table::named;

use crate::{Error, Value, eval::Evaluator, signature::Signature};

type Run = fn(&Evaluator, &[Value], &Value) -> Result<Value, Error>;

/// A built-in function.
pub(crate) struct Native {
    pub(crate) name: &'static str,
    signature_text: &'static str,
    signature: OnceLock<Signature>,
    pub(crate) arity: usize,
    pub(crate) run: Run,
}

impl Native {
    const fn new(name: &'static str, signature_text: &'static str, arity: usize, run: Run) -> Self {
        Self {
            name,
            signature_text,
            signature: OnceLock::new(),
            arity,
            run,
        }
    }

    pub(crate) fn signature(&self) -> &Signature {
        self.signature.get_or_init(|| {
            // the table's signatures are all good: a test parses each
            Signature::parse(self.signature_text)
                .unwrap_or_else(|error| unreachable!("{}: {error}", self.name))
        })
    }
}

fn argument(arguments: &[Value], index: usize) -> &Value {
    const NOTHING: &Value = &Value::Undefined;
    arguments.get(index).unwrap_or(NOTHING)
}

fn number(arguments: &[Value], index: usize) -> Option<f64> {
    match argument(arguments, index) {
        Value::Number(n) => Some(*n),
        _ => None,
    }
}
