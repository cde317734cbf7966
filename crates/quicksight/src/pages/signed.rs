//! Codes that say, signed, what a URL is good for, and until when.

use aws::{ApiError, ids};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Serialize, de::DeserializeOwned};
use sha2::Sha256;
use store::{Batch, Expect, Key, StoreError};

use crate::QuickSight;

const KEYS: &str = "quicksight/embed-key";

/// What a code says.
pub(super) trait Signed: Serialize + DeserializeOwned {
    /// What the code is called in a refusal.
    const NAME: &'static str;

    fn expires_ms(&self) -> i64;
}

pub(super) fn denied(message: impl Into<String>) -> ApiError {
    ApiError::new("AccessDeniedException", message).with_status(403)
}

/// Returns the key that codes are signed with; made the first time.
async fn key(service: &QuickSight) -> Result<Vec<u8>, ApiError> {
    let at = Key::of(&["1"]);
    loop {
        let found = service
            .store
            .get(KEYS, &at)
            .await
            .map_err(ApiError::internal)?;
        if let Some(record) = found {
            return Ok(record.value.to_vec());
        }
        let mut batch = Batch::new();
        batch.put_if(KEYS, at.clone(), ids::hex(64), Expect::Absent);
        match service.store.commit(batch).await {
            Ok(()) | Err(StoreError::Conflict { .. }) => {}
            Err(error) => return Err(ApiError::internal(error)),
        }
    }
}

/// A signature is over what the code is as well, so that none passes for one of another kind.
fn signature<T: Signed>(key: &[u8], payload: &str) -> Result<Hmac<Sha256>, ApiError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(ApiError::internal)?;
    mac.update(T::NAME.as_bytes());
    mac.update(b"\n");
    mac.update(payload.as_bytes());
    Ok(mac)
}

/// Returns the code.
pub(super) async fn sign<T: Signed>(service: &QuickSight, what: &T) -> Result<String, ApiError> {
    let payload = serde_json::to_vec(what).map_err(ApiError::internal)?;
    let payload = BASE64_URL_SAFE_NO_PAD.encode(payload);
    let mac = signature::<T>(&key(service).await?, &payload)?;
    let code = BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    Ok(format!("{payload}.{code}"))
}

/// Reads a code.
///
/// **Errors**: one that was not made here, or that has expired.
pub(super) async fn open<T: Signed>(service: &QuickSight, code: &str) -> Result<T, ApiError> {
    let found: T = read(service, code).await?;
    if found.expires_ms() <= service.clock.now_ms() {
        return Err(denied(format!("The {} has expired", T::NAME)));
    }
    Ok(found)
}

/// Reads a code, also one that has expired.
///
/// **Errors**: one that was not made here.
pub(super) async fn read<T: Signed>(service: &QuickSight, code: &str) -> Result<T, ApiError> {
    let wrong = || denied(format!("The {} is not valid", T::NAME));
    let (payload, code) = code.split_once('.').ok_or_else(wrong)?;
    let code = BASE64_URL_SAFE_NO_PAD.decode(code).map_err(|_| wrong())?;
    let mac = signature::<T>(&key(service).await?, payload)?;
    mac.verify_slice(&code).map_err(|_| wrong())?;
    let payload = BASE64_URL_SAFE_NO_PAD
        .decode(payload)
        .map_err(|_| wrong())?;
    serde_json::from_slice(&payload).map_err(|_| wrong())
}
