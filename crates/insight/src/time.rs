//! Times as text.

use chrono::{DateTime, SecondsFormat};

/// Returns epoch milliseconds in ISO 8601, UTC.
pub(crate) fn text(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Millis, true)
}
