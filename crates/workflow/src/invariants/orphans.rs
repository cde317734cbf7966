//! INV-10: rows that belong to an execution have one.

use store::{Key, Scan, Store, StoreError};
use tokio::time::Instant;

use super::{
    Broken,
    survey::{Moments, PAGE, Survey, parked, stream_and_number, unreadable},
};
use crate::{
    driver::row::{Phase, TaskRow},
    execution::Record,
    tables,
};

/// The tables whose rows each belong to an execution that has not ended.
const TABLES: [&str; 3] = [tables::PARKED, tables::OPEN, tables::TASKS];

/// Goes through the rows of executions and finds those whose execution is not there.
pub(super) async fn look(moments: &Moments<'_>, found: &mut Survey) -> Result<(), StoreError> {
    for table in TABLES {
        let mut scan = Scan::prefix(&[]);
        scan.limit = PAGE;
        loop {
            let (store, since) = ((moments.now)()?, Instant::now());
            let page = match store.scan(table, &scan).await {
                Err(error @ StoreError::Corrupt { .. }) => {
                    found.tell([unreadable(table, &error)]);
                    break;
                }
                page => page?,
            };
            let Some((last, _)) = page.last() else { break };
            scan.after = Some(last.clone());
            for (key, row) in &page {
                let stream = match table {
                    tables::OPEN => {
                        let stream = key.parts().pop().and_then(|p| tables::stream_of(&p));
                        stream.unwrap_or(-1)
                    }
                    _ => stream_and_number(key).0,
                };
                let told = match table {
                    tables::TASKS if row.json::<TaskRow>().is_ok_and(|row| given_up(&row)) => None,
                    _ => lost(&store, table, stream).await?,
                };
                found.tell(told);
            }
            drop(store);
            moments.rest(since).await;
        }
    }
    timers(moments, found).await
}

fn given_up(row: &TaskRow) -> bool {
    matches!(row.phase, Phase::Unwanted | Phase::Cancel { .. })
}

async fn timers(moments: &Moments<'_>, found: &mut Survey) -> Result<(), StoreError> {
    let (mut after_ms, mut limit) = (i64::MIN, PAGE);
    loop {
        let (store, since) = ((moments.now)()?, Instant::now());
        let page = store
            .timers_after(tables::TIMERS, after_ms, i64::MAX, limit)
            .await;
        let mut page = match page {
            Err(error @ StoreError::Corrupt { .. }) => {
                found.tell([unreadable("timers", &error)]);
                return Ok(());
            }
            page => page?,
        };
        let is_last = page.len() < limit;
        let (first, last) = match (page.first(), page.last()) {
            (Some(first), Some(last)) => (first.due_ms, last.due_ms),
            _ => return Ok(()),
        };
        if !is_last {
            if first == last {
                // A page of one millisecond alone has no place to be cut at.
                limit *= 4;
                continue;
            }
            page.retain(|timer| timer.due_ms < last);
        }
        for timer in &page {
            found.tell(lost(&store, "timers", stream_and_number(&timer.key).0).await?);
        }
        if is_last {
            return Ok(());
        }
        (after_ms, limit) = (last - 1, PAGE);
        drop(store);
        moments.rest(since).await;
    }
}

/// Tells of a row whose execution is not there, or has ended.
async fn lost(store: &Store, what: &str, stream: i64) -> Result<Option<Broken>, StoreError> {
    let is_there = match parked(store, stream).await {
        Ok(Some(parked)) => {
            let key: Key = parked.home.key();
            match store.get_json::<Record>(tables::EXECUTIONS, &key).await {
                Ok(record) => record.is_some_and(|r| r.stream == stream && r.stop_ms.is_none()),
                // Told where the executions are looked at.
                Err(StoreError::Corrupt { .. }) => true,
                Err(error) => return Err(error),
            }
        }
        Ok(None) => false,
        Err(error @ StoreError::Corrupt { .. }) => {
            return Ok(Some(unreadable(&format!("stream {stream:x}"), &error)));
        }
        Err(error) => return Err(error),
    };
    Ok((!is_there).then(|| Broken {
        invariant: "INV-10",
        of: format!("stream {stream:x}"),
        what: format!("a row of {what} without an execution that runs"),
    }))
}
