//! QuickSight's expression language: what calculated fields, calculated measures and rolling dates are
//! written in.

mod code;
mod compile;
mod error;
mod functions;
mod levels;
mod lexer;
mod parser;
mod tables;
mod time;
mod tree;

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
