//! Embedded dashboards: a signed, expiring token says which, and as whom.

use aws::ApiError;
use serde::{Deserialize, Serialize};

use super::{
    question,
    signed::{self, Signed, denied},
};
use crate::{QuickSight, asset::Scope, principal::Caller, report::access::Viewer};

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

impl Signed for Embedded {
    const NAME: &'static str = "embed code";

    fn expires_ms(&self) -> i64 {
        self.expires_ms
    }
}

impl Embedded {
    /// Returns the token.
    pub(crate) async fn token(&self, service: &QuickSight) -> Result<String, ApiError> {
        signed::sign(service, self).await
    }

    /// Reads a token.
    ///
    /// **Errors**: one that was not made here, or that has expired.
    pub(super) async fn open(service: &QuickSight, token: &str) -> Result<Self, ApiError> {
        signed::open(service, token).await
    }

    /// Returns whose dashboards they are.
    pub(super) fn scope(&self) -> Scope {
        Scope {
            account: self.account.clone(),
            region: self.region.clone(),
        }
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

    /// Returns what its visitor may do: a user what that user may, one without a name what the code is for.
    pub(super) async fn caller(
        &self,
        service: &QuickSight,
        scope: &Scope,
    ) -> Result<Caller, ApiError> {
        match &self.user {
            Some(arn) => {
                let user = question::user(service, scope, arn).await?;
                Caller::user(service, scope, user, arn).await
            }
            None => Ok(Caller::Administrator),
        }
    }

    pub(super) async fn viewer(
        &self,
        service: &QuickSight,
        scope: &Scope,
    ) -> Result<Viewer, ApiError> {
        match &self.user {
            Some(arn) => {
                let user = question::user(service, scope, arn).await?;
                user.viewer(service, scope).await
            }
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
