//! What a registered user may do with an asset.

use aws::{ApiError, Arn, Principal};

use super::{User, groups_of, user_of};
use crate::{
    QuickSight,
    asset::{Asset, DASHBOARD, FOLDER, Kind, Permission, Scope, folders_of},
};

/// Folders may nest this deep.
const DEPTH_MAX: usize = 10;
/// What begins the actions of those who may look.
const LOOKS: [&str; 5] = ["Describe", "List", "Query", "Get", "Pass"];
/// The action by which a folder's owners are told from its viewers.
const FOLDER_OWNER: &str = "quicksight:UpdateFolder";

/// Who asks, as far as permissions go.
pub(crate) enum Caller {
    /// May do everything: the account's own principal, one that is no user, or a user of the role ADMIN.
    Administrator,
    /// A registered user.
    User {
        /// Who it is in IAM: what a refusal names.
        principal: String,
        /// The ARNs that permissions are given to: the user's, its groups', its namespace's.
        names: Vec<String>,
    },
}

impl Caller {
    pub(crate) async fn of(
        service: &QuickSight,
        scope: &Scope,
        principal: &Principal,
    ) -> Result<Self, ApiError> {
        // The account's own principal is its administrator, whoever is registered for it.
        if *principal.arn == *format!("arn:aws:iam::{}:root", scope.account) {
            return Ok(Self::Administrator);
        }
        match user_of(service, scope, principal).await? {
            Some(user) => Self::user(service, scope, user, &principal.arn).await,
            None => Ok(Self::Administrator),
        }
    }

    /// Returns a user as who asks; `principal` is what a refusal names.
    pub(crate) async fn user(
        service: &QuickSight,
        scope: &Scope,
        user: User,
        principal: &str,
    ) -> Result<Self, ApiError> {
        if user.role.starts_with("ADMIN") {
            return Ok(Self::Administrator);
        }
        let groups = groups_of(service, scope, &user.namespace, &user.name).await?;
        let namespace = scope.arn(format!("namespace/{}", user.namespace));
        let mut names = vec![user.arn, namespace];
        names.extend(groups.into_iter().map(|group| group.arn));
        Ok(Self::User {
            principal: principal.to_owned(),
            names,
        })
    }

    pub(crate) fn is_administrator(&self) -> bool {
        matches!(self, Self::Administrator)
    }

    /// Checks that one of some actions is allowed, of which the first is what a refusal names.
    ///
    /// **Errors**: `AccessDeniedException`.
    pub(crate) async fn check(
        &self,
        service: &QuickSight,
        scope: &Scope,
        kind: &Kind,
        asset: &Asset,
        actions: &[String],
    ) -> Result<(), ApiError> {
        let Self::User { names, .. } = self else {
            return Ok(());
        };
        let own = holds(&asset.permissions, names, actions);
        let linked = kind.noun == DASHBOARD.noun && holds(&asset.link_permissions, names, actions);
        if own || linked || inherits(service, scope, kind, asset, names, actions).await? {
            return Ok(());
        }
        let action = actions.first().map_or("", String::as_str);
        Err(self.refusal(action, &asset.arn))
    }

    pub(crate) fn refusal(&self, action: &str, resource: &str) -> ApiError {
        let principal = match self {
            Self::User { principal, .. } => principal.as_str(),
            Self::Administrator => "",
        };
        let message = format!(
            "User: {principal} is not authorized to perform: {action} on resource: {resource} \
             because no resource-based policy allows the {action} action"
        );
        ApiError::new("AccessDeniedException", message)
    }
}

fn holds(permissions: &[Permission], names: &[String], actions: &[String]) -> bool {
    permissions
        .iter()
        .filter(|p| names.contains(&p.principal))
        .any(|p| p.actions.iter().any(|a| actions.contains(a)))
}

/// A folder's viewers may look at what is in it, its owners may do everything with it; so may those of the folders
/// above.
async fn inherits(
    service: &QuickSight,
    scope: &Scope,
    kind: &Kind,
    asset: &Asset,
    names: &[String],
    actions: &[String],
) -> Result<bool, ApiError> {
    let looks = actions.iter().any(|action| {
        let verb = action.strip_prefix("quicksight:").unwrap_or(action);
        LOOKS.iter().any(|l| verb.starts_with(l)) && !verb.ends_with("Permissions")
    });
    let mut above: Vec<String> = match kind.noun == FOLDER.noun {
        true => parent(asset).into_iter().collect(),
        false => folders_of(&service.store, scope, kind, &asset.id).await?,
    };
    let mut seen = 0;
    while let Some(id) = above.pop() {
        seen += 1;
        let Some(folder) = Asset::find(&service.store, &FOLDER, scope, &id).await? else {
            continue;
        };
        let owns = holds(&folder.permissions, names, &[FOLDER_OWNER.to_owned()]);
        let views = folder
            .permissions
            .iter()
            .any(|p| names.contains(&p.principal));
        if owns || (views && looks) {
            return Ok(true);
        }
        if seen < DEPTH_MAX * DEPTH_MAX {
            above.extend(parent(&folder));
        }
    }
    Ok(false)
}

fn parent(folder: &Asset) -> Option<String> {
    let arn: Arn = folder.body.get("ParentFolderArn")?.as_str()?.parse().ok()?;
    arn.name_of("quicksight", FOLDER.arn).map(str::to_owned)
}
