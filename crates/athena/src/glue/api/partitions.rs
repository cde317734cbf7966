//! Partitions.

use std::{collections::HashMap, sync::Arc};

use aws::{ApiError, Context, Operations};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answers::{Asked, Failures, cut, invalid, listed};
use crate::{
    catalog::{Partition, PartitionInput, Predicate, Table},
    glue::{Glue, service::api_error},
};

/// A page of partitions where no size is asked for.
const PAGE: usize = 1000;

pub(in crate::glue) fn operations(glue: &Arc<Glue>, operations: Operations) -> Operations {
    operations
        .on(glue, "CreatePartition", create)
        .on(glue, "BatchCreatePartition", batch_create)
        .on(glue, "GetPartition", get)
        .on(glue, "BatchGetPartition", batch_get)
        .on(glue, "GetPartitions", list)
        .on(glue, "UpdatePartition", update)
        .on(glue, "BatchUpdatePartition", batch_update)
        .on(glue, "DeletePartition", delete)
        .on(glue, "BatchDeletePartition", batch_delete)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    catalog_id: Option<String>,
    database_name: String,
    table_name: String,
    partition_input: PartitionInput,
}

async fn create(glue: Arc<Glue>, context: Context, input: Create) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let table = glue
        .table(&scope, &input.database_name, &input.table_name)
        .await?;
    glue.catalog
        .create_partition(&scope, &table, input.partition_input)
        .await
        .map_err(api_error)?;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchCreate {
    catalog_id: Option<String>,
    database_name: String,
    table_name: String,
    partition_input_list: Vec<PartitionInput>,
}

async fn batch_create(
    glue: Arc<Glue>,
    context: Context,
    input: BatchCreate,
) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let table = glue
        .table(&scope, &input.database_name, &input.table_name)
        .await?;
    let mut failures = Failures::default();
    for partition in input.partition_input_list {
        let of = json!({"PartitionValues": partition.values});
        let done = glue.catalog.create_partition(&scope, &table, partition);
        failures.note(done.await, of);
    }
    Ok(failures.answer())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    catalog_id: Option<String>,
    database_name: String,
    table_name: String,
    partition_values: Vec<String>,
}

async fn get(glue: Arc<Glue>, context: Context, input: Named) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let table = glue
        .table(&scope, &input.database_name, &input.table_name)
        .await?;
    let partition = glue
        .catalog
        .partition(&scope, &table, &input.partition_values)
        .await
        .map_err(api_error)?;
    Ok(json!({"Partition": partition}))
}

async fn delete(glue: Arc<Glue>, context: Context, input: Named) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let table = glue
        .table(&scope, &input.database_name, &input.table_name)
        .await?;
    glue.catalog
        .delete_partition(&scope, &table, &input.partition_values)
        .await
        .map_err(api_error)?;
    Ok(json!({}))
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Values {
    values: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchGet {
    catalog_id: Option<String>,
    database_name: String,
    table_name: String,
    partitions_to_get: Vec<Values>,
}

async fn batch_get(glue: Arc<Glue>, context: Context, input: BatchGet) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let table = glue
        .table(&scope, &input.database_name, &input.table_name)
        .await?;
    let mut partitions = Vec::new();
    for Values { values } in input.partitions_to_get {
        // Glue leaves out what is not there.
        if let Ok(partition) = glue.catalog.partition(&scope, &table, &values).await {
            partitions.push(partition);
        }
    }
    Ok(json!({"Partitions": partitions, "UnprocessedKeys": []}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchDelete {
    catalog_id: Option<String>,
    database_name: String,
    table_name: String,
    partitions_to_delete: Vec<Values>,
}

async fn batch_delete(
    glue: Arc<Glue>,
    context: Context,
    input: BatchDelete,
) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let table = glue
        .table(&scope, &input.database_name, &input.table_name)
        .await?;
    let mut failures = Failures::default();
    for Values { values } in input.partitions_to_delete {
        let done = glue.catalog.delete_partition(&scope, &table, &values).await;
        failures.note(done, json!({"PartitionValues": values}));
    }
    Ok(failures.answer())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Segment {
    segment_number: usize,
    total_segments: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    catalog_id: Option<String>,
    database_name: String,
    table_name: String,
    expression: Option<String>,
    next_token: Option<String>,
    segment: Option<Segment>,
    max_results: Option<usize>,
    exclude_column_schema: Option<bool>,
}

async fn list(glue: Arc<Glue>, context: Context, input: List) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let table = glue
        .table(&scope, &input.database_name, &input.table_name)
        .await?;
    let mut partitions = glue
        .catalog
        .partitions(&scope, &table)
        .await
        .map_err(api_error)?;
    if let Some(expression) = input.expression.filter(|e| !e.trim().is_empty()) {
        let predicate = Predicate::parse(&expression).map_err(|e| invalid(e.to_string()))?;
        partitions.retain(|p| matches(&predicate, &table, p));
    }
    if let Some(Segment {
        segment_number,
        total_segments,
    }) = input.segment
    {
        if segment_number >= total_segments {
            return Err(invalid("SegmentNumber must be below TotalSegments."));
        }
        let mut index = 0;
        partitions.retain(|_| {
            index += 1;
            (index - 1) % total_segments == segment_number
        });
    }
    let key = |p: &Partition| p.input.values.join("\u{1f}");
    let asked = Asked {
        token: input.next_token,
        limit: input.max_results.or(Some(PAGE)),
    };
    let (mut partitions, next) = cut(partitions, key, &asked)?;
    if input.exclude_column_schema == Some(true) {
        for descriptor in partitions
            .iter_mut()
            .filter_map(|p| p.input.storage_descriptor.as_mut())
        {
            descriptor.columns.clear();
        }
    }
    listed("Partitions", &partitions, next)
}

/// Tells whether a partition of a table matches a filter.
fn matches(predicate: &Predicate, table: &Table, partition: &Partition) -> bool {
    let keys = table.partition_keys();
    let names = keys.iter().map(|k| k.name.as_str());
    let values: HashMap<&str, &str> = names
        .clone()
        .zip(partition.input.values.iter().map(String::as_str))
        .collect();
    let types = names
        .zip(
            keys.iter()
                .map(|k| k.data_type.as_deref().unwrap_or("string")),
        )
        .collect();
    predicate.matches(&values, &types)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Update {
    catalog_id: Option<String>,
    database_name: String,
    table_name: String,
    partition_value_list: Vec<String>,
    partition_input: PartitionInput,
}

async fn update(glue: Arc<Glue>, context: Context, input: Update) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let table = glue
        .table(&scope, &input.database_name, &input.table_name)
        .await?;
    glue.catalog
        .update_partition(
            &scope,
            &table,
            &input.partition_value_list,
            input.partition_input,
        )
        .await
        .map_err(api_error)?;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    partition_value_list: Vec<String>,
    partition_input: PartitionInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchUpdate {
    catalog_id: Option<String>,
    database_name: String,
    table_name: String,
    entries: Vec<Entry>,
}

async fn batch_update(
    glue: Arc<Glue>,
    context: Context,
    input: BatchUpdate,
) -> Result<Value, ApiError> {
    let scope = Glue::scope(&context, input.catalog_id.as_deref())?;
    let table = glue
        .table(&scope, &input.database_name, &input.table_name)
        .await?;
    let mut failures = Failures::default();
    for Entry {
        partition_value_list,
        partition_input,
    } in input.entries
    {
        let done = glue
            .catalog
            .update_partition(&scope, &table, &partition_value_list, partition_input)
            .await;
        failures.note(done, json!({"PartitionValueList": partition_value_list}));
    }
    Ok(failures.answer())
}
