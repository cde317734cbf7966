//! Tables and their versions.

use std::sync::Arc;

use aws::{ApiError, Context, Operations};
use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answers::{Asked, Failures, cut, invalid, listed};
use crate::{
    catalog::{Table, TableInput},
    glue::{Glue, service::api_error},
};

pub(in crate::glue) fn operations(glue: &Arc<Glue>, operations: Operations) -> Operations {
    operations
        .on(glue, "CreateTable", create)
        .on(glue, "GetTable", get)
        .on(glue, "GetTables", list)
        .on(glue, "SearchTables", search)
        .on(glue, "UpdateTable", update)
        .on(glue, "DeleteTable", delete)
        .on(glue, "BatchDeleteTable", batch_delete)
        .on(glue, "GetTableVersion", version)
        .on(glue, "GetTableVersions", versions)
        .on(glue, "DeleteTableVersion", delete_version)
        .on(glue, "BatchDeleteTableVersion", batch_delete_versions)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    catalog_id: Option<String>,
    database_name: String,
    table_input: Option<TableInput>,
}

async fn create(glue: Arc<Glue>, context: Context, input: Create) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let table = input
        .table_input
        .ok_or_else(|| invalid("TableInput cannot be null."))?;
    glue.catalog
        .create_table(&scope, &input.database_name, table, &context.principal.arn)
        .await
        .map_err(api_error)?;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    catalog_id: Option<String>,
    database_name: String,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct One {
    table: Table,
}

async fn get(glue: Arc<Glue>, context: Context, input: Named) -> Result<One, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let found = glue
        .catalog
        .table(&scope, &input.database_name, &input.name)
        .await;
    let table = found.map_err(|error| match error {
        crate::catalog::CatalogError::TableNotFound { .. } => {
            ApiError::new("EntityNotFoundException", "Entity Not Found")
        }
        other => api_error(other),
    })?;
    Ok(One { table })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    catalog_id: Option<String>,
    database_name: String,
    expression: Option<String>,
    next_token: Option<String>,
    max_results: Option<usize>,
    attributes_to_get: Option<Vec<String>>,
}

async fn list(glue: Arc<Glue>, context: Context, input: List) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let mut tables = glue
        .catalog
        .tables(&scope, &input.database_name)
        .await
        .map_err(api_error)?;
    if let Some(expression) = input.expression.filter(|e| !e.is_empty()) {
        let pattern = Regex::new(&format!(
            "^(?i:{})$",
            expression.replace('*', ".*").replace("..*", ".*")
        ))
        .map_err(|_| invalid(format!("Invalid expression: {expression}")))?;
        tables.retain(|t| pattern.is_match(t.name()));
    }
    let names_alone = input
        .attributes_to_get
        .is_some_and(|a| a.iter().all(|a| a == "NAME") && !a.is_empty());
    let asked = Asked {
        token: input.next_token,
        limit: input.max_results,
    };
    let (tables, next) = cut(tables, |t| t.name().to_owned(), &asked)?;
    if names_alone {
        let names: Vec<Value> = tables
            .iter()
            .map(|t| json!({"Name": t.input.name}))
            .collect();
        return listed("TableList", &names, next);
    }
    listed("TableList", &tables, next)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Search {
    catalog_id: Option<String>,
    next_token: Option<String>,
    search_text: Option<String>,
    filters: Option<Vec<SearchFilter>>,
    sort_criteria: Option<Vec<SearchSort>>,
    max_results: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SearchFilter {
    key: Option<String>,
    value: Option<String>,
    comparator: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SearchSort {
    field_name: Option<String>,
    sort: Option<String>,
}

async fn search(glue: Arc<Glue>, context: Context, input: Search) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let mut found = Vec::new();
    for database in glue.catalog.databases(&scope).await.map_err(api_error)? {
        found.extend(
            glue.catalog
                .tables(&scope, &database.input.name)
                .await
                .map_err(api_error)?,
        );
    }
    if let Some(text) = input
        .search_text
        .map(|t| t.trim_matches('"').to_lowercase())
        .filter(|t| !t.is_empty())
    {
        found.retain(|t| {
            let described = t.input.description.as_deref().unwrap_or("");
            t.name().contains(&text)
                || described.to_lowercase().contains(&text)
                || t.columns()
                    .iter()
                    .chain(t.partition_keys())
                    .any(|c| c.name.contains(&text))
        });
    }
    for filter in input.filters.unwrap_or_default() {
        let wanted = filter.value.unwrap_or_default();
        let of = |t: &Table| match filter.key.as_deref() {
            Some("Name") => t.name().to_owned(),
            Some("DatabaseName") => t.database_name.clone(),
            Some("TableType") => t.input.table_type.clone().unwrap_or_default(),
            Some("Owner") => t.input.owner.clone().unwrap_or_default(),
            Some(key) => t.parameter(key).unwrap_or_default().to_owned(),
            None => String::new(),
        };
        let equal = !matches!(filter.comparator.as_deref(), Some(c) if c != "EQUALS");
        if !equal {
            return Err(invalid(
                "Only the comparator EQUALS is supported for these keys.",
            ));
        }
        found.retain(|t| of(t).eq_ignore_ascii_case(&wanted));
    }
    if let Some(sort) = input.sort_criteria.unwrap_or_default().first() {
        let descending = sort.sort.as_deref() == Some("DESC");
        match sort.field_name.as_deref() {
            Some("CreateTime") => found.sort_by(|a, b| a.create_time.total_cmp(&b.create_time)),
            Some("UpdateTime") => found.sort_by(|a, b| a.update_time.total_cmp(&b.update_time)),
            _ => found.sort_by(|a, b| a.name().cmp(b.name())),
        }
        if descending {
            found.reverse();
        }
    }
    let asked = Asked {
        token: input.next_token,
        limit: input.max_results,
    };
    // In whatever order they are, that is the order of the pages.
    let places: Vec<(usize, Table)> = found.into_iter().enumerate().collect();
    let (places, next) = cut(places, |(place, _)| format!("{place:020}"), &asked)?;
    let found: Vec<Table> = places.into_iter().map(|(_, table)| table).collect();
    listed("TableList", &found, next)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Update {
    catalog_id: Option<String>,
    database_name: String,
    name: Option<String>,
    table_input: Option<TableInput>,
    skip_archive: Option<bool>,
    version_id: Option<String>,
}

async fn update(glue: Arc<Glue>, context: Context, input: Update) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let table = input
        .table_input
        .ok_or_else(|| invalid("TableInput cannot be null."))?;
    let name = input.name.unwrap_or_else(|| table.name.clone());
    if let Some(version) = input.version_id {
        let current = glue
            .table(&scope, &input.database_name, &name)
            .await?
            .version_id;
        if current != version {
            return Err(api_error(crate::catalog::CatalogError::Concurrent));
        }
    }
    let skip = input.skip_archive.unwrap_or(false);
    glue.catalog
        .update_table(&scope, &input.database_name, &name, table, skip)
        .await
        .map_err(api_error)?;
    Ok(json!({}))
}

async fn delete(glue: Arc<Glue>, context: Context, input: Named) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    glue.catalog
        .delete_table(&scope, &input.database_name, &input.name)
        .await
        .map_err(api_error)?;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchDelete {
    catalog_id: Option<String>,
    database_name: String,
    tables_to_delete: Vec<String>,
}

async fn batch_delete(
    glue: Arc<Glue>,
    context: Context,
    input: BatchDelete,
) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let mut failures = Failures::default();
    for name in input.tables_to_delete {
        let done = glue
            .catalog
            .delete_table(&scope, &input.database_name, &name);
        failures.note(done.await, json!({"TableName": name}));
    }
    Ok(failures.answer())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Versioned {
    catalog_id: Option<String>,
    database_name: String,
    table_name: String,
    version_id: Option<String>,
}

async fn version(glue: Arc<Glue>, context: Context, input: Versioned) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let versions = glue
        .catalog
        .table_versions(&scope, &input.database_name, &input.table_name)
        .await
        .map_err(api_error)?;
    let found = match &input.version_id {
        Some(id) => versions.into_iter().find(|t| t.version_id == *id),
        None => versions.into_iter().next(),
    };
    let table = found.ok_or_else(|| {
        let version = input.version_id.unwrap_or_default();
        api_error(crate::catalog::CatalogError::VersionNotFound { version })
    })?;
    Ok(json!({"TableVersion": {"VersionId": table.version_id, "Table": table}}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Versions {
    catalog_id: Option<String>,
    database_name: String,
    table_name: String,
    next_token: Option<String>,
    max_results: Option<usize>,
}

async fn versions(glue: Arc<Glue>, context: Context, input: Versions) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let versions = glue
        .catalog
        .table_versions(&scope, &input.database_name, &input.table_name)
        .await
        .map_err(api_error)?;
    // Newest first: the key counts down.
    let key = |t: &Table| {
        format!(
            "{:020}",
            u64::MAX - t.version_id.parse::<u64>().unwrap_or(0)
        )
    };
    let asked = Asked {
        token: input.next_token,
        limit: input.max_results,
    };
    let (found, next) = cut(versions, key, &asked)?;
    let found: Vec<Value> = found
        .into_iter()
        .map(|t| json!({"VersionId": t.version_id, "Table": t}))
        .collect();
    listed("TableVersions", &found, next)
}

async fn delete_version(
    glue: Arc<Glue>,
    context: Context,
    input: Versioned,
) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let version = input.version_id.unwrap_or_default();
    glue.catalog
        .delete_table_version(&scope, &input.database_name, &input.table_name, &version)
        .await
        .map_err(api_error)?;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchDeleteVersions {
    catalog_id: Option<String>,
    database_name: String,
    table_name: String,
    version_ids: Vec<String>,
}

async fn batch_delete_versions(
    glue: Arc<Glue>,
    context: Context,
    input: BatchDeleteVersions,
) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let mut failures = Failures::default();
    for id in input.version_ids {
        let done = glue
            .catalog
            .delete_table_version(&scope, &input.database_name, &input.table_name, &id)
            .await;
        failures.note(
            done,
            json!({"TableName": input.table_name, "VersionId": id}),
        );
    }
    Ok(failures.answer())
}
