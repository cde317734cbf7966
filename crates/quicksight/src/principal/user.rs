//! Users.

use aws::{ApiError, Arn, Principal};
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

    /// Tells whether a principal of IAM is this user: an IAM user, or that session of a role.
    fn is_for(&self, principal: &str) -> bool {
        let Some(iam) = self.iam_arn.as_deref() else {
            return false;
        };
        let (Ok(role), Ok(asks)) = (iam.parse::<Arn>(), principal.parse::<Arn>()) else {
            return iam == principal;
        };
        let session = asks.name_of("sts", "assumed-role");
        iam == principal
            || (role.is_role() && role.account == asks.account && session == Some(&self.name))
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

/// Returns the user that is registered for a principal of IAM, or nothing.
pub(crate) async fn user_of(
    service: &QuickSight,
    scope: &Scope,
    principal: &Principal,
) -> Result<Option<User>, ApiError> {
    let users = service
        .store
        .scan_json::<User>(USERS, &scope.scan(&[]))
        .await;
    let users = users.map_err(ApiError::internal)?;
    let mut users = users.into_iter().map(|(_, user)| user);
    Ok(users.find(|user| user.is_for(&principal.arn)))
}

/// Returns how a caller sees data sets: as the user that is registered for it, else as an administrator.
pub(crate) async fn viewer_of(
    service: &QuickSight,
    scope: &Scope,
    principal: &Principal,
) -> Result<Viewer, ApiError> {
    match user_of(service, scope, principal).await? {
        Some(user) => user.viewer(service, scope).await,
        None => Ok(Viewer::Administrator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_of_a_role_is_the_user_of_that_session() {
        let user = |name: &str, iam: &str| User {
            v: 1,
            namespace: "default".into(),
            name: name.into(),
            arn: String::new(),
            email: String::new(),
            role: "READER".into(),
            identity_type: "IAM".into(),
            iam_arn: Some(iam.into()),
            principal_id: String::new(),
            extra: serde_json::Map::new(),
        };
        let ann = user("Desk/ann", "arn:aws:iam::000000000000:role/team/Desk");
        assert!(ann.is_for("arn:aws:sts::000000000000:assumed-role/Desk/ann"));
        for other in [
            "arn:aws:sts::000000000000:assumed-role/Desk/bob",
            "arn:aws:sts::111111111111:assumed-role/Desk/ann",
            "arn:aws:iam::000000000000:user/Desk/ann",
        ] {
            assert!(!ann.is_for(other), "{other}");
        }
        let bob = user("bob", "arn:aws:iam::000000000000:user/bob");
        assert!(bob.is_for("arn:aws:iam::000000000000:user/bob"));
    }
}
