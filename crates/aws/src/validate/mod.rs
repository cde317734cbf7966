//! Inputs held against the API model, refused in AWS's own words.
//!
//! Types come first (`SerializationException`), then constraints, all of them at once. Members that are null
//! are taken as absent; members that the model does not know are ignored. Neither is an error in AWS.

mod constraint;
mod display;
mod style;
mod walk;

pub(crate) use style::{Style, style};
pub(crate) use walk::{check, fill_tokens};

#[cfg(test)]
mod tests;
