//! The archives in memory, their patterns compiled, by bus. The store is the truth; this follows each commit.

use std::{collections::HashMap, sync::Arc};

use parking_lot::RwLock;

use super::{Archive, ArchiveRef};
use crate::{
    pattern::{Facts, Pattern},
    rules::BusRef,
};

#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) archive: Archive,
    pattern: Option<Pattern>,
}

impl Open {
    pub(super) fn wants(&self, facts: &Facts<'_>) -> bool {
        self.pattern
            .as_ref()
            .is_none_or(|pattern| pattern.matches(facts))
    }
}

/// All archives.
#[derive(Debug, Default)]
pub(crate) struct ArchiveIndex {
    by_bus: RwLock<HashMap<BusRef, Vec<Arc<Open>>>>,
}

impl ArchiveIndex {
    pub(crate) fn put(&self, archive: Archive) {
        let pattern = archive
            .pattern
            .as_deref()
            .and_then(|text| Pattern::parse(text).ok());
        self.remove(&archive.at);
        let mut by_bus = self.by_bus.write();
        let open = by_bus.entry(archive.bus.clone()).or_default();
        open.push(Arc::new(Open { archive, pattern }));
    }

    pub(crate) fn remove(&self, at: &ArchiveRef) {
        let mut by_bus = self.by_bus.write();
        by_bus.retain(|_, open| {
            open.retain(|open| open.archive.at != *at);
            !open.is_empty()
        });
    }

    pub(crate) fn of_bus(&self, bus: &BusRef) -> Vec<Arc<Open>> {
        self.by_bus.read().get(bus).cloned().unwrap_or_default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_bus.read().is_empty()
    }
}
