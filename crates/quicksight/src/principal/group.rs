//! Groups and who is in them.

use aws::ApiError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{QuickSight, asset::Scope};

/// Groups by namespace and name.
pub(crate) const GROUPS: &str = "quicksight/groups";
/// Members: namespace, group, user.
pub(crate) const MEMBERS: &str = "quicksight/group-members";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) v: u32,
    pub(crate) name: String,
    pub(crate) arn: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    pub(crate) principal_id: String,
}

impl Group {
    pub(crate) fn shown(&self) -> Value {
        let mut members = json!({
            "Arn": self.arn, "GroupName": self.name, "PrincipalId": self.principal_id,
        });
        if let Some(text) = &self.description {
            members["Description"] = text.clone().into();
        }
        members
    }
}

/// Returns the groups that a user is in.
pub(crate) async fn groups_of(
    service: &QuickSight,
    scope: &Scope,
    namespace: &str,
    user: &str,
) -> Result<Vec<Group>, ApiError> {
    let groups = service
        .store
        .scan_json::<Group>(GROUPS, &scope.scan(&[namespace]))
        .await
        .map_err(ApiError::internal)?;
    let mut mine = Vec::new();
    for (_, group) in groups {
        let key = scope.key(&[namespace, &group.name, user]);
        let there = service.store.get(MEMBERS, &key).await;
        if there.map_err(ApiError::internal)?.is_some() {
            mine.push(group);
        }
    }
    Ok(mine)
}
