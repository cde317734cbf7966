//! Trino's meaning put into DataFusion's terms, on the syntax tree.
//!
//! What differs by name or by shape alone is here; what differs in its values is a function of our own.

mod build;
mod calls;
mod expressions;
mod lambdas;
mod names;
mod statement;
mod trying;

pub(crate) use names::{UNNAMED, casts_decide, name_casts};
pub(crate) use statement::rewrite;
