//! TagResource, UntagResource, ListTagsForResource: on groups alone, as on AWS.

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect};

use super::{
    errors,
    groups::{arn, key},
};
use crate::{
    api::Nothing,
    scheduler::{
        Scheduler,
        schedule::{GROUPS, Group},
    },
};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Tag {
    pub(super) key: String,
    pub(super) value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TagResource {
    resource_arn: String,
    tags: Vec<Tag>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UntagResource {
    resource_arn: String,
    tag_keys: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListTags {
    resource_arn: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TagsListed {
    tags: Vec<Tag>,
}

/// Returns the group's name in an ARN of this account and region.
fn name_in<'a>(context: &Context, resource: &'a str) -> Result<&'a str, ApiError> {
    let prefix = arn(context, "");
    let name = resource.strip_prefix(prefix.as_str());
    name.ok_or_else(|| errors::no_group(resource))
}

impl Scheduler {
    pub(super) async fn tag_group(
        &self,
        context: &Context,
        input: TagResource,
    ) -> Result<Nothing, ApiError> {
        let tags = input.tags.into_iter().map(|tag| (tag.key, tag.value));
        self.change_group(context, &input.resource_arn, |group| {
            group.tags.extend(tags)
        })
        .await
    }

    pub(super) async fn untag_group(
        &self,
        context: &Context,
        input: UntagResource,
    ) -> Result<Nothing, ApiError> {
        self.change_group(context, &input.resource_arn, |group| {
            group.tags.retain(|key, _| !input.tag_keys.contains(key));
        })
        .await
    }

    pub(super) async fn list_tags(
        &self,
        context: &Context,
        input: ListTags,
    ) -> Result<TagsListed, ApiError> {
        let group = self
            .group(context, name_in(context, &input.resource_arn)?)
            .await?;
        let tags = group
            .tags
            .into_iter()
            .map(|(key, value)| Tag { key, value });
        Ok(TagsListed {
            tags: tags.collect(),
        })
    }

    async fn change_group(
        &self,
        context: &Context,
        resource: &str,
        change: impl FnOnce(&mut Group),
    ) -> Result<Nothing, ApiError> {
        let _alone = self.changes.lock().await;
        let name = name_in(context, resource)?;
        let mut group = self.group(context, name).await?;
        change(&mut group);
        group.v = 1;
        group.modified_ms = self.clock.now_ms();
        let mut batch = Batch::new();
        batch
            .put_json(GROUPS, key(context, name), &group, Expect::Any)
            .map_err(errors::store)?;
        self.commit(batch).await?;
        Ok(Nothing {})
    }
}
