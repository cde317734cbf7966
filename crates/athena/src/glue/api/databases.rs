//! Databases.

use std::sync::Arc;

use aws::{ApiError, Context, Operations};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answers::{Asked, cut, listed};
use crate::{
    catalog::{Database, DatabaseInput, Parameters},
    glue::{Glue, service::api_error},
};

pub(in crate::glue) fn operations(glue: &Arc<Glue>, operations: Operations) -> Operations {
    operations
        .on(glue, "CreateDatabase", create)
        .on(glue, "GetDatabase", get)
        .on(glue, "GetDatabases", list)
        .on(glue, "UpdateDatabase", update)
        .on(glue, "DeleteDatabase", delete)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    catalog_id: Option<String>,
    database_input: DatabaseInput,
    tags: Option<Parameters>,
}

async fn create(glue: Arc<Glue>, context: Context, input: Create) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let name = input.database_input.name.to_lowercase();
    glue.catalog
        .create_database(&scope, input.database_input)
        .await
        .map_err(api_error)?;
    if let Some(tags) = input.tags.filter(|t| !t.is_empty()) {
        let arn = format!(
            "arn:aws:glue:{}:{}:database/{name}",
            scope.region, scope.account
        );
        super::tags::put(&glue, &scope, &arn, tags).await?;
    }
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    catalog_id: Option<String>,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct One {
    database: Database,
}

async fn get(glue: Arc<Glue>, context: Context, input: Named) -> Result<One, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let database = glue
        .catalog
        .database(&scope, &input.name)
        .await
        .map_err(api_error)?;
    Ok(One { database })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    catalog_id: Option<String>,
    next_token: Option<String>,
    max_results: Option<usize>,
    resource_share_type: Option<String>,
    attributes_to_get: Option<Vec<String>>,
}

async fn list(glue: Arc<Glue>, context: Context, input: List) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    if matches!(
        input.resource_share_type.as_deref(),
        Some("FOREIGN" | "FEDERATED")
    ) {
        return listed::<Value>("DatabaseList", &[], None);
    }
    let databases = glue.catalog.databases(&scope).await.map_err(api_error)?;
    let asked = Asked {
        token: input.next_token,
        limit: input.max_results,
    };
    let (databases, next) = cut(databases, |d| d.input.name.clone(), &asked)?;
    if input.attributes_to_get.is_some_and(|a| !a.is_empty()) {
        let names: Vec<Value> = databases
            .iter()
            .map(|d| json!({"Name": d.input.name}))
            .collect();
        return listed("DatabaseList", &names, next);
    }
    listed("DatabaseList", &databases, next)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Update {
    catalog_id: Option<String>,
    name: String,
    database_input: DatabaseInput,
}

async fn update(glue: Arc<Glue>, context: Context, input: Update) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    glue.catalog
        .update_database(&scope, &input.name, input.database_input)
        .await
        .map_err(api_error)?;
    Ok(json!({}))
}

async fn delete(glue: Arc<Glue>, context: Context, input: Named) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    glue.catalog
        .delete_database(&scope, &input.name)
        .await
        .map_err(api_error)?;
    Ok(json!({}))
}
