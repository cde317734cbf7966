//! Data sets that are refreshed whenever a state machine succeeds: a cursor on the bus.

use std::sync::{Arc, Weak};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Batch, BusEvent, Scan, StoreError};

use crate::{QuickSight, asset::Scope};

/// Data sets, and the state machine that each waits for.
pub(crate) const AFTER: &str = "quicksight/refresh-after";
const CURSOR: &str = "quicksight/refresh-after";
/// Events of one round.
const ROUND: usize = 500;
const REST_MS: i64 = 1_000;
/// How long what happens is left to gather: nobody misses a refresh that comes so much later, and a look at the store for each
/// execution that begins or ends is felt.
const GATHER_MS: i64 = 500;

/// Which state machine a data set waits for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct After {
    /// None, and the data set waits for nothing.
    pub(crate) state_machine_arn: Option<String>,
}

/// Events that may be read again after a restart, so that not each of them costs a commit. None of them refreshed anything,
/// or the cursor would have moved.
const UNWRITTEN_EVENTS: u64 = 1_000;

/// How far the bus is read, and how far the store says so.
#[derive(Default)]
struct Place {
    seen: u64,
    written: u64,
}

/// Reads the bus to its end, again and again; ends when the service is dropped.
pub(crate) async fn follow(this: Weak<QuickSight>) {
    let Some(mut watch) = this.upgrade().map(|s| s.store.bus_watch()) else {
        return;
    };
    let mut place = None;
    loop {
        let newest = *watch.borrow_and_update();
        let Some(service) = this.upgrade() else {
            return;
        };
        if let Err(error) = round(&service, &mut place, newest).await {
            tracing::warn!(%error, "state machines could not be followed");
            let clock = Arc::clone(&service.clock);
            let until = clock.now_ms() + REST_MS;
            drop(service);
            clock.sleep_until(until).await;
            continue;
        }
        let clock = Arc::clone(&service.clock);
        drop(service);
        if watch.changed().await.is_err() {
            return;
        }
        clock.sleep_until(clock.now_ms() + GATHER_MS).await;
    }
}

async fn round(
    service: &Arc<QuickSight>,
    place: &mut Option<Place>,
    newest: u64,
) -> Result<(), StoreError> {
    let place = match place {
        Some(place) => place,
        None => {
            let seen = service.store.bus_cursor(CURSOR).await?;
            place.insert(Place {
                seen,
                written: seen,
            })
        }
    };
    let one = Scan {
        limit: 1,
        ..Scan::prefix(&[])
    };
    if service.store.scan(AFTER, &one).await?.is_empty() {
        place.seen = place.seen.max(newest);
        return write(service, place, false).await;
    }
    loop {
        let events = service.store.bus_after(place.seen, ROUND).await?;
        let Some((last, _)) = events.last() else {
            return Ok(());
        };
        let last = *last;
        let mut refreshed = false;
        for (_, event) in &events {
            refreshed |= heard(service, event).await?;
        }
        place.seen = last;
        write(service, place, refreshed).await?;
    }
}

/// Keeps how far the bus is read, when it is to be known for sure or time to.
async fn write(service: &QuickSight, place: &mut Place, surely: bool) -> Result<(), StoreError> {
    if surely || place.seen >= place.written + UNWRITTEN_EVENTS {
        let mut batch = Batch::new();
        batch.move_cursor(CURSOR, place.seen);
        service.store.commit(batch).await?;
        place.written = place.seen;
    }
    Ok(())
}

/// Refreshes what waits for what an event tells; returns whether anything does.
async fn heard(service: &Arc<QuickSight>, event: &BusEvent) -> Result<bool, StoreError> {
    if event.source != "aws.states" || event.detail_type != "Step Functions Execution Status Change"
    {
        return Ok(false);
    }
    let Ok(detail) = serde_json::from_str::<Value>(&event.detail) else {
        return Ok(false);
    };
    if detail["status"] != "SUCCEEDED" {
        return Ok(false);
    }
    let scope = Scope {
        account: event.account.clone(),
        region: event.region.clone(),
    };
    let waiting = service
        .store
        .scan_json::<After>(AFTER, &scope.scan(&[]))
        .await?;
    let mut refreshed = false;
    for (key, after) in waiting {
        let is_it = after.state_machine_arn.as_deref() == detail["stateMachineArn"].as_str();
        if let (true, Some(data_set)) = (is_it, key.parts().pop()) {
            super::refresh(service, &scope, &data_set, &json!({})).await;
            refreshed = true;
        }
    }
    Ok(refreshed)
}
