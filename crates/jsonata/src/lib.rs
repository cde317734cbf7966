//! JSONata 2.0.6 as Step Functions has it: parse once, evaluate many times. Pure: the time, the seed of
//! randomness and the limits come in as data, and there is no `$eval`.
//!
//! A port of the reference implementation's rules (jsonata-js, MIT licence), so that sequences, tuples and
//! error codes come out as its test suite has them.

mod ast;
mod datetime;
mod error;
mod eval;
mod expression;
mod functions;
mod json;
mod number;
mod parser;
mod signature;
mod value;

pub use error::Error;
pub use expression::{Environment, Expression, Limits};
pub use number::to_text as number_to_text;
pub use value::{Array, Function, HostFunction, Object, Value};
