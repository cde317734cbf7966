//! GetQueryResults.

use std::sync::Arc;

use aws::{ApiError, Context, Operations};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Key;

use super::executions::find;
use crate::{
    execution::{COLUMNS, Kept, Output, State, read_page},
    service::{Athena, invalid, invalid_input},
};

pub(crate) fn operations(athena: &Arc<Athena>, operations: Operations) -> Operations {
    operations.on(athena, "GetQueryResults", get)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Get {
    query_execution_id: String,
    next_token: Option<String>,
    max_results: Option<usize>,
    query_result_type: Option<String>,
}

async fn get(athena: Arc<Athena>, context: Context, input: Get) -> Result<Value, ApiError> {
    if input.query_result_type.as_deref() == Some("DATA_MANIFEST") {
        return Err(invalid_input(
            "QueryResultType DATA_MANIFEST is not supported",
        ));
    }
    let execution = find(&athena, &context, &input.query_execution_id).await?;
    match execution.state {
        State::Succeeded => {}
        State::Failed | State::Cancelled => {
            let message = format!(
                "Query did not finish successfully. Final query state: {}",
                execution.state.name()
            );
            return Err(invalid("INVALID_QUERY_EXECUTION_STATE", message));
        }
        _ => {
            let message = format!(
                "Query has not yet finished. Current state: {}",
                execution.state.name()
            );
            return Err(invalid("INVALID_QUERY_EXECUTION_STATE", message));
        }
    }
    let from = match input.next_token.filter(|t| !t.is_empty()) {
        Some(token) => u64::from_str_radix(&token, 16)
            .map_err(|_| invalid_input(format!("Invalid NextToken: {token}")))?,
        None => 0,
    };
    let key = Key::of(&[&execution.account, &execution.region, &execution.id]);
    let kept: Option<Kept> = athena
        .store
        .get_json(COLUMNS, &key)
        .await
        .map_err(ApiError::internal)?;
    let Some(kept) = kept else {
        // What INSERT, CTAS and UNLOAD answer is a count.
        return Ok(json!({
            "UpdateCount": execution.update_count.unwrap_or(0),
            "ResultSet": {"Rows": [], "ResultSetMetadata": {"ColumnInfo": []}},
        }));
    };
    let output = Output::parse(&execution.output)
        .ok_or_else(|| ApiError::internal("the result's place cannot be read"))?;
    let limit = input.max_results.unwrap_or(1000).clamp(1, 1000);
    let (rows, next) = read_page(&athena.objects, &output, kept.csv, from, limit).await?;
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|cells| {
            let cells = cells.into_iter().map(|cell| match cell {
                Some(text) => json!({"VarCharValue": text}),
                None => json!({}),
            });
            json!({"Data": cells.collect::<Vec<_>>()})
        })
        .collect();
    let mut answer = json!({
        "UpdateCount": execution.update_count.unwrap_or(0),
        "ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": kept.columns}},
    });
    if let Some(next) = next {
        answer["NextToken"] = format!("{next:x}").into();
    }
    Ok(answer)
}
