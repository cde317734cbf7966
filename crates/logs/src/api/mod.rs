//! The operations, by resource.

pub(crate) mod filter;
pub(crate) mod get;
pub(crate) mod groups;
pub(crate) mod put;
pub(crate) mod retention;
pub(crate) mod streams;
pub(crate) mod tags;
mod token;

#[cfg(test)]
mod tests;

use aws::{ApiError, Context};

use crate::{arn, error};

/// An operation that answers nothing.
#[derive(serde::Serialize)]
pub(crate) struct Nothing {}

/// Returns the group's name from the two members that may carry it, of which one must.
fn group_name(
    context: &Context,
    name: Option<String>,
    identifier: Option<String>,
) -> Result<String, ApiError> {
    match (name, identifier) {
        (Some(name), None) => Ok(name),
        (None, Some(identifier)) => arn::identified(context, &identifier)
            .map(str::to_owned)
            .ok_or_else(error::no_group),
        (None, None) => Err(error::invalid(
            "LogGroup name or LogGroup identifier must be specified.",
        )),
        (Some(_), Some(_)) => Err(error::invalid(
            "LogGroup name and LogGroup ARN are mutually exclusive parameters.",
        )),
    }
}
