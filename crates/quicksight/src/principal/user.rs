//! Users.

use aws::{ApiError, Principal};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::groups_of;
use crate::{QuickSight, asset::Scope, report::access::Viewer};

/// Users by namespace and name.
pub(crate) const USERS: &str = "quicksight/users";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) v: u32,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) email: String,
    pub(crate) role: String,
    pub(crate) identity_type: String,
    /// Who it is in IAM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) iam_arn: Option<String>,
    pub(crate) principal_id: String,
    /// Further members, as they were given.
    #[serde(default)]
    pub(crate) extra: serde_json::Map<String, Value>,
}

impl User {
    pub(crate) fn shown(&self) -> Value {
        let mut members = json!({
            "Arn": self.arn, "UserName": self.name, "Email": self.email, "Role": self.role,
            "IdentityType": self.identity_type, "Active": true, "PrincipalId": self.principal_id,
        });
        for (to, from) in [
            ("CustomPermissionsName", "CustomPermissionsName"),
            (
                "ExternalLoginFederationProviderType",
                "ExternalLoginFederationProviderType",
            ),
            (
                "ExternalLoginFederationProviderUrl",
                "CustomFederationProviderUrl",
            ),
            ("ExternalLoginId", "ExternalLoginId"),
        ] {
            if let Some(value) = self.extra.get(from) {
                members[to] = value.clone();
            }
        }
        members
    }

    /// Returns how this user sees data sets.
    pub(crate) async fn viewer(
        self,
        service: &QuickSight,
        scope: &Scope,
    ) -> Result<Viewer, ApiError> {
        let groups = groups_of(service, scope, &self.namespace, &self.name).await?;
        Ok(Viewer::User {
            groups: groups.into_iter().map(|g| (g.name, g.arn)).collect(),
            name: self.name,
            arn: self.arn,
        })
    }
}

/// Returns how a caller sees data sets: as the user that is registered for it, else as an administrator.
pub(crate) async fn viewer_of(
    service: &QuickSight,
    scope: &Scope,
    principal: &Principal,
) -> Result<Viewer, ApiError> {
    let users = service
        .store
        .scan_json::<User>(USERS, &scope.scan(&[]))
        .await;
    let mut users = users
        .map_err(ApiError::internal)?
        .into_iter()
        .map(|(_, user)| user);
    match users.find(|u| u.iam_arn.as_deref() == Some(&*principal.arn)) {
        Some(user) => user.viewer(service, scope).await,
        None => Ok(Viewer::Administrator),
    }
}
