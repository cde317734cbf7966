//! Named (saved) queries.

use std::sync::Arc;

use aws::{ApiError, Context, Operations};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Batch, Expect, Key, Scan};

use crate::{
    catalog::Scope,
    paging::page,
    service::{Athena, invalid_input, new_id},
    workgroup::PRIMARY,
};

pub(crate) const NAMED: &str = "athena/named-queries";
/// Named queries by work group.
pub(crate) const BY_GROUP: &str = "athena/named-queries-by-group";
const TOKENS: &str = "athena/named-query-tokens";

pub(crate) fn operations(athena: &Arc<Athena>, operations: Operations) -> Operations {
    operations
        .on(athena, "CreateNamedQuery", create)
        .on(athena, "GetNamedQuery", get)
        .on(athena, "BatchGetNamedQuery", batch_get)
        .on(athena, "ListNamedQueries", list)
        .on(athena, "UpdateNamedQuery", update)
        .on(athena, "DeleteNamedQuery", delete)
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NamedQuery {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    database: String,
    query_string: String,
    named_query_id: String,
    work_group: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    name: String,
    description: Option<String>,
    database: String,
    query_string: String,
    client_request_token: Option<String>,
    work_group: Option<String>,
}

fn key(scope: &Scope, id: &str) -> Key {
    Key::of(&[&scope.account, &scope.region, id])
}

fn group_key(scope: &Scope, query: &NamedQuery) -> Key {
    Key::of(&[
        &scope.account,
        &scope.region,
        &query.work_group,
        &query.named_query_id,
    ])
}

async fn create(athena: Arc<Athena>, context: Context, input: Create) -> Result<Value, ApiError> {
    let scope = Athena::scope(&context);
    let work_group = input.work_group.unwrap_or_else(|| PRIMARY.into());
    let known = athena
        .work_group(&scope, &work_group)
        .await
        .map_err(ApiError::internal)?;
    known.ok_or_else(|| invalid_input(format!("WorkGroup {work_group} is not found.")))?;
    let mut query = NamedQuery {
        name: input.name,
        description: input.description,
        database: input.database,
        query_string: input.query_string,
        named_query_id: new_id(),
        work_group,
    };
    let mut batch = Batch::new();
    if let Some(token) = input.client_request_token {
        let at = Key::of(&[&scope.account, &scope.region, &token]);
        let id: Option<String> = athena
            .store
            .get_json(TOKENS, &at)
            .await
            .map_err(ApiError::internal)?;
        if let Some(id) = id {
            let former = find(&athena, &scope, &id).await?;
            query.named_query_id.clone_from(&former.named_query_id);
            if former != query {
                return Err(invalid_input("Idempotent parameters do not match"));
            }
            return Ok(json!({"NamedQueryId": former.named_query_id}));
        }
        batch
            .put_json(TOKENS, at, &query.named_query_id, Expect::Absent)
            .map_err(ApiError::internal)?;
    }
    batch
        .put_json(
            NAMED,
            key(&scope, &query.named_query_id),
            &query,
            Expect::Absent,
        )
        .map_err(ApiError::internal)?;
    batch.put(BY_GROUP, group_key(&scope, &query), "1");
    athena
        .store
        .commit(batch)
        .await
        .map_err(ApiError::internal)?;
    Ok(json!({"NamedQueryId": query.named_query_id}))
}

async fn find(athena: &Athena, scope: &Scope, id: &str) -> Result<NamedQuery, ApiError> {
    let found = athena
        .store
        .get_json(NAMED, &key(scope, id))
        .await
        .map_err(ApiError::internal)?;
    found.ok_or_else(|| invalid_input(format!("NamedQuery {id} was not found")))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ById {
    named_query_id: String,
}

async fn get(athena: Arc<Athena>, context: Context, input: ById) -> Result<Value, ApiError> {
    let query = find(&athena, &Athena::scope(&context), &input.named_query_id).await?;
    Ok(json!({"NamedQuery": query}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchGet {
    named_query_ids: Vec<String>,
}

async fn batch_get(
    athena: Arc<Athena>,
    context: Context,
    input: BatchGet,
) -> Result<Value, ApiError> {
    let scope = Athena::scope(&context);
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for id in input.named_query_ids {
        match find(&athena, &scope, &id).await {
            Ok(query) => found.push(query),
            Err(error) if error.status == 400 => missing.push(json!({
                "NamedQueryId": id, "ErrorCode": "INVALID_INPUT", "ErrorMessage": error.message,
            })),
            Err(error) => return Err(error),
        }
    }
    Ok(json!({"NamedQueries": found, "UnprocessedNamedQueryIds": missing}))
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
    let scan = Scan::prefix(&[&scope.account, &scope.region, &group]);
    let rows = athena
        .store
        .scan(BY_GROUP, &scan)
        .await
        .map_err(ApiError::internal)?;
    let ids: Vec<String> = rows
        .iter()
        .filter_map(|(key, _)| key.parts().into_iter().nth(3))
        .collect();
    let (ids, next) = page(
        ids,
        Clone::clone,
        input.next_token.as_deref(),
        input.max_results.unwrap_or(50),
    )
    .map_err(invalid_input)?;
    let mut output = json!({"NamedQueryIds": ids});
    if let Some(next) = next {
        output["NextToken"] = next.into();
    }
    Ok(output)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Update {
    named_query_id: String,
    name: String,
    description: Option<String>,
    query_string: String,
}

async fn update(athena: Arc<Athena>, context: Context, input: Update) -> Result<Value, ApiError> {
    let scope = Athena::scope(&context);
    let former = find(&athena, &scope, &input.named_query_id).await?;
    let query = NamedQuery {
        name: input.name,
        description: input.description.or(former.description),
        query_string: input.query_string,
        ..former
    };
    let mut batch = Batch::new();
    batch
        .put_json(
            NAMED,
            key(&scope, &query.named_query_id),
            &query,
            Expect::Present,
        )
        .map_err(ApiError::internal)?;
    athena
        .store
        .commit(batch)
        .await
        .map_err(ApiError::internal)?;
    Ok(json!({}))
}

async fn delete(athena: Arc<Athena>, context: Context, input: ById) -> Result<Value, ApiError> {
    let scope = Athena::scope(&context);
    let query = find(&athena, &scope, &input.named_query_id).await?;
    let mut batch = Batch::new();
    batch.delete(NAMED, key(&scope, &query.named_query_id));
    batch.delete(BY_GROUP, group_key(&scope, &query));
    athena
        .store
        .commit(batch)
        .await
        .map_err(ApiError::internal)?;
    Ok(json!({}))
}
