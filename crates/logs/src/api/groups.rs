//! Log groups.

use std::{collections::BTreeMap, sync::Arc};

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Key, Scan, StoreError};

use super::{Nothing, token};
use crate::{
    Logs, arn, error, events,
    records::{self, GARBAGE, GROUPS, Group, STREAMS},
};

/// How often a change is tried anew that met another one.
const TRIES: usize = 20;

/// Groups on a page: AWS's default and maximum.
const PAGE: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateInput {
    log_group_name: String,
    kms_key_id: Option<String>,
    tags: Option<BTreeMap<String, String>>,
    log_group_class: Option<String>,
    deletion_protection_enabled: Option<bool>,
}

pub(crate) async fn create(
    logs: Arc<Logs>,
    context: Context,
    input: CreateInput,
) -> Result<Nothing, ApiError> {
    if input.log_group_name.starts_with("aws/") {
        return Err(error::invalid(
            "Log groups starting with AWS/ are reserved for AWS.",
        ));
    }
    let group = Group {
        v: 1,
        name: input.log_group_name,
        created_ms: logs.clock.now_ms(),
        retention_days: None,
        tags: input.tags.unwrap_or_default(),
        kms_key: input.kms_key_id,
        class: input.log_group_class.unwrap_or_else(|| "STANDARD".into()),
        protected: input.deletion_protection_enabled.unwrap_or_default(),
    };
    let mut batch = Batch::new();
    let key = records::group_key(&context, &group.name);
    batch
        .put_json(GROUPS, key, &group, Expect::Absent)
        .map_err(error::failed)?;
    match logs.store.commit(batch).await {
        Ok(()) => Ok(Nothing {}),
        Err(StoreError::Conflict { .. }) => Err(error::group_exists()),
        Err(other) => Err(error::failed(other)),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteInput {
    log_group_name: String,
}

pub(crate) async fn delete(
    logs: Arc<Logs>,
    context: Context,
    input: DeleteInput,
) -> Result<Nothing, ApiError> {
    for _ in 0..TRIES {
        let key = records::group_key(&context, &input.log_group_name);
        let record = logs
            .store
            .get(GROUPS, &key)
            .await
            .map_err(error::failed)?
            .ok_or_else(error::no_group)?;
        let group: Group = record.json().map_err(error::failed)?;
        if group.protected {
            return Err(ApiError::new(
                "ValidationException",
                "The log group cannot be deleted while deletion protection is enabled.",
            ));
        }
        let mut batch = Batch::new();
        batch.delete_if(GROUPS, key, Expect::Version(record.version));
        for stream in records::streams(&logs.store, &context, &group.name, "").await? {
            batch.delete_if(
                STREAMS,
                records::stream_key(&context, &group.name, &stream.name),
                Expect::Present,
            );
            batch.put(GARBAGE, events::prefix(stream.number), "");
        }
        match logs.store.commit(batch).await {
            Ok(()) => {
                logs.swept.notify_one();
                return Ok(Nothing {});
            }
            Err(StoreError::Conflict { .. }) => {}
            Err(other) => return Err(error::failed(other)),
        }
    }
    Err(error::aborted())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProtectInput {
    log_group_identifier: String,
    deletion_protection_enabled: bool,
}

pub(crate) async fn protect(
    logs: Arc<Logs>,
    context: Context,
    input: ProtectInput,
) -> Result<Nothing, ApiError> {
    let name =
        arn::identified(&context, &input.log_group_identifier).ok_or_else(error::no_group)?;
    change(&logs, &context, name, |group| {
        group.protected = input.deletion_protection_enabled
    })
    .await?;
    Ok(Nothing {})
}

/// Changes a group's record and returns it.
pub(super) async fn change(
    logs: &Logs,
    context: &Context,
    name: &str,
    change: impl Fn(&mut Group),
) -> Result<Group, ApiError> {
    let key = records::group_key(context, name);
    for _ in 0..TRIES {
        let record = logs
            .store
            .get(GROUPS, &key)
            .await
            .map_err(error::failed)?
            .ok_or_else(error::no_group)?;
        let mut group: Group = record.json().map_err(error::failed)?;
        change(&mut group);
        let mut batch = Batch::new();
        let expect = Expect::Version(record.version);
        batch
            .put_json(GROUPS, key.clone(), &group, expect)
            .map_err(error::failed)?;
        match logs.store.commit(batch).await {
            Ok(()) => return Ok(group),
            Err(StoreError::Conflict { .. }) => {}
            Err(other) => return Err(error::failed(other)),
        }
    }
    Err(error::aborted())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeInput {
    log_group_name_prefix: Option<String>,
    log_group_name_pattern: Option<String>,
    log_group_class: Option<String>,
    log_group_identifiers: Option<Vec<String>>,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeOutput {
    log_groups: Vec<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    log_group_name: String,
    creation_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    retention_in_days: Option<i64>,
    metric_filter_count: u32,
    arn: String,
    stored_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_id: Option<String>,
    log_group_class: String,
    log_group_arn: String,
    deletion_protection_enabled: bool,
}

pub(crate) async fn describe(
    logs: Arc<Logs>,
    context: Context,
    input: DescribeInput,
) -> Result<DescribeOutput, ApiError> {
    if input.log_group_name_prefix.is_some() && input.log_group_name_pattern.is_some() {
        return Err(error::invalid(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        ));
    }
    let limit = input.limit.unwrap_or(PAGE);
    let prefix = input.log_group_name_prefix.clone().unwrap_or_default();
    let mut after: Option<String> = token::read(input.next_token.as_deref())?;
    let mut groups = Vec::new();
    let mut more = true;
    while more && groups.len() <= limit {
        let scan = Scan {
            prefix: Key::of(&[context.account(), context.region(), &prefix]),
            after: after
                .as_deref()
                .map(|name| records::group_key(&context, name)),
            limit: PAGE,
            reverse: false,
        };
        let found = logs
            .store
            .scan_json::<Group>(GROUPS, &scan)
            .await
            .map_err(error::failed)?;
        more = found.len() == PAGE;
        after = found.last().map(|(_, group)| group.name.clone());
        groups.extend(
            found
                .into_iter()
                .map(|(_, group)| group)
                .filter(|group| input.wants(&context, group)),
        );
    }
    let mut next_token = None;
    if groups.len() > limit {
        groups.truncate(limit);
        next_token = groups
            .last()
            .map(|group| token::of(&group.name))
            .transpose()?;
    }
    let mut log_groups = Vec::new();
    for group in groups {
        log_groups.push(described(&logs, &context, group).await?);
    }
    Ok(DescribeOutput {
        log_groups,
        next_token,
    })
}

impl DescribeInput {
    fn wants(&self, context: &Context, group: &Group) -> bool {
        self.log_group_name_pattern
            .as_ref()
            .is_none_or(|pattern| group.name.contains(pattern.as_str()))
            && self
                .log_group_class
                .as_ref()
                .is_none_or(|class| *class == group.class)
            && self.log_group_identifiers.as_ref().is_none_or(|all| {
                all.iter()
                    .any(|one| arn::identified(context, one) == Some(group.name.as_str()))
            })
    }
}

async fn described(logs: &Logs, context: &Context, group: Group) -> Result<Described, ApiError> {
    let streams = records::streams(&logs.store, context, &group.name, "").await?;
    let log_group_arn = arn::group(context, &group.name);
    Ok(Described {
        creation_time: group.created_ms,
        retention_in_days: group.retention_days,
        metric_filter_count: 0,
        arn: format!("{log_group_arn}:*"),
        stored_bytes: streams.iter().map(|stream| stream.bytes).sum(),
        kms_key_id: group.kms_key,
        log_group_class: group.class,
        log_group_arn,
        deletion_protection_enabled: group.protected,
        log_group_name: group.name,
    })
}
