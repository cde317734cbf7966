//! `/_taxiway/session`: who is signed in, signing in and out.

use std::time::Duration;

use aws::{ApiError, Body};
use http::{HeaderMap, Response, header::SET_COOKIE, request::Parts};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Semaphore;

use super::{
    Sessions,
    sessions::{Session, Typed},
};
use crate::web;

/// A sign-in is a few short texts.
const LIMIT_BYTES: usize = 16 * 1024;
/// Wrong guesses cost this long, and are weighed one at a time.
const WRONG_COSTS: Duration = Duration::from_millis(500);
static ONE_AT_A_TIME: Semaphore = Semaphore::const_new(1);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SignIn {
    access_key_id: String,
    #[serde(default)]
    secret_access_key: String,
    session_token: Option<String>,
    region: Option<String>,
}

/// Answers `GET /_taxiway/session`.
pub(crate) fn describe(
    sessions: &Sessions,
    session: Option<&Session>,
    parts: &Parts,
) -> Result<Response<Body>, ApiError> {
    let query = aws::uri::query_pairs(parts.uri.query().unwrap_or_default());
    let region = web::region(&parts.headers, &query, session.map(|s| s.region.as_str()))?;
    let account = match session {
        Some(session) => session.account.to_string(),
        None => web::account(&parts.headers, &query)?,
    };
    web::json(&json!({
        "signedIn": session.is_some(),
        "required": sessions.are_required(),
        "account": account,
        "region": region,
        "arn": session.map(|s| s.arn.to_string()),
        "expires": session.map(|s| s.ends_ms / 1000),
        "version": env!("CARGO_PKG_VERSION"),
    }))
}

/// Answers `POST /_taxiway/session`.
///
/// **Errors**: `InvalidCredentials` (403) for whatever of the key pair is wrong.
pub(crate) async fn sign_in(
    sessions: &Sessions,
    now_ms: i64,
    parts: &Parts,
    body: Body,
) -> Result<Response<Body>, ApiError> {
    let input = web::read_json(&parts.headers, body, LIMIT_BYTES).await?;
    let input: SignIn = serde_json::from_value(input)
        .map_err(|error| ApiError::new("SerializationException", error.to_string()))?;
    let region = web::region(&HeaderMap::new(), &[], input.region.as_deref())?;
    let typed = Typed {
        access_key: &input.access_key_id,
        secret: &input.secret_access_key,
        token: input.session_token.as_deref(),
    };
    let Some(value) = sessions.begin(&typed, &region, now_ms) else {
        let turn = ONE_AT_A_TIME.acquire().await;
        tokio::time::sleep(WRONG_COSTS).await;
        drop(turn);
        let message = "The access key ID or the secret access key is not right.";
        return Err(ApiError::new("InvalidCredentials", message).with_status(403));
    };
    let mut response = web::json(&json!({"signedIn": true}))?;
    set(sessions, &mut response, parts, &value);
    Ok(response)
}

/// Answers `DELETE /_taxiway/session`.
pub(crate) fn sign_out(sessions: &Sessions, parts: &Parts) -> Result<Response<Body>, ApiError> {
    let mut response = web::json(&json!({"signedIn": false}))?;
    set(sessions, &mut response, parts, "");
    Ok(response)
}

fn set(sessions: &Sessions, response: &mut Response<Body>, parts: &Parts, value: &str) {
    let forwarded = parts.headers.get("x-forwarded-proto");
    let secure = parts.uri.scheme_str() == Some("https")
        || forwarded.is_some_and(|scheme| scheme.as_bytes() == b"https");
    if let Some(cookie) = sessions.cookie(value, secure) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
}
