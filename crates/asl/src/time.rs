//! Times as the context object and timestamps write them.

use chrono::{DateTime, SecondsFormat, Utc};

/// Returns ISO 8601 text with milliseconds in UTC (`2024-05-01T12:00:00.000Z`). **Units**: epoch milliseconds.
pub fn iso(at_ms: i64) -> String {
    DateTime::<Utc>::from_timestamp_millis(at_ms)
        .unwrap_or(DateTime::UNIX_EPOCH)
        .to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Returns epoch milliseconds of an RFC 3339 text as Step Functions takes it: with `T` and an offset or `Z`.
pub fn parse(text: &str) -> Option<i64> {
    if text.as_bytes().get(10) != Some(&b'T') {
        return None;
    }
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|t| t.timestamp_millis())
}

/// Returns epoch seconds and nanoseconds, for comparing.
pub(crate) fn parse_exact(text: &str) -> Option<(i64, u32)> {
    parse(text)?;
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|t| (t.timestamp(), t.timestamp_subsec_nanos()))
}
