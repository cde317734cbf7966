//! Tags of databases and other Glue resources, by ARN.

use std::sync::Arc;

use aws::{ApiError, Context, Operations};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Batch, Expect, Key};

use crate::{
    catalog::{Parameters, Scope},
    glue::{Glue, service::api_error},
};

const TAGS: &str = "glue/tags";

pub(in crate::glue) fn operations(glue: &Arc<Glue>, operations: Operations) -> Operations {
    operations
        .on(glue, "TagResource", tag)
        .on(glue, "UntagResource", untag)
        .on(glue, "GetTags", get)
}

fn key(scope: &Scope, arn: &str) -> Key {
    Key::of(&[&scope.account, &scope.region, arn])
}

/// Refuses what is not there; Glue tags more kinds of resources than a Data Catalog has.
async fn check(glue: &Glue, scope: &Scope, arn: &str) -> Result<(), ApiError> {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or("");
    let found = match resource.split('/').collect::<Vec<_>>().as_slice() {
        ["catalog"] => Ok(()),
        ["database", name] => glue.catalog.database(scope, name).await.map(|_| ()),
        ["table", database, name] => glue.catalog.table(scope, database, name).await.map(|_| ()),
        _ => {
            return Err(ApiError::new(
                "InvalidInputException",
                format!("Unsupported resource: {arn}"),
            ));
        }
    };
    found.map_err(api_error)
}

async fn read(glue: &Glue, scope: &Scope, arn: &str) -> Result<Parameters, ApiError> {
    let found = glue
        .store
        .get_json(TAGS, &key(scope, arn))
        .await
        .map_err(ApiError::internal)?;
    Ok(found.unwrap_or_default())
}

/// Adds tags to those that a resource has.
pub(super) async fn put(
    glue: &Glue,
    scope: &Scope,
    arn: &str,
    tags: Parameters,
) -> Result<(), ApiError> {
    let mut all = read(glue, scope, arn).await?;
    all.extend(tags);
    write(glue, scope, arn, &all).await
}

async fn write(glue: &Glue, scope: &Scope, arn: &str, tags: &Parameters) -> Result<(), ApiError> {
    let mut batch = Batch::new();
    batch
        .put_json(TAGS, key(scope, arn), tags, Expect::Any)
        .map_err(ApiError::internal)?;
    glue.store.commit(batch).await.map_err(ApiError::internal)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    resource_arn: String,
    tags_to_add: Parameters,
}

async fn tag(glue: Arc<Glue>, context: Context, input: Tag) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, None)?;
    check(&glue, &scope, &input.resource_arn).await?;
    put(&glue, &scope, &input.resource_arn, input.tags_to_add).await?;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Untag {
    resource_arn: String,
    tags_to_remove: Vec<String>,
}

async fn untag(glue: Arc<Glue>, context: Context, input: Untag) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, None)?;
    check(&glue, &scope, &input.resource_arn).await?;
    let mut tags = read(&glue, &scope, &input.resource_arn).await?;
    tags.retain(|name, _| !input.tags_to_remove.contains(name));
    write(&glue, &scope, &input.resource_arn, &tags).await?;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Get {
    resource_arn: String,
}

async fn get(glue: Arc<Glue>, context: Context, input: Get) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, None)?;
    check(&glue, &scope, &input.resource_arn).await?;
    Ok(json!({"Tags": read(&glue, &scope, &input.resource_arn).await?}))
}
