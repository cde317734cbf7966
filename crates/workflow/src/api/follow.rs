//! An execution's history as it grows: what GetExecutionHistory tells, without asking again.

use std::{collections::VecDeque, sync::Arc};

use asl::{Status, history::Projector};
use aws::ApiError;
use serde_json::{Map, Value};

use super::history::shown;
use crate::{
    StepFunctions,
    driver::{Follower, row::JournalRow},
    execution::Record,
    refusal,
};

/// History events that are handed out at once.
const EVENTS_AT_ONCE: usize = 500;

/// Somebody who follows one execution.
pub struct Following {
    service: Arc<StepFunctions>,
    record: Record,
    projector: Projector,
    changes: Follower,
    /// The journal's row that is read next.
    row: u64,
    /// Read and not told yet.
    ahead: VecDeque<JournalRow>,
    /// Events up to this one are known to whoever follows.
    after: u64,
}

impl StepFunctions {
    /// Begins to follow an execution after one of its history events; 0 is before the first.
    ///
    /// **Errors**: as GetExecutionHistory has them.
    pub async fn follow(
        self: &Arc<Self>,
        execution_arn: &str,
        after: u64,
    ) -> Result<Following, ApiError> {
        let record = self.record(execution_arn).await?;
        let definition = self.driver.definition_of(&record.home).await;
        Ok(Following {
            service: Arc::clone(self),
            projector: Projector::new(&definition.map_err(refusal::store)?),
            changes: self.driver.followers.follow(record.stream),
            record,
            row: 0,
            ahead: VecDeque::new(),
            after,
        })
    }
}

impl Following {
    /// Waits for the next history events, in the shape that GetExecutionHistory has; `None` once the execution has
    /// ended and all is told.
    pub async fn next(&mut self) -> Result<Option<Vec<Map<String, Value>>>, ApiError> {
        loop {
            let events = self.told();
            if !events.is_empty() {
                return Ok(Some(events));
            }
            if !self.read().await? {
                if self.record.status != Status::Running {
                    return Ok(None);
                }
                self.changes.changed().await;
            }
        }
    }

    /// Returns how the execution stood when its journal was last read.
    pub fn status(&self) -> &'static str {
        self.record.status.as_str()
    }

    /// Reads what the journal has more. The record comes first: when it tells of the end, the journal has all.
    async fn read(&mut self) -> Result<bool, ApiError> {
        let service = &self.service;
        self.record = service.record(&self.record.home.arn()).await?;
        let rows = service.driver.journal(self.record.stream, self.row).await;
        let rows = rows.map_err(refusal::store)?;
        if let Some((last, _)) = rows.last() {
            self.row = last + 1;
        }
        self.ahead.extend(rows.into_iter().map(|(_, row)| row));
        Ok(!self.ahead.is_empty())
    }

    fn told(&mut self) -> Vec<Map<String, Value>> {
        let mut events = Vec::new();
        while events.len() < EVENTS_AT_ONCE
            && let Some(row) = self.ahead.pop_front()
        {
            for event in &row.events {
                if let Some(event) = self.projector.push(row.at_ms, event)
                    && event.id > self.after
                {
                    events.push(shown(&event, &self.record, true));
                }
            }
        }
        events
    }
}
