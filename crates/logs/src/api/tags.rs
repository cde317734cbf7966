//! Tags of groups, by ARN and, the older way, by name.

use std::{collections::BTreeMap, sync::Arc};

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};

use super::{Nothing, groups};
use crate::{Logs, arn, error, records};

/// A group's tags at most.
const MOST: usize = 50;

type Tags = BTreeMap<String, String>;

#[derive(Serialize)]
pub(crate) struct ListOutput {
    tags: Tags,
}

async fn add(logs: &Logs, context: &Context, group: &str, tags: Tags) -> Result<Nothing, ApiError> {
    let held = records::group(&logs.store, context, group).await?.tags;
    let new = tags.keys().filter(|key| !held.contains_key(*key)).count();
    if held.len() + new > MOST {
        let code = "TooManyTagsException";
        return Err(ApiError::new(
            code,
            format!("The resource can have no more than {MOST} tags."),
        ));
    }
    groups::change(logs, context, group, |group| {
        group.tags.extend(tags.clone())
    })
    .await?;
    Ok(Nothing {})
}

async fn remove(
    logs: &Logs,
    context: &Context,
    group: &str,
    keys: &[String],
) -> Result<Nothing, ApiError> {
    groups::change(logs, context, group, |group| {
        group.tags.retain(|key, _| !keys.contains(key))
    })
    .await?;
    Ok(Nothing {})
}

async fn show(logs: &Logs, context: &Context, group: &str) -> Result<ListOutput, ApiError> {
    Ok(ListOutput {
        tags: records::group(&logs.store, context, group).await?.tags,
    })
}

fn named<'a>(context: &Context, arn: &'a str) -> Result<&'a str, ApiError> {
    arn::group_name(context, arn).ok_or_else(error::no_group)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TagInput {
    resource_arn: String,
    tags: Tags,
}

pub(crate) async fn tag(
    logs: Arc<Logs>,
    context: Context,
    input: TagInput,
) -> Result<Nothing, ApiError> {
    add(
        &logs,
        &context,
        named(&context, &input.resource_arn)?,
        input.tags,
    )
    .await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UntagInput {
    resource_arn: String,
    tag_keys: Vec<String>,
}

pub(crate) async fn untag(
    logs: Arc<Logs>,
    context: Context,
    input: UntagInput,
) -> Result<Nothing, ApiError> {
    remove(
        &logs,
        &context,
        named(&context, &input.resource_arn)?,
        &input.tag_keys,
    )
    .await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListInput {
    resource_arn: String,
}

pub(crate) async fn list(
    logs: Arc<Logs>,
    context: Context,
    input: ListInput,
) -> Result<ListOutput, ApiError> {
    show(&logs, &context, named(&context, &input.resource_arn)?).await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TagGroupInput {
    log_group_name: String,
    tags: Tags,
}

pub(crate) async fn tag_group(
    logs: Arc<Logs>,
    context: Context,
    input: TagGroupInput,
) -> Result<Nothing, ApiError> {
    add(&logs, &context, &input.log_group_name, input.tags).await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UntagGroupInput {
    log_group_name: String,
    tags: Vec<String>,
}

pub(crate) async fn untag_group(
    logs: Arc<Logs>,
    context: Context,
    input: UntagGroupInput,
) -> Result<Nothing, ApiError> {
    remove(&logs, &context, &input.log_group_name, &input.tags).await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListGroupInput {
    log_group_name: String,
}

pub(crate) async fn list_group(
    logs: Arc<Logs>,
    context: Context,
    input: ListGroupInput,
) -> Result<ListOutput, ApiError> {
    show(&logs, &context, &input.log_group_name).await
}
