//! State changes: record, order, pending mark and bus event in one commit.

use serde_json::json;
use store::{Batch, BusEvent, Expect, Key, StoreError};

use super::model::{EXECUTIONS, Execution, Failure, State, execution_key};
use crate::{
    catalog::Scope,
    service::{Athena, new_id},
};

/// Executions by work group and time of submission.
pub(crate) const ORDER: &str = "athena/order";
/// Executions that have not ended: what a restart looks through.
pub(crate) const PENDING: &str = "athena/pending";

/// Adds a new execution and its first event to a batch.
pub(crate) fn add(batch: &mut Batch, execution: &Execution) -> Result<(), StoreError> {
    let scope = execution.scope();
    let key = execution_key(&scope, &execution.id);
    batch.put_json(EXECUTIONS, key.clone(), execution, Expect::Absent)?;
    batch.put(PENDING, key, "1");
    let submitted = format!("{:020}", execution.submitted_ms);
    let order = [
        &*scope.account,
        &*scope.region,
        &execution.work_group,
        &submitted,
        &execution.id,
    ];
    batch.put(ORDER, Key::of(&order), "1");
    batch.publish(event(execution, None, execution.submitted_ms));
    Ok(())
}

/// Changes an execution that has not ended, with its event; nothing where it has ended or is not there.
///
/// A crash before the answer: all of it or nothing happened.
pub(crate) async fn transition(
    athena: &Athena,
    scope: &Scope,
    id: &str,
    change: impl Fn(&mut Execution),
) -> Result<Option<Execution>, StoreError> {
    let key = execution_key(scope, id);
    loop {
        let Some(record) = athena.store.get(EXECUTIONS, &key).await? else {
            return Ok(None);
        };
        let mut execution: Execution = record.json()?;
        let former = execution.state;
        if former.is_final() {
            return Ok(None);
        }
        change(&mut execution);
        let mut batch = Batch::new();
        if execution.state != former {
            execution.sequence += 1;
            batch.publish(event(&execution, Some(former), athena.clock.now_ms()));
        }
        if execution.state.is_final() {
            batch.delete(PENDING, key.clone());
        }
        batch.put_json(
            EXECUTIONS,
            key.clone(),
            &execution,
            Expect::Version(record.version),
        )?;
        match athena.store.commit(batch).await {
            Err(StoreError::Conflict { .. }) => {}
            Ok(()) => {
                if execution.state.is_final() {
                    metrics::counter!("taxiway_queries_ended_total", "state" => execution.state.name())
                        .increment(1);
                }
                return Ok(Some(execution));
            }
            Err(error) => return Err(error),
        }
    }
}

/// Ends an execution, whatever state it is in.
pub(crate) async fn end(
    athena: &Athena,
    scope: &Scope,
    id: &str,
    state: State,
    failure: Option<Failure>,
    change: impl Fn(&mut Execution),
) -> Result<Option<Execution>, StoreError> {
    let now = athena.clock.now_ms();
    transition(athena, scope, id, |execution| {
        change(execution);
        execution.state = state;
        execution.completed_ms = Some(now);
        if let Some(failure) = &failure {
            execution.reason = Some(failure.reason.clone());
            execution.error = Some((failure.category, failure.kind, failure.reason.clone()));
        }
        let started = execution.started_ms.unwrap_or(now);
        let statistics = &mut execution.statistics;
        statistics.total_execution_time_in_millis = Some(now - execution.submitted_ms);
        statistics.query_queue_time_in_millis = Some(started - execution.submitted_ms);
        statistics
            .engine_execution_time_in_millis
            .get_or_insert(now - started);
        statistics
            .service_processing_time_in_millis
            .get_or_insert(0);
        statistics
            .service_pre_processing_time_in_millis
            .get_or_insert(0);
        statistics.data_scanned_in_bytes.get_or_insert(0);
    })
    .await
}

/// **Source**: "Monitor Athena query events with EventBridge" in Athena's user guide.
fn event(execution: &Execution, former: Option<State>, time_ms: i64) -> BusEvent {
    let mut detail = json!({
        "versionId": "0",
        "currentState": execution.state.name(),
        "statementType": execution.statement_type,
        "queryExecutionId": execution.id,
        "workgroupName": execution.work_group,
        "sequenceNumber": execution.sequence.to_string(),
    });
    if let Some(former) = former {
        detail["previousState"] = former.name().into();
    }
    if let (State::Failed, Some((category, kind, message))) = (execution.state, &execution.error) {
        detail["athenaError"] = json!({
            "errorCategory": category, "errorType": kind, "errorMessage": message, "retryable": false,
        });
    }
    BusEvent {
        id: new_id(),
        time_ms,
        account: execution.account.clone(),
        region: execution.region.clone(),
        bus: "default".into(),
        source: "aws.athena".into(),
        detail_type: "Athena Query State Change".into(),
        resources: Vec::new(),
        detail: detail.to_string(),
        internal: false,
    }
}
