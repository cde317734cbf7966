//! Signing requests of ours.

use http::{
    HeaderName, HeaderValue,
    header::{AUTHORIZATION, HOST, InvalidHeaderValue},
};

use super::{Request, Signed, canonical::sha256_hex, verify::signature};
use crate::uri::query_pairs;

const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// A key pair to sign with.
#[derive(Clone)]
pub struct Keys {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: Option<String>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// For what and when a request is signed.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    pub region: &'a str,
    /// The signing name.
    pub service: &'a str,
    /// Epoch milliseconds.
    pub now_ms: i64,
}

/// Signs a request whose URI is absolute: adds `Host`, `X-Amz-Date`, `Authorization` and, for temporary keys,
/// `X-Amz-Security-Token`. All headers that are there already are signed.
///
/// **Errors**: a key or token that a header cannot hold.
pub fn sign(
    request: &mut http::Request<bytes::Bytes>,
    keys: &Keys,
    scope: Scope<'_>,
) -> Result<(), InvalidHeaderValue> {
    let at = chrono::DateTime::from_timestamp_millis(scope.now_ms).unwrap_or_default();
    let timestamp = at.format("%Y%m%dT%H%M%SZ").to_string();
    let host = request.uri().authority().map_or("", |a| a.as_str());
    let host = HeaderValue::from_str(host)?;
    let headers = request.headers_mut();
    headers.insert(HOST, host);
    headers.insert(DATE, HeaderValue::from_str(&timestamp)?);
    if let Some(token) = &keys.session_token {
        headers.insert(TOKEN, HeaderValue::from_str(token)?);
    }
    let mut names: Vec<String> = headers.keys().map(ToString::to_string).collect();
    names.sort_unstable();
    let mut signed = Signed {
        access_key: keys.access_key_id.clone(),
        date: at.format("%Y%m%d").to_string(),
        region: scope.region.to_owned(),
        service: scope.service.to_owned(),
        signed_headers: names,
        signature: String::new(),
        timestamp,
        expires: None,
        presigned: false,
        session_token: keys.session_token.clone(),
        other: None,
    };
    let query = query_pairs(request.uri().query().unwrap_or_default());
    let view = Request {
        method: request.method(),
        path: request.uri().path(),
        query: &query,
        headers: request.headers(),
        authority: None,
    };
    let payload_hash = sha256_hex(request.body());
    signed.signature = signature(view, &signed, &payload_hash, &keys.secret_access_key);
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
        signed.access_key,
        signed.scope(),
        signed.signed_headers.join(";"),
        signed.signature
    );
    let authorization = HeaderValue::from_str(&authorization)?;
    request.headers_mut().insert(AUTHORIZATION, authorization);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{super::parse, *};

    /// AWS's published example, `get-vanilla-query-order-key` of its test suite.
    #[test]
    fn the_published_example_comes_out() {
        let mut request =
            http::Request::get("https://example.amazonaws.com/?Param2=value2&Param1=value1")
                .body(bytes::Bytes::new())
                .unwrap();
        let keys = Keys {
            access_key_id: "AKIDEXAMPLE".into(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into(),
            session_token: None,
        };
        let scope = Scope {
            region: "us-east-1",
            service: "service",
            now_ms: 1_440_938_160_000,
        };
        sign(&mut request, &keys, scope).unwrap();
        assert_eq!(
            request.headers()[AUTHORIZATION],
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, \
             Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        );
        assert!(!format!("{keys:?}").contains("wJalr"));
    }

    #[test]
    fn what_is_signed_here_is_right_for_the_door() {
        let mut request = http::Request::post("http://127.0.0.1:1/a%20b?x=1&y=%2F")
            .header("content-type", "application/json")
            .body(bytes::Bytes::from_static(b"{}"))
            .unwrap();
        let keys = Keys {
            access_key_id: "AK".into(),
            secret_access_key: "secret".into(),
            session_token: Some("token".into()),
        };
        let scope = Scope {
            region: "eu-west-1",
            service: "lambda",
            now_ms: 0,
        };
        sign(&mut request, &keys, scope).unwrap();
        let query = query_pairs("x=1&y=%2F");
        let claim = parse(request.headers(), &query).unwrap().unwrap();
        let view = Request {
            method: request.method(),
            path: request.uri().path(),
            query: &query,
            headers: request.headers(),
            authority: None,
        };
        let credential = crate::sigv4::Credential {
            secret: "secret".into(),
            session_token: Some("token".into()),
            account: "0".into(),
            arn: "a".into(),
        };
        let hash = sha256_hex(b"{}");
        assert_eq!(
            crate::sigv4::verify(view, &claim, &hash, &credential),
            Ok(())
        );
    }
}
