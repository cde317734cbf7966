//! Signing keys.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Returns HMAC-SHA256. A key may have any length.
pub(super) fn hmac(key: &[u8], data: &[u8]) -> [u8; 32] {
    // HMAC takes keys of every length, so there is no other case; an empty key stands in for it.
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| Hmac::new(&Default::default()));
    mac.update(data);
    mac.finalize().into_bytes().into()
}

/// Returns the key that signs a day's requests to one service in one region.
pub(super) fn signing_key(secret: &str, date: &str, region: &str, service: &str) -> [u8; 32] {
    let date = hmac(format!("AWS4{secret}").as_bytes(), date.as_bytes());
    let region = hmac(&date, region.as_bytes());
    let service = hmac(&region, service.as_bytes());
    hmac(&service, b"aws4_request")
}
