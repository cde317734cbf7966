//! Timestamps as the wire has them. In a Call they are epoch seconds with a fraction of milliseconds.

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use serde_json::Value;

use crate::table::TimestampFormat;

/// Returns epoch milliseconds as a Call has them: epoch seconds with a fraction.
pub fn from_millis(ms: i64) -> f64 {
    ms as f64 / 1000.0
}

/// Reads a timestamp: epoch seconds, ISO 8601 or RFC 822.
pub fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return seconds.is_finite().then_some(seconds);
    }
    let at = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_rfc2822(text))
        .map(|at| at.timestamp_millis())
        .or_else(|_| without_zone(text).map(|at| at.and_utc().timestamp_millis()));
    at.ok().map(from_millis)
}

/// boto3 sends a datetime without a zone as UTC with `Z`; other clients leave the `Z` or the time out.
fn without_zone(text: &str) -> Result<NaiveDateTime, chrono::ParseError> {
    text.parse::<NaiveDateTime>()
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%MZ"))
        .or_else(|_| {
            NaiveDateTime::parse_from_str(&format!("{text}T00:00:00"), "%Y-%m-%dT%H:%M:%S")
        })
}

/// Returns a Call's timestamp in a wire format; what is no timestamp stays as it is.
pub fn encode(value: &Value, format: TimestampFormat) -> Value {
    match (format, value.as_f64().and_then(date_time)) {
        (TimestampFormat::Iso8601, Some(at)) => at.to_rfc3339_opts(precision(&at), true).into(),
        (TimestampFormat::Rfc822, Some(at)) => {
            at.format("%a, %d %b %Y %H:%M:%S GMT").to_string().into()
        }
        _ => value.clone(),
    }
}

fn precision(at: &DateTime<Utc>) -> SecondsFormat {
    if at.timestamp_subsec_millis() == 0 {
        SecondsFormat::Secs
    } else {
        SecondsFormat::Millis
    }
}

fn date_time(seconds: f64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis((seconds * 1000.0).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wire_form_reads_as_the_same_moment() {
        let texts = [
            "1700000000.5",
            "2023-11-14T22:13:20.5Z",
            "2023-11-14T22:13:20.500",
            "2023-11-14T23:13:20.500+01:00",
        ];
        for text in texts {
            assert_eq!(parse(text), Some(1_700_000_000.5), "{text}");
        }
        assert_eq!(
            parse("Tue, 14 Nov 2023 22:13:20 GMT"),
            Some(1_700_000_000.0)
        );
        assert_eq!(parse("2023-11-14"), Some(1_699_920_000.0));
        assert_eq!(parse("2023-11-14T22:13Z"), Some(1_699_999_980.0));
        for text in ["", "yesterday", "NaN", "inf", "2023-13-01T00:00:00Z"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn timestamps_are_written_per_format() {
        let at = Value::from(1_700_000_000.25);
        assert_eq!(
            encode(&at, TimestampFormat::Iso8601),
            "2023-11-14T22:13:20.250Z"
        );
        assert_eq!(
            encode(&Value::from(1_700_000_000), TimestampFormat::Iso8601),
            "2023-11-14T22:13:20Z"
        );
        assert_eq!(
            encode(&at, TimestampFormat::Rfc822),
            "Tue, 14 Nov 2023 22:13:20 GMT"
        );
        assert_eq!(encode(&at, TimestampFormat::EpochSeconds), at);
    }
}
