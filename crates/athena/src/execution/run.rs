//! Carrying executions out, each in a task of its own.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures::FutureExt;
use store::{Scan, StoreError};
use tracing::Instrument;

use super::{
    ddl_run,
    location::Output,
    model::{Execution, Failure, State, execution_key},
    prepared,
    relation::ScopedCatalog,
    results::{ResultSet, write_rows, write_text},
    start::substitute,
    transition::{PENDING, end, transition},
    write_run,
};
use crate::{
    ddl::{self, Statement},
    service::Athena,
};

/// What an execution did, for its statistics.
#[derive(Clone, Debug, Default)]
pub(super) struct Done {
    pub(super) scanned: u64,
    pub(super) rows: Option<u64>,
    /// Rows that were written to a table.
    pub(super) updated: Option<u64>,
    pub(super) manifest: Option<String>,
    pub(super) planning_ms: Option<i64>,
}

/// Runs an execution in the background. `again`: it may have run in part before a restart.
pub(crate) fn spawn(athena: &Arc<Athena>, execution: Execution, again: bool) {
    let id = execution.id.clone();
    let own = Arc::clone(athena);
    // Held until the task is known, so that it cannot end before it is.
    let mut running = athena.running.lock();
    let span = tracing::info_span!(
        target: "taxiway::trace",
        "query",
        otel.name = format_args!("query {}", execution.statement_type),
        query = id,
        work_group = execution.work_group,
    );
    let work = async move {
        let (scope, id) = (execution.scope(), execution.id.clone());
        if let Err(error) = carry_out(&own, execution, again).await {
            tracing::error!(execution = id, %error, "a query's state could not be kept");
        }
        own.running.lock().remove(&id);
        drop(scope);
    };
    let task = tokio::spawn(work.instrument(span));
    running.insert(id, task.abort_handle());
}

async fn carry_out(
    athena: &Arc<Athena>,
    execution: Execution,
    again: bool,
) -> Result<(), StoreError> {
    let scope = execution.scope();
    let Ok(_slot) = athena.slots.acquire().await else {
        return Ok(());
    };
    let now = athena.clock.now_ms();
    let started = transition(athena, &scope, &execution.id, |e| {
        e.state = State::Running;
        e.started_ms.get_or_insert(now);
    })
    .await?;
    let Some(execution) = started else {
        return Ok(());
    };
    let outcome = survived(run(athena, &execution, again)).await;
    match outcome {
        Ok(done) => {
            end(athena, &scope, &execution.id, State::Succeeded, None, |e| {
                e.statistics.data_scanned_in_bytes = Some(done.scanned);
                e.statistics
                    .data_manifest_location
                    .clone_from(&done.manifest);
                e.statistics.query_planning_time_in_millis = done.planning_ms;
                e.update_count = done.updated;
                e.output_rows = done.rows;
            })
            .await?;
        }
        Err(failure) => {
            end(
                athena,
                &scope,
                &execution.id,
                State::Failed,
                Some(failure),
                |_| (),
            )
            .await?;
        }
    }
    Ok(())
}

/// Runs what a query does. A panic is its end too, and nothing else's.
async fn survived(work: impl Future<Output = Result<Done, Failure>>) -> Result<Done, Failure> {
    let outcome = AssertUnwindSafe(work).catch_unwind().await;
    outcome.unwrap_or_else(|_| {
        Err(Failure::internal(
            "the query's task panicked; the server's log says where",
        ))
    })
}

async fn run(athena: &Arc<Athena>, execution: &Execution, again: bool) -> Result<Done, Failure> {
    let output = Output::parse(&execution.output)
        .ok_or_else(|| Failure::internal("the result's place cannot be read"))?;
    let text = match execution.parameters.as_slice() {
        [] => execution.query.clone(),
        parameters if is_execute(&execution.query) => execution.query.clone() + &using(parameters),
        parameters => {
            substitute(&execution.query, parameters).map_err(|e| Failure::users(1003, e))?
        }
    };
    let mut statement = ddl::parse(&text).map_err(|e| Failure::users(1003, e.to_string()))?;
    if let Statement::Execute { name, values } = &statement {
        statement = prepared::prepared(athena, execution, name, values).await?;
    }
    statement_run(athena, execution, &statement, &output, again).await
}

fn is_execute(query: &str) -> bool {
    query
        .trim_start()
        .get(..7)
        .is_some_and(|w| w.eq_ignore_ascii_case("execute"))
}

fn using(parameters: &[String]) -> String {
    format!(" USING {}", parameters.join(", "))
}

async fn statement_run(
    athena: &Arc<Athena>,
    execution: &Execution,
    statement: &Statement,
    output: &Output,
    again: bool,
) -> Result<Done, Failure> {
    let scope = execution.scope();
    match statement {
        Statement::Query(sql) => select(athena, execution, sql, output).await,
        Statement::Explain { analyze, query } => {
            let result = explain(athena, execution, query, *analyze).await?;
            write_text(athena, &scope, &execution.id, output, &result).await?;
            Ok(Done::default())
        }
        Statement::Ddl(ddl) => {
            let result = ddl_run::run(athena, execution, ddl, again).await?;
            write_text(athena, &scope, &execution.id, output, &result).await?;
            Ok(Done::default())
        }
        Statement::Prepare { name, query } => {
            prepared::prepare(athena, execution, name, query).await?;
            write_text(athena, &scope, &execution.id, output, &ResultSet::default()).await?;
            Ok(Done::default())
        }
        Statement::Deallocate { name } => {
            prepared::deallocate(athena, execution, name).await?;
            write_text(athena, &scope, &execution.id, output, &ResultSet::default()).await?;
            Ok(Done::default())
        }
        Statement::Insert(_) | Statement::Ctas(_) | Statement::Unload(_) if again => Err(Failure {
            category: 1,
            kind: 401,
            reason: "The server was stopped while this query wrote. What it had written is not part of any \
                     result; run the query again."
                .into(),
        }),
        Statement::Insert(insert) => write_run::insert(athena, execution, insert, output).await,
        Statement::Ctas(ctas) => write_run::ctas(athena, execution, ctas, output).await,
        Statement::Unload(unload) => write_run::unload(athena, execution, unload, output).await,
        Statement::Unsupported { what } => {
            Err(Failure::users(1002, format!("NOT_SUPPORTED: {what} is not supported")))
        }
        Statement::Execute { .. } => Err(Failure::users(1003, "a prepared statement cannot execute another")),
    }
}

/// The schema of bare names.
pub(super) fn schema(execution: &Execution) -> &str {
    execution.database.as_deref().unwrap_or("default")
}

pub(super) fn scoped(athena: &Athena, execution: &Execution) -> ScopedCatalog {
    ScopedCatalog {
        catalog: athena.catalog.clone(),
        scope: execution.scope(),
    }
}

async fn select(
    athena: &Athena,
    execution: &Execution,
    sql: &str,
    output: &Output,
) -> Result<Done, Failure> {
    let scope = execution.scope();
    let before = athena.clock.now_ms();
    let prepared = athena
        .engine
        .prepare(sql, schema(execution), &scoped(athena, execution))
        .await?;
    let planning_ms = Some(athena.clock.now_ms() - before);
    let rows = prepared.run().await?;
    let (rows, scanned) = write_rows(
        athena,
        &scope,
        &execution.id,
        output,
        rows,
        execution.cutoff_bytes,
    )
    .await?;
    Ok(Done {
        scanned,
        rows: Some(rows),
        planning_ms,
        ..Done::default()
    })
}

async fn explain(
    athena: &Athena,
    execution: &Execution,
    sql: &str,
    analyze: bool,
) -> Result<ResultSet, Failure> {
    let prepared = athena
        .engine
        .prepare(sql, schema(execution), &scoped(athena, execution))
        .await?;
    let plan = prepared.explain().await?;
    let mut rows: Vec<_> = plan.lines().map(|l| vec![Some(l.to_owned())]).collect();
    if analyze {
        let mut answer = prepared.run().await?;
        let mut count = 0;
        while let Some(batch) = answer.next().await? {
            count += batch.len();
        }
        rows.push(vec![Some(format!(
            "Output: {count} rows, Input: {} B",
            answer.scanned_bytes()
        ))]);
    }
    Ok(ResultSet {
        columns: vec![("Query Plan", "varchar")],
        rows,
    })
}

/// Takes up what had not ended at the last stop.
pub(crate) async fn resume(athena: &Arc<Athena>) -> Result<(), StoreError> {
    for (key, _) in athena.store.scan(PENDING, &Scan::prefix(&[])).await? {
        let parts = key.parts();
        let [account, region, id] = parts.as_slice() else {
            continue;
        };
        let scope = crate::catalog::Scope::new(account, region);
        let found: Option<Execution> = athena
            .store
            .get_json(super::model::EXECUTIONS, &execution_key(&scope, id))
            .await?;
        if let Some(execution) = found {
            spawn(athena, execution, true);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_failure() {
        let failed = survived(async { panic!("no way") }).await.unwrap_err();
        assert_eq!(failed.category, 1);
        assert!(failed.reason.starts_with("GENERIC_INTERNAL_ERROR: "));
        assert!(survived(async { Ok(Done::default()) }).await.is_ok());
    }
}
