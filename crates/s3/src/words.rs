//! How S3 writes things: dates, entity tags, checksums, owners, encoded keys, tags in a header.

use std::{
    collections::BTreeMap,
    time::{Duration, UNIX_EPOCH},
};

use objects::{Algorithm, ChecksumType};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use s3s::{S3Result, dto};
use sha2::Digest;

use crate::error::invalid_argument;

pub(crate) fn timestamp(ms: i64) -> dto::Timestamp {
    let since = Duration::from_millis(u64::try_from(ms).unwrap_or(0));
    dto::Timestamp::from(UNIX_EPOCH + since)
}

/// Returns `Wed, 21 Oct 2015 07:28:00 GMT`.
pub(crate) fn http_date(ms: i64) -> String {
    let at = chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default();
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Returns whole seconds since the epoch.
pub(crate) fn seconds(at: &dto::Timestamp) -> Option<i64> {
    let mut text = Vec::new();
    at.format(dto::TimestampFormat::EpochSeconds, &mut text)
        .ok()?;
    let text = String::from_utf8(text).ok()?;
    text.split('.').next()?.parse().ok()
}

pub(crate) fn etag(etag: &str) -> Option<dto::ETag> {
    Some(dto::ETag::Strong(etag.to_owned()))
}

/// Returns a condition's entity tag, `*` for any.
pub(crate) fn condition(condition: &dto::ETagCondition) -> String {
    match condition {
        dto::ETagCondition::Any => "*".into(),
        dto::ETagCondition::ETag(tag) => tag.value().to_owned(),
    }
}

/// Returns the owner as S3 names it: a canonical user id of 64 hexadecimal digits, ours made of the account.
pub(crate) fn owner(account: &str) -> dto::Owner {
    let id = hex::encode(sha2::Sha256::digest(account));
    dto::Owner {
        display_name: None,
        id: Some(id),
    }
}

pub(crate) fn algorithm(name: &str) -> S3Result<Algorithm> {
    Algorithm::named(name).ok_or_else(|| {
        crate::error::invalid_request(
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: \
             [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
        )
    })
}

pub(crate) fn algorithm_name(algorithm: Algorithm) -> dto::ChecksumAlgorithm {
    dto::ChecksumAlgorithm::from_static(algorithm.name())
}

pub(crate) fn checksum_type(kind: ChecksumType) -> dto::ChecksumType {
    dto::ChecksumType::from_static(match kind {
        ChecksumType::Composite => dto::ChecksumType::COMPOSITE,
        ChecksumType::FullObject => dto::ChecksumType::FULL_OBJECT,
    })
}

pub(crate) fn checksum_type_named(name: &str) -> S3Result<ChecksumType> {
    match name {
        dto::ChecksumType::COMPOSITE => Ok(ChecksumType::Composite),
        dto::ChecksumType::FULL_OBJECT => Ok(ChecksumType::FullObject),
        _ => Err(invalid_argument(
            "Value for x-amz-checksum-type header is invalid.",
        )),
    }
}

/// Checksums as the members that nearly every output has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) crc32: Option<String>,
    pub(crate) crc32c: Option<String>,
    pub(crate) crc64nvme: Option<String>,
    pub(crate) sha1: Option<String>,
    pub(crate) sha256: Option<String>,
}

impl Sums {
    pub(crate) fn of(checksums: &BTreeMap<Algorithm, String>) -> Self {
        let get = |algorithm| checksums.get(&algorithm).cloned();
        Self {
            crc32: get(Algorithm::Crc32),
            crc32c: get(Algorithm::Crc32c),
            crc64nvme: get(Algorithm::Crc64Nvme),
            sha1: get(Algorithm::Sha1),
            sha256: get(Algorithm::Sha256),
        }
    }

    /// Returns those that are given.
    pub(crate) fn given(self) -> Vec<(Algorithm, String)> {
        let all = [
            (Algorithm::Crc32, self.crc32),
            (Algorithm::Crc32c, self.crc32c),
            (Algorithm::Crc64Nvme, self.crc64nvme),
            (Algorithm::Sha1, self.sha1),
            (Algorithm::Sha256, self.sha256),
        ];
        all.into_iter()
            .filter_map(|(algorithm, sum)| Some((algorithm, sum?)))
            .collect()
    }
}

/// Fills the checksum members of an output.
macro_rules! with_sums {
    ($sums:expr, $output:path { $($fields:tt)* }) => {{
        let sums = $sums;
        $output {
            checksum_crc32: sums.crc32,
            checksum_crc32c: sums.crc32c,
            checksum_crc64nvme: sums.crc64nvme,
            checksum_sha1: sums.sha1,
            checksum_sha256: sums.sha256,
            $($fields)*
        }
    }};
}
pub(crate) use with_sums;

/// Takes the checksum members of an input.
macro_rules! sums_of {
    ($input:expr) => {
        $crate::words::Sums {
            crc32: $input.checksum_crc32.clone(),
            crc32c: $input.checksum_crc32c.clone(),
            crc64nvme: $input.checksum_crc64nvme.clone(),
            sha1: $input.checksum_sha1.clone(),
            sha256: $input.checksum_sha256.clone(),
        }
    };
}
pub(crate) use sums_of;

/// What `encoding-type=url` leaves as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'*')
    .remove(b'/');

/// Writes keys as the list's caller wants them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Encoding(bool);

impl Encoding {
    pub(crate) fn asked(asked: Option<&dto::EncodingType>) -> S3Result<Self> {
        match asked.map(dto::EncodingType::as_str) {
            None => Ok(Self(false)),
            Some(dto::EncodingType::URL) => Ok(Self(true)),
            Some(_) => Err(invalid_argument(
                "Invalid Encoding Method specified in Request",
            )),
        }
    }

    /// Writes a key as part of an address.
    pub(crate) fn path(key: &str) -> String {
        Self(true).write(key)
    }

    pub(crate) fn write(self, text: &str) -> String {
        match self.0 {
            true => utf8_percent_encode(text, PLAIN).to_string(),
            false => text.to_owned(),
        }
    }
}

/// Reads the tags of an `x-amz-tagging` header: an encoded query string.
pub(crate) fn tags_in_header(header: &str) -> S3Result<Vec<(String, String)>> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text)
            .decode_utf8()
            .map(std::borrow::Cow::into_owned)
    };
    let mut tags = Vec::new();
    for pair in header.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let invalid = |_| {
            invalid_argument(
                "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
            )
        };
        tags.push((
            decode(key).map_err(invalid)?,
            decode(value).map_err(invalid)?,
        ));
    }
    check_tags(&tags, OBJECT_TAGS_MAX)?;
    Ok(tags)
}

pub(crate) const OBJECT_TAGS_MAX: usize = 10;
pub(crate) const BUCKET_TAGS_MAX: usize = 50;

/// Checks S3's limits: numbers, lengths, no key twice.
pub(crate) fn check_tags(tags: &[(String, String)], max: usize) -> S3Result<()> {
    let invalid = |message: &str| {
        s3s::S3Error::with_message(s3s::S3ErrorCode::InvalidTag, message.to_owned())
    };
    if tags.len() > max {
        let kind = if max == OBJECT_TAGS_MAX {
            "Object"
        } else {
            "Bucket"
        };
        let message = format!("{kind} tags cannot be greater than {max}");
        return Err(crate::error::coded(
            "BadRequest",
            http::StatusCode::BAD_REQUEST,
            message,
        ));
    }
    let mut seen = std::collections::HashSet::new();
    for (key, value) in tags {
        if key.is_empty() || key.chars().count() > 128 {
            return Err(invalid("The TagKey you have provided is invalid"));
        }
        if value.chars().count() > 256 {
            return Err(invalid("The TagValue you have provided is invalid"));
        }
        if !seen.insert(key) {
            return Err(invalid("Cannot provide multiple Tags with the same key"));
        }
    }
    Ok(())
}

pub(crate) fn tag_set(tags: &[(String, String)]) -> dto::TagSet {
    tags.iter()
        .map(|(key, value)| dto::Tag {
            key: Some(key.clone()),
            value: Some(value.clone()),
        })
        .collect()
}

pub(crate) fn tags_of(set: dto::TagSet) -> Vec<(String, String)> {
    set.into_iter()
        .map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()))
        .collect()
}

/// Returns a number as S3's members have it.
pub(crate) fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(
            http_date(1_445_412_480_999),
            "Wed, 21 Oct 2015 07:28:00 GMT"
        );
        assert_eq!(seconds(&timestamp(1_445_412_480_999)), Some(1_445_412_480));
    }

    #[test]
    fn keys_are_encoded_as_asked() {
        let url = dto::EncodingType::from_static(dto::EncodingType::URL);
        let encoding = Encoding::asked(Some(&url)).unwrap();
        assert_eq!(encoding.write("a b+c/ä%\u{1}"), "a%20b%2Bc/%C3%A4%25%01");
        assert_eq!(Encoding::asked(None).unwrap().write("a b"), "a b");
    }

    #[test]
    fn tags_in_a_header() {
        let tags = tags_in_header("a=b&c%3D=d+e&f").unwrap();
        let expected =
            [("a", "b"), ("c=", "d e"), ("f", "")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(tags, expected);
        assert!(tags_in_header("a=1&a=2").is_err());
        assert!(tags_in_header(&"x".repeat(129)).is_err());
    }
}
