//! The object layer's errors in S3's codes and words.
//!
//! Source: Amazon S3 API Reference, "Error responses".

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use objects::Error;
use s3s::{S3Error, S3ErrorCode};

/// Returns an error with a code that S3 has but `s3s` has no status for.
pub(crate) fn coded(code: &'static str, status: StatusCode, message: impl Into<String>) -> S3Error {
    let code = S3ErrorCode::from_bytes(code.as_bytes()).unwrap_or(S3ErrorCode::InternalError);
    let mut error = S3Error::with_message(code, message.into());
    error.set_status_code(status);
    error
}

pub(crate) fn invalid_argument(message: impl Into<String>) -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidArgument, message.into())
}

pub(crate) fn invalid_request(message: impl Into<String>) -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidRequest, message.into())
}

pub(crate) fn not_implemented(what: &str) -> S3Error {
    let message = format!(
        "A header or setting you provided implies functionality that is not implemented: {what}"
    );
    S3Error::with_message(S3ErrorCode::NotImplemented, message)
}

/// Says an error of the object layer as S3 does.
pub(crate) fn refuse(error: Error) -> S3Error {
    use S3ErrorCode as Code;
    let (code, message) = match &error {
        Error::NoSuchBucket { .. } => (Code::NoSuchBucket, "The specified bucket does not exist".into()),
        Error::BucketAlreadyExists { .. } => (
            Code::BucketAlreadyExists,
            "The requested bucket name is not available. The bucket namespace is shared by all users of the \
             system. Please select a different name and try again."
                .into(),
        ),
        Error::BucketAlreadyOwnedByYou { .. } => (
            Code::BucketAlreadyOwnedByYou,
            "Your previous request to create the named bucket succeeded and you already own it.".into(),
        ),
        Error::BucketNotEmpty { .. } => {
            (Code::BucketNotEmpty, "The bucket you tried to delete is not empty".into())
        }
        Error::InvalidBucketName { .. } => {
            (Code::InvalidBucketName, "The specified bucket is not valid.".into())
        }
        Error::NoSuchKey { .. } => (Code::NoSuchKey, "The specified key does not exist.".into()),
        Error::NoSuchVersion { .. } => (Code::NoSuchVersion, "The specified version does not exist.".into()),
        Error::DeleteMarker { version_id, modified_ms, newest, .. } => {
            return delete_marker(version_id, *modified_ms, *newest);
        }
        Error::KeyTooLong { .. } => (Code::KeyTooLongError, "Your key is too long".into()),
        Error::NoSuchUpload { .. } => (
            Code::NoSuchUpload,
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been \
             aborted or completed."
                .into(),
        ),
        Error::InvalidPart { .. } => (
            Code::InvalidPart,
            "One or more of the specified parts could not be found.  The part may not have been uploaded, or the \
             specified entity tag may not match the part's entity tag."
                .into(),
        ),
        Error::InvalidPartOrder { .. } => (
            Code::InvalidPartOrder,
            "The list of parts was not in ascending order. Parts must be ordered by part number.".into(),
        ),
        Error::EntityTooSmall { .. } => (
            Code::EntityTooSmall,
            "Your proposed upload is smaller than the minimum allowed size".into(),
        ),
        Error::EntityTooLarge { .. } => (
            Code::EntityTooLarge,
            "Your proposed upload exceeds the maximum allowed size".into(),
        ),
        Error::InvalidRange { size } => return invalid_range(*size),
        Error::PreconditionFailed { .. } => (
            Code::PreconditionFailed,
            "At least one of the pre-conditions you specified did not hold".into(),
        ),
        Error::NotModified { info } => return not_modified(info),
        Error::ConditionalConflict { .. } => (
            Code::ConditionalRequestConflict,
            "The conditional request cannot succeed due to a conflicting operation against this resource.".into(),
        ),
        Error::BadDigest { algorithm, .. } => (
            Code::BadDigest,
            match algorithm {
                objects::Digest::Md5 => "The Content-MD5 you specified did not match what we received.".into(),
                objects::Digest::Checksum(name) => {
                    format!("The {name} you specified did not match the calculated checksum.")
                }
            },
        ),
        Error::IncompleteBody { .. } | Error::Body { .. } => (
            Code::IncompleteBody,
            "You did not provide the number of bytes specified by the Content-Length HTTP header".into(),
        ),
        Error::InvalidArgument { what } => (Code::InvalidArgument, what.clone()),
        Error::Full => {
            return coded(
                "InsufficientStorage",
                StatusCode::INSUFFICIENT_STORAGE,
                "There is no space left in the data folder. Free some and try again.",
            );
        }
        Error::Io { .. } | Error::Store(_) => {
            tracing::error!(error = &error as &dyn std::error::Error, "an S3 request failed");
            (Code::InternalError, "We encountered an internal error. Please try again.".into())
        }
    };
    let mut refusal = S3Error::with_message(code, message);
    refusal.set_source(Box::new(error));
    refusal
}

fn header(name: &'static str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((
        HeaderName::from_static(name),
        HeaderValue::from_str(value).ok()?,
    ))
}

fn with_headers(
    mut error: S3Error,
    headers: impl IntoIterator<Item = Option<(HeaderName, HeaderValue)>>,
) -> S3Error {
    let headers: HeaderMap = headers.into_iter().flatten().collect();
    error.set_headers(headers);
    error
}

fn delete_marker(version_id: &str, modified_ms: i64, newest: bool) -> S3Error {
    let headers = [
        header("x-amz-delete-marker", "true"),
        header("x-amz-version-id", version_id),
        header("last-modified", &crate::words::http_date(modified_ms)).filter(|_| !newest),
        header("allow", "DELETE").filter(|_| !newest),
        header("content-type", "application/xml"),
    ];
    let (code, message) = match newest {
        true => (S3ErrorCode::NoSuchKey, "The specified key does not exist."),
        false => (
            S3ErrorCode::MethodNotAllowed,
            "The specified method is not allowed against this resource.",
        ),
    };
    with_headers(S3Error::with_message(code, message), headers)
}

fn invalid_range(size: u64) -> S3Error {
    let error = S3Error::with_message(
        S3ErrorCode::InvalidRange,
        "The requested range is not satisfiable",
    );
    let range = format!("bytes */{size}");
    with_headers(
        error,
        [
            header("content-range", &range),
            header("content-type", "application/xml"),
        ],
    )
}

fn not_modified(info: &objects::ObjectInfo) -> S3Error {
    let headers = [
        header("etag", &format!("\"{}\"", info.etag)),
        header("last-modified", &crate::words::http_date(info.modified_ms)),
        info.version_id
            .as_deref()
            .and_then(|id| header("x-amz-version-id", id)),
    ];
    with_headers(
        S3Error::with_message(S3ErrorCode::NotModified, "Not Modified"),
        headers,
    )
}
