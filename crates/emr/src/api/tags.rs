//! TagResource, UntagResource, ListTagsForResource, for every resource of the service.

use std::{collections::BTreeMap, sync::Arc};

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{Batch, Expect, Key, Record, StoreError};

use super::{internal, invalid, not_found};
use crate::{
    service::Emr,
    tables::{CLUSTERS, JOBS, TEMPLATES},
};

type Tags = BTreeMap<String, String>;

/// AWS's limit on tags of one resource.
const MAX_TAGS: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TagInput {
    resource_arn: String,
    tags: Tags,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UntagInput {
    resource_arn: String,
    tag_keys: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListInput {
    resource_arn: String,
}

#[derive(Serialize)]
pub(crate) struct Nothing {}

#[derive(Serialize)]
pub(crate) struct ListOutput {
    tags: Tags,
}

pub(crate) async fn tag(
    emr: Arc<Emr>,
    context: Context,
    input: TagInput,
) -> Result<Nothing, ApiError> {
    let add = |tags: &mut Tags| tags.extend(input.tags.clone());
    emr.change_tags(&context, &input.resource_arn, add).await
}

pub(crate) async fn untag(
    emr: Arc<Emr>,
    context: Context,
    input: UntagInput,
) -> Result<Nothing, ApiError> {
    let remove = |tags: &mut Tags| tags.retain(|k, _| !input.tag_keys.contains(k));
    emr.change_tags(&context, &input.resource_arn, remove).await
}

pub(crate) async fn list(
    emr: Arc<Emr>,
    context: Context,
    input: ListInput,
) -> Result<ListOutput, ApiError> {
    let (table, key) = locate(&context, &input.resource_arn)?;
    let record = emr.tagged(table, &key, &input.resource_arn).await?;
    let (_, tags) = read(&record)?;
    Ok(ListOutput { tags })
}

/// Returns where the resource of an ARN is stored.
fn locate(context: &Context, arn: &str) -> Result<(&'static str, Key), ApiError> {
    let bad = || invalid(format!("Invalid resource ARN: {arn}"));
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, "emr-containers", region, account, resource] = parts[..] else {
        return Err(bad());
    };
    if (account, region) != (context.account(), context.region()) {
        return Err(not_found(format!("Resource {arn} doesn't exist.")));
    }
    let path: Vec<&str> = resource.trim_start_matches('/').split('/').collect();
    match path[..] {
        ["virtualclusters", id] => Ok((CLUSTERS, Key::of(&[account, region, id]))),
        ["virtualclusters", cluster, "jobruns", id] => {
            Ok((JOBS, Key::of(&[account, region, cluster, id])))
        }
        ["jobtemplates", id] => Ok((TEMPLATES, Key::of(&[account, region, id]))),
        _ => Err(bad()),
    }
}

/// Every resource keeps its tags under the same name.
fn read(record: &Record) -> Result<(Map<String, Value>, Tags), ApiError> {
    let resource: Map<String, Value> = record.json().map_err(internal)?;
    let tags = resource.get("tags").cloned().unwrap_or_default();
    let tags = serde_json::from_value::<Option<_>>(tags).map_err(ApiError::internal)?;
    Ok((resource, tags.unwrap_or_default()))
}

impl Emr {
    async fn tagged(&self, table: &'static str, key: &Key, arn: &str) -> Result<Record, ApiError> {
        let found = self.store.get(table, key).await.map_err(internal)?;
        found.ok_or_else(|| not_found(format!("Resource {arn} doesn't exist.")))
    }

    async fn change_tags(
        &self,
        context: &Context,
        arn: &str,
        change: impl Fn(&mut Tags) + Send,
    ) -> Result<Nothing, ApiError> {
        let (table, key) = locate(context, arn)?;
        loop {
            let record = self.tagged(table, &key, arn).await?;
            let (mut resource, mut tags) = read(&record)?;
            change(&mut tags);
            if tags.len() > MAX_TAGS {
                return Err(invalid(format!(
                    "A resource can have at most {MAX_TAGS} tags"
                )));
            }
            let tags = serde_json::to_value(tags).map_err(ApiError::internal)?;
            resource.insert("tags".into(), tags);
            let mut batch = Batch::new();
            batch
                .put_json(
                    table,
                    key.clone(),
                    &resource,
                    Expect::Version(record.version),
                )
                .map_err(internal)?;
            match self.store.commit(batch).await {
                Ok(()) => return Ok(Nothing {}),
                Err(StoreError::Conflict { .. }) => {}
                Err(e) => return Err(internal(e)),
            }
        }
    }
}
