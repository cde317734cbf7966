//! What is wrong with an expression, and where.

use thiserror::Error;

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ErrorKind {
    #[error("unexpected character '{0}'")]
    Character(char),
    #[error("the text that begins here has no end")]
    OpenText,
    #[error("the field name that begins here has no end")]
    OpenField,
    #[error("'{found}' is not expected here; expected {expected}")]
    Unexpected {
        found: String,
        expected: &'static str,
    },
    #[error("the expression is nested too deeply")]
    Depth,
    #[error("the field {{{0}}} does not exist")]
    Field(String),
    #[error("the parameter ${{{0}}} does not exist")]
    Parameter(String),
    #[error("the calculated field {{{0}}} refers to itself")]
    Cycle(String),
    #[error("the function {0} does not exist")]
    Function(String),
    #[error("{function} takes {expected}, not {found} arguments")]
    Arguments {
        function: String,
        expected: String,
        found: usize,
    },
    #[error("{function} expects {expected}, not {found}")]
    Type {
        function: String,
        expected: &'static str,
        found: &'static str,
    },
    #[error(
        "Expression {call} for function {function} has incorrect argument type {function}({found}). Function syntax expects {expected}."
    )]
    Types {
        call: String,
        function: &'static str,
        found: String,
        expected: &'static str,
    },
    #[error(
        "At least one of the arguments in this function does not have correct type. Correct the expression and choose Create again."
    )]
    NullArgument,
    #[error("{function}: {problem}")]
    Argument { function: String, problem: String },
    #[error(
        "mismatched aggregation: custom aggregations can't contain both aggregated and nonaggregated fields, in any combination"
    )]
    Mismatched,
    #[error("nesting of aggregate functions is not supported")]
    NestedAggregate,
    #[error("aggregations are not allowed here")]
    AggregateInRow,
    #[error("table calculation attribute reference(s) are missing in field wells: {{{0}}}")]
    MissingAttribute(String),
}

/// An error in an expression.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {kind}")]
pub struct ExpressionError {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    pub kind: ErrorKind,
}

impl ExpressionError {
    pub(crate) fn at(offset: usize, text: &str, kind: ErrorKind) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            kind,
        }
    }
}
