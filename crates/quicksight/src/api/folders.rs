//! Folders, and what is in them.

use std::sync::Arc;

use aws::{ApiError, Arn, Operations};
use serde_json::{Value, json};
use store::{Batch, Expect};

use super::{
    list::Page,
    making::Making,
    request::{Handlers, Request, time},
};
use crate::{
    QuickSight,
    asset::{self, ANALYSIS, Asset, DASHBOARD, DATA_SET, DATA_SOURCE, FOLDER, Kind, Scope, TAGS},
    error::{conflict, invalid},
    event,
};

/// Folders may nest this deep.
const DEPTH_MAX: usize = 10;

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .ask(service, "CreateFolder", create)
        .ask(service, "DescribeFolder", describe)
        .ask(service, "UpdateFolder", update)
        .ask(service, "DeleteFolder", delete)
        .ask(service, "CreateFolderMembership", join_one)
        .ask(service, "DeleteFolderMembership", leave)
        .ask(service, "ListFolderMembers", members)
        .ask(service, "ListFoldersForResource", folders_of)
        .ask(service, "DescribeFolderResolvedPermissions", resolved)
}

/// Deletes an asset with its tags and memberships.
///
/// **Errors**: `ResourceNotFoundException`.
pub(super) async fn remove(
    service: &QuickSight,
    scope: &Scope,
    kind: &Kind,
    id: &str,
) -> Result<Asset, ApiError> {
    let (found, version) = Asset::get(&service.store, kind, scope, id).await?;
    let mut batch = Batch::new();
    batch.delete_if(kind.table, scope.key(&[id]), Expect::Version(version));
    batch.delete(TAGS, scope.key(&[&found.arn]));
    for folder in asset::folders_of(&service.store, scope, kind, id).await? {
        asset::leave(&mut batch, scope, kind, id, &folder);
    }
    let now_ms = service.clock.now_ms();
    batch.publish(event::of_asset(
        scope,
        kind,
        &found,
        "Deleted",
        &json!({}),
        now_ms,
    ));
    asset::commit_change(&service.store, batch).await?;
    Ok(found)
}

async fn create(service: Arc<QuickSight>, mut request: Request) -> Result<Value, ApiError> {
    let mut making = Making::begin(&service, &FOLDER, &mut request)?;
    making.asset.body = request.rest();
    if path(&service, &making.scope, &making.asset).await?.len() >= DEPTH_MAX {
        return Err(invalid(format!("Folders can be nested {DEPTH_MAX} deep")));
    }
    let mut batch = making.batch(&service).await?;
    let made = json!({});
    publish(
        &service,
        &mut batch,
        &making.scope,
        &making.asset,
        "Created",
        made,
    );
    let found = making.commit(&service, batch).await?;
    Ok(json!({"Arn": found.arn, "FolderId": found.id}))
}

fn publish(
    service: &QuickSight,
    batch: &mut Batch,
    scope: &Scope,
    found: &Asset,
    what: &str,
    detail: Value,
) {
    let now_ms = service.clock.now_ms();
    batch.publish(event::of_asset(
        scope, &FOLDER, found, what, &detail, now_ms,
    ));
}

/// Returns the ARNs of the folders above, the outermost first.
async fn path(service: &QuickSight, scope: &Scope, found: &Asset) -> Result<Vec<String>, ApiError> {
    let mut above = Vec::new();
    let mut next = parent(found);
    while let Some(arn) = next.filter(|_| above.len() <= DEPTH_MAX) {
        let folder = Asset::by_arn(&service.store, &FOLDER, scope, &arn).await?;
        next = parent(&folder);
        above.insert(0, arn);
    }
    Ok(above)
}

fn parent(found: &Asset) -> Option<String> {
    let arn = found.body.get("ParentFolderArn")?.as_str()?;
    Some(arn.to_owned())
}

pub(super) fn shown(found: &Asset) -> Value {
    let kind = found.body.get("FolderType").cloned();
    json!({
        "FolderId": found.id, "Arn": found.arn, "Name": found.name,
        "FolderType": kind.unwrap_or_else(|| "SHARED".into()),
        "SharingModel": found.body.get("SharingModel").cloned().unwrap_or_else(|| "ACCOUNT".into()),
        "CreatedTime": time(found.created_ms), "LastUpdatedTime": time(found.updated_ms),
    })
}

async fn describe(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let id = request.text("FolderId");
    let (found, _) = Asset::get(&service.store, &FOLDER, &request.scope, id).await?;
    let mut folder = shown(&found);
    let above = path(&service, &request.scope, &found).await?;
    if !above.is_empty() {
        folder["FolderPath"] = above.into();
    }
    Ok(json!({"Folder": folder}))
}

async fn update(service: Arc<QuickSight>, mut request: Request) -> Result<Value, ApiError> {
    let id = request.take_text("FolderId");
    let scope = request.scope.clone();
    let (mut found, version) = Asset::get(&service.store, &FOLDER, &scope, &id).await?;
    found.name = request.take_text("Name");
    found.updated_ms = service.clock.now_ms();
    let mut batch = Batch::new();
    found.put(&mut batch, &FOLDER, &scope, Expect::Version(version))?;
    publish(&service, &mut batch, &scope, &found, "Updated", json!({}));
    asset::commit_change(&service.store, batch).await?;
    Ok(json!({"Arn": found.arn, "FolderId": id}))
}

async fn delete(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let (scope, id) = (&request.scope, request.text("FolderId"));
    let (found, _) = Asset::get(&service.store, &FOLDER, scope, id).await?;
    let inside = asset::members_of(&service.store, scope, id).await?;
    let all = Asset::all(&service.store, &FOLDER, scope).await?;
    let has_folders = all
        .iter()
        .any(|f| parent(f).as_deref() == Some(found.arn.as_str()));
    if has_folders || !inside.is_empty() {
        return Err(conflict(format!("Folder {id} is not empty")));
    }
    remove(&service, scope, &FOLDER, id).await?;
    Ok(json!({"Arn": found.arn, "FolderId": id}))
}

/// Returns the kind that a member type names.
fn member_kind(name: &str) -> Result<&'static Kind, ApiError> {
    match name {
        "DASHBOARD" => Ok(&DASHBOARD),
        "ANALYSIS" => Ok(&ANALYSIS),
        "DATASET" => Ok(&DATA_SET),
        "DATASOURCE" => Ok(&DATA_SOURCE),
        other => Err(invalid(format!("MemberType {other} is not supported"))),
    }
}

async fn join_one(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let (scope, kind) = (&request.scope, member_kind(request.text("MemberType"))?);
    let (folder, id) = (request.text("FolderId"), request.text("MemberId"));
    let (found, _) = Asset::get(&service.store, &FOLDER, scope, folder).await?;
    Asset::get(&service.store, kind, scope, id).await?;
    let mut batch = Batch::new();
    asset::join(
        &service.store,
        &mut batch,
        scope,
        kind,
        id,
        std::slice::from_ref(&found.arn),
    )
    .await?;
    let detail = json!({"membersAdded": [scope.arn(format!("{}/{id}", kind.arn))]});
    publish(
        &service,
        &mut batch,
        scope,
        &found,
        "Membership Updated",
        detail,
    );
    asset::commit_change(&service.store, batch).await?;
    let member = json!({"MemberId": id, "MemberType": request.text("MemberType")});
    Ok(json!({"FolderMember": member}))
}

async fn leave(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let (scope, kind) = (&request.scope, member_kind(request.text("MemberType"))?);
    let (folder, id) = (request.text("FolderId"), request.text("MemberId"));
    let (found, _) = Asset::get(&service.store, &FOLDER, scope, folder).await?;
    let in_folders = asset::folders_of(&service.store, scope, kind, id).await?;
    if !in_folders.iter().any(|f| f == folder) {
        return Err(crate::error::not_found(kind, id));
    }
    let mut batch = Batch::new();
    asset::leave(&mut batch, scope, kind, id, folder);
    let detail = json!({"membersRemoved": [scope.arn(format!("{}/{id}", kind.arn))]});
    publish(
        &service,
        &mut batch,
        scope,
        &found,
        "Membership Updated",
        detail,
    );
    asset::commit_change(&service.store, batch).await?;
    Ok(json!({}))
}

async fn members(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let (scope, folder) = (&request.scope, request.text("FolderId"));
    Asset::get(&service.store, &FOLDER, scope, folder).await?;
    let pairs = asset::members_of(&service.store, scope, folder).await?;
    let answer = Page::of(&request)?.answer(
        "FolderMemberList",
        pairs,
        |(kind, id)| format!("{kind}/{id}"),
        |(kind, id)| json!({"MemberId": id, "MemberArn": scope.arn(format!("{kind}/{id}"))}),
    );
    Ok(answer)
}

async fn folders_of(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let arn = request.text("ResourceArn");
    let parsed: Arn = arn
        .parse()
        .map_err(|_| invalid(format!("Invalid ARN: {arn}")))?;
    let (name, id) = parsed.kind_and_name();
    let kind = asset::KINDS.iter().find(|k| k.arn == name);
    let kind = kind.ok_or_else(|| invalid(format!("Invalid ARN: {arn}")))?;
    Asset::by_arn(&service.store, kind, &request.scope, arn).await?;
    let found = asset::folders_of(&service.store, &request.scope, kind, id).await?;
    let show = |id: &String| Value::from(request.scope.arn(format!("folder/{id}")));
    let answer = Page::of(&request)?.answer("Folders", found, Clone::clone, show);
    Ok(answer)
}

/// A folder has its own permissions and those of the folders above.
async fn resolved(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let (scope, id) = (&request.scope, request.text("FolderId"));
    let (found, _) = Asset::get(&service.store, &FOLDER, scope, id).await?;
    let mut all = found.permissions.clone();
    for arn in path(&service, scope, &found).await? {
        let above = Asset::by_arn(&service.store, &FOLDER, scope, &arn).await?;
        asset::change_permissions(&mut all, above.permissions, &[]);
    }
    let members = json!({"FolderId": id, "Arn": found.arn, "Permissions": all});
    Ok(members)
}
