//! One-time schedules of EventBridge Scheduler: `at(2026-11-23T12:00:00)`.

use chrono::{NaiveDateTime, Timelike};

use super::ExpressionError;

/// A single local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At(pub NaiveDateTime);

impl At {
    /// Reads the time, without the `at(` and `)` around it.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S")
            .ok()
            // chrono takes a leap second; nothing else here can.
            .filter(|time| text.len() == 19 && time.nanosecond() < 1_000_000_000)
            .map(Self)
            .ok_or(ExpressionError::At)
    }
}
