//! CreateArchive, DescribeArchive, UpdateArchive, ListArchives, DeleteArchive.

use aws::{ApiError, Context, time};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Scan};

use super::{Nothing, errors, list_rules::page};
use crate::{
    EventBridge,
    archive::{ARCHIVES, Archive, ArchiveRef},
    pattern::Pattern,
    rules::BusRef,
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateArchive {
    archive_name: String,
    event_source_arn: String,
    description: Option<String>,
    event_pattern: Option<String>,
    retention_days: Option<i64>,
    kms_key_identifier: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateArchive {
    archive_name: String,
    description: Option<String>,
    event_pattern: Option<String>,
    retention_days: Option<i64>,
    kms_key_identifier: Option<String>,
}

/// The input of DescribeArchive and DeleteArchive.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ArchiveNamed {
    archive_name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListArchives {
    name_prefix: Option<String>,
    event_source_arn: Option<String>,
    state: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

/// The output of CreateArchive and UpdateArchive.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ArchivePut {
    archive_arn: String,
    state: &'static str,
    creation_time: f64,
}

/// An archive as described and, without what is marked, as listed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ArchiveShown {
    /// Described alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    archive_arn: Option<String>,
    archive_name: String,
    event_source_arn: String,
    /// Described alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Described alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    event_pattern: Option<String>,
    /// Described alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_identifier: Option<String>,
    state: &'static str,
    retention_days: i64,
    size_bytes: u64,
    event_count: u64,
    creation_time: f64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ArchivesListed {
    archives: Vec<ArchiveShown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

const ENABLED: &str = "ENABLED";

pub(super) fn archive_named(context: &Context, name: &str) -> ArchiveRef {
    ArchiveRef {
        account: context.account().to_owned(),
        region: context.region().to_owned(),
        name: name.to_owned(),
    }
}

fn check_pattern(pattern: Option<&str>) -> Result<(), ApiError> {
    match pattern.map(Pattern::parse) {
        Some(Err(error)) => Err(errors::pattern(&error)),
        _ => Ok(()),
    }
}

fn answer(archive: &Archive) -> ArchivePut {
    ArchivePut {
        archive_arn: archive.at.arn(),
        state: ENABLED,
        creation_time: time::from_millis(archive.created_ms),
    }
}

impl EventBridge {
    pub(super) async fn archive(&self, at: &ArchiveRef) -> Result<Option<Archive>, ApiError> {
        self.store
            .get_json(ARCHIVES, &at.key())
            .await
            .map_err(errors::store)
    }

    /// Stores an archive; events that were published before are not its own.
    async fn put_archive(&self, archive: Archive, expect: Expect) -> Result<ArchivePut, ApiError> {
        self.match_published().await.map_err(errors::store)?;
        let mut batch = Batch::new();
        batch
            .put_json(ARCHIVES, archive.at.key(), &archive, expect)
            .map_err(errors::store)?;
        self.save_cursors(&mut batch).await?;
        self.store.commit(batch).await.map_err(errors::store)?;
        let put = answer(&archive);
        self.archives.put(archive);
        Ok(put)
    }

    pub(super) async fn create_archive(
        &self,
        context: &Context,
        input: CreateArchive,
    ) -> Result<ArchivePut, ApiError> {
        let bus = BusRef::read(&input.event_source_arn, context.account(), context.region());
        self.require_bus(context, &bus).await?;
        check_pattern(input.event_pattern.as_deref())?;
        let at = archive_named(context, &input.archive_name);
        let _alone = self.changes.lock().await;
        if self.archive(&at).await?.is_some() {
            return Err(errors::archive_exists(&at.name));
        }
        let archive = Archive {
            v: 1,
            at,
            bus,
            description: input.description,
            pattern: input.event_pattern,
            retention_days: input.retention_days.unwrap_or(0),
            kms_key: input.kms_key_identifier,
            created_ms: self.clock.now_ms(),
        };
        self.put_archive(archive, Expect::Absent).await
    }

    pub(super) async fn update_archive(
        &self,
        context: &Context,
        input: UpdateArchive,
    ) -> Result<ArchivePut, ApiError> {
        check_pattern(input.event_pattern.as_deref())?;
        let at = archive_named(context, &input.archive_name);
        let _alone = self.changes.lock().await;
        let old = self
            .archive(&at)
            .await?
            .ok_or_else(|| errors::no_archive(&at.name))?;
        let archive = Archive {
            description: input.description.or(old.description),
            pattern: input.event_pattern.or(old.pattern),
            retention_days: input.retention_days.unwrap_or(old.retention_days),
            kms_key: input.kms_key_identifier.or(old.kms_key),
            ..old
        };
        self.put_archive(archive, Expect::Present).await
    }

    pub(super) async fn describe_archive(
        &self,
        context: &Context,
        input: ArchiveNamed,
    ) -> Result<ArchiveShown, ApiError> {
        let at = archive_named(context, &input.archive_name);
        let archive = self
            .archive(&at)
            .await?
            .ok_or_else(|| errors::no_archive(&at.name))?;
        let listed = self.listed(&archive).await?;
        Ok(ArchiveShown {
            archive_arn: Some(at.arn()),
            description: archive.description,
            event_pattern: archive.pattern,
            kms_key_identifier: archive.kms_key,
            ..listed
        })
    }

    async fn listed(&self, archive: &Archive) -> Result<ArchiveShown, ApiError> {
        let held = self.holdings(&archive.at).await.map_err(errors::store)?;
        Ok(ArchiveShown {
            archive_arn: None,
            archive_name: archive.at.name.clone(),
            event_source_arn: archive.bus.arn(),
            description: None,
            event_pattern: None,
            kms_key_identifier: None,
            state: ENABLED,
            retention_days: archive.retention_days,
            size_bytes: held.bytes,
            event_count: held.events,
            creation_time: time::from_millis(archive.created_ms),
        })
    }

    pub(super) async fn list_archives(
        &self,
        context: &Context,
        input: ListArchives,
    ) -> Result<ArchivesListed, ApiError> {
        let filters = [&input.name_prefix, &input.event_source_arn, &input.state];
        if filters.iter().filter(|filter| filter.is_some()).count() > 1 {
            return Err(errors::invalid(
                "At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or NamePrefix.",
            ));
        }
        let scan = Scan::prefix(&[context.account(), context.region()]);
        let kept = self
            .store
            .scan_json::<Archive>(ARCHIVES, &scan)
            .await
            .map_err(errors::store)?;
        let prefix = input.name_prefix.unwrap_or_default();
        let mut wanted: Vec<Archive> = kept.into_iter().map(|(_, archive)| archive).collect();
        wanted.retain(|archive| {
            archive.at.name.starts_with(&prefix)
                && input
                    .event_source_arn
                    .as_ref()
                    .is_none_or(|arn| *arn == archive.bus.arn())
                && input.state.as_ref().is_none_or(|state| state == ENABLED)
        });
        let (page, next_token) = page(
            wanted,
            |a| &a.at.name,
            input.next_token.as_deref(),
            input.limit,
        )?;
        let mut archives = Vec::with_capacity(page.len());
        for archive in &page {
            archives.push(self.listed(archive).await?);
        }
        Ok(ArchivesListed {
            archives,
            next_token,
        })
    }

    /// Deletes an archive with its events.
    pub(super) async fn delete_archive(
        &self,
        context: &Context,
        input: ArchiveNamed,
    ) -> Result<Nothing, ApiError> {
        let at = archive_named(context, &input.archive_name);
        let _alone = self.changes.lock().await;
        self.archive(&at)
            .await?
            .ok_or_else(|| errors::no_archive(&at.name))?;
        self.archives.remove(&at);
        self.match_published().await.map_err(errors::store)?;
        self.empty_archive(&at).await.map_err(errors::store)?;
        let mut batch = Batch::new();
        batch.delete(ARCHIVES, at.key());
        self.save_cursors(&mut batch).await?;
        self.store.commit(batch).await.map_err(errors::store)?;
        Ok(Nothing {})
    }
}
