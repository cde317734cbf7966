//! The public face: an expression, parsed once.

use std::sync::Arc;

use crate::{Error, Value, ast::Node, eval, parser};

/// What parsing may take of the stack.
const PARSE_STACK_BYTES: usize = 16 * 1024 * 1024;

/// A parsed expression; cheap to clone and to share between threads.
#[derive(Clone, Debug)]
pub struct Expression {
    root: Arc<Node>,
}

/// What ends a runaway expression, with error `U1001`.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Evaluations nested in each other.
    pub depth: usize,
    /// Evaluations in all.
    pub steps: u64,
}

impl Default for Limits {
    /// A thousand calls deep, and some seconds of work.
    fn default() -> Self {
        Self {
            depth: 5_000,
            steps: 20_000_000,
        }
    }
}

/// What an evaluation knows besides its input.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Variables by name, without `$`.
    pub bindings: Vec<(Arc<str>, Value)>,
    /// `$now` and `$millis`, milliseconds since the epoch.
    pub now_ms: i64,
    /// What `$random` and `$shuffle` draw from.
    pub seed: u64,
    pub limits: Limits,
}

impl Expression {
    /// Parses an expression.
    ///
    /// **Errors**: `S…` codes, with the position.
    pub fn parse(text: &str) -> Result<Self, Error> {
        // The deepest expression allowed takes more stack than a thread may have left.
        let parsed =
            stacker::maybe_grow(PARSE_STACK_BYTES, PARSE_STACK_BYTES, || parser::parse(text));
        parsed.map(|node| Self {
            root: Arc::new(node),
        })
    }

    /// Evaluates the expression on an input.
    ///
    /// **Errors**: `T…` (types), `D…` (values), `U1001` (limits).
    pub fn evaluate(&self, input: &Value, environment: &Environment) -> Result<Value, Error> {
        eval::run(&self.root, input, environment)
    }
}
