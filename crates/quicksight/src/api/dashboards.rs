//! Dashboards.

use std::sync::Arc;

use aws::{ApiError, Context, Operations};
use serde_json::{Value, json};
use store::{Batch, Expect};

use super::{
    list::Page,
    request::{Request, ok, time},
    sheets, versioned,
};
use crate::{
    QuickSight,
    asset::{self, Asset, DASHBOARD, Document, Version},
    error::conflict,
    event,
};

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .on(service, "CreateDashboard", create)
        .on(service, "UpdateDashboard", update)
        .on(service, "DescribeDashboard", describe)
        .on(service, "DescribeDashboardDefinition", definition)
        .on(service, "ListDashboards", list)
        .on(service, "ListDashboardVersions", versions)
        .on(service, "DeleteDashboard", delete)
        .on(service, "UpdateDashboardPublishedVersion", publish)
        .on(service, "UpdateDashboardLinks", links)
}

async fn create(s: Arc<QuickSight>, c: Context, input: Document) -> Result<Value, ApiError> {
    versioned::create(&s, &c, &DASHBOARD, input).await
}

async fn update(s: Arc<QuickSight>, c: Context, input: Document) -> Result<Value, ApiError> {
    versioned::update(&s, &c, &DASHBOARD, input).await
}

async fn definition(s: Arc<QuickSight>, c: Context, input: Document) -> Result<Value, ApiError> {
    versioned::definition(&s, &c, &DASHBOARD, input).await
}

async fn versions(s: Arc<QuickSight>, c: Context, input: Document) -> Result<Value, ApiError> {
    versioned::versions(&s, &c, &DASHBOARD, input).await
}

async fn delete(s: Arc<QuickSight>, c: Context, input: Document) -> Result<Value, ApiError> {
    versioned::delete(&s, &c, &DASHBOARD, input).await
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
    for (to, from) in [
        ("SourceEntityArn", "SourceEntityArn"),
        ("Description", "VersionDescription"),
        ("ThemeArn", "ThemeArn"),
    ] {
        if let Some(value) = version.body.get(from) {
            members[to] = value.clone();
        }
    }
    if !version.errors.is_empty() {
        members["Errors"] = version.errors.clone().into();
    }
    members
}

async fn describe(
    service: Arc<QuickSight>,
    context: Context,
    input: Document,
) -> Result<Value, ApiError> {
    let request = Request::new(&context, input)?;
    let (found, version) = versioned::find(&service, &DASHBOARD, &request).await?;
    let mut members = summary(&found);
    if let Value::Object(map) = &mut members {
        map.shift_remove("PublishedVersionNumber");
    }
    members["Version"] = shown(&found, &version);
    if let Some(links) = found.body.get("LinkEntities") {
        members["LinkEntities"] = links.clone();
    }
    Ok(ok(&context, json!({"Dashboard": members})))
}

async fn list(
    service: Arc<QuickSight>,
    context: Context,
    input: Document,
) -> Result<Value, ApiError> {
    let request = Request::new(&context, input)?;
    let all = Asset::all(&service.store, &DASHBOARD, &request.scope).await?;
    let answer = Page::of(&request)?.answer("DashboardSummaryList", all, |a| a.id.clone(), summary);
    Ok(ok(&context, answer))
}

async fn publish(
    service: Arc<QuickSight>,
    context: Context,
    input: Document,
) -> Result<Value, ApiError> {
    let request = Request::new(&context, input)?;
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
    let detail = json!({"dashboardId": found.id, "versionNumber": version.number});
    let name = "QuickSight Dashboard Published Version Updated".to_owned();
    batch.publish(event::event(
        scope,
        name,
        &found.arn,
        &detail,
        found.published_ms,
    ));
    asset::commit_change(&service.store, batch).await?;
    let members = json!({"DashboardId": found.id, "DashboardArn": found.arn});
    Ok(ok(&context, members))
}

async fn links(
    service: Arc<QuickSight>,
    context: Context,
    input: Document,
) -> Result<Value, ApiError> {
    let mut request = Request::new(&context, input)?;
    let links = request.take("LinkEntities").unwrap_or_default();
    let (scope, id) = (&request.scope, request.text("DashboardId"));
    let (mut found, record) = Asset::get(&service.store, &DASHBOARD, scope, id).await?;
    found.body.insert("LinkEntities".into(), links.clone());
    let mut batch = Batch::new();
    found.put(&mut batch, &DASHBOARD, scope, Expect::Version(record))?;
    asset::commit_change(&service.store, batch).await?;
    Ok(ok(
        &context,
        json!({"DashboardArn": found.arn, "LinkEntities": links}),
    ))
}
