//! What TestState shows of an HTTP exchange at the level TRACE.

use bytes::Bytes;
use serde_json::{Value as Json, json};

use super::answer::reason;
use crate::HttpAnswer;

/// An HTTP exchange.
pub(crate) struct Trace(pub(super) HttpAnswer);

impl Trace {
    /// Returns `request` and `response` of `inspectionData`. Without `secrets`, what the connection added is left
    /// out.
    pub(crate) fn inspection(&self, secrets: bool) -> [(&'static str, Json); 2] {
        let answer = &self.0;
        let sent = if secrets { &answer.sent } else { &answer.open };
        let protocol = sent.url.split(':').next().unwrap_or_default();
        let mut request = json!({
            "protocol": protocol,
            "method": sent.method,
            "url": sent.url,
            "headers": listed(&sent.headers),
        });
        if let Some(body) = &sent.body {
            request["body"] = text(body).into();
        }
        let response = json!({
            "protocol": protocol,
            "statusCode": answer.status.to_string(),
            "statusMessage": reason(answer.status),
            "headers": listed(&answer.headers),
            "body": text(&answer.body),
        });
        [("request", request), ("response", response)]
    }
}

fn listed(headers: &[(String, String)]) -> String {
    let headers: Vec<String> = headers.iter().map(|(n, v)| format!("{n}: {v}")).collect();
    format!("[{}]", headers.join(", "))
}

fn text(body: &Bytes) -> String {
    String::from_utf8_lossy(body).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_shown_only_on_demand() {
        let trace = Trace(super::super::answer::tests::answer(
            200,
            "text/plain",
            b"hi",
        ));
        let [(_, request), (_, response)] = trace.inspection(false);
        assert_eq!(
            request,
            json!({"protocol": "https", "method": "GET", "url": "https://x/a", "headers": "[A: b]"})
        );
        assert_eq!(
            response,
            json!({"protocol": "https", "statusCode": "200", "statusMessage": "OK",
                "headers": "[content-type: text/plain]", "body": "hi"})
        );
        let [(_, request), _] = trace.inspection(true);
        assert_eq!(request["url"], "https://x/a?k=secret");
        assert_eq!(request["headers"], "[X-Key: secret, A: b]");
    }
}
