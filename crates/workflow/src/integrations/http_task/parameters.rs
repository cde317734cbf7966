//! The parameters of an HTTP task as a request.

use asl::{Object, Value};
use bytes::Bytes;

use super::form::{ArrayFormat, encode};
use crate::HttpRequest;

const FIELDS: [&str; 8] = [
    "ApiEndpoint",
    "Authentication",
    "Headers",
    "InvocationConfig",
    "Method",
    "QueryParameters",
    "RequestBody",
    "Transform",
];

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"];

/// Headers that a state may not set; those that end in `-` stand for all that begin so.
const RESERVED: [&str; 35] = [
    "a-im",
    "accept-charset",
    "accept-datetime",
    "accept-encoding",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-md5",
    "date",
    "expect",
    "forwarded",
    "from",
    "host",
    "http2-settings",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "max-forwards",
    "origin",
    "pragma",
    "proxy-authorization",
    "referer",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "warning",
    "x-forwarded-",
    "x-amz-",
    "x-amzn-",
];

/// Returns the request that a task's parameters ask for.
///
/// **Errors**: the cause of a `States.Runtime`.
pub(super) fn request(parameters: &Value, region: &str) -> Result<HttpRequest, String> {
    let Some(members) = parameters.as_object() else {
        return Err("The parameters of an HTTP Task must be an object".to_owned());
    };
    if let Some(unknown) = members.keys().find(|k| !FIELDS.contains(&&***k)) {
        return Err(format!(
            "The field \"{unknown}\" is not supported by Step Functions"
        ));
    }
    let endpoint = required_text(members, "ApiEndpoint")?;
    let method = required_text(members, "Method")?;
    if !METHODS.contains(&method) {
        return Err(format!(
            "The Method '{method}' is not one of {}",
            METHODS.join(", ")
        ));
    }
    let connection = ["Authentication", "InvocationConfig"]
        .iter()
        .find_map(|name| members.get(*name)?.get("ConnectionArn")?.as_str())
        .ok_or("The field \"ConnectionArn\" is required but was missing")?;
    let mut headers = headers(members.get("Headers"))?;
    let body = body(members, &headers)?;
    if body.is_some() && !has(&headers, "content-type") {
        let json = "application/json; charset=UTF-8".to_owned();
        headers.push(("Content-Type".to_owned(), json));
    }
    // These are Step Functions' own: what the state says of them does not count.
    headers.retain(|(name, _)| {
        !name.eq_ignore_ascii_case("user-agent") && !name.eq_ignore_ascii_case("range")
    });
    headers.push((
        "User-Agent".to_owned(),
        format!("Amazon|StepFunctions|HttpInvoke|{region}"),
    ));
    headers.push(("Range".to_owned(), "bytes=0-262144".to_owned()));
    Ok(HttpRequest {
        connection_arn: connection.to_owned(),
        endpoint: endpoint.to_owned(),
        method: method.to_owned(),
        headers,
        query: query(members.get("QueryParameters"))?,
        body,
    })
}

fn required_text<'a>(members: &'a Object, name: &str) -> Result<&'a str, String> {
    match members.get(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(format!("The field \"{name}\" must be a string")),
        None => Err(format!("The field \"{name}\" is required but was missing")),
    }
}

fn has(headers: &[(String, String)], name: &str) -> bool {
    headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name))
}

fn headers(value: Option<&Value>) -> Result<Vec<(String, String)>, String> {
    let mut headers = Vec::new();
    match value {
        None | Some(Value::Null) => {}
        Some(Value::Object(members)) => {
            for (name, value) in members.iter() {
                let low = name.to_ascii_lowercase();
                let reserved = RESERVED
                    .iter()
                    .any(|r| *r == low || (r.ends_with('-') && low.starts_with(r)));
                if reserved {
                    return Err(format!("The header \"{name}\" is not allowed in HTTP Task"));
                }
                let text = match value {
                    Value::Array(items) => items.iter().map(scalar).collect::<Vec<_>>().join(","),
                    other => scalar(other),
                };
                headers.push((name.to_string(), text));
            }
        }
        Some(_) => return Err("The field \"Headers\" must be an object".to_owned()),
    }
    Ok(headers)
}

/// An array is a parameter that comes more than once; a string is a query as it is in a URL.
fn query(value: Option<&Value>) -> Result<Vec<(String, String)>, String> {
    let mut pairs = Vec::new();
    match value {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) => pairs = aws::uri::query_pairs(text),
        Some(Value::Array(items)) => {
            for item in items.iter() {
                pairs.extend(query(Some(item))?);
            }
        }
        Some(Value::Object(members)) => {
            for (name, value) in members.iter() {
                match value {
                    Value::Array(items) => {
                        pairs.extend(items.iter().map(|v| (name.to_string(), scalar(v))));
                    }
                    other => pairs.push((name.to_string(), scalar(other))),
                }
            }
        }
        Some(_) => {
            return Err(
                "The field \"QueryParameters\" must be a string, an array or an object".to_owned(),
            );
        }
    }
    Ok(pairs)
}

/// A string is sent as it is, any other value as its JSON, unless the state transforms it.
fn body(members: &Object, headers: &[(String, String)]) -> Result<Option<Bytes>, String> {
    let Some(value) = members.get("RequestBody").filter(|v| !v.is_null()) else {
        return Ok(None);
    };
    let format = array_format(members.get("Transform"))?;
    let text = match (value, format) {
        (Value::String(text), _) => text.to_string(),
        (Value::Object(_), Some(format)) => {
            let form = |(n, v): &(String, String)| {
                n.eq_ignore_ascii_case("content-type")
                    && v.to_ascii_lowercase()
                        .starts_with("application/x-www-form-urlencoded")
            };
            if !headers.iter().any(form) {
                return Err(
                    "The content-type header must be application/x-www-form-urlencoded \
                            when RequestBodyEncoding is URL_ENCODED"
                        .to_owned(),
                );
            }
            encode(value, format)
        }
        (_, Some(_)) => {
            return Err(
                "The RequestBody must be an object when RequestBodyEncoding is URL_ENCODED"
                    .to_owned(),
            );
        }
        (other, None) => other.to_text(),
    };
    Ok(Some(text.into()))
}

/// Returns how arrays are encoded, for a body that is sent as a form.
fn array_format(transform: Option<&Value>) -> Result<Option<ArrayFormat>, String> {
    let Some(transform) = transform.filter(|t| !t.is_null()) else {
        return Ok(None);
    };
    let encoding = transform.get("RequestBodyEncoding").and_then(Value::as_str);
    let format = transform
        .get("RequestEncodingOptions")
        .and_then(|o| o.get("ArrayFormat")?.as_str());
    match encoding.unwrap_or("NONE") {
        "NONE" => Ok(None),
        "URL_ENCODED" => match ArrayFormat::named(format.unwrap_or("INDICES")) {
            Some(format) => Ok(Some(format)),
            None => Err(format!(
                "The ArrayFormat '{}' is not one of INDICES, REPEAT, COMMAS, BRACKETS",
                format.unwrap_or_default()
            )),
        },
        other => Err(format!(
            "The RequestBodyEncoding '{other}' is not one of NONE, URL_ENCODED"
        )),
    }
}

pub(super) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::Null => String::new(),
        other => other.to_text(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<HttpRequest, String> {
        request(&Value::parse(text).unwrap(), "eu-west-1")
    }

    fn with(more: &str) -> Result<HttpRequest, String> {
        of(&format!(
            r#"{{"ApiEndpoint":"https://x/a","Method":"POST","Authentication":{{"ConnectionArn":"c"}}{more}}}"#
        ))
    }

    #[test]
    fn a_request_has_what_step_functions_adds() {
        let request = with(
            r#","Headers":{"X-A":["1",2],"user-agent":"mine"},"QueryParameters":{"q":["a","b"],"n":1},"RequestBody":{"k":1.50}"#,
        )
        .unwrap();
        let header = |name: &str| {
            let found = request.headers.iter().find(|(n, _)| n == name);
            found.map(|(_, v)| v.as_str())
        };
        assert_eq!(header("X-A"), Some("1,2"));
        assert_eq!(
            header("User-Agent"),
            Some("Amazon|StepFunctions|HttpInvoke|eu-west-1")
        );
        assert_eq!(header("user-agent"), None);
        assert_eq!(header("Range"), Some("bytes=0-262144"));
        assert_eq!(
            header("Content-Type"),
            Some("application/json; charset=UTF-8")
        );
        let pair = |n: &str, v: &str| (n.to_owned(), v.to_owned());
        assert_eq!(
            request.query,
            [pair("q", "a"), pair("q", "b"), pair("n", "1")]
        );
        assert_eq!(request.body.unwrap(), r#"{"k":1.50}"#);
        let other = of(
            r#"{"ApiEndpoint":"https://x","Method":"GET","InvocationConfig":{"ConnectionArn":"c"},"QueryParameters":"a=b%20c"}"#,
        );
        let other = other.unwrap();
        assert_eq!((other.query, other.body), (vec![pair("a", "b c")], None));
    }

    #[test]
    fn a_form_is_encoded_and_a_string_is_sent_as_it_is() {
        let form = with(
            r#","Headers":{"content-type":"application/x-www-form-urlencoded"},"RequestBody":{"a":[1,2]},
               "Transform":{"RequestBodyEncoding":"URL_ENCODED","RequestEncodingOptions":{"ArrayFormat":"REPEAT"}}"#,
        );
        assert_eq!(form.unwrap().body.unwrap(), "a=1&a=2");
        let text = with(r#","Headers":{"content-type":"text/xml"},"RequestBody":"<a/>""#);
        assert_eq!(text.unwrap().body.unwrap(), "<a/>");
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        for (more, word) in [
            (r#","Headers":{"Authorization":"x"}"#, "Authorization"),
            (r#","Headers":{"X-Amz-Date":"x"}"#, "X-Amz-Date"),
            (r#","Nonsense":1"#, "Nonsense"),
            (r#","QueryParameters":1"#, "QueryParameters"),
            (
                r#","RequestBody":{},"Transform":{"RequestBodyEncoding":"X"}"#,
                "'X'",
            ),
            (
                r#","RequestBody":{},"Transform":{"RequestBodyEncoding":"URL_ENCODED"}"#,
                "content-type",
            ),
        ] {
            let why = with(more).unwrap_err();
            assert!(why.contains(word), "{more}: {why}");
        }
        let bare = r#"{"ApiEndpoint":"https://x","Method":"GET"}"#;
        assert!(of(bare).unwrap_err().contains("ConnectionArn"));
        let method =
            r#"{"ApiEndpoint":"https://x","Method":"get","Authentication":{"ConnectionArn":"c"}}"#;
        assert!(of(method).unwrap_err().contains("'get'"));
    }
}
