//! Tokens of pages: the caller hands them back as they are.

use aws::ApiError;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

use crate::error;

/// Returns a token that holds `place`.
pub(super) fn of<T: Serialize>(place: &T) -> Result<String, ApiError> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).map_err(ApiError::internal)?))
}

/// Returns what a token holds.
pub(super) fn read<T: DeserializeOwned>(token: Option<&str>) -> Result<Option<T>, ApiError> {
    let Some(token) = token else { return Ok(None) };
    let bytes = BASE64_URL_SAFE_NO_PAD
        .decode(token)
        .map_err(|_| error::bad_token())?;
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|_| error::bad_token())
}
