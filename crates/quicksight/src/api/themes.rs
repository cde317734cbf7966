//! Themes.

use std::sync::Arc;

use aws::{ApiError, Context, Operations};
use serde_json::{Value, json};

use super::{
    request::{Request, ok, time},
    versioned,
};
use crate::{
    QuickSight,
    asset::{Document, THEME},
};

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .on(service, "CreateTheme", create)
        .on(service, "UpdateTheme", update)
        .on(service, "DescribeTheme", describe)
        .on(service, "ListThemes", list)
        .on(service, "ListThemeVersions", versions)
        .on(service, "DeleteTheme", delete)
}

async fn create(s: Arc<QuickSight>, c: Context, input: Document) -> Result<Value, ApiError> {
    versioned::create(&s, &c, &THEME, input).await
}

async fn update(s: Arc<QuickSight>, c: Context, input: Document) -> Result<Value, ApiError> {
    versioned::update(&s, &c, &THEME, input).await
}

async fn versions(s: Arc<QuickSight>, c: Context, input: Document) -> Result<Value, ApiError> {
    versioned::versions(&s, &c, &THEME, input).await
}

async fn list(s: Arc<QuickSight>, c: Context, input: Document) -> Result<Value, ApiError> {
    // There are no themes but those that were made here.
    if input.get("Type").and_then(Value::as_str) == Some("QUICKSIGHT") {
        return Ok(ok(&c, json!({"ThemeSummaryList": []})));
    }
    versioned::list(&s, &c, &THEME, input).await
}

async fn delete(s: Arc<QuickSight>, c: Context, input: Document) -> Result<Value, ApiError> {
    versioned::delete(&s, &c, &THEME, input).await
}

async fn describe(
    service: Arc<QuickSight>,
    context: Context,
    input: Document,
) -> Result<Value, ApiError> {
    let request = Request::new(&context, input)?;
    let (found, version) = versioned::find(&service, &THEME, &request).await?;
    let mut shown = json!({
        "Arn": versioned::version_arn(&found, version.number), "VersionNumber": version.number,
        "CreatedTime": time(version.created_ms), "Status": version.status,
    });
    for (to, from) in [
        ("Configuration", "Configuration"),
        ("BaseThemeId", "BaseThemeId"),
        ("Description", "VersionDescription"),
    ] {
        if let Some(value) = version.body.get(from) {
            shown[to] = value.clone();
        }
    }
    let theme = json!({
        "Arn": found.arn, "ThemeId": found.id, "Name": found.name, "Version": shown, "Type": "CUSTOM",
        "CreatedTime": time(found.created_ms), "LastUpdatedTime": time(found.updated_ms),
    });
    Ok(ok(&context, json!({"Theme": theme})))
}
