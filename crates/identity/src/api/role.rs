//! AssumeRole.

use std::sync::Arc;

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Credentials, failed};
use crate::{Identity, RoleArn};

const DEFAULT_SECONDS: i64 = 3600;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Input {
    role_arn: String,
    role_session_name: String,
    duration_seconds: Option<i64>,
    policy: Option<String>,
    source_identity: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    credentials: Credentials,
    assumed_role_user: AssumedRoleUser,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_identity: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AssumedRoleUser {
    assumed_role_id: String,
    arn: String,
}

pub(crate) async fn assume(
    identity: Arc<Identity>,
    _: Context,
    input: Input,
) -> Result<Output, ApiError> {
    let role: RoleArn = input
        .role_arn
        .parse()
        .map_err(|e: crate::NotARole| ApiError::new("ValidationError", e.to_string()))?;
    if let Some(policy) = &input.policy {
        serde_json::from_str::<Map<String, Value>>(policy).map_err(|_| {
            ApiError::new(
                "MalformedPolicyDocument",
                "The policy is not in the valid JSON format.",
            )
        })?;
    }
    let seconds = input.duration_seconds.unwrap_or(DEFAULT_SECONDS);
    let arn = role.session(&input.role_session_name);
    let id = format!("{}:{}", role.id(), input.role_session_name);
    let session = identity
        .sessions
        .issue((&role.account, &arn, &id), identity.clock.now_ms(), seconds)
        .await;
    Ok(Output {
        credentials: session.map_err(failed)?.into(),
        assumed_role_user: AssumedRoleUser {
            assumed_role_id: id,
            arn,
        },
        source_identity: input.source_identity,
    })
}
