//! The details of a history event, member by member.

use std::sync::Arc;

use crate::{Failure, Object, Value, catalog::Integration};

#[derive(Debug, Default)]
pub(super) struct Details(Object);

impl Details {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// `resourceType` and `resource`.
    pub(super) fn of(integration: &Integration) -> Self {
        Self::new()
            .with(
                "resourceType",
                Value::String(Arc::clone(&integration.resource_type)),
            )
            .with("resource", Value::String(Arc::clone(&integration.resource)))
    }

    /// `error` and `cause`, as far as there are.
    pub(super) fn failure(failure: &Failure) -> Self {
        let text = |t: &Option<Arc<str>>| t.as_ref().map(|t| Value::String(Arc::clone(t)));
        Self::new()
            .maybe("error", text(&failure.error))
            .maybe("cause", text(&failure.cause))
    }

    pub(super) fn with(mut self, name: &'static str, value: Value) -> Self {
        self.0.insert(name.into(), value);
        self
    }

    pub(super) fn maybe(self, name: &'static str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// `input` or `output` with its `…Details`.
    pub(super) fn text_of(self, name: &'static str, text: &str) -> Self {
        let details = if name == "input" {
            "inputDetails"
        } else {
            "outputDetails"
        };
        self.with(name, Value::from(text)).whole(details)
    }

    /// A `…Details` member that says that nothing was cut off.
    pub(super) fn whole(self, name: &'static str) -> Self {
        self.with(name, Value::object([("truncated", Value::Bool(false))]))
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub(super) fn under(self, member: &'static str) -> Option<(&'static str, Value)> {
        Some((member, Value::Object(Arc::new(self.0))))
    }
}
