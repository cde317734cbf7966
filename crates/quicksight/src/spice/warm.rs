//! A new snapshot is in memory before its ingestion has ended: whoever asks first need not wait for it to be read.

use super::Snapshot;
use crate::QuickSight;

/// Reads a snapshot's columns into memory; those of one that has no room there are read when they are asked for.
pub(super) async fn warm(service: &QuickSight, snapshot: &Snapshot) {
    let rows = usize::try_from(snapshot.rows).unwrap_or(usize::MAX);
    if let Err(error) = service.engine.read_ahead(snapshot.table(), rows).await {
        tracing::warn!(%error, "a snapshot could not be read ahead");
    }
}
