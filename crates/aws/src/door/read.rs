//! Bodies read whole.

use std::io::Read;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header::CONTENT_ENCODING};
use http_body::Body as _;
use http_body_util::BodyExt;

use super::Body;
use crate::ApiError;

/// A body that is too large is still read to its end up to here: most clients look at the answer only once they
/// have sent all, and would see a broken connection in its place.
const DRAINED_MAX_BYTES: usize = 64 << 20;

/// Reads a body up to a limit, and unpacks it if it is gzipped.
///
/// **Errors**: `RequestEntityTooLargeException` (413); `IncompleteBody` when the client went away.
pub async fn read_whole(
    mut body: Body,
    headers: &HeaderMap,
    limit: usize,
) -> Result<Bytes, ApiError> {
    if body.size_hint().lower() > DRAINED_MAX_BYTES as u64 {
        return Err(too_large(limit));
    }
    let mut first: Option<Bytes> = None;
    let mut rest = BytesMut::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|e| {
            let mut error = ApiError::new(
                "IncompleteBody",
                "The request body ended before it was complete.",
            );
            error.source = Some(e.to_string());
            error
        })?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        length += data.len();
        if length > DRAINED_MAX_BYTES {
            break;
        }
        match &first {
            _ if length > limit => {}
            None => first = Some(data),
            Some(_) => rest.extend_from_slice(&data),
        }
    }
    if length > limit {
        return Err(too_large(limit));
    }
    let whole = match first {
        Some(first) if rest.is_empty() => first,
        Some(first) => [first.as_ref(), rest.as_ref()].concat().into(),
        None => Bytes::new(),
    };
    match headers.get(CONTENT_ENCODING) {
        Some(encoding) if encoding.as_bytes().eq_ignore_ascii_case(b"gzip") => {
            unpack(&whole, limit)
        }
        _ => Ok(whole),
    }
}

fn unpack(packed: &[u8], limit: usize) -> Result<Bytes, ApiError> {
    let mut out = Vec::new();
    let read = flate2::read::MultiGzDecoder::new(packed)
        .take(limit as u64 + 1)
        .read_to_end(&mut out);
    match read {
        Ok(_) if out.len() > limit => Err(too_large(limit)),
        Ok(_) => Ok(out.into()),
        Err(_) => Err(ApiError::new(
            "SerializationException",
            "The body is not valid gzip.",
        )),
    }
}

fn too_large(limit: usize) -> ApiError {
    let message = format!("HTTP content length exceeded {limit} bytes.");
    ApiError::new("RequestEntityTooLargeException", message).with_status(413)
}
