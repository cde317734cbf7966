//! CreateScheduleGroup, GetScheduleGroup, DeleteScheduleGroup, ListScheduleGroups.

use aws::{ApiError, Context, time};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Key, Scan};

use super::{errors, list::page, tags::Tag};
use crate::{
    api::Nothing,
    scheduler::{
        Scheduler,
        schedule::{DEFAULT_GROUP, GROUPS, Group, SCHEDULES, Schedule},
    },
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateGroup {
    name: String,
    tags: Option<Vec<Tag>>,
    client_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GroupCreated {
    schedule_group_arn: String,
}

/// The input of GetScheduleGroup and DeleteScheduleGroup.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Named {
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListGroups {
    name_prefix: Option<String>,
    next_token: Option<String>,
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GroupShown {
    arn: String,
    name: String,
    state: &'static str,
    /// `default` has neither.
    #[serde(skip_serializing_if = "Option::is_none")]
    creation_date: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modification_date: Option<f64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GroupsListed {
    schedule_groups: Vec<GroupShown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub(super) fn arn(context: &Context, name: &str) -> String {
    let (account, region) = (context.account(), context.region());
    format!("arn:aws:scheduler:{region}:{account}:schedule-group/{name}")
}

pub(super) fn key(context: &Context, name: &str) -> Key {
    Key::of(&[context.account(), context.region(), name])
}

fn shown(context: &Context, name: &str, group: Option<&Group>) -> GroupShown {
    let dated = group.filter(|_| name != DEFAULT_GROUP);
    GroupShown {
        arn: arn(context, name),
        name: name.to_owned(),
        state: "ACTIVE",
        creation_date: dated.map(|group| time::from_millis(group.created_ms)),
        last_modification_date: dated.map(|group| time::from_millis(group.modified_ms)),
    }
}

impl Scheduler {
    /// Returns a group that is there; `default` always is.
    pub(super) async fn group(&self, context: &Context, name: &str) -> Result<Group, ApiError> {
        let kept = self
            .store
            .get_json::<Group>(GROUPS, &key(context, name))
            .await;
        match kept.map_err(errors::store)? {
            Some(group) => Ok(group),
            None if name == DEFAULT_GROUP => Ok(Group::default()),
            None => Err(errors::no_group(name)),
        }
    }

    pub(super) async fn create_group(
        &self,
        context: &Context,
        input: CreateGroup,
    ) -> Result<GroupCreated, ApiError> {
        let _alone = self.changes.lock().await;
        let created = GroupCreated {
            schedule_group_arn: arn(context, &input.name),
        };
        if let Ok(old) = self.group(context, &input.name).await {
            let repeated = input.client_token.is_some() && input.client_token == old.client_token;
            return if repeated {
                Ok(created)
            } else {
                Err(errors::group_exists(&input.name))
            };
        }
        let now = self.clock.now_ms();
        let group = Group {
            v: 1,
            created_ms: now,
            modified_ms: now,
            client_token: input.client_token,
            tags: input
                .tags
                .into_iter()
                .flatten()
                .map(|tag| (tag.key, tag.value))
                .collect(),
        };
        let mut batch = Batch::new();
        batch
            .put_json(GROUPS, key(context, &input.name), &group, Expect::Absent)
            .map_err(errors::store)?;
        self.commit(batch).await?;
        Ok(created)
    }

    pub(super) async fn get_group(
        &self,
        context: &Context,
        input: Named,
    ) -> Result<GroupShown, ApiError> {
        let group = self.group(context, &input.name).await?;
        Ok(shown(context, &input.name, Some(&group)))
    }

    /// Deletes a group with its schedules, at once.
    pub(super) async fn delete_group(
        &self,
        context: &Context,
        input: Named,
    ) -> Result<Nothing, ApiError> {
        if input.name == DEFAULT_GROUP {
            return Err(errors::invalid(
                "The default schedule group cannot be deleted.",
            ));
        }
        let _alone = self.changes.lock().await;
        self.group(context, &input.name).await?;
        let scan = Scan::prefix(&[context.account(), context.region(), &input.name]);
        let schedules = self
            .store
            .scan_json::<Schedule>(SCHEDULES, &scan)
            .await
            .map_err(errors::store)?;
        let mut batch = Batch::new();
        for (_, schedule) in schedules {
            let deleted = self.delete_schedule_in(&mut batch, &schedule.at).await;
            deleted.map_err(errors::store)?;
        }
        batch.delete(GROUPS, key(context, &input.name));
        self.commit(batch).await?;
        Ok(Nothing {})
    }

    pub(super) async fn list_groups(
        &self,
        context: &Context,
        input: ListGroups,
    ) -> Result<GroupsListed, ApiError> {
        let scan = Scan::prefix(&[context.account(), context.region()]);
        let kept = self
            .store
            .scan_json::<Group>(GROUPS, &scan)
            .await
            .map_err(errors::store)?;
        let mut groups: Vec<_> = kept
            .into_iter()
            .map(|(key, group)| (key.parts().pop().unwrap_or_default(), group))
            .collect();
        if !groups.iter().any(|(name, _)| name == DEFAULT_GROUP) {
            groups.push((DEFAULT_GROUP.to_owned(), Group::default()));
        }
        let prefix = input.name_prefix.unwrap_or_default();
        groups.retain(|(name, _)| name.starts_with(&prefix));
        groups.sort_by(|a, b| a.0.cmp(&b.0));
        let shown = groups
            .into_iter()
            .map(|(name, group)| (name.clone(), shown(context, &name, Some(&group))));
        let (schedule_groups, next_token) =
            page(shown, input.next_token.as_deref(), input.max_results)?;
        Ok(GroupsListed {
            schedule_groups,
            next_token,
        })
    }
}
