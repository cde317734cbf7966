//! An event in the envelope that rules match and targets receive.

use chrono::{DateTime, SecondsFormat};
use serde::Serialize;
use serde_json::{Value, value::RawValue};
use store::BusEvent;

/// Shape: `{version, id, detail-type, source, account, time, region, resources, detail}`, and `replay-name`
/// when an archive's replay brings it.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Envelope<'a> {
    version: &'static str,
    id: &'a str,
    detail_type: &'a str,
    source: &'a str,
    account: &'a str,
    time: String,
    region: &'a str,
    resources: &'a [String],
    detail: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    replay_name: Option<&'a str>,
}

/// Returns the event as compact JSON text; the detail's numbers stay as they were written.
pub(crate) fn text(event: &BusEvent, replay: Option<&str>) -> Result<String, serde_json::Error> {
    let detail = RawValue::from_string(compact(&event.detail))?;
    serde_json::to_string(&Envelope {
        version: "0",
        id: &event.id,
        detail_type: &event.detail_type,
        source: &event.source,
        account: &event.account,
        time: time(event.time_ms),
        region: &event.region,
        resources: &event.resources,
        detail: &detail,
        replay_name: replay,
    })
}

/// Returns the event as JSON.
pub(crate) fn value(event: &BusEvent, replay: Option<&str>) -> Result<Value, serde_json::Error> {
    serde_json::from_str(&text(event, replay)?)
}

/// Returns a time as events carry it: RFC 3339 in UTC, to the second.
pub(crate) fn time(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Takes the white space between the tokens of JSON text out.
fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut quoted, mut escaped) = (false, false);
    for c in json.chars() {
        if quoted {
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if c.is_ascii_whitespace() {
            continue;
        } else {
            quoted = c == '"';
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_envelope_is_compact_and_keeps_numbers_as_written() {
        let event = BusEvent {
            id: "1".into(),
            time_ms: 1_447_277_394_999,
            account: "123456789012".into(),
            region: "us-east-1".into(),
            bus: "default".into(),
            source: "app".into(),
            detail_type: "t".into(),
            resources: vec!["r".into()],
            detail: "{ \"a\" : 1.10, \"b c\" : \"x \\\" y\\\\\" ,\n\"d\":12345678901234567890.5 }"
                .into(),
            internal: false,
        };
        assert_eq!(
            text(&event, None).unwrap(),
            "{\"version\":\"0\",\"id\":\"1\",\"detail-type\":\"t\",\"source\":\"app\",\"account\":\"123456789012\",\
             \"time\":\"2015-11-11T21:29:54Z\",\"region\":\"us-east-1\",\"resources\":[\"r\"],\
             \"detail\":{\"a\":1.10,\"b c\":\"x \\\" y\\\\\",\"d\":12345678901234567890.5}}"
        );
    }
}
