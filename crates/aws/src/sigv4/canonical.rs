//! The canonical form of a request.

use http::{HeaderMap, Method, header::HOST};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::Signed;

/// Everything but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What of a request is signed.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub method: &'a Method,
    /// As it was sent, percent-encoded.
    pub path: &'a str,
    /// Decoded.
    pub query: &'a [(String, String)],
    pub headers: &'a HeaderMap,
    /// For HTTP/2, which has no Host header.
    pub authority: Option<&'a str>,
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

pub(super) fn canonical(request: Request<'_>, signed: &Signed, payload_hash: &str) -> String {
    let path = if signed.service == "s3" {
        s3_path(request.path)
    } else {
        path(request.path)
    };
    let query = query(request.query);
    let mut headers = String::new();
    for name in &signed.signed_headers {
        headers.push_str(&format!("{name}:{}\n", header(request, name)));
    }
    let names = signed.signed_headers.join(";");
    format!(
        "{}\n{path}\n{query}\n{headers}\n{names}\n{payload_hash}",
        request.method
    )
}

/// S3's paths are encoded once and never normalised.
fn s3_path(path: &str) -> String {
    let decoded: Vec<u8> = percent_decode_str(path).collect();
    encode_path(&decoded)
}

/// Elsewhere the path as sent is normalised and encoded again.
fn path(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            other => segments.push(other),
        }
    }
    let mut normal = format!("/{}", segments.join("/"));
    if path.ends_with('/') && normal.len() > 1 {
        normal.push('/');
    }
    encode_path(normal.as_bytes())
}

fn encode_path(bytes: &[u8]) -> String {
    const PATH: &AsciiSet = &ENCODED.remove(b'/');
    percent_encoding::percent_encode(bytes, PATH).to_string()
}

fn query(pairs: &[(String, String)]) -> String {
    let encode = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
    let mut encoded: Vec<(String, String)> = pairs
        .iter()
        .filter(|(n, _)| n != "X-Amz-Signature")
        .map(|(n, v)| (encode(n), encode(v)))
        .collect();
    encoded.sort();
    encoded
        .iter()
        .map(|(n, v)| format!("{n}={v}"))
        .collect::<Vec<_>>()
        .join("&")
}

/// Returns a header's values, trimmed, inner runs of blanks made one, joined by commas.
fn header(request: Request<'_>, name: &str) -> String {
    let values: Vec<String> = request
        .headers
        .get_all(name)
        .iter()
        .map(|v| {
            String::from_utf8_lossy(v.as_bytes())
                .split_ascii_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    match request.authority {
        Some(authority) if values.is_empty() && name == HOST.as_str() => authority.to_owned(),
        _ => values.join(","),
    }
}
