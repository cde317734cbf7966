//! DDL carried out against the catalog.

use query::Location;

use super::{
    model::{Execution, Failure},
    partitions,
    results::ResultSet,
    run::{schema, scoped},
    show,
};
use crate::{
    catalog::{
        CatalogError, Column, DatabaseInput, Order, Parameters, Scope, SerdeInfo,
        StorageDescriptor, Table, TableInput,
    },
    ddl::{ColumnDef, CreateTable, Ddl, RowFormat, StorageFormat, TableName},
    service::Athena,
};

/// A statement's surroundings.
pub(super) struct Ground<'a> {
    pub(super) athena: &'a Athena,
    pub(super) execution: &'a Execution,
    pub(super) scope: Scope,
    /// It may have taken effect before a restart: what is done already is no failure.
    again: bool,
}

impl Ground<'_> {
    pub(super) fn database<'b>(&'b self, table: &'b TableName) -> &'b str {
        table
            .database
            .as_deref()
            .unwrap_or_else(|| schema(self.execution))
    }

    /// Returns a table.
    ///
    /// **Errors**: Hive's words for one that is not there.
    pub(super) async fn table(&self, name: &TableName) -> Result<Table, Failure> {
        let database = self.database(name);
        let found = self
            .athena
            .catalog
            .table(&self.scope, database, &name.name)
            .await;
        found.map_err(|error| match error {
            CatalogError::TableNotFound { .. } => Failure::semantic(format!(
                "[Error 10001]: Table not found {database}.{}",
                name.name
            )),
            other => failure(other),
        })
    }

    pub(super) async fn update(&self, table: &Table, input: TableInput) -> Result<(), Failure> {
        let catalog = &self.athena.catalog;
        catalog
            .update_table(
                &self.scope,
                &table.database_name,
                table.name(),
                input,
                false,
            )
            .await
            .map_err(failure)
    }
}

/// Puts the catalog's refusals into Hive's words.
pub(super) fn failure(error: CatalogError) -> Failure {
    match error {
        CatalogError::DatabaseNotFound { name } => {
            Failure::semantic(format!("[Error 10072]: Database does not exist: {name}"))
        }
        CatalogError::TableNotFound { name } => {
            Failure::semantic(format!("[Error 10001]: Table not found {name}"))
        }
        CatalogError::PartitionNotFound { values } => Failure::semantic(format!(
            "[Error 10006]: Partition not found ({})",
            values.join(", ")
        )),
        CatalogError::DatabaseExists { name } => Failure::ddl(format!(
            "AlreadyExistsException: Database {name} already exists"
        )),
        CatalogError::TableExists { name } => Failure::ddl(format!(
            "AlreadyExistsException: Table {name} already exists"
        )),
        CatalogError::PartitionExists { values } => Failure::ddl(format!(
            "AlreadyExistsException: Partition already exists: Partition(values:[{}])",
            values.join(", ")
        )),
        CatalogError::Store(source) => Failure::internal(source),
        other => Failure::ddl(other),
    }
}

/// Carries out a DDL statement and returns what it shows.
pub(super) async fn run(
    athena: &Athena,
    execution: &Execution,
    ddl: &Ddl,
    again: bool,
) -> Result<ResultSet, Failure> {
    let ground = Ground {
        athena,
        execution,
        scope: execution.scope(),
        again,
    };
    let catalog = &athena.catalog;
    let scope = &ground.scope;
    match ddl {
        Ddl::CreateDatabase {
            name,
            if_not_exists,
            comment,
            location,
            properties,
        } => {
            let input = DatabaseInput {
                name: name.clone(),
                description: comment.clone(),
                location_uri: location.clone(),
                parameters: (!properties.is_empty()).then(|| properties.iter().cloned().collect()),
                ..DatabaseInput::default()
            };
            match catalog.create_database(scope, input).await {
                Err(CatalogError::DatabaseExists { .. }) if *if_not_exists || again => Ok(()),
                other => other.map_err(failure),
            }?;
        }
        Ddl::DropDatabase {
            name,
            if_exists,
            cascade,
        } => {
            drop_database(&ground, name, *if_exists, *cascade).await?;
        }
        Ddl::SetDatabaseProperties { name, properties } => {
            let mut input = catalog.database(scope, name).await.map_err(failure)?.input;
            input
                .parameters
                .get_or_insert_default()
                .extend(properties.iter().cloned());
            catalog
                .update_database(scope, name, input)
                .await
                .map_err(failure)?;
        }
        Ddl::CreateTable(create) => create_table(&ground, create).await?,
        Ddl::DropTable { table, if_exists } => {
            drop_table(&ground, table, *if_exists, false).await?
        }
        Ddl::DropView { view, if_exists } => drop_table(&ground, view, *if_exists, true).await?,
        Ddl::CreateView {
            view,
            or_replace,
            query,
        } => create_view(&ground, view, *or_replace, query).await?,
        Ddl::RenameTable { table, to } => {
            let found = ground.table(table).await?;
            let input = TableInput {
                name: to.name.clone(),
                ..found.input.clone()
            };
            ground.update(&found, input).await?;
        }
        Ddl::AddColumns { table, columns } => {
            let found = ground.table(table).await?;
            let mut input = found.input.clone();
            let all = found.columns().iter().chain(found.partition_keys());
            if let Some(twice) = all
                .map(|c| &c.name)
                .find(|n| columns.iter().any(|c| c.name == **n))
            {
                return Err(Failure::ddl(format!("Duplicate column name: {twice}")));
            }
            input
                .storage_descriptor
                .get_or_insert_default()
                .columns
                .extend(columns.iter().map(column));
            ground.update(&found, input).await?;
        }
        Ddl::ReplaceColumns { table, columns } => {
            let found = ground.table(table).await?;
            let mut input = found.input.clone();
            input.storage_descriptor.get_or_insert_default().columns =
                columns.iter().map(column).collect();
            ground.update(&found, input).await?;
        }
        Ddl::ChangeColumn { table, from, to } => {
            let found = ground.table(table).await?;
            let mut input = found.input.clone();
            let columns = &mut input.storage_descriptor.get_or_insert_default().columns;
            let Some(changed) = columns.iter_mut().find(|c| c.name == *from) else {
                return Err(Failure::semantic(format!(
                    "[Error 10002]: Invalid column reference {from}"
                )));
            };
            *changed = column(to);
            ground.update(&found, input).await?;
        }
        Ddl::SetTableProperties { table, properties } => {
            let found = ground.table(table).await?;
            let mut input = found.input.clone();
            input
                .parameters
                .get_or_insert_default()
                .extend(properties.iter().cloned());
            ground.update(&found, input).await?;
        }
        Ddl::SetLocation { table, location } => {
            let found = ground.table(table).await?;
            check_location(athena, location).await?;
            let mut input = found.input.clone();
            input.storage_descriptor.get_or_insert_default().location = Some(location.clone());
            ground.update(&found, input).await?;
        }
        Ddl::AddPartitions {
            table,
            if_not_exists,
            partitions,
        } => {
            partitions::add(&ground, table, *if_not_exists || again, partitions).await?;
        }
        Ddl::DropPartitions {
            table,
            if_exists,
            partitions,
        } => {
            partitions::drop(&ground, table, *if_exists || again, partitions).await?;
        }
        Ddl::RenamePartition { table, from, to } => {
            partitions::rename(&ground, table, from, to).await?
        }
        Ddl::SetPartitionLocation {
            table,
            partition,
            location,
        } => {
            partitions::set_location(&ground, table, partition, location).await?;
        }
        Ddl::Repair { table } => return partitions::repair(&ground, table).await,
        shown => return show::run(&ground, shown).await,
    }
    Ok(ResultSet::default())
}

async fn drop_database(
    ground: &Ground<'_>,
    name: &str,
    if_exists: bool,
    cascade: bool,
) -> Result<(), Failure> {
    let catalog = &ground.athena.catalog;
    let tables = match catalog.tables(&ground.scope, name).await {
        Err(CatalogError::DatabaseNotFound { .. }) if if_exists || ground.again => return Ok(()),
        other => other.map_err(failure)?,
    };
    if !tables.is_empty() && !cascade {
        return Err(Failure::ddl(format!(
            "InvalidOperationException(message:Database {name} is not empty. One or more tables exist.)"
        )));
    }
    catalog
        .delete_database(&ground.scope, name)
        .await
        .map_err(failure)
}

async fn drop_table(
    ground: &Ground<'_>,
    name: &TableName,
    if_exists: bool,
    view: bool,
) -> Result<(), Failure> {
    let database = ground.database(name);
    let table = match ground
        .athena
        .catalog
        .table(&ground.scope, database, &name.name)
        .await
    {
        Err(CatalogError::TableNotFound { .. } | CatalogError::DatabaseNotFound { .. })
            if if_exists || ground.again =>
        {
            return Ok(());
        }
        Err(CatalogError::TableNotFound { .. }) if view => {
            let what = format!(
                "line 1:1: View 'awsdatacatalog.{database}.{}' does not exist",
                name.name
            );
            return Err(Failure::users(1006, what));
        }
        Err(CatalogError::TableNotFound { .. }) => ground.table(name).await?,
        other => other.map_err(failure)?,
    };
    if table.is_view() != view {
        let (is, not) = if view {
            ("table", "view")
        } else {
            ("view", "table")
        };
        return Err(Failure::semantic(format!(
            "Cannot drop a {is} with DROP {}",
            not.to_uppercase()
        )));
    }
    ground
        .athena
        .catalog
        .delete_table(&ground.scope, database, &name.name)
        .await
        .map_err(failure)
}

/// Refuses a table's place that is none, as Hive's metastore does.
async fn check_location(athena: &Athena, url: &str) -> Result<(), Failure> {
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

async fn create_table(ground: &Ground<'_>, create: &CreateTable) -> Result<(), Failure> {
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

fn column(def: &ColumnDef) -> Column {
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

/// Returns input format, output format and serde of `STORED AS`.
pub(super) fn formats(stored: Option<&StorageFormat>) -> (String, String, &'static str) {
    const LAZY: &str = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
    const TEXT: (&str, &str) = (
        "org.apache.hadoop.mapred.TextInputFormat",
        "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    );
    let own = |pair: (&str, &str), serde| (pair.0.to_owned(), pair.1.to_owned(), serde);
    match stored {
        Some(StorageFormat::Classes { input, output }) => {
            let serde = if input.contains("parquet") {
                PARQUET_SERDE
            } else {
                LAZY
            };
            (input.clone(), output.clone(), serde)
        }
        Some(StorageFormat::Named(name)) => match name.as_str() {
            "PARQUET" => own(
                (
                    "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
                    "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
                ),
                PARQUET_SERDE,
            ),
            "ORC" => own(
                (
                    "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
                    "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
                ),
                "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
            ),
            "AVRO" => own(
                (
                    "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
                    "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
                ),
                "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
            ),
            "RCFILE" => own(
                (
                    "org.apache.hadoop.hive.ql.io.RCFileInputFormat",
                    "org.apache.hadoop.hive.ql.io.RCFileOutputFormat",
                ),
                "org.apache.hadoop.hive.serde2.columnar.LazyBinaryColumnarSerDe",
            ),
            "SEQUENCEFILE" => own(
                (
                    "org.apache.hadoop.mapred.SequenceFileInputFormat",
                    "org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat",
                ),
                LAZY,
            ),
            "JSON" | "JSONFILE" => own(TEXT, "org.apache.hive.hcatalog.data.JsonSerDe"),
            "ION" => own(TEXT, "com.amazon.ionhiveserde.IonHiveSerDe"),
            _ => own(TEXT, LAZY),
        },
        None => own(TEXT, LAZY),
    }
}

pub(super) const PARQUET_SERDE: &str =
    "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";

async fn create_view(
    ground: &Ground<'_>,
    name: &TableName,
    or_replace: bool,
    query: &str,
) -> Result<(), Failure> {
    let catalog = &ground.athena.catalog;
    let database = ground.database(name);
    let existing = match catalog.table(&ground.scope, database, &name.name).await {
        Ok(table) if !table.is_view() => {
            return Err(Failure::users(
                1006,
                format!(
                    "line 1:1: Table 'awsdatacatalog.{database}.{}' already exists",
                    name.name
                ),
            ));
        }
        Ok(table) => Some(table),
        Err(CatalogError::TableNotFound { .. }) => None,
        Err(other) => return Err(failure(other)),
    };
    if existing.is_some() && !or_replace && !ground.again {
        let what = format!(
            "line 1:1: View already exists: 'awsdatacatalog.{database}.{}'",
            name.name
        );
        return Err(Failure::users(1006, what));
    }
    let home = schema(ground.execution);
    let prepared = ground
        .athena
        .engine
        .prepare(query, home, &scoped(ground.athena, ground.execution))
        .await?;
    let input = show::view_input(&name.name, query, home, prepared.columns());
    let created_by = format!("arn:aws:iam::{}:root", ground.scope.account);
    match existing {
        Some(table) => ground.update(&table, input).await,
        None => catalog
            .create_table(&ground.scope, database, input, &created_by)
            .await
            .map_err(failure),
    }
}
