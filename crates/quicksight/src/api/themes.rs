//! Themes.

use std::sync::Arc;

use aws::{ApiError, Operations};
use serde_json::{Value, json};

use super::{
    request::{Handlers, Request, time},
    versioned,
};
use crate::{QuickSight, asset::THEME};

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .ask(service, "CreateTheme", |s, r| {
            versioned::create(s, &THEME, r)
        })
        .ask(service, "UpdateTheme", |s, r| {
            versioned::update(s, &THEME, r)
        })
        .ask(service, "DescribeTheme", describe)
        .ask(service, "ListThemes", list)
        .ask(service, "ListThemeVersions", |s, r| {
            versioned::versions(s, &THEME, r)
        })
        .ask(service, "DeleteTheme", |s, r| {
            versioned::delete(s, &THEME, r)
        })
}

async fn list(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    // There are no themes but those that were made here.
    if request.text("Type") == "QUICKSIGHT" {
        return Ok(json!({"ThemeSummaryList": []}));
    }
    versioned::list(service, &THEME, request).await
}

async fn describe(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let (found, version) = versioned::find(&service, &THEME, &request).await?;
    let mut shown = json!({
        "Arn": versioned::version_arn(&found, version.number), "VersionNumber": version.number,
        "CreatedTime": time(version.created_ms), "Status": version.status,
    });
    let said = [
        ("Configuration", "Configuration"),
        ("BaseThemeId", "BaseThemeId"),
        ("Description", "VersionDescription"),
    ];
    versioned::copy(&mut shown, &version.body, &said);
    let theme = json!({
        "Arn": found.arn, "ThemeId": found.id, "Name": found.name, "Version": shown, "Type": "CUSTOM",
        "CreatedTime": time(found.created_ms), "LastUpdatedTime": time(found.updated_ms),
    });
    Ok(json!({"Theme": theme}))
}
