//! GetSessionToken.

use std::sync::Arc;

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};

use super::{Credentials, caller::user_id, failed};
use crate::Identity;

/// Twelve hours.
const DEFAULT_SECONDS: i64 = 43_200;

/// An account's root user gets no longer sessions, whatever it asks for.
const ROOT_SECONDS: i64 = 3600;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Input {
    duration_seconds: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    credentials: Credentials,
}

pub(crate) async fn get(
    identity: Arc<Identity>,
    context: Context,
    input: Input,
) -> Result<Output, ApiError> {
    let now_ms = identity.clock.now_ms();
    let caller = &context.principal;
    if identity.sessions.find(&caller.access_key, now_ms).is_some() {
        let refusal = ApiError::new(
            "AccessDenied",
            "Cannot call GetSessionToken with session credentials",
        );
        return Err(refusal.with_status(403));
    }
    let mut seconds = input.duration_seconds.unwrap_or(DEFAULT_SECONDS);
    if caller.arn.ends_with(":root") {
        seconds = seconds.min(ROOT_SECONDS);
    }
    let user_id = user_id(&identity, caller);
    let session = identity
        .sessions
        .issue((&caller.account, &caller.arn, &user_id), now_ms, seconds)
        .await;
    Ok(Output {
        credentials: session.map_err(failed)?.into(),
    })
}
