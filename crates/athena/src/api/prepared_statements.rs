//! Prepared statements.

use std::sync::Arc;

use aws::{ApiError, Context, Operations};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Batch, Expect, Scan, StoreError};

use crate::{
    catalog::Scope,
    execution::{PREPARED, PreparedStatement, prepared_key, seconds},
    paging::page,
    service::{Athena, invalid_input},
};

pub(crate) fn operations(athena: &Arc<Athena>, operations: Operations) -> Operations {
    operations
        .on(athena, "CreatePreparedStatement", create)
        .on(athena, "GetPreparedStatement", get)
        .on(athena, "BatchGetPreparedStatement", batch_get)
        .on(athena, "ListPreparedStatements", list)
        .on(athena, "UpdatePreparedStatement", update)
        .on(athena, "DeletePreparedStatement", delete)
}

fn not_found(name: &str) -> ApiError {
    ApiError::new(
        "ResourceNotFoundException",
        format!("PreparedStatement {name} was not found"),
    )
    .with_field("ResourceName", name)
}

async fn find(
    athena: &Athena,
    scope: &Scope,
    group: &str,
    name: &str,
) -> Result<PreparedStatement, ApiError> {
    let key = prepared_key(scope, group, name);
    let found = athena
        .store
        .get_json(PREPARED, &key)
        .await
        .map_err(ApiError::internal)?;
    found.ok_or_else(|| not_found(name))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    statement_name: String,
    work_group: String,
    query_statement: String,
    description: Option<String>,
}

impl Create {
    fn made(self, now_ms: i64) -> PreparedStatement {
        PreparedStatement {
            statement_name: self.statement_name,
            query_statement: self.query_statement,
            work_group_name: self.work_group,
            description: self.description,
            last_modified_time: seconds(now_ms),
        }
    }
}

async fn put(
    athena: &Athena,
    scope: &Scope,
    input: Create,
    expect: Expect,
) -> Result<Value, ApiError> {
    let known = athena
        .work_group(scope, &input.work_group)
        .await
        .map_err(ApiError::internal)?;
    known.ok_or_else(|| invalid_input(format!("WorkGroup {} is not found.", input.work_group)))?;
    let statement = input.made(athena.clock.now_ms());
    let name = statement.statement_name.clone();
    let mut batch = Batch::new();
    let key = prepared_key(scope, &statement.work_group_name, &name);
    batch
        .put_json(PREPARED, key, &statement, expect)
        .map_err(ApiError::internal)?;
    match athena.store.commit(batch).await {
        Ok(()) => Ok(json!({})),
        Err(StoreError::Conflict { .. }) if expect == Expect::Absent => Err(invalid_input(
            format!("PreparedStatement {name} already exists"),
        )),
        Err(StoreError::Conflict { .. }) => Err(not_found(&name)),
        Err(error) => Err(ApiError::internal(error)),
    }
}

async fn create(athena: Arc<Athena>, context: Context, input: Create) -> Result<Value, ApiError> {
    put(&athena, &Athena::scope(&context), input, Expect::Absent).await
}

async fn update(athena: Arc<Athena>, context: Context, input: Create) -> Result<Value, ApiError> {
    put(&athena, &Athena::scope(&context), input, Expect::Present).await
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    statement_name: String,
    work_group: String,
}

async fn get(athena: Arc<Athena>, context: Context, input: Named) -> Result<Value, ApiError> {
    let found = find(
        &athena,
        &Athena::scope(&context),
        &input.work_group,
        &input.statement_name,
    )
    .await?;
    Ok(json!({"PreparedStatement": found}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchGet {
    prepared_statement_names: Vec<String>,
    work_group: String,
}

async fn batch_get(
    athena: Arc<Athena>,
    context: Context,
    input: BatchGet,
) -> Result<Value, ApiError> {
    let scope = Athena::scope(&context);
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for name in input.prepared_statement_names {
        match find(&athena, &scope, &input.work_group, &name).await {
            Ok(statement) => found.push(statement),
            Err(error) if error.status == 400 => missing.push(json!({
                "StatementName": name, "ErrorCode": "STATEMENT_NOT_FOUND", "ErrorMessage": error.message,
            })),
            Err(error) => return Err(error),
        }
    }
    Ok(json!({"PreparedStatements": found, "UnprocessedPreparedStatementNames": missing}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    work_group: String,
    next_token: Option<String>,
    max_results: Option<usize>,
}

async fn list(athena: Arc<Athena>, context: Context, input: List) -> Result<Value, ApiError> {
    let scope = Athena::scope(&context);
    let scan = Scan::prefix(&[&scope.account, &scope.region, &input.work_group]);
    let rows: Vec<PreparedStatement> = athena
        .store
        .scan_json(PREPARED, &scan)
        .await
        .map_err(ApiError::internal)?
        .into_iter()
        .map(|(_, s)| s)
        .collect();
    let key = |s: &PreparedStatement| s.statement_name.to_lowercase();
    let (rows, next) = page(
        rows,
        key,
        input.next_token.as_deref(),
        input.max_results.unwrap_or(50),
    )
    .map_err(invalid_input)?;
    let rows: Vec<Value> = rows
        .iter()
        .map(|s| json!({"StatementName": s.statement_name, "LastModifiedTime": s.last_modified_time}))
        .collect();
    let mut output = json!({"PreparedStatements": rows});
    if let Some(next) = next {
        output["NextToken"] = next.into();
    }
    Ok(output)
}

async fn delete(athena: Arc<Athena>, context: Context, input: Named) -> Result<Value, ApiError> {
    let scope = Athena::scope(&context);
    find(&athena, &scope, &input.work_group, &input.statement_name).await?;
    let mut batch = Batch::new();
    batch.delete(
        PREPARED,
        prepared_key(&scope, &input.work_group, &input.statement_name),
    );
    athena
        .store
        .commit(batch)
        .await
        .map_err(ApiError::internal)?;
    Ok(json!({}))
}
