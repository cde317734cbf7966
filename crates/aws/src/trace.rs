//! Which trace of the caller's a piece of work belongs to, in the words of AWS X-Ray's tracing header.
//!
//! An execution keeps the header, as AWS does (`traceHeader`), so that what it does later, in this life or the next, is
//! of the same trace. **Source**: "Tracing header" in AWS X-Ray's concepts; W3C's Trace Context.

use std::sync::Arc;

use http::HeaderMap;

tokio::task_local! {
    static CALLER: Option<Arc<str>>;
}

/// Does `work` as part of a trace; without one, as part of none.
pub async fn within<T>(trace: Option<Arc<str>>, work: impl Future<Output = T>) -> T {
    CALLER.scope(trace, work).await
}

/// Returns the trace that the present work belongs to, as a tracing header.
pub fn current() -> Option<Arc<str>> {
    CALLER.try_with(Clone::clone).ok().flatten()
}

/// Returns the trace that a request's headers name: X-Ray's own, else W3C's in X-Ray's words.
pub(crate) fn of_headers(headers: &HeaderMap) -> Option<Arc<str>> {
    let header = |name: &str| headers.get(name)?.to_str().ok();
    if let Some(given) = header("x-amzn-trace-id") {
        return parse(given).map(|_| given.into());
    }
    let mut parts = header("traceparent")?.trim().split('-').skip(1);
    let (trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?);
    if !is_hex(trace, 32) || !is_hex(span, 16) {
        return None;
    }
    let sampled = u8::from_str_radix(flags, 16).ok()? & 1;
    let (time, rest) = trace.split_at(8);
    Some(format!("Root=1-{time}-{rest};Parent={span};Sampled={sampled}").into())
}

/// Returns a tracing header in W3C's words; `span` stands in where it names no parent.
pub fn traceparent(header: &str, span: &str) -> Option<String> {
    let (trace, parent, sampled) = parse(header)?;
    let parent = parent.unwrap_or(span);
    Some(format!("00-{trace}-{parent}-0{}", u8::from(sampled)))
}

/// Takes a header apart: the trace in W3C's form, the parent, and whether it is sampled.
fn parse(header: &str) -> Option<(String, Option<&str>, bool)> {
    let field = |name: &str| {
        header.split(';').find_map(|part| {
            let (key, value) = part.trim().split_once('=')?;
            (key == name).then_some(value)
        })
    };
    let (time, rest) = field("Root")?.strip_prefix("1-")?.split_once('-')?;
    if !is_hex(time, 8) || !is_hex(rest, 24) {
        return None;
    }
    let parent = field("Parent").filter(|parent| is_hex(parent, 16));
    Some((
        format!("{time}{rest}"),
        parent,
        field("Sampled") != Some("0"),
    ))
}

/// Returns whether a text is a number of so many digits that is not zero.
fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        && text.bytes().any(|b| b != b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &'static str, value: &str) -> Option<Arc<str>> {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        of_headers(&headers)
    }

    #[test]
    fn w3c_and_x_ray_say_the_same() {
        let w3c = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
        let header = of("traceparent", w3c).unwrap();
        assert_eq!(
            &*header,
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
        );
        assert_eq!(traceparent(&header, "").unwrap(), w3c);
        assert_eq!(of("x-amzn-trace-id", &header).as_deref(), Some(&*header));
        let bare = traceparent(
            "Root=1-5759e988-bd862e3fe1be46a994272793",
            "00000000000000aa",
        )
        .unwrap();
        assert_eq!(
            bare,
            "00-5759e988bd862e3fe1be46a994272793-00000000000000aa-01"
        );
    }

    #[test]
    fn nonsense_is_no_trace() {
        for text in [
            "",
            "00-x-y-01",
            "00-00000000000000000000000000000000-53995c3f42cd8ad8-01",
        ] {
            assert_eq!(of("traceparent", text), None, "{text}");
        }
        for text in [
            "",
            "Root=2-5759e988-bd862e3fe1be46a994272793",
            "Self=1-5759e988-bd862e3fe1be46a994272793",
        ] {
            assert_eq!(of("x-amzn-trace-id", text), None, "{text}");
        }
    }

    #[tokio::test]
    async fn work_knows_its_trace() {
        assert_eq!(current(), None);
        let inside = within(Some("Root=1-a".into()), async { current() }).await;
        assert_eq!(inside.as_deref(), Some("Root=1-a"));
        assert_eq!(current(), None);
    }
}
