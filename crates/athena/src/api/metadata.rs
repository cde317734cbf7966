//! The catalog as Athena's own API shows it.

use std::sync::Arc;

use aws::{ApiError, Context, Operations};
use regex::Regex;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    catalog::{CatalogError, Column, Database, Table},
    paging::page,
    service::{Athena, invalid_input},
};

const CATALOG: &str = "AwsDataCatalog";

pub(crate) fn operations(athena: &Arc<Athena>, operations: Operations) -> Operations {
    operations
        .on(athena, "GetDatabase", database)
        .on(athena, "ListDatabases", databases)
        .on(athena, "GetTableMetadata", table)
        .on(athena, "ListTableMetadata", tables)
        .on(athena, "GetDataCatalog", catalog)
        .on(athena, "ListDataCatalogs", catalogs)
}

fn metadata(error: CatalogError) -> ApiError {
    let name = match &error {
        CatalogError::Store(source) => return ApiError::internal(source),
        CatalogError::DatabaseNotFound { .. }
        | CatalogError::TableNotFound { .. }
        | CatalogError::PartitionNotFound { .. } => "EntityNotFoundException",
        _ => "InvalidInputException",
    };
    let message = match &error {
        CatalogError::TableNotFound { .. } => "Entity Not Found".to_owned(),
        other => other.to_string(),
    };
    ApiError::new(
        "MetadataException",
        format!("{message} (Service: AmazonDataCatalog; Status Code: 400; Error Code: {name})"),
    )
}

fn check(name: &str) -> Result<(), ApiError> {
    if name.eq_ignore_ascii_case(CATALOG) {
        return Ok(());
    }
    Err(invalid_input(format!("Data catalog {name} was not found")))
}

fn shown_database(database: Database) -> Value {
    let mut shown = json!({"Name": database.input.name});
    if let Some(description) = database.input.description {
        shown["Description"] = description.into();
    }
    if let Some(parameters) = database.input.parameters {
        shown["Parameters"] = json!(parameters);
    }
    shown
}

fn shown_columns(columns: &[Column]) -> Vec<Value> {
    columns
        .iter()
        .map(|c| {
            let mut shown = json!({"Name": c.name});
            if let Some(data_type) = &c.data_type {
                shown["Type"] = data_type.as_str().into();
            }
            if let Some(comment) = &c.comment {
                shown["Comment"] = comment.as_str().into();
            }
            shown
        })
        .collect()
}

/// A table with what Athena adds to its parameters: formats, serde, location.
fn shown_table(table: &Table) -> Value {
    let mut parameters = table.input.parameters.clone().unwrap_or_default();
    if let Some(descriptor) = &table.input.storage_descriptor {
        let mut add = |key: &str, value: Option<&str>| {
            if let Some(value) = value.filter(|v| !v.is_empty()) {
                parameters.insert(key.into(), value.into());
            }
        };
        add("location", descriptor.location.as_deref());
        add("inputformat", descriptor.input_format.as_deref());
        add("outputformat", descriptor.output_format.as_deref());
        add("serde.serialization.lib", Some(descriptor.serde_library()));
        for (key, value) in descriptor
            .serde_info
            .iter()
            .filter_map(|s| s.parameters.as_ref())
            .flatten()
        {
            parameters.insert(format!("serde.param.{key}"), value.clone());
        }
    }
    let mut shown = json!({
        "Name": table.name(),
        "CreateTime": table.create_time,
        "LastAccessTime": table.input.last_access_time.unwrap_or(0.0),
        "Columns": shown_columns(table.columns()),
        "PartitionKeys": shown_columns(table.partition_keys()),
        "Parameters": parameters,
    });
    if let Some(kind) = &table.input.table_type {
        shown["TableType"] = kind.as_str().into();
    }
    shown
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetDatabase {
    catalog_name: String,
    database_name: String,
}

async fn database(
    athena: Arc<Athena>,
    context: Context,
    input: GetDatabase,
) -> Result<Value, ApiError> {
    check(&input.catalog_name)?;
    let scope = Athena::scope(&context);
    let found = athena
        .catalog
        .database(&scope, &input.database_name)
        .await
        .map_err(metadata)?;
    Ok(json!({"Database": shown_database(found)}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListDatabases {
    catalog_name: String,
    next_token: Option<String>,
    max_results: Option<usize>,
}

async fn databases(
    athena: Arc<Athena>,
    context: Context,
    input: ListDatabases,
) -> Result<Value, ApiError> {
    check(&input.catalog_name)?;
    let found = athena
        .catalog
        .databases(&Athena::scope(&context))
        .await
        .map_err(metadata)?;
    let (found, next) = page(
        found,
        |d| d.input.name.clone(),
        input.next_token.as_deref(),
        input.max_results.unwrap_or(50),
    )
    .map_err(invalid_input)?;
    let mut output =
        json!({"DatabaseList": found.into_iter().map(shown_database).collect::<Vec<_>>()});
    if let Some(next) = next {
        output["NextToken"] = next.into();
    }
    Ok(output)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetTable {
    catalog_name: String,
    database_name: String,
    table_name: String,
}

async fn table(athena: Arc<Athena>, context: Context, input: GetTable) -> Result<Value, ApiError> {
    check(&input.catalog_name)?;
    let scope = Athena::scope(&context);
    let found = athena
        .catalog
        .table(&scope, &input.database_name, &input.table_name)
        .await
        .map_err(metadata)?;
    Ok(json!({"TableMetadata": shown_table(&found)}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListTables {
    catalog_name: String,
    database_name: String,
    expression: Option<String>,
    next_token: Option<String>,
    max_results: Option<usize>,
}

async fn tables(
    athena: Arc<Athena>,
    context: Context,
    input: ListTables,
) -> Result<Value, ApiError> {
    check(&input.catalog_name)?;
    let scope = Athena::scope(&context);
    let mut found = athena
        .catalog
        .tables(&scope, &input.database_name)
        .await
        .map_err(metadata)?;
    if let Some(expression) = input.expression.filter(|e| !e.is_empty()) {
        let pattern = Regex::new(&format!("^(?:{expression})$"))
            .or_else(|_| Regex::new(&format!("^(?:{})$", expression.replace('*', ".*"))))
            .map_err(|_| invalid_input(format!("Invalid expression: {expression}")))?;
        found.retain(|t| pattern.is_match(t.name()));
    }
    let (found, next) = page(
        found,
        |t| t.name().to_owned(),
        input.next_token.as_deref(),
        input.max_results.unwrap_or(50),
    )
    .map_err(invalid_input)?;
    let mut output =
        json!({"TableMetadataList": found.iter().map(shown_table).collect::<Vec<_>>()});
    if let Some(next) = next {
        output["NextToken"] = next.into();
    }
    Ok(output)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetCatalog {
    name: String,
}

async fn catalog(_: Arc<Athena>, context: Context, input: GetCatalog) -> Result<Value, ApiError> {
    check(&input.name)?;
    Ok(json!({"DataCatalog": {
        "Name": CATALOG,
        "Type": "GLUE",
        "Status": "CREATE_COMPLETE",
        "Parameters": {"catalog-id": context.account()},
    }}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListCatalogs {
    next_token: Option<String>,
}

async fn catalogs(_: Arc<Athena>, _: Context, input: ListCatalogs) -> Result<Value, ApiError> {
    if let Some(token) = input.next_token.filter(|t| !t.is_empty()) {
        return Err(invalid_input(format!("Invalid NextToken: {token}")));
    }
    Ok(
        json!({"DataCatalogsSummary": [{"CatalogName": CATALOG, "Type": "GLUE", "Status": "CREATE_COMPLETE"}]}),
    )
}
