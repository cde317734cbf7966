//! What a body must come to: checksums given before or after it, Content-MD5, its length.

use std::sync::Arc;

use aws::door::TrailingChecksums;
use base64::{Engine, engine::general_purpose::STANDARD};
use objects::{Algorithm, Checks};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Result};

use super::header;
use crate::{
    error::invalid_request,
    words::{Sums, algorithm},
};

const TRAILER: &str = "x-amz-checksum-";

/// Reads what a request with a body says of it.
pub(super) fn checks<T>(
    request: &S3Request<T>,
    sums: Sums,
    content_md5: Option<&str>,
    content_length: Option<i64>,
) -> S3Result<Checks> {
    let expected = sums.given();
    if expected.len() > 1 {
        return Err(invalid_request(
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
        ));
    }
    for (algorithm, sum) in &expected {
        if STANDARD.decode(sum).is_err() {
            let name = algorithm.name().to_lowercase();
            return Err(invalid_request(format!(
                "Value for x-amz-checksum-{name} header is invalid."
            )));
        }
    }
    let mut algorithms = Vec::new();
    let announced = header(request, "x-amz-trailer").unwrap_or_default();
    let mut trailers = false;
    for name in announced
        .split(',')
        .filter_map(|name| name.trim().strip_prefix(TRAILER))
    {
        algorithms.push(algorithm(name)?);
        trailers = true;
    }
    if expected.is_empty()
        && algorithms.is_empty()
        && let Some(name) = header(request, "x-amz-sdk-checksum-algorithm")
    {
        algorithms.push(algorithm(&name)?);
    }
    let trailing = request
        .extensions
        .get::<TrailingChecksums>()
        .filter(|_| trailers)
        .cloned();
    Ok(Checks {
        algorithms,
        expected,
        trailing: trailing
            .map(|trailers| -> objects::Trailing { Arc::new(move || given_after(&trailers)) }),
        content_md5: content_md5.map(md5).transpose()?,
        length: content_length.and_then(|length| u64::try_from(length).ok()),
    })
}

/// Returns the checksums among the trailers; asked when the body has ended.
fn given_after(trailers: &TrailingChecksums) -> Vec<(Algorithm, String)> {
    let Some(trailers) = trailers.all() else {
        return Vec::new();
    };
    let given = trailers.iter().filter_map(|(name, value)| {
        let algorithm = Algorithm::named(name.as_str().strip_prefix(TRAILER)?)?;
        Some((algorithm, value.to_str().ok()?.to_owned()))
    });
    given.collect()
}

fn md5(given: &str) -> S3Result<[u8; 16]> {
    let decoded = STANDARD
        .decode(given)
        .ok()
        .and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    decoded.ok_or_else(|| {
        S3Error::with_message(
            S3ErrorCode::InvalidDigest,
            "The Content-MD5 you specified was invalid.",
        )
    })
}
