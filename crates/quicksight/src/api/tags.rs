//! Tags of whatever has an ARN here.

use std::sync::Arc;

use aws::{ApiError, Arn, Context, Operations};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Batch, Expect};

use super::request::ended;
use crate::{
    QuickSight,
    asset::{Asset, KINDS, Scope, TAGS},
    error::{invalid, missing},
};

/// A resource has at most this many tags.
const TAGS_MAX: usize = 50;

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagResource {
    resource_arn: String,
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UntagResource {
    resource_arn: String,
    tag_keys: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListTags {
    resource_arn: String,
}

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .on(service, "TagResource", tag)
        .on(service, "UntagResource", untag)
        .on(service, "ListTagsForResource", list)
}

/// Returns a resource's tags.
///
/// **Errors**: `ResourceNotFoundException`.
async fn read(service: &QuickSight, scope: &Scope, arn: &str) -> Result<Vec<Tag>, ApiError> {
    let parsed: Arn = arn
        .parse()
        .map_err(|_| invalid(format!("Invalid ARN: {arn}")))?;
    let gone = || missing(None, format!("Resource {arn} is not found"));
    if parsed.service != "quicksight" || parsed.account != scope.account {
        return Err(gone());
    }
    let (kind, name) = parsed.kind_and_name();
    // Users, groups and namespaces carry their tags under their ARN alone.
    if let Some(kind) = KINDS.iter().find(|k| k.arn == kind) {
        let id = name.split('/').next().unwrap_or(name);
        Asset::find(&service.store, kind, scope, id)
            .await?
            .ok_or_else(gone)?;
    }
    let found = service.store.get_json(TAGS, &scope.key(&[arn])).await;
    Ok(found.map_err(ApiError::internal)?.unwrap_or_default())
}

async fn write(
    service: &QuickSight,
    scope: &Scope,
    arn: &str,
    tags: &[Tag],
) -> Result<(), ApiError> {
    let mut batch = Batch::new();
    let put = batch.put_json(TAGS, scope.key(&[arn]), &tags, Expect::Any);
    put.map_err(ApiError::internal)?;
    service
        .store
        .commit(batch)
        .await
        .map_err(ApiError::internal)
}

async fn tag(
    service: Arc<QuickSight>,
    context: Context,
    input: TagResource,
) -> Result<Value, ApiError> {
    let scope = Scope::of(&context);
    let mut tags = read(&service, &scope, &input.resource_arn).await?;
    for given in input.tags {
        match tags.iter_mut().find(|t| t.key == given.key) {
            Some(found) => found.value = given.value,
            None => tags.push(given),
        }
    }
    if tags.len() > TAGS_MAX {
        let message = format!("A resource can have at most {TAGS_MAX} tags");
        return Err(ApiError::new("LimitExceededException", message).with_status(409));
    }
    write(&service, &scope, &input.resource_arn, &tags).await?;
    Ok(ended(&context, json!({})))
}

async fn untag(
    service: Arc<QuickSight>,
    context: Context,
    input: UntagResource,
) -> Result<Value, ApiError> {
    let scope = Scope::of(&context);
    let mut tags = read(&service, &scope, &input.resource_arn).await?;
    tags.retain(|t| !input.tag_keys.contains(&t.key));
    write(&service, &scope, &input.resource_arn, &tags).await?;
    Ok(ended(&context, json!({})))
}

async fn list(
    service: Arc<QuickSight>,
    context: Context,
    input: ListTags,
) -> Result<Value, ApiError> {
    let tags = read(&service, &Scope::of(&context), &input.resource_arn).await?;
    Ok(ended(&context, json!({"Tags": tags})))
}
