//! Keeping events, letting old ones go, and counting what is kept.

use store::{Batch, BusEvent, Expect, Key, Scan, StoreError};

use super::{Archive, ArchiveRef, index::Open};
use crate::{EventBridge, pattern::Facts};

/// Keys are account, region, archive, time in 20 digits of milliseconds, event id.
pub(super) const EVENTS: &str = "events/archived";

/// Each event that comes lets up to this many go that are past their time: an archive cannot grow for ever.
const LET_GO: usize = 2;

/// Events read at once while counting and deleting.
const PAGE: usize = 500;

const DAY_MS: i64 = 86_400_000;

pub(super) fn event_key(at: &ArchiveRef, time_ms: i64, id: &str) -> Key {
    let [account, region, name] = at.parts();
    Key::of(&[
        account,
        region,
        name,
        &format!("{:020}", time_ms.max(0)),
        id,
    ])
}

/// What an archive holds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Holdings {
    pub(crate) events: u64,
    pub(crate) bytes: u64,
}

impl EventBridge {
    /// Adds the event to the batch for each archive of its bus that wants it.
    pub(crate) async fn archive_event(
        &self,
        batch: &mut Batch,
        archives: &[std::sync::Arc<Open>],
        event: &BusEvent,
        facts: &Facts<'_>,
    ) -> Result<(), StoreError> {
        for open in archives.iter().filter(|open| open.wants(facts)) {
            let at = &open.archive.at;
            batch.put_json(
                EVENTS,
                event_key(at, event.time_ms, &event.id),
                event,
                Expect::Any,
            )?;
            self.let_go(batch, &open.archive).await?;
        }
        Ok(())
    }

    async fn let_go(&self, batch: &mut Batch, archive: &Archive) -> Result<(), StoreError> {
        if archive.retention_days == 0 {
            return Ok(());
        }
        let oldest_kept = self.clock.now_ms() - archive.retention_days * DAY_MS;
        let scan = Scan {
            limit: LET_GO,
            ..Scan::prefix(&archive.at.parts())
        };
        for (key, event) in self.store.scan_json::<BusEvent>(EVENTS, &scan).await? {
            if event.time_ms < oldest_kept {
                batch.delete(EVENTS, key);
            }
        }
        Ok(())
    }

    /// Returns how much an archive holds now.
    pub(crate) async fn holdings(&self, at: &ArchiveRef) -> Result<Holdings, StoreError> {
        let mut held = Holdings::default();
        let mut scan = Scan {
            limit: PAGE,
            ..Scan::prefix(&at.parts())
        };
        loop {
            let page = self.store.scan(EVENTS, &scan).await?;
            held.events += page.len() as u64;
            held.bytes += page
                .iter()
                .map(|(_, record)| record.value.len() as u64)
                .sum::<u64>();
            match page.last() {
                Some((key, _)) if page.len() == PAGE => scan.after = Some(key.clone()),
                _ => return Ok(held),
            }
        }
    }

    /// Deletes an archive's events. A crash in between leaves some, which a repetition deletes.
    pub(crate) async fn empty_archive(&self, at: &ArchiveRef) -> Result<(), StoreError> {
        let scan = Scan {
            limit: PAGE,
            ..Scan::prefix(&at.parts())
        };
        loop {
            let page = self.store.scan(EVENTS, &scan).await?;
            if page.is_empty() {
                return Ok(());
            }
            let mut batch = Batch::new();
            for (key, _) in page {
                batch.delete(EVENTS, key);
            }
            self.store.commit(batch).await?;
        }
    }
}
