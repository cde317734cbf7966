//! The operations.

pub(crate) mod caller;
pub(crate) mod role;
pub(crate) mod token;

#[cfg(test)]
mod tests;

use aws::ApiError;
use serde::Serialize;
use store::StoreError;

use crate::session::Session;

/// Temporary credentials as answered.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Credentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    /// Epoch seconds.
    expiration: i64,
}

impl From<Session> for Credentials {
    fn from(session: Session) -> Self {
        Self {
            access_key_id: session.access_key,
            secret_access_key: session.secret,
            session_token: session.token,
            expiration: session.expires_ms / 1000,
        }
    }
}

fn failed(error: StoreError) -> ApiError {
    match error {
        StoreError::Full => ApiError::new(
            "ServiceUnavailable",
            "No space is left on the disk that keeps the credentials.",
        )
        .with_status(503),
        error => ApiError::internal(error),
    }
}
