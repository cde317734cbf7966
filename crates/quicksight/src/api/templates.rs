//! Templates.

use std::sync::Arc;

use aws::{ApiError, Operations};
use serde_json::{Value, json};

use super::{
    request::{Handlers, Request, time},
    sheets, versioned,
};
use crate::{QuickSight, asset::TEMPLATE};

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .ask(service, "CreateTemplate", |s, r| {
            versioned::create(s, &TEMPLATE, r)
        })
        .ask(service, "UpdateTemplate", |s, r| {
            versioned::update(s, &TEMPLATE, r)
        })
        .ask(service, "DescribeTemplate", describe)
        .ask(service, "DescribeTemplateDefinition", |s, r| {
            versioned::definition(s, &TEMPLATE, r)
        })
        .ask(service, "ListTemplates", |s, r| {
            versioned::list(s, &TEMPLATE, r)
        })
        .ask(service, "ListTemplateVersions", |s, r| {
            versioned::versions(s, &TEMPLATE, r)
        })
        .ask(service, "DeleteTemplate", |s, r| {
            versioned::delete(s, &TEMPLATE, r)
        })
}

async fn describe(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let (found, version) = versioned::find(&service, &TEMPLATE, &request).await?;
    let mut shown = json!({
        "CreatedTime": time(version.created_ms), "VersionNumber": version.number, "Status": version.status,
        "Sheets": sheets::sheets(&version.body),
    });
    let configurations = version.body.get("Definition");
    if let Some(configurations) = configurations.and_then(|d| d.get("DataSetConfigurations")) {
        shown["DataSetConfigurations"] = configurations.clone();
    }
    versioned::copy(&mut shown, &version.body, &versioned::VERSION);
    versioned::copy(&mut shown, &version.body, &[("ThemeArn", "ThemeArn")]);
    let template = json!({
        "Arn": found.arn, "TemplateId": found.id, "Name": found.name, "Version": shown,
        "CreatedTime": time(found.created_ms), "LastUpdatedTime": time(found.updated_ms),
    });
    Ok(json!({"Template": template}))
}
