//! CREATE EXTERNAL TABLE.

use query::Location;

use super::{
    formats::formats,
    ground::{Ground, failure},
};
use crate::{
    catalog::{CatalogError, Column, Order, Parameters, SerdeInfo, StorageDescriptor, TableInput},
    ddl::{ColumnDef, CreateTable, RowFormat},
    execution::model::Failure,
    service::Athena,
};

/// Refuses a table's place that is none, as Hive's metastore does.
pub(super) async fn check_location(athena: &Athena, url: &str) -> Result<(), Failure> {
    let meta = |text: String| Failure::ddl(format!("MetaException(message:{text})"));
    let Some(location) = Location::parse(url) else {
        return Err(meta(format!(
            "The location {url} is not an S3 path: s3://bucket/folder/"
        )));
    };
    match athena.objects.head_bucket(&location.bucket).await {
        Ok(_) => Ok(()),
        Err(
            objects::Error::NoSuchBucket { bucket } | objects::Error::InvalidBucketName { bucket },
        ) => Err(meta(format!(
            "Got exception: com.amazonaws.services.s3.model.AmazonS3Exception The specified bucket does not exist \
             (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket; Bucket: {bucket})"
        ))),
        Err(other) => Err(Failure::internal(other)),
    }
}

pub(super) async fn create_table(ground: &Ground<'_>, create: &CreateTable) -> Result<(), Failure> {
    let catalog = &ground.athena.catalog;
    let database = ground.database(&create.table);
    match catalog
        .table(&ground.scope, database, &create.table.name)
        .await
    {
        Ok(_) if create.if_not_exists || ground.again => return Ok(()),
        Ok(_) => {
            return Err(failure(CatalogError::TableExists {
                name: create.table.name.clone(),
            }));
        }
        Err(CatalogError::TableNotFound { .. }) => {}
        Err(other) => return Err(failure(other)),
    }
    if !create.external {
        let iceberg = create.properties.iter().any(|(k, v)| {
            k.eq_ignore_ascii_case("table_type") && v.eq_ignore_ascii_case("iceberg")
        });
        return Err(if iceberg {
            Failure::users(1002, "NOT_SUPPORTED: Iceberg tables are not supported")
        } else {
            Failure::users(
                1003,
                "FAILED: ParseException line 1:7 missing EXTERNAL at 'TABLE'",
            )
        });
    }
    if create.columns.is_empty() {
        return Err(Failure::semantic(
            "[Error 10043]: Either list of columns or a custom serializer should be specified",
        ));
    }
    let Some(location) = create.location.as_deref().filter(|l| !l.is_empty()) else {
        return Err(Failure::ddl(
            "MetaException(message:No location was specified for table. An S3 location must be specified)",
        ));
    };
    check_location(ground.athena, location).await?;
    let input = table_input(create, location, ground.athena.clock.now_ms() / 1000)?;
    let done = catalog
        .create_table(
            &ground.scope,
            database,
            input,
            &format!("arn:aws:iam::{}:root", ground.scope.account),
        )
        .await;
    match done {
        Err(CatalogError::TableExists { .. }) if create.if_not_exists => Ok(()),
        other => other.map_err(failure),
    }
}

pub(super) fn column(def: &ColumnDef) -> Column {
    Column {
        name: def.name.clone(),
        data_type: Some(def.data_type.clone()),
        comment: def.comment.clone(),
        parameters: None,
    }
}

/// Returns the table as Glue keeps it.
fn table_input(create: &CreateTable, location: &str, now_s: i64) -> Result<TableInput, Failure> {
    let mut names: Vec<&str> = create
        .columns
        .iter()
        .chain(&create.partitions)
        .map(|c| c.name.as_str())
        .collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        let kept_in_both = create.partitions.iter().any(|c| c.name == twice[0]);
        return Err(Failure::semantic(if kept_in_both {
            "[Error 10035]: Column repeated in partitioning columns".to_owned()
        } else {
            format!("[Error 10036]: Duplicate column name: {}", twice[0])
        }));
    }
    let (input, output, default_serde) = formats(create.stored_as.as_ref());
    let (library, given) = match &create.row_format {
        Some(RowFormat::Serde {
            library,
            properties,
        }) => (library.clone(), properties.clone()),
        Some(RowFormat::Delimited(properties)) => (default_serde.to_owned(), properties.clone()),
        None => (default_serde.to_owned(), Vec::new()),
    };
    let mut serde_parameters: Parameters = given.into_iter().collect();
    if !serde_parameters.contains_key("serialization.format") {
        let format = serde_parameters
            .get("field.delim")
            .cloned()
            .unwrap_or_else(|| "1".into());
        serde_parameters.insert("serialization.format".into(), format);
    }
    let mut parameters: Parameters = [("EXTERNAL".to_owned(), "TRUE".to_owned())]
        .into_iter()
        .collect();
    parameters.extend(create.properties.iter().cloned());
    parameters.insert("transient_lastDdlTime".into(), now_s.to_string());
    if let Some(comment) = &create.comment {
        parameters.insert("comment".into(), comment.clone());
    }
    let descriptor = StorageDescriptor {
        columns: create.columns.iter().map(column).collect(),
        location: Some(location.to_owned()),
        input_format: Some(input),
        output_format: Some(output),
        number_of_buckets: create.buckets.unwrap_or(-1),
        serde_info: Some(SerdeInfo {
            name: Some(create.table.name.clone()),
            serialization_library: Some(library),
            parameters: Some(serde_parameters),
        }),
        bucket_columns: Some(create.bucket_columns.clone()),
        sort_columns: Some(
            create
                .sort_columns
                .iter()
                .map(|(column, ascending)| Order {
                    column: column.clone(),
                    sort_order: i64::from(*ascending),
                })
                .collect(),
        ),
        parameters: Some(Parameters::new()),
        ..StorageDescriptor::default()
    };
    Ok(TableInput {
        name: create.table.name.clone(),
        description: create.comment.clone(),
        owner: Some("hadoop".into()),
        retention: Some(0),
        storage_descriptor: Some(descriptor),
        partition_keys: Some(create.partitions.iter().map(column).collect()),
        table_type: Some("EXTERNAL_TABLE".into()),
        parameters: Some(parameters),
        ..TableInput::default()
    })
}
