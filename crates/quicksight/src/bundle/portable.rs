//! A part as it travels: the members of its creating request, under the API's names.

use std::collections::HashMap;

use aws::ApiError;
use serde_json::{Value, json};

use super::{
    names,
    part::{Part, PartRef},
};
use crate::{
    QuickSight,
    asset::{Asset, DATA_SET, Document, FOLDER, Scope, TAGS, THEME, Version, arns_in, folders_of},
    error::missing,
    schedule::{SCHEDULES, Schedule},
};

/// One part, whole.
#[derive(Clone, Debug)]
pub(crate) struct Portable {
    pub(super) at: PartRef,
    pub(super) document: Document,
    /// What is wrong with its definition.
    pub(super) problems: Vec<Value>,
}

/// What is taken along.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) permissions: bool,
    pub(super) tags: bool,
    pub(super) memberships: bool,
}

/// Not the content of an asset, or not to be taken elsewhere.
const LEFT: [&str; 4] = ["AwsAccountId", "SourceEntity", "Credentials", "Tags"];

/// Members of a data set's document that no creating request has.
pub(super) const REFRESH: &str = "DataSetRefreshProperties";

/// Reads a part.
///
/// **Errors**: `ResourceNotFoundException`.
pub(super) async fn read(
    service: &QuickSight,
    scope: &Scope,
    at: &PartRef,
    wanted: Wanted,
) -> Result<Portable, ApiError> {
    match &at.schedule {
        Some(id) => schedule(service, scope, at, id).await,
        None => asset(service, scope, at, wanted).await,
    }
}

async fn schedule(
    service: &QuickSight,
    scope: &Scope,
    at: &PartRef,
    id: &str,
) -> Result<Portable, ApiError> {
    let key = Schedule::key(scope, &at.id, id);
    let found: Option<Schedule> = service
        .store
        .get_json(SCHEDULES, &key)
        .await
        .map_err(ApiError::internal)?;
    let message = format!("Refresh schedule {id} of data set {} is not found", at.id);
    let mut given = found.ok_or_else(|| missing(None, message))?.given;
    if let Some(given) = given.as_object_mut() {
        given.shift_remove("Arn");
    }
    let mut document = Document::new();
    document.insert(at.part.id_member(), at.id.clone().into());
    document.insert("Schedule".into(), given);
    Ok(Portable {
        at: at.clone(),
        document,
        problems: Vec::new(),
    })
}

async fn asset(
    service: &QuickSight,
    scope: &Scope,
    at: &PartRef,
    wanted: Wanted,
) -> Result<Portable, ApiError> {
    let (part, id) = (at.part, at.id.as_str());
    let (found, _) = Asset::get(&service.store, part.kind, scope, id).await?;
    if found.deleted_until_ms.is_some() {
        return Err(crate::error::not_found(part.kind, id));
    }
    let mut body = found.body.clone();
    let mut problems = found.errors.clone();
    if found.published > 0 {
        let shown = Version::get(&service.store, part.kind, scope, &found, found.published).await?;
        body.extend(shown.body);
        problems = shown.errors;
    }
    let operation = format!("Create{}", part.noun);
    body.retain(|name, _| {
        let known = names::takes(&operation, name) || is_refresh(part, name);
        known && !LEFT.contains(&name.as_str())
    });
    let mut document = Document::new();
    document.insert(part.id_member(), id.into());
    document.insert("Name".into(), found.name.clone().into());
    document.extend(body);
    if wanted.permissions && !found.permissions.is_empty() {
        document.insert("Permissions".into(), json!(found.permissions));
    }
    if wanted.permissions && !found.link_permissions.is_empty() {
        let link = json!({"Permissions": found.link_permissions});
        document.insert("LinkSharingConfiguration".into(), link);
    }
    if wanted.tags {
        let tags: Option<Value> = service
            .store
            .get_json(TAGS, &scope.key(&[&found.arn]))
            .await
            .map_err(ApiError::internal)?;
        let given = tags.filter(|t| t.as_array().is_some_and(|t| !t.is_empty()));
        if let Some(tags) = given {
            document.insert("Tags".into(), tags);
        }
    }
    if wanted.memberships {
        let folders = folders_of(&service.store, scope, part.kind, id).await?;
        let arns: Vec<String> = folders
            .iter()
            .map(|f| scope.arn(format!("folder/{f}")))
            .collect();
        if !arns.is_empty() {
            document.insert("FolderArns".into(), arns.into());
        }
    }
    Ok(Portable {
        at: at.clone(),
        document,
        problems,
    })
}

fn is_refresh(part: &Part, name: &str) -> bool {
    name == REFRESH && part.noun == DATA_SET.noun
}

impl Portable {
    /// Returns the parts that it stands on, of kinds that a bundle can hold.
    pub(super) fn dependencies(&self, scope: &Scope) -> Vec<PartRef> {
        let mut found = Vec::new();
        match self.at.part.noun {
            "RefreshSchedule" => {
                found.extend(Part::of_kind(DATA_SET.arn).map(|p| PartRef::of(p, &self.at.id)));
            }
            // A theme's base is told by its id, which may be one of QuickSight's own.
            noun if noun == THEME.noun => {}
            noun if noun == FOLDER.noun => {
                let parent = self.document.get("ParentFolderArn").and_then(Value::as_str);
                found.extend(parent.and_then(|arn| super::part::of_arn(scope, arn).ok()));
            }
            _ => arns_in(&Value::Object(self.content()), &mut |arn| {
                found.extend(super::part::of_arn(scope, arn));
            }),
        }
        found.retain(|at| at.resource() != self.at.resource());
        found
    }

    /// Its members but for those that say who may see it, and where it is put.
    fn content(&self) -> Document {
        let mut content = self.document.clone();
        content.retain(|name, _| {
            !matches!(
                name.as_str(),
                "Permissions" | "FolderArns" | "LinkEntities" | "LinkSharingConfiguration"
            )
        });
        content
    }

    /// Returns the resources of its dependencies.
    pub(super) fn needs(&self, scope: &Scope) -> Vec<String> {
        self.dependencies(scope)
            .iter()
            .map(PartRef::resource)
            .collect()
    }
}

/// Sorts parts so that each comes after what it stands on.
///
/// **Errors**: parts that stand on one another in a circle.
pub(super) fn sorted(scope: &Scope, parts: Vec<Portable>) -> Result<Vec<Portable>, String> {
    let places: HashMap<String, usize> = parts
        .iter()
        .enumerate()
        .map(|(i, p)| (p.at.resource(), i))
        .collect();
    let needs: Vec<Vec<usize>> = parts
        .iter()
        .map(|p| {
            p.needs(scope)
                .iter()
                .filter_map(|r| places.get(r).copied())
                .collect()
        })
        .collect();
    let mut order: Vec<usize> = Vec::new();
    let mut left: Vec<usize> = (0..parts.len()).collect();
    left.sort_by_key(|&i| (parts[i].at.part.rank(), parts[i].at.resource()));
    while !left.is_empty() {
        let free = left
            .iter()
            .position(|&i| needs[i].iter().all(|n| order.contains(n)));
        let Some(free) = free else {
            let names: Vec<String> = left.iter().map(|&i| parts[i].at.resource()).collect();
            return Err(format!(
                "Resources stand on one another in a circle: {}",
                names.join(", ")
            ));
        };
        order.push(left.remove(free));
    }
    let mut parts: Vec<Option<Portable>> = parts.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|i| parts[i].take()).collect())
}
