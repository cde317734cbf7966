//! From text to tree: tokens, operator precedence, and the passes that make paths out of operators.

mod ancestry;
mod lexer;
mod pratt;
mod process;
mod raw;

use crate::{Error, ast::Node};

/// Parses an expression.
///
/// **Errors**: the reference implementation's `S…` codes with their position.
pub(crate) fn parse(text: &str) -> Result<Node, Error> {
    let raw = pratt::parse(text)?;
    process::finish(raw)
}
