//! Distributed Map: not built yet. Its Map runs fail with a clear error.

use std::sync::Arc;

use asl::{MapRunId, MapRunSpec, Trigger};

use super::Driver;

impl Driver {
    pub(super) fn start_map_run(&self, stream: i64, map_run: MapRunId, spec: Box<MapRunSpec>) {
        let Some(this) = self.this() else { return };
        tokio::spawn(async move {
            let cause = format!(
                "The distributed Map state '{}' cannot be run: Map runs are not built yet.",
                spec.state
            );
            let error = "States.Runtime".into();
            let trigger = Trigger::MapRunFailed {
                map_run,
                error,
                cause: Some(cause.into()),
            };
            Arc::clone(&this)
                .deliver_surely(stream, trigger, None)
                .await;
        });
    }

    pub(super) fn cancel_map_run(&self, _stream: i64, _map_run: MapRunId) {}
}
