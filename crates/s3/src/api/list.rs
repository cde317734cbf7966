//! Listing objects.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use objects::{ListRequest, Listing, ObjectInfo};
use s3s::{S3Request, S3Response, S3Result, dto::*};

use super::{Api, respond};
use crate::{
    error::{invalid_argument, refuse},
    words::{Encoding, algorithm_name, checksum_type, etag, number, owner, timestamp},
};

/// S3's largest page.
const KEYS_MAX: i32 = 1000;

/// Reads a page's size: S3's largest when none is asked for or a larger one.
pub(super) fn page_size(asked: Option<i32>, member: &str) -> S3Result<(i32, usize)> {
    let size = asked.unwrap_or(KEYS_MAX).min(KEYS_MAX);
    match usize::try_from(size) {
        Ok(max) => Ok((size, max)),
        Err(_) => Err(invalid_argument(format!(
            "Argument {member} must be an integer between 0 and 2147483647"
        ))),
    }
}

fn object(info: ObjectInfo, encoding: Encoding, account: Option<&str>) -> Object {
    let algorithms: Vec<_> = info.checksums.keys().copied().map(algorithm_name).collect();
    Object {
        checksum_type: (!algorithms.is_empty()).then(|| checksum_type(info.checksum_type)),
        checksum_algorithm: (!algorithms.is_empty()).then_some(algorithms),
        e_tag: etag(&info.etag),
        key: Some(encoding.write(&info.key)),
        last_modified: Some(timestamp(info.modified_ms)),
        owner: account.map(owner),
        restore_status: None,
        size: Some(number(info.size)),
        storage_class: Some(info.headers.storage_class.map_or_else(
            || ObjectStorageClass::from_static(ObjectStorageClass::STANDARD),
            ObjectStorageClass::from,
        )),
    }
}

pub(super) fn prefixes(listed: Vec<String>, encoding: Encoding) -> Option<CommonPrefixList> {
    let prefixes: Vec<_> = listed
        .iter()
        .map(|prefix| CommonPrefix {
            prefix: Some(encoding.write(prefix)),
        })
        .collect();
    (!prefixes.is_empty()).then_some(prefixes)
}

fn contents(
    listing: Vec<ObjectInfo>,
    encoding: Encoding,
    account: Option<&str>,
) -> Option<ObjectList> {
    let contents: Vec<_> = listing
        .into_iter()
        .map(|info| object(info, encoding, account))
        .collect();
    (!contents.is_empty()).then_some(contents)
}

pub(super) async fn list_objects_v2(
    api: &Api,
    request: S3Request<ListObjectsV2Input>,
) -> S3Result<S3Response<ListObjectsV2Output>> {
    let input = request.input;
    let encoding = Encoding::asked(input.encoding_type.as_ref())?;
    let (max_keys, max) = page_size(input.max_keys, "max-keys")?;
    let after = match input.continuation_token.as_deref() {
        Some(token) => Some(read_token(token)?),
        None => input.start_after.clone().filter(|after| !after.is_empty()),
    };
    let ask = ListRequest {
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: input.delimiter.clone().filter(|d| !d.is_empty()),
        start_after: after,
        max,
    };
    let Listing {
        objects,
        common_prefixes,
        next,
    } = api
        .objects
        .list(&input.bucket, &ask)
        .await
        .map_err(refuse)?;
    let account = match input.fetch_owner {
        Some(true) => Some(
            api.objects
                .head_bucket(&input.bucket)
                .await
                .map_err(refuse)?
                .owner
                .account,
        ),
        _ => None,
    };
    respond(ListObjectsV2Output {
        name: Some(input.bucket),
        prefix: Some(encoding.write(&ask.prefix)),
        max_keys: Some(max_keys),
        key_count: i32::try_from(objects.len() + common_prefixes.len()).ok(),
        continuation_token: input.continuation_token,
        is_truncated: Some(next.is_some()),
        next_continuation_token: next.as_deref().map(token),
        contents: contents(objects, encoding, account.as_deref()),
        common_prefixes: prefixes(common_prefixes, encoding),
        delimiter: ask.delimiter.as_deref().map(|d| encoding.write(d)),
        encoding_type: input.encoding_type,
        start_after: input
            .start_after
            .as_deref()
            .map(|after| encoding.write(after)),
        request_charged: None,
    })
}

/// Makes a page's end opaque, so that nobody builds on it.
fn token(next: &str) -> String {
    URL_SAFE_NO_PAD.encode(next)
}

fn read_token(token: &str) -> S3Result<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| invalid_argument("The continuation token provided is incorrect"))
}

pub(super) async fn list_objects(
    api: &Api,
    request: S3Request<ListObjectsInput>,
) -> S3Result<S3Response<ListObjectsOutput>> {
    let input = request.input;
    let encoding = Encoding::asked(input.encoding_type.as_ref())?;
    let (max_keys, max) = page_size(input.max_keys, "max-keys")?;
    let ask = ListRequest {
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: input.delimiter.clone().filter(|d| !d.is_empty()),
        start_after: input.marker.clone().filter(|marker| !marker.is_empty()),
        max,
    };
    let Listing {
        objects,
        common_prefixes,
        next,
    } = api
        .objects
        .list(&input.bucket, &ask)
        .await
        .map_err(refuse)?;
    let account = api
        .objects
        .head_bucket(&input.bucket)
        .await
        .map_err(refuse)?
        .owner
        .account;
    respond(ListObjectsOutput {
        name: Some(input.bucket),
        prefix: Some(encoding.write(&ask.prefix)),
        marker: Some(encoding.write(input.marker.as_deref().unwrap_or_default())),
        max_keys: Some(max_keys),
        is_truncated: Some(next.is_some()),
        contents: contents(objects, encoding, Some(&account)),
        common_prefixes: prefixes(common_prefixes, encoding),
        // Without a delimiter the last key is the marker, and S3 leaves it to the caller.
        next_marker: next
            .as_deref()
            .filter(|_| ask.delimiter.is_some())
            .map(|next| encoding.write(next)),
        delimiter: ask.delimiter.as_deref().map(|d| encoding.write(d)),
        encoding_type: input.encoding_type,
        request_charged: None,
    })
}
