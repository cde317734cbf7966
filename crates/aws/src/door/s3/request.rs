//! A request to a service that speaks HTTP itself, made ready for it.

use std::sync::{Arc, Mutex};

use http::{
    HeaderName, HeaderValue, Request, Response, Uri,
    header::{
        ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION,
        CONTENT_ENCODING, CONTENT_LENGTH, ORIGIN,
    },
};
use http_body::Body as _;
use sha2::{Digest, Sha256};

use super::{
    chunked::Decoder,
    payload::{Filter, Filtered, Slot, taken},
};
use crate::{
    ApiError, Context,
    authorizer::Ask,
    door::{
        Body, CorsAsk, Refusal, TrailingChecksums,
        answer::{is_preflight, malformed},
        builder::Inner,
        respond,
        route::{Head, raw_operation},
    },
    protocol::Envelope,
    sigv4::{ChunkSigner, Credential, Signed},
    table,
};

const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
const DECODED_LENGTH: HeaderName = HeaderName::from_static("x-amz-decoded-content-length");
const TRAILER: HeaderName = HeaderName::from_static("x-amz-trailer");

/// Query parameters that are the signature's.
const SIGNATURE_PARAMETERS: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
    "X-Amz-Security-Token",
];
const VERSION_2_PARAMETERS: [&str; 3] = ["AWSAccessKeyId", "Signature", "Expires"];

/// What `x-amz-content-sha256` says of the body.
enum Payload {
    Plain,
    Hashed(String),
    Chunked { signed: bool },
}

impl Inner {
    /// Answers a request to a service that speaks HTTP itself.
    pub(in crate::door) async fn raw(
        &self,
        name: &'static str,
        head: Head,
        body: Body,
        request_id: &Arc<str>,
    ) -> Response<Body> {
        let slot: Slot = Arc::new(Mutex::new(None));
        let answered = async {
            let (request, context) = self.unwrapped(head, body, &slot, request_id)?;
            if let Some(authorizer) = &self.authorizer {
                let input = serde_json::Value::Null;
                let ask = Ask {
                    principal: &context.principal,
                    service: name,
                    operation: "",
                    input: &input,
                };
                authorizer.authorize(ask).await?;
            }
            let service = self
                .raw
                .get(name)
                .ok_or_else(|| ApiError::internal("the service is gone"))?;
            Ok(service.handle(request, context).await)
        };
        let mut response = match answered.await {
            Ok(response) => match taken(&slot).filter(|_| !response.status().is_success()) {
                Some(wrong) => Envelope::Xml.encode(&wrong.api_error(), request_id),
                None => response,
            },
            Err(error) => Envelope::Xml.encode(&error, request_id),
        };
        respond::identify_s3(&mut response, request_id);
        response
    }

    /// Answers a request that a page of another origin makes: if it is presigned and the service grants it.
    pub(in crate::door) async fn foreign(
        &self,
        name: &'static str,
        head: Head,
        body: Body,
        refusal: &Refusal,
        request_id: &Arc<str>,
    ) -> Response<Body> {
        let headers = &head.parts.headers;
        let preflight = is_preflight(&head.parts.method, headers);
        let text = |name: &HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
        let method = text(&ACCESS_CONTROL_REQUEST_METHOD).filter(|_| preflight);
        let method = method
            .and_then(|m| m.parse().ok())
            .unwrap_or_else(|| head.parts.method.clone());
        let presigned = head.signed().filter(|s| s.presigned);
        let (Some(origin), Some(signed), Some(service)) =
            (text(&ORIGIN), presigned, self.raw.get(name))
        else {
            return respond::refused(refusal, request_id);
        };
        let announced = text(&ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default();
        let ask = CorsAsk {
            origin: origin.to_owned(),
            method,
            headers: announced
                .split(',')
                .map(|h| h.trim().to_ascii_lowercase())
                .filter(|h| !h.is_empty())
                .collect(),
            path: path(&head),
            principal: self.principal(Some(signed)),
        };
        let Some(grant) = service.cors(ask).await else {
            return respond::refused(refusal, request_id);
        };
        let mut response = if preflight {
            Response::new(Body::empty())
        } else {
            self.raw(name, head, body, request_id).await
        };
        respond::grant(&mut response, &grant);
        response
    }

    /// Checks the signature and takes it, the framing of the body and the bucket in the host name away.
    fn unwrapped(
        &self,
        head: Head,
        body: Body,
        slot: &Slot,
        request_id: &Arc<str>,
    ) -> Result<(Request<Body>, Context), ApiError> {
        let signed = head
            .signed
            .as_ref()
            .map_err(|e| s3_malformed(malformed(e)))?
            .clone();
        if let Some(signed) = &signed {
            self.check_expiry(signed)?;
        }
        let declared = head
            .parts
            .headers
            .get(CONTENT_SHA256)
            .and_then(|v| v.to_str().ok())
            .map(str::to_owned);
        let hash = declared.as_deref().unwrap_or("UNSIGNED-PAYLOAD");
        let credential = self.authenticate(head.to_sign(), signed.as_ref(), hash)?;
        let principal = self.principal(signed.as_ref());
        let context = Context {
            principal,
            request_id: Arc::clone(request_id),
        };

        let uri = plain_uri(&head, signed.as_ref())?;
        if tracing::enabled!(tracing::Level::DEBUG) {
            let operation = table::table("s3").map(|table| raw_operation(table, &head));
            tracing::debug!(request_id = %context.request_id, operation, "s3");
        }
        let mut parts = head.parts;
        parts.uri = uri;
        let body = match payload(declared.as_deref())? {
            Payload::Plain => body,
            Payload::Hashed(given) => hashed(body, given, slot)?,
            Payload::Chunked {
                signed: chunks_signed,
            } => {
                let signer = match (&signed, &credential, chunks_signed) {
                    (Some(signed), Some(credential), true) => {
                        Some(chunk_signer(signed, credential))
                    }
                    _ => None,
                };
                let checksums = TrailingChecksums::default();
                let body = chunked(&mut parts.headers, body, signer, checksums.clone(), slot)?;
                parts.extensions.insert(checksums);
                body
            }
        };
        for name in [
            AUTHORIZATION,
            CONTENT_SHA256,
            DECODED_LENGTH,
            HeaderName::from_static("x-amz-security-token"),
        ] {
            parts.headers.remove(name);
        }
        parts.extensions.insert(context.clone());
        Ok((Request::from_parts(parts, body), context))
    }
}

fn s3_malformed(error: ApiError) -> ApiError {
    match error.code.as_str() {
        "IncompleteSignatureException" => ApiError {
            code: "AuthorizationHeaderMalformed".into(),
            ..error
        },
        _ => error,
    }
}

fn chunk_signer(signed: &Signed, credential: &Credential) -> ChunkSigner {
    ChunkSigner::new(signed, &credential.secret)
}

fn payload(declared: Option<&str>) -> Result<Payload, ApiError> {
    match declared {
        None | Some("UNSIGNED-PAYLOAD") => Ok(Payload::Plain),
        Some("STREAMING-UNSIGNED-PAYLOAD-TRAILER") => Ok(Payload::Chunked { signed: false }),
        Some(
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
            | "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
            | "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"
            | "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
        ) => Ok(Payload::Chunked { signed: true }),
        Some(hash) if hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
            Ok(Payload::Hashed(hash.to_owned()))
        }
        Some(_) => Err(ApiError::new(
            "InvalidArgument",
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
             STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, \
             STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid \
             sha256 value.",
        )),
    }
}

fn hashed(body: Body, given: String, slot: &Slot) -> Result<Body, ApiError> {
    if body.is_end_stream() {
        let computed = hex::encode(Sha256::digest(b""));
        if !computed.eq_ignore_ascii_case(&given) {
            return Err(super::PayloadError::Sha256 { given, computed }.api_error());
        }
        return Ok(body);
    }
    let length = body.size_hint().exact();
    let filter = Filter::Hash {
        hasher: Sha256::new(),
        given,
    };
    Ok(Body::new(Filtered::new(
        body,
        filter,
        length,
        Arc::clone(slot),
    )))
}

fn chunked(
    headers: &mut http::HeaderMap,
    body: Body,
    signer: Option<ChunkSigner>,
    checksums: TrailingChecksums,
    slot: &Slot,
) -> Result<Body, ApiError> {
    let length = headers
        .get(DECODED_LENGTH)
        .and_then(|v| v.to_str().ok()?.parse::<u64>().ok())
        .ok_or_else(|| {
            ApiError::new(
                "MissingContentLength",
                "You must provide the x-amz-decoded-content-length HTTP header.",
            )
            .with_status(411)
        })?;
    let announced = headers
        .get_all(TRAILER)
        .iter()
        .flat_map(|v| v.as_bytes().split(|&b| b == b','));
    let announced = announced
        .map(|name| HeaderName::from_bytes(name.trim_ascii()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| super::PayloadError::Trailer.api_error())?;
    let encodings = headers
        .get(CONTENT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let kept: Vec<&str> = encodings
        .split(',')
        .map(str::trim)
        .filter(|e| !e.is_empty() && !e.eq_ignore_ascii_case("aws-chunked"))
        .collect();
    match HeaderValue::from_str(&kept.join(",")) {
        Ok(value) if !kept.is_empty() => headers.insert(CONTENT_ENCODING, value),
        _ => headers.remove(CONTENT_ENCODING),
    };
    headers.insert(CONTENT_LENGTH, length.into());
    let decoder = Decoder::new(length, announced, checksums, signer);
    Ok(Body::new(Filtered::new(
        body,
        Filter::Chunked(Box::new(decoder)),
        Some(length),
        Arc::clone(slot),
    )))
}

/// Returns the path with the bucket first, wherever it was given.
fn path(head: &Head) -> String {
    match &head.address.bucket {
        Some(bucket) => format!("/{bucket}{}", head.parts.uri.path()),
        None => head.parts.uri.path().to_owned(),
    }
}

/// Returns the URI in path style, without the parameters of a signature.
fn plain_uri(head: &Head, signed: Option<&Signed>) -> Result<Uri, ApiError> {
    let presigned = signed.filter(|s| s.presigned);
    let version_2 = presigned.is_some_and(|s| s.other.is_some());
    let is_kept = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        let of_signature = SIGNATURE_PARAMETERS
            .iter()
            .any(|p| p.eq_ignore_ascii_case(name))
            || (version_2 && VERSION_2_PARAMETERS.contains(&name));
        !of_signature
    };
    let mut text = path(head);
    if let Some(query) = head.parts.uri.query() {
        let query = match presigned {
            Some(_) => query
                .split('&')
                .filter(is_kept)
                .collect::<Vec<_>>()
                .join("&"),
            None => query.to_owned(),
        };
        if !query.is_empty() {
            text = format!("{text}?{query}");
        }
    }
    text.parse()
        .map_err(|_| ApiError::new("InvalidURI", "Couldn't parse the specified URI."))
}
