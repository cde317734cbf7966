//! What dashboards, templates and themes have in common: versions.

use std::sync::Arc;

use aws::ApiError;
use serde_json::{Value, json};
use store::{Batch, Expect};

use super::{
    aliases, folders,
    list::Page,
    making::Making,
    request::{Answer, Request, accepted, time},
    sheets,
};
use crate::{
    QuickSight,
    asset::{self, Asset, DASHBOARD, Document, Kind, Permission, Scope, THEME, Version},
    event,
};

/// What is shown of a version as its request said it.
pub(super) const VERSION: [(&str, &str); 2] = [
    ("Description", "VersionDescription"),
    ("SourceEntityArn", "SourceEntityArn"),
];

fn id_of(kind: &Kind) -> String {
    format!("{}Id", kind.noun)
}

/// Copies members of a body into what is shown of it: to, from.
pub(super) fn copy(shown: &mut Value, body: &Document, members: &[(&str, &str)]) {
    for (to, from) in members {
        if let Some(value) = body.get(*from) {
            shown[*to] = value.clone();
        }
    }
}

pub(super) fn version_arn(found: &Asset, number: u64) -> String {
    format!("{}/version/{number}", found.arn)
}

/// Makes the version that a request describes, and judges it.
async fn version(
    service: &QuickSight,
    kind: &Kind,
    request: &mut Request,
    number: u64,
    what: &str,
) -> Result<Version, ApiError> {
    let is_theme = kind.noun == THEME.noun;
    if !is_theme {
        sheets::define(service, request, kind).await?;
    }
    let body = request.rest();
    let (errors, status) = if is_theme {
        (Vec::new(), format!("{what}_SUCCESSFUL"))
    } else {
        sheets::judged(service, &request.scope, &body, what).await?
    };
    Ok(Version {
        v: 1,
        number,
        created_ms: service.clock.now_ms(),
        status,
        errors,
        body,
    })
}

fn publish(
    service: &QuickSight,
    batch: &mut Batch,
    kind: &Kind,
    scope: &Scope,
    found: &Asset,
    version: &Version,
    what: &str,
) {
    let mut detail = json!({"versionNumber": version.number});
    if version.status.ends_with("FAILED") {
        detail["errors"] = version.errors.clone().into();
    }
    let what = event::outcome(what, &version.status);
    let now_ms = service.clock.now_ms();
    batch.publish(event::of_asset(scope, kind, found, &what, &detail, now_ms));
}

pub(super) async fn create(
    service: Arc<QuickSight>,
    kind: &'static Kind,
    mut request: Request,
) -> Result<Answer, ApiError> {
    let mut making = Making::begin(&service, kind, &mut request)?;
    let link = request.take("LinkSharingConfiguration").and_then(|mut l| {
        l.as_object_mut()
            .and_then(|l| l.shift_remove("Permissions"))
    });
    if let Some(link) = link {
        let link: Result<Vec<Permission>, _> = serde_json::from_value(link);
        making.asset.link_permissions = link.map_err(ApiError::internal)?;
    }
    if let Some(links) = request.take("LinkEntities") {
        making.asset.body.insert("LinkEntities".into(), links);
    }
    let first = version(&service, kind, &mut request, 1, "CREATION").await?;
    (making.asset.version, making.asset.published) = (1, 1);
    making.asset.status.clone_from(&first.status);
    let scope = making.scope.clone();
    let mut batch = making.batch(&service).await?;
    first.put(&mut batch, kind, &scope, &making.asset.id)?;
    publish(
        &service,
        &mut batch,
        kind,
        &scope,
        &making.asset,
        &first,
        "Creation",
    );
    let found = making.commit(&service, batch).await?;
    let members = json!({
        "Arn": found.arn, "VersionArn": version_arn(&found, 1), id_of(kind): found.id,
        "CreationStatus": "CREATION_IN_PROGRESS",
    });
    Ok(accepted(members))
}

pub(super) async fn update(
    service: Arc<QuickSight>,
    kind: &'static Kind,
    mut request: Request,
) -> Result<Answer, ApiError> {
    let scope = request.scope.clone();
    let id = request.take_text(&id_of(kind));
    let (mut found, record) = Asset::get(&service.store, kind, &scope, &id).await?;
    let name = request.take_text("Name");
    if !name.is_empty() {
        found.name = name;
    }
    let next = version(&service, kind, &mut request, found.version + 1, "CREATION").await?;
    found.version = next.number;
    found.updated_ms = next.created_ms;
    // Only a dashboard's readers wait for a version to be published.
    if kind.noun != DASHBOARD.noun {
        found.published = next.number;
    }
    let mut batch = Batch::new();
    found.put(&mut batch, kind, &scope, Expect::Version(record))?;
    next.put(&mut batch, kind, &scope, &id)?;
    publish(&service, &mut batch, kind, &scope, &found, &next, "Update");
    asset::commit_change(&service.store, batch).await?;
    let members = json!({
        "Arn": found.arn, "VersionArn": version_arn(&found, next.number), id_of(kind): id,
        "CreationStatus": "CREATION_IN_PROGRESS",
    });
    Ok(accepted(members))
}

/// Returns the asset and the version that a request means: by number, by alias, else the published one.
///
/// **Errors**: `ResourceNotFoundException`.
pub(super) async fn find(
    service: &QuickSight,
    kind: &'static Kind,
    request: &Request,
) -> Result<(Asset, Version), ApiError> {
    let id = request.text(&id_of(kind));
    let (found, _) = Asset::get(&service.store, kind, &request.scope, id).await?;
    let number = match (request.number("VersionNumber"), request.text("AliasName")) {
        (Some(number), _) => number,
        (None, "") => found.published,
        (None, name) => aliases::target(service, kind, &request.scope, &found, name).await?,
    };
    let version = Version::get(&service.store, kind, &request.scope, &found, number).await?;
    Ok((found, version))
}

/// Returns a definition's answer.
pub(super) async fn definition(
    service: Arc<QuickSight>,
    kind: &'static Kind,
    request: Request,
) -> Result<Value, ApiError> {
    let (found, version) = find(&service, kind, &request).await?;
    let mut members = json!({
        id_of(kind): found.id, "Name": found.name, "ResourceStatus": version.status,
    });
    let said = ["ThemeArn", "Definition", "DashboardPublishOptions"];
    copy(&mut members, &version.body, &said.map(|name| (name, name)));
    if !version.errors.is_empty() {
        members["Errors"] = version.errors.into();
    }
    Ok(members)
}

pub(super) async fn versions(
    service: Arc<QuickSight>,
    kind: &'static Kind,
    request: Request,
) -> Result<Value, ApiError> {
    let id = request.text(&id_of(kind));
    let (found, _) = Asset::get(&service.store, kind, &request.scope, id).await?;
    let all = Version::all(&service.store, kind, &request.scope, id).await?;
    let answer = Page::of(&request)?.answer(
        &format!("{}VersionSummaryList", kind.noun),
        all,
        |v| format!("{:012}", v.number),
        |v| {
            let mut shown = json!({
                "Arn": version_arn(&found, v.number), "VersionNumber": v.number, "Status": v.status,
                "CreatedTime": time(v.created_ms),
            });
            copy(&mut shown, &v.body, &VERSION);
            shown
        },
    );
    Ok(answer)
}

/// Deletes all of an asset, or one version of it.
pub(super) async fn delete(
    service: Arc<QuickSight>,
    kind: &'static Kind,
    request: Request,
) -> Result<Value, ApiError> {
    let scope = &request.scope;
    let id = request.text(&id_of(kind));
    let (mut found, record) = Asset::get(&service.store, kind, scope, id).await?;
    let mut batch = Batch::new();
    match request.number("VersionNumber") {
        Some(number) => {
            Version::get(&service.store, kind, scope, &found, number).await?;
            let mut rest = Version::all(&service.store, kind, scope, id).await?;
            rest.retain(|v| v.number != number);
            let Some(last) = rest.last() else {
                return Err(crate::error::conflict(
                    "The only version cannot be deleted alone",
                ));
            };
            if number == found.published && kind.noun == DASHBOARD.noun {
                return Err(crate::error::conflict(
                    "The published version cannot be deleted",
                ));
            }
            found.version = last.number;
            found.published = found.published.min(last.number);
            Version::delete(&mut batch, kind, scope, id, number);
            found.put(&mut batch, kind, scope, Expect::Version(record))?;
            asset::commit_change(&service.store, batch).await?;
        }
        None => {
            folders::remove(&service, scope, kind, id).await?;
            for version in Version::all(&service.store, kind, scope, id).await? {
                Version::delete(&mut batch, kind, scope, id, version.number);
            }
            aliases::forget(&service, &mut batch, kind, scope, id).await?;
            asset::commit_change(&service.store, batch).await?;
        }
    }
    Ok(json!({"Arn": found.arn, id_of(kind): id}))
}

/// Lists templates and themes.
pub(super) async fn list(
    service: Arc<QuickSight>,
    kind: &'static Kind,
    request: Request,
) -> Result<Value, ApiError> {
    let all = Asset::all(&service.store, kind, &request.scope).await?;
    let answer = Page::of(&request)?.answer(
        &format!("{}SummaryList", kind.noun),
        all,
        |a| a.id.clone(),
        |a| {
            json!({
                "Arn": a.arn, id_of(kind): a.id, "Name": a.name, "LatestVersionNumber": a.version,
                "CreatedTime": time(a.created_ms), "LastUpdatedTime": time(a.updated_ms),
            })
        },
    );
    Ok(answer)
}
