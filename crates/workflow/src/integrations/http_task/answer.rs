//! An endpoint's answer as a task's result or failure.

use std::collections::BTreeMap;

use asl::Value;
use http::StatusCode;

use super::Fault;
use crate::HttpAnswer;

/// The most that a task's result may hold, in bytes.
const LARGEST: usize = 262_144;

/// Media types that Step Functions does not take; those that end in `/` stand for all that begin so.
const UNREADABLE: [&str; 4] = ["application/octet-stream", "image/", "video/", "audio/"];

/// Judges an answer: 2xx is the result, another status an error that names it.
pub(super) fn judge(answer: &HttpAnswer) -> Result<Value, Fault> {
    let media = media_type(answer);
    if UNREADABLE
        .iter()
        .any(|u| media == *u || (u.ends_with('/') && media.starts_with(u)))
    {
        return Err(Fault::new(
            "States.Runtime",
            format!("The content type '{media}' of the HTTP response is not supported"),
        ));
    }
    if answer.body.len() > LARGEST {
        return Err(Fault::new(
            "States.DataLimitExceeded",
            format!("The HTTP response is larger than {LARGEST} bytes"),
        ));
    }
    let Ok(text) = std::str::from_utf8(&answer.body) else {
        return Err(Fault::new(
            "States.Runtime",
            "The body of the HTTP response cannot be read as a string",
        ));
    };
    if !(200..300).contains(&answer.status) {
        let name = format!("States.Http.StatusCode.{}", answer.status);
        return Err(Fault::new(name, text));
    }
    let json = media == "application/json" || media.ends_with("+json");
    let body = json
        .then(|| Value::parse(text).ok())
        .flatten()
        .unwrap_or_else(|| text.into());
    let mut headers: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (name, value) in &answer.headers {
        headers.entry(name).or_default().push(value.as_str().into());
    }
    let headers = headers
        .into_iter()
        .map(|(name, values)| (name, Value::array(values)));
    Ok(Value::object([
        ("Headers", Value::object(headers)),
        ("ResponseBody", body),
        ("StatusCode", Value::from(i64::from(answer.status))),
        ("StatusText", reason(answer.status).into()),
    ]))
}

/// Returns the media type in small letters, without parameters.
fn media_type(answer: &HttpAnswer) -> String {
    let header = answer.headers.iter().find(|(n, _)| n == "content-type");
    header
        .and_then(|(_, v)| v.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

pub(super) fn reason(status: u16) -> &'static str {
    StatusCode::from_u16(status)
        .ok()
        .and_then(|s| s.canonical_reason())
        .unwrap_or_default()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::HttpSent;

    pub(crate) fn answer(status: u16, media: &str, body: &[u8]) -> HttpAnswer {
        let sent = HttpSent {
            method: "GET".into(),
            url: "https://x/a?k=secret".into(),
            headers: vec![("X-Key".into(), "secret".into()), ("A".into(), "b".into())],
            body: None,
        };
        HttpAnswer {
            open: HttpSent {
                url: "https://x/a".into(),
                headers: vec![("A".into(), "b".into())],
                ..sent.clone()
            },
            sent,
            status,
            headers: vec![("content-type".into(), media.into())],
            body: body.to_vec().into(),
        }
    }

    #[test]
    fn a_success_is_the_result_and_json_is_read() {
        let json = judge(&answer(
            201,
            "application/json; charset=utf-8",
            b"{\"a\":1.50}",
        ))
        .unwrap();
        assert_eq!(
            json.to_text(),
            r#"{"Headers":{"content-type":["application/json; charset=utf-8"]},"ResponseBody":{"a":1.50},"StatusCode":201,"StatusText":"Created"}"#
        );
        for (media, body) in [("text/plain", "{}"), ("application/json", "no json")] {
            let text = judge(&answer(200, media, body.as_bytes())).unwrap();
            assert_eq!(text.get("ResponseBody").unwrap().as_str(), Some(body));
        }
    }

    #[test]
    fn failures_are_named_as_aws_names_them() {
        let error = |answer: HttpAnswer| {
            let fault = judge(&answer).unwrap_err();
            (fault.error.to_string(), fault.cause.unwrap().to_string())
        };
        let (name, cause) = error(answer(429, "text/plain", b"slow down"));
        assert_eq!(
            (name.as_str(), cause.as_str()),
            ("States.Http.StatusCode.429", "slow down")
        );
        assert_eq!(error(answer(302, "", b"")).0, "States.Http.StatusCode.302");
        assert_eq!(error(answer(200, "image/png", b"")).0, "States.Runtime");
        assert_eq!(
            error(answer(200, "text/plain", &[0xff])).0,
            "States.Runtime"
        );
        let large = vec![b'x'; LARGEST + 1];
        assert_eq!(
            error(answer(200, "text/plain", &large)).0,
            "States.DataLimitExceeded"
        );
    }
}
