//! Permissions of every kind of asset.

use std::sync::Arc;

use aws::{ApiError, Operations};
use serde_json::{Value, json};
use store::{Batch, Expect};

use super::request::{Handlers, Request};
use crate::{
    QuickSight,
    asset::{
        self, ANALYSIS, Asset, DASHBOARD, DATA_SET, DATA_SOURCE, Document, FOLDER, Kind,
        Permission, TEMPLATE, THEME,
    },
    event,
};

/// Kind, and what its two operations are called.
const OPERATIONS: [(&Kind, &str, &str); 7] = [
    (
        &DATA_SOURCE,
        "DescribeDataSourcePermissions",
        "UpdateDataSourcePermissions",
    ),
    (
        &DATA_SET,
        "DescribeDataSetPermissions",
        "UpdateDataSetPermissions",
    ),
    (
        &ANALYSIS,
        "DescribeAnalysisPermissions",
        "UpdateAnalysisPermissions",
    ),
    (
        &DASHBOARD,
        "DescribeDashboardPermissions",
        "UpdateDashboardPermissions",
    ),
    (
        &TEMPLATE,
        "DescribeTemplatePermissions",
        "UpdateTemplatePermissions",
    ),
    (&THEME, "DescribeThemePermissions", "UpdateThemePermissions"),
    (
        &FOLDER,
        "DescribeFolderPermissions",
        "UpdateFolderPermissions",
    ),
];

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    OPERATIONS
        .iter()
        .fold(operations, |operations, &(kind, describe, update)| {
            operations
                .ask(service, describe, move |s, r| self::describe(s, kind, r))
                .ask(service, update, move |s, r| self::update(s, kind, r))
        })
}

fn shown(kind: &Kind, asset: &Asset) -> Value {
    let mut answer = Document::new();
    answer.insert(format!("{}Id", kind.noun), asset.id.clone().into());
    answer.insert(format!("{}Arn", kind.noun), asset.arn.clone().into());
    if kind.noun == FOLDER.noun {
        answer.insert("Arn".into(), asset.arn.clone().into());
        answer.shift_remove("FolderArn");
    }
    answer.insert("Permissions".into(), json!(asset.permissions));
    if !asset.link_permissions.is_empty() {
        let link = json!({"Permissions": asset.link_permissions});
        answer.insert("LinkSharingConfiguration".into(), link);
    }
    Value::Object(answer)
}

async fn describe(
    service: Arc<QuickSight>,
    kind: &'static Kind,
    request: Request,
) -> Result<Value, ApiError> {
    let id = request.text(&format!("{}Id", kind.noun));
    let (asset, _) = Asset::get(&service.store, kind, &request.scope, id).await?;
    Ok(shown(kind, &asset))
}

async fn update(
    service: Arc<QuickSight>,
    kind: &'static Kind,
    mut request: Request,
) -> Result<Value, ApiError> {
    let grant: Vec<Permission> = request.take_as("GrantPermissions")?;
    let revoke: Vec<Permission> = request.take_as("RevokePermissions")?;
    let grant_link: Vec<Permission> = request.take_as("GrantLinkPermissions")?;
    let revoke_link: Vec<Permission> = request.take_as("RevokeLinkPermissions")?;
    let id = request.text(&format!("{}Id", kind.noun));
    let (mut asset, version) = Asset::get(&service.store, kind, &request.scope, id).await?;
    asset::change_permissions(&mut asset.permissions, grant, &revoke);
    asset::change_permissions(&mut asset.link_permissions, grant_link, &revoke_link);
    let mut batch = Batch::new();
    asset.put(&mut batch, kind, &request.scope, Expect::Version(version))?;
    let now_ms = service.clock.now_ms();
    batch.publish(event::of_asset(
        &request.scope,
        kind,
        &asset,
        "Permissions Updated",
        &json!({}),
        now_ms,
    ));
    asset::commit_change(&service.store, batch).await?;
    Ok(shown(kind, &asset))
}
