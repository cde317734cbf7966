//! Tags of work groups.

use std::sync::Arc;

use aws::{ApiError, Context, Operations};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Batch, Expect, Key};

use crate::{
    catalog::Scope,
    paging::page,
    service::{Athena, invalid_input},
};

const TAGS: &str = "athena/tags";

pub(crate) fn operations(athena: &Arc<Athena>, operations: Operations) -> Operations {
    operations
        .on(athena, "TagResource", tag)
        .on(athena, "UntagResource", untag)
        .on(athena, "ListTagsForResource", list)
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Tag {
    pub(crate) key: Option<String>,
    pub(crate) value: Option<String>,
}

fn key(scope: &Scope, arn: &str) -> Key {
    Key::of(&[&scope.account, &scope.region, arn])
}

async fn check(athena: &Athena, scope: &Scope, arn: &str) -> Result<(), ApiError> {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or("");
    let missing = || {
        ApiError::new(
            "ResourceNotFoundException",
            format!("Resource {arn} was not found"),
        )
        .with_field("ResourceName", arn)
    };
    match resource.split_once('/') {
        Some(("workgroup", name)) => {
            let found = athena
                .work_group(scope, name)
                .await
                .map_err(ApiError::internal)?;
            found.map(|_| ()).ok_or_else(missing)
        }
        Some(("datacatalog", name)) if name.eq_ignore_ascii_case("awsdatacatalog") => Ok(()),
        _ => Err(missing()),
    }
}

async fn read(athena: &Athena, scope: &Scope, arn: &str) -> Result<Vec<Tag>, ApiError> {
    let found = athena
        .store
        .get_json(TAGS, &key(scope, arn))
        .await
        .map_err(ApiError::internal)?;
    Ok(found.unwrap_or_default())
}

/// Adds tags to those that a resource has; a key given again has its new value.
pub(crate) async fn put(
    athena: &Athena,
    scope: &Scope,
    arn: &str,
    given: Vec<Tag>,
) -> Result<(), ApiError> {
    let mut tags = read(athena, scope, arn).await?;
    for tag in given {
        tags.retain(|t| t.key != tag.key);
        tags.push(tag);
    }
    if tags.len() > 50 {
        return Err(invalid_input("Tags for one resource cannot exceed 50"));
    }
    write(athena, scope, arn, &tags).await
}

async fn write(athena: &Athena, scope: &Scope, arn: &str, tags: &Vec<Tag>) -> Result<(), ApiError> {
    let mut batch = Batch::new();
    batch
        .put_json(TAGS, key(scope, arn), tags, Expect::Any)
        .map_err(ApiError::internal)?;
    athena.store.commit(batch).await.map_err(ApiError::internal)
}

#[derive(Deserialize)]
struct TagInput {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    #[serde(rename = "Tags")]
    tags: Vec<Tag>,
}

async fn tag(athena: Arc<Athena>, context: Context, input: TagInput) -> Result<Value, ApiError> {
    let scope = Athena::scope(&context);
    check(&athena, &scope, &input.resource_arn).await?;
    put(&athena, &scope, &input.resource_arn, input.tags).await?;
    Ok(json!({}))
}

#[derive(Deserialize)]
struct UntagInput {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    #[serde(rename = "TagKeys")]
    tag_keys: Vec<String>,
}

async fn untag(
    athena: Arc<Athena>,
    context: Context,
    input: UntagInput,
) -> Result<Value, ApiError> {
    let scope = Athena::scope(&context);
    check(&athena, &scope, &input.resource_arn).await?;
    let mut tags = read(&athena, &scope, &input.resource_arn).await?;
    tags.retain(|t| t.key.as_ref().is_none_or(|k| !input.tag_keys.contains(k)));
    write(&athena, &scope, &input.resource_arn, &tags).await?;
    Ok(json!({}))
}

#[derive(Deserialize)]
struct ListInput {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    #[serde(rename = "NextToken")]
    next_token: Option<String>,
    #[serde(rename = "MaxResults")]
    max_results: Option<usize>,
}

async fn list(athena: Arc<Athena>, context: Context, input: ListInput) -> Result<Value, ApiError> {
    let scope = Athena::scope(&context);
    check(&athena, &scope, &input.resource_arn).await?;
    let mut tags = read(&athena, &scope, &input.resource_arn).await?;
    tags.sort_by(|a, b| a.key.cmp(&b.key));
    let (tags, next) = page(
        tags,
        |t| t.key.clone().unwrap_or_default(),
        input.next_token.as_deref(),
        input.max_results.unwrap_or(75),
    )
    .map_err(invalid_input)?;
    let mut output = json!({"Tags": tags});
    if let Some(next) = next {
        output["NextToken"] = next.into();
    }
    Ok(output)
}
