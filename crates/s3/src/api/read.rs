//! Getting objects, and their heads.

use futures::TryStreamExt;
use http_body_util::StreamBody;
use objects::{ByteRange, GetRequest, ObjectInfo, ReadConditions};
use s3s::{S3Request, S3Response, S3Result, dto::*};

use super::{Api, header, refuse_given, respond};
use crate::{
    error::{coded, invalid_request, refuse},
    words::{Sums, checksum_type, etag, number, seconds, timestamp, with_sums},
};

/// What S3 serves an object as when its writer did not say.
const DEFAULT_TYPE: &str = "binary/octet-stream";

/// Reads the conditions; a header may list several entity tags.
fn conditions<T>(
    request: &S3Request<T>,
    since: Option<&Timestamp>,
    unmodified: Option<&Timestamp>,
) -> ReadConditions {
    let tags = |name| {
        let given = header(request, name).unwrap_or_default();
        let bare = |tag: &str| {
            tag.trim()
                .trim_start_matches("W/")
                .trim_matches('"')
                .to_owned()
        };
        given
            .split(',')
            .map(bare)
            .filter(|tag| !tag.is_empty())
            .collect()
    };
    ReadConditions {
        if_match: tags("if-match"),
        if_none_match: tags("if-none-match"),
        if_modified_since_s: since.and_then(seconds),
        if_unmodified_since_s: unmodified.and_then(seconds),
    }
}

/// Reads a range; more than one, or one that is none, is as if it were not there, as RFC 9110 has it.
fn range(range: Option<&Range>) -> Option<ByteRange> {
    Some(match *range? {
        Range::Int {
            first,
            last: Some(last),
        } if last < first => return None,
        Range::Int {
            first,
            last: Some(last),
        } => ByteRange::FromTo(first, last),
        Range::Int { first, last: None } => ByteRange::From(first),
        Range::Suffix { length } => ByteRange::Last(length),
    })
}

fn part(number: Option<i32>, ranged: bool) -> S3Result<Option<u32>> {
    let Some(number) = number else {
        return Ok(None);
    };
    if ranged {
        return Err(invalid_request(
            "Cannot specify both Range header and partNumber query parameter",
        ));
    }
    match u32::try_from(number) {
        Ok(part @ 1..=objects::PART_NUMBER_MAX) => Ok(Some(part)),
        _ => Err(crate::error::invalid_argument(
            "Part number must be an integer between 1 and 10000, inclusive",
        )),
    }
}

/// Reads what a GET and a HEAD ask alike.
macro_rules! asked {
    ($request:expr) => {{
        let input = &$request.input;
        refuse_given!(input; sse_customer_algorithm, sse_customer_key);
        GetRequest {
            version_id: input.version_id.clone(),
            range: range(input.range.as_ref()),
            part: part(input.part_number, input.range.is_some())?,
            conditions: conditions(&$request, input.if_modified_since.as_ref(), input.if_unmodified_since.as_ref()),
        }
    }};
}

/// Fills what the answers to a GET and a HEAD have alike.
macro_rules! answered {
    ($output:path, $info:expr, $range:expr, $partial:expr, $input:expr; $($fields:tt)*) => {{
        let (info, range): (ObjectInfo, std::ops::Range<u64>) = ($info, $range);
        let asked = $input.checksum_mode.as_ref().is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED);
        // That of the whole says nothing about a piece of it.
        let told = asked && range.end - range.start == info.size;
        let sums = if told { Sums::of(&info.checksums) } else { Sums::default() };
        let content_range = $partial.then(|| {
            format!("bytes {}-{}/{}", range.start, range.end.saturating_sub(1), info.size)
        });
        let headers = info.headers;
        let class = headers.storage_class.filter(|class| class != "STANDARD");
        with_sums!(sums, $output {
            accept_ranges: Some("bytes".into()),
            cache_control: headers.cache_control,
            checksum_type: told.then(|| checksum_type(info.checksum_type)),
            content_disposition: headers.content_disposition,
            content_encoding: headers.content_encoding,
            content_language: headers.content_language,
            content_length: Some(number(range.end - range.start)),
            content_range: content_range.filter(|_| info.size > 0),
            content_type: Some(headers.content_type.unwrap_or_else(|| DEFAULT_TYPE.into())),
            e_tag: etag(&info.etag),
            expires: headers.expires.as_deref().and_then(|at| Timestamp::parse(TimestampFormat::HttpDate, at).ok()),
            last_modified: Some(timestamp(info.modified_ms)),
            metadata: Some(info.metadata.into_iter().collect()).filter(|m: &Metadata| !m.is_empty()),
            parts_count: i32::try_from(info.parts).ok().filter(|n| *n > 0 && $input.part_number.is_some()),
            storage_class: class.map(StorageClass::from),
            version_id: info.version_id,
            website_redirect_location: headers.website_redirect_location,
            $($fields)*
            ..Default::default()
        })
    }};
}

pub(super) async fn get_object(
    api: &Api,
    request: S3Request<GetObjectInput>,
) -> S3Result<S3Response<GetObjectOutput>> {
    let asked = asked!(request);
    let input = &request.input;
    let in_part = asked.part;
    let got = api.objects.get_with(&input.bucket, &input.key, asked).await;
    let got = got.map_err(|error| refuse_part(error, in_part))?;
    let body = StreamBody::new(got.body.map_ok(http_body::Frame::data));
    let body = StreamingBlob::from(s3s::Body::http_body_unsync(body));
    let tags = i32::try_from(got.info.tags.len()).ok().filter(|n| *n > 0);
    respond(
        answered!(GetObjectOutput, got.info, got.range, got.partial, input;
            body: Some(body),
            tag_count: tags,
        ),
    )
}

pub(super) async fn head_object(
    api: &Api,
    request: S3Request<HeadObjectInput>,
) -> S3Result<S3Response<HeadObjectOutput>> {
    let asked = asked!(request);
    let input = &request.input;
    let headed = api
        .objects
        .head_with(&input.bucket, &input.key, &asked)
        .await;
    let headed = headed.map_err(|error| refuse_part(error, asked.part))?;
    let mut output = answered!(HeadObjectOutput, headed.info, headed.range, headed.partial, input;);
    let overrides = [
        (&mut output.cache_control, &input.response_cache_control),
        (
            &mut output.content_disposition,
            &input.response_content_disposition,
        ),
        (
            &mut output.content_encoding,
            &input.response_content_encoding,
        ),
        (
            &mut output.content_language,
            &input.response_content_language,
        ),
        (&mut output.content_type, &input.response_content_type),
    ];
    for (member, wanted) in overrides {
        if wanted.is_some() {
            member.clone_from(wanted);
        }
    }
    if input.response_expires.is_some() {
        output.expires.clone_from(&input.response_expires);
    }
    respond(output)
}

fn refuse_part(error: objects::Error, part: Option<u32>) -> s3s::S3Error {
    match (error, part) {
        (objects::Error::InvalidRange { .. }, Some(_)) => coded(
            "InvalidPartNumber",
            http::StatusCode::RANGE_NOT_SATISFIABLE,
            "The requested partnumber is not satisfiable",
        ),
        (error, _) => refuse(error),
    }
}
