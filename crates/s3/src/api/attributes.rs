//! What is known of an object, without its bytes.

use s3s::{S3Request, S3Response, S3Result, dto::*};

use super::{Api, list::page_size, refuse_given, respond};
use crate::{
    error::{invalid_argument, refuse},
    words::{Sums, checksum_type, etag, number, timestamp, with_sums},
};

pub(super) async fn get_object_attributes(
    api: &Api,
    request: S3Request<GetObjectAttributesInput>,
) -> S3Result<S3Response<GetObjectAttributesOutput>> {
    let input = request.input;
    refuse_given!(input; sse_customer_algorithm, sse_customer_key);
    // One header may list several.
    let listed = input
        .object_attributes
        .iter()
        .flat_map(|names| names.as_str().split(','));
    let wanted: Vec<String> = listed.map(|name| name.trim().to_owned()).collect();
    const KNOWN: [&str; 5] = [
        "ETag",
        "Checksum",
        "ObjectParts",
        "StorageClass",
        "ObjectSize",
    ];
    if wanted.iter().any(|name| !KNOWN.contains(&name.as_str())) {
        return Err(invalid_argument("Invalid attribute name specified."));
    }
    let wants = |name: &str| wanted.iter().any(|wanted| wanted == name);
    let ask = objects::GetRequest {
        version_id: input.version_id.clone(),
        ..Default::default()
    };
    let info = api
        .objects
        .head_with(&input.bucket, &input.key, &ask)
        .await
        .map_err(refuse)?
        .info;

    let object_parts = if wants("ObjectParts") && info.parts > 0 {
        let parts = api
            .objects
            .object_parts(&input.bucket, &input.key, input.version_id.as_deref())
            .await;
        Some(listed_parts(
            parts.map_err(refuse)?,
            input.max_parts,
            input.part_number_marker,
        )?)
    } else {
        None
    };
    let checksum = wants("Checksum").then(|| {
        with_sums!(
            Sums::of(&info.checksums),
            Checksum {
                checksum_type: Some(checksum_type(info.checksum_type))
            }
        )
    });
    let class = info
        .headers
        .storage_class
        .unwrap_or_else(|| "STANDARD".into());
    respond(GetObjectAttributesOutput {
        checksum,
        delete_marker: None,
        e_tag: etag(&info.etag).filter(|_| wants("ETag")),
        last_modified: Some(timestamp(info.modified_ms)),
        object_parts,
        object_size: wants("ObjectSize").then(|| number(info.size)),
        request_charged: None,
        storage_class: wants("StorageClass").then(|| StorageClass::from(class)),
        version_id: info.version_id,
    })
}

fn listed_parts(
    parts: Vec<objects::ObjectPart>,
    max: Option<i32>,
    marker: Option<i32>,
) -> S3Result<GetObjectAttributesParts> {
    let (max_parts, max) = page_size(max, "max-parts")?;
    let total = i32::try_from(parts.len()).unwrap_or(i32::MAX);
    let marker = marker.unwrap_or(0);
    let mut later: Vec<_> = parts
        .into_iter()
        .filter(|part| i64::from(part.number) > i64::from(marker))
        .collect();
    let more = later.len() > max;
    later.truncate(max);
    let last = later
        .last()
        .and_then(|part| i32::try_from(part.number).ok());
    let parts = later.into_iter().map(|part| {
        with_sums!(
            Sums::of(&part.checksums),
            ObjectPart {
                part_number: i32::try_from(part.number).ok(),
                size: Some(number(part.size)),
            }
        )
    });
    Ok(GetObjectAttributesParts {
        is_truncated: Some(more),
        max_parts: Some(max_parts),
        next_part_number_marker: Some(last.unwrap_or(0)),
        part_number_marker: Some(marker),
        parts: Some(parts.collect()),
        total_parts_count: Some(total),
    })
}
