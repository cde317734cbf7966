//! Partitions by DDL: add, drop, rename, and finding them in S3.

use std::collections::{BTreeSet, HashMap};

use objects::ListRequest;
use query::Location;

use super::{
    ddl_run::{Ground, failure},
    model::Failure,
    results::ResultSet,
};
use crate::{
    catalog::{PartitionInput, Predicate, StorageDescriptor, Table},
    ddl::{PartitionClause, PartitionFilter, PartitionSpec, TableName},
};

/// Hive's name for the partition of rows without a value.
pub(crate) const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// Returns a spec's values in the order of the table's partition columns.
fn values(table: &Table, spec: &PartitionSpec) -> Result<Vec<String>, Failure> {
    let keys = table.partition_keys();
    if keys.is_empty() {
        return Err(Failure::semantic(format!(
            "[Error 10241]: Table {} is not a partitioned table",
            table.name()
        )));
    }
    if let Some((unknown, _)) = spec
        .iter()
        .find(|(name, _)| keys.iter().all(|k| k.name != *name))
    {
        return Err(Failure::semantic(format!(
            "[Error 10098]: Non-Partition column appears in the partition specification: {unknown}"
        )));
    }
    keys.iter()
        .map(|key| {
            let found = spec.iter().find(|(name, _)| *name == key.name);
            found.map(|(_, value)| value.clone()).ok_or_else(|| {
                Failure::semantic(format!(
                    "partition spec {spec:?} doesn't contain all ({}) partition columns",
                    keys.len()
                ))
            })
        })
        .collect()
}

/// Returns the folder of a partition that has no place of its own: `table/key=value/`.
fn folder(table: &Table, values: &[String]) -> String {
    let mut url = table
        .location()
        .unwrap_or("")
        .trim_end_matches('/')
        .to_owned();
    for (key, value) in table.partition_keys().iter().zip(values) {
        url.push_str(&format!(
            "/{}={}",
            key.name,
            query::escaped_partition_value(value)
        ));
    }
    url
}

pub(crate) fn input(table: &Table, values: Vec<String>, location: Option<&str>) -> PartitionInput {
    let descriptor = table.input.storage_descriptor.clone().unwrap_or_default();
    let place = location.map_or_else(|| folder(table, &values), str::to_owned);
    PartitionInput {
        values,
        storage_descriptor: Some(StorageDescriptor {
            location: Some(place),
            ..descriptor
        }),
        ..PartitionInput::default()
    }
}

pub(super) async fn add(
    ground: &Ground<'_>,
    name: &TableName,
    if_not_exists: bool,
    clauses: &[PartitionClause],
) -> Result<(), Failure> {
    let table = ground.table(name).await?;
    let catalog = &ground.athena.catalog;
    let mut inputs = Vec::new();
    for clause in clauses {
        let values = values(&table, &clause.spec)?;
        let exists = catalog
            .partition(&ground.scope, &table, &values)
            .await
            .is_ok();
        match (exists, if_not_exists) {
            (true, false) => {
                return Err(failure(crate::catalog::CatalogError::PartitionExists {
                    values,
                }));
            }
            (true, true) => {}
            (false, _) => inputs.push(input(&table, values, clause.location.as_deref())),
        }
    }
    catalog
        .put_partitions(&ground.scope, &table, inputs)
        .await
        .map_err(failure)
}

pub(super) async fn drop(
    ground: &Ground<'_>,
    name: &TableName,
    if_exists: bool,
    groups: &[Vec<PartitionFilter>],
) -> Result<(), Failure> {
    let table = ground.table(name).await?;
    let keys = table.partition_keys();
    let types: HashMap<&str, &str> = keys
        .iter()
        .map(|k| (k.name.as_str(), k.data_type.as_deref().unwrap_or("string")))
        .collect();
    let all = ground
        .athena
        .catalog
        .partitions(&ground.scope, &table)
        .await
        .map_err(failure)?;
    for filters in groups {
        let predicate = Predicate::And(
            filters
                .iter()
                .map(|f| Predicate::Compare {
                    column: f.column.clone(),
                    operator: f.operator.clone(),
                    value: f.value.clone(),
                })
                .collect(),
        );
        let found: Vec<_> = all
            .iter()
            .filter(|p| {
                let values: HashMap<&str, &str> = keys
                    .iter()
                    .map(|k| k.name.as_str())
                    .zip(p.input.values.iter().map(String::as_str))
                    .collect();
                predicate.matches(&values, &types)
            })
            .collect();
        if found.is_empty() && !if_exists {
            let spec: Vec<String> = filters
                .iter()
                .map(|f| format!("{} {} {}", f.column, f.operator, f.value))
                .collect();
            return Err(Failure::semantic(format!(
                "[Error 10006]: Partition not found ({})",
                spec.join(", ")
            )));
        }
        for partition in found {
            let done = ground
                .athena
                .catalog
                .delete_partition(&ground.scope, &table, &partition.input.values)
                .await;
            match done {
                Err(crate::catalog::CatalogError::PartitionNotFound { .. }) => {}
                other => other.map_err(failure)?,
            }
        }
    }
    Ok(())
}

pub(super) async fn rename(
    ground: &Ground<'_>,
    name: &TableName,
    from: &PartitionSpec,
    to: &PartitionSpec,
) -> Result<(), Failure> {
    let table = ground.table(name).await?;
    let (from, to) = (values(&table, from)?, values(&table, to)?);
    let catalog = &ground.athena.catalog;
    let partition = catalog
        .partition(&ground.scope, &table, &from)
        .await
        .map_err(failure)?;
    let input = PartitionInput {
        values: to,
        ..partition.input
    };
    catalog
        .update_partition(&ground.scope, &table, &from, input)
        .await
        .map_err(failure)
}

pub(super) async fn set_location(
    ground: &Ground<'_>,
    name: &TableName,
    spec: &PartitionSpec,
    location: &str,
) -> Result<(), Failure> {
    let table = ground.table(name).await?;
    let values = values(&table, spec)?;
    let catalog = &ground.athena.catalog;
    let mut partition = catalog
        .partition(&ground.scope, &table, &values)
        .await
        .map_err(failure)?
        .input;
    partition
        .storage_descriptor
        .get_or_insert_default()
        .location = Some(location.to_owned());
    catalog
        .update_partition(&ground.scope, &table, &values, partition)
        .await
        .map_err(failure)
}

/// `MSCK REPAIR TABLE`: adds the partitions whose folders are there, `key=value/…` in the columns' order.
pub(super) async fn repair(ground: &Ground<'_>, name: &TableName) -> Result<ResultSet, Failure> {
    let table = ground.table(name).await?;
    let keys: Vec<String> = table
        .partition_keys()
        .iter()
        .map(|k| k.name.clone())
        .collect();
    let Some(root) = table
        .location()
        .and_then(Location::parse)
        .map(Location::folder)
    else {
        return Err(Failure::ddl("the table has no location"));
    };
    let mut found: BTreeSet<Vec<String>> = BTreeSet::new();
    let mut folders = vec![(root.prefix.clone(), Vec::<String>::new())];
    while let Some((prefix, values)) = folders.pop() {
        let Some(key) = keys.get(values.len()) else {
            if !values.is_empty() {
                found.insert(values);
            }
            continue;
        };
        for child in children(ground, &root.bucket, &prefix).await? {
            let part = child
                .get(prefix.len()..)
                .unwrap_or("")
                .trim_end_matches('/');
            let Some((column, value)) = part.split_once('=') else {
                continue;
            };
            if column.eq_ignore_ascii_case(key) {
                let mut deeper = values.clone();
                deeper.push(unescaped(value));
                folders.push((child, deeper));
            }
        }
    }
    let catalog = &ground.athena.catalog;
    let existing = catalog
        .partitions(&ground.scope, &table)
        .await
        .map_err(failure)?;
    let known: BTreeSet<&Vec<String>> = existing.iter().map(|p| &p.input.values).collect();
    let missing: Vec<Vec<String>> = found.into_iter().filter(|v| !known.contains(v)).collect();
    let names: Vec<String> = missing
        .iter()
        .map(|values| {
            keys.iter()
                .zip(values)
                .map(|(k, v)| format!("{k}={v}"))
                .collect::<Vec<_>>()
                .join("/")
        })
        .collect();
    let inputs = missing
        .into_iter()
        .map(|values| input(&table, values, None))
        .collect();
    catalog
        .put_partitions(&ground.scope, &table, inputs)
        .await
        .map_err(failure)?;
    let mut rows = Vec::new();
    if !names.is_empty() {
        let listed: Vec<String> = names
            .iter()
            .map(|n| format!("{}:{n}", table.name()))
            .collect();
        rows.push(vec![Some(format!(
            "Partitions not in metastore:\t{}",
            listed.join("\t")
        ))]);
        rows.extend(
            listed
                .iter()
                .map(|n| vec![Some(format!("Repair: Added partition to metastore {n}"))]),
        );
    }
    Ok(ResultSet {
        columns: vec![("result", "string")],
        rows,
    })
}

async fn children(ground: &Ground<'_>, bucket: &str, prefix: &str) -> Result<Vec<String>, Failure> {
    let mut request = ListRequest {
        delimiter: Some("/".into()),
        ..ListRequest::prefix(prefix)
    };
    let mut found = Vec::new();
    loop {
        let page = ground.athena.objects.list(bucket, &request).await.map_err(|e| match e {
            objects::Error::NoSuchBucket { bucket } => Failure::ddl(format!(
                "The specified bucket does not exist (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket; \
                 Bucket: {bucket})"
            )),
            other => Failure::internal(other),
        })?;
        found.extend(page.common_prefixes);
        match page.next {
            Some(next) => request.start_after = Some(next),
            None => return Ok(found),
        }
    }
}

/// Undoes Hive's escaping of folder names.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail
            .get(..2)
            .and_then(|d| std::str::from_utf8(d).ok())
            .and_then(|d| u8::from_str_radix(d, 16).ok());
        match (first, code) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
