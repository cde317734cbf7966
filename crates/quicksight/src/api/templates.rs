//! Templates.

use std::sync::Arc;

use aws::{ApiError, Context, Operations};
use serde_json::{Value, json};

use super::{
    request::{Request, ok, time},
    sheets, versioned,
};
use crate::{
    QuickSight,
    asset::{Document, TEMPLATE},
};

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .on(service, "CreateTemplate", create)
        .on(service, "UpdateTemplate", update)
        .on(service, "DescribeTemplate", describe)
        .on(service, "DescribeTemplateDefinition", definition)
        .on(service, "ListTemplates", list)
        .on(service, "ListTemplateVersions", versions)
        .on(service, "DeleteTemplate", delete)
}

async fn create(s: Arc<QuickSight>, c: Context, input: Document) -> Result<Value, ApiError> {
    versioned::create(&s, &c, &TEMPLATE, input).await
}

async fn update(s: Arc<QuickSight>, c: Context, input: Document) -> Result<Value, ApiError> {
    versioned::update(&s, &c, &TEMPLATE, input).await
}

async fn definition(s: Arc<QuickSight>, c: Context, input: Document) -> Result<Value, ApiError> {
    versioned::definition(&s, &c, &TEMPLATE, input).await
}

async fn versions(s: Arc<QuickSight>, c: Context, input: Document) -> Result<Value, ApiError> {
    versioned::versions(&s, &c, &TEMPLATE, input).await
}

async fn list(s: Arc<QuickSight>, c: Context, input: Document) -> Result<Value, ApiError> {
    versioned::list(&s, &c, &TEMPLATE, input).await
}

async fn delete(s: Arc<QuickSight>, c: Context, input: Document) -> Result<Value, ApiError> {
    versioned::delete(&s, &c, &TEMPLATE, input).await
}

async fn describe(
    service: Arc<QuickSight>,
    context: Context,
    input: Document,
) -> Result<Value, ApiError> {
    let request = Request::new(&context, input)?;
    let (found, version) = versioned::find(&service, &TEMPLATE, &request).await?;
    let configurations = version
        .body
        .get("Definition")
        .and_then(|d| d.get("DataSetConfigurations"));
    let mut shown = json!({
        "CreatedTime": time(version.created_ms), "VersionNumber": version.number, "Status": version.status,
        "Sheets": sheets::sheets(&version.body),
    });
    for (to, value) in [
        ("DataSetConfigurations", configurations),
        ("Description", version.body.get("VersionDescription")),
        ("SourceEntityArn", version.body.get("SourceEntityArn")),
        ("ThemeArn", version.body.get("ThemeArn")),
    ] {
        if let Some(value) = value {
            shown[to] = value.clone();
        }
    }
    let template = json!({
        "Arn": found.arn, "TemplateId": found.id, "Name": found.name, "Version": shown,
        "CreatedTime": time(found.created_ms), "LastUpdatedTime": time(found.updated_ms),
    });
    Ok(ok(&context, json!({"Template": template})))
}
