//! Embedded dashboards: a signed, expiring token says which, and as whom.

use aws::{ApiError, Context, ids};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use store::{Batch, Expect, Key, StoreError};

use super::question;
use crate::{QuickSight, asset::Scope, report::access::Viewer};

const KEYS: &str = "quicksight/embed-key";

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Embedded {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) dashboards: Vec<String>,
    /// Only this visual of it.
    pub(crate) visual: Option<String>,
    /// A registered user's ARN; a visitor without a name has none.
    pub(crate) user: Option<String>,
    /// A visitor's tags, which choose the rows.
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) expires_ms: i64,
}

fn denied(message: &str) -> ApiError {
    ApiError::new("AccessDeniedException", message).with_status(403)
}

/// Returns the key that tokens are signed with; made the first time.
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

fn signature(key: &[u8], payload: &str) -> Result<Hmac<Sha256>, ApiError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(ApiError::internal)?;
    mac.update(payload.as_bytes());
    Ok(mac)
}

impl Embedded {
    /// Returns the token.
    pub(crate) async fn token(&self, service: &QuickSight) -> Result<String, ApiError> {
        let payload = serde_json::to_vec(self).map_err(ApiError::internal)?;
        let payload = BASE64_URL_SAFE_NO_PAD.encode(payload);
        let mac = signature(&key(service).await?, &payload)?;
        let code = BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        Ok(format!("{payload}.{code}"))
    }

    /// Reads a token.
    ///
    /// **Errors**: one that was not made here, that has expired, or that is another account's.
    pub(super) async fn open(
        service: &QuickSight,
        context: &Context,
        token: &str,
    ) -> Result<Self, ApiError> {
        let wrong = || denied("The embed code is not valid");
        let (payload, code) = token.split_once('.').ok_or_else(wrong)?;
        let code = BASE64_URL_SAFE_NO_PAD.decode(code).map_err(|_| wrong())?;
        let mac = signature(&key(service).await?, payload)?;
        mac.verify_slice(&code).map_err(|_| wrong())?;
        let payload = BASE64_URL_SAFE_NO_PAD
            .decode(payload)
            .map_err(|_| wrong())?;
        let found: Self = serde_json::from_slice(&payload).map_err(|_| wrong())?;
        if found.expires_ms <= service.clock.now_ms() {
            return Err(denied("The embed code has expired"));
        }
        if found.account != context.account() || found.region != context.region() {
            return Err(wrong());
        }
        Ok(found)
    }

    /// **Errors**: anything but what the token is for.
    pub(super) fn allows(
        &self,
        dashboard: Option<&str>,
        visual: Option<&str>,
    ) -> Result<(), ApiError> {
        let own = dashboard.is_some_and(|d| self.dashboards.iter().any(|own| own == d));
        let shown = self.visual.is_none() || self.visual.as_deref() == visual;
        if own && shown {
            return Ok(());
        }
        Err(denied("The embed code is for another dashboard"))
    }

    pub(super) async fn viewer(
        &self,
        service: &QuickSight,
        scope: &Scope,
    ) -> Result<Viewer, ApiError> {
        match &self.user {
            Some(arn) => question::user(service, scope, arn).await,
            None => Ok(Viewer::Anonymous {
                tags: self.tags.clone(),
            }),
        }
    }
}

/// Returns the URL that a token is opened with: the dashboard, drawn.
pub(crate) fn embedded_url(service: &QuickSight, dashboard: &str, token: &str) -> String {
    let endpoint = service.endpoint.get().map_or("", String::as_str);
    format!("{endpoint}/_taxiway/reports/embed/{dashboard}?code={token}")
}
