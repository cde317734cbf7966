//! Files of asset bundle jobs, by URLs that are signed and expire.

use aws::ApiError;
use serde::{Deserialize, Serialize};

use super::{
    export::Exported,
    signed::{self, Signed, denied},
};
use crate::{
    QuickSight,
    asset::Scope,
    bundle::{Direction, Job, URL_LIFETIME_MS},
    error::missing,
};

/// What a URL says: one file of one job.
#[derive(Serialize, Deserialize)]
pub(crate) struct Download {
    scope: Scope,
    direction: Direction,
    id: String,
    is_template: bool,
    expires_ms: i64,
}

impl Signed for Download {
    const NAME: &'static str = "download code";

    fn expires_ms(&self) -> i64 {
        self.expires_ms
    }
}

impl Download {
    pub(crate) fn new(scope: &Scope, job: &Job, now_ms: i64) -> Self {
        let format = job.given.get("ExportFormat").and_then(|f| f.as_str());
        Self {
            scope: scope.clone(),
            direction: job.direction,
            id: job.id.clone(),
            is_template: format == Some("CLOUDFORMATION_JSON"),
            expires_ms: now_ms.saturating_add(URL_LIFETIME_MS),
        }
    }

    fn file(&self) -> String {
        format!(
            "{}.{}",
            self.id,
            if self.is_template { "json" } else { "qs" }
        )
    }

    pub(crate) async fn url(&self, service: &QuickSight) -> Result<String, ApiError> {
        let endpoint = service.endpoint.get().map_or("", String::as_str);
        let code = signed::sign(service, self).await?;
        Ok(format!(
            "{endpoint}/_taxiway/reports/bundles/{}?code={code}",
            self.file()
        ))
    }
}

/// Returns the file that a URL's code says.
pub(super) async fn download(
    service: &QuickSight,
    file: &str,
    code: &str,
) -> Result<Exported, ApiError> {
    let found: Download = signed::open(service, code).await?;
    if found.file() != file {
        return Err(denied("The download code is for another file"));
    }
    let body = service
        .bundles
        .get(&found.scope, found.direction, &found.id)
        .await;
    let body = body.map_err(ApiError::internal)?;
    Ok(Exported {
        name: found.file(),
        content_type: match found.is_template {
            true => "application/json",
            false => "application/zip",
        },
        body: body.ok_or_else(|| missing(None, format!("{file} is not found")))?,
    })
}
