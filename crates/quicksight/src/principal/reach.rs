//! Whom a permission reaches: a group's members, all of a namespace, those who are in the folders around an asset.

use aws::{ApiError, Arn};

use super::{USERS, User, groups_of};
use crate::{
    QuickSight,
    asset::{Asset, FOLDER, Kind, Scope, folders_of, holds},
};

/// Folders may nest this deep.
const DEPTH_MAX: usize = 10;
/// The action by which a folder's owners are told from its viewers.
const FOLDER_OWNER: &str = "quicksight:UpdateFolder";

/// What a principal is to an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    Viewer,
    Owner,
}

impl Reach {
    /// Returns what those are by an asset's own permissions that are given to one of some names. Owners may delete.
    pub(crate) fn direct(kind: &Kind, asset: &Asset, names: &[String]) -> Option<Self> {
        if holds(&asset.permissions, names, &[owner_action(kind)]) {
            return Some(Self::Owner);
        }
        let sees = asset.permissions.iter();
        let mut sees = sees.filter(|p| names.contains(&p.principal));
        sees.next().map(|_| Self::Viewer)
    }

    /// Returns what they are by the folders that the asset is in, and those above: a folder's viewers may look at what
    /// is in it, its owners may do everything with it.
    pub(crate) async fn through_folders(
        service: &QuickSight,
        scope: &Scope,
        kind: &Kind,
        asset: &Asset,
        names: &[String],
    ) -> Result<Option<Self>, ApiError> {
        let mut above: Vec<String> = match kind.noun == FOLDER.noun {
            true => parent(asset).into_iter().collect(),
            false => folders_of(&service.store, scope, kind, &asset.id).await?,
        };
        let (mut seen, mut found) = (0, None);
        while let Some(id) = above.pop() {
            seen += 1;
            let Some(folder) = Asset::find(&service.store, &FOLDER, scope, &id).await? else {
                continue;
            };
            if holds(&folder.permissions, names, &[FOLDER_OWNER.to_owned()]) {
                return Ok(Some(Self::Owner));
            }
            if folder
                .permissions
                .iter()
                .any(|p| names.contains(&p.principal))
            {
                found = Some(Self::Viewer);
            }
            if seen < DEPTH_MAX * DEPTH_MAX {
                above.extend(parent(&folder));
            }
        }
        Ok(found)
    }
}

/// The action by which an asset's owners are told from its viewers.
pub(crate) fn owner_action(kind: &Kind) -> String {
    format!("quicksight:Delete{}", kind.noun)
}

/// Returns the ARNs that permissions of a user are given to: its own, its namespace's, its groups'.
pub(crate) async fn names_of(
    service: &QuickSight,
    scope: &Scope,
    user: User,
) -> Result<Vec<String>, ApiError> {
    let groups = groups_of(service, scope, &user.namespace, &user.name).await?;
    let namespace = scope.arn(format!("namespace/{}", user.namespace));
    let mut names = vec![user.arn, namespace];
    names.extend(groups.into_iter().map(|group| group.arn));
    Ok(names)
}

/// Returns the same for an ARN of a user; that of a group, or of nobody, stands alone.
pub(crate) async fn names_of_arn(
    service: &QuickSight,
    scope: &Scope,
    arn: &str,
) -> Result<Vec<String>, ApiError> {
    let parsed: Option<Arn> = arn.parse().ok();
    let named = parsed
        .as_ref()
        .and_then(|arn| arn.name_of("quicksight", "user"))
        .and_then(|name| name.split_once('/'));
    if let Some((namespace, name)) = named {
        let key = scope.key(&[namespace, name]);
        let user: Option<User> = service
            .store
            .get_json(USERS, &key)
            .await
            .map_err(ApiError::internal)?;
        if let Some(user) = user.filter(|user| user.arn == arn) {
            return names_of(service, scope, user).await;
        }
    }
    Ok(vec![arn.to_owned()])
}

fn parent(folder: &Asset) -> Option<String> {
    let arn: Arn = folder.body.get("ParentFolderArn")?.as_str()?.parse().ok()?;
    arn.name_of("quicksight", FOLDER.arn).map(str::to_owned)
}
