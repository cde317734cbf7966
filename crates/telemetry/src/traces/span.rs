//! A span as OTLP has it.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tracing::field::{Field, Visit};

/// Which trace a span is of, and which span of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) trace: u128,
    pub(super) span: u64,
    pub(super) sampled: bool,
}

impl Place {
    /// Returns a place of its own, below `parent` where there is one.
    pub(super) fn below(parent: Option<Self>) -> Self {
        Self {
            trace: parent.map_or_else(|| rand::random::<u128>().max(1), |p| p.trace),
            span: rand::random::<u64>().max(1),
            sampled: parent.is_none_or(|p| p.sampled),
        }
    }

    /// Reads W3C's `00-TRACE-SPAN-FLAGS`. What does not follow the specification is as if it were not there.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let (version, trace, span, flags) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let fits = hex(version, 2) && hex(trace, 32) && hex(span, 16) && hex(flags, 2);
        // Version 00 has exactly four parts; later ones may have more, ff is none.
        if !fits || version == "ff" || (version == "00" && parts.next().is_some()) {
            return None;
        }
        let place = Self {
            trace: u128::from_str_radix(trace, 16).ok()?,
            span: u64::from_str_radix(span, 16).ok()?,
            sampled: u8::from_str_radix(flags, 16).ok()? & 1 == 1,
        };
        (place.trace != 0 && place.span != 0).then_some(place)
    }
}

fn hex(part: &str, digits: usize) -> bool {
    part.len() == digits
        && part
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// A span that is under way.
pub(super) struct Open {
    pub(super) place: Place,
    parent: Option<u64>,
    start_ns: u64,
    fields: Fields,
}

impl Open {
    pub(super) fn new(parent: Option<Place>, name: &'static str, fields: Fields) -> Self {
        let fields = Fields {
            name: fields.name.or_else(|| Some(name.to_owned())),
            ..fields
        };
        Self {
            place: Place::below(parent),
            parent: parent.map(|p| p.span),
            start_ns: now_ns(),
            fields,
        }
    }

    pub(super) fn fields(&mut self) -> &mut Fields {
        &mut self.fields
    }

    /// Returns the span, which ends now, in OTLP's JSON: ids in hexadecimal, 64-bit numbers as text.
    pub(super) fn close(self) -> Value {
        let Fields {
            name,
            kind,
            failed,
            attributes,
            ..
        } = self.fields;
        let mut span = json!({
            "traceId": format!("{:032x}", self.place.trace),
            "spanId": format!("{:016x}", self.place.span),
            "name": name,
            "kind": kind,
            "startTimeUnixNano": self.start_ns.to_string(),
            "endTimeUnixNano": now_ns().max(self.start_ns).to_string(),
            "attributes": attributes,
        });
        if let Some(parent) = self.parent {
            span["parentSpanId"] = format!("{parent:016x}").into();
        }
        if failed {
            // STATUS_CODE_ERROR
            span["status"] = json!({"code": 2});
        }
        span
    }
}

/// What a span's fields say. Those that OpenTelemetry's own bridge gives a meaning have it here too: `otel.name`,
/// `otel.kind`, `otel.status_code`.
pub(super) struct Fields {
    name: Option<String>,
    kind: u8,
    failed: bool,
    pub(super) parent: Option<Place>,
    attributes: Vec<Value>,
}

/// `SPAN_KIND_INTERNAL` and `SPAN_KIND_SERVER`.
const INTERNAL: u8 = 1;
const SERVER: u8 = 2;

impl Default for Fields {
    fn default() -> Self {
        Self {
            name: None,
            kind: INTERNAL,
            failed: false,
            parent: None,
            attributes: Vec::new(),
        }
    }
}

impl Fields {
    fn text(&mut self, field: &Field, text: &str) {
        match field.name() {
            "otel.name" => self.name = Some(text.to_owned()),
            "otel.kind" if text == "server" => self.kind = SERVER,
            "otel.kind" => {}
            "otel.status_code" => self.failed = text == "ERROR",
            "traceparent" => self.parent = Place::parse(text),
            _ => self.attribute(field, json!({"stringValue": text})),
        }
    }

    fn attribute(&mut self, field: &Field, value: Value) {
        self.attributes
            .push(json!({"key": field.name(), "value": value}));
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.text(field, &format!("{value:?}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.attribute(field, json!({"intValue": value.to_string()}));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.attribute(field, json!({"intValue": value.to_string()}));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.attribute(field, json!({"boolValue": value}));
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "spans are of the real time, whatever an execution's clock says"
)]
fn now_ns() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn what_the_specification_allows_is_taken() {
        let place = Place::parse(TEXT).unwrap();
        assert_eq!(place.trace, 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c);
        assert_eq!(place.span, 0xb7ad_6b71_6920_3331);
        assert!(place.sampled);
        assert!(!Place::parse(&TEXT.replace("-01", "-00")).unwrap().sampled);
        let later = TEXT.replace("00-0af", "cc-0af") + "-more";
        assert_eq!(Place::parse(&later), Some(place), "a later version");
        let below = Place::below(Some(place));
        assert_eq!(below.trace, place.trace);
        assert_ne!(below.span, place.span);
    }

    #[test]
    fn what_it_does_not_allow_is_as_if_it_were_not_there() {
        for text in [
            "",
            "00",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
        ] {
            assert_eq!(Place::parse(text), None, "{text}");
        }
    }
}
