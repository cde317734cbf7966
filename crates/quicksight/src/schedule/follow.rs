//! Data sets that are refreshed whenever a state machine succeeds: a cursor on the bus.

use std::sync::Weak;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Batch, StoreError};

use crate::{QuickSight, asset::Scope};

/// Data sets, and the state machine that each waits for.
pub(crate) const AFTER: &str = "quicksight/refresh-after";
const CURSOR: &str = "quicksight/refresh-after";
/// Events of one round.
const ROUND: usize = 500;
const REST_MS: i64 = 1_000;

/// Which state machine a data set waits for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct After {
    /// None, and the data set waits for nothing.
    pub(crate) state_machine_arn: Option<String>,
}

/// Reads the bus to its end, again and again; ends when the service is dropped.
pub(crate) async fn follow(this: Weak<QuickSight>) {
    let Some(mut watch) = this.upgrade().map(|s| s.store.bus_watch()) else {
        return;
    };
    loop {
        let Some(service) = this.upgrade() else {
            return;
        };
        if let Err(error) = round(&service).await {
            tracing::warn!(%error, "state machines could not be followed");
            let clock = std::sync::Arc::clone(&service.clock);
            let until = clock.now_ms() + REST_MS;
            drop(service);
            clock.sleep_until(until).await;
            continue;
        }
        drop(service);
        if watch.changed().await.is_err() {
            return;
        }
    }
}

async fn round(service: &std::sync::Arc<QuickSight>) -> Result<(), StoreError> {
    let mut at = service.store.bus_cursor(CURSOR).await?;
    loop {
        let events = service.store.bus_after(at, ROUND).await?;
        let Some((last, _)) = events.last() else {
            return Ok(());
        };
        let last = *last;
        for (_, event) in &events {
            if event.source != "aws.states"
                || event.detail_type != "Step Functions Execution Status Change"
            {
                continue;
            }
            let Ok(detail) = serde_json::from_str::<Value>(&event.detail) else {
                continue;
            };
            if detail["status"] != "SUCCEEDED" {
                continue;
            }
            let scope = Scope {
                account: event.account.clone(),
                region: event.region.clone(),
            };
            let waiting = service
                .store
                .scan_json::<After>(AFTER, &scope.scan(&[]))
                .await?;
            for (key, after) in waiting {
                let is_it =
                    after.state_machine_arn.as_deref() == detail["stateMachineArn"].as_str();
                if let (true, Some(data_set)) = (is_it, key.parts().pop()) {
                    super::refresh(service, &scope, &data_set, &json!({})).await;
                }
            }
        }
        let mut batch = Batch::new();
        batch.move_cursor(CURSOR, last);
        service.store.commit(batch).await?;
        at = last;
    }
}
