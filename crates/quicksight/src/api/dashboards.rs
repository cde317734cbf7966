//! Dashboards.

use std::sync::Arc;

use aws::{ApiError, Operations};
use serde_json::{Value, json};
use store::{Batch, Expect};

use super::{
    request::{Handlers, Request, time},
    sheets, versioned,
};
use crate::{
    QuickSight,
    asset::{self, Asset, DASHBOARD, Version},
    error::conflict,
    event,
};

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .ask(service, "CreateDashboard", |s, r| {
            versioned::create(s, &DASHBOARD, r)
        })
        .ask(service, "UpdateDashboard", |s, r| {
            versioned::update(s, &DASHBOARD, r)
        })
        .ask(service, "DescribeDashboard", describe)
        .ask(service, "DescribeDashboardDefinition", |s, r| {
            versioned::definition(s, &DASHBOARD, r)
        })
        .ask(service, "ListDashboardVersions", |s, r| {
            versioned::versions(s, &DASHBOARD, r)
        })
        .ask(service, "DeleteDashboard", |s, r| {
            versioned::delete(s, &DASHBOARD, r)
        })
        .ask(service, "UpdateDashboardPublishedVersion", publish)
        .ask(service, "UpdateDashboardLinks", links)
}

pub(super) fn summary(found: &Asset) -> Value {
    json!({
        "Arn": found.arn, "DashboardId": found.id, "Name": found.name,
        "CreatedTime": time(found.created_ms), "LastUpdatedTime": time(found.updated_ms),
        "PublishedVersionNumber": found.published, "LastPublishedTime": time(found.published_ms),
    })
}

fn shown(found: &Asset, version: &Version) -> Value {
    let mut members = json!({
        "CreatedTime": time(version.created_ms), "VersionNumber": version.number, "Status": version.status,
        "Arn": versioned::version_arn(found, version.number),
        "DataSetArns": sheets::data_set_arns(&version.body), "Sheets": sheets::sheets(&version.body),
    });
    versioned::copy(&mut members, &version.body, &versioned::VERSION);
    versioned::copy(&mut members, &version.body, &[("ThemeArn", "ThemeArn")]);
    if !version.errors.is_empty() {
        members["Errors"] = version.errors.clone().into();
    }
    members
}

async fn describe(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let (found, version) = versioned::find(&service, &DASHBOARD, &request).await?;
    let mut members = summary(&found);
    if let Value::Object(map) = &mut members {
        map.shift_remove("PublishedVersionNumber");
    }
    members["Version"] = shown(&found, &version);
    if let Some(links) = found.body.get("LinkEntities") {
        members["LinkEntities"] = links.clone();
    }
    Ok(json!({"Dashboard": members}))
}

async fn publish(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let scope = &request.scope;
    let (mut found, version) = versioned::find(&service, &DASHBOARD, &request).await?;
    if version.status.ends_with("FAILED") {
        return Err(conflict(format!(
            "Version {} failed and cannot be published",
            version.number
        )));
    }
    let (_, record) = Asset::get(&service.store, &DASHBOARD, scope, &found.id).await?;
    found.published = version.number;
    found.published_ms = service.clock.now_ms();
    let mut batch = Batch::new();
    found.put(&mut batch, &DASHBOARD, scope, Expect::Version(record))?;
    batch.publish(event::of_asset(
        scope,
        &DASHBOARD,
        &found,
        "Published Version Updated",
        &json!({"versionNumber": version.number}),
        found.published_ms,
    ));
    asset::commit_change(&service.store, batch).await?;
    let members = json!({"DashboardId": found.id, "DashboardArn": found.arn});
    Ok(members)
}

async fn links(service: Arc<QuickSight>, mut request: Request) -> Result<Value, ApiError> {
    let links = request.take("LinkEntities").unwrap_or_default();
    let (scope, id) = (&request.scope, request.text("DashboardId"));
    let (mut found, record) = Asset::get(&service.store, &DASHBOARD, scope, id).await?;
    found.body.insert("LinkEntities".into(), links.clone());
    let mut batch = Batch::new();
    found.put(&mut batch, &DASHBOARD, scope, Expect::Version(record))?;
    asset::commit_change(&service.store, batch).await?;
    Ok(json!({"DashboardArn": found.arn, "LinkEntities": links}))
}
