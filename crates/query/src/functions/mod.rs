//! Trino's functions that DataFusion lacks or means otherwise.
//!
//! A function takes any argument types and casts them itself, so that a wrong type is refused in one way.

mod aggregate;
mod binary;
mod collection;
mod date;
mod decimal;
mod exact;
mod format;
mod gather;
mod joda;
mod json;
mod map;
mod mysql;
mod naming;
mod number;
mod scalar;
mod string;
mod url;
mod zone;

pub(crate) use date::TRY_DATE_PARSE;
pub(crate) use map::MAP_OF_LISTS;
pub(crate) use naming::NAMED;

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
        decimal::functions(),
        format::functions(),
        json::functions(),
        map::functions(),
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
    let functions = functions.into_iter().map(ScalarUDF::new_from_impl);
    let naming = [ScalarUDF::new_from_impl(naming::Named::new())];
    let zones = zone::InZone::both().map(ScalarUDF::new_from_impl);
    let functions = functions.chain(naming).chain(zones);
    #[cfg(test)]
    let functions = functions.chain(crate::engine::Panicking::both().map(ScalarUDF::new_from_impl));
    for function in functions {
        if let Err(error) = state.register_udf(Arc::new(function)) {
            tracing::error!(%error, "a function could not be registered");
        }
    }
    let exact = exact::functions(state).unwrap_or_else(|error| {
        tracing::error!(%error, "sums of decimals are DataFusion's");
        Vec::new()
    });
    let aggregates: Vec<AggregateUDF> = aggregate::functions()
        .into_iter()
        .chain(gather::functions())
        .chain(exact)
        .collect();
    for function in aggregates {
        if let Err(error) = state.register_udaf(Arc::new(function)) {
            tracing::error!(%error, "an aggregate could not be registered");
        }
    }
    if let Err(error) = state.register_expr_planner(Arc::new(decimal::Division)) {
        tracing::error!(%error, "decimals are divided as DataFusion does it");
    }
}
