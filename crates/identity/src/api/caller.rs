//! GetCallerIdentity.

use std::sync::Arc;

use aws::{ApiError, Context, Principal};
use serde::{Deserialize, Serialize};

use crate::Identity;

#[derive(Deserialize)]
pub(crate) struct Input {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user_id: String,
    account: String,
    arn: String,
}

pub(crate) async fn get(
    identity: Arc<Identity>,
    context: Context,
    _: Input,
) -> Result<Output, ApiError> {
    Ok(Output {
        user_id: user_id(&identity, &context.principal),
        account: context.account().to_owned(),
        arn: context.principal.arn.to_string(),
    })
}

/// Returns the caller's unique id: that of its session, else the account's, as for a root user.
pub(super) fn user_id(identity: &Identity, principal: &Principal) -> String {
    match identity
        .sessions
        .find(&principal.access_key, identity.clock.now_ms())
    {
        Some(session) => session.user_id,
        None => principal.account.to_string(),
    }
}
