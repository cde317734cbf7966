//! QuickSight's expression language: what calculated fields, calculated measures and rolling dates are
//! written in.

mod aggregations;
mod code;
mod compile;
mod error;
mod functions;
mod levels;
mod lexer;
mod parser;
mod periods;
mod tables;
mod time;
mod tree;
mod work_days;

pub use code::{Code, Kind, Stage};
pub(crate) use compile::{BEFORE_FILTERS, Dimension, Made};
pub use compile::{Compiler, Layers};
pub use error::{ErrorKind, ExpressionError};
pub use parser::parse;
pub(crate) use time::rolling;
pub use tree::{Level, Node, Tree};

#[cfg(test)]
mod tests;

use chrono::NaiveDateTime;

use crate::{column::Column, column::ColumnType, parameter::ParameterValues};

/// What an expression comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub kind: ColumnType,
    /// It is a measure as it is: nothing aggregates it again.
    pub aggregated: bool,
}

/// Returns what an expression over a data set's columns and calculated fields comes to.
///
/// **Errors**: what is wrong with it, with its place. Table calculations are none here: only a visual has the
/// dimensions that they go along.
pub fn outcome<'a>(
    expression: &str,
    columns: &'a [Column],
    calculated: impl IntoIterator<Item = (&'a str, &'a str)>,
    parameters: &'a ParameterValues,
    now: NaiveDateTime,
) -> Result<Outcome, ExpressionError> {
    let mut compiler = Compiler::new(columns, parameters, now).with_calculated(calculated);
    match compiler.text(expression) {
        Ok(code) => Ok(Outcome {
            kind: code.kind.column(),
            aggregated: matches!(code.stage, Stage::Aggregate | Stage::Table(_)),
        }),
        Err(error) if matches!(error.kind, ErrorKind::MissingAttribute(_)) => Ok(Outcome {
            kind: ColumnType::Decimal,
            aggregated: true,
        }),
        Err(error) => Err(error),
    }
}

/// A scalar expression as SQL over a data set's columns, and the type of its values: what a calculated
/// column of a data set becomes.
///
/// **Errors**: what is wrong with the expression, with its place; aggregations are refused.
pub fn to_sql(
    expression: &str,
    columns: &[Column],
    parameters: &ParameterValues,
    now: NaiveDateTime,
) -> Result<(String, ColumnType), ExpressionError> {
    let mut compiler = Compiler::new(columns, parameters, now);
    let code = compiler.text(expression)?;
    if matches!(code.stage, Stage::Aggregate | Stage::Table(_)) || !compiler.layers.is_empty() {
        return Err(ExpressionError::at(
            0,
            expression,
            ErrorKind::AggregateInRow,
        ));
    }
    Ok((code.sql, code.kind.column()))
}
