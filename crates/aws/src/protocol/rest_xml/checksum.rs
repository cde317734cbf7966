//! The checksums that an SDK adds to a request's body.

use base64::{Engine, prelude::BASE64_STANDARD};
use crc_fast::CrcAlgorithm;
use http::{HeaderMap, HeaderName, HeaderValue};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::ApiError;

/// Names the algorithm that the caller wants an SDK to compute.
const WANTED: HeaderName = HeaderName::from_static("x-amz-sdk-checksum-algorithm");
const MD5: HeaderName = HeaderName::from_static("content-md5");
const GIVEN: &str = "x-amz-checksum-";

/// Adds the checksum that the caller asked for by name, or the MD5 that the operation needs, unless the caller
/// gave one.
///
/// **Errors**: `InvalidRequest` for an algorithm that is not computed here.
pub(super) fn add(headers: &mut HeaderMap, body: &[u8], needed: bool) -> Result<(), ApiError> {
    let given = headers.contains_key(MD5)
        || headers
            .keys()
            .any(|n| n.as_str().starts_with(GIVEN) && !OTHER.contains(&n.as_str()));
    if given {
        return Ok(());
    }
    let wanted = headers
        .get(WANTED)
        .map(|v| String::from_utf8_lossy(v.as_bytes()).to_ascii_lowercase());
    let (name, sum) = match wanted {
        Some(wanted) => {
            let sum = sum(&wanted, body).ok_or_else(|| {
                let message = format!(
                    "Checksum algorithm {} is not implemented in Taxiway.",
                    wanted.to_ascii_uppercase()
                );
                ApiError::new("InvalidRequest", message)
            })?;
            (format!("{GIVEN}{wanted}"), sum)
        }
        None if needed => (MD5.to_string(), Md5::digest(body).to_vec()),
        None => return Ok(()),
    };
    if let (Ok(name), Ok(value)) = (
        HeaderName::try_from(name),
        HeaderValue::try_from(BASE64_STANDARD.encode(sum)),
    ) {
        headers.insert(name, value);
    }
    Ok(())
}

/// Headers of the same prefix that hold no checksum.
const OTHER: [&str; 3] = [
    "x-amz-checksum-algorithm",
    "x-amz-checksum-mode",
    "x-amz-checksum-type",
];

fn sum(algorithm: &str, body: &[u8]) -> Option<Vec<u8>> {
    let crc = |kind, bytes: usize| {
        let sum = crc_fast::checksum(kind, body).to_be_bytes();
        Some(sum[sum.len() - bytes..].to_vec())
    };
    match algorithm {
        "crc32" => crc(CrcAlgorithm::Crc32IsoHdlc, 4),
        "crc32c" => crc(CrcAlgorithm::Crc32Iscsi, 4),
        "crc64nvme" => crc(CrcAlgorithm::Crc64Nvme, 8),
        "sha1" => Some(Sha1::digest(body).to_vec()),
        "sha256" => Some(Sha256::digest(body).to_vec()),
        _ => None,
    }
}
