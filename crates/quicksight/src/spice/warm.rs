//! A new snapshot's columns are read into memory before anyone asks, so that the first look is as quick as the next.

use std::sync::Arc;

use super::{Relations, SCHEMA, Snapshot};
use crate::{QuickSight, dataset::quoted};

/// Cells of snapshots that are larger are read when they are asked for: they would push out all others.
const CELLS_MAX: u64 = 64_000_000;

/// Reads a snapshot's columns, in the background.
pub(super) fn warm(service: &Arc<QuickSight>, snapshot: &Snapshot) {
    let width = u64::try_from(snapshot.columns.len()).unwrap_or(u64::MAX);
    if snapshot.rows == 0 || snapshot.rows.saturating_mul(width) > CELLS_MAX {
        return;
    }
    let counts: Vec<String> = snapshot
        .columns
        .iter()
        .map(|(name, _)| format!("count({})", quoted(name)))
        .collect();
    let sql = format!("SELECT {} FROM \"snapshot\"", counts.join(", "));
    let mut relations = Relations::default();
    relations.add("snapshot", snapshot.relation());
    let service = Arc::clone(service);
    tokio::spawn(async move {
        let read = async {
            let prepared = service.engine.prepare(&sql, SCHEMA, &relations).await?;
            let mut rows = prepared.run().await?;
            while rows.next().await?.is_some() {}
            Ok::<_, query::QueryError>(())
        };
        if let Err(error) = read.await {
            tracing::warn!(%error, "a snapshot could not be read ahead");
        }
    });
}
