//! Query executions: start, stop, get, list.

use std::sync::Arc;

use aws::{ApiError, Context, Operations};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Key, Scan};

use crate::{
    execution::{EXECUTIONS, Execution, ORDER, StartRequest, State, end, execution_key, start},
    service::{Athena, invalid_input},
    workgroup::{PRIMARY, ResultConfiguration},
};

pub(crate) fn operations(athena: &Arc<Athena>, operations: Operations) -> Operations {
    operations
        .on(athena, "StartQueryExecution", start_execution)
        .on(athena, "StopQueryExecution", stop)
        .on(athena, "GetQueryExecution", get)
        .on(athena, "BatchGetQueryExecution", batch_get)
        .on(athena, "ListQueryExecutions", list)
        .on(athena, "GetQueryRuntimeStatistics", runtime_statistics)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct QueryContext {
    database: Option<String>,
    catalog: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Start {
    query_string: String,
    client_request_token: Option<String>,
    query_execution_context: Option<QueryContext>,
    result_configuration: Option<ResultConfiguration>,
    work_group: Option<String>,
    execution_parameters: Option<Vec<String>>,
}

async fn start_execution(
    athena: Arc<Athena>,
    context: Context,
    input: Start,
) -> Result<Value, ApiError> {
    let (database, catalog) = input
        .query_execution_context
        .map_or((None, None), |c| (c.database, c.catalog));
    if let Some(catalog) = catalog
        .as_deref()
        .filter(|c| !c.eq_ignore_ascii_case("awsdatacatalog"))
    {
        return Err(invalid_input(format!(
            "Data catalog {catalog} was not found"
        )));
    }
    let request = StartRequest {
        query: input.query_string,
        token: input.client_request_token,
        database,
        catalog,
        configuration: input.result_configuration,
        work_group: input.work_group,
        parameters: input.execution_parameters.unwrap_or_default(),
    };
    let id = start(&athena, &Athena::scope(&context), request).await?;
    Ok(json!({"QueryExecutionId": id}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ById {
    query_execution_id: String,
}

/// Returns an execution, or Athena's refusal for one that is not there.
pub(super) async fn find(
    athena: &Athena,
    context: &Context,
    id: &str,
) -> Result<Execution, ApiError> {
    let key = execution_key(&Athena::scope(context), id);
    let found = athena
        .store
        .get_json(EXECUTIONS, &key)
        .await
        .map_err(ApiError::internal)?;
    found.ok_or_else(|| invalid_input(format!("QueryExecution {id} was not found")))
}

async fn stop(athena: Arc<Athena>, context: Context, input: ById) -> Result<Value, ApiError> {
    let execution = find(&athena, &context, &input.query_execution_id).await?;
    let task = athena.running.lock().remove(&execution.id);
    if let Some(task) = task {
        task.abort();
    }
    end(
        &athena,
        &execution.scope(),
        &execution.id,
        State::Cancelled,
        None,
        |e| {
            e.reason = Some("Query cancelled by user".into());
        },
    )
    .await
    .map_err(ApiError::internal)?;
    Ok(json!({}))
}

async fn get(athena: Arc<Athena>, context: Context, input: ById) -> Result<Value, ApiError> {
    let execution = find(&athena, &context, &input.query_execution_id).await?;
    Ok(json!({"QueryExecution": execution.shown()}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Batch {
    query_execution_ids: Vec<String>,
}

async fn batch_get(athena: Arc<Athena>, context: Context, input: Batch) -> Result<Value, ApiError> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for id in input.query_execution_ids {
        match find(&athena, &context, &id).await {
            Ok(execution) => found.push(execution.shown()),
            Err(error) if error.status == 400 => missing.push(json!({
                "QueryExecutionId": id,
                "ErrorCode": "INVALID_INPUT",
                "ErrorMessage": error.message,
            })),
            Err(error) => return Err(error),
        }
    }
    Ok(json!({"QueryExecutions": found, "UnprocessedQueryExecutionIds": missing}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    next_token: Option<String>,
    max_results: Option<usize>,
    work_group: Option<String>,
}

async fn list(athena: Arc<Athena>, context: Context, input: List) -> Result<Value, ApiError> {
    let scope = Athena::scope(&context);
    let group = input.work_group.unwrap_or_else(|| PRIMARY.into());
    let known = athena
        .work_group(&scope, &group)
        .await
        .map_err(ApiError::internal)?;
    known.ok_or_else(|| invalid_input(format!("WorkGroup {group} is not found.")))?;
    let limit = input.max_results.unwrap_or(50);
    let prefix = [&*scope.account, &*scope.region, group.as_str()];
    let mut scan = Scan::prefix(&prefix);
    scan.reverse = true;
    scan.limit = limit + 1;
    if let Some(token) = input.next_token.filter(|t| !t.is_empty()) {
        let Some((time, id)) = token.split_once('_') else {
            return Err(invalid_input(format!("Invalid NextToken: {token}")));
        };
        scan.after = Some(Key::of(&[prefix[0], prefix[1], prefix[2], time, id]));
    }
    let rows = athena
        .store
        .scan(ORDER, &scan)
        .await
        .map_err(ApiError::internal)?;
    let keys: Vec<Vec<String>> = rows.iter().map(|(key, _)| key.parts()).collect();
    let ids: Vec<&String> = keys
        .iter()
        .take(limit)
        .filter_map(|parts| parts.get(4))
        .collect();
    let mut output = json!({"QueryExecutionIds": ids});
    if keys.len() > limit
        && let Some([.., time, id]) = keys.get(limit.saturating_sub(1)).map(Vec::as_slice)
    {
        output["NextToken"] = format!("{time}_{id}").into();
    }
    Ok(output)
}

async fn runtime_statistics(
    athena: Arc<Athena>,
    context: Context,
    input: ById,
) -> Result<Value, ApiError> {
    let execution = find(&athena, &context, &input.query_execution_id).await?;
    if !execution.state.is_final() {
        return Err(invalid_input(format!(
            "Query runtime statistics are not available while query {} runs",
            execution.id
        )));
    }
    let statistics = &execution.statistics;
    let rows = execution.output_rows.unwrap_or(0);
    let bytes = statistics.data_scanned_in_bytes.unwrap_or(0);
    let timeline = json!({
        "QueryQueueTimeInMillis": statistics.query_queue_time_in_millis.unwrap_or(0),
        "QueryPlanningTimeInMillis": statistics.query_planning_time_in_millis.unwrap_or(0),
        "EngineExecutionTimeInMillis": statistics.engine_execution_time_in_millis.unwrap_or(0),
        "ServiceProcessingTimeInMillis": statistics.service_processing_time_in_millis.unwrap_or(0),
        "TotalExecutionTimeInMillis": statistics.total_execution_time_in_millis.unwrap_or(0),
    });
    Ok(json!({"QueryRuntimeStatistics": {
        "Timeline": timeline,
        "Rows": {"InputBytes": bytes, "OutputRows": rows},
    }}))
}
