//! Tags of state machines and activities.

use std::sync::Arc;

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect};

use super::{Empty, machines};
use crate::{
    StepFunctions,
    activities::Activity,
    arn::{Resource, StatesArn},
    machine::{Machine, Tag},
    refusal, tables,
};

/// How many tags a resource may have.
const MAX_TAGS: usize = 50;

/// Returns tags with others added or replaced.
pub(super) fn merged(mut tags: Vec<Tag>, more: Vec<Tag>) -> Result<Vec<Tag>, ApiError> {
    for tag in more {
        match tags.iter_mut().find(|t| t.key == tag.key) {
            Some(is) => is.value = tag.value,
            None => tags.push(tag),
        }
    }
    if tags.len() > MAX_TAGS {
        return Err(ApiError::new(
            "TooManyTags",
            "The resource has more tags than the 50 that are allowed.",
        ));
    }
    Ok(tags)
}

enum Tagged {
    Machine(Arc<Machine>),
    Activity(Activity),
}

impl Tagged {
    fn tags(&self) -> &[Tag] {
        match self {
            Self::Machine(machine) => &machine.tags,
            Self::Activity(activity) => &activity.tags,
        }
    }
}

async fn find(service: &StepFunctions, arn: &StatesArn, text: &str) -> Result<Tagged, ApiError> {
    let missing = || refusal::resource_not_found(text);
    match &arn.resource {
        Resource::Machine { name, .. } => {
            let found = service
                .machines
                .find(&arn.account, &arn.region, name)
                .await
                .map_err(refusal::store)?;
            found.map(Tagged::Machine).ok_or_else(missing)
        }
        Resource::Activity { name } => {
            let found = service
                .activities
                .find(&arn.account, &arn.region, name)
                .await
                .map_err(refusal::store)?;
            found.map(Tagged::Activity).ok_or_else(missing)
        }
        _ => Err(refusal::wrong_kind(arn)),
    }
}

async fn change(
    service: &StepFunctions,
    text: &str,
    edit: impl FnOnce(Vec<Tag>) -> Result<Vec<Tag>, ApiError>,
) -> Result<Empty, ApiError> {
    let arn = StatesArn::parse(text).map_err(refusal::invalid_arn)?;
    let _guard = service.changing(machines::name_of(&arn)).await;
    let found = find(service, &arn, text).await?;
    let tags = edit(found.tags().to_vec())?;
    match found {
        Tagged::Machine(machine) => {
            let machine = Machine {
                tags,
                ..Machine::clone(&machine)
            };
            machines::commit(service, &machine, Batch::new()).await?;
        }
        Tagged::Activity(activity) => {
            let activity = Activity { tags, ..activity };
            let mut batch = Batch::new();
            batch
                .put_json(
                    tables::ACTIVITIES,
                    activity.key(),
                    &activity,
                    Expect::Present,
                )
                .map_err(refusal::store)?;
            service.store.commit(batch).await.map_err(refusal::store)?;
        }
    }
    Ok(Empty {})
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TagInput {
    resource_arn: String,
    tags: Vec<Tag>,
}

pub(crate) async fn tag(
    service: Arc<StepFunctions>,
    _: Context,
    input: TagInput,
) -> Result<Empty, ApiError> {
    change(&service, &input.resource_arn, |tags| {
        merged(tags, input.tags)
    })
    .await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UntagInput {
    resource_arn: String,
    tag_keys: Vec<String>,
}

pub(crate) async fn untag(
    service: Arc<StepFunctions>,
    _: Context,
    input: UntagInput,
) -> Result<Empty, ApiError> {
    change(&service, &input.resource_arn, |mut tags| {
        tags.retain(|t| !input.tag_keys.contains(&t.key));
        Ok(tags)
    })
    .await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListInput {
    resource_arn: String,
}

#[derive(Serialize)]
pub(crate) struct ListOutput {
    tags: Vec<Tag>,
}

pub(crate) async fn list(
    service: Arc<StepFunctions>,
    _: Context,
    input: ListInput,
) -> Result<ListOutput, ApiError> {
    let arn = StatesArn::parse(&input.resource_arn).map_err(refusal::invalid_arn)?;
    let found = find(&service, &arn, &input.resource_arn).await?;
    Ok(ListOutput {
        tags: found.tags().to_vec(),
    })
}
