//! Times as text.

use aws::ApiError;
use chrono::{DateTime, SecondsFormat};

/// Returns epoch milliseconds in ISO 8601, UTC.
pub(crate) fn text(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Reads a time in ISO 8601 with its offset from UTC, to epoch milliseconds.
///
/// **Errors**: `InvalidParameter`.
pub(crate) fn read(text: &str) -> Result<i64, ApiError> {
    let time = DateTime::parse_from_rfc3339(text).map_err(|_| {
        let message =
            format!("'{text}' is no time; it must be in ISO 8601, such as 2026-11-01T00:00:00Z.");
        ApiError::new("InvalidParameter", message)
    })?;
    Ok(time.timestamp_millis())
}
