//! A request, and what a connection adds to it. Pure.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::entity::Parameters;

/// RFC 3986's unreserved characters stay as they are.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A request as the caller means it; the connection adds its authorization and parameters.
#[derive(Clone, Debug)]
pub struct InvokeRequest {
    pub connection_arn: String,
    /// An https URL, or an http one on a loopback address.
    pub endpoint: String,
    pub method: String,
    pub headers: Vec<(String, String)>,
    /// Appended to the endpoint's own query, encoded; in this order.
    pub query: Vec<(String, String)>,
    pub body: Option<Bytes>,
}

/// An answer of any status.
#[derive(Clone, Debug)]
pub struct InvokeResponse {
    pub status: u16,
    /// Names are lower case; a name may come more than once.
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

impl InvokeResponse {
    /// Returns the first header of this lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name)?;
        Some(&found.1)
    }
}

/// A request as it went out, or a part of it.
#[derive(Clone)]
pub struct SentRequest {
    pub method: String,
    /// With the query.
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<Bytes>,
}

impl From<&Plain> for SentRequest {
    fn from(plain: &Plain) -> Self {
        Self {
            method: plain.method.clone(),
            url: plain.url(),
            headers: plain.headers.clone(),
            body: plain.body.clone(),
        }
    }
}

/// A request and its answer.
#[derive(Clone)]
pub struct Exchange {
    /// With the connection's secrets.
    pub sent: SentRequest,
    /// The same without all that the connection added.
    pub open: SentRequest,
    pub response: InvokeResponse,
}

impl std::fmt::Debug for Exchange {
    /// Prints no request: it holds secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.response.fmt(f)
    }
}

/// A request that is ready to go out but for its authorization. It holds secrets, so it prints nothing.
#[derive(Clone)]
pub(super) struct Plain {
    pub(super) endpoint: String,
    pub(super) method: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Option<Bytes>,
}

impl Plain {
    /// Puts the parameters into the request; where it has one of the same name, the connection's is sent.
    pub(super) fn add(&mut self, parameters: &Parameters) -> Result<(), String> {
        for parameter in &parameters.header_parameters {
            let (name, value) = parameter.pair();
            self.set_header(name, value);
        }
        for parameter in &parameters.query_string_parameters {
            let (name, value) = parameter.pair();
            self.query.retain(|(known, _)| known != name);
            self.query.push((name.to_owned(), value.to_owned()));
        }
        let body: Vec<_> = parameters
            .body_parameters
            .iter()
            .map(|p| p.pair())
            .collect();
        if !body.is_empty() {
            self.body = Some(if self.is_form() {
                form_with(self.body.as_deref(), &body)
            } else {
                object_with(self.body.as_deref(), &body)?
            });
        }
        Ok(())
    }

    /// Returns the request without what the parameters put in the place of its own.
    pub(super) fn without(&self, parameters: &Parameters) -> Self {
        let mut open = self.clone();
        for parameter in &parameters.header_parameters {
            let name = parameter.pair().0;
            open.headers
                .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        }
        for parameter in &parameters.query_string_parameters {
            let name = parameter.pair().0;
            open.query.retain(|(known, _)| known != name);
        }
        open
    }

    pub(super) fn set_header(&mut self, name: &str, value: &str) {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    pub(super) fn has_header(&self, name: &str) -> bool {
        self.headers
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    fn is_form(&self) -> bool {
        self.headers.iter().any(|(name, value)| {
            name.eq_ignore_ascii_case("content-type")
                && value
                    .to_ascii_lowercase()
                    .starts_with("application/x-www-form-urlencoded")
        })
    }

    /// Returns the endpoint with the query.
    pub(super) fn url(&self) -> String {
        if self.query.is_empty() {
            return self.endpoint.clone();
        }
        let endpoint = self.endpoint.split('#').next().unwrap_or_default();
        let joint = match endpoint.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some(_) => "&",
        };
        format!("{endpoint}{joint}{}", encode(&self.query))
    }
}

/// Returns `Basic …` of a name and a password.
pub(super) fn basic(username: &str, password: &str) -> String {
    let pair = format!("{username}:{password}");
    format!("Basic {}", BASE64_STANDARD.encode(pair))
}

/// Encodes for a query or a form.
pub(super) fn encode<A: AsRef<str>>(pairs: &[(A, A)]) -> String {
    let pairs = pairs.iter().map(|(name, value)| {
        let (name, value) = (encode_part(name.as_ref()), encode_part(value.as_ref()));
        format!("{name}={value}")
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Encodes one part of a path, query or form.
pub(crate) fn encode_part(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

fn form_with(body: Option<&[u8]>, pairs: &[(&str, &str)]) -> Bytes {
    let body = String::from_utf8_lossy(body.unwrap_or_default()).into_owned();
    let known = |field: &str| {
        let name = field.split('=').next().unwrap_or_default();
        pairs.iter().any(|(pair, _)| encode_part(pair) == name)
    };
    let mut fields: Vec<String> = body
        .split('&')
        .filter(|field| !field.is_empty() && !known(field))
        .map(str::to_owned)
        .collect();
    fields.push(encode(pairs));
    fields.join("&").into()
}

fn object_with(body: Option<&[u8]>, pairs: &[(&str, &str)]) -> Result<Bytes, String> {
    let mut members = match body {
        None | Some([]) => Map::new(),
        Some(text) => serde_json::from_slice::<Map<String, Value>>(text).map_err(|_| {
            "the connection has body parameters, but the body is no JSON object to put them into"
                .to_owned()
        })?,
    };
    for (name, value) in pairs {
        members.insert((*name).to_owned(), (*value).into());
    }
    Ok(Value::Object(members).to_string().into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plain(body: Option<&str>) -> Plain {
        Plain {
            endpoint: "https://example.com/a?x=1".into(),
            method: "POST".into(),
            headers: vec![("X-Team".into(), "mine".into())],
            query: vec![("q".into(), "mine".into()), ("r".into(), "a b&c".into())],
            body: body.map(|body| Bytes::from(body.to_owned())),
        }
    }

    fn parameters() -> Parameters {
        serde_json::from_value(json!({
            "HeaderParameters": [{"Key": "x-team", "Value": "theirs"}],
            "QueryStringParameters": [{"Key": "q", "Value": "theirs/é"}],
            "BodyParameters": [{"Key": "k", "Value": "v", "IsValueSecret": true}],
        }))
        .unwrap()
    }

    #[test]
    fn the_connections_parameters_win() {
        let mut request = plain(Some("{\"k\":1,\"n\":1.50}"));
        request.add(&parameters()).unwrap();
        assert_eq!(request.headers, [("x-team".into(), "theirs".into())]);
        assert_eq!(
            request.url(),
            "https://example.com/a?x=1&r=a%20b%26c&q=theirs%2F%C3%A9"
        );
        let body: Value = serde_json::from_slice(&request.body.unwrap()).unwrap();
        assert_eq!(body, json!({"k": "v", "n": 1.5}));
    }

    #[test]
    fn a_form_gets_fields_and_a_text_is_refused() {
        let mut request = plain(Some("k=1&n=2"));
        request.set_header(
            "Content-Type",
            "application/x-www-form-urlencoded; charset=utf-8",
        );
        request.add(&parameters()).unwrap();
        assert_eq!(request.body.unwrap(), "n=2&k=v");
        assert!(plain(Some("[1]")).add(&parameters()).is_err());
        let mut empty = plain(None);
        empty.add(&parameters()).unwrap();
        assert_eq!(empty.body.unwrap(), "{\"k\":\"v\"}");
    }
}
