//! TagResource, UntagResource, ListTagsForResource on rules and buses.

use std::collections::BTreeMap;

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};

use super::{Nothing, errors};
use crate::{EventBridge, rules::TagOwner, service::Change};

/// AWS's limit for one resource.
const TAGS: usize = 50;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Tag {
    pub(super) key: String,
    pub(super) value: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct TagResource {
    #[serde(rename = "ResourceARN")]
    resource: String,
    #[serde(rename = "Tags")]
    tags: Vec<Tag>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct UntagResource {
    #[serde(rename = "ResourceARN")]
    resource: String,
    #[serde(rename = "TagKeys")]
    keys: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ListTagsForResource {
    #[serde(rename = "ResourceARN")]
    resource: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TagsListed {
    tags: Vec<Tag>,
}

type Tags = BTreeMap<String, String>;

impl EventBridge {
    pub(super) async fn tag_resource(
        &self,
        _: &Context,
        input: TagResource,
    ) -> Result<Nothing, ApiError> {
        self.change_tags(&input.resource, |tags| {
            tags.extend(input.tags.into_iter().map(|tag| (tag.key, tag.value)));
            if tags.len() > TAGS {
                Err(errors::limit())
            } else {
                Ok(())
            }
        })
        .await
    }

    pub(super) async fn untag_resource(
        &self,
        _: &Context,
        input: UntagResource,
    ) -> Result<Nothing, ApiError> {
        self.change_tags(&input.resource, |tags| {
            tags.retain(|key, _| !input.keys.contains(key));
            Ok(())
        })
        .await
    }

    pub(super) async fn list_tags_for_resource(
        &self,
        context: &Context,
        input: ListTagsForResource,
    ) -> Result<TagsListed, ApiError> {
        let owner =
            TagOwner::parse(&input.resource).ok_or_else(|| errors::not_an_arn(&input.resource))?;
        let tags = match &owner {
            TagOwner::Rule(at) => {
                let found = self.index.get(at).ok_or_else(|| errors::no_rule(at))?;
                found.rule.tags.clone()
            }
            TagOwner::Bus(bus) => {
                self.require_bus(context, bus).await?;
                self.bus(bus).await?.map(|bus| bus.tags).unwrap_or_default()
            }
        };
        let tags = tags
            .into_iter()
            .map(|(key, value)| Tag { key, value })
            .collect();
        Ok(TagsListed { tags })
    }

    async fn change_tags(
        &self,
        arn: &str,
        change: impl FnOnce(&mut Tags) -> Result<(), ApiError>,
    ) -> Result<Nothing, ApiError> {
        match TagOwner::parse(arn).ok_or_else(|| errors::not_an_arn(arn))? {
            TagOwner::Rule(at) => {
                self.change_rule(&at, |old| {
                    let mut rule = old.ok_or_else(|| errors::no_rule(&at))?;
                    change(&mut rule.tags)?;
                    Ok(Change::Put(Box::new(rule)))
                })
                .await?;
            }
            TagOwner::Bus(bus) => self
                .change_bus(&bus, |bus| change(&mut bus.tags))
                .await
                .map(drop)?,
        }
        Ok(Nothing {})
    }
}
