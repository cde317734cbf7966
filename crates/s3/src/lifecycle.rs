//! Lifecycle rules: which are taken, and what they do.
//!
//! Expiration, of current and noncurrent versions, of delete markers that hide nothing and of uploads that
//! were left, is carried out once an hour. Transitions between storage classes are refused: all bytes are
//! kept alike.

use std::sync::Arc;

use objects::{Bucket, Caller, DeleteTarget, Error, ListRequest, ObjectInfo, Objects};
use s3s::{
    S3Result,
    dto::{BucketLifecycleConfiguration, LifecycleRule, LifecycleRuleFilter, Tag},
};
use store::Clock;

use crate::{
    api::{LIFECYCLE, document},
    error::{invalid_argument, not_implemented},
    words::seconds,
};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Checks rules before they are kept.
pub(crate) fn check(configuration: &BucketLifecycleConfiguration) -> S3Result<()> {
    let mut ids = std::collections::HashSet::new();
    for rule in &configuration.rules {
        if rule.transitions.as_ref().is_some_and(|t| !t.is_empty()) {
            return Err(not_implemented("Transition"));
        }
        if rule
            .noncurrent_version_transitions
            .as_ref()
            .is_some_and(|t| !t.is_empty())
        {
            return Err(not_implemented("NoncurrentVersionTransition"));
        }
        if rule.id.as_ref().is_some_and(|id| !ids.insert(id)) {
            return Err(invalid_argument(
                "RuleId must be unique. Found same ID for more than one rule",
            ));
        }
        let days = rule.expiration.as_ref().and_then(|e| e.days);
        if days.is_some_and(|days| days < 1) {
            return Err(invalid_argument(
                "'Days' for Expiration action must be a positive integer",
            ));
        }
    }
    Ok(())
}

/// Carries the rules out, once an hour, for ever.
pub(crate) async fn run(objects: Arc<Objects>, clock: Arc<dyn Clock>) {
    loop {
        clock.sleep_until(clock.now_ms() + HOUR_MS).await;
        if let Err(error) = once(&objects, clock.now_ms()).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "lifecycle rules could not be carried out"
            );
        }
    }
}

/// Carries out what is due.
pub(crate) async fn once(objects: &Objects, now_ms: i64) -> Result<(), Error> {
    for bucket in objects.every_bucket().await? {
        let Ok(Some(found)) = document::<BucketLifecycleConfiguration>(&bucket, LIFECYCLE) else {
            continue;
        };
        for rule in found
            .rules
            .iter()
            .filter(|rule| rule.status.as_str() == "Enabled")
        {
            expire_current(objects, &bucket, rule, now_ms).await?;
            expire_versions(objects, &bucket, rule, now_ms).await?;
            abort_uploads(objects, &bucket, rule, now_ms).await?;
        }
    }
    Ok(())
}

fn caller() -> Caller {
    Caller {
        account: Some("s3.amazonaws.com".into()),
        reason: Some("Lifecycle Expiration"),
        ..Caller::default()
    }
}

/// Tells whether so many days have passed, counted from the midnight after `since_ms`.
fn passed(since_ms: i64, days: i32, now_ms: i64) -> bool {
    let due = since_ms + i64::from(days) * DAY_MS;
    let midnight = due.div_euclid(DAY_MS) * DAY_MS
        + if due.rem_euclid(DAY_MS) == 0 {
            0
        } else {
            DAY_MS
        };
    now_ms >= midnight
}

fn prefix(rule: &LifecycleRule) -> String {
    let filter = rule.filter.as_ref();
    let and = filter
        .and_then(|f| f.and.as_ref())
        .and_then(|and| and.prefix.clone());
    rule.prefix
        .clone()
        .or_else(|| filter.and_then(|f| f.prefix.clone()))
        .or(and)
        .unwrap_or_default()
}

/// Tells whether a rule is about an object, its prefix aside.
fn about(filter: Option<&LifecycleRuleFilter>, info: &ObjectInfo) -> bool {
    let Some(filter) = filter else { return true };
    let has = |tag: &Tag| {
        let named = (
            tag.key.as_deref().unwrap_or_default(),
            tag.value.as_deref().unwrap_or_default(),
        );
        info.tags
            .iter()
            .any(|(key, value)| (key.as_str(), value.as_str()) == named)
    };
    let size = i64::try_from(info.size).unwrap_or(i64::MAX);
    let sized = |more: Option<i64>, less: Option<i64>| {
        more.is_none_or(|n| size > n) && less.is_none_or(|n| size < n)
    };
    let and = filter.and.as_ref().is_none_or(|and| {
        and.tags.as_ref().is_none_or(|tags| tags.iter().all(has))
            && sized(and.object_size_greater_than, and.object_size_less_than)
    });
    and && filter.tag.as_ref().is_none_or(has)
        && sized(
            filter.object_size_greater_than,
            filter.object_size_less_than,
        )
}

async fn expire_current(
    objects: &Objects,
    bucket: &Bucket,
    rule: &LifecycleRule,
    now_ms: i64,
) -> Result<(), Error> {
    let Some(expiration) = &rule.expiration else {
        return Ok(());
    };
    let date_ms = expiration.date.as_ref().and_then(seconds).map(|s| s * 1000);
    let due = |info: &ObjectInfo| match (date_ms, expiration.days) {
        (Some(date_ms), _) => now_ms >= date_ms,
        (None, Some(days)) => passed(info.modified_ms, days, now_ms),
        (None, None) => false,
    };
    let mut ask = ListRequest::prefix(prefix(rule));
    loop {
        let page = objects.list(&bucket.name, &ask).await?;
        let expired = page
            .objects
            .iter()
            .filter(|info| due(info) && about(rule.filter.as_ref(), info));
        let target = |info: &ObjectInfo| DeleteTarget {
            key: info.key.clone(),
            // Not one that was written anew meanwhile.
            if_match: Some(info.etag.clone()),
            version_id: None,
        };
        for result in objects
            .delete_many(&bucket.name, expired.map(target).collect(), &caller())
            .await?
        {
            forgive(result)?;
        }
        match page.next {
            Some(next) => ask.start_after = Some(next),
            None => return Ok(()),
        }
    }
}

/// An object that has changed or gone meanwhile is left to the next time.
fn forgive<T>(result: Result<T, Error>) -> Result<(), Error> {
    match result {
        Err(Error::PreconditionFailed { .. } | Error::ConditionalConflict { .. }) => Ok(()),
        Err(error) if error.is_not_found() => Ok(()),
        result => result.map(drop),
    }
}

async fn expire_versions(
    objects: &Objects,
    bucket: &Bucket,
    rule: &LifecycleRule,
    now_ms: i64,
) -> Result<(), Error> {
    let noncurrent = rule.noncurrent_version_expiration.as_ref();
    let markers = rule
        .expiration
        .as_ref()
        .is_some_and(|e| e.expired_object_delete_marker == Some(true));
    if noncurrent.is_none() && !markers {
        return Ok(());
    }
    let days = noncurrent.and_then(|n| n.noncurrent_days);
    let keep = noncurrent
        .and_then(|n| n.newer_noncurrent_versions)
        .unwrap_or(0);
    let (mut ask, mut marker) = (ListRequest::prefix(prefix(rule)), None::<String>);
    // The version before, and how many noncurrent ones of the same key came before this one.
    let (mut newer, mut count): (Option<ObjectInfo>, i32) = (None, 0);
    let mut gone = Vec::new();
    loop {
        let page = objects
            .list_versions(&bucket.name, &ask, marker.as_deref())
            .await?;
        for (newest, info) in page.versions {
            // A marker that hides nothing is the only version of its key: the next one is of another.
            lone_marker(newer.as_ref(), Some(&info), markers, count, &mut gone);
            count = if newest { 0 } else { count + 1 };
            // A version is noncurrent since the one after it was written.
            let since = newer
                .as_ref()
                .filter(|_| !newest)
                .map(|newer| newer.modified_ms);
            let expired = since
                .zip(days)
                .is_some_and(|(since, days)| passed(since, days, now_ms));
            if expired && count > keep && about(rule.filter.as_ref(), &info) {
                gone.push(version(&info));
            }
            newer = Some(info);
        }
        let Some((key, version)) = page.next else {
            break;
        };
        (ask.start_after, marker) = (Some(key), version);
    }
    lone_marker(newer.as_ref(), None, markers, count, &mut gone);
    for result in objects.delete_many(&bucket.name, gone, &caller()).await? {
        forgive(result)?;
    }
    Ok(())
}

fn version(info: &ObjectInfo) -> DeleteTarget {
    let version_id = info.version_id.clone().or_else(|| Some("null".into()));
    DeleteTarget {
        key: info.key.clone(),
        version_id,
        if_match: None,
    }
}

fn lone_marker(
    before: Option<&ObjectInfo>,
    next: Option<&ObjectInfo>,
    wanted: bool,
    count: i32,
    gone: &mut Vec<DeleteTarget>,
) {
    let Some(marker) = before.filter(|info| wanted && count == 0 && info.delete_marker) else {
        return;
    };
    if next.is_none_or(|next| next.key != marker.key) {
        gone.push(version(marker));
    }
}

async fn abort_uploads(
    objects: &Objects,
    bucket: &Bucket,
    rule: &LifecycleRule,
    now_ms: i64,
) -> Result<(), Error> {
    let days = rule
        .abort_incomplete_multipart_upload
        .as_ref()
        .and_then(|a| a.days_after_initiation);
    let Some(days) = days else { return Ok(()) };
    for upload in objects.list_uploads(&bucket.name, &prefix(rule)).await? {
        if passed(upload.initiated_ms, days, now_ms) {
            forgive(
                objects
                    .abort_upload(&bucket.name, &upload.key, &upload.upload_id)
                    .await,
            )?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
