//! Trino's functions that DataFusion lacks or means otherwise.
//!
//! A function takes any argument types and casts them itself, so that a wrong type is refused in one way.

mod aggregate;
mod binary;
mod collection;
mod date;
mod json;
mod mysql;
mod number;
mod scalar;
mod string;
mod url;

pub(crate) use date::TRY_DATE_PARSE;

use std::sync::Arc;

use datafusion::{
    execution::{FunctionRegistry, SessionState},
    logical_expr::{AggregateUDF, ScalarUDF, ScalarUDFImpl},
};

/// Adds the functions to a session; one of our own replaces DataFusion's of the same name.
pub(crate) fn register(state: &mut SessionState) {
    let groups = [
        binary::functions(),
        collection::functions(),
        date::functions(),
        json::functions(),
        number::functions(),
        string::functions(),
        url::functions(),
    ];
    let functions: Vec<_> = groups.into_iter().flatten().collect();
    // Another function's alias of one of these names would win or lose by chance when a session is copied.
    for function in &functions {
        let known = state.udf(function.name()).ok().map(|f| f.name().to_owned());
        if let Some(other) = known
            && let Err(error) = state.deregister_udf(&other)
        {
            tracing::error!(%error, "a function could not be taken away");
        }
    }
    for function in functions {
        if let Err(error) = state.register_udf(Arc::new(ScalarUDF::new_from_impl(function))) {
            tracing::error!(%error, "a function could not be registered");
        }
    }
    for function in aggregate::functions() {
        let function: AggregateUDF = function;
        if let Err(error) = state.register_udaf(Arc::new(function)) {
            tracing::error!(%error, "an aggregate could not be registered");
        }
    }
}
