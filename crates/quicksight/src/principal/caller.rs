//! What a registered user may do with an asset.

use aws::{ApiError, Principal};

use super::{
    User,
    reach::{Reach, names_of},
    user_of,
};
use crate::{
    QuickSight,
    asset::{Asset, DASHBOARD, Kind, Scope, holds},
};

/// What begins the actions of those who may look.
const LOOKS: [&str; 5] = ["Describe", "List", "Query", "Get", "Pass"];

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
        Ok(Self::User {
            principal: principal.to_owned(),
            names: names_of(service, scope, user).await?,
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
        if own || linked {
            return Ok(());
        }
        let looks = actions.iter().any(|action| {
            let verb = action.strip_prefix("quicksight:").unwrap_or(action);
            LOOKS.iter().any(|l| verb.starts_with(l)) && !verb.ends_with("Permissions")
        });
        let reach = Reach::through_folders(service, scope, kind, asset, names).await?;
        if reach == Some(Reach::Owner) || (looks && reach == Some(Reach::Viewer)) {
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
